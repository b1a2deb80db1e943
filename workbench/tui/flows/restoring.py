"""What an earlier run left unsaved when it was ended: offered once the files are read. Nothing goes without a yes."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from workbench.tui.controllers import drafting
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from workbench.files.drafts import Estate, LeftBehind
    from workbench.tui.controllers.drafting import Found
    from workbench.tui.desk import Desk

_MOST_LISTED = 12


async def offer(desk: Desk) -> None:
    """Ask what to do with the drafts of runs that are over; they are this run's alone while it asks."""
    from workbench.files.drafts import Estate

    estate = Estate()
    try:
        await asyncio.to_thread(estate.collect)
        found = await asyncio.to_thread(drafting.sort_out, desk.workspace, estate.drafts)
        await asyncio.to_thread(estate.remove, found.same)
        _say_others(desk, estate, found)
        if found.here:
            await _ask(desk, estate, found.here)
    finally:
        await asyncio.to_thread(estate.release)


def _say_others(desk: Desk, estate: Estate, found: Found) -> None:
    if found.elsewhere:
        listed = ", ".join(found.elsewhere[:3]) + (" …" if len(found.elsewhere) > 3 else "")  # noqa: PLR2004 - a toast
        desk.say(f"there are drafts of files that are not open: {listed}. Open them to get the drafts back", "warning")
    if estate.unreadable:
        desk.say(f"a draft cannot be read, and stays where it is: {estate.unreadable[0]}", "warning")


async def _ask(desk: Desk, estate: Estate, here: tuple[tuple[str, LeftBehind], ...]) -> None:
    answers = [
        Answer("restore", "Restore", "primary"),
        Answer("compare", "Compare"),
        Answer("discard", "Discard", "error"),
        Answer("", "Later"),
    ]
    answer = await desk.ask(Ask("Unsaved changes of the last time", _question(desk, here), answers))
    while answer == "compare":
        answer = await _compare(desk, here)
    drafts = tuple(each for _, each in here)
    if answer == "restore":
        desk.workspace, half_typed = await asyncio.to_thread(drafting.put_back, desk.workspace, here)
        desk.put_half_typed(half_typed)
        await desk.keep_drafts()  # the new ones are on the disk before the old ones go
        await asyncio.to_thread(estate.remove, drafts)
        desk.say(f"restored {len(drafts)}: they are not saved yet")
    elif answer == "discard" and await _sure(desk, len(drafts)):
        await asyncio.to_thread(estate.remove, drafts)


async def _sure(desk: Desk, count: int) -> bool:
    answers = [Answer("", "Keep them for later"), Answer("discard", "Discard for good", "error")]
    return await desk.ask(Ask("Discard the drafts?", f"{count} unsaved: they cannot be brought back.", answers)) == (
        "discard"
    )


def _question(desk: Desk, here: tuple[tuple[str, LeftBehind], ...]) -> str:
    lines = ["The program ended before these were saved:", ""]
    above = ""
    for path, each in here[:_MOST_LISTED]:
        draft, file = each.draft, desk.workspace.files[path]
        if path != above:
            changed = file.loaded is not None and file.loaded.sha256 != draft.base_sha256
            lines.append(path + (" – the file has changed since" if changed else ""))
            above = path
        what = draft.request.id if draft.request else "the order of its requests"
        lines.append(f"  {what}{' (new)' if draft.request and not draft.saved_id else ''}  {_when(draft.at)}".rstrip())
    if len(here) > _MOST_LISTED:
        lines.append(f"  and {len(here) - _MOST_LISTED} more")
    return "\n".join([*lines, "", "Restore puts them back as unsaved changes. Esc asks again at the next start."])


def _when(at: str) -> str:
    """A moment in the user's own time."""
    try:
        return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return at


async def _compare(desk: Desk, here: tuple[tuple[str, LeftBehind], ...]) -> str | None:
    from workbench.tui.screens.text_compare import TextCompare

    def texts() -> tuple[str, str]:
        saved, typed = [], []
        for path, each in here:
            head = f"# {path}\n"
            saved.append(head + drafting.saved_text(desk.workspace, path, each.draft))
            typed.append(head + drafting.draft_text(each.draft))
        return "\n".join(saved), "\n".join(typed)

    saved, typed = await asyncio.to_thread(texts)
    answers = [Answer("", "Later"), Answer("restore", "Restore", "primary"), Answer("discard", "Discard", "error")]
    return await desk.ask(TextCompare("Saved and unsaved", ("in the file", saved), ("the draft", typed), answers))
