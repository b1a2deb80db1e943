"""The start: the outline, the first files in it, and what becomes of a slow disk and of early keys."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

import pytest

from tests.tui.app.support import ECHO, LARGE, Desktop, write
from tests.tui.quiet import HANGS, work_unwatched
from workbench.tui import app as app_module
from workbench.tui.app import WorkbenchApp
from workbench.tui.controllers import loading
from workbench.tui.panes.request_pane import PathField
from workbench.tui.panes.response import ResponsePane
from workbench.tui.panes.response.answer_tabs import AnswerTabs
from workbench.tui.screens.main import MainScreen
from workbench.tui.screens.start import StartScreen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from workbench.replay.session import Session
    from workbench.tui.controllers.workspace import Read


@pytest.fixture
def panes_wait(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The panes are not imported before this is set."""
    gate = threading.Event()

    def import_module(name: str) -> ModuleType:
        assert gate.wait(HANGS)
        return importlib.import_module(name)

    monkeypatch.setattr(app_module, "importlib", type("Late", (), {"import_module": staticmethod(import_module)}))
    with work_unwatched():
        yield gate
    gate.set()


async def test_the_outline_shows_the_first_files_and_the_panes_take_what_was_typed_and_read_by_then(
    session: Session, tmp_path: Path, panes_wait: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(loading.FIRST + 2):
        write(folder / f"c{number}.toml", ECHO.replace("/anything", f"/anything/{number}"))
    read: list[str] = []
    read_one = loading.read_one

    def noting(path: str) -> Read:
        read.append(path)
        return read_one(path)

    monkeypatch.setattr(loading, "read_one", noting)
    app = WorkbenchApp(session, [str(folder)])
    async with app.run_test(size=LARGE) as pilot:
        desk = Desktop(app, pilot)
        await desk.shows("c0.toml")
        outline = app.screen
        assert isinstance(outline, StartScreen)
        text = desk.text()
        assert "▾ c0.toml" in text
        assert "├ POST Post it" in text
        assert "▸ c4.toml" in text
        assert "GET /anything/0/{{who}}" in text
        assert "Request ─ hello" in text
        side = outline.query_one("#side").region
        await pilot.press("down")
        panes_wait.set()
        await desk.started()
        await desk.until(lambda: len(desk.main.workspace.files) == loading.FIRST + 2)
        await desk.until(lambda: app.focused is not None and app.focused.id == "collections")
        assert desk.main.query_one("#side").region == side
        assert desk.main.request is not None
        assert desk.main.request.path == "/anything/0/{{who}}"
    assert len(read) == len(set(read)) == loading.FIRST + 2


async def test_a_disk_that_is_slow_at_first_keeps_no_pane_waiting(
    session: Session, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    begin = loading.begin

    def slow(paths: Sequence[str]) -> loading.Begun:
        assert gate.wait(HANGS)
        return begin(paths)

    monkeypatch.setattr(loading, "begin", slow)
    app = WorkbenchApp(session, [str(echo)])
    try:
        with work_unwatched():
            async with app.run_test(size=LARGE) as pilot:
                desk = Desktop(app, pilot)
                await desk.started()
                await desk.until(lambda: isinstance(app.screen, MainScreen) and app.screen.request is not None)
                assert "hello" in desk.text()
                await desk.until(lambda: isinstance(app.focused, PathField))
                gate.set()
    finally:
        gate.set()


async def test_a_file_that_is_gone_by_then_is_said_by_the_panes(session: Session, tmp_path: Path) -> None:
    app = WorkbenchApp(session, [str(tmp_path / "gone.toml")])
    async with app.run_test(size=LARGE) as pilot:
        desk = Desktop(app, pilot)
        await desk.started()
        await desk.shows("gone.toml")


async def test_leaving_while_the_tabs_of_the_answer_are_to_be_made_is_no_crash(session: Session, echo: Path) -> None:
    app = WorkbenchApp(session, [str(echo)])
    async with app.run_test(size=LARGE) as pilot:
        desk = Desktop(app, pilot)
        await desk.started()
        pane = desk.main.query_one(ResponsePane)
        pane._tabs = AnswerTabs(session.redactor, id="late-tabs")
        app.exit(0)
        await ResponsePane.prepare.__wrapped__(pane)  # type: ignore[attr-defined]  # as a worker that has just begun
        assert not pane._tabs.is_attached
    assert app.crash is None
    assert app.return_value == 0


def test_what_breaks_while_the_app_is_leaving_is_no_crash(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    app = WorkbenchApp(session)
    bug = LookupError()
    for name in ("bell", "keep_drafts", "_close_messages_no_wait"):
        monkeypatch.setattr(app, name, lambda: None)
    monkeypatch.setattr(app, "_exception", bug)
    monkeypatch.setattr(app, "_exit", True)
    app._fatal_error()
    assert app.crash is None
    monkeypatch.setattr(app, "_exit", False)
    app._fatal_error()
    assert app.crash is bug
