"""Importing in the app: a service's own document, a curl command, a file; and what is none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.tui.app.support import Desktop, desktop, read
from workbench.tui.screens.dialogs import AskText

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.replay.session import Session


async def answer(desk: Desktop, title: str, text: str) -> None:
    """Wait for a dialog, and answer it."""
    await desk.until(
        lambda: (
            isinstance(desk.app.screen, AskText)
            and title in str(desk.app.screen.query_one(".window").border_title)
            and list(desk.app.screen.query(Input))
        )
    )
    desk.app.screen.query_one(Input).value = text
    await desk.press("enter")


async def test_what_other_tools_have_becomes_a_collection(session: Session, echo: Path) -> None:
    folder = echo.parent
    (folder / "broken.har").write_text('{"log": 1', encoding="utf-8")
    async with desktop(session, echo) as desk:
        before = desk.main.ref
        desk.main.start("import")
        await answer(desk, "Import", "/openapi.json")
        await answer(desk, "requests", str(folder / "api" / "own.toml"))
        await desk.until(lambda: desk.main.ref is not None and desk.main.ref.path.endswith("own.toml"))
        assert 'service = "echo"' in read(folder / "api" / "own.toml")
        assert desk.main.request is not None
        desk.main.start("undo")
        await desk.until(lambda: desk.main.ref == before)
        assert not (folder / "api" / "own.toml").exists()

        desk.main.start("import")
        await answer(desk, "Import", "curl https://a.example/x -H 'authorization: Bearer c4n4ry' -k")
        await desk.shows("left out: -k")
        await answer(desk, "Import 1 request", str(folder / "curl.toml"))
        await desk.until(lambda: desk.main.ref is not None and desk.main.ref.path.endswith("curl.toml"))
        assert "c4n4ry" not in read(folder / "curl.toml")

        desk.main.start("import")
        await answer(desk, "Import", str(folder / "broken.har"))
        await desk.shows("Nothing was imported: this is not JSON")
        assert desk.app.screen.query_one(Input).value.endswith("broken.har"), "what was typed stays"
        await desk.press("escape")
        assert desk.main.ref is not None
        assert desk.main.ref.path.endswith("curl.toml")
