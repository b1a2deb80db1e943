"""The run: a table that fills as the answers come, one line for each request; a line opens its exchange.

It owns the run's state while it is open and hands every exchange back when it closes.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Sparkline, Static

from workbench.model.errors import WorkbenchError
from workbench.model.visible import one_line, visible
from workbench.tui.actions import bindings
from workbench.tui.controllers import running
from workbench.tui.controllers.answer import Answer, seconds
from workbench.tui.controllers.history import Entry
from workbench.tui.controllers.workspace import Ref
from workbench.tui.panes.run_table import RunTable
from workbench.tui.screens.exchange import ExchangeScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from workbench.model.exchange import Exchange
    from workbench.replay.plan import Step
    from workbench.replay.runner import Run, Work
    from workbench.replay.session import Session
    from workbench.replay.summary import Summary
    from workbench.tui.controllers.running import RunOrder

_FLUSH = 0.15


class RunScreen(Screen[list["Exchange"]]):
    """Live progress of one run; answers with its exchanges."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("run")]

    def __init__(self, session: Session, order: RunOrder) -> None:
        super().__init__()
        self._session = session
        self._whole = order
        self._order = order
        self._run: Run | None = None
        self._steps: list[tuple[Work, Step]] = []
        self._done: list[Exchange] = []
        self._all: list[Exchange] = []
        self._new: deque[Exchange] = deque()
        self._times: list[float] = []
        self._summary: Summary | None = None

    def compose(self) -> ComposeResult:
        """The title, the table, the totals."""
        yield Static("", id="run-title", markup=False)
        yield RunTable(self._session.redactor, id="run-table")
        yield Static("", id="run-problem", markup=False)
        yield Sparkline([], id="run-latency")
        yield Static("", id="run-totals", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Start at once."""
        self.query_one("#run-title", Static).update(Content(one_line(f"Run ─ {self._order.title}")))
        self.set_interval(_FLUSH, self._flush)
        self._start()

    @work(exclusive=True, group="run")
    async def _start(self) -> None:
        from workbench.replay.summary import Summary

        self._summary = Summary()
        self._done, self._times = [], []
        self._say("looking whether everything is there…")
        try:
            works = await running.works_of(self._session, self._order)
        except WorkbenchError as error:
            self._refused(error)
            return
        self._fill(works)
        self._say("running…")
        async for exchange in running.results(self._session, works, self._began):
            self._done.append(exchange)
            self._all.append(exchange)
            self._new.append(exchange)
            self._summary.add(exchange)
            if exchange.attempts:
                self._times.append(exchange.elapsed * 1000)
        self._run = None
        self._flush()
        self._totals(over=True)
        self.refresh_bindings()

    def _began(self, run: Run) -> None:
        self._run = run
        self.refresh_bindings()

    def _refused(self, error: WorkbenchError) -> None:
        self._fill([])
        problem = self.query_one("#run-problem", Static)
        problem.display = True
        text = self._session.redactor.redact(str(error))
        problem.update(Content(visible(f"✗ nothing was sent:\n\n{text}")))
        self._say("not started")

    def _fill(self, works: list[Work]) -> None:
        """A line for each request that will run, in the order of its results."""
        self.query_one("#run-problem", Static).display = False
        self._steps = [(each, step) for each in works for step in each.plan.steps]
        table = self.query_one(RunTable)
        table.display = bool(self._steps)
        table.fill(self._steps)
        table.focus()

    def _flush(self) -> None:
        """Draw what has come since the last time: in one go, so that hundreds of answers a second stay smooth."""
        if not self._new:
            return
        table = self.query_one(RunTable)
        while self._new:
            exchange = self._new.popleft()
            at = len(self._done) - len(self._new) - 1
            if at < len(self._steps):
                table.show_result(at, exchange)
        self._totals(over=False)

    def _totals(self, *, over: bool) -> None:
        summary = self._summary
        if summary is None:
            return
        counts = summary.outcomes
        words = [f"{len(self._done)}/{len(self._steps)} done"] if not over else ["PASSED" if summary.ok else "FAILED"]
        words += [f"{counts[name]} {name}" for name in ("failed", "error", "skipped", "passed") if counts[name]]
        tests = summary.assertions_passed + summary.assertions_failed
        if tests:
            words.append(f"{summary.assertions_passed}/{tests} tests")
        latency = summary.latency()
        if latency.max:
            words.append(f"p50 {seconds(latency.p50)} p95 {seconds(latency.p95)} max {seconds(latency.max)}")
        if over and self._run is not None and self._run.stopped:
            words.append(self._run.stopped)
        self._say(" · ".join(words))
        chart = self.query_one("#run-latency", Sparkline)
        chart.display = len(self._times) > 1
        chart.data = list(self._times)

    def _say(self, text: str) -> None:
        self.query_one("#run-totals", Static).update(Content(one_line(text)))

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if event.cursor_row >= len(self._done):
            self.app.notify("this one has no answer yet", markup=False)
            return
        exchange = self._done[event.cursor_row]
        request = self._steps[event.cursor_row][1].request
        entry = Entry(0, Ref(exchange.file, 0), request, exchange)
        self._opening = self.app.push_screen(
            ExchangeScreen(Answer(title=request.title, entry=entry), self._session.redactor)
        )

    def action_do(self, name: str) -> None:
        """Stop or leave, run again, run the failed ones again."""
        if name == "run_stop":
            if self._run is not None:
                self._run.stop("stopped")
            else:
                self._leaving = self.dismiss(self._all)
        elif self._run is not None:
            self.app.notify("the run is not over: esc stops it", markup=False)
        elif name == "run_again":
            self._order = self._whole
            self._start()
        elif name == "run_failed":
            self._rerun_failed()

    def _rerun_failed(self) -> None:
        failed: dict[str, list[str]] = {}
        for exchange in self._done:
            if exchange.outcome in ("failed", "error"):
                failed.setdefault(exchange.file, []).append(exchange.id)
        if not failed:
            self.app.notify("nothing failed", markup=False)
            return
        self._order = self._whole.only(failed)
        self._start()
