"""The tree of collections: folders, files, requests; what is broken and what is not saved stands out.

A file's requests become nodes when it is first opened, so that thousands of them cost nothing at the start. It shows
the workspace it is given; what was chosen comes up as messages.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Tree
from textual.widgets.tree import TreeNode

from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers.filtering import matching
from workbench.tui.controllers.workspace import Item, OpenFile, Ref, Workspace
from workbench.tui.panes.collections_tree import (
    CollectionsTree,
    File,
    Folder,
    Place,
    TreeFilter,
    file_label,
    problem_label,
    request_label,
)
from workbench.tui.widgets.told import Told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType


class CollectionsPane(Widget):
    """The tree, or a sentence where there is nothing to show."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("collections")]

    workspace: reactive[Workspace] = reactive(Workspace(), init=False)
    ref: reactive[Ref | None] = reactive[Ref | None](None, init=False)
    empty: reactive[str] = reactive("reading the collections…")
    filter: reactive[str] = reactive("", init=False)

    class RequestOpened(Message):
        """A request was chosen."""

        def __init__(self, ref: Ref) -> None:
            self.ref = ref
            super().__init__()

    class FileSelected(Message):
        """A file that cannot be used was chosen, or one of its problems."""

        def __init__(self, path: str) -> None:
            self.path = path
            super().__init__()

    class MenuRequested(Message):
        """What can be done with the place under the cursor is asked for."""

    class PlaceHighlighted(Message):
        """The cursor stands on something else."""

        def __init__(self, place: Place | None) -> None:
            self.place = place
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._folders: dict[str, TreeNode[Place]] = {}
        self._files: dict[str, TreeNode[Place]] = {}
        self._filled: dict[str, dict[int, TreeNode[Place]]] = {}
        self._drawn: Mapping[str, OpenFile] = {}
        self._built: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """What narrows the tree, the tree, and the sentence that stands in for it."""
        self.border_title = "Collections"
        yield TreeFilter(placeholder="words of id, name, path, tag", compact=True, id="collections-filter")
        tree = CollectionsTree(Text("collections"), id="collections")
        tree.show_root = False
        tree.guide_depth = 2
        yield Told(id="collections-note")
        yield tree

    def on_mount(self) -> None:
        """Show the first state."""
        self.watch_workspace()

    def watch_empty(self) -> None:
        """Another reason for showing nothing."""
        if self.is_mounted:
            self._say_why()

    def _say_why(self) -> None:
        reason = f"nothing fits {self.filter!r}" if self.filter and self.workspace.files else self.empty
        self.query_one("#collections-note", Told).say(one_line(reason))

    # Values down

    def watch_workspace(self) -> None:
        """Draw what is different from before."""
        if not self.is_mounted:
            return
        shown = self._shown()
        something = bool(shown or self._empty_folders())
        self.query_one("#collections-note").display = not something
        self._say_why()
        built = (self._several(), self._empty_folders(), shown if self.filter else None)
        if built != self._built or list(self._files) != list(shown)[: len(self._files)]:
            self._rebuild(shown)
        elif len(self._files) < len(shown):
            self._add_files(list(shown)[len(self._files) :])
        self._built = built
        for path in shown:
            file = self.workspace.files[path]
            if self._drawn.get(path) is not file:
                self._draw(file)
        self._drawn = self.workspace.files

    def watch_filter(self) -> None:
        """Other words: other nodes."""
        self.watch_workspace()

    def _shown(self) -> Mapping[str, frozenset[int] | None]:
        """The files that have a node, each with the requests that have one; None for all."""
        if self.filter:
            return matching(self.workspace, self.filter)
        return dict.fromkeys(self.workspace.files)

    def _empty_folders(self) -> tuple[str, ...]:
        return () if self.filter else self.workspace.folders

    def watch_ref(self) -> None:
        """Put the cursor on the request that is shown."""
        if self.is_mounted and self.ref is not None:
            self.call_after_refresh(self._go, self.ref)

    def _go(self, ref: Ref) -> None:
        tree = self.query_one(CollectionsTree)
        file = self._files.get(ref.path)
        if file is None or (isinstance(tree.cursor_node, TreeNode) and tree.cursor_node.data == ref):
            return
        folder = file.parent
        if folder is not None:
            folder.expand()
        file.expand()
        self._fill(ref.path)
        node = self._filled.get(ref.path, {}).get(ref.key)
        if node is not None:
            self.call_after_refresh(tree.move_cursor, node)

    # The nodes

    def _several(self) -> bool:
        """Whether there is more than one folder, so that folders are shown."""
        parents = {os.path.dirname(path) or "." for path in self.workspace.files}  # noqa: PTH120 - texts, at every key
        return len(parents | set(self.workspace.folders)) > 1

    def _add_files(self, paths: Iterable[str], open_before: Collection[str] = ()) -> None:
        """Make the nodes of files that come after all others."""
        several = self._several()
        root = self.query_one(CollectionsTree).root
        for path in paths:
            above = self._folder(str(PurePath(path).parent)) if several else root
            node = above.add(Text(one_line(PurePath(path).name)), File(path), expand=path in open_before)
            self._files[path] = node
            if path in open_before:
                self._fill(path)

    def _rebuild(self, shown: Mapping[str, frozenset[int] | None]) -> None:
        """Make the nodes of all files anew: one is gone or stands elsewhere, or others are to be shown."""
        tree = self.query_one(CollectionsTree)
        at = tree.cursor_node.data if tree.cursor_node is not None else None
        open_before = set(shown) if self.filter else {path for path, node in self._files.items() if node.is_expanded}
        if self.ref is not None:
            open_before.add(self.ref.path)
        tree.clear()
        self._folders.clear()
        self._files.clear()
        self._filled.clear()
        self._drawn = {}
        self._add_files(shown, open_before)
        for path in self._empty_folders():
            self._folder(path)
        node = self._node(at) or (self._node(self.ref) if self.ref is not None else None)
        if node is not None:
            self.call_after_refresh(tree.move_cursor, node)

    def _node(self, place: Place | None) -> TreeNode[Place] | None:
        """The node of a place, where it has one."""
        if isinstance(place, Ref):
            return self._filled.get(place.path, {}).get(place.key) or self._files.get(place.path)
        if isinstance(place, File):
            return self._files.get(place.path)
        return self._folders.get(place.path) if place is not None else None

    def _folder(self, path: str) -> TreeNode[Place]:
        if path not in self._folders:
            root = self.query_one(CollectionsTree).root
            self._folders[path] = root.add(Text(one_line(path) + "/", style="bold"), Folder(path), expand=True)
        return self._folders[path]

    def _draw(self, file: OpenFile) -> None:
        node = self._files[file.path]
        node.set_label(file_label(file))
        drawn = self._filled.get(file.path)
        if drawn is None:
            return
        items = self._items(file)
        if list(drawn) != [item.key for item in items] or file.broken or file.bad_requests:
            self._refill(file, node)
            return
        before = {item.key: item for item in self._before(file.path)}
        for item in items:
            if before.get(item.key) is not item:
                drawn[item.key].set_label(request_label(item))

    def _items(self, file: OpenFile) -> list[Item]:
        """The requests of a file that have a node."""
        keys = self._shown().get(file.path) if self.filter else None
        return [item for item in file.items if keys is None or item.key in keys]

    def _before(self, path: str) -> Iterable[Item]:
        file = self._drawn.get(path)
        return file.items if file is not None else ()

    def _refill(self, file: OpenFile, node: TreeNode[Place]) -> None:
        tree = self.query_one(CollectionsTree)
        at = tree.cursor_node.data if tree.cursor_node is not None else None
        node.remove_children()
        self._filled.pop(file.path, None)
        self._fill(file.path)
        if isinstance(at, Ref) and at.path == file.path:
            again = self._filled[file.path].get(at.key, node)
            self.call_after_refresh(tree.move_cursor, again)

    def _fill(self, path: str) -> None:
        """Make the nodes of a file's requests, or of its problems."""
        file = self.workspace.file(path)
        if file is None or path in self._filled:
            return
        node = self._files[path]
        nodes: dict[int, TreeNode[Place]] = {}
        for item in self._items(file):
            nodes[item.key] = node.add_leaf(request_label(item), Ref(path, item.key))
        shown = file.problems if file.broken else [each for bad in file.bad_requests.values() for each in bad]
        for problem in shown:
            if problem.severity == "error":
                node.add_leaf(problem_label(problem), File(path, problem.line, problem.message))
        self._filled[path] = nodes

    # Messages up

    def show_filter(self) -> None:
        """Narrow the tree to what is typed."""
        field = self.query_one(TreeFilter)
        field.add_class("-shown")
        field.focus()

    @on(Input.Changed, "#collections-filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.filter = event.value.strip()

    @on(Input.Submitted, "#collections-filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        """Enter goes into the tree, to the first request that fits."""
        event.stop()
        tree = self.query_one(CollectionsTree)
        tree.focus()
        first = next((node for nodes in self._filled.values() for node in nodes.values()), None)
        if self.filter and first is not None:
            tree.move_cursor(first)

    @on(TreeFilter.Left)
    def _filter_left(self) -> None:
        """Escape shows everything again."""
        field = self.query_one(TreeFilter)
        field.value = ""
        field.remove_class("-shown")
        self.query_one(CollectionsTree).focus()

    @on(CollectionsTree.MenuAsked)
    def _menu_asked(self, event: CollectionsTree.MenuAsked) -> None:
        event.stop()
        self.post_message(self.MenuRequested())

    @on(Tree.NodeExpanded)
    def _expanded(self, event: Tree.NodeExpanded[Place]) -> None:
        event.stop()
        if isinstance(event.node.data, File) and not event.node.data.line:
            self._fill(event.node.data.path)

    @on(Tree.NodeHighlighted)
    def _highlighted(self, event: Tree.NodeHighlighted[Place]) -> None:
        event.stop()
        self.post_message(self.PlaceHighlighted(event.node.data))

    @on(Tree.NodeSelected)
    def _selected(self, event: Tree.NodeSelected[Place]) -> None:
        event.stop()
        place = event.node.data
        if isinstance(place, Ref):
            self.post_message(self.RequestOpened(place))
        elif isinstance(place, File):
            file = self.workspace.file(place.path)
            if file is not None and (file.broken or place.line):
                self.post_message(self.FileSelected(place.path))


__all__ = ["CollectionsPane", "CollectionsTree", "File", "Folder", "Place"]
