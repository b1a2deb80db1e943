"""A file that was changed here and on disk: mine, theirs, or compare. Whatever is chosen, the other version is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from workbench.model.errors import CollectionError, FileError
from workbench.tui.controllers import loading, merging
from workbench.tui.flows import saving
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from workbench.files.collections import LoadedCollection
    from workbench.tui.controllers.workspace import OpenFile, Read
    from workbench.tui.desk import Desk

_MINE = Answer("mine", "Mine", "primary")
_THEIRS = Answer("theirs", "Theirs", "warning")
_COMPARE = Answer("compare", "Compare")


async def choose(desk: Desk, answer: str) -> bool:
    """Carry out one of the answers for the file in question; whether it is settled and nothing is unsaved."""
    file = desk.workspace.in_question(desk.ref)
    if file is None:
        desk.say("no file with unsaved changes has changed on disk")
        return False
    return await _settle(desk, file.path, answer)


async def ask(desk: Desk, path: str) -> bool:
    """Look at what stands on disk and ask; whether the file is saved, or taken over, in the end."""
    read = await asyncio.to_thread(loading.read_one, path)
    desk.workspace = loading.take(desk.workspace, [read])
    file = desk.workspace.files[path]
    if file.theirs is None:
        return not file.dirty or await saving.save_file(desk, file)
    answers = [Answer("", "Cancel"), _COMPARE, _MINE, _THEIRS]
    answer = await desk.ask(Ask("The file has changed on disk", _question(file), answers))
    return await _settle(desk, path, answer)


def _question(file: OpenFile) -> str:
    theirs = file.theirs
    lines = [f"{file.path} is not what your changes were made on.", ""]
    if theirs is None or theirs.loaded is None:
        problem = theirs.problems[0] if theirs and theirs.problems else "it cannot be read"
        lines += [f"It cannot be used as it stands now: {problem}", ""]
        lines += ["Mine: write the file as it is here.", "Theirs: leave it; your changes are put aside."]
    else:
        both = _both_changed(file, theirs.loaded)
        if both:
            lines += ["Changed on both sides:", *(f"  {each}" for each in both), ""]
        if theirs.bad_requests:
            lines += [f"On disk it cannot all be read, and what cannot stays as it is: {_first_problem(theirs)}", ""]
        lines += [
            "Mine: your changes on top of theirs, and save"
            + ("; where both changed the same, yours stands." if both else "."),
            "Theirs: the file as it is on disk; your changes are put aside.",
        ]
    lines += ["", "What is not taken is kept in a file of its own. Cancel: nothing is written, your changes stay."]
    return "\n".join(lines)


def _both_changed(file: OpenFile, theirs: LoadedCollection) -> tuple[str, ...]:
    return merging.both_changed(file.items, file.base, theirs.written.requests, theirs.broken_ids)


async def _settle(desk: Desk, path: str, answer: str | None) -> bool:
    while answer == "compare":
        answer = await _compare(desk, desk.workspace.files[path])
    file = desk.workspace.files[path]
    if file.theirs is None or answer not in ("mine", "theirs"):
        return False
    return await (_mine(desk, file, file.theirs) if answer == "mine" else _theirs(desk, file))


async def _compare(desk: Desk, file: OpenFile) -> str | None:
    from workbench.tui.screens.text_compare import TextCompare

    merged = desk.workspace.rebased(file.path).files[file.path]
    mine = await asyncio.to_thread(saving.text_to_write, merged)
    theirs = await asyncio.to_thread(_text_on_disk, file.path)
    answers = [Answer("", "Back"), _MINE, _THEIRS]
    title = f"{file.path}: on disk and here"
    return await desk.ask(TextCompare(title, ("on disk now (theirs)", theirs), ("what Mine would save", mine), answers))


def _text_on_disk(path: str) -> str:
    from workbench.files.reading import MAX_BYTES, read_bytes

    try:
        return read_bytes(path, limit=MAX_BYTES).decode("utf-8", errors="replace")
    except FileError as error:
        return f"# {error}\n"


async def _mine(desk: Desk, file: OpenFile, theirs: Read) -> bool:
    if theirs.loaded is None:
        return await saving.write_over(desk, file)
    if desk.workspace.in_the_way(file.path):
        return await _in_the_way(desk, file, theirs)
    if _both_changed(file, theirs.loaded) and not await _put_aside(desk, file.path, theirs.loaded.data, "theirs"):
        return False
    desk.workspace = desk.workspace.rebased(file.path)
    merged = desk.workspace.files[file.path]
    return not merged.dirty or await saving.save_file(desk, merged)


async def _in_the_way(desk: Desk, file: OpenFile, theirs: Read) -> bool:
    """A request that was changed here cannot be read as it is on disk, so one of the two has to go elsewhere."""
    changed = ", ".join(desk.workspace.in_the_way(file.path))
    text = (
        f"{_first_problem(theirs)}\n\n"
        f"You changed {changed} here, and it cannot be put on top of that. Mend it on disk (F4 in the tree opens it), "
        "save yours elsewhere, or write the whole file as it is here: what stands on disk is then kept in a file of "
        "its own."
    )
    answers = [
        Answer("", "Cancel"),
        Answer("elsewhere", "Save elsewhere", "primary"),
        Answer("over", "Write it over theirs", "warning"),
    ]
    answer = await desk.ask(Ask("A request on disk cannot be read", text, answers))
    if answer == "elsewhere":
        await saving.elsewhere(desk, file)
    return answer == "over" and await saving.write_over(desk, file)


def _first_problem(theirs: Read) -> str:
    """What is wrong with the first request on disk that cannot be read; empty where all can."""
    return next((str(problem) for problems in theirs.bad_requests.values() for problem in problems), "")


async def _theirs(desk: Desk, file: OpenFile) -> bool:
    text = await asyncio.to_thread(saving.text_to_write, file)
    if not await _put_aside(desk, file.path, text.encode(errors="surrogatepass"), "mine"):
        return False
    desk.workspace = desk.workspace.taken_over(file.path)
    return True


async def _put_aside(desk: Desk, path: str, data: bytes, why: str) -> bool:
    """Keep the version that is not taken; False when that failed and nothing may be dropped."""
    from workbench.files.kept import keep

    try:
        copy = await asyncio.to_thread(keep, path, data, why)
    except (FileError, CollectionError) as error:
        desk.say(f"nothing was changed, because the other version could not be kept: {error}", "error")
        return False
    desk.say(f"{path} as it was {'on disk' if why == 'theirs' else 'here'} is kept in {copy}")
    return True
