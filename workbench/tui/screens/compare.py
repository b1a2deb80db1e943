"""Two exchanges side by side. What differs is worked out in a thread; what does not count is edited here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from workbench.model.compare import differences, rules, snapshot
from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers.answer import local_time
from workbench.tui.controllers.comparing import View, only_differences, view
from workbench.tui.screens.dialogs import AskText
from workbench.tui.screens.leaving import LeavingScreen
from workbench.tui.widgets.key_line import KeyLine
from workbench.tui.widgets.side_by_side import SideBySide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from workbench.model.secrets import Redactor
    from workbench.tui.controllers.history import Entry


class CompareScreen(LeavingScreen[None]):
    """The earlier exchange on the left, the later one on the right."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("compare")]

    def __init__(self, old: Entry, new: Entry, redactor: Redactor, *, ignore: Sequence[str] = ()) -> None:
        super().__init__()
        self._old, self._new = old, new
        self._redactor = redactor
        self._ignore = [each for each in ignore if not _wrong([each])]  # a half-typed one stops no comparison
        self._any_order = False
        self._less = False
        self._view: View | None = None

    def compose(self) -> ComposeResult:
        """Two titles, the rows, what is left out."""
        with Horizontal(id="compare-titles"):
            yield Static(_title(self._old), classes="compare-title")
            yield Static(_title(self._new), classes="compare-title")
        yield SideBySide(id="compare-rows")
        yield Static("", id="compare-note", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Compare at once."""
        self.query_one("#compare-note", Static).update("comparing…")
        self._compare(keep=False)

    @work(exclusive=True, group="compare")
    async def _compare(self, *, keep: bool = True) -> None:
        counted = rules(self._ignore, any_order=self._any_order)
        self._view = await asyncio.to_thread(view, self._old.exchange, self._new.exchange, counted, self._redactor)
        self._show(keep=keep)

    def _show(self, *, keep: bool = True) -> None:
        if self._view is not None:
            rows = only_differences(self._view.rows) if self._less else self._view.rows
            self.query_one(SideBySide).load(rows, keep=keep)

    @on(SideBySide.CursorMoved)
    def _note(self) -> None:
        if self._view is None:
            return
        at, count = self.query_one(SideBySide).position
        total = self._view.differences
        parts = [f"{at}/{count} differences" if total else "no difference that counts", self._view.note]
        parts += [f"left out: {', '.join(self._ignore)}" if self._ignore else ""]
        parts += ["arrays in any order" if self._any_order else "", "only differences" if self._less else ""]
        row = self.query_one(SideBySide).row
        parts += [row.where if row else ""]
        shown = self._redactor.redact(" · ".join(part for part in parts if part))
        self.query_one("#compare-note", Static).update(Content(one_line(shown)))

    async def action_do(self, name: str) -> None:
        """Carry out an action of this screen."""
        if name in ("compare_next", "compare_previous"):
            self.query_one(SideBySide).step(1 if name == "compare_next" else -1)
        elif name == "compare_close":
            self._leaving = self.dismiss(None)
        elif name == "compare_copy":
            self._copy()
        elif name == "compare_edit":
            self._edit()
        elif name == "compare_less":
            self._less = not self._less
            self._show()
        else:
            self._change(name)

    def _change(self, name: str) -> None:
        """What counts is another now."""
        row = self.query_one(SideBySide).row
        if name == "compare_order":
            self._any_order = not self._any_order
        elif name == "compare_undo" and self._ignore:
            self._ignore.pop()
        elif name == "compare_ignore" and row is not None and row.where and row.where not in self._ignore:
            self._ignore.append(row.where)
        else:
            return
        self._compare()

    @work(group="compare-edit")
    async def _edit(self) -> None:
        text = 'JSONPaths ($.id, $..updated_at), header "name", status or body; a semicolon between two.'

        value = "; ".join(self._ignore)
        answer = await self.app.push_screen_wait(
            AskText("What does not count", text, value=value, check=lambda given: _wrong(_listed(given)))
        )
        if answer is not None:
            self._ignore = _listed(answer)
            self._compare()

    @work(group="compare-copy")
    async def _copy(self) -> None:
        text = await asyncio.to_thread(self._text)
        self.app.copy(text, "differences")  # type: ignore[attr-defined]  # WorkbenchApp's

    def _text(self) -> str:
        """The differences, one a line, as a run's report has them."""
        old, new = self._old.exchange.response, self._new.exchange.response
        head = f"{_title(self._old)}\n{_title(self._new)}\n"
        if old is None or new is None:
            return head
        left, right = snapshot(old, self._redactor), snapshot(new, self._redactor)
        counted = rules(self._ignore, any_order=self._any_order)
        return head + "".join(f"{each}\n" for each in differences(left, right, counted))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _wrong(ignore: Sequence[str]) -> str:
    """What is wrong with a list of what does not count, or ""."""
    try:
        rules(ignore)
    except ValueError as error:
        return str(error)
    return ""


def _title(entry: Entry) -> Content:
    exchange = entry.exchange
    target = exchange.request.target if exchange.request else None
    where = [exchange.service, entry.team, entry.environment, target.route if target else ""]
    return Content(
        one_line(
            f"{local_time(exchange.started)} · {' / '.join(part for part in where if part)} · "
            f"{exchange.method} {entry.request.title}"
        )
    )
