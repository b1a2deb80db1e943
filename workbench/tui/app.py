"""The terminal app: `WorkbenchApp`, and `run_app`, which owns its fatal path.

It holds the session, the theme, the keymap and the terminal; what is on the screen is the screens'. It must not import
an HTTP or TOML library before the first frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import Monochrome, NoColor

from workbench.model.errors import FileError, WorkbenchError
from workbench.model.visible import visible
from workbench.tui import clipboard, hardening
from workbench.tui.actions import bindings, keymap_problems
from workbench.tui.asking import Asking
from workbench.tui.collecting import resume_collecting
from workbench.tui.controllers.archive import Archive
from workbench.tui.controllers.layout import from_state
from workbench.tui.memory import Memory
from workbench.tui.safe import ControlFilter
from workbench.tui.said import Said
from workbench.tui.screens.start import StartScreen
from workbench.tui.steady import Palette, is_late
from workbench.tui.typing_ahead import LONGEST, TypingAhead
from workbench.tui.uncoloured import Uncoloured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.command import Provider
    from textual.driver import Driver
    from textual.filter import LineFilter

    from workbench.gateway.server import GatewayThread
    from workbench.replay.session import Session
    from workbench.tui.controllers.layout import Layout
    from workbench.tui.controllers.loading import Begun
    from workbench.tui.desk import Severity
    from workbench.tui.panes.response.headers_tab import HeadersTable
    from workbench.tui.screens.main import MainScreen
    from workbench.tui.widgets.body_viewer import BodyViewer
    from workbench.tui.widgets.event_list import EventList

LONGEST_FIRST = 0.1
"""Seconds that the panes wait for the first files, so as to show them at once; a slow disk is not waited for."""

DEMO_WORDS = "Welcome: Enter opens a request · F5 sends it · F8 runs the collection · F1 helps"
"""What the demo says first: the three keys that matter."""


def _palette_actions() -> type[Provider]:
    from workbench.tui.palette import Actions

    return Actions


def _palette_services() -> type[Provider]:
    from workbench.tui.palette import Services

    return Services


def _palette_requests() -> type[Provider]:
    from workbench.tui.palette import Requests

    return Requests


class WorkbenchApp(App[int], inherit_bindings=False):
    """The app over one session.

    Args:
        session: the way to the platform.
        paths: collection files and folders.
        environment: the environment that is chosen at first.
        variables: values of variables for this run of the program (`--var`).
        demo: say the first keys.
        clock: seconds, for the time in flight.
    """

    CSS_PATH = "workbench.tcss"
    TITLE = "cyberun-tui"
    COMMANDS: ClassVar[set[Any]] = {_palette_actions, _palette_requests, _palette_services}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("app"),
        Binding("question_mark", "do('help')", "Help", show=False),
        Binding("ctrl+c", "do('interrupt')", "Copy", show=False),
    ]

    def __init__(
        self,
        session: Session,
        paths: Sequence[str] = (),
        *,
        environment: str | None = None,
        variables: Mapping[str, str] | None = None,
        demo: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session
        self.crash: BaseException | None = None
        self.left: int | None = None  # the exit code of a signal that has asked to end
        self._paths = tuple(paths)
        self._environment = environment
        self._variables = dict(variables or {})
        self._demo = demo
        self._clock = clock
        self._ahead = TypingAhead()
        self._belt = ControlFilter()
        self._uncoloured = Uncoloured()
        self._gateway: GatewayThread | None = None
        self._memory = Memory()
        self._archive = Archive(session.settings.history)
        self._warnings: list[str] = []
        self.said = Said()
        self._asking = Asking(self)
        super().__init__()

    # The terminal

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, hardened."""
        return hardening.hardened(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last belt: nothing a terminal would obey is painted, and under NO_COLOR nothing with a colour."""
        filters = super().get_line_filters()
        if self.no_color:
            filters = [self._uncoloured, *(each for each in filters if not isinstance(each, (Monochrome, NoColor)))]
        return [*filters, self._belt]

    async def on_event(self, event: events.Event) -> None:
        """What is typed before the first request is there waits for it."""
        if not self._ahead.hold(event) and not is_late(self, event):
            await super().on_event(event)

    def ready(self) -> None:
        """There is something to take what is typed."""
        resume_collecting()
        self.call_next(self._ahead.release, super().on_event)

    def _fatal_error(self) -> None:
        """A bug: end at once, and keep the traceback for the report instead of printing it with its local variables."""
        self.bell()
        with contextlib.suppress(Exception):  # whatever is broken now, the first bug is the one to report
            self.keep_drafts()
        if not self._exit:  # what breaks while the screen is going is no crash
            self.crash = self.crash or hardening.bug_in(self._exception)
        self._close_messages_no_wait()

    def get_key_display(self, binding: Binding) -> str:
        """Function keys in capitals, as they stand on the keyboard."""
        shown = super().get_key_display(binding)
        return shown.upper() if shown[:1] == "f" and shown[1:].isdigit() else shown

    def say(self, text: str, severity: Severity = "information") -> None:
        """A toast; the only way to one, since its text may be foreign. It can be read again when it is gone."""
        self.said.add(text, severity)
        self.notify(visible(text), severity=severity, markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """What Textual's own widgets copy goes the same way as all else."""
        self._clipboard = text
        self.copy(text, "selection")

    @work(group="copy")
    async def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say how."""
        how = await asyncio.to_thread(clipboard.copy, text, self._ask_terminal, self.session.environ)
        self.say(f"{what}: {how}")

    def _ask_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self.call_from_thread(self._driver.write, sequence)

    def on_body_viewer_copy_requested(self, event: BodyViewer.CopyRequested) -> None:
        """Copy a value out of a body, wherever it is shown."""
        self.copy(event.text, event.what)

    def on_event_list_copy_requested(self, event: EventList.CopyRequested) -> None:
        """Copy an event's data, wherever it is shown."""
        self.copy(event.text, event.what)

    def on_headers_table_copy_requested(self, event: HeadersTable.CopyRequested) -> None:
        """Copy a header, wherever it is shown."""
        self.copy(event.text, "header")

    # Start and end

    @work(group="start")
    async def _begin(self) -> None:
        """Read the first files and import the panes in threads: the first frames wait for neither, nor one for all."""
        reading = asyncio.create_task(self._begin_to_read())
        await asyncio.wait({reading}, timeout=LONGEST_FIRST)
        await asyncio.to_thread(importlib.import_module, "workbench.tui.screens.main")
        begun = reading.result() if reading.done() else None
        await self.switch_screen(self._main(self._paths, self._environment, demo=self._demo, begun=begun))
        self.set_timer(LONGEST, self.ready)

    async def _begin_to_read(self) -> Begun | None:
        """The first few files, which the outline shows; None where there is nothing, which the main screen says."""
        from workbench.tui.controllers import loading
        from workbench.tui.controllers.workspace import Workspace

        try:
            begun = await asyncio.to_thread(loading.begin, self._paths)
        except FileError:
            return None
        if isinstance(self.screen, StartScreen):
            self.screen.show(loading.take(Workspace(), begun.first))
        return begun

    def _main(
        self, paths: Sequence[str], environment: str | None, *, demo: bool, begun: Begun | None = None
    ) -> MainScreen:
        from workbench.tui.controllers.overrides import Overrides
        from workbench.tui.screens.main import MainScreen

        welcome = DEMO_WORDS if demo else ""
        screen = MainScreen(
            self.session, paths, self._archive, environment=environment, clock=self._clock, welcome=welcome, begun=begun
        )
        screen.set_reactive(MainScreen.layout_state, self._layout())
        screen.set_reactive(MainScreen.overrides, Overrides(self._variables))
        return screen

    async def on_mount(self) -> None:
        """The outline first; the panes come when it is painted."""
        await self.push_screen(StartScreen(self._layout(), DEMO_WORDS if self._demo else ""))
        self.call_after_refresh(self._begin)
        self._serve(self.session)
        keys = self.session.settings.keymap
        if keys:
            self.set_keymap(keys)
        for problem in [*self._warnings, *keymap_problems(keys)]:
            self.say(problem, "warning")

    def _layout(self) -> Layout:
        return from_state(self._memory.get("layout"))

    def _serve(self, session: Session) -> None:
        """Answer the questions of a session, and pass on what it has to say."""
        session.ask_with(self._asking)
        session.credentials.warn = partial(self.say, severity="warning")

    def leave(self, code: int) -> None:
        """End with an exit code, without a question: a signal, or the terminal is gone. What is unsaved is a draft."""
        self.left = code
        self.keep_drafts()
        self._leave_when_quiet(code)

    @work(group="leave", exclusive=True)
    async def _leave_when_quiet(self, code: int) -> None:
        """Let keys that have arrived become edits, keep those as well, and end."""
        from workbench.tui.drafting import quiet

        await quiet(self)
        self.keep_drafts()
        self.exit(code, return_code=code)

    def keep_drafts(self) -> None:
        """Keep what is unsaved before the process ends."""
        for screen in self.screen_stack:
            drafting = getattr(screen, "drafting", None)
            if drafting is not None:
                drafting.keep_now()

    async def on_unmount(self) -> None:
        """Close what talks to the outside."""
        self._asking.close()
        await asyncio.to_thread(self._archive.close)
        await self.session.aclose()
        if self._gateway is not None:
            await asyncio.to_thread(self._gateway.close)

    @work(group="demo", exclusive=True)
    async def open_demo(self) -> None:
        """Start the built-in gateway and show the sample collections in place of everything else."""
        from workbench.tui import demo

        try:
            started = await asyncio.to_thread(demo.start, self.session.environ)
        except WorkbenchError as error:
            self.say(str(error), "error")
            return
        before, self._gateway = self._gateway, started.gateway
        await self.session.aclose()
        if before is not None:
            await asyncio.to_thread(before.close)
        self.session = started.session
        self._serve(self.session)
        await self.switch_screen(self._main(started.paths, None, demo=True))

    # What stays for the next time

    def recall(self, remembered: Mapping[str, Any], warning: str = "") -> None:
        """Begin as the last time: theme and layout. From now on they are remembered."""
        self._warnings += [warning] if warning else []
        self._memory.recall(remembered)
        theme = self._memory.get("theme") or self.session.settings.theme
        if theme in self.available_themes:
            self.theme = theme
        elif theme:
            self._warnings.append(f"there is no theme {theme!r}")

    def watch_theme(self, theme: str) -> None:
        """Another theme is remembered."""
        self.remember(theme=theme)

    def remember(self, **parts: Any) -> None:
        """Keep these for the next time, in the background."""
        if self._memory.change(parts):
            self._write_memory()

    def remembered(self, name: str) -> Any:
        """What is remembered under a name; None when nothing is."""
        return self._memory.get(name)

    @work(group="memory", exclusive=True)
    async def _write_memory(self) -> None:
        wrong = await self._memory.write()
        if wrong:
            self.say(wrong, "warning")

    async def action_do(self, name: str) -> None:
        """The actions that work everywhere."""
        if name == "palette" and not isinstance(self.screen, Palette):
            await self.push_screen(Palette())
        elif name == "help":
            await self._show_help()
        elif name == "quit":
            self._quit()
        elif name == "interrupt":
            leave = next((each.binding for each in self.active_bindings.values() if each.binding.id == "quit"), None)
            key = self.get_key_display(leave) if leave else "the palette"
            self.say(f"{key} leaves the program; ctrl+c copies what is selected")

    async def _show_help(self) -> None:
        from workbench.tui.screens.help import HelpScreen, help_for

        if not isinstance(self.screen, HelpScreen):
            await self.push_screen(HelpScreen(help_for(self.screen)))

    @work(group="quit", exclusive=True)
    async def _quit(self) -> None:
        from workbench.tui.flows.saving import may_leave
        from workbench.tui.screens.main import MainScreen

        main = next((screen for screen in self.screen_stack if isinstance(screen, MainScreen)), None)
        if main is None or await may_leave(main):
            self.keep_drafts()  # of what is saved by now there are none
            self.exit(0)

    async def action_quit(self) -> None:
        """Textual's own way out asks as well."""
        self._quit()

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:  # noqa: ARG002 - Textual's signature
        """A picture of the screen could hold secrets that nothing can redact: refused."""
        self.say("screenshots are off: a picture could hold secrets", "warning")


def run_app(
    session: Session,
    paths: Sequence[str] = (),
    *,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
    demo: bool = False,
) -> int:
    """Run the app until the user leaves; its exit code."""
    return run(WorkbenchApp(session, paths, environment=environment, variables=variables, demo=demo))


def run(app: WorkbenchApp) -> int:
    """Run an app and own its fatal path: after a bug two lines and the path of a report, and exit code 1."""
    from workbench.files.folders import state_folder
    from workbench.files.state import load_state

    state = load_state()
    app.recall(state, state.warning)
    result = app.run()
    if app.left is not None:
        return app.left  # what breaks while half of the screen is gone is no crash
    if app.crash is None:
        return result if isinstance(result, int) else app.return_code or 0
    hardening.tell_of_crash(app.crash, app.session.redactor.redact, str(state_folder()))
    return 1
