"""Labelled fields of a form, each with its own note: what is wrong stays beside what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from workbench.tui.widgets.field_input import Completer, FieldInput
from workbench.tui.widgets.note import Note

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Labelled(Horizontal):
    """A label on the left and any widget on the right."""

    DEFAULT_CSS = """
    Labelled { height: auto; }
    Labelled > .label { width: 13; padding: 0 1; color: $text-muted; }
    Labelled > Vertical { width: 1fr; height: auto; }
    """

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(Static(label, classes="label", markup=False), id=id)


class Field(Labelled):
    """A line of text with a label and a note."""

    def __init__(
        self,
        label: str,
        *,
        placeholder: str = "",
        complete: Completer | None = None,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(label, id=id)
        self.input = FieldInput(placeholder=placeholder, complete=complete)
        self._note = Note()
        self.problem = ""

    def compose(self) -> ComposeResult:
        """The input and its note."""
        with Vertical():
            yield self.input
            yield self._note

    @property
    def value(self) -> str:
        """What stands in the field."""
        return self.input.value

    def show(self, value: str) -> None:
        """Set the text without a message; what was wrong with the one before is forgotten."""
        self.input.show(value)
        self.say("")

    def say(self, problem: str, *, hint: str = "") -> None:
        """Show what is wrong, or what to know."""
        self.problem = problem
        self._note.say(problem or hint, "error" if problem else "info")
