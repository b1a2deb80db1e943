"""What the tests of the app share: an app on the real local gateway, and waiting without sleeping."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.tui.quiet import until
from workbench.gateway.demo import ALPHA, JWT_OWNER
from workbench.invoke.credentials import Credential
from workbench.model.profile import Profile, Settings
from workbench.replay.session import Session
from workbench.replay.targeting import Overrides
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from textual.pilot import Pilot

SMALL, LARGE = (80, 24), (140, 42)

ECHO = """\
cyberun = 1
name = "Echo"   # a comment that has to stay
service = "echo"

[vars]
who = "Ada"

[env.staging]
who = "Grace"

[env.live]
protected = true

[[request]]
id = "hello"
path = "/anything/{{who}}"
assert = ['status == 200', '$.method == "GET"']

[[request]]
id = "post"
name = "Post it"
method = "POST"
path = "/anything"
json = '{"name": "{{who}}"}'

[[request]]
id = "missing"
path = "/anything/{{nobody}}/{{nothing}}"

[[request]]
id = "teapot"
path = "/status/418"

[[request]]
id = "slow"
path = "/delay/30"
"""


def read(path: Path) -> str:
    """The text of a file."""
    return path.read_text(encoding="utf-8")


def write(path: Path, text: str) -> None:
    """Put a text into a file, as another program would."""
    path.write_text(text, encoding="utf-8")


def session_on(
    base_url: str,
    *,
    token: str | None = JWT_OWNER,
    team: str | None = ALPHA.display_name,
    environ: Mapping[str, str] | None = None,
    trusting: bool = False,
) -> Session:
    """A session on a gateway; without a token it has no credential."""
    profile = Profile(name="local", base_url=base_url, team=team)
    credentials = {}
    if token:
        credential = Credential(token, base_url=base_url, source="a test")
        credentials[credential.origin] = credential
    settings = Settings(profiles={"local": profile}, default_profile="local")
    return Session(settings, Overrides(), environ=dict(environ or {}), credentials=credentials, trusting=trusting)


class Desktop:
    """A running app with its pilot, and the few things every test does with it."""

    def __init__(self, app: WorkbenchApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever stands over it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the app work until something holds, and until it is quiet."""
        await until(self.app, holds)

    async def started(self) -> None:
        """Wait for the main screen, which comes after the first frame."""
        await self.until(lambda: any(isinstance(each, MainScreen) for each in self.app.screen_stack))
        await self.until(lambda: self.main.is_mounted)

    async def press(self, *keys: str) -> None:
        """Press keys, and let the app take them."""
        await self.pilot.press(*keys)

    async def open(self, request_id: str) -> None:
        """Show a request, as the palette does."""
        ref = next(ref for ref, item in self.main.workspace.refs() if item.request.id == request_id)
        self.main.go_to(ref)
        await self.until(lambda: self.main.request is not None and self.main.request.id == request_id)

    async def send(self) -> None:
        """Send the request that is shown, and wait for its outcome."""
        before = self.main.history.last.get(self.main.ref) if self.main.ref else None
        await self.press("f5")
        await self.until(
            lambda: (
                self.main.ref is not None
                and self.main.history.last.get(self.main.ref) is not before
                and self.main.flight is None
            )
        )

    def text(self) -> str:
        """Everything on the screen, as a reader sees it."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        try:
            await self.until(lambda: text in self.text())
        except TimeoutError:
            raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}") from None


@asynccontextmanager
async def desktop(
    session: Session,
    *paths: Path | str,
    size: tuple[int, int] = LARGE,
    ready: bool = True,
    notifications: bool = False,
    remembered: Mapping[str, object] | None = None,
    **options: object,
) -> AsyncIterator[Desktop]:
    """An app on these files.

    Args:
        session: its session.
        paths: files and folders.
        size: of the terminal.
        ready: wait until the files are read and the platform has answered.
        notifications: show them.
        remembered: the state of an earlier time; without any, nothing is kept either.
        options: others of the app.
    """
    app = WorkbenchApp(session, [str(path) for path in paths], **options)  # type: ignore[arg-type]  # the app checks them
    if remembered is not None:
        app.recall(remembered)
    async with app.run_test(size=size, notifications=notifications) as pilot:
        desk = Desktop(app, pilot)
        if ready:
            await desk.started()
            await desk.until(lambda: desk.main.ref is not None and desk.main.catalog.status != "loading")
        yield desk
