"""Collections on disk: load one, find many. Reading never changes a file.

Every problem of a file comes in one `CollectionError`, with line and column. Saving is `workbench.files.editing`.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files import local as overlays
from workbench.files.local import SUFFIX, local_path, read_overlay
from workbench.files.reading import MAX_BYTES, Parsed, parse, read_bytes, unreadable
from workbench.files.validation import Built, build
from workbench.model.collection import Collection
from workbench.model.errors import CollectionError, FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXTENSION = ".toml"


class LoadedCollection(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A collection with the file it came from.

    Attributes:
        collection: what requests see: the file, with its `NAME.local.toml` on top.
        written: the file alone; the same object where there is no local file. Edits go here.
        path: as the user gave it, for display and for reading it again.
        sha256: of `data`, in hex.
        data: the file exactly as it is on disk.
        warnings: what looks wrong but can be used.
        file: the file itself; None for standard input.
        broken_ids: those of the requests that cannot be read, where they have one.
    """

    collection: Collection
    written: Collection
    path: str
    sha256: str
    data: bytes
    warnings: tuple[Problem, ...] = ()
    file: Path | None = None
    broken_ids: frozenset[str] = frozenset()


def load(path: Path | str, *, as_written: str = "", local: bool = True) -> LoadedCollection:
    """Read a collection.

    Args:
        path: the file.
        as_written: the file as the user named it, where that is not `path`.
        local: put `NAME.local.toml` on top where there is one.

    Raises:
        CollectionError: the file cannot be used; has every problem of it and of its local file.
        FileError: there is no such file, or it cannot be read.
    """
    shown = as_written or str(path)
    loaded, problems, _ = _load(Path(path), shown, local=local)
    errors = [problem for problem in problems if problem.severity == "error"]
    if loaded is None or errors:
        raise CollectionError(errors)
    return loaded


def load_tolerant(
    path: Path | str, *, as_written: str = "", local: bool = True
) -> tuple[LoadedCollection | None, tuple[Problem, ...], dict[int, tuple[Problem, ...]]]:
    """Read what can be read of a collection, so that one broken request hides no other.

    Returns:
        The good requests (None when the file as a whole cannot be used) · every problem and warning · for each broken
        request its position in the file, from 0, and what is wrong with it. With broken requests the collection's
        requests are not where the file has them: saving has to be told (`editing.Places`).

    Raises:
        FileError: there is no such file, or it cannot be read.
    """
    return _load(Path(path), as_written or str(path), local=local)


def load_for_review(path: Path | str, data: bytes | None = None) -> tuple[LoadedCollection | None, tuple[Problem, ...]]:
    """Read whatever can be read of a file, to look it through: broken requests too, without the parts that are wrong.

    Args:
        path: the file.
        data: its content, where that came from elsewhere; there is no local file then.

    Returns:
        The collection, of which nothing may be sent or saved (None for no TOML, or another version of the format) ·
        every problem and warning.

    Raises:
        CollectionError: the file is too big, or no ordinary file.
        FileError: there is no such file, or it cannot be read.
    """
    if data is not None:
        return _read(data, str(path), review=True)[:2]
    return _load(Path(path), str(path), local=True, review=True)[:2]


def loads(data: bytes, *, path: str) -> LoadedCollection:
    """Read a collection that is not a file, such as standard input; `path` names it in problems.

    Raises:
        CollectionError: with every problem.
    """
    return loads_beside(data, path=path, broken=0)


def loads_beside(data: bytes, *, path: str, broken: int) -> LoadedCollection:
    """Read a collection that has just so many requests which cannot be read.

    Raises:
        CollectionError: with every problem, where something else is wrong with it.
    """
    return _good(*_read(data, path), broken)


def ids_at(data: bytes, places: Iterable[int]) -> frozenset[str]:
    """The ids of a document's requests at these places, from 0, as they are written: they may be broken otherwise."""
    return _ids_in(parse(data, path="").root or {}, places) if places else frozenset()


def _ids_in(root: dict[str, Any], places: Iterable[int]) -> frozenset[str]:
    tables = [root["request"][place] for place in places]
    written = [table.get("id") for table in tables if isinstance(table, dict)]
    return frozenset(each for each in written if isinstance(each, str))


def reload(loaded: LoadedCollection, data: bytes, *, broken: int = 0) -> LoadedCollection:
    """A collection again from the bytes that its file now has, with its local file as that is now.

    Raises:
        CollectionError: with every problem; not for the requests that could not be read before.
    """
    again, problems, bad = _read(data, loaded.path)
    if loaded.file is not None:
        again, problems = _overlaid(again, problems, loaded.file, loaded.path)
    return _good(again, problems, bad, broken)


