"""The editors of a body, of which one is shown: code for texts, a table for a form, a line for a file's path."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, ContentSwitcher, Static

from workbench.model.collection import Body, BodyKind, Entry
from workbench.tui.panes.request_pane.body_notes import READ_AT_ONCE
from workbench.tui.panes.request_pane.json_text import format_json
from workbench.tui.widgets.code_editor import CodeEditor
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.key_value import KeyValueTable, RowTable
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.widgets import Input, TextArea

_PLACES: dict[str, str] = {
    "json": "body-text",
    "text": "body-text",
    "base64": "body-text",
    "form": "body-form",
    "file": "body-file",
}


class BodyEditors(ContentSwitcher):
    """Shows one body at a time. A text that the code editor cannot hold exactly is never read back from it."""

    DEFAULT_CSS = """
    BodyEditors {
        height: 1fr;
        #body-none { padding: 0 1; color: $text-muted; }
        #body-file { height: 1; }
        #body-file > FieldInput { width: 1fr; }
    }
    """

    names: reactive[Names] = reactive[Names](dict)

    class BodyEdited(Message):
        """The user changed the body that is shown."""

    class Formatted(Message):
        """A JSON text was laid out anew, or `wrong` says why not."""

        def __init__(self, wrong: str) -> None:
            self.wrong = wrong
            super().__init__()

    def __init__(self) -> None:
        super().__init__(initial="body-none")
        self._kind: BodyKind | None = None

    def compose(self) -> ComposeResult:
        """One editor for each way of editing."""
        yield Static("No body. Choose a kind above: arrow keys, then Enter.", id="body-none", markup=False)
        yield CodeEditor(id="body-text")
        yield KeyValueTable(noun="field", check=_field_problem, id="body-form")
        with Horizontal(id="body-file"):
            yield FieldInput(placeholder="path beside the collection, such as data/image.png")
            yield Button("Choose a file…", compact=True)

    @property
    def code(self) -> CodeEditor:
        """The editor of texts."""
        return self.query_one("#body-text", CodeEditor)

    @property
    def form(self) -> KeyValueTable:
        """The table of a form."""
        return self.query_one("#body-form", KeyValueTable)

    @property
    def file(self) -> FieldInput:
        """The path of a file."""
        return self.query_one("#body-file > FieldInput", FieldInput)

    @property
    def is_exact(self) -> bool:
        """Whether what is shown can be edited here, or is shown read-only."""
        return not (_PLACES.get(self._kind or "") == "body-text" and self.code.read_only)

    def watch_names(self, names: Names) -> None:
        """All editors paint with these."""
        if self.is_mounted:
            self.code.names = self.form.names = names

    def show(self, body: Body | None, lexer: str) -> None:
        """Show a body without a message; the same body keeps the cursor."""
        self._kind = body.kind if body else None
        self.current = _PLACES[body.kind] if body else "body-none"
        if body is None:
            return
        if body.kind == "form":
            self.form.load_entries(body.form)
        elif body.kind == "file":
            self.file.show(body.text)
        else:
            self.code.show(body.text, lexer=lexer)

    @property
    def body(self) -> Body | None:
        """The body as it is shown now."""
        if self._kind is None:
            return None
        if self._kind == "form":
            return Body("form", form=self.form.entries)
        return Body(self._kind, self.file.value if self._kind == "file" else self.code.content)

    def format(self) -> None:
        """Lay JSON out anew as one edit; `Formatted` tells of it."""
        text = self.code.content
        if self._kind not in ("json", "text") or not self.is_exact:
            self.post_message(self.Formatted("only a JSON text that can be edited here can be formatted"))
        elif len(text) > READ_AT_ONCE:
            self._format_large(text)
        else:
            self._take_formatted(*_formatted(text))

    @work(exclusive=True, group="format")
    async def _format_large(self, text: str) -> None:
        laid_out, wrong = await asyncio.to_thread(_formatted, text)
        if text == self.code.content:
            self._take_formatted(laid_out, wrong)

    def _take_formatted(self, text: str, wrong: str) -> None:
        if not wrong and text != self.code.content:
            self.code.replace_all(text)
        self.post_message(self.Formatted(wrong))

    @property
    def first(self) -> Widget | None:
        """The editor that is shown; None when there is no body."""
        shown: dict[str, Widget] = {"body-form": self.form, "body-file": self.file, "body-text": self.code}
        return shown.get(_PLACES.get(self._kind or "", ""))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The user typed."""
        event.stop()
        self.post_message(self.BodyEdited())

    def on_row_table_changed(self, event: RowTable.Changed) -> None:
        """The user changed the form."""
        event.stop()
        self.post_message(self.BodyEdited())

    def on_input_changed(self, event: Input.Changed) -> None:
        """The user typed the path of a file."""
        event.stop()
        self.post_message(self.BodyEdited())


def _field_problem(entry: Entry) -> str:
    return "" if entry.name or entry.off else "a field needs a name"


def _formatted(text: str) -> tuple[str, str]:
    """A JSON text laid out anew, or as it is with the reason why it cannot be."""
    try:
        return format_json(text), ""
    except ValueError as error:
        return text, str(error)
