"""Notices that a collection is another one on disk than the one that was read. Looks, and changes nothing.

It asks for each file's stamp once a second, which costs 200 files a few hundred microseconds and works everywhere:
notifications of the system do not arrive from network and shared folders, and run out of watches on large trees.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.model.errors import FileError
from workbench.tui.controllers import loading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.tui.controllers.workspace import OpenFile, Read, Workspace

EVERY = 1.0
"""Seconds between two looks."""

Stamp = tuple[int, int, int] | None
"""Modification time, size and inode; None for a file that is not there. A hint that it is worth reading, no proof."""

Stamps = "Mapping[str, tuple[Stamp, ...]]"
"""For each file its own stamp and that of its local file; for each folder its own."""


@dataclass(frozen=True, eq=False)
class Look:
    """What one look has found: the stamps now, and files to take over as they were read, new ones among them."""

    stamps: Mapping[str, tuple[Stamp, ...]] = field(default_factory=dict)
    changed: Sequence[Read] = ()


def stamp(path: str) -> Stamp:
    """What tells at a glance whether a file may have changed."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call, many times
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def look(workspace: Workspace, before: Mapping[str, tuple[Stamp, ...]], paths: Sequence[str] = ()) -> Look:
    """Look at every open file, and for new ones below the folders of `paths`. May block: a thread's work.

    A file that is seen for the first time is compared by its content, for it may have changed since it was read.
    """
    now: dict[str, tuple[Stamp, ...]] = {}
    changed: list[Read] = []
    for path, file in workspace.files.items():
        now[path] = (stamp(path), stamp(_local(path)))
        if now[path] == before.get(path):
            continue
        if _differs(path, file) or (path in before and before[path][1] != now[path][1]):
            changed.append(loading.read_one(path))
    folders = {os.path.dirname(path) or "." for path in workspace.files} | {path for path in paths if _is_folder(path)}  # noqa: PTH120 - texts
    for folder in folders:
        now[folder + os.sep] = (stamp(folder),)
    if any(name in before and before[name] != now[name] for name in now if name.endswith(os.sep)):
        changed += _new(workspace, paths)
    return Look(now, changed)


def _local(path: str) -> str:
    return path.removesuffix(".toml") + ".local.toml"


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - a text


def _new(workspace: Workspace, paths: Sequence[str]) -> list[Read]:
    from workbench.files.collections import discover

    try:
        found = discover([path for path in paths if _is_folder(path)])
    except FileError:
        return []
    return [loading.read_one(str(path)) for path in found if str(path) not in workspace.files]


def _differs(path: str, file: OpenFile) -> bool:
    """Whether the content is not the one that is known."""
    from workbench.files.reading import MAX_BYTES, read_bytes

    known = file.theirs.loaded if file.theirs is not None else file.loaded
    if known is None:
        problems = file.theirs.problems if file.theirs is not None else file.problems
        read = loading.read_one(path)
        return read.loaded is not None or read.problems != problems
    try:
        data = read_bytes(path, limit=MAX_BYTES)
    except FileError:
        return True
    return hashlib.sha256(data).hexdigest() != known.sha256