def _good(
    loaded: LoadedCollection | None, problems: tuple[Problem, ...], bad: dict[int, tuple[Problem, ...]], broken: int
) -> LoadedCollection:
    errors = [problem for problem in problems if problem.severity == "error"]
    known = {problem for each in bad.values() for problem in each} if broken and len(bad) == broken else set()
    if loaded is None or not known.issuperset(errors):
        raise CollectionError(errors)
    return loaded


def discover(paths: Sequence[str], *, problems: list[FileError] | None = None) -> list[Path]:
    """The collection files of files and folders, in the order given; inside folders sorted and without hidden ones.

    A file that is named is taken as it is; in folders collections end in `.toml` and not in `.local.toml`.

    Args:
        paths: files and folders.
        problems: takes what cannot be looked at, and the rest is found all the same.

    Raises:
        FileError: a path is not there, or a folder cannot be read; not with `problems`.
    """
    found: dict[Path, None] = {}
    for given in paths:
        try:
            found.update(dict.fromkeys(_collections_of(given, problems)))
        except FileError as error:
            if problems is None:
                raise
            problems.append(error)
    return list(found)


def _collections_of(given: str, problems: list[FileError] | None) -> list[Path]:
    path = Path(given)
    try:
        is_folder = path.is_dir()
        path.lstat()
    except OSError as error:
        raise unreadable(error, given) from error
    except ValueError as error:
        raise FileError(f"{given!r} is not a path: {error}", path=given) from error
    return _below(path, problems) if is_folder else [path]


def _below(folder: Path, problems: list[FileError] | None) -> list[Path]:
    def failed(error: OSError) -> None:
        said = unreadable(error, str(error.filename or folder))
        if problems is None:
            raise said from error
        problems.append(said)

    found: list[Path] = []
    for here, folders, files in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found.extend(Path(here, name) for name in files if is_collection_name(name))
    return sorted(found)


def empty_folders(paths: Sequence[str]) -> list[str]:
    """Folders below these that hold nothing at all: made for collections to come. Hidden ones are left out."""
    found: list[str] = []
    for given in paths:
        for here, folders, files in os.walk(given):
            if not folders and not files and here != given:
                found.append(here)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
    return found


def is_collection_name(name: str) -> bool:
    """Whether a file of that name in a folder is a collection."""
    return name.endswith(EXTENSION) and not name.endswith(SUFFIX) and not name.startswith(".")


def _load(
    path: Path, shown: str, *, local: bool, review: bool = False
) -> tuple[LoadedCollection | None, tuple[Problem, ...], dict[int, tuple[Problem, ...]]]:
    try:
        data = read_bytes(path, limit=MAX_BYTES, shown=shown)
    except FileError as error:
        if isinstance(error.__cause__, (OSError, ValueError)):
            raise
        raise CollectionError([Problem(path=shown, message=error.message, hint=error.hint)]) from error
    loaded, problems, broken = _read(data, shown, review=review)
    if loaded is not None:
        loaded = msgspec.structs.replace(loaded, file=path)
    if local:
        loaded, problems = _overlaid(loaded, problems, path, shown)
    return loaded, problems, broken


def _overlaid(
    loaded: LoadedCollection | None, problems: tuple[Problem, ...], path: Path, shown: str
) -> tuple[LoadedCollection | None, tuple[Problem, ...]]:
    """The collection with its local file on top, and the problems of both."""
    overlay, errors, warnings = read_overlay(local_path(path), shown=str(local_path(shown)))
    if loaded is not None:
        merged = loaded.written if overlay is None else overlays.merged(loaded.written, overlay)
        warnings_of_both = (*loaded.warnings, *warnings)
        loaded = msgspec.structs.replace(loaded, collection=merged, warnings=warnings_of_both, file=path)
    return loaded, (*problems, *errors, *warnings)


def _read(
    data: bytes, shown: str, *, review: bool = False
) -> tuple[LoadedCollection | None, tuple[Problem, ...], dict[int, tuple[Problem, ...]]]:
    if len(data) > MAX_BYTES:
        message = f"{shown} has {len(data):,} bytes, more than the {MAX_BYTES:,} that are read"
        return None, (Problem(path=shown, message=message),), {}
    parsed = parse(data, path=shown)
    if parsed.root is None:
        return None, parsed.problems, {}
    built = build(parsed.root, parsed.positions, path=shown)
    loaded = _loaded(data, shown, parsed, built, built.draft if review else built.collection)
    return loaded, (*parsed.problems, *built.errors, *built.warnings), built.broken


def _loaded(
    data: bytes, shown: str, parsed: Parsed, built: Built, collection: Collection | None
) -> LoadedCollection | None:
    if collection is None:
        return None
    return LoadedCollection(
        collection=collection,
        written=collection,
        path=shown,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        warnings=(*parsed.problems, *built.warnings),
        broken_ids=_ids_in(parsed.root or {}, built.broken),
    )
