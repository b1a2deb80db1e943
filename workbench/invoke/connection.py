"""`Connection`: all that the front ends and the runner need of the network, over one platform with one credential.

Nothing is imported from an HTTP library until the first call. It must not decide what to send, ask anybody anything,
or try a call twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.invoke import platform
from workbench.invoke.addresses import SERVICES, check_slug, clean_base_url
from workbench.invoke.wire import WireOptions
from workbench.model.errors import Failure, PlatformError, TargetError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    import httpx

    from workbench.invoke.core import Core
    from workbench.invoke.credentials import Credential
    from workbench.invoke.watching import Watch
    from workbench.model.catalog import Service, Team, User
    from workbench.model.envelope import Envelope
    from workbench.model.exchange import ServiceResponse
    from workbench.model.request import Target

PER_PAGE = 100
"""Entries of a page of a list, the most the platform gives (CYBERUN-API.md, 3)."""

MAX_PAGES = 200

DEFAULT_OPTIONS = WireOptions()


class Connection:
    """Calls to one platform; an async context manager, for one event loop.

    Args:
        base_url: the platform's API.
        credential: None to call without one.
        options: limits, TLS, proxy.
        inner: the httpx transport to use instead of the network; for tests.

    Raises:
        TargetError: the base URL cannot be used.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credential: Credential | None,
        options: WireOptions = DEFAULT_OPTIONS,
        inner: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url = clean_base_url(base_url)
        self.credential = credential
        self.options = options
        self._inner = inner
        self._made: Core | None = None

    def use(self, credential: Credential | None) -> None:
        """Make calls with another credential from now on; those under way end with the one they began with."""
        self.credential = credential
        if self._made is not None:
            self._made.use(credential)

    @property
    def clock_skew(self) -> float | None:
        """Seconds by which the platform's clock is ahead of this machine's; None before it has answered a question."""
        return self._made.skew if self._made is not None else None

    @property
    def needs_team(self) -> bool:
        """Whether a target has to name a team: it does with a user's access token."""
        return self.credential is not None and self.credential.needs_team

    @property
    def proxy_in_use(self) -> str:
        """The proxy between here and the platform, for display; empty when there is none.

        Raises:
            TargetError: the proxy's URL cannot be used.
        """
        return self.options.proxy_in_use(self.base_url)

    @property
    def core(self) -> Core:
        """What makes the calls; loaded when it is first asked for."""
        if self._made is None:
            from workbench.invoke.core import Core

            self._made = Core(
                base_url=self.base_url, credential=self.credential, options=self.options, inner=self._inner
            )
        return self._made

    async def send(
        self,
        target: Target,
        envelope: Envelope,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - part of the call, and reported as what it is
        on_chunk: Callable[[bytes], None] | None = None,
        on_start: Callable[[int, tuple[tuple[str, str], ...]], None] | None = None,
        watch: Watch | None = None,
    ) -> ServiceResponse:
        """Send one envelope to one service, by the target's route.

        Args:
            target: which service and team, and the route.
            envelope: what to send.
            timeout: seconds for the whole call; None for the options' `timeout`.
            on_chunk: gets each piece of the body as it comes; proxy route only, since invoke answers in one piece.
            on_start: gets the status and the headers before the body; proxy route only.
            watch: sees all that in place of the two, and can halt the answer; proxy route only.

        Raises:
            EnvelopeError, TargetError, CredentialError: refused here; nothing was sent.
            PlatformError: there is no usable answer; its `failure` says whether the container may have run it.
        """
        if clean_base_url(target.base_url) != self.base_url:
            raise TargetError(f"the target is at {target.base_url} and this connection is to {self.base_url}")
        if target.route == "invoke":
            return await self.core.exchange(target.service, envelope, team=target.team, timeout=timeout)
        return await self.core.forward(
            target.service,
            envelope,
            team=target.team,
            timeout=timeout,
            on_start=on_start,
            on_chunk=on_chunk,
            watch=watch,
        )

    async def me(self) -> User:
        """The user the credential stands for (CYBERUN-API.md, 4).

        Raises:
            PlatformError: of kind `platform_auth` for an `sk-` key, which stands for one team and no user.
        """
        if self.credential is not None and self.credential.kind == "sk":
            raise PlatformError(
                Failure(
                    kind="platform_auth",
                    message="sk- keys belong to one team, not to a user",
                    layer="client",
                    hint="use a dk- key or sign in to see users and teams",
                )
            )
        return platform.user(await self.core.platform("/users/me"))

    async def teams(self) -> tuple[Team, ...]:
        """The teams to choose from; none for an `sk-` key, whose team is implied.

        Raises:
            PlatformError: as for every call.
        """
        if self.credential is not None and self.credential.kind == "sk":
            return ()
        return (await self.me()).teams

    async def services(self, team: str | None) -> tuple[Service, ...]:
        """All services of a team, over all pages, in the platform's order (CYBERUN-API.md, 3).

        Raises:
            PlatformError: as for every call.
        """
        found: dict[str, Service] = {}
        for number in range(1, MAX_PAGES + 1):
            data = await self.core.platform(f"{SERVICES}?current_page={number}&per_page={PER_PAGE}", team=team)
            page = platform.page(data)
            before = len(found)
            for service in page.services:
                found.setdefault(service.slug, service)
            total = -1 if page.total is None else page.total
            # A total that is less than what is there already says nothing: then a full page has another after it.
            more = len(found) < total if total >= len(found) else len(page.services) >= PER_PAGE
            if not more or len(found) == before:
                return tuple(found.values())
        raise PlatformError(
            Failure(
                kind="envelope",
                message=f"the list of services does not end: {MAX_PAGES} pages of {PER_PAGE} were read",
                layer="platform",
                hint="is the base URL right? If it is, tell the platform's operator: its list goes on for ever",
            )
        )

    async def service(self, slug: str, team: str | None) -> Service:
        """One service.

        Raises:
            TargetError: that is no slug.
            PlatformError: of kind `unknown_service` when there is none; else as for every call.
        """
        data = await self.core.platform(f"{SERVICES}/{check_slug(slug)}", team=team, service=slug)
        return platform.service(data)

    async def check(self) -> User | None:
        """Ask whether the platform takes the credential: its user, or None for an `sk-` key, which has none.

        Raises:
            PlatformError: it does not, or there is no answer.
        """
        if self.credential is not None and self.credential.kind == "sk":
            await self.core.platform(f"{SERVICES}?current_page=1&per_page=1")
            return None
        return await self.me()

    async def aclose(self) -> None:
        """Close the connections; calls that are still under way end with an error."""
        if self._made is not None:
            await self._made.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
