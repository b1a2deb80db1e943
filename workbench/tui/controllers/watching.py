"""Notices that a collection is another one on disk than the one that was read. Looks, and changes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from workbench.tui.controllers import loading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.tui.controllers.workspace import OpenFile, Workspace

EVERY = 2.0
"""Seconds between two looks."""

Stamp = tuple[int, int, int] | None
"""Modification time, size and inode; None for a file that is not there. A hint that it is worth reading, no proof."""


def stamp(path: str) -> Stamp:
    """What tells at a glance whether a file may have changed."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call, many times
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def look(workspace: Workspace, before: Mapping[str, Stamp]) -> tuple[dict[str, Stamp], list[loading.Read]]:
    """The stamps now, and the files whose content is not the one that was read. May block: a thread's work."""
    now = {path: stamp(path) for path in workspace.files}
    changed = []
    for path, file in workspace.files.items():
        if path in before and before[path] != now[path]:
            read = loading.read_one(path)
            if _differs(file, read):
                changed.append(read)
    return now, changed


def _differs(file: OpenFile, read: loading.Read) -> bool:
    if file.loaded is None or read.loaded is None:
        return read.loaded is not file.loaded or read.problems != file.problems
    return read.loaded.sha256 != file.loaded.sha256
