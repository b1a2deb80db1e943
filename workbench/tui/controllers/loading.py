"""Reading the collections, a few files at a time, in a thread: what could be read, and what is wrong with the rest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.model.errors import CollectionError, FileError, Problem
from workbench.tui.controllers.workspace import Read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from workbench.tui.controllers.workspace import Workspace

FIRST, BATCH = 5, 60
"""Files that are handed over together: a few at first, so that there is something to look at, then many."""


def read(paths: Sequence[str]) -> Iterator[list[Read]]:
    """Every collection file of these files and folders, in batches. May block: a thread's work.

    What is not there or cannot be looked at comes as a file that cannot be used, beside all others.

    Raises:
        FileError: nothing at all could be looked at.
    """
    from workbench.files.collections import discover

    problems: list[FileError] = []
    found = discover(paths, problems=problems)
    if problems and not found:
        raise problems[0]
    batch = [_unusable(error.path, error) for error in problems]
    size = FIRST
    for path in found:
        batch.append(read_one(str(path)))
        if len(batch) == size:
            yield batch
            batch, size = [], BATCH
    yield batch


@dataclass(frozen=True)
class Begun:
    """A reading that has begun: what came first, and what is still to be read, which only one thread may do."""

    first: Sequence[Read]
    rest: Iterator[list[Read]]


def begin(paths: Sequence[str]) -> Begun:
    """Read the first few files. May block: a thread's work.

    Raises:
        FileError: nothing at all could be looked at.
    """
    batches = read(paths)
    return Begun(next(batches), batches)


def read_one(path: str) -> Read:
    """One file; whatever is wrong with it comes as problems."""
    from workbench.files.collections import load_tolerant

    try:
        loaded, problems, bad = load_tolerant(path)
    except CollectionError as error:
        return Read(path, None, error.problems)
    except FileError as error:
        return _unusable(path, error)
    return Read(path, loaded, problems, bad)


def _unusable(path: str, error: FileError) -> Read:
    return Read(path, None, (Problem(path=path, message=error.message, hint=error.hint),))


def take(workspace: Workspace, batch: Sequence[Read]) -> Workspace:
    """The workspace with files that were just read."""
    for each in batch:
        workspace = workspace.with_read(each)
    return workspace


def gone(workspace: Workspace, seen: Collection[str]) -> list[str]:
    """Open files that are no longer there, of those that were not found just now. May block: a thread's work."""
    return [path for path in workspace.files if path not in seen and not os.path.lexists(path)]


def folders(paths: Sequence[str]) -> list[str]:
    """Empty folders below these, which are shown because somebody made them to be filled."""
    from workbench.files.collections import empty_folders

    return empty_folders(paths)
