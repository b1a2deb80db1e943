"""The tree of collections: folders, files, requests; what is broken and what is not saved stands out.

A file's requests become nodes when it is first opened, so that thousands of them cost nothing at the start. It shows
the workspace it is given; what was chosen comes up as messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static, Tree
from textual.widgets.tree import TreeNode

from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers.workspace import Item, OpenFile, Ref, Workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rich.style import Style
    from textual.app import ComposeResult


@dataclass(frozen=True)
class Folder:
    """A folder of collections."""

    path: str


@dataclass(frozen=True)
class File:
    """A collection file; `line` is set on the node of one of its problems."""

    path: str
    line: int = 0


Place: TypeAlias = Folder | File | Ref
"""What a node of the tree stands for."""

_METHOD_WIDTH = 4


class CollectionsTree(Tree[Place]):
    """The tree itself: draws labels from values, never from markup."""

    HELP: ClassVar[str] = (
        "Enter opens a request, or opens and closes a file. ● marks what is not saved, ! what has changed on disk as "
        "well, ✗ a file that cannot be used: "
        "Enter on it says why, with line and column. ctrl+n adds a request after this one, c copies it, d deletes it "
        "after asking, F8 runs what is under the cursor, r reads the files again."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {"collections--method", "collections--mark", "collections--broken"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("l,right", "open", "Open", show=False),
        Binding("h,left", "close", "Close", show=False),
        Binding("g", "scroll_home", "First", show=False),
        Binding("G", "scroll_end", "Last", show=False),
    ]

    def render_label(self, node: TreeNode[Place], base_style: Style, style: Style) -> Text:
        """The label with its mark for open and closed, and the cursor's style over all."""
        label = node.label if isinstance(node.label, Text) else Text(str(node.label))
        text = label.copy()
        for span in list(text.spans):
            if isinstance(span.style, str) and span.style.startswith("collections--"):
                text.stylize(self.get_component_rich_style(span.style, partial=True), span.start, span.end)
        text.spans = [span for span in text.spans if not isinstance(span.style, str) or span.style == "bold"]
        text.stylize(style)
        if not node.allow_expand:
            return text
        return Text.assemble(("▾ " if node.is_expanded else "▸ ", base_style), text)

    def action_open(self) -> None:
        """Open a file or folder; on a request do nothing."""
        if self.cursor_node is not None and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def action_close(self) -> None:
        """Close a file or folder; from a request go to its file."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and node.parent is not self.root:
            self.move_cursor(node.parent)


class CollectionsPane(Widget):
    """The tree, or a sentence where there is nothing to show."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("collections")]

    workspace: reactive[Workspace] = reactive(Workspace(), init=False)
    ref: reactive[Ref | None] = reactive[Ref | None](None, init=False)
    empty: reactive[str] = reactive("reading the collections…")

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

    def compose(self) -> ComposeResult:
        """The tree, and the sentence that stands in for it."""
        self.border_title = "Collections"
        tree = CollectionsTree(Text("collections"), id="collections")
        tree.show_root = False
        tree.guide_depth = 2
        yield tree
        yield Static("", id="collections-note", markup=False)

    def on_mount(self) -> None:
        """Show the first state."""
        self.watch_workspace()

    def watch_empty(self) -> None:
        """Another reason for showing nothing."""
        if self.is_mounted:
            self.query_one("#collections-note", Static).update(one_line(self.empty))

    def watch_workspace(self) -> None:
        """Draw what is different from before."""
        if not self.is_mounted:
            return
        files = self.workspace.files
        self.query_one(CollectionsTree).display = bool(files)
        self.query_one("#collections-note", Static).display = not files
        if list(self._files) != list(files)[: len(self._files)] or self._several() != bool(self._folders):
            self._rebuild()
        elif len(self._files) < len(files):
            self._add_files(list(files)[len(self._files) :])
        for path, file in files.items():
            if self._drawn.get(path) is not file:
                self._draw(file)
        self._drawn = files

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

    def _several(self) -> bool:
        """Whether the files are in more than one folder, so that folders are shown."""
        return len({PurePath(path).parent for path in self.workspace.files}) > 1

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

    def _rebuild(self) -> None:
        """Make the nodes of all files anew: one is gone or stands elsewhere, or folders are to be shown."""
        tree = self.query_one(CollectionsTree)
        open_before = {path for path, node in self._files.items() if node.is_expanded}
        tree.clear()
        self._folders.clear()
        self._files.clear()
        self._filled.clear()
        self._drawn = {}
        self._add_files(self.workspace.files, open_before)

    def _folder(self, path: str) -> TreeNode[Place]:
        if path not in self._folders:
            root = self.query_one(CollectionsTree).root
            self._folders[path] = root.add(Text(one_line(path) + "/", style="bold"), Folder(path), expand=True)
        return self._folders[path]

    def _draw(self, file: OpenFile) -> None:
        node = self._files[file.path]
        node.set_label(_file_label(file))
        drawn = self._filled.get(file.path)
        if drawn is None:
            return
        keys = [item.key for item in file.items]
        if list(drawn) != keys or file.broken:
            self._refill(file, node)
            return
        before = {item.key: item for item in self._before(file.path)}
        for item in file.items:
            if before.get(item.key) is not item:
                drawn[item.key].set_label(_request_label(item))

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
        for item in file.items:
            nodes[item.key] = node.add_leaf(_request_label(item), Ref(path, item.key))
        shown = file.problems if file.broken else [each for bad in file.bad_requests.values() for each in bad]
        for problem in shown:
            if problem.severity == "error":
                place = f"{problem.line}:{problem.column} " if problem.line else ""
                label = Text.assemble(("✗ ", "collections--broken"), one_line(place + problem.message))
                node.add_leaf(label, File(path, problem.line))
        self._filled[path] = nodes

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


def _file_label(file: OpenFile) -> Text:
    name = one_line(PurePath(file.path).name)
    if file.broken:
        return Text.assemble(("✗ ", "collections--broken"), (name, "collections--broken"))
    bad = (" ✗", "collections--broken") if file.bad_requests else ""
    other = (" !", "collections--broken") if file.theirs is not None else ""
    return Text.assemble(name, (" ●", "collections--mark") if file.dirty else "", other, bad)


def _request_label(item: Item) -> Text:
    method = one_line(item.request.method)[:7]
    return Text.assemble(
        (method.ljust(_METHOD_WIDTH), "collections--method"),
        " ",
        one_line(item.request.title),
        (" ●", "collections--mark") if item.changed else "",
    )
