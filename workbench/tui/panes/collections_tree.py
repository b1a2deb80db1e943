"""The tree of collections as a widget: what its nodes stand for, how they look, and the keys that move in it.

Which nodes there are is the pane's business (`collections_pane`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, Tree

from workbench.model.visible import one_line
from workbench.tui.controllers.workspace import Item, OpenFile, Ref

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.widgets.tree import TreeNode

    from workbench.model.errors import Problem

RIGHT_BUTTON = 3


@dataclass(frozen=True)
class Folder:
    """A folder of collections."""

    path: str


@dataclass(frozen=True)
class File:
    """A collection file; `line` and `problem` are set on the node of one of its problems."""

    path: str
    line: int = 0
    problem: str = ""


Place: TypeAlias = Folder | File | Ref
"""What a node of the tree stands for."""

_METHOD_WIDTH = 4


class TreeFilter(Input):
    """What narrows the tree; hidden until it is asked for."""

    HELP: ClassVar[str] = (
        "Every word has to stand in the path of the file or in the method, id, name, path or tags of a request. Enter "
        "goes into the tree, Esc shows everything again."
    )
    DEFAULT_CSS = """
    TreeFilter { display: none; &.-shown { display: block; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Show all", show=False)]

    class Left(Message):
        """Everything should be shown again."""

    def action_leave(self) -> None:
        """Ask for everything."""
        self.post_message(self.Left())


class CollectionsTree(Tree[Place]):
    """The tree itself: draws labels from values, never from markup."""

    HELP: ClassVar[str] = (
        "Enter opens a request, or opens and closes a file. ● marks what is not saved, ! what has changed on disk as "
        "well, ✗ a file that cannot be used: "
        "Enter on it says why, with line and column. ctrl+n adds a request after this one, c copies it, e renames, d "
        "deletes after asking, shift+up and shift+down (K, J) move a request, m moves it to another file; e and d work "
        "on files and folders too. u undoes the last of these. A makes a collection, F a folder. / narrows the tree, "
        "F8 runs what is under the cursor, r reads the files again. A full stop, or the right button, offers all of it."
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

    class MenuAsked(Message):
        """The right button was pressed on a node, which has the cursor now."""

    def on_click(self, event: events.Click) -> None:
        """The right button asks what can be done there."""
        line = event.style.meta.get("line", -1)
        if event.button == RIGHT_BUTTON and line >= 0:
            event.stop()
            event.prevent_default()
            self.cursor_line = line
            self.focus()
            self.post_message(self.MenuAsked())

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


def file_label(file: OpenFile) -> Text:
    """A file's name with its marks: not saved, changed on disk, broken."""
    name = one_line(PurePath(file.path).name)
    if file.broken:
        return Text.assemble(("✗ ", "collections--broken"), (name, "collections--broken"))
    bad = (" ✗", "collections--broken") if file.bad_requests else ""
    other = (" !", "collections--broken") if file.theirs is not None else ""
    return Text.assemble(name, (" ●", "collections--mark") if file.dirty else "", other, bad)


def request_label(item: Item) -> Text:
    """A request's method and name, and whether it is saved."""
    method = one_line(item.request.method)[:7]
    return Text.assemble(
        (method.ljust(_METHOD_WIDTH), "collections--method"),
        " ",
        one_line(item.request.title),
        (" ●", "collections--mark") if item.changed else "",
    )


def problem_label(problem: Problem) -> Text:
    """One thing that is wrong with a file: which request and key, where, what."""
    key = (one_line(f"{problem.key} "), "collections--broken") if problem.key else ""
    place = f"{problem.line}:{problem.column} " if problem.line else ""
    return Text.assemble(("✗ ", "collections--broken"), key, one_line(place + problem.message))
