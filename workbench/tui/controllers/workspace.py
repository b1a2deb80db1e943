"""The open collections with their unsaved edits, as one frozen value.

A change makes a new `Workspace`. Reads and writes no file: `workbench.files` does. Changes of order and place are in
`arranging`, what becomes of edits when a file changes on disk in `merging`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from workbench.tui.controllers import merging
from workbench.tui.controllers.open_file import Item, OpenFile, Read, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import SavedRequest


@dataclass(frozen=True, eq=False)
class Workspace:
    """Every open file by its path, in the order of the tree.

    `folders` are those that are shown although no collection stands in them.
    """

    files: Mapping[str, OpenFile] = field(default_factory=dict)
    next_key: int = 1
    folders: tuple[str, ...] = ()

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

    def find_saved(self, path: str, request_id: str) -> Ref | None:
        """The request that the file has under an id, whatever it is called here by now."""
        file = self.files.get(path)
        items = file.items if file else ()
        return next((Ref(path, item.key) for item in items if item.saved and item.saved.id == request_id), None)

    def name(self, ref: Ref) -> str:
        """`FILE#ID`."""
        item = self.item(ref)
        return f"{ref.path}#{item.request.id if item else '?'}"

    @property
    def dirty(self) -> tuple[OpenFile, ...]:
        """The files with something to save."""
        return tuple(file for file in self.files.values() if file.dirty)

    def in_question(self, ref: Ref | None) -> OpenFile | None:
        """The file whose edits and disk have to be chosen between: that of a reference first, else any."""
        shown = self.files.get(ref.path) if ref else None
        if shown is not None and shown.theirs is not None:
            return shown
        return next((file for file in self.files.values() if file.theirs is not None), None)

    def with_read(self, read: Read) -> Workspace:
        """The workspace with a file as it was just read. Edits that are not saved stay as they are.

        Where the file on disk is no longer the one they were made on, it is kept beside them as `theirs`.
        """
        before = self.files.get(read.path)
        if before is not None and before.loaded is not None and before.dirty:
            same = read.loaded is not None and read.loaded.sha256 == before.loaded.sha256
            if not same:
                return self._with(replace(before, theirs=read))
        return self._based_on(read, before)

    def rebased(self, path: str) -> Workspace:
        """The edits of a file put on top of what stands on disk now; as before where that cannot be (`in_the_way`).

        Requests on disk that cannot be read stay there as they are.
        """
        file = self.files[path]
        if file.theirs is None or file.theirs.loaded is None or self.in_the_way(path):
            return self
        return self._based_on(file.theirs, file)

    def in_the_way(self, path: str) -> tuple[str, ...]:
        """The ids of a file's requests that are changed here, and cannot be read as they stand on disk now."""
        file = self.files[path]
        there = file.theirs.loaded if file.theirs else None
        return merging.in_the_way(file.items, there.written.requests, there.broken_ids) if there else ()

    def taken_over(self, path: str) -> Workspace:
        """A file as it stands on disk now, without the edits that were made here."""
        file = self.discard(path).files[path]
        return self._based_on(file.theirs, file) if file.theirs is not None else self._with(file)

    def _based_on(self, read: Read, before: OpenFile | None) -> Workspace:
        if read.loaded is None:
            return self._with(OpenFile(read.path, problems=read.problems))
        items, next_key = merging.merged(
            before.items if before else (), before.base if before else (), read.loaded.written.requests, self.next_key
        )
        return self._with(OpenFile(read.path, read.loaded, items, read.problems, read.bad_requests), next_key)

    def without(self, path: str) -> Workspace:
        """The workspace without a file that is gone from the disk; it stays when it has unsaved edits."""
        before = self.files.get(path)
        if before is None or before.dirty:
            return self
        return replace(self, files={each: file for each, file in self.files.items() if each != path})

    def removed(self, paths: Iterable[str]) -> Workspace:
        """The workspace without these files."""
        gone = set(paths)
        return replace(self, files={each: file for each, file in self.files.items() if each not in gone})

    def in_place(self, path: str) -> Workspace:
        """The workspace with a file among those of its folder, by name; new ones come last at first."""
        parent = PurePath(path).parent
        others = [each for each in self.files if each != path]
        siblings = [at for at, each in enumerate(others) if PurePath(each).parent == parent]
        at = next((at for at in siblings if others[at] > path), siblings[-1] + 1 if siblings else len(others))
        order = [*others[:at], path, *others[at:]]
        return replace(self, files={each: self.files[each] for each in order})

    def renamed(self, path: str, read: Read) -> Workspace:
        """The workspace with a file under the path it has now, its edits and its place in the tree as before."""
        file = self.files[path]
        moved = replace(
            file, path=read.path, loaded=read.loaded, problems=read.problems, bad_requests=read.bad_requests
        )
        files = {
            read.path if each == path else each: moved if each == path else self.files[each] for each in self.files
        }
        return replace(self, files=files)

    def with_folders(self, folders: Iterable[str]) -> Workspace:
        """The workspace with these folders shown, although no collection stands in them."""
        return replace(self, folders=tuple(dict.fromkeys(folders)))

    def below(self, folder: str) -> tuple[OpenFile, ...]:
        """Every open file inside a folder."""
        return tuple(file for path, file in self.files.items() if PurePath(path).is_relative_to(folder))

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
        """The workspace with a request as it now stands in the editor; its id changes in the `needs` of others too."""
        before = self.item(ref)
        if before is None:
            return self
        items = self.files[ref.path].items
        if before.request.id != request.id:
            items = tuple(_renamed_need(item, before.request.id, request.id) for item in items)
        return self.with_items(
            ref.path, tuple(replace(item, request=request) if item.key == ref.key else item for item in items)
        )

    def revert(self, ref: Ref) -> Workspace:
        """The request as its file has it; a request the file does not have is gone."""
        item = self.item(ref)
        if item is None:
            return self
        return self.edit(ref, item.saved) if item.saved is not None else self.remove(ref)

    def remove(self, ref: Ref) -> Workspace:
        """The workspace without a request."""
        file = self.files.get(ref.path)
        kept = tuple(item for item in file.items if item.key != ref.key) if file else ()
        return self.with_items(ref.path, kept) if file else self

    def with_items(self, path: str, items: tuple[Item, ...]) -> Workspace:
        """The workspace with other requests in a file."""
        return self._with(replace(self.files[path], items=items))

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

    def _with(self, file: OpenFile, next_key: int | None = None) -> Workspace:
        return replace(
            self,
            files={**self.files, file.path: file},
            next_key=self.next_key if next_key is None else next_key,
        )


def _renamed_need(item: Item, before: str, after: str) -> Item:
    if before not in item.request.needs:
        return item
    needs = tuple(after if each == before else each for each in item.request.needs)
    return replace(item, request=msgspec.structs.replace(item.request, needs=needs))


__all__ = ["Item", "OpenFile", "Read", "Ref", "Workspace"]
