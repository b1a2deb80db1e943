"""Copying the request that is shown in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.errors import WorkbenchError
from workbench.tui.controllers.copying import FORMS, WORDS, copied
from workbench.tui.controllers.variables import secrets_to_read
from workbench.tui.flows.sending import may_read, order_of
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


async def copy_as(desk: Desk) -> None:
    """Choose a form, and put the request on the clipboard in it."""
    order = order_of(desk, desk.ref)
    if order is None:
        desk.say("no request is selected: there is nothing to copy", "warning")
        return
    choices = [
        Choice(
            form,
            Content.assemble(Content.styled(f"{name:<14}", "bold"), Content.styled(about, "$text-muted")),
            f"{name} {about}",
        )
        for form, (name, about) in WORDS.items()
    ]
    revealed = desk.revealed is not None and bool(desk.revealed.of(order))
    note = "secrets are shown now: they will be in the copy" if revealed else "secrets become references"
    chosen = await desk.ask(Pick("Copy request as", choices, note=note))
    form = next((form for form in FORMS if form == chosen), None)
    if form is None:
        return
    names = secrets_to_read(desk.session, order)
    if revealed and not await may_read(desk, order.loaded, names):
        return
    try:
        made = await copied(desk.session, order, form, revealed=revealed)
    except WorkbenchError as error:
        desk.say(str(error), "error")
        return
    desk.copy(made.text, WORDS[form][0])
    if made.notes:
        desk.say("; ".join(made.notes), "warning")
