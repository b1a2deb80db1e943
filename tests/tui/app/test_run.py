"""The run: a table that fills as answers come, stops, runs again what failed, and leaves its sends in the history."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from textual.widgets import DataTable, Input, OptionList, Tabs

from tests.tui.app.support import LARGE, SMALL, Desktop, desktop, read, session_on, write
from tests.tui.app.test_files import answer, type_text
from tests.tui.app.test_target import pick
from workbench.gateway.server import GatewayThread
from workbench.model.errors import CollectionError
from workbench.replay.session import Session
from workbench.tui.controllers.running import Part, RunOrder, works_of
from workbench.tui.panes.collections_pane import CollectionsTree
from workbench.tui.panes.collections_tree import File
from workbench.tui.panes.run_table import RunTable
from workbench.tui.screens.dialogs import AskText
from workbench.tui.screens.exchange import ExchangeScreen
from workbench.tui.screens.pick import Pick
from workbench.tui.screens.run import RunScreen
from workbench.tui.widgets.body_viewer import BodyViewer

MIXED = """\
cyberun = 1
service = "echo"

[env.live]
protected = true

[[request]]
id = "good"
path = "/anything/1"
[request.capture]
seen = "$.path"

[[request]]
id = "bad"
path = "/status/500"

[[request]]
id = "after"
path = "/anything/{{seen}}"
assert = ['status == 200', '$.path contains "anything/1"']

[[request]]
id = "needs-bad"
path = "/anything"
needs = ["bad"]

