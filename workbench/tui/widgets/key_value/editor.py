"""The line in which one row is edited: a field for each column, and what fits below it. Holds no row of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive

from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.templates import Completion, Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widgets import Input

    from workbench.tui.widgets.key_value.rows import Column

RowCompleter: TypeAlias = Callable[[int, tuple[str, ...], str, int], Completion | None]
"""(column, the row's cells, text, cursor) → what could stand there."""


class RowEditor(Vertical):
    """Hidden until `open`. Every change is told at once, so that nothing that was typed is lost by leaving."""

    DEFAULT_CSS = """
    RowEditor {
        height: auto; display: none;
        &.-open { display: block; }
        Horizontal { height: 1; }
        FieldInput { width: 1fr; margin: 0 1 0 0; background: $boost; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Take back", id="table.cancel", tooltip="Put the row back as it was"),
    ]

    names: reactive[Names] = reactive[Names](dict)

    class Typed(Message):
        """A field has changed; `cells` are the texts of all of them."""

        def __init__(self, cells: tuple[str, ...]) -> None:
            self.cells = cells
            super().__init__()

    class Done(Message):
        """Enter: the row stays as it is."""

    class Cancelled(Message):
        """Escape: the row should be as it was."""

    def __init__(self, columns: Sequence[Column], complete: RowCompleter) -> None:
        super().__init__()
        self._complete = complete
        self._fields = tuple(
            FieldInput(placeholder=column.placeholder or column.title.lower(), complete=self._completer(at))
            for at, column in enumerate(columns)
        )
        self._opened = self._fields[0]
        self._expected = False
        self._ahead: deque[events.Key] = deque()
        for field, column in zip(self._fields, columns, strict=True):
            field.styles.width = f"{column.share}fr"

    def compose(self) -> ComposeResult:
        """A field for each column, as wide as its share, and what fits."""
        with Horizontal():
            yield from self._fields
        yield Candidates()

    def _completer(self, column: int) -> Callable[[str, int], Completion | None]:
        return lambda text, cursor: self._complete(column, self.cells, text, cursor)

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts of the fields."""
        return tuple(field.value for field in self._fields)

    @property
    def is_open(self) -> bool:
        """Whether a row is being edited."""
        return self.has_class("-open")

    def watch_names(self, names: Names) -> None:
        """The fields paint and complete with these."""
        for field in self._fields:
            field.names = names

    def open(self, cells: tuple[str, ...], column: int) -> None:
        """Show a row's texts with the cursor at the end of one of them; `enter` gives it the focus."""
        self.show(cells)
        self.add_class("-open")
        field = self._opened = self._fields[column]
        field.cursor_position = len(field.value)
        self._expected = False
        self._hand_over(field)

    def enter(self) -> None:
        """Give the focus, at once, to the field the row was opened at."""
        self.screen.set_focus(self._opened)

    def when_taken(self, call: Callable[[], None]) -> None:
        """Call once the field the row was opened at has taken the keys that were handed to it."""
        self._opened.call_later(call)

    def expect(self) -> None:
        """A row will be opened as soon as there is something to open it in: what is typed until then belongs to it."""
        self._expected = True

    def take(self, key: events.Key) -> bool:
        """Take a key that came to the rows while one is edited, before its field had the focus; False where none is."""
        if not self.is_open and not self._expected:
            return False
        self._ahead.append(events.Key(key.key, key.character))
        if self.is_open:
            self._hand_over(next((field for field in self._fields if field.has_focus), self._opened))
        return True

    def _hand_over(self, field: FieldInput) -> None:
        while self._ahead:
            field.post_message(self._ahead.popleft())

    def show(self, cells: tuple[str, ...]) -> None:
        """Set the texts without a message."""
        for field, text in zip(self._fields, cells, strict=True):
            field.show(text)

    def close(self) -> None:
        """Hide; the focus is the caller's to set."""
        self.remove_class("-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the row's new texts."""
        event.stop()
        if self.is_open:
            self.post_message(self.Typed(self.cells))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next empty field, and is done after the last."""
        event.stop()
        at = next((at for at, field in enumerate(self._fields) if field is event.input), -1)
        later = [field for field in self._fields[at + 1 :] if not field.value]
        if later:
            later[0].focus()
        else:
            self.post_message(self.Done())

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """The fields are this widget's own matter."""
        event.stop()

    def on_completing(self, event: Completing) -> None:
        """Show what fits."""
        event.stop()
        self.query_one(Candidates).show(event)

    def action_cancel(self) -> None:
        """Put the row back as it was."""
        self.post_message(self.Cancelled())
