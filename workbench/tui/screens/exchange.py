"""One exchange in a window of its own: the response pane over the screen it was opened from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from workbench.tui.panes.response import ResponsePane
from workbench.tui.screens.leaving import LeavingScreen
from workbench.tui.widgets.body_viewer import BodyViewer

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from workbench.model.secrets import Redactor
    from workbench.tui.controllers.answer import Answer


class ExchangeScreen(LeavingScreen[None], ModalScreen[None]):
    """Shows one exchange; Esc goes back."""

    HELP: ClassVar[str] = "One exchange of a run. Tab and the arrow keys move, Esc goes back to the table."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back")]

    def __init__(self, answer: Answer, redactor: Redactor) -> None:
        super().__init__(classes="exchange")
        self._answer = answer
        self._redactor = redactor

    def compose(self) -> ComposeResult:
        """The pane fills the window."""
        pane = ResponsePane(self._redactor, id="exchange-pane")
        pane.set_reactive(ResponsePane.answer, self._answer)
        yield pane

    def action_do(self, name: str) -> None:  # noqa: ARG002 - what it would have been makes no difference
        """What the pane's keys do with a send is done where the history has it."""
        text = "close this first: the history has the send when the run is closed, and there it can be done"
        self.app.say(text, "warning")  # type: ignore[attr-defined]  # WorkbenchApp's

    @on(BodyViewer.KeepRequested)
    def _keep_requested(self) -> None:
        """A run's request may have been edited since: what is kept, is kept where it can be seen."""
        text = "assertions and captures are kept on the main screen: send the request there"
        self.app.say(text, "warning")  # type: ignore[attr-defined]  # WorkbenchApp's
