"""Jump mode puts its letters on what can be seen, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.app.support import SMALL, desktop
from workbench.tui.screens.jump import Jump

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.replay.session import Session


async def test_fields_that_are_scrolled_away_have_no_letter(session: Session, echo: Path) -> None:
    async with desktop(session, echo, size=SMALL) as desk:
        await desk.press("alt+o")
        await desk.until(lambda: desk.main.query("#needs FieldInput"))
        await desk.pilot.pause()
        await desk.press("ctrl+o")
        jump = desk.app.screen
        assert isinstance(jump, Jump)
        fields = {ancestor.id for widget in jump.targets.values() for ancestor in widget.ancestors}
        assert "name" in fields  # the Options tab is there
        assert "needs" not in fields  # below what is seen of it
