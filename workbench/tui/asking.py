"""Questions that a thread has for the user: `{ prompt = "Label" }` secrets, asked in a masked dialog.

The thread waits; the app does not. A question that is open when the app ends counts as not answered.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from workbench.model.errors import Problem, SecretError

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp


class Asking:
    """Callable from any thread but the app's own."""

    def __init__(self, app: WorkbenchApp) -> None:
        self._app = app
        self._open: set[Future[str | None]] = set()
        self._closed = False

    def __call__(self, label: str) -> str:
        """The user's answer.

        Raises:
            SecretError: the dialog was closed without one.
        """
        answer: Future[str | None] = Future()
        self._open.add(answer)
        if self._closed:
            answer.set_result(None)
        else:
            self._app.call_from_thread(self._show, label, answer)
        value = answer.result()
        self._open.discard(answer)
        if value is None:
            raise SecretError(
                [Problem(message=f"{label!r} was asked for and not given", hint="send again to be asked")]
            )
        return value

    def _show(self, label: str, answer: Future[str | None]) -> None:
        from workbench.tui.screens.dialogs import AskText

        text = "A collection asks for this value. It is kept in memory until the program ends, and masked everywhere."
        self._showing = self._app.push_screen(AskText(label, text, secret=True), lambda value: _settle(answer, value))

    def close(self) -> None:
        """The app ends: nobody will answer any more."""
        self._closed = True
        for answer in list(self._open):
            _settle(answer, None)


def _settle(answer: Future[str | None], value: str | None) -> None:
    if not answer.done():
        answer.set_result(value)
