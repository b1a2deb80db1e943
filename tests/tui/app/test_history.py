"""The history pane, sending again, several calls at once, and comparing answers."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Button, Input

from tests.tui.app.support import SMALL, Desktop, desktop, read, session_on
from tests.tui.app.test_files import edit_path
from workbench.files.folders import state_folder
from workbench.files.history import HistoryFile
from workbench.gateway.server import GatewayThread
from workbench.model.profile import HistoryLimits, Settings
from workbench.replay.session import Session
from workbench.tui.panes.history_pane import HistoryList, HistoryPane
from workbench.tui.screens.compare import CompareScreen
from workbench.tui.screens.dialogs import Ask
from workbench.tui.screens.pick import Pick
from workbench.tui.widgets.body_viewer import BodyViewer
from workbench.tui.widgets.side_by_side import SideBySide


async def send(desk: Desktop, request_id: str) -> None:
    await desk.open(request_id)
    await desk.send()


async def answer(desk: Desktop, label: str) -> None:
    """Press a button of the question that is open."""
    await desk.until(lambda: isinstance(desk.app.screen, Ask))
    button = next(each for each in desk.app.screen.query(Button) if str(each.label) == label)
    button.press()
    await desk.until(lambda: not isinstance(desk.app.screen, Ask))


async def choose(desk: Desktop, words: str) -> None:
    """Take the first choice that fits."""
    await desk.until(lambda: isinstance(desk.app.screen, Pick) and desk.app.screen.query(Input))
    await desk.press(*words)
    await desk.press("enter")


def listed(desk: Desktop) -> list[str]:
    pane = desk.main.query_one(HistoryPane)
    options = pane.query_one(HistoryList)
    return [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]


async def test_sends_of_an_earlier_run_are_found_shown_replayed_and_forgotten(
    gateway: GatewayThread, echo: Path
) -> None:
    async with desktop(session_on(gateway.base_url), echo) as desk:
        await send(desk, "hello")
        await send(desk, "teapot")
        await send(desk, "post")
    history = HistoryFile(state_folder() / "history.db")
    assert [line.id for line in history.lines()] == ["post", "teapot", "hello"]
    history.close()

    async with desktop(session_on(gateway.base_url), echo) as desk:
        await desk.until(lambda: len(listed(desk)) == 3)
        assert not desk.main.history.entries
        desk.main.query_one(HistoryList).focus()
        await desk.press("slash", *"status:4xx")
        await desk.until(lambda: len(listed(desk)) == 1 and "teapot 418" in listed(desk)[0])
        await desk.press("enter", "enter")
        await desk.shows("from the history, 20")
        await desk.shows("container 418 · platform 200")
        desk.main.query_one(HistoryPane).open_search()
        await desk.press("end", "space", *"status:9")
        await desk.shows("is no status: expected")
        await desk.press("escape")
        await desk.until(lambda: len(listed(desk)) == 3)

        gateway.calls.clear()
        await desk.press("g", "r")
        await desk.shows("POST may change something there")
        assert str(desk.app.focused.label) == "Cancel", "the harmless answer is under the cursor"  # type: ignore[union-attr]  # a button
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]
        await answer(desk, "Same bytes")
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        await desk.shows("Post it · container 200")
        sent = desk.main.history.entries[0].exchange
        assert sent.envelope is not None
        assert sent.envelope.body == b'{"name": "Ada"}'
        assert sent.outcome == "passed"

        desk.main.query_one(HistoryList).focus()
        await desk.press("G", "d")
        await answer(desk, "Forget it")
        await desk.until(lambda: len(listed(desk)) == 3)
        assert not any("hello" in line for line in listed(desk))
        desk.main.start("history_clear")
        await answer(desk, "Clear the history")
        await desk.until(lambda: listed(desk) == [])
        await desk.shows("no sends yet")


async def test_a_renamed_request_keeps_its_past(gateway: GatewayThread, echo: Path) -> None:
    async with desktop(session_on(gateway.base_url), echo) as desk:
        await send(desk, "hello")
        assert desk.main.ref is not None
        assert desk.main.request is not None
        renamed = msgspec.structs.replace(desk.main.request, id="greeting")
        desk.main.workspace = desk.main.workspace.edit(desk.main.ref, renamed)
        await desk.press("ctrl+s")
        await desk.until(lambda: 'id = "greeting"' in read(echo))
        await desk.until(lambda: not desk.main.workspace.dirty)
        await desk.shows("container 200 · platform 200")
    async with desktop(session_on(gateway.base_url), echo) as desk:
        await desk.until(lambda: any("greeting" in line for line in listed(desk)))
        desk.main.query_one(HistoryList).focus()
        await desk.press("enter")
        await desk.until(lambda: desk.main.shown is not None)
        assert desk.main.shown is not None
        item = desk.main.workspace.item(desk.main.shown.ref)
        assert item is not None
        assert item.request.id == "greeting"


async def test_a_moved_file_is_known_by_what_its_requests_ask(gateway: GatewayThread, echo: Path) -> None:
    async with desktop(session_on(gateway.base_url), echo) as desk:
        await send(desk, "hello")
    moved = echo.with_name("moved.toml")
    await asyncio.to_thread(echo.rename, moved)
    async with desktop(session_on(gateway.base_url), moved) as desk:
        await desk.until(lambda: listed(desk))
        desk.main.query_one(HistoryList).focus()
        await desk.press("enter")
        await desk.until(lambda: desk.main.shown is not None)
        assert desk.main.shown is not None
        assert desk.main.shown.ref.path == str(moved)


async def test_a_history_that_fails_is_told_once_and_blocks_nothing(session: Session, echo: Path) -> None:
    state_folder().write_text("a file where the folder should be", encoding="utf-8")
    async with desktop(session, echo, notifications=True) as desk:
        await desk.send()
        await desk.send()
        assert len(desk.main.history.entries) == 2
        await desk.until(lambda: any("the history" in each.message for each in desk.app._notifications))
        assert len([each for each in desk.app._notifications if "the history" in each.message]) == 1


async def test_a_history_that_is_switched_off_writes_nothing_and_is_searched_in_memory(
    session: Session, echo: Path
) -> None:
    settings = Settings(
        profiles=session.settings.profiles,
        default_profile=session.settings.default_profile,
        history=HistoryLimits(enabled=False),
    )
    session.settings = settings
    async with desktop(session, echo) as desk:
        await send(desk, "hello")
        await send(desk, "teapot")
        desk.main.start("history_search")
        await desk.press(*"nowhere")
        await desk.until(lambda: listed(desk) == [])
        desk.main.query_one("#history-search", Input).value = "status:418"
        await desk.until(lambda: len(listed(desk)) == 1)
    assert not (state_folder() / "history.db").exists()


async def test_several_calls_are_under_way_each_with_its_own_state(session: Session, echo: Path) -> None:
    async with desktop(session, echo, size=SMALL) as desk:
        await desk.open("slow")
        await desk.press("f5")
        await desk.until(lambda: desk.main.flight is not None and desk.main.flight.doing == "sending")
        slow = desk.main.ref
        await desk.open("hello")
        assert desk.main.flight is None
        assert not desk.main.sending
        assert listed(desk)[0].startswith(("⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"))
        await desk.send()
        await desk.shows("hello · container 200")
        assert list(desk.main.flights) == [slow], "the other call goes on"
        await desk.press("escape")
        assert list(desk.main.flights) == [slow], "Esc cancels the call of the request that is shown, and no other"
        desk.main.query_one(HistoryList).focus()
        await desk.press("g", "enter")
        await desk.until(lambda: desk.main.ref == slow)
        await desk.shows("esc cancels")
        await desk.press("escape")
        await desk.shows("cancelled, outcome unknown")
        await desk.until(lambda: not desk.main.flights)
        assert desk.main.sending is False
        assert len(desk.main.history.entries) == 2


async def test_leaving_with_a_call_under_way_keeps_it_as_unknown(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("slow")
        await desk.press("f5")
        await desk.until(lambda: desk.main.flight is not None and desk.main.flight.doing == "sending")
    history = HistoryFile(state_folder() / "history.db")
    (line,) = history.lines()
    history.close()
    assert (line.id, line.kind, line.in_doubt) == ("slow", "cancelled", True)


@pytest.mark.parametrize("size", [SMALL, (140, 42)])
async def test_two_answers_side_by_side(session: Session, echo: Path, size: tuple[int, int]) -> None:
    async with desktop(session, echo, size=size) as desk:
        await send(desk, "hello")
        desk.main.environment = "staging"
        await desk.send()
        desk.main.start("compare")
        await choose(desk, "past")
        await desk.until(lambda: isinstance(desk.app.screen, CompareScreen))
        screen = desk.app.screen
        await desk.shows("1/2 differences")
        rows = screen.query_one(SideBySide)
        assert (rows.row and rows.row.where) == "$.path"
        await desk.press("n")
        assert (rows.row and rows.row.where) == "$.target"
        await desk.press("n")
        assert (rows.row and rows.row.where) == "$.path", "around the end"
        await desk.press("N")
        await desk.press("i")
        await desk.shows("left out: $.target")
        await desk.shows("/1 differences")
        await desk.press("o")
        await desk.shows("only differences")
        assert "⋯" in desk.text()
        await desk.press("e")
        await desk.until(lambda: desk.app.screen is not screen)
        await desk.press("end", *"; nonsense", "enter")
        await desk.shows("cannot be ignored")
        await desk.press(*["backspace"] * 8, *"$.path", "enter")
        await desk.shows("no difference that counts")
        await desk.press("u", "u")
        await desk.shows("2 differences")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)


async def test_sending_to_another_target_and_comparing(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await send(desk, "hello")
        desk.main.query_one(BodyViewer).view.focus()
        await desk.press("v")
        await choose(desk, "route proxy")
        await desk.until(lambda: isinstance(desk.app.screen, CompareScreen))
        await desk.shows("proxy")
        before, after = desk.main.history.entries
        assert before.exchange.request is not None
        assert after.exchange.request is not None
        assert (before.exchange.request.target.route, after.exchange.request.target.route) == ("invoke", "proxy")
        assert before.exchange.envelope == after.exchange.envelope
        assert after.team == "Alpha"
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        await desk.shows("this answer is from route proxy")
        await desk.pilot.resize_terminal(*SMALL)
        await edit_path(desk, "hello", "x")
        await desk.shows("changed since this answer")
        await desk.shows("answer is from route proxy")
