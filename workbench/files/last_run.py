"""What failed in the last `run`, for `run --failed`: `.cyberun/last-run.json` below the working folder.

Holds paths and ids only. Losing it loses nothing but a convenience, so writing it never fails a run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from workbench.model.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".cyberun"
NAME = "last-run.json"


class LastRun(msgspec.Struct, frozen=True):
    """The ids that did not pass, by the collection's path as it was given."""

    failed: dict[str, list[str]] = {}


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
