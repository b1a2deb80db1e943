"""The files that a collection may send as bodies: those in its own folder and below. Reads no content."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from workbench.files.bodies import locate
from workbench.model.errors import FileError

MOST = 5_000
"""Files that are listed at most."""

_LEFT_OUT = frozenset({"node_modules", "__pycache__"})


class FileBeside(NamedTuple):
    """One file: its path as a collection writes it, and its size in bytes."""

    path: str
    size: int


def files_beside(collection_path: str, *, most: int = MOST) -> tuple[tuple[FileBeside, ...], bool]:
    """The ordinary files in a collection's folder, by path, and whether there are more than `most`.

    Hidden files and folders are left out, and what leads out of the folder. A folder that cannot be read is skipped.
    """
    root = Path(collection_path).parent
    found: list[FileBeside] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _LEFT_OUT)
        for name in sorted(names):
            relative = Path(folder, name).relative_to(root).as_posix()
            size = None if name.startswith(".") else _size(collection_path, relative)
            if size is not None:
                if len(found) == most:
                    return tuple(found), True
                found.append(FileBeside(relative, size))
    return tuple(found), False


def _size(collection_path: str, relative: str) -> int | None:
    """The size of an ordinary file that may be read; None for anything else."""
    try:
        status = locate(collection_path, relative).stat()
    except (FileError, OSError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
