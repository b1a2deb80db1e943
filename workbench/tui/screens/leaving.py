"""Screens that answer once: a second key of a burst, or an answer that is late, never takes another screen away.

Textual's `dismiss` closes whatever screen is on top, so that an answer that is given twice would close the one below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

if TYPE_CHECKING:
    from textual import events

Result = TypeVar("Result")


class LeavingScreen(Screen[Result]):
    """A screen that is closed with an answer."""

    _late: tuple[Any] | None = None

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with an answer: now, when what stands above is gone, or not at all where it is closed already."""
        if self.app.screen is self:
            return super().dismiss(result)
        if self in self.app.screen_stack and self._late is None:
            self._late = (result,)
        return AwaitComplete()

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """Give the answer that had to wait."""
        if self._late is not None and self.app.screen is self:
            self._leaving = self.dismiss(self._late[0])
