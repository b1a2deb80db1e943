"""Runs a gateway: in a loop that is there (`serve`), in a thread of its own (`GatewayThread`), or as the whole program.

It listens on 127.0.0.1 only. Closing ends open streams at once and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec
from aiohttp import web

from workbench.gateway.app import make_app
from workbench.gateway.config import DEFAULT_PORT, GatewayConfig
from workbench.gateway.errors import GatewayError
from workbench.gateway.web import BASE, PLATFORM, error_response, log

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from workbench.gateway.accounts import Kind
    from workbench.gateway.calls import CallLog
    from workbench.gateway.config import ServiceStatus
    from workbench.gateway.platform import Platform

HOST = "127.0.0.1"
"""The only address it listens on."""

_GRACE = 0.1
_START_LIMIT = 30.0
_LINE = 64 << 10
_BACKLOG = 1024
_PROTOCOL: dict[str, Any] = {
    "access_log": None,
    "logger": log,
    "auto_decompress": False,
    "lingering_time": 2.0,
    "max_line_size": _LINE,
    "max_field_size": _LINE,
}

Result = TypeVar("Result")


class _Protocol(web.RequestHandler):
    """Answers what is no HTTP, too, in the platform's error shape."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The last resort: a malformed request, or an error outside every handler."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer is under way already")
        if exc is not None and status >= 500 and not isinstance(exc, ConnectionError):  # noqa: PLR2004 - a defect
            log.error("a request failed", exc_info=exc)
        words = " ".join((message or "").split()) or ("malformed HTTP request" if status < 500 else "internal error")  # noqa: PLR2004
        response = error_response(status, words)
        response.force_close()
        return response


class RunningGateway:
    """A gateway that listens, in the event loop it was started in.

    Attributes:
        port: where.
        platform: its state.
    """

    def __init__(self, runner: web.AppRunner, server: asyncio.Server, platform: Platform) -> None:
        self._runner = runner
        self._server = server
        self.platform = platform
        self.port: int = server.sockets[0].getsockname()[1]

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"{self.origin}{BASE}"

    @property
    def calls(self) -> CallLog:
        """What was called."""
        return self.platform.calls

    async def aclose(self) -> None:
        """Stop listening and end every connection; twice is once."""
        self._server.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def serve(
    config: GatewayConfig | None = None, port: int = 0, *, now: Callable[[], float] | None = None
) -> RunningGateway:
    """Start a gateway in this event loop.

    Args:
        config: what it is made of; None for the demo.
        port: where it listens; 0 for any free one.
        now: its clock, seconds since 1970; None for the system's.

    Raises:
        GatewayConfigError: the configuration does not fit together.
        GatewayError: the port is taken, or may not be used.
    """
    app = make_app(config) if now is None else make_app(config, now=now)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=_GRACE, **_PROTOCOL)
    await runner.setup()
    manager = runner.server
    if manager is None:
        raise GatewayError("the gateway's server was not set up")
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(
            lambda: _Protocol(manager, loop=loop, **_PROTOCOL), HOST, port, backlog=_BACKLOG
        )
    except (OSError, OverflowError) as error:
        await runner.cleanup()
        raise GatewayError(_bind_problem(error, port)) from error
    return RunningGateway(runner, server, app[PLATFORM])


def _bind_problem(error: Exception, port: int) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return f"port {port} is in use: stop what uses it, or choose another with --port (0 for any free one)"
    if number == errno.EACCES:
        return f"port {port} may not be used: choose one above 1023 with --port"
    return f"cannot listen on {HOST}:{port}: {error}"


def run_forever(
    config: GatewayConfig | None = None,
    port: int = DEFAULT_PORT,
    on_ready: Callable[[RunningGateway], None] | None = None,
    *,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> signal.Signals:
    """Run a gateway until SIGINT or SIGTERM, and return which of the two it was.

    Args:
        config: what it is made of; None for the demo.
        port: where it listens; 0 for any free one.
        on_ready: called once it listens.
        loop_factory: makes its event loop; None for the standard library's own.

    Raises:
        GatewayError: it cannot start.
    """
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_until_signal(config, port, on_ready))


async def _until_signal(
    config: GatewayConfig | None, port: int, on_ready: Callable[[RunningGateway], None] | None
) -> signal.Signals:
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        if not stopped.done():
            stopped.set_result(number)

    async with await serve(config, port) as gateway:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        try:
            if on_ready is not None:
                on_ready(gateway)
            return await stopped
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


class GatewayThread:
    """A gateway in a thread with an event loop of its own; its methods may be called from any other thread.

    Used as a context manager, or with `start` and `close`.
    """

    def __init__(self, config: GatewayConfig | None = None, port: int = 0) -> None:
        self._config = config
        self._wanted_port = port
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._gateway: RunningGateway | None = None
        self._problem: BaseException | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Start it and wait until it listens.

        Raises:
            GatewayError: it cannot start.
        """
        if self._thread is not None:
            raise GatewayError("this gateway was started before; make a new one")
        self._thread = threading.Thread(target=self._run, name="local-gateway", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_LIMIT):
            raise GatewayError(f"the gateway did not start within {_START_LIMIT:g} seconds")
        if self._problem is not None:
            self._thread.join()
            raise self._problem
        return self

    def close(self) -> None:
        """Stop it and wait until it is gone; twice is once."""
        if self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # its loop is closed already
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def running(self) -> RunningGateway:
        """The gateway inside; only its plain values may be read from another thread."""
        if self._gateway is None:
            raise GatewayError("the gateway is not running")
        return self._gateway

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.running.port

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self.running.origin

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return self.running.base_url

    @property
    def calls(self) -> CallLog:
        """What was called."""
        return self.running.calls

    def map(self, slug: str, address: str) -> None:
        """Add a running service to every team, forwarded to a real server (`Platform.map`)."""
        self._do(lambda platform: platform.map(slug, address))

    def set_status(
        self,
        slug: str,
        status: ServiceStatus,
        *,
        team: str | None = None,
        then: ServiceStatus | None = None,
        after: float = 0,
    ) -> int:
        """Switch the state of a service (`Platform.set_status`)."""
        return self._do(lambda platform: platform.set_status(slug, status, team=team, then=then, after=after))

    def set_agent_online(self, slug: str, *, online: bool) -> int:
        """Make the machine behind a service reachable or not."""
        return self._do(lambda platform: platform.set_agent_online(slug, online=online))

    def approve_pairing(self, user_code: str, *, user: str = "", team: str = "") -> bool:
        """Approve a pairing that waits (`Platform.approve_pairing`)."""
        return self._do(lambda platform: platform.approve_pairing(user_code, user=user, team=team))

    def revoke(self, *, token: str = "", kind: Kind | None = None) -> int:
        """Make a credential, or every one of a kind, unknown from now on (`Accounts.revoke`)."""
        return self._do(lambda platform: platform.accounts.revoke(token=token, kind=kind))

    def change(self, **switches: Any) -> None:
        """Set switches (fields of `Switches`) from now on."""

        def apply(platform: Platform) -> None:
            platform.switches = msgspec.structs.replace(platform.switches, **switches)

        self._do(apply)

    def _do(self, action: Callable[[Platform], Result]) -> Result:
        gateway = self.running

        async def act() -> Result:
            return action(gateway.platform)

        return self._wait(act())

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop is None or self._loop.is_closed():
            work.close()
            raise GatewayError("the gateway is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:  # noqa: BLE001 - it is raised again in the thread that waits for the start
            self._problem = problem
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with await serve(self._config, self._wanted_port) as self._gateway:
            self._ready.set()
            await self._stop.wait()
