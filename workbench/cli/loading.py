"""Collections named on the command line: files, folders, `-` for standard input, and `FILE#ID` for one request."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from workbench.files.collections import discover, load, loads
from workbench.model.errors import CollectionError, FileError, Problem, WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import SavedRequest

STDIN = "-"

Ids: TypeAlias = "Mapping[str, frozenset[str]]"
"""Ids of requests, by file."""


def load_all(paths: Sequence[str]) -> list[LoadedCollection]:
    """Load every collection of the given paths, in their order; one that is named twice is there once.

    Raises:
        CollectionError: with every problem of every file.
        FileError: a path is not there or cannot be read.
    """
    loaded, problems = load_readable(paths)
    if problems:
        raise CollectionError(problems)
    return loaded


def load_readable(paths: Sequence[str]) -> tuple[list[LoadedCollection], list[Problem]]:
    """The collections of the given paths as `load_all` loads them, and the problems of those that are broken.

    Raises:
        FileError: a path is not there or cannot be read.
    """
    loaded: list[LoadedCollection] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    for path in dict.fromkeys(paths):
        for file in [Path(STDIN)] if path == STDIN else discover([path]):
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            try:
                loaded.append(loads(sys.stdin.buffer.read(), path=STDIN) if path == STDIN else load(file))
            except CollectionError as error:
                problems.extend(error.problems)
    if not loaded and not problems:
        listed = ", ".join(paths) or "."
        raise FileError(
            f"there is no collection in {listed}", path=listed, hint="collections are files ending in .toml"
        )
    return loaded, problems


def load_one(reference: str) -> tuple[LoadedCollection, SavedRequest]:
    """The request that `FILE#ID` names.

    Raises:
        CollectionError: the file has problems, or no request with that id.
        FileError: the file is not there.
        WorkbenchError: the reference names no request.
    """
    file, _, request_id = reference.rpartition("#")
    if not file or not request_id:
        raise WorkbenchError(
            f"{reference!r} names no request: expected FILE#ID", hint="`cyberun-tui list FILE` shows the ids"
        )
    loaded = load_all([file])[0] if file == STDIN else load(Path(file))
    request = loaded.collection.find(request_id)
    if request is None:
        problem = Problem(path=file, message=f"there is no request {request_id!r}", hint=_its_requests(loaded))
        raise CollectionError([problem])
    return loaded, request


def references(paths: Sequence[str]) -> tuple[list[str], Ids]:
    """The files of these paths, and the ids of those that were named as `FILE#ID`; a file named whole has none."""
    files: list[str] = []
    ids: dict[str, frozenset[str]] = {}
    whole: list[Path] = []
    for path in paths:
        file, _, request_id = path.rpartition("#")
        if file and request_id and (file == STDIN or Path(file).is_file()) and not Path(path).exists():
            ids[_place(file)] = ids.get(_place(file), frozenset()) | {request_id}
        else:
            file = path
            whole.append(Path(_place(path)))
        files.append(file)
    return files, {place: of for place, of in ids.items() if not any(map(Path(place).is_relative_to, whole))}


def chosen(loaded: Sequence[LoadedCollection], ids: Ids) -> Ids:
    """The ids that were named, by the path that a collection has in reports.

    Raises:
        CollectionError: with every id that its file does not have.
    """
    named = {each: ids[_place(each.path)] for each in loaded if _place(each.path) in ids}
    problems = [
        Problem(path=each.path, message=f"there is no request {request_id!r}", hint=_its_requests(each))
        for each, wanted in named.items()
        for request_id in sorted(wanted)
        if each.collection.find(request_id) is None
    ]
    if problems:
        raise CollectionError(problems)
    return {each.collection.source.path: wanted for each, wanted in named.items()}


def _place(path: str) -> str:
    return STDIN if path == STDIN else str(Path(path).resolve())


def _its_requests(loaded: LoadedCollection) -> str:
    return f"its requests: {', '.join(each.id for each in loaded.collection.requests) or 'none'}"


def unknown_ids(loaded: Sequence[LoadedCollection], wanted: Sequence[str]) -> list[Problem]:
    """One problem for each id of `--only` that no collection has."""
    known = {request.id for each in loaded for request in each.collection.requests}
    hint = f"known ids: {', '.join(sorted(known))}"
    return [Problem(message=f"--only: there is no request {name!r}", hint=hint) for name in wanted if name not in known]
