"""Keys that come in one burst, and answers that come late, close the screen they are for and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

from tests.tui.app.support import desktop
from workbench.tui.screens.dialogs import Answer, Ask, AskText
from workbench.tui.screens.jump import Jump
from workbench.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.app.support import Desktop
    from workbench.replay.session import Session


async def burst(desk: Desktop, *keys: str) -> None:
    """Keys without a pause between them, as a paste-happy terminal or a fast hand sends them."""
    for key in keys:
        desk.app.post_message(Key(key, key if len(key) == 1 else None))
    await desk.until(lambda: isinstance(desk.app.screen, MainScreen))
    await desk.pilot.pause()  # and whatever the keys after the first one do


async def test_a_burst_of_keys_closes_one_screen(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("ctrl+o")
        assert isinstance(desk.app.screen, Jump)
        await burst(desk, "s", "a", "d")
        assert isinstance(desk.app.screen, MainScreen)
        given: list[str | None] = []
        for keys in (["enter", "enter"], ["escape", "escape"]):
            answers = [Answer("no", "Cancel"), Answer("yes", "Do it")]
            for dialog in (Ask("Really?", "It is gone then.", answers), AskText("Name", "A name.", value="x")):
                await desk.app.push_screen(dialog, given.append)
                await desk.until(lambda: desk.app.focused is not None)
                await burst(desk, *keys)
                assert isinstance(desk.app.screen, MainScreen), keys
        assert given == ["no", "x", None, None]


async def test_an_answer_below_another_screen_waits_for_it(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        given: list[str | None] = []
        below, above = AskText("Name", "A name."), AskText("Other", "Another name.")
        await desk.app.push_screen(below, given.append)
        await desk.app.push_screen(above, given.append)
        below.reply("late")
        await desk.pilot.pause()
        assert (desk.app.screen, given) == (above, [])
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen))
        assert given == [None, "late"]
