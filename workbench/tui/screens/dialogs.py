"""Questions: choose one of a few answers, type a text, read something. Each returns its answer and knows nothing else.

Every text given to a dialog may be foreign: it is shown as `Content`, never as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from workbench.model.visible import one_line, visible
from workbench.tui.screens.leaving import LeavingScreen
from workbench.tui.widgets.secret_input import SecretInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

Result = TypeVar("Result")


class Dialog(LeavingScreen[Result], ModalScreen[Result]):
    """A window over the screen; Esc closes it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", show=False)]

    def __init__(self, title: str) -> None:
        super().__init__(classes="dialog")
        self._title = title

    def reply(self, value: Result | None) -> None:
        """Close with an answer. What `dismiss` gives back must not be awaited by a screen's own handler."""
        self._leaving = self.dismiss(value)

    def window(self, *, classes: str = "") -> Vertical:
        """The frame everything of the dialog stands in."""
        frame = Vertical(classes=f"window {classes}")
        frame.border_title = Content(one_line(self._title))
        return frame


@dataclass(frozen=True)
class Answer:
    """One answer of a question: what it returns, what its button says, and how grave it is."""

    value: str
    label: str
    variant: Literal["default", "primary", "success", "warning", "error"] = "default"


class Ask(Dialog[str]):
    """A question with a few answers; the first one is under the cursor, so it should be the harmless one."""

    HELP: ClassVar[str] = "Left and right choose an answer, Enter takes it, Esc closes without any."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "app.focus_previous", "Previous", show=False),
        Binding("right,down", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, title: str, text: str, answers: Sequence[Answer]) -> None:
        super().__init__(title)
        self._text = text
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """The text above a row of buttons."""
        with self.window():
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield Static(Content(visible(self._text)))
            with Horizontal(classes="dialog-buttons"):
                for at, answer in enumerate(self._answers):
                    yield Button(Content(answer.label), variant=answer.variant, id=f"answer-{at}", compact=True)

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        event.stop()
        at = int((event.button.id or "answer-0").removeprefix("answer-"))
        self.reply(self._answers[at].value)


class AskText(Dialog[str]):
    """A question that is answered with one line of text; a secret one is masked and cannot be copied."""

    HELP: ClassVar[str] = "Type the answer; Enter takes it, Esc closes without any."

    def __init__(
        self,
        title: str,
        text: str,
        *,
        value: str = "",
        secret: bool = False,
        suggested: bool = False,
        check: Callable[[str], str] = lambda _: "",
    ) -> None:
        """`check` returns what is wrong with an answer, or "" when it can be taken.

        A value that is only `suggested` goes with the first letter that is typed.
        """
        super().__init__(title)
        self._text = text
        self._value = value
        self._secret = secret
        self._suggested = suggested
        self._check = check

    def compose(self) -> ComposeResult:
        """The text above the line to type in."""
        with self.window():
            yield Static(Content(visible(self._text)), classes="dialog-text")
            field = SecretInput if self._secret else Input
            yield field(value=self._value, compact=True, id="answer", select_on_focus=self._suggested)
            yield Static("", id="wrong", classes="dialog-wrong", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("OK", variant="primary", id="ok", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Changed)
    def _changed(self) -> None:
        self.query_one("#wrong", Static).update("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#ok")
    def _take(self) -> None:
        value = self.query_one("#answer", Input).value
        wrong = self._check(value)
        if wrong:
            self.query_one("#wrong", Static).update(Content(visible(wrong)))
        else:
            self.reply(value)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.reply(None)


class Show(Dialog[None]):
    """Something to read."""

    HELP: ClassVar[str] = "Arrows and page keys scroll, Esc or Enter closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "dismiss", "Close", show=False),
        Binding("j", "down", "Down", show=False),
        Binding("k", "up", "Up", show=False),
    ]

    def __init__(self, title: str, content: Content) -> None:
        super().__init__(title)
        self._content = content

    def compose(self) -> ComposeResult:
        """The text, in a frame that scrolls."""
        with self.window(classes="-tall"), VerticalScroll():
            yield Static(self._content, markup=False)

    def action_down(self) -> None:
        """One line down."""
        self.query_one(VerticalScroll).scroll_down()

    def action_up(self) -> None:
        """One line up."""
        self.query_one(VerticalScroll).scroll_up()
