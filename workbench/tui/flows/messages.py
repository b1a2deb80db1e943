"""Reading again what was said in passing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.tui.screens.dialogs import Show

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


async def show(desk: Desk) -> None:
    """Show the last messages."""
    await desk.ask(Show("Messages", desk.said.content()))
