"""What could stand at the cursor of a field or editor: the list of it, and which of it is marked.

The one who is typed in holds an `Offer` and posts `Completing`; whoever holds the list (`Candidates`) shows it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.model.visible import one_line
from workbench.tui.steady import is_there

if TYPE_CHECKING:
    from typing import Self

    from workbench.tui.widgets.templates import Completion


class Completable(Protocol):
    """Something that is typed in, and can take a candidate over."""

    def accept(self, index: int) -> None:
        """Put a candidate in place of what was typed of it."""

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus."""

    def post_message(self, message: Message) -> bool:
        """Textual's."""


class Completing(Message):
    """What fits has changed; `index` is the marked one, if any. No candidates: close the list."""

    def __init__(self, field: Completable, candidates: tuple[str, ...], index: int | None) -> None:
        self.field = field
        self.candidates = candidates
        self.index = index
        super().__init__()


class Offer:
    """What is offered to one field now, and which of it is marked; every change is posted."""

    def __init__(self, field: Completable) -> None:
        self._field = field
        self.completion: Completion | None = None
        self.index: int | None = None

    def put(self, found: Completion | None) -> None:
        """Offer something else, nothing of it marked; None closes the list."""
        if found != self.completion:
            self.completion = found
            self.index = None
            self._post()

    def mark(self, by: int) -> None:
        """Mark the next or previous candidate, around the ends."""
        if self.completion is not None:
            count = len(self.completion.candidates)
            self.index = (0 if by > 0 else count - 1) if self.index is None else (self.index + by) % count
            self._post()

    def take(self, index: int) -> tuple[int, int, str] | None:
        """The candidate with its place in the text, and the list is closed; None when there is none such."""
        found = self.completion
        if found is None or not 0 <= index < len(found.candidates):
            return None
        self.put(None)
        return found.start, found.end, found.candidates[index]

    def _post(self) -> None:
        candidates = self.completion.candidates if self.completion else ()
        self._field.post_message(Completing(self._field, candidates, self.index))


class Candidates(OptionList, can_focus=False):
    """The list under a field. It never has the focus: the field's keys move it, a click takes an entry."""

    DEFAULT_CSS = """
    Candidates { height: auto; max-height: 4; border: none; padding: 0 1; display: none; background: $panel; }
    Candidates.-open { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._field: Completable | None = None
        self._shown: tuple[str, ...] = ()

    def show(self, event: Completing) -> None:
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
        if self._field is not None and is_there(event):
            self._field.accept(event.option_index)
            self._field.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Marking is the field's own matter."""
        event.stop()
