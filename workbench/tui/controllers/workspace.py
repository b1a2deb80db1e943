"""The open collections with their unsaved edits, as one frozen value.

A change makes a new `Workspace`; requests keep a key of their own for as long as the program runs, so that an edit, a
new id or a request added above never lets two requests be mixed up. Reads and writes no file: `workbench.files` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import Collection, SavedRequest, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.errors import Problem


@dataclass(frozen=True)
class Ref:
    """One request of an open file: the file's path and the request's key in this run of the program."""

    path: str
    key: int


@dataclass(frozen=True, eq=False)
class Item:
    """One request of a file.

    Attributes:
        key: names it for as long as the program runs.
        request: as it stands in the editor.
        saved: as its file has it; None when the file does not have it yet.
        origin: its place in the file, from 0; -1 when the file does not have it yet.
    """

    key: int
    request: SavedRequest
    saved: SavedRequest | None = None
    origin: int = -1

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.request is not self.saved and self.request != self.saved


@dataclass(frozen=True, eq=False)
class OpenFile:
    """One collection file: loaded, or broken with the reasons.

    Attributes:
        path: as it was found; names the file everywhere.
        loaded: the file as it was read; None when it could not be used at all.
        items: its requests in order, those not saved yet among them.
        problems: what is wrong with it, errors and warnings.
        bad_requests: requests that could not be read, each with its place in the file and why. The others can be sent,
            and the file cannot be saved before it is mended.
    """

    path: str
    loaded: LoadedCollection | None = None
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    bad_requests: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether the file could not be used."""
        return self.loaded is None

    @property
    def dirty(self) -> bool:
        """Whether there is something to save: a changed, new, moved or removed request."""
        if self.loaded is None:
            return False
        if len(self.items) != len(self.loaded.written.requests):
            return True
        return any(item.origin != at or item.changed for at, item in enumerate(self.items))

    @property
    def unsaved(self) -> int:
        """How many requests are changed, new or removed."""
        before = len(self.loaded.written.requests) if self.loaded else 0
        kept = sum(item.origin >= 0 for item in self.items)
        return sum(item.changed for item in self.items) + before - kept

    def item(self, key: int) -> Item | None:
        """The request with that key."""
        return next((item for item in self.items if item.key == key), None)

    def ids(self) -> set[str]:
        """The ids that are taken."""
        return {item.request.id for item in self.items}

    def origins(self) -> tuple[int | None, ...]:
        """For each request its number in the file, from 0; None for one that the file does not have."""
        return tuple(item.origin if item.origin >= 0 else None for item in self.items)

    def collection(self) -> Collection:
        """The collection as it is sent: personal values and every edit in it; line numbers are those of the file.

        Raises:
            ValueError: the file is broken.
        """
        return self._edited(self._usable().collection)

    def to_write(self) -> Collection:
        """The collection as it is to be saved: every edit in it, personal values left out.

        Raises:
            ValueError: the file is broken.
        """
        return self._edited(self._usable().written)

    def _usable(self) -> LoadedCollection:
        if self.loaded is None:
            raise ValueError(f"{self.path} is broken")
        return self.loaded

    def _edited(self, before: Collection) -> Collection:
        requests = tuple(item.request for item in self.items)
        moved = any(item.origin != at for at, item in enumerate(self.items))
        source = _moved(before.source, self.items) if moved else before.source
        return msgspec.structs.replace(before, requests=requests, source=source)


def _moved(source: Source, items: tuple[Item, ...]) -> Source:
    """Where things stand, for requests whose place in the list is not their place in the file."""
    now_at = {item.origin: at for at, item in enumerate(items) if item.origin >= 0}
    lines: dict[tuple[str | int, ...], int] = {}
    for key, line in source.lines.items():
        if key[0] != "request":
            lines[key] = line
        elif len(key) > 1 and isinstance(key[1], int) and key[1] in now_at:
            lines[("request", now_at[key[1]], *key[2:])] = line
    return Source(source.path, lines)


