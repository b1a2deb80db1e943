"""From F8 to the run screen and back: what is to run, what it may read, and its exchanges into the history."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.collection import UNSAFE_METHODS
from workbench.model.visible import one_line
from workbench.tui.controllers.aim import aim
from workbench.tui.controllers.history import Entry
from workbench.tui.controllers.running import Part, RunOrder
from workbench.tui.controllers.variables import secrets_used
from workbench.tui.flows.sending import may_read
from workbench.tui.screens.dialogs import Answer, Ask
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange
    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk


async def run(desk: Desk) -> None:
    """Run the request, file or folder under the cursor of the tree."""
    from workbench.tui.screens.run import RunScreen

    order = await _what(desk)
    if order is None:
        return
    for part in order.parts:
        loaded = part.file.loaded
        names = secrets_used(part.file.collection(), part.requests())
        if loaded is None or not await may_read(desk, loaded, names):
            return
    if not await _guarded(desk, order):
        return
    exchanges = await desk.ask(RunScreen(desk.session, order))
    _record(desk, order, exchanges or [])


async def _what(desk: Desk) -> RunOrder | None:
    """What is to run: what the cursor stands on; on a request, ask how much around it."""
    path = getattr(desk.place, "path", "") or (desk.ref.path if desk.ref else "")
    usable = [file for file in desk.workspace.files.values() if not file.broken and file.items]
    below = [file for file in usable if PurePath(path) in PurePath(file.path).parents]
    if below:
        return _order(desk, f"{path}/", [Part(file) for file in below])
    file = next((each for each in usable if each.path == path), None)
    if file is None:
        desk.say("there is nothing here to run", "warning")
        return None
    key = getattr(desk.place, "key", None)
    item = file.item(key) if key is not None else None
    if item is None:
        return _order(desk, file.path, [Part(file)])
    choices = [
        _choice("request", item.request.id, "and what it needs"),
        _choice("file", file.path, f"{len(file.items)} requests"),
    ]
    if len(usable) > 1:
        choices.append(_choice("all", "every file", f"{sum(len(each.items) for each in usable)} requests"))
    chosen = await desk.ask(Pick("Run", choices))
    if chosen == "request":
        return _order(desk, f"{file.path}#{item.request.id}", [Part(file, (item.request.id,))])
    if chosen == "file":
        return _order(desk, file.path, [Part(file)])
    return _order(desk, "every file", [Part(each) for each in usable]) if chosen == "all" else None


def _choice(value: str, what: str, more: str) -> Choice:
    label = Content.assemble(Content.styled(one_line(what), "bold"), f"  {more}")
    return Choice(value, label, what)


def _order(desk: Desk, title: str, parts: list[Part]) -> RunOrder:
    return RunOrder(
        title=title,
        parts=tuple(parts),
        environment=desk.environment,
        picks=desk.picks,
        overrides=desk.overrides,
    )


async def _guarded(desk: Desk, order: RunOrder) -> bool:
    """Whether a run with unsafe methods may go to protected targets."""
    unsafe = [
        f"  {request.method} {request.id} ({part.file.path})"
        for part in order.parts
        for request in part.requests()
        if request.method.upper() in UNSAFE_METHODS and _protected(desk, part.file, request.id)
    ]
    if not unsafe:
        return True
    listed = "\n".join(unsafe[:20]) + ("\n  …" if len(unsafe) > 20 else "")  # noqa: PLR2004 - what fits on a screen
    answer = await desk.ask(
        Ask(
            "Protected target",
            f"These may change something on a target that is marked as protected:\n\n{listed}",
            [Answer("", "Cancel"), Answer("run", f"Run all {len(unsafe)}", "error")],
        )
    )
    return answer == "run"


def _protected(desk: Desk, file: OpenFile, request_id: str) -> bool:
    collection = file.collection()
    target = aim(desk.session, desk.picks, collection, collection.find(request_id), desk.environment).target
    return target is not None and target.protected


def _record(desk: Desk, order: RunOrder, exchanges: list[Exchange]) -> None:
    """What a run sent is history like any send, and what it captured is there for later sends."""
    entries, captures = [], dict(desk.captures)
    for exchange in exchanges:
        ref = desk.workspace.find(exchange.file, exchange.id)
        item = desk.workspace.item(ref)
        if ref is None or item is None or exchange.outcome == "skipped":
            continue
        environment = exchange.request.target.environment if exchange.request else order.environment or ""
        target = exchange.request.target if exchange.request else None
        team = (target.team_name or target.team or "") if target else ""
        entries.append(Entry(0, ref, item.request, exchange, team=team, environment=environment))
        if exchange.captures:
            captures[exchange.file] = {**captures.get(exchange.file, {}), **exchange.captures}
    desk.keep(entries)
    desk.captures = captures
