"""Reading the collections, a few files at a time, in a thread: what could be read, and what is wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.model.errors import CollectionError, FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbench.files.collections import LoadedCollection
    from workbench.tui.controllers.workspace import Workspace

FIRST, BATCH = 5, 60
"""Files that are handed over together: a few at first, so that there is something to look at, then many."""


@dataclass(frozen=True, eq=False)
class Read:
    """One file as it was read; `loaded` is None when it cannot be used."""

    path: str
    loaded: LoadedCollection | None
    problems: tuple[Problem, ...] = ()
    bad_requests: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)


def read(paths: Sequence[str]) -> Iterator[list[Read]]:
    """Every collection file of these files and folders, in batches. May block: a thread's work.

    Raises:
        FileError: a path is not there, or a folder cannot be read.
    """
    from workbench.files.collections import discover

    batch: list[Read] = []
    size = FIRST
    for path in discover(paths):
        batch.append(read_one(str(path)))
        if len(batch) == size:
            yield batch
            batch, size = [], BATCH
    yield batch


def read_one(path: str) -> Read:
    """One file; whatever is wrong with it comes as problems."""
    from workbench.files.collections import load_tolerant

    try:
        loaded, problems, bad = load_tolerant(path)
    except CollectionError as error:
        return Read(path, None, error.problems)
    except FileError as error:
        return Read(path, None, (Problem(path=path, message=error.message, hint=error.hint),))
    return Read(path, loaded, problems, bad)


def take(workspace: Workspace, batch: Sequence[Read]) -> Workspace:
    """The workspace with files that were just read."""
    for each in batch:
        if each.loaded is None:
            workspace = workspace.with_broken(each.path, each.problems)
        else:
            workspace = workspace.with_loaded(each.loaded, each.problems, each.bad_requests)
    return workspace
