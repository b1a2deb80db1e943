"""The main screen's files: workers that read and watch them, and drafts of what is typed in them.

What becomes of a file is decided in the flows; the state itself stands in `state`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from textual import on, work

from workbench.model.errors import FileError
from workbench.tui.controllers import loading, watching
from workbench.tui.drafting import Drafting
from workbench.tui.panes.request_pane import RequestPane
from workbench.tui.panes.request_pane.tab import HalfTyped
from workbench.tui.screens.keeping import KeepingScreen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.screen import Screen

    from workbench.replay.session import Session
    from workbench.tui.controllers.archive import Archive
    from workbench.tui.controllers.undoing import Step
    from workbench.tui.controllers.workspace import OpenFile, Read, Ref, Workspace

Result = TypeVar("Result")

_MOST_NAMED = 3


class FilingScreen(KeepingScreen):
    """The state with the files behind it."""

    def __init__(
        self, session: Session, paths: Sequence[str], archive: Archive, begun: loading.Begun | None = None
    ) -> None:
        super().__init__(session, archive)
        self.paths = tuple(paths)
        self.begun = begun
        self.drafting = Drafting(self)
        self.steps: list[Step] = []
        self.saving: set[str] = set()
        self._looking = threading.Lock()
        self._half_typed: dict[Ref, Mapping[str, str]] = {}
        self._stamps: Mapping[str, tuple[watching.Stamp, ...]] = {}
        if begun is not None:
            workspace = loading.take(self.workspace, begun.first)
            self.set_reactive(FilingScreen.workspace, workspace)
            self.set_reactive(FilingScreen.ref, next((ref for ref, _ in workspace.refs()), None))

    async def ask(self, screen: Screen[Result]) -> Result | None:
        """Open a screen over this one and wait for its answer."""
        return await self.app.push_screen_wait(screen)

    # Reading

    @work(thread=True, exclusive=True, group="files")
    def load_files(self) -> None:
        """Read the collections in a thread, and show them as they come; what is gone from the disk goes."""
        begun, self.begun = self.begun or loading.Begun((), loading.read(self.paths)), None
        seen = {read.path for read in begun.first}
        try:
            for batch in begun.rest:
                seen.update(read.path for read in batch)
                self.app.call_from_thread(self._take, batch)
        except FileError as error:
            self.app.call_from_thread(self._unread, str(error))
        else:
            self.app.call_from_thread(self._unread, "no collections here: ctrl+n makes one")
            gone = loading.gone(self.workspace, seen)
            self.app.call_from_thread(self._all_read, gone, loading.folders(self.paths))

    def _take(self, batch: Sequence[Read]) -> None:
        self.workspace = loading.take(self.workspace, batch)
        first = next((ref for ref, _ in self.workspace.refs()), None)
        if self.ref is None and first is not None:
            self.ref = first
            self.opened(first)

    def _all_read(self, gone: Sequence[str], folders: Sequence[str]) -> None:
        for path in gone:
            self.workspace = self.workspace.without(path)
        if self.workspace.folders != tuple(folders):
            self.workspace = self.workspace.with_folders(folders)
        self.files_read()

    def files_read(self) -> None:
        """Every file is there."""

    def opened(self, first: Ref) -> None:
        """The first request is there: a place for the focus."""

    def _unread(self, reason: str) -> None:
        """Nothing more comes; where nothing came at all, say why."""

    @work(thread=True, exclusive=True, group="watch")
    def look_at_the_disk(self) -> None:
        """Notice what another program has changed; a slow disk is looked at by one thread at a time."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            found = watching.look(self.workspace, self._stamps, self.paths)
            self._stamps = found.stamps
        finally:
            self._looking.release()
        if found.changed:
            self.app.call_from_thread(self._changed_on_disk, found.changed)

    def _changed_on_disk(self, changed: Sequence[Read]) -> None:
        """Show what stands there now; where there are unsaved changes it stands beside them, to choose."""
        ours = [read.path for read in changed if read.path in self.saving]
        self._stamps = {path: stamps for path, stamps in self._stamps.items() if path not in ours}  # looked at again
        before = self.workspace.files
        taken = [read for read in changed if read.path not in ours]
        self.workspace = loading.take(self.workspace, taken)
        beside = [read.path for read in taken if self.workspace.files[read.path].theirs is not None]
        new = [read.path for read in taken if read.path not in before]
        again = [read.path for read in taken if read.path not in (*beside, *new) and not _same(before[read.path], read)]
        if beside:
            self.say(f"{_listed(beside)} changed on disk, and here: choose mine, theirs, or compare", "warning")
        if again:
            self.say(f"{_listed(again)} changed on disk and was read again")
        if new:
            self.say(f"new on disk: {_listed(new)}")

    # Drafts

    def watch_workspace(self, before: Workspace, now: Workspace) -> None:
        """A change is kept as a draft a moment later."""
        super().watch_workspace(before, now)
        self.drafting.touch()

    def watch_ref(self, before: Ref | None, now: Ref | None) -> None:
        """What is half typed stays with its request, and comes back with it."""
        panes = self.query(RequestPane)
        if before is not None and panes:
            self._half_typed[before] = panes.first().half_typed()
        super().watch_ref(before, now)
        if now is not None and panes:
            panes.first().type_again(self._half_typed.get(now, {}))

    def half_typed_texts(self) -> Mapping[Ref, Mapping[str, str]]:
        """Texts of fields that no request could take over yet."""
        texts = dict(self._half_typed)
        panes = self.query(RequestPane)
        if self.ref is not None and panes:
            texts[self.ref] = panes.first().half_typed()
        return {ref: fields for ref, fields in texts.items() if fields and self.workspace.item(ref)}

    def put_half_typed(self, texts: Mapping[Ref, Mapping[str, str]]) -> None:
        """Put half-typed texts back into their fields, when their request is shown."""
        self._half_typed.update(texts)
        if self.ref is not None and self.ref in texts:
            self.query_one(RequestPane).type_again(texts[self.ref])

    @on(HalfTyped)
    def _half_typed_more(self) -> None:
        self.drafting.touch()

    async def keep_drafts(self) -> None:
        """Keep what is unsaved as drafts, now."""
        await self.drafting.keep()

    def forget_drafts(self) -> None:
        """What is unsaved is not wanted: no draft of it stays."""
        self.drafting.forget()


def _listed(paths: Sequence[str]) -> str:
    """A few paths by name, many by number."""
    return ", ".join(paths) if len(paths) <= _MOST_NAMED else f"{paths[0]} and {len(paths) - 1} other files"


def _same(file: OpenFile, read: Read) -> bool:
    """Whether a file has just the content that is known; its local file may have changed."""
    return file.loaded is not None and read.loaded is not None and file.loaded.sha256 == read.loaded.sha256
