"""The one editing function: changes a collection's document in place, so that only what differs is written anew.

`apply` works on bytes alone, `new_document` begins with an empty document and goes the same way, `save` adds the
disk. Comments, order, blank lines, the author's way of writing tables, and every untouched value stay as they are. Each
result is read back and compared with what was meant before anybody sees it.

The parts, from the bottom: `tree` (a text as pieces) · `layout` (how values are written) · `nodes` (one value) ·
`places`, `inserting`, `tables` (keys and tables) · `sequence` · `words`, `changes` (what a
difference means) · `intent` (what the result must say).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import tomli_w

from workbench.files import atomic
from workbench.files.collections import LoadedCollection, ids_at, loads, loads_beside, reload
from workbench.files.editing import intent
from workbench.files.editing.changes import Changes
from workbench.files.editing.sequence import Requests
from workbench.files.editing.tree import Tree
from workbench.files.errors import ConflictError, EditingBug
from workbench.files.format import VERSION
from workbench.files.kept import keep
from workbench.model.collection import Collection, SavedRequest, Source
from workbench.model.errors import CollectionError, FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Places(msgspec.Struct, frozen=True):
    """How the requests of an edited collection stand in its file as it was read.

    Attributes:
        origins: for each its number among those that could be read, from 0; None for a new one. Where that is not
            known they are matched by likeness.
        broken: places in the file, from 0, of requests that cannot be read: they stay as they are, below the request
            that they stand below.
    """

    origins: tuple[int | None, ...] | None = None
    broken: tuple[int, ...] = ()


ANYWHERE = Places()
"""Nothing is known of the places, and every request can be read."""


def apply(data: bytes, before: Collection, after: Collection, places: Places = ANYWHERE) -> bytes:
    """The document with the differences between two collections made in it.

    Args:
        data: the document.
        before: what it says, as `loads(data).written`.
        after: what it is meant to say.
        places: which request was which, and those that are in neither collection.

    Raises:
        CollectionError: `after` is no valid collection, or has something that TOML cannot say; has every problem.
    """
    problems = [*intent.problems(after), *_taken(data, before, after, places)]
    if problems:
        raise CollectionError(problems)
    before, wanted = intent.normal(before), intent.normal(after)
    text = data.decode("utf-8")
    tree = Tree(text)
    changes = Changes(tree)
    changes.collection(before, wanted)
    origins = match(before.requests, wanted.requests) if places.origins is None else places.origins
    _requests(changes, before.requests, wanted.requests, origins, places.broken)
    edited = str(tree).encode()
    found = loads_beside(edited, path=after.source.path, broken=len(places.broken)).written
    if not intent.equal(intent.normal(found), wanted):
        raise EditingBug(f"the edited document of {after.source.path!r} does not say what was meant")
    return edited


def _taken(data: bytes, before: Collection, after: Collection, places: Places) -> list[Problem]:
    """New ids that a request which cannot be read has already."""
    new = {request.id for request in after.requests}.difference(request.id for request in before.requests)
    return [
        Problem(
            path=after.source.path,
            key=f"{each}.id",
            message=f"the id {each!r} is taken by a request that cannot be read",
            hint="choose another one",
        )
        for each in sorted(new & ids_at(data, places.broken))
    ]


def new_document(collection: Collection) -> bytes:
    """A whole new document for a collection.

    Raises:
        CollectionError: it is no valid collection; has every problem.
    """
    skeleton: dict[str, object] = {"cyberun": VERSION}
    if collection.name:
        skeleton["name"] = collection.name
    data = tomli_w.dumps(skeleton).encode()
    path = collection.source.path
    return apply(data, loads(data, path=path).written, collection)


def save(loaded: LoadedCollection, after: Collection, places: Places = ANYWHERE) -> LoadedCollection:
    """Write an edited collection back to its file.

    Args:
        loaded: the file as it was read.
        after: `loaded.written` with edits, so that nothing of the local file gets into the main one.
        places: as `apply` takes it.

    Returns:
        The file as it now is.

    Raises:
        CollectionError: the edited collection is not valid; nothing was written.
        ConflictError: the file is not the one that was read; nothing was written.
        FileError: it could not be written; the old content is intact.
    """
    if loaded.file is None:
        raise FileError(
            f"{loaded.path} is not a file, so it cannot be saved", path=loaded.path, hint="save it as a file"
        )
    edited = apply(loaded.data, loaded.written, after, places)
    if edited != loaded.data:
        atomic.write(loaded.file, edited, expected_sha256=loaded.sha256)
    return reload(loaded, edited, broken=len(places.broken))


def save_as(loaded: LoadedCollection, after: Collection, path: Path | str, places: Places = ANYWHERE) -> str:
    """Write an edited collection to a new file, its comments and order with it; gives its SHA-256.

    Raises:
        CollectionError: the edited collection is not valid; nothing was written.
        ConflictError: there is such a file already.
        FileError: it could not be written.
    """
    return atomic.write(path, apply(loaded.data, loaded.written, after, places), expected_sha256=None)


def save_over(
    loaded: LoadedCollection, after: Collection, places: Places = ANYWHERE
) -> tuple[LoadedCollection, Path | None]:
    """Write an edited collection in place of whatever stands there now, and keep that.

    Returns:
        The file as it now is, and where what stood there is kept; None where nothing did.

    Raises:
        CollectionError: the edited collection is not valid; nothing was written.
        ConflictError: it changed once more in the meantime; nothing was written.
        FileError: it could not be written, or what stood there could not be kept.
    """
    if loaded.file is None:
        raise FileError(f"{loaded.path} is not a file", path=loaded.path)
    edited = apply(loaded.data, loaded.written, after, places)
    kept, sha256 = None, None
    if loaded.file.exists():
        there = loaded.file.read_bytes()
        kept, sha256 = keep(loaded.path, there, "theirs"), hashlib.sha256(there).hexdigest()
    atomic.write(loaded.file, edited, expected_sha256=sha256)
    return reload(loaded, edited, broken=len(places.broken)), kept


def create(path: Path | str, collection: Collection, *, overwrite: bool = False) -> str:
    """Write a collection to a new file; gives its SHA-256.

    Raises:
        CollectionError: the collection is not valid; nothing was written.
        ConflictError: there is such a file already.
        FileError: it could not be written.
    """
    named = msgspec.structs.replace(collection, source=Source(str(path)))
    return atomic.write(path, new_document(named), expected_sha256=None, overwrite=overwrite)


def _requests(
    changes: Changes,
    before: Sequence[SavedRequest],
    after: Sequence[SavedRequest],
    origins: Sequence[int | None],
    broken: Sequence[int],
) -> None:
    count = len(before) + len(broken)
    readable = [place for place in range(count) if place not in broken]
    sequence = Requests(changes.tables, count)
    order: list[int] = []
    for request, number in zip(after, origins, strict=True):
        if number is None:
            made = sequence.add(request.id)
            changes.new_request(made, request)
            order.append(made)
        else:
            changes.request(readable[number], before[number], request)
            order.append(readable[number])
    for place in sorted(broken):
        above = next((each for each in range(place - 1, -1, -1) if each in order), None)
        order.insert(0 if above is None else order.index(above) + 1, place)
    if order != list(range(count)):
        sequence.arrange(order)


def match(before: Sequence[SavedRequest], after: Sequence[SavedRequest]) -> list[int | None]:
    """For each request of `after` the number of the one in `before` that it is; None for a new one.

    They are matched by id; a request with a new id is the old one of the same method and path, or the same in all
    else, if there is just one left that fits.
    """
    numbers = {request.id: number for number, request in enumerate(before)}
    found: list[int | None] = [numbers.get(request.id) for request in after]
    left = [number for number in range(len(before)) if number not in found]
    for at, request in enumerate(after):
        if found[at] is not None:
            continue
        fitting = [number for number in left if _is_renamed(before[number], request)]
        if fitting:
            found[at] = fitting[0]
            left.remove(fitting[0])
    return found


def _is_renamed(before: SavedRequest, after: SavedRequest) -> bool:
    return msgspec.structs.replace(before, id=after.id) == after or (before.method, before.path) == (
        after.method,
        after.path,
    )


__all__ = [
    "ANYWHERE",
    "ConflictError",
    "EditingBug",
    "Places",
    "apply",
    "create",
    "match",
    "new_document",
    "save",
    "save_as",
    "save_over",
]
