"""A one-line input for templates: coloured placeholders, visible control characters, completion.

A value stays exactly as it is, line breaks and control characters included; they are only painted differently. The
list of candidates is shown by whoever holds the field (`Candidates`); the field drives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.highlighter import Highlighter
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import Suggester
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from workbench.model.visible import one_line
from workbench.tui.widgets import templates
from workbench.tui.widgets.templates import Completion, Names, complete_placeholder, paint, pictured

if TYPE_CHECKING:
    from rich.text import Text
    from textual import events
    from textual.validation import Validator

Completer: TypeAlias = Callable[[str, int], Completion | None]
"""(text, cursor) → what could stand there."""


class FieldInput(Input):
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

    class Completing(Message):
        """What fits has changed; `index` is the marked one, if any. No candidates: close the list."""

        def __init__(self, field: FieldInput, candidates: tuple[str, ...], index: int | None) -> None:
            self.field = field
            self.candidates = candidates
            self.index = index
            super().__init__()

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
        self._completion: Completion | None = None
        self._index: int | None = None
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
        self._set_candidates(None)

    def _offer(self, *, empty: bool = False) -> None:
        if not self.has_focus:
            return
        found = self.completion(self.value, self.cursor_position)
        if found is not None:
            typed = self.value[found.start : self.cursor_position]
            if (not typed and not empty) or found.candidates == (self.value[found.start : found.end],):
                found = None
        self._set_candidates(found)

    def _set_candidates(self, found: Completion | None) -> None:
        if found != self._completion:
            self._completion = found
            self._index = None
            self.post_message(self.Completing(self, found.candidates if found else (), None))

    def action_candidate(self, by: int) -> None:
        """Mark the next or previous candidate; open the list when it is closed."""
        if self._completion is None:
            self._offer(empty=True)
            if self._completion is None:
                raise SkipAction
            if by < 0:
                return
        count = len(self._completion.candidates)
        self._index = (0 if by > 0 else count - 1) if self._index is None else (self._index + by) % count
        self.post_message(self.Completing(self, self._completion.candidates, self._index))

    def action_close_candidates(self) -> None:
        """Close the list; without one the key is not ours."""
        if self._completion is None:
            raise SkipAction
        self._set_candidates(None)

    def accept(self, index: int) -> None:
        """Put a candidate in place of what was typed of it."""
        if self._completion is None or not 0 <= index < len(self._completion.candidates):
            return
        start, end, candidates = self._completion
        chosen = candidates[index]
        self.value = f"{self.value[:start]}{chosen}{self.value[end:]}"
        self.cursor_position = start + len(chosen)
        self._set_candidates(None)

    async def action_submit(self) -> None:
        """Take the marked candidate; without one, submit."""
        if self._index is not None:
            self.accept(self._index)
            return
        self._set_candidates(None)
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


class Candidates(OptionList, can_focus=False):
    """The list under a field. It never has the focus: the field's keys move it, a click takes an entry."""

    DEFAULT_CSS = """
    Candidates { height: auto; max-height: 4; border: none; padding: 0 1; display: none; background: $panel; }
    Candidates.-open { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._field: FieldInput | None = None
        self._shown: tuple[str, ...] = ()

    def show(self, event: FieldInput.Completing) -> None:
        """Show what a field offers."""
        self._field = event.field
        self.set_class(bool(event.candidates), "-open")
        if event.candidates != self._shown:
            self._shown = event.candidates
            self.set_options(Option(Content(one_line(text))) for text in event.candidates)
        self.highlighted = event.index

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes the candidate."""
        event.stop()
        if self._field is not None:
            self._field.accept(event.option_index)
            self._field.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Marking is the field's own matter."""
        event.stop()
