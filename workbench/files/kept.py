"""Versions of files that a choice would have thrown away: kept privately in the state folder."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.files import atomic
from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "kept"
MOST = 200
"""Files that are kept; the oldest go first."""


def keep(name: str, data: bytes, why: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Path:
    """Keep a version of a file; `why` is a word of its name. Gives the path of the copy.

    Raises:
        FileError: it could not be written.
    """
    folder = state_folder() / FOLDER
    try:
        make_private(state_folder())
        make_private(folder)
    except OSError as error:
        raise FileError(f"{folder} cannot be made: {error.strerror}", path=str(folder)) from error
    path = Path(name)
    copy = folder / f"{now():%Y%m%dT%H%M%S.%f}-{path.stem[:80]}-{why}{path.suffix}"
    atomic.write(copy, data, expected_sha256=None, mode=PRIVATE_FILE)
    for old in sorted(folder.iterdir())[:-MOST]:
        with contextlib.suppress(OSError):
            old.unlink()
    return copy
