"""The table of a run: one line for each request, drawn before its answer comes and filled when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from workbench.model.visible import one_line
from workbench.tui.controllers.answer import Mood, mood_of, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_WIDTHS = {"mark": 1, "id": 8, "method": 7, "path": 40, "status": 6, "time": 9, "tests": 7, "what": 60}
"""The columns and their widths in cells; fixed, since measuring every cell again costs more than drawing the table."""

_LONGEST_ID = 36


class RunTable(DataTable[Text]):
    """The lines in file order, with a reader's keys beside the arrows."""

    HELP: ClassVar[str] = (
        "One line for each request, in file order: ✓ passed, ✗ failed, ! no usable answer, – skipped. Enter opens its "
        "exchange. F5 runs again what failed, F8 everything; Esc stops the run, or goes back when it is over."
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

    def fill(self, steps: Sequence[tuple[Work, Step]]) -> None:
        """A line for each request that will run, in the order of its results."""
        self.clear(columns=True)
        several = len({work.plan.collection.source.path for work, _ in steps}) > 1
        names = [_name(work, step, several=several) for work, step in steps]
        longest = min(_LONGEST_ID, max(map(len, names), default=0))
        for column, width in _WIDTHS.items():
            label = "" if column == "mark" else column
            self.add_column(label, key=column, width=max(width, longest) if column == "id" else width)
        for at, (name, (_, step)) in enumerate(zip(names, steps, strict=True)):
            cells = ("…", name, step.request.method, step.request.path[: _WIDTHS["path"]], "", "", "", "")
            self.add_row(*(Text(one_line(cell)) for cell in cells), key=str(at))

    def show_result(self, at: int, exchange: Exchange) -> None:
        """Put an outcome into its line."""
        mark, mood = _MARKS[exchange.outcome]
        response = exchange.response
        results = exchange.assertions
        cells = {
            "mark": Text(mark, self._style(mood)),
            "path": Text(one_line(exchange.path[: _WIDTHS["path"]])),
            "status": Text(str(response.status) if response else "–", self._style(mood_of(exchange))),
            "time": Text(seconds(exchange.elapsed) if exchange.attempts else "–"),
            "tests": Text(f"{sum(result.ok for result in results)}/{len(results)}" if results else ""),
            "what": Text(one_line(self._redactor.redact(_why(exchange)))),
        }
        for column, cell in cells.items():
            self.update_cell(str(at), column, cell)

    def _style(self, mood: Mood) -> str:
        return str(self.get_component_rich_style(f"run-table--{mood}", partial=True))


def _name(work: Work, step: Step, *, several: bool) -> str:
    """`FILE#ID`, or just the id where there is one file; of a long one the end, which tells them apart."""
    name = f"{work.plan.collection.source.path}#{step.request.id}" if several else step.request.id
    return name if len(name) <= _LONGEST_ID else "…" + name[1 - _LONGEST_ID :]


def _why(exchange: Exchange) -> str:
    if exchange.error is not None:
        return exchange.error.message
    if exchange.skipped:
        return f"skipped: {exchange.skipped}"
    failed = next((result for result in exchange.assertions if not result.ok), None)
    if failed is not None:
        return failed.text
    return f"{len(exchange.attempts)} attempts" if len(exchange.attempts) > 1 else ""
