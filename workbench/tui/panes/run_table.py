"""The table of a run: one line for each request, drawn before its answer comes and filled when it is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from workbench.model.visible import one_line
from workbench.tui.controllers.answer import Mood, mood_of, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.model.collection import SavedRequest
    from workbench.model.exchange import Exchange, Outcome
    from workbench.model.secrets import Redactor
    from workbench.replay.plan import Step
    from workbench.replay.runner import Work

_MARKS: dict[Outcome, tuple[str, Mood]] = {
    "passed": ("✓", "good"),
    "failed": ("✗", "bad"),
    "error": ("!", "bad"),
    "skipped": ("–", "none"),
}
_WIDTHS = {"mark": 1, "id": 8, "method": 7, "status": 6, "time": 9, "tests": 7, "path": 40, "what": 60}
"""The columns and their widths in cells; fixed, since measuring every cell again costs more than drawing the table.

What came of a request stands before its long path, so that a narrow terminal shows it.
"""

_LONGEST_ID = 36
_FILLED_IN = 6
"""Cells that a path may grow by when its variables are filled in."""


class RunTable(DataTable[Text]):
    """The lines in file order, with a reader's keys beside the arrows.

    Attributes:
        only_bad: only what failed or got no answer is shown.
    """

    HELP: ClassVar[str] = (
        "One line for each request, in file order: ✓ passed, ✗ failed, ! no usable answer, – skipped. Enter opens its "
        "exchange; n and N go to the next and the previous failure, f shows failures only. F5 runs again what failed, "
        "F8 everything, p with several calls at once; ctrl+s saves a report. Esc stops the run, or goes back when it "
        "is over."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {"run-table--good", "run-table--warn", "run-table--bad", "run-table--none"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "scroll_top", "First", show=False),
        Binding("G", "scroll_bottom", "Last", show=False),
    ]

    def __init__(self, redactor: Redactor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, cursor_type="row", zebra_stripes=True)
        self._redactor = redactor
        self._lines: list[tuple[str, SavedRequest]] = []
        self._results: dict[int, Exchange] = {}
        self.only_bad = False

    def fill(self, steps: Sequence[tuple[Work, Step]]) -> None:
        """A line for each request that will run, in the order of its results."""
        self.clear(columns=True)
        self._results = {}
        files = {work.plan.collection.source.path for work, _ in steps}
        shared = len(os.path.commonprefix([path[: path.rfind("/") + 1] for path in files]).rpartition("/")[0])
        cut = (shared + 1 if shared else 0) if len(files) > 1 else None
        self._lines = [(_name(work, step, cut), step.request) for work, step in steps]
        path = max((len(step.request.path) for _, step in steps), default=0)
        longest = min(_LONGEST_ID, max((len(name) for name, _ in self._lines), default=0))
        for column, width in _WIDTHS.items():
            label = "" if column == "mark" else column
            fitting = {"id": max(width, longest), "path": min(width, path + _FILLED_IN)}.get(column, width)
            self.add_column(label, key=column, width=fitting)
        if not self.only_bad:
            self._add_lines(range(len(self._lines)))

    def show_result(self, at: int, exchange: Exchange) -> None:
        """Put an outcome into its line."""
        self._results[at] = exchange
        if self.only_bad:
            if is_bad(exchange):
                self._add_lines([at])
            return
        for column, cell in self._cells(exchange).items():
            self.update_cell(str(at), column, cell)

    def filter_bad(self) -> None:
        """Show only what failed or got no answer, or everything again."""
        self.only_bad = not self.only_bad
        at = self._cursor_line()
        self.clear()
        lines = [each for each in range(len(self._lines)) if not self.only_bad or self._is_bad(each)]
        self._add_lines(lines)
        if at in lines:
            self.move_cursor(row=lines.index(at))

    def go_to_bad(self, step: int) -> None:
        """Move the cursor to the next (1) or previous (-1) line that failed, around the end."""
        keys = [int(key.value or 0) for key in self.rows]
        for offset in range(1, len(keys) + 1):
            row = (self.cursor_row + step * offset) % len(keys)
            if self._is_bad(keys[row]):
                self.move_cursor(row=row)
                return

    def why(self) -> str:
        """What there is to say about the line under the cursor, redacted; empty when it just passed."""
        exchange = self._results.get(self._cursor_line())
        return self._redactor.redact(_why(exchange)) if exchange else ""

    def _is_bad(self, at: int) -> bool:
        return at in self._results and is_bad(self._results[at])

    def _cursor_line(self) -> int:
        keys = list(self.rows)
        return int(keys[self.cursor_row].value or 0) if self.cursor_row < len(keys) else -1

    def _add_lines(self, lines: Iterable[int]) -> None:
        for at in lines:
            name, request = self._lines[at]
            texts = {"mark": "…", "id": name, "method": request.method, "path": request.path[: _WIDTHS["path"]]}
            cells = {column: Text(one_line(texts.get(column, ""))) for column in _WIDTHS}
            if at in self._results:
                cells |= self._cells(self._results[at])
            self.add_row(*cells.values(), key=str(at))

    def _cells(self, exchange: Exchange) -> dict[str, Text]:
        mark, mood = _MARKS[exchange.outcome]
        response = exchange.response
        results = exchange.assertions
        return {
            "mark": Text(mark, self._style(mood)),
            "path": Text(one_line(exchange.path[: _WIDTHS["path"]])),
            "status": Text(str(response.status) if response else "–", self._style(mood_of(exchange))),
            "time": Text(seconds(exchange.elapsed) if exchange.attempts else "–"),
            "tests": Text(f"{sum(result.ok for result in results)}/{len(results)}" if results else ""),
            "what": Text(one_line(self._redactor.redact(_why(exchange)))),
        }

    def _style(self, mood: Mood) -> str:
        return str(self.get_component_rich_style(f"run-table--{mood}", partial=True))


def _name(work: Work, step: Step, cut: int | None) -> str:
    """`FILE#ID` after the `cut` letters of the folder that all files share, or just the id where there is one file.

    Of a long one it is the end, which tells them apart.
    """
    name = step.request.id if cut is None else f"{work.plan.collection.source.path[cut:]}#{step.request.id}"
    return name if len(name) <= _LONGEST_ID else "…" + name[1 - _LONGEST_ID :]


def is_bad(exchange: Exchange) -> bool:
    """Whether someone has to look at it."""
    return exchange.outcome in ("failed", "error")


def _why(exchange: Exchange) -> str:
    if exchange.error is not None:
        doubt = " (it was sent: the container may have run it)" if exchange.error.in_doubt else ""
        return exchange.error.message + doubt
    if exchange.skipped:
        return f"skipped: {exchange.skipped}"
    failed = next((result for result in exchange.assertions if not result.ok), None)
    if failed is not None:
        return f"{failed.text}: {failed.message}" if failed.message else failed.text
    if exchange.outcome == "failed" and exchange.response is not None:
        return f"the container answered {exchange.response.status}, expected below 400"
    attempts = len(exchange.attempts)
    return f"{attempts} attempts{', flaky' if exchange.flaky else ''}" if attempts > 1 else ""
