"""A line below the text in which one types, with a word at its end on what came of it.

Says what was typed; what is done with it is the viewer's affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from workbench.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget


class BarInput(Input):
    """An input whose Enter takes effect at once, so that the next key typed, however soon, goes to the text."""

    async def action_submit(self) -> None:
        """Back to the text."""
        bar = self.parent
        if isinstance(bar, InputBar):
            bar.accept()


class InputBar(Horizontal):
    """A sign, an input, switches of the bar's own, and a word at the end."""

    DEFAULT_CSS = """
    InputBar {
        height: 1; display: none; background: $panel;
        & > .bar--sign { width: auto; color: $text-muted; }
        & > Input { width: 1fr; }
        & > .bar--word { width: auto; max-width: 60%; padding: 0 1; color: $text-muted; }
        & > .bar--word.-problem { color: $text-error; }
        &.-shown { display: block; }
    }
    """
    PART: ClassVar[str] = "bar"
    SIGN: ClassVar[str] = "> "
    PLACEHOLDER: ClassVar[str] = ""

    def __init__(self, back_to: Widget, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make a bar.

        Args:
            back_to: what gets the focus after Enter and Escape.
            id: Textual's.
        """
        super().__init__(id=id)
        self.back_to = back_to

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static(self.SIGN, id=f"{self.PART}-sign", classes="bar--sign", markup=False)
        yield BarInput(placeholder=self.PLACEHOLDER, compact=True, id=f"{self.PART}-input", select_on_focus=True)
        yield from self.switches()
        yield Static("", id=f"{self.PART}-count", classes="bar--word", markup=False)

    def switches(self) -> Iterable[Widget]:
        """What stands between the input and the word."""
        return ()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(Input).value

    @property
    def shown(self) -> bool:
        """Whether the bar is on the screen."""
        return self.has_class("-shown")

    def open(self) -> None:
        """Show the bar and type into it."""
        self.add_class("-shown")
        self.screen.set_focus(self.query_one(Input))

    def accept(self) -> None:
        """Go on in the text; what was found stays."""
        self.screen.set_focus(self.back_to)

    def hide(self) -> None:
        """Take the bar off the screen, and go on in the text."""
        self.remove_class("-shown")
        if self.has_focus_within:
            self.screen.set_focus(self.back_to)

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show a count, or why there is none."""
        count = self.query_one(".bar--word", Static)
        count.set_class(problem, "-problem")
        count.update(Content(one_line(text)))
