"""The list of actions, walked: each is reached by keyboard without function keys, by the palette and by the mouse."""

from pathlib import Path

import pytest
from textual.binding import Binding
from textual.command import CommandList, CommandPalette

from tests.tui.app.support import LARGE, Desktop, desktop
from workbench.replay.session import Session
from workbench.tui.actions import ACTIONS, BY_ID, NEVER, PANES, bindings
from workbench.tui.actions.action import Action
from workbench.tui.commands import COMMANDS
from workbench.tui.palette import Actions
from workbench.tui.panes.response.headers_tab import HeadersTable
from workbench.tui.screens.compare import CompareScreen
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView
from workbench.tui.widgets.key_line import KeyLine, fitting

HANDS_OVER_THE_TERMINAL = {"editor", "open_body", "page_body", "quit", "demo"}
"""Actions that leave the app; each has its own test."""


def of(*scopes: str) -> list[Action]:
    return [action for action in ACTIONS if action.scope in scopes]


def offered(desk: Desktop) -> set[str]:
    """What the palette lists."""
    commands = desk.app.screen.query_one(CommandList)
    return {str(commands.get_option_at_index(at).prompt).split("\n")[0] for at in range(commands.option_count)}


def place(desk: Desktop, word: str) -> tuple[int, int]:
    """Where a word stands on the screen."""
    for row, line in enumerate(desk.text().splitlines()):
        if word in line:
            return line.index(word), row
    raise AssertionError(f"{word!r} is not on the screen:\n{desk.text()}")


async def palette_by_mouse(desk: Desktop) -> None:
    column, row = place(desk, "^p Palette")
    await desk.pilot.click(offset=(column + 4, row))
    await desk.until(lambda: isinstance(desk.app.screen, CommandPalette))
    await desk.until(lambda: desk.app.screen.query_one(CommandList).option_count > 0)


@pytest.mark.parametrize("size", [(60, 15), LARGE])
async def test_a_click_opens_the_palette_which_has_every_action(
    session: Session, echo: Path, size: tuple[int, int]
) -> None:
    async with desktop(session, echo, size=size) as desk:
        await palette_by_mouse(desk)
        await desk.until(lambda: len(offered(desk)) >= len(of("app", "main")))
        names = {name.partition("  (")[0] for name in offered(desk)}
        assert {action.label for action in of("app", "main")} <= names
        await desk.press(*"side column")
        await desk.until(lambda: desk.app.screen.query_one(CommandList).option_count == 1)
        column, row = place(desk, "Side column  (F9)")
        await desk.pilot.click(offset=(column, row))
        await desk.until(lambda: desk.main.layout_state.hidden)


async def test_the_palette_opens_again_while_it_is_closing(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("ctrl+p")
        first = desk.app.screen
        assert isinstance(first, CommandPalette)
        leaving = desk.app.pop_screen()  # its widgets go a moment later
        await desk.app.action_do("palette")
        assert isinstance(desk.app.screen, CommandPalette)
        assert desk.app.screen is not first
        await desk.app.action_do("palette")
        await leaving
        late = first.dismiss()  # a second click that came too late closes nothing
        assert isinstance(desk.app.screen, CommandPalette)
        await late
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)


async def test_the_palette_of_another_screen_has_that_screens_actions(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        entry = desk.main.history.entries[0]
        await desk.app.push_screen(CompareScreen(entry, entry, session.redactor))
        names = {name.partition("  (")[0] for name, _, _ in Actions(desk.app.screen)._commands()}
        assert {action.label for action in of("app", "compare")} <= names
        assert not names & {action.label for action in of("main", "run")}


def test_no_action_needs_a_function_key_or_a_key_that_terminals_lose() -> None:
    assert not any(key.startswith("f") and key[1:].isdigit() for key in BY_ID["palette"].keys.split(","))
    for action in ACTIONS:
        keys = [*action.keys.split(","), *(key for keys in action.pane_keys.values() for key in keys.split(","))]
        assert not NEVER.intersection(keys), action.id
        if action.scope in ("app", "main"):
            assert all(len(key) != 1 for key in action.keys.split(",")), f"{action.id} would act while text is typed"


def test_every_key_of_a_scope_belongs_to_one_action() -> None:
    for scope in ("app", "main", *PANES, "run", "compare"):
        keys = [key for binding in bindings(scope) for key in binding.key.split(",")]
        assert len(keys) == len(set(keys)), scope


async def test_every_action_does_something_and_none_breaks(session: Session, echo: Path) -> None:
    """Each is started once; whatever it opens is closed with Esc, and the request comes out unchanged."""
    assert set(COMMANDS) == {action.id for action in of("main")}
    async with desktop(session, echo) as desk:
        await desk.send()
        before = desk.main.request
        for action in of("main"):
            if action.id in HANDS_OVER_THE_TERMINAL:
                continue
            desk.main.start(action.id)
            await desk.pilot.pause()
            for _ in range(5):
                if desk.app.screen is desk.main:
                    break
                await desk.press("escape")
        assert desk.app.crash is None
        assert desk.main.request == before


async def test_a_click_on_the_last_line_presses_the_key_and_hovering_explains_it(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        column, row = place(desk, "F5 Send  F8")
        await desk.pilot.hover(offset=(column, row))
        await desk.until(lambda: "Send the request shown." in str(desk.main.query_one(KeyLine).tooltip))
        await desk.pilot.click(offset=(column, row))
        await desk.until(lambda: len(desk.main.history.entries) == 1)


@pytest.mark.parametrize(
    ("width", "count"), [(200, 3), (len("a one  b two  c three  p palette"), 3), (31, 2), (20, 1), (3, 0)]
)
def test_the_last_line_drops_keys_until_it_fits(width: int, count: int) -> None:
    assert fitting(["a one", "b two", "c three"], ["p palette"], width) == count


def test_no_key_of_the_response_pane_is_one_of_the_viewers() -> None:
    """The viewer stands inside the pane, so its own keys would win and the pane's would be dead."""
    pane = {key for binding in bindings("response") for key in binding.key.split(",")}
    viewers = {
        key
        for viewer in (BodyViewer, CodeView, HeadersTable)
        for each in viewer.__mro__
        for binding in vars(each).get("BINDINGS", ())
        for key in (binding.key if isinstance(binding, Binding) else binding[0]).split(",")
    }
    assert pane.isdisjoint(viewers)
