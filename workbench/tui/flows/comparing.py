"""From an answer to the compare view: with another one of the history, or with what another target answers now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.collection import UNSAFE_METHODS
from workbench.model.visible import one_line
from workbench.tui.controllers.answer import local_time, mark_of_line
from workbench.tui.controllers.history import lines
from workbench.tui.flows import elsewhere
from workbench.tui.flows.again import send_elsewhere
from workbench.tui.flows.past import find, outcome, picked
from workbench.tui.screens.dialogs import Answer, Ask
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.model.history import Line
    from workbench.tui.controllers.history import Entry
    from workbench.tui.desk import Desk

_PRESENT, _PAST = "present:", "past:"


async def compare(desk: Desk) -> None:
    """Compare the send under the cursor, or the answer that is shown, with another one."""
    from workbench.tui.screens.compare import CompareScreen

    entry = await picked(desk)
    if entry is None:
        return
    present = desk.history.last.get(entry.ref)
    choices: list[Choice] = []
    if present is not None and present.key != entry.key and present.sent:
        label = Content(f"the present answer of {one_line(present.request.title)}: {outcome(present)}")
        choices.append(Choice(_PRESENT, label, "present answer"))
    own = [_past_choice(line) for line in lines(desk.history, desk.past) if line.key != entry.key]
    same = [choice for line_id, choice in own if line_id == entry.exchange.id]
    choices += [
        *same,
        *elsewhere.choices(desk, entry),
        *(choice for line_id, choice in own if line_id != entry.exchange.id),
    ]
    note = f"{entry.exchange.method} {entry.exchange.path}, {outcome(entry)}, beside:"
    chosen = await desk.ask(Pick("Compare with", choices, note=note))
    if not chosen:
        return
    other = present if chosen == _PRESENT else await _other(desk, entry, chosen)
    if other is not None:
        ignore = entry.request.snapshot_ignore
        earlier, later = sorted((entry, other), key=lambda each: each.exchange.started)
        await desk.ask(CompareScreen(earlier, later, desk.session.redactor, ignore=ignore))


async def _other(desk: Desk, entry: Entry, chosen: str) -> Entry | None:
    if chosen.startswith(_PAST):
        return await find(desk, chosen.removeprefix(_PAST))
    method = entry.exchange.method.upper()
    if method in UNSAFE_METHODS:
        text = f"To compare, {method} {entry.exchange.path} is sent once more, and may change something there."
        if (
            await desk.ask(Ask("Send it?", text, [Answer("", "Cancel"), Answer("send", f"Send {method}", "warning")]))
            != "send"
        ):
            return None
    return await send_elsewhere(desk, entry, elsewhere.from_value(chosen))


def _past_choice(line: Line) -> tuple[str, Choice]:
    what = str(line.status) if line.status is not None else line.kind.replace("_", " ")
    when = local_time(line.started)
    label = Content.assemble(
        f"{'past':<12} {mark_of_line(line) or '–'} {one_line(line.method)} ",
        Content.styled(one_line(line.id or line.path), "bold"),
        f" {one_line(what)} ",
        Content.styled(one_line(f"{line.service}  {when}"), "$text-muted"),
    )
    return line.id, Choice(_PAST + line.key, label, f"past {line.id} {line.path} {line.service} {what} {when}")
