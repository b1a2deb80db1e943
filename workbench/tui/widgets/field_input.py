"""A one-line input for templates: coloured placeholders, visible control characters, completion.

A value stays exactly as it is, line breaks and control characters included; they are only painted differently. The
list of candidates is shown by whoever holds the field (`candidates`); the field drives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.highlighter import Highlighter
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.suggester import Suggester
from textual.widgets import Input

from workbench.tui.widgets import templates
from workbench.tui.widgets.candidates import Offer
from workbench.tui.widgets.in_order import InOrder
from workbench.tui.widgets.templates import Completion, Names, complete_placeholder, paint, pictured

if TYPE_CHECKING:
    from rich.text import Text
    from textual import events
    from textual.validation import Validator

Completer: TypeAlias = Callable[[str, int], Completion | None]
"""(text, cursor) → what could stand there."""


class FieldInput(InOrder, Input):
    """An `Input` that keeps the cursor and the text when it gets focus, and completes `{{` with known variables."""

    HELP: ClassVar[str] = (
        "Type {{ for a variable: green has a value, underlined has none, italic is a secret. "
        "Down lists what fits, Right accepts the grey suggestion, Enter takes the marked one, Escape closes the list."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {*templates.COMPONENT_CLASSES}
    DEFAULT_CSS = """
    FieldInput > .template--resolved { color: $text-success; }
    FieldInput > .template--missing { color: $text-error; text-style: underline; }
    FieldInput > .template--secret { color: $text-warning; text-style: italic; }
    FieldInput > .template--control { color: $text-warning; text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "candidate(1)", "Next suggestion", show=False),
        Binding("up", "candidate(-1)", "Previous suggestion", show=False),
        Binding("escape", "close_candidates", "Close the list", show=False),
    ]

    names: reactive[Names] = reactive[Names](dict)

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        complete: Completer | None = None,
        validators: Iterable[Validator] = (),
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """`complete` is asked where no `{{` is open."""
        self._complete = complete
        self._offered = Offer(self)
        super().__init__(
            placeholder=placeholder,
            highlighter=_Painter(self),
            suggester=_FirstCandidate(self),
            validators=validators,
            select_on_focus=False,
            compact=True,
            id=id,
            classes=classes,
        )
        self.set_reactive(Input.value, value)

    def on_mount(self) -> None:
        """Validate and measure the first value; without a message, for nobody typed it."""
        with self.prevent(Input.Changed):
            self.mutate_reactive(Input.value)

    def show(self, value: str) -> None:
        """Set the value without a message; the same value changes nothing, not even the cursor."""
        if value != self.value:
            with self.prevent(Input.Changed):
                self.value = value
            self.cursor_position = len(value)

    def watch_names(self) -> None:
        """Paint the placeholders again."""
        self.refresh()

    def completion(self, text: str, cursor: int) -> Completion | None:
        """What could stand at the cursor: a variable where `{{` is open, else what the owner offers."""
        found = complete_placeholder(text, cursor, self.names)
        if found is None and self._complete is not None:
            found = self._complete(text, cursor)
        return found

    def watch_value(self) -> None:
        """Offer what fits what was typed."""
        self._offer()

    def watch_selection(self) -> None:
        """Offer what fits where the cursor is now."""
        self._offer()

    def on_blur(self) -> None:
        """Nothing is offered without focus."""
        self._offered.put(None)

    def _offer(self, *, empty: bool = False) -> None:
        if not self.has_focus:
            return
        found = self.completion(self.value, self.cursor_position)
        if found is not None:
            typed = self.value[found.start : self.cursor_position]
            if (not typed and not empty) or found.candidates == (self.value[found.start : found.end],):
                found = None
        self._offered.put(found)

    def action_candidate(self, by: int) -> None:
        """Mark the next or previous candidate; open the list when it is closed."""
        if self._offered.completion is None:
            self._offer(empty=True)
            if self._offered.completion is None:
                raise SkipAction
            if by < 0:
                return
        self._offered.mark(by)

    def action_close_candidates(self) -> None:
        """Close the list; without one the key is not ours."""
        if self._offered.completion is None:
            raise SkipAction
        self._offered.put(None)

    def accept(self, index: int) -> None:
        """Put a candidate in place of what was typed of it."""
        taken = self._offered.take(index)
        if taken is None:
            return
        start, end, chosen = taken
        self.value = f"{self.value[:start]}{chosen}{self.value[end:]}"
        self.cursor_position = start + len(chosen)
        self._offered.put(None)

    async def action_submit(self) -> None:
        """Take the marked candidate; without one, submit."""
        if self._offered.index is not None:
            self.accept(self._offered.index)
            return
        self._offered.put(None)
        await super().action_submit()

    def _on_paste(self, event: events.Paste) -> None:
        """Insert all of a pasted text: `Input` would drop every line but the first."""
        event.stop()
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        self.replace(text, *self.selection)


class _Painter(Highlighter):
    """Shows control characters and colours placeholders, character for character."""

    def __init__(self, field: FieldInput) -> None:
        self._field = field

    def highlight(self, text: Text) -> None:
        source = text.plain
        text.plain = pictured(source)
        style = self._field.get_component_rich_style
        paint(text, self._field.names, lambda name: style(name, partial=True), source=source)


class _FirstCandidate(Suggester):
    """The grey text behind the cursor: the rest of the first candidate that begins with what was typed."""

    def __init__(self, field: FieldInput) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._field = field

    async def get_suggestion(self, value: str) -> str | None:
        found = self._field.completion(value, len(value))
        if found is None or found.end != len(value):
            return None
        typed = value[found.start :]
        first = found.candidates[0]
        if not typed or not first.casefold().startswith(typed.casefold()):
            return None
        return value + first[len(typed) :]
