"""What the httpx and httpx2 faces share: a request of either library in, a response of the same library out.

The host of the URL names the service, the rest is the path on its container. A face holds no logic of a call: that is
`workbench.invoke.core`. `_lib` is the library's module; both have the same names for what is used here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from workbench.invoke.addresses import clean_base_url
from workbench.invoke.call import Call
from workbench.invoke.core import Core
from workbench.invoke.credentials import Credential
from workbench.invoke.outgoing import CONNECTION_HEADERS
from workbench.invoke.portal import portal
from workbench.invoke.streams import Answer, upload
from workbench.invoke.wire import WireOptions
from workbench.model.envelope import Envelope
from workbench.model.errors import CredentialError, Failure, PlatformError, TargetError, WorkbenchError

if TYPE_CHECKING:
    import httpx

    from workbench.invoke.outgoing import Pairs
    from workbench.model.exchange import ServiceResponse

_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive", "trailer", "upgrade"})


class Face:
    """The common part: arguments, the two cores, the translation of errors.

    Args:
        base_url: the platform's API, such as `https://core.cyberun.cloud/api/v1`.
        credential: a token, or a `Credential`; None to call without one.
        team: the team's id; an access token (JWT) needs one, `sk-` and `dk-` keys imply it.
        options: limits, TLS, proxy.
        inner: the httpx transport underneath, instead of the network.

    Raises:
        TargetError, CredentialError: one of them cannot be used.
    """

    _lib: Any
    _error: Any
    _timeout: Any

    def __init__(
        self,
        *,
        base_url: str,
        credential: Credential | str | None,
        team: str | None = None,
        options: WireOptions | None = None,
        inner: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        base_url = clean_base_url(base_url)
        if isinstance(credential, str):
            credential = Credential(credential, base_url=base_url, source="the credential argument")
        self.team = team
        self._arguments: dict[str, Any] = {
            "base_url": base_url,
            "credential": credential,
            "options": options or WireOptions(),
            "inner": inner,
        }
        self._core = Core(**self._arguments)
        self._sync_core: Core | None = None

    async def handle_async_request(self, request: Any) -> Any:
        """One request of the asynchronous client."""
        return await self._translated(self._core, request, sync=False)

    def handle_request(self, request: Any) -> Any:
        """One request of the synchronous client, run on the process's background loop."""
        if self._sync_core is None:
            self._sync_core = Core(**self._arguments)
        return portal().run(self._translated(self._sync_core, request, sync=True))

    async def aclose(self) -> None:
        """Close the connections of the asynchronous client."""
        await self._core.aclose()

    def close(self) -> None:
        """Close the connections of the synchronous client."""
        core, self._sync_core = self._sync_core, None
        if core is not None:
            portal().run(core.aclose())

    async def _translated(self, core: Core, request: Any, *, sync: bool) -> Any:
        try:
            return await self._answer(core, request, sync=sync)
        except WorkbenchError as error:
            raise self.error(error, request) from error

    async def _answer(self, core: Core, request: Any, *, sync: bool) -> Any:
        raise NotImplementedError

    def error(self, error: WorkbenchError, request: Any) -> Exception:
        """The library's own kind of exception for one of ours."""
        failure = _failure(error)
        kind = self._timeout if failure.kind == "timeout" else self._error
        made: Exception = kind(str(error), failure=failure, request=request)
        return made

    def _limits(self, request: Any) -> tuple[float, float]:
        """Seconds for the whole call and without a byte: the client's read timeout, and never less than that in all."""
        given = request.extensions.get("timeout")
        options: WireOptions = self._arguments["options"]
        if given is None:
            return options.timeout, options.read_timeout
        idle = given.get("read")
        return max(options.timeout, idle or 0.0), math.inf if idle is None else idle


class InvokeFace(Face):
    """Sends every request by invoke: request and answer are whole, nothing streams."""

    async def exchange(
        self,
        service: str,
        envelope: Envelope,
        *,
        team: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - part of the call, and reported as what it is
    ) -> ServiceResponse:
        """Send an envelope exactly as it is; this is what the workbench itself does.

        Raises:
            EnvelopeError, TargetError, CredentialError: it was not sent.
            PlatformError: there is no usable answer.
        """
        return await self._core.exchange(service, envelope, team=team or self.team, timeout=timeout)

    async def _answer(self, core: Core, request: Any, *, sync: bool) -> Any:
        content = request.read() if sync else await request.aread()
        envelope = Envelope(
            method=request.method,
            path=_path(request),
            headers=_headers(request.headers.raw),
            body=content or None,
        )
        total, idle = self._limits(request)
        answer = await core.exchange(_service(request), envelope, team=self.team, timeout=total, idle=idle)
        lib = self._lib
        return lib.Response(
            answer.status,
            headers=_sanitised(answer.headers, len(answer.body), keep_length=request.method == "HEAD"),
            stream=lib.ByteStream(answer.body),
            extensions={
                "platform_status": answer.platform_status,
                "platform_headers": answer.platform_headers,
                "timing": answer.timing,
            },
        )


class ProxyFace(Face):
    """Sends every request by the transparent proxy: bodies stream both ways, and the answer passes unchanged."""

    _streams: tuple[Any, Any]

    async def _answer(self, core: Core, request: Any, *, sync: bool) -> Any:
        call = Call(detailed=False, exact=True)
        total, idle = self._limits(request)
        plain = core.outgoing.streamed(
            _service(request),
            request.method,
            _path(request),
            request.headers.raw,
            upload(request, self._lib, sync=sync),
            call,
            team=self.team,
            idle=idle,
        )
        response = await core.open(plain, call, timeout=total)
        answer = Answer(core, response, call, lambda error: self.error(error, request))
        lib = self._lib
        return lib.Response(
            response.status_code,
            headers=response.headers.raw,
            stream=self._streams[sync](answer),
            extensions={**response.extensions, "platform_status": response.status_code},
        )


def _service(request: Any) -> str:
    url = request.url
    if url.port is not None:
        raise TargetError(
            f"the URL names the port {url.port}: its host is a service's slug, and has none",
            hint=f"write http://{url.host}/…",
        )
    host: str = url.host
    return host


def _path(request: Any) -> str:
    target = request.extensions.get("target")
    raw: bytes = request.url.raw_path if target is None else target
    return raw.decode("utf-8", "surrogateescape")


def _headers(raw: Pairs) -> tuple[tuple[str, str], ...]:
    pairs = [(name.decode("latin-1"), _value(value)) for name, value in raw]
    return tuple(pair for pair in pairs if pair[0].lower() not in CONNECTION_HEADERS)


def _value(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _sanitised(headers: tuple[tuple[str, str], ...], length: int, *, keep_length: bool) -> Pairs:
    """The container's headers without those that described its own connection; the length is that of the body here."""
    dropped = _FRAMING - {"content-length"} if keep_length else _FRAMING
    pairs = [(k.encode(), v.encode()) for k, v in headers if k.lower() not in dropped]
    return pairs if keep_length else [*pairs, (b"content-length", str(length).encode())]


def _failure(error: WorkbenchError) -> Failure:
    if isinstance(error, PlatformError):
        return error.failure
    if isinstance(error, CredentialError):
        return Failure(kind="platform_auth", message=error.message, hint=error.hint, layer="client")
    kind = "unknown_service" if isinstance(error, TargetError) else "envelope"
    return Failure(kind=kind, message=error.message, hint=error.hint, layer="client")  # type: ignore[arg-type]  # both are kinds