[[request]]
id = "off"
path = "/anything"
skip = "not today"
"""


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.toml"
    write(path, MIXED)
    return path


async def run_file(desk: Desktop) -> RunScreen:
    """Run the file under the cursor of the tree."""
    tree = desk.main.query_one(CollectionsTree)
    tree.focus()

    def on_the_file() -> bool:
        tree.move_cursor(tree.root.children[0])  # again: the tree may still be on its way to the first request
        return isinstance(desk.main.place, File)

    await desk.until(on_the_file)
    await desk.press("f8")
    await desk.until(lambda: isinstance(desk.app.screen, RunScreen))
    screen = desk.app.screen
    assert isinstance(screen, RunScreen)
    return screen


def column(screen: RunScreen, name: str) -> list[str]:
    table = screen.query_one(RunTable)
    return [str(table.get_cell(key, name)) for key in table.rows]


async def over(desk: Desktop) -> None:
    await desk.until(lambda: "PASSED" in desk.text() or "FAILED" in desk.text())


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_run_has_a_line_for_each_request_and_totals(
    session: Session, mixed: Path, size: tuple[int, int]
) -> None:
    async with desktop(session, mixed, size=size) as desk:
        screen = await run_file(desk)
        await over(desk)
        assert re.search(r" method +status +time +tests +path", desk.text())  # also where the window is narrow
        assert column(screen, "id") == ["good", "bad", "after", "needs-bad", "off"]
        assert column(screen, "mark") == ["✓", "✗", "✓", "–", "–"]
        assert column(screen, "status") == ["200", "500", "200", "–", "–"]
        assert "skipped: not today" in column(screen, "what")[4]
        assert "FAILED · 1 failed · 2 skipped · 2 passed" in desk.text()
        assert re.search(r"p50 [\d.]+ m?s\s+p95 [\d.]+ m?s\s+max\s+[\d.]+\s+m?s\s", desk.text())  # nothing is cut off
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        sent = [entry.exchange.id for entry in desk.main.history.entries]
        assert sent == ["good", "bad", "after"]
        assert "seen" in desk.main.names
        await desk.open("bad")
        await desk.shows("container 500")


async def test_a_line_opens_its_exchange(session: Session, mixed: Path) -> None:
    async with desktop(session, mixed) as desk:
        screen = await run_file(desk)
        await over(desk)
        screen.query_one(DataTable).move_cursor(row=1)
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ExchangeScreen))
        viewer = desk.app.screen.query_one(BodyViewer)
        await desk.until(lambda: viewer.media is not None)
        viewer.view.focus()
        await desk.press("a")
        await desk.until(lambda: any("kept on the main screen" in each.message for each in desk.app._notifications))
        await desk.shows("container 500 · platform 200")
        await desk.press("s")
        await desk.until(lambda: any("the history has the send" in each.message for each in desk.app._notifications))
        desk.app.screen.query_one(Tabs).focus()
        await desk.press("slash")
        await desk.until(lambda: viewer.finding)
        await desk.press("escape", "escape")
        await desk.until(lambda: desk.app.screen is screen)


async def test_the_failed_ones_run_again_with_what_they_need(session: Session, mixed: Path) -> None:
    async with desktop(session, mixed) as desk:
        screen = await run_file(desk)
        await over(desk)
        await desk.press("f5")
        await desk.until(lambda: column(screen, "id") == ["bad"] and column(screen, "mark") == ["✗"])
        await over(desk)
        await desk.press("f8")
        await desk.until(lambda: len(column(screen, "id")) == 5 and "…" not in column(screen, "mark"))


async def test_a_run_is_stopped_by_esc_and_keeps_what_it_has(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "slow.toml"
    requests = "".join(
        f'[[request]]\nid = "r{at}"\npath = "/{"anything" if at == 0 else "delay/30"}"\n' for at in range(4)
    )
    write(path, f'cyberun = 1\nservice = "echo"\n{requests}')
    async with desktop(session, path) as desk:
        screen = await run_file(desk)
        await desk.until(lambda: column(screen, "mark")[:1] == ["✓"])
        await desk.press("escape")
        await desk.until(lambda: "…" not in column(screen, "mark"))
        assert column(screen, "mark") == ["✓", "!", "–", "–"]
        assert "cancelled" in column(screen, "what")[1]
        assert desk.app.screen is screen, "the first Esc stops, the second goes back"
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        assert [entry.exchange.id for entry in desk.main.history.entries] == ["r0", "r1"]


async def test_a_run_that_cannot_start_says_everything_and_sends_nothing(
    session: Session, gateway: GatewayThread, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        gateway.calls.clear()
        await run_file(desk)
        await desk.shows("nothing was sent")
        assert "{{nobody}}" in desk.text()
        assert "{{nothing}}" in desk.text()
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)


async def test_one_request_runs_with_what_it_needs(session: Session, mixed: Path) -> None:
    async with desktop(session, mixed) as desk:
        await desk.open("after")
        tree = desk.main.query_one(CollectionsTree)
        await desk.until(lambda: tree.cursor_node is not None and tree.cursor_node.data == desk.main.ref)
        await desk.pilot.pause()
        await desk.press("f8")
        await pick(desk, "after")
        await desk.until(lambda: isinstance(desk.app.screen, RunScreen))
        await over(desk)
        screen = desk.app.screen
        assert isinstance(screen, RunScreen)
        assert column(screen, "id") == ["good", "after"]


async def test_unsaved_edits_and_the_picked_service_are_what_runs(session: Session, mixed: Path) -> None:
    async with desktop(session, mixed) as desk:
        await desk.open("bad")
        for _ in range(3):
            await desk.press("end", "backspace")
        await desk.press(*"204")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path == "/status/204")
        screen = await run_file(desk)
        await over(desk)
        assert column(screen, "status")[1] == "204"
        assert column(screen, "mark")[3] == "✓"


async def test_a_protected_target_asks_before_a_run_with_unsafe_methods(
    session: Session, gateway: GatewayThread, tmp_path: Path
) -> None:
    path = tmp_path / "live.toml"
    write(path, MIXED + '\n[[request]]\nid = "write"\nmethod = "POST"\npath = "/anything"\n')
    async with desktop(session, path, environment="live") as desk:
        gateway.calls.clear()
        tree = desk.main.query_one(CollectionsTree)
        tree.focus()
        tree.move_cursor(tree.root.children[0])
        await desk.pilot.pause()
        await desk.press("f8")
        await desk.shows("POST write")
        await answer(desk, "Cancel")
        assert desk.app.screen is desk.main
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]


async def test_several_hundred_results_are_all_there(gateway: GatewayThread, tmp_path: Path) -> None:
    path = tmp_path / "many.toml"
    requests = "".join(f'[[request]]\nid = "r{at}"\npath = "/anything/{at}"\n' for at in range(300))
    write(path, f'cyberun = 1\nservice = "echo"\n{requests}')
    async with desktop(session_on(gateway.base_url), path) as desk:
        screen = await run_file(desk)
        await desk.until(lambda: "300 passed" in desk.text())
        assert set(column(screen, "mark")) == {"✓"}


@pytest.mark.parametrize("suffix", ["json", "ndjson", "xml", "html", "tap"])
async def test_a_run_is_saved_as_a_report(session: Session, mixed: Path, tmp_path: Path, suffix: str) -> None:
    place = tmp_path / f"report.{suffix}"
    async with desktop(session, mixed) as desk:
        await run_file(desk)
        await over(desk)
        await desk.press("ctrl+s")
        await type_text(desk, str(place))
        await desk.until(place.exists)
        await desk.until(lambda: read(place))
    text = read(place)
    assert "needs-bad" in text
    if suffix == "json":
        document = json.loads(text)
        assert document["schema"] == "cyberun-run/1"
        assert [result["id"] for result in document["results"]] == ["good", "bad", "after", "needs-bad", "off"]
        assert document["totals"]["failed"] == 1
        assert document["exit"]["code"] == 1
        assert document["base_url"] == session.profile().base_url
        assert document["duration_ms"] > 0
    elif suffix == "xml":
        assert len(ET.fromstring(text).findall(".//testcase")) == 5  # noqa: S314 - our own text


async def test_failures_are_found_filtered_and_a_report_is_replaced_only_after_a_yes(
    session: Session, mixed: Path, tmp_path: Path
) -> None:
    place = tmp_path / "run.tap"
    write(place, "mine")
    async with desktop(session, mixed) as desk:
        screen = await run_file(desk)
        await over(desk)
        assert "expected below 400" in column(screen, "what")[1]
        table = screen.query_one(RunTable)
        await desk.press("n")
        assert table.cursor_row == 1
        await desk.shows("the container answered 500, expected below 400")
        await desk.press("f")
        assert column(screen, "id") == ["bad"]
        await desk.press("N", "f")
        assert (len(column(screen, "id")), table.cursor_row) == (5, 1)
        await desk.press("ctrl+s")
        await type_text(desk, str(place))
        await answer(desk, "Cancel")
        assert read(place) == "mine"
        await desk.press("ctrl+s")
        await type_text(desk, str(place))
        await answer(desk, "Replace")
        await desk.until(lambda: read(place) != "mine")
        assert "not ok 2" in read(place)


async def test_several_calls_are_under_way_at_once_and_come_in_file_order(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "slow.toml"
    requests = "".join(f'[[request]]\nid = "r{at}"\npath = "/delay/0.{9 - at}"\n' for at in range(6, 9))
    write(path, f'cyberun = 1\nservice = "echo"\n{requests}')
    async with desktop(session, path) as desk:
        screen = await run_file(desk)
        await over(desk)
        await desk.press("p")
        await desk.until(lambda: isinstance(desk.app.screen, Pick) and list(desk.app.screen.query(Input)))
        choices = desk.app.screen.query_one(OptionList)
        await desk.press("8")
        await desk.until(lambda: choices.option_count == 1)
        await desk.press("enter")
        await desk.shows("8 calls at once")
        await over(desk)
        assert column(screen, "id") == ["r6", "r7", "r8"]
        began = [datetime.fromisoformat(each.started) for each in screen._record.exchanges]
        ended = [at + timedelta(seconds=each.elapsed) for at, each in zip(began, screen._record.exchanges, strict=True)]
        assert max(began) < min(ended)


async def test_every_problem_of_every_file_is_listed_before_anything_is_sent(
    session: Session, gateway: GatewayThread, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        text = f'cyberun = 1\nservice = "echo"\n[[request]]\nid = "{name}"\npath = "/{{{{no-{name}}}}}"\n'
        write(tmp_path / f"{name}.toml", text)
    async with desktop(session, tmp_path) as desk:
        gateway.calls.clear()
        order = RunOrder("all", tuple(Part(file) for file in desk.main.workspace.files.values()))
        with pytest.raises(CollectionError) as caught:
            await works_of(session, order)
    assert [problem.key for problem in caught.value.problems] == ["a.path", "b.path"]
    assert not [call for call in gateway.calls.all() if call.route == "invoke"]


async def test_a_report_of_no_format_is_refused(session: Session, mixed: Path) -> None:
    async with desktop(session, mixed) as desk:
        await run_file(desk)
        await over(desk)
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, AskText))
        desk.app.screen.query_one(Input).value = "report.pdf"
        await desk.press("enter")
        await desk.shows("the name says the format")
