"""Filling a request in from outside: a file as its body, a pasted command, a path used before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.tui.app.support import desktop
from workbench.model.collection import Body
from workbench.tui.flows import outside
from workbench.tui.panes.collections_pane import CollectionsTree
from workbench.tui.panes.request_pane import PathField
from workbench.tui.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from workbench.replay.session import Session


async def test_a_body_is_chosen_from_the_folder_and_the_one_before_comes_back(
    session: Session, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (echo.parent / "data").mkdir()
    (echo.parent / "data" / "a.bin").write_bytes(b"\x00\x01")
    opened: list[str] = []

    def edit_file(_: object, path: str, __: object) -> str:
        opened.append(path)
        return ""

    monkeypatch.setattr(outside, "edit_file", edit_file)
    async with desktop(session, echo, size=(80, 24)) as desk:
        await desk.open("post")
        before = desk.main.request
        desk.main.start("body_file")
        await desk.shows("data/a.bin  2 B")
        await desk.press(*"a.bin", "enter")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.body == Body("file", "data/a.bin"))
        await desk.shows("the json body is kept")
        await desk.press("f4")
        await desk.until(lambda: opened == [str(echo.parent / "data" / "a.bin")])
        await desk.press("shift+tab", "u")
        await desk.until(lambda: desk.main.request == before)


async def test_a_paste_can_be_taken_back_and_a_path_used_before_is_offered(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("post")
        before = desk.main.request
        assert before is not None
        desk.app.post_message(events.Paste("curl -X PUT 'https://api.example.com/users/7?a=b' -H 'x-a: 1'"))
        await desk.until(lambda: desk.main.request is not None and desk.main.request.method == "PUT")
        desk.main.query_one(CollectionsTree).focus()
        await desk.pilot.pause()
        desk.app.post_message(events.Paste("http://127.0.0.1:1/api/v1/r/invoke/echo/anything/9"))
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path == "/anything/9")
        desk.main.start("undo")
        desk.main.start("undo")
        await desk.until(lambda: desk.main.request == before)
        desk.main.query_one(PathField).focus()
        await desk.press("ctrl+u", *"/stat")
        await desk.shows("/status/418")
        await desk.press("down", "enter")
        assert desk.main.request is not None
        assert desk.main.request.path == "/status/418"
        assert desk.main.flight is None  # Enter took the path; it did not send
        await desk.press("alt+y")
        await desk.until(lambda: isinstance(desk.main.focused, CodeEditor))
        desk.app.post_message(events.Paste("curl http://127.0.0.1/as-text"))
        await desk.until(lambda: desk.main.request is not None and "as-text" in str(desk.main.request.body))
        assert desk.main.request.path == "/status/418"
