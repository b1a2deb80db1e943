"""What is done with past sends: show one, send it again, forget it, forget all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.collection import UNSAFE_METHODS
from workbench.tui.controllers.answer import local_time, short_failure
from workbench.tui.controllers.history import entry_of
from workbench.tui.flows.again import send_current, send_elsewhere, send_exactly
from workbench.tui.flows.elsewhere import choose
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from workbench.tui.controllers.history import Entry
    from workbench.tui.desk import Desk


async def find(desk: Desk, key: str) -> Entry | None:
    """The send with that key: of this run of the program, else out of the history on disk."""
    own = desk.history.find(key)
    if own is not None or not key:
        return own
    shown = desk.answer.entry
    if shown is not None and shown.key == key:
        return shown
    record, wrong = await desk.archive.record(key)
    if wrong:
        desk.say(wrong, "warning")
    return entry_of(record, desk.workspace) if record else None


async def show(desk: Desk, key: str) -> None:
    """Show a past send in place of the answer."""
    entry = await find(desk, key)
    if entry is None:
        desk.say("this send is not kept any more", "warning")
        desk.find_past(desk.past.query)
    else:
        desk.shown = entry


async def picked(desk: Desk) -> Entry | None:
    """The send under the cursor of the history, or the one that is shown; says so when there is none."""
    entry = await find(desk, desk.highlighted_past())
    if entry is None:
        desk.say("there is no past send here: choose one in the history", "warning")
    return entry


async def replay(desk: Desk) -> None:
    """Send a past send again, after the question how."""
    entry = await picked(desk)
    if entry is None:
        return
    how = await desk.ask(question(entry))
    again: Entry | None = None
    if how == "bytes":
        again = await send_exactly(desk, entry)
    elif how == "values":
        again = await send_current(desk, entry)
    elif how == "elsewhere":
        where = await choose(desk, entry)
        again = await send_elsewhere(desk, entry, where) if where is not None else None
    if again is None:
        return
    if desk.ref != again.ref and desk.workspace.item(again.ref) is not None:
        desk.go_to(again.ref)
    newest = desk.ref == again.ref and desk.history.last.get(again.ref) is again
    desk.shown = None if newest else again


def question(entry: Entry) -> Ask:
    """How to send it again; for an unsafe method the harmless answer comes first."""
    exchange = entry.exchange
    unsafe = exchange.method.upper() in UNSAFE_METHODS
    text = (
        f"{_described(entry)}\n\n"
        + (f"{exchange.method} may change something there. " if unsafe else "")
        + "Exactly the same bytes, its request with the variables of now, or the same to another target?"
    )
    answers = [
        Answer("bytes", "Same bytes", "warning" if unsafe else "primary"),
        Answer("values", "Current values"),
        Answer("elsewhere", "Another target"),
    ]
    cancel = Answer("", "Cancel")
    return Ask("Send again", text, [cancel, *answers] if unsafe else [*answers, cancel])


def _described(entry: Entry) -> str:
    exchange = entry.exchange
    when = local_time(exchange.started)
    return f"{exchange.method} {exchange.path}\nto {exchange.service}, {when}: {outcome(entry)}"


def outcome(entry: Entry) -> str:
    """What came of it, in a few words."""
    exchange = entry.exchange
    if exchange.response is not None:
        return f"container {exchange.response.status}"
    return short_failure(exchange.error) if exchange.error is not None else "no answer"


async def forget(desk: Desk) -> None:
    """Delete the send under the cursor, after a question."""
    entry = await picked(desk)
    if entry is None:
        return
    answers = [Answer("", "Keep it"), Answer("forget", "Forget it", "error")]
    if await desk.ask(Ask("Forget this send?", _described(entry), answers)) == "forget":
        await _forget(desk, [entry.key])


async def clear(desk: Desk) -> None:
    """Delete the whole history, after a question."""
    text = "Every past send is deleted for good, those of earlier days as well. Collections stay as they are."
    answers = [Answer("", "Keep it"), Answer("clear", "Clear the history", "error")]
    if await desk.ask(Ask("Clear the history?", text, answers)) == "clear":
        await _forget(desk, None)


async def _forget(desk: Desk, keys: list[str] | None) -> None:
    wrong = await desk.archive.forget(keys)
    if wrong:
        desk.say(wrong, "error")
        return
    desk.history = desk.history.without(None if keys is None else frozenset(keys))
    if desk.shown is not None and (keys is None or desk.shown.key in keys):
        desk.shown = None
    desk.find_past(desk.past.query)
