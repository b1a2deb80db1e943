"""Taking back the last change of what stands where: a request, a file, a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.errors import WorkbenchError
from workbench.tui.controllers import undoing
from workbench.tui.controllers.undoing import MOST, Step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from workbench.tui.controllers.workspace import Ref, Workspace
    from workbench.tui.desk import Desk


def change(desk: Desk, label: str, workspace: Workspace, ref: Ref | None) -> None:
    """Show another workspace and request, so that it can be undone."""
    before, shown = desk.workspace, desk.ref
    touched = undoing.changed_files(before, workspace)
    desk.workspace, desk.ref = workspace, ref

    async def back() -> None:
        desk.workspace = undoing.undone(desk.workspace, touched)
        desk.ref = undoing.place_again(desk.workspace, desk.ref, shown)

    remember(desk, label, back)


def remember(desk: Desk, label: str, back: Callable[[], Awaitable[None]]) -> None:
    """Keep the way back from a change that was made."""
    desk.steps[:] = [*desk.steps, Step(label, back)][-MOST:]


async def undo(desk: Desk) -> None:
    """Undo the last change."""
    if not desk.steps:
        desk.say("there is no change of requests, files or folders to undo")
        return
    step = desk.steps[-1]
    try:
        await step.back()
    except WorkbenchError as error:
        desk.say(f"{step.label}: this cannot be undone now: {error}", "error")
        return
    if desk.steps and desk.steps[-1] is step:
        desk.steps.pop()
    desk.say(f"undone: {step.label}")
