"""One open collection file with its unsaved edits, as frozen values; `workspace` holds all of them.

Requests keep a key of their own for as long as the program runs, so that an edit, a new id or a request added above
never lets two requests be mixed up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import Collection, SavedRequest, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.files.editing import Places
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
class Read:
    """One file as it was read; `loaded` is None when it cannot be used."""

    path: str
    loaded: LoadedCollection | None
    problems: tuple[Problem, ...] = ()
    bad_requests: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class OpenFile:
    """One collection file: loaded, or broken with the reasons.

    Attributes:
        path: as it was found; names the file everywhere.
        loaded: the file as it was read; None when it could not be used at all.
        items: its requests in order, those not saved yet among them.
        problems: what is wrong with it, errors and warnings.
        bad_requests: requests that could not be read, each with its place in the file and why. The others can be sent
            and saved; these stay in the file as they are.
        theirs: what stands on disk now, where that is not what was loaded and there are edits on top of that.
    """

    path: str
    loaded: LoadedCollection | None = None
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    bad_requests: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    theirs: Read | None = None

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
    def base(self) -> tuple[SavedRequest, ...]:
        """The requests as they were read, which the edits were made on."""
        return self.loaded.written.requests if self.loaded else ()

    @property
    def unsaved(self) -> int:
        """How many requests are changed, new or removed."""
        before = len(self.loaded.written.requests) if self.loaded else 0
        kept = sum(item.origin >= 0 for item in self.items)
        return sum(item.changed for item in self.items) + before - kept

    def item(self, key: int) -> Item | None:
        """The request with that key."""
        return next((item for item in self.items if item.key == key), None)

    def ids(self) -> tuple[str, ...]:
        """The ids that are taken, in the order of the requests; last those of requests that could not be read."""
        broken = sorted(self.loaded.broken_ids) if self.loaded else ()
        return tuple(dict.fromkeys((*(item.request.id for item in self.items), *broken)))

    def places(self) -> Places:
        """How its requests stand in the file, for saving."""
        from workbench.files.editing import Places

        return Places(
            tuple(item.origin if item.origin >= 0 else None for item in self.items), tuple(sorted(self.bad_requests))
        )

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
