"""Showing secrets: only after a question, and only for a while."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from workbench.model.errors import WorkbenchError
from workbench.tui.controllers import revealing
from workbench.tui.controllers.variables import secrets_to_read
from workbench.tui.flows.sending import may_read, order_of
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


async def reveal(desk: Desk) -> None:
    """Show the secrets that the request uses, after asking; when they are shown, hide them at once."""
    if desk.revealed is not None:
        desk.revealed = None
        return
    order = order_of(desk, desk.ref)
    if order is None:
        desk.say("no request is selected", "warning")
        return
    names = secrets_to_read(desk.session, order)
    listed = ", ".join(sorted(names)) or "none in [secrets]; what answers have left and is secret"
    answer = await desk.ask(
        Ask(
            "Show secrets?",
            f"For {revealing.SECONDS:.0f} seconds the preview, the variables and what is copied have the real values "
            f"({listed}). Whoever sees the screen sees them.",
            [Answer("", "Keep them masked"), Answer("reveal", "Show them", "warning")],
        )
    )
    if answer != "reveal" or not await may_read(desk, order.loaded, names):
        return
    try:
        shown = await revealing.read(desk.session, order)
    except WorkbenchError as error:
        desk.say(str(error), "error")
        return
    desk.revealed = shown
    await asyncio.sleep(revealing.SECONDS)
    if desk.revealed is shown:
        desk.revealed = None
