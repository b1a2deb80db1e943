"""Two texts compared line by line, with a row of answers below: mine and theirs, a draft and its file.

It owns the comparison of plain texts and the choice that follows; answers of services are compared elsewhere, by value.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from workbench.model.visible import one_line
from workbench.tui.controllers.text_diff import diff
from workbench.tui.screens.dialogs import Dialog
from workbench.tui.widgets.diff_view import DiffView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from workbench.tui.screens.dialogs import Answer


class TextCompare(Dialog[str]):
    """Shows two texts with their differences; returns the answer that was chosen, None when it was closed."""

    HELP: ClassVar[str] = DiffView.HELP + " Tab goes to the answers, Esc goes back without any."

    def __init__(
        self, title: str, left: tuple[str, str], right: tuple[str, str], answers: Sequence[Answer] = ()
    ) -> None:
        """`left` and `right` are each a name and a text."""
        super().__init__(title)
        self._left = left
        self._right = right
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """The names, the lines, the answers."""
        with self.window(classes="-whole"):
            yield Static(
                Content.assemble(
                    Content.styled(f"- {one_line(self._left[0])}", "$text-error"),
                    "\n",
                    Content.styled(f"+ {one_line(self._right[0])}", "$text-success"),
                ),
                id="compare-names",
            )
            yield DiffView(id="compare-lines")
            with Horizontal(classes="dialog-buttons"):
                for at, answer in enumerate(self._answers):
                    yield Button(Content(answer.label), variant=answer.variant, id=f"answer-{at}", compact=True)

    def on_mount(self) -> None:
        """The comparison may take a moment."""
        self.query_one(DiffView).focus()
        self._compare()

    @work(exclusive=True)
    async def _compare(self) -> None:
        lines = await asyncio.to_thread(diff, self._left[1], self._right[1])
        self.query_one(DiffView).show(lines)

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        event.stop()
        at = int((event.button.id or "answer-0").removeprefix("answer-"))
        self.reply(self._answers[at].value)