@dataclass(frozen=True, eq=False)
class Workspace:
    """Every open file by its path, in the order of the tree."""

    files: Mapping[str, OpenFile] = field(default_factory=dict)
    next_key: int = 1

    def file(self, path: str) -> OpenFile | None:
        """The file of that path."""
        return self.files.get(path)

    def item(self, ref: Ref | None) -> Item | None:
        """The request a reference names; None when it is gone."""
        found = self.files.get(ref.path) if ref else None
        return found.item(ref.key) if found and ref else None

    def refs(self) -> Iterator[tuple[Ref, Item]]:
        """Every request of every usable file."""
        for file in self.files.values():
            for item in file.items:
                yield Ref(file.path, item.key), item

    def find(self, path: str, request_id: str) -> Ref | None:
        """The request `FILE#ID` names."""
        file = self.files.get(path)
        items = file.items if file else ()
        return next((Ref(path, item.key) for item in items if item.request.id == request_id), None)

    def name(self, ref: Ref) -> str:
        """`FILE#ID`."""
        item = self.item(ref)
        return f"{ref.path}#{item.request.id if item else '?'}"

    @property
    def dirty(self) -> tuple[OpenFile, ...]:
        """The files with something to save."""
        return tuple(file for file in self.files.values() if file.dirty)

    def with_loaded(
        self,
        loaded: LoadedCollection,
        problems: Iterable[Problem] = (),
        bad_requests: Mapping[int, tuple[Problem, ...]] | None = None,
    ) -> Workspace:
        """The workspace with a file as it was just read; edits of it that are not saved stay on top."""
        path = loaded.path
        before = self.files.get(path)
        items, next_key = _merged(before.items if before else (), _base(before), loaded, self.next_key)
        return self._with(OpenFile(path, loaded, items, tuple(problems), bad_requests or {}), next_key)

    def with_broken(self, path: str, problems: Iterable[Problem]) -> Workspace:
        """The workspace with a file that cannot be used now. What was edited in it stays, were it loaded before."""
        before = self.files.get(path)
        if before is not None and before.dirty:
            return self._with(replace(before, problems=tuple(problems)))
        return self._with(OpenFile(path, problems=tuple(problems)))

    def without(self, path: str) -> Workspace:
        """The workspace without a file that is gone from the disk; it stays when it has unsaved edits."""
        before = self.files.get(path)
        if before is None or before.dirty:
            return self
        return replace(self, files={each: file for each, file in self.files.items() if each != path})

    def saved(self, written: OpenFile, loaded: LoadedCollection) -> Workspace:
        """The workspace after a save of `written`, which is now on disk as `loaded`; what was typed since stays."""
        place = {item.key: at for at, item in enumerate(written.items)}
        on_disk = loaded.written.requests
        items = tuple(
            replace(item, saved=on_disk[place[item.key]], origin=place[item.key]) if item.key in place else item
            for item in self.files[written.path].items
        )
        return self._with(OpenFile(written.path, loaded, items, tuple(loaded.warnings)))

    def edit(self, ref: Ref, request: SavedRequest) -> Workspace:
        """The workspace with a request as it now stands in the editor."""
        return self._map(ref, lambda item: (replace(item, request=request),))

    def revert(self, ref: Ref) -> Workspace:
        """The request as its file has it; a request the file does not have is gone."""
        return self._map(ref, lambda item: () if item.saved is None else (replace(item, request=item.saved),))

    def remove(self, ref: Ref) -> Workspace:
        """The workspace without a request."""
        return self._map(ref, lambda _: ())

    def discard(self, path: str) -> Workspace:
        """A file without its unsaved edits."""
        file = self.files[path]
        if file.loaded is None:
            return self
        kept = {item.origin: item.key for item in file.items if item.origin >= 0}
        items, next_key = [], self.next_key
        for at, request in enumerate(file.loaded.written.requests):
            key = kept.get(at)
            if key is None:
                key, next_key = next_key, next_key + 1
            items.append(Item(key, request, request, at))
        return self._with(replace(file, items=tuple(items)), next_key)

    def insert(self, path: str, request: SavedRequest, after: int | None) -> tuple[Workspace, Ref]:
        """The workspace with a new request after the one with the key `after`, or at the end; and the new one."""
        file = self.files[path]
        at = next((index + 1 for index, item in enumerate(file.items) if item.key == after), len(file.items))
        item = Item(self.next_key, request)
        items = (*file.items[:at], item, *file.items[at:])
        return self._with(replace(file, items=items), self.next_key + 1), Ref(path, item.key)

    def free_id(self, path: str, wanted: str) -> str:
        """An id that the file does not have yet: `wanted`, or with a number behind it."""
        taken = self.files[path].ids()
        if wanted not in taken:
            return wanted
        return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted}-{number}") not in taken)

    def _map(self, ref: Ref, change: _Change) -> Workspace:
        file = self.files.get(ref.path)
        if file is None:
            return self
        items = tuple(new for item in file.items for new in (change(item) if item.key == ref.key else (item,)))
        return self._with(replace(file, items=items))

    def _with(self, file: OpenFile, next_key: int | None = None) -> Workspace:
        return Workspace({**self.files, file.path: file}, self.next_key if next_key is None else next_key)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Change = Callable[[Item], tuple[Item, ...]]


def _base(file: OpenFile | None) -> tuple[SavedRequest, ...]:
    return file.loaded.written.requests if file and file.loaded else ()


def _merged(
    before: tuple[Item, ...], base: tuple[SavedRequest, ...], loaded: LoadedCollection, next_key: int
) -> tuple[tuple[Item, ...], int]:
    """The requests of a file as just read, with the unsaved edits of `before` put on top, matched by id.

    A request that was removed here and is unchanged on disk stays removed; one that is new here keeps its neighbour.
    """
    ours = {item.saved.id: item for item in before if item.saved is not None}
    removed = {request.id: request for request in base if request.id not in ours}
    items: list[Item] = []
    for at, request in enumerate(loaded.written.requests):
        mine = ours.pop(request.id, None)
        if mine is not None:
            items.append(Item(mine.key, mine.request if mine.changed else request, request, at))
        elif removed.get(request.id) != request:
            items.append(Item(next_key, request, request, at))
            next_key += 1
    edited_but_gone = {item.key for item in ours.values() if item.changed}
    neighbour: int | None = None
    for item in before:
        if item.saved is None or item.key in edited_but_gone:
            at = next((index + 1 for index, each in enumerate(items) if each.key == neighbour), len(items))
            items.insert(at if neighbour is not None else 0, Item(item.key, item.request))
        neighbour = item.key
    return tuple(items), next_key
