"""What failed in the last `run`, for `run --failed`: `.cyberun/last-run.json` below the working folder.

Holds paths and ids only. Losing it loses nothing but a convenience, so writing it never fails a run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FOLDER = ".cyberun"
NAME = "last-run.json"


class LastRun(msgspec.Struct, frozen=True):
    """The ids that did not pass, by the collection's place (`place_of`)."""

    failed: dict[str, list[str]] = {}

    def after(self, failed: Mapping[str, Collection[str]], passed: Mapping[str, Collection[str]]) -> LastRun:
        """What failed once another run is over: what was no part of it is still as it was."""
        kept: dict[str, list[str]] = {}
        for path in (*self.failed, *(each for each in failed if each not in self.failed)):
            now, good = failed.get(path, ()), passed.get(path, ())
            ids = [*(each for each in self.failed.get(path, []) if each not in good and each not in now), *now]
            if ids:
                kept[path] = ids
        return LastRun(kept)


def load_last_run(folder: Path) -> LastRun | None:
    """What the last run below `folder` left behind; None when there was none.

    Raises:
        FileError: the file is there and cannot be used.
    """
    path = folder / FOLDER / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=LastRun)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise FileError(
            f"{path} cannot be used: {error}", path=str(path), hint="delete it and run without --failed"
        ) from error


def save_last_run(folder: Path, last: LastRun) -> str:
    """Keep it, in place of the one before; why it could not be kept, or an empty text."""
    path = folder / FOLDER / NAME
    temporary = path.with_name(f".{NAME}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        ignore = path.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        temporary.write_bytes(msgspec.json.encode(last))
        temporary.replace(path)
    except OSError as error:
        return f"{path} could not be written, so --failed will not know this run: {error.strerror}"
    return ""


def remember(folder: Path, failed: Mapping[str, list[str]], passed: Mapping[str, Collection[str]]) -> str:
    """Take account of a run that is over; why it could not be kept, or an empty text."""
    try:
        before = load_last_run(folder) or LastRun()
    except FileError:
        before = LastRun()
    failed = {place_of(folder, path): ids for path, ids in failed.items()}
    return save_last_run(folder, before.after(failed, {place_of(folder, path): ids for path, ids in passed.items()}))


def place_of(folder: Path, path: str) -> str:
    """A collection's path from the folder, however it was written; `-` is standard input."""
    if path == "-":
        return path
    place, below = Path(path).resolve(), folder.resolve()
    return str(place.relative_to(below)) if place.is_relative_to(below) else str(place)
