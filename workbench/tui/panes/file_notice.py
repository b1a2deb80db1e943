"""A line above the request when a file has changed on disk while it has unsaved changes here: the choice.

It takes no focus by itself, so that nobody who types answers it by accident.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button

from workbench.model.visible import one_line
from workbench.tui.controllers.workspace import Ref, Workspace
from workbench.tui.widgets.told import Told

if TYPE_CHECKING:
    from textual.app import ComposeResult

_ANSWERS = (("mine", "Mine"), ("theirs", "Theirs"), ("compare_file", "Compare"))


class FileNotice(Horizontal):
    """One line, two where the window is narrow, shown only while there is something to choose."""

    HELP: ClassVar[str] = (
        "The file has changed on disk, and here. Mine puts your changes on top of theirs and saves; Theirs takes the "
        "file as it is on disk; Compare shows both. What is not taken is kept in a file of its own."
    )
    DEFAULT_CSS = """
    FileNotice {
        height: auto; max-height: 2; display: none; background: $warning-muted;
        &.-shown { display: block; }
        Told { width: 1fr; height: auto; padding: 0 1; color: $text-warning; }
        Button { margin: 0 1 0 0; min-width: 4; width: auto; }
    }
    """

    workspace: reactive[Workspace] = reactive(Workspace(), init=False)
    ref: reactive[Ref | None] = reactive[Ref | None](None, init=False)

    class Chosen(Message):
        """A button was pressed; `action` is the id of its action."""

        def __init__(self, action: str) -> None:
            self.action = action
            super().__init__()

    def compose(self) -> ComposeResult:
        """The sentence and the answers."""
        yield Told(id="file-notice-text")
        for name, label in _ANSWERS:
            yield Button(Content(label), id=f"notice-{name}", compact=True)

    def watch_workspace(self) -> None:
        """Files were read or edited."""
        self._settle()

    def watch_ref(self) -> None:
        """Another request."""
        self._settle()

    def _settle(self) -> None:
        if not self.is_mounted:
            return
        file = self.workspace.in_question(self.ref)
        self.set_class(file is not None, "-shown")
        if file is not None:
            text = f"! {PurePath(file.path).name} has changed on disk, and here:"
            self.query_one("#file-notice-text", Told).say(one_line(text))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Chosen((event.button.id or "").removeprefix("notice-")))
