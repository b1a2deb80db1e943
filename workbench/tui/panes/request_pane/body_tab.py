"""The Body tab: which kind of body, and the editor of that kind. Body texts stay byte for byte as they were typed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from workbench.model.collection import Body
from workbench.model.visible import one_line
from workbench.tui.panes.request_pane.body_editors import BodyEditors
from workbench.tui.panes.request_pane.body_notes import BodyNotes, is_large, read_through
from workbench.tui.panes.request_pane.header_catalogue import lexer_for
from workbench.tui.panes.request_pane.kept_bodies import KeptBodies, Kind
from workbench.tui.panes.request_pane.messages import FileRequested
from workbench.tui.panes.request_pane.tab import EditorTab, External
from workbench.tui.panes.request_pane.tables import replace_row, row_external
from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor
from workbench.tui.widgets.note import Note
from workbench.tui.widgets.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.widgets import Button, TextArea

    from workbench.model.collection import SavedRequest
    from workbench.tui.widgets.templates import Names

_KINDS: tuple[Kind, ...] = ("none", "json", "text", "form", "file", "base64")
_TEXTS = ("json", "text")
_READ_AFTER = 0.2


class BodyTab(EditorTab):
    """One body of one kind. The other kinds keep what they had until another request is shown."""

    HELP: ClassVar[str] = (
        "Choose the kind with the arrow keys and Enter; u on that line takes the choice back, and every kind keeps its "
        "text. ctrl+t lays JSON out anew without changing a value. F4 opens the body in $EDITOR. "
        "A file comes from the collection's folder: type its path, or Tab to the list. " + CodeEditor.HELP
    )
    DEFAULT_CSS = """
    BodyTab > Horizontal { height: 1; }
    BodyTab #body-badge { width: 1fr; padding: 0 1; color: $text-warning; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "format", "Format", id="editor.format", tooltip="Lay JSON out anew, values as they are"),
        Binding("u", "undo_kind", "Undo kind", show=False, id="body.undo_kind", tooltip="Back to the kind before"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kept = KeptBodies()
        self._said = ""

    def compose(self) -> ComposeResult:
        """The kinds with the badge, the editors, what fits, the note."""
        with Horizontal():
            yield ChoiceBar([(kind, kind) for kind in _KINDS], value="none")
            yield Told(id="body-badge")
        yield BodyEditors()
        yield Candidates()
        yield Note(id="body-note")

    @property
    def kind(self) -> Kind:
        """The kind of the body shown."""
        return self.request.body.kind if self.request.body else "none"

    @property
    def _bar(self) -> ChoiceBar:
        return self.query_one(ChoiceBar)

    @property
    def _editors(self) -> BodyEditors:
        return self.query_one(BodyEditors)

    # Values down

    def watch_names(self, names: Names) -> None:
        """The editors paint with these."""
        if self.is_mounted:
            self._editors.names = names
            self._explain()

    def refill(self, before: SavedRequest, *, fresh: bool) -> None:
        """Show the body, and colour it by its content type."""
        if fresh:
            self._kept = KeptBodies()
            self._said = ""
        if fresh or before.body != self.request.body or before.headers != self.request.headers:
            self._show()
        self._explain()

    def _show(self) -> None:
        self._bar.value = self.kind
        self._editors.show(self.request.body, self._lexer)

    @property
    def _lexer(self) -> str:
        if self.kind != "text":
            return "json" if self.kind == "json" else ""
        types = (e.value for e in self.request.headers if e.name.lower() == "content-type" and not e.off)
        return lexer_for(next(types, ""))

    # Changes up

    def on_body_editors_body_edited(self, event: BodyEditors.BodyEdited) -> None:
        """The user changed the body."""
        event.stop()
        body = self._editors.body
        if body == self.request.body:
            return
        self._said = ""
        self.change(body=body)
        self._explain()

    def on_choice_bar_changed(self, event: ChoiceBar.Changed) -> None:
        """Another kind: what this one held is kept, and what the other had comes back."""
        event.stop()
        kind = next(known for known in _KINDS if known == event.value)
        self._said = self._kept.leaving(self.request.body, kind)
        self._put(self._kept.body_for(kind))

    def take_file(self, path: str) -> None:
        """Send a file; the body of before is kept as when its kind is left."""
        if self.kind != "file":
            self._said = self._kept.leaving(self.request.body, "file")
        self._put(Body("file", path))

    def action_undo_kind(self) -> None:
        """Back to the kind before the last choice, with its body as it was."""
        self._said = ""
        self._put(self._kept.undo(self.request.body))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Taking a kind back is for the line where kinds are chosen."""
        if action == "undo_kind":
            return self._kept.can_undo and self._bar.has_focus
        return super().check_action(action, parameters)

    def _put(self, body: Body | None) -> None:
        self.change(body=body)
        self._show()
        self._explain()

    def on_exact_text_altered(self, event: CodeEditor.Altered) -> None:
        """Say what a paste lost."""
        event.stop()
        how = "write them as \\u00XX, or use F4" if self.kind == "json" else "F4 opens an editor that can hold them"
        self._said = f"{event.count} control characters were left out of what was pasted: {how}"
        self._explain()

    def action_format(self) -> None:
        """Lay JSON out anew."""
        self._said = ""
        self._editors.format()

    def on_body_editors_formatted(self, event: BodyEditors.Formatted) -> None:
        """Say why it was not, where it was not."""
        event.stop()
        self._said = event.wrong
        self._explain()

    # The note

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """The note tells what the placeholder under the cursor stands for."""
        event.stop()
        if self.kind in _TEXTS and not self._is_large:
            self._explain()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Choose the file from a list."""
        event.stop()
        self.post_message(FileRequested())

    def on_completing(self, event: Completing) -> None:
        """Show what fits."""
        event.stop()
        self.query_one("BodyTab > Candidates", Candidates).show(event)

    def _explain(self) -> None:
        """Say what is wrong with the body, what it is, what it holds, and what the cursor is on."""
        method = "" if self.request.route == "proxy" else self.request.method
        work = partial(read_through, self.request.body, method, self.names, readable=self._editors.is_exact)
        if self._is_large:
            self._explain_large(work)
        else:
            self.workers.cancel_group(self, "explain")
            self._say(*work())

    @property
    def _is_large(self) -> bool:
        return is_large(self.request.body)

    @work(exclusive=True, group="explain")
    async def _explain_large(self, work: Callable[[], tuple[BodyNotes, str]]) -> None:
        await asyncio.sleep(_READ_AFTER)
        self._say(*await asyncio.to_thread(work))

    def _say(self, notes: BodyNotes, holds: str) -> None:
        note = self.query_one("#body-note", Note)
        code = self._editors.code
        if self.kind == "json":
            code.mark_problem(notes.place)
        if self._said:
            note.say(self._said, "warning")
        elif notes.problem:
            note.say(notes.problem, "error")
        else:
            fact = f"{notes.fact} · holds {holds.removeprefix('◆ ')}" if holds and notes.fact else notes.fact
            note.say([code.about_cursor if self.kind in _TEXTS else "", fact])
        self.query_one("#body-badge", Told).say(one_line(holds))

    # Focus and $EDITOR

    def first(self) -> Widget:
        """The editor of the kind, or the kinds."""
        return self._editors.first or self._bar

    def external(self, focused: Widget | None) -> External | None:
        """The body, or the value of a form's row."""
        body = self.request.body
        if body is None or body.kind == "file":
            return None
        if body.kind == "form":
            return row_external([self._editors.form], focused)
        suffix = {"json": "json", "base64": "txt"}.get(body.kind) or self._lexer or "txt"
        return External("body", body.text, f".{suffix}")

    def replace_external(self, field: str, text: str) -> bool:
        """Put the body back."""
        body = self.request.body
        if field != "body" or body is None or body.kind in ("form", "file"):
            return replace_row([self._editors.form], field, text)
        self._put(Body(body.kind, text))
        return True
