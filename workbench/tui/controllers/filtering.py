"""Which requests of the open files fit what was typed above the tree. Pure, and quick enough for every key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.tui.controllers.open_file import Item, OpenFile
    from workbench.tui.controllers.workspace import Workspace

MOST = 400
"""Requests that are shown at once; more would be no help."""


def matching(workspace: Workspace, query: str) -> dict[str, frozenset[int]]:
    """For each file with something that fits the keys of its requests that do; broken files fit by their path.

    Every word of the query has to stand somewhere in the file's path or the request's method, id, name, path or tags,
    whatever the case of its letters.
    """
    words = query.casefold().split()
    found: dict[str, frozenset[int]] = {}
    left = MOST
    for path, file in workspace.files.items():
        folded = path.casefold()
        rest = [word for word in words if word not in folded]
        keys = _keys(file, rest, left)
        if keys or (not rest and not file.items):
            found[path] = keys
            left -= len(keys)
        if left <= 0:
            break
    return found


def _keys(file: OpenFile, words: list[str], most: int) -> frozenset[int]:
    fitting = (item.key for item in file.items if not words or _fits(item, words))
    return frozenset(key for key, _ in zip(fitting, range(most), strict=False))


def _fits(item: Item, words: list[str]) -> bool:
    request = item.request
    text = " ".join((request.method, request.id, request.name, request.path, *request.tags)).casefold()
    return all(word in text for word in words)
