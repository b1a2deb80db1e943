"""From a path in an answer to an assertion or a capture of the request that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.tui.controllers import keeping

if TYPE_CHECKING:
    from workbench.tui.desk import Desk
    from workbench.tui.widgets.body_viewer import BodyViewer


def keep(desk: Desk, wanted: BodyViewer.KeepRequested) -> None:
    """Add what was asked for to the request, unsaved like every edit, and say where it stands."""
    entry, ref = desk.answer.entry, desk.ref
    item = desk.workspace.item(ref)
    if entry is None or ref is None or item is None:
        desk.say("there is no request to keep it in", "warning")
        return
    if entry.ref != ref:
        desk.say("this answer belongs to another request: open that one first", "warning")
        return
    secret = wanted.literal is not None and desk.session.redactor.holds_secret(wanted.literal)
    if wanted.kind == "assertion":
        line = keeping.assertion(wanted.path, None if secret else wanted.literal, wanted.count)
        request = keeping.with_assertion(item.request, line)
        said = f"assertion: {line}"
    else:
        request, name = keeping.with_capture(item.request, wanted.path, secret=secret)
        said = f"capture {name}: {wanted.path}"
    if request is item.request:
        desk.say(f"the request has it already: {said}")
        return
    desk.workspace = desk.workspace.edit(ref, request)
    desk.say(f"{said} (under Tests; ctrl+s saves it)")
