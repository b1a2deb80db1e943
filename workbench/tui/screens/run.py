"""The run: a table that fills as the answers come, one line for each request; a line opens its exchange.

It owns the run's state while it is open and hands every exchange back when it closes.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Sparkline, Static

from workbench.model.errors import WorkbenchError
from workbench.model.visible import one_line, visible
from workbench.tui.actions import bindings
from workbench.tui.controllers import reporting, running
from workbench.tui.controllers.answer import Answer, seconds
from workbench.tui.controllers.history import Entry
from workbench.tui.controllers.workspace import Ref
from workbench.tui.panes.run_table import RunTable
from workbench.tui.screens.dialogs import AskText
from workbench.tui.screens.exchange import ExchangeScreen
from workbench.tui.widgets.key_line import KeyLine

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
        self._works: list[Work] = []
        self._started = ""
        self._summary: Summary | None = None

    def compose(self) -> ComposeResult:
        """The title, the table, the totals."""
        yield Static("", id="run-title", markup=False)
        yield RunTable(self._session.redactor, id="run-table")
        yield Static("", id="run-problem", markup=False)
        yield Sparkline([], id="run-latency")
        yield Static("", id="run-totals", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Start at once."""
        self.query_one("#run-title", Static).update(Content(one_line(f"Run ─ {self._order.title}")))
        self.set_interval(_FLUSH, self._flush)
        self._start()

    @work(exclusive=True, group="run")
    async def _start(self) -> None:
        from workbench.replay.attempt import utc_now
        from workbench.replay.summary import Summary

        self._summary = Summary()
        self._done, self._times, self._works = [], [], []
        self._started, clock = utc_now(), time.perf_counter()
        self._say("looking whether everything is there…")
        try:
            works = await running.works_of(self._session, self._order)
        except WorkbenchError as error:
            self._refused(error)
            return
        self._works = works
        self._fill(works)
        self._say("running…")
        async for exchange in running.results(self._session, works, self._began):
            self._done.append(exchange)
            self._all.append(exchange)
            self._new.append(exchange)
            self._summary.add(exchange)
            if exchange.attempts:
                self._times.append(exchange.elapsed * 1000)
        run, self._run = self._run, None
        self._summary.duration = time.perf_counter() - clock
        self._summary.interrupted = bool(run and run.stopped)
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
        if over and summary.interrupted:
            words.append("stopped early")
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
            self._toast("this one has no answer yet")
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
            self._toast("the run is not over: esc stops it")
        elif name == "run_again":
            self._order = self._whole
            self._start()
        elif name == "run_failed":
            self._rerun_failed()
        elif name == "run_report":
            self._save_report()

    @work(exclusive=True, group="report")
    async def _save_report(self) -> None:
        """Write the run to a file, in the format its suffix says."""
        if self._summary is None or not self._done:
            self._toast("there is no result to report yet")
            return
        text = "The path of the report; its suffix is the format: .json, .ndjson, .xml (JUnit) or .tap."
        path = await self.app.push_screen_wait(
            AskText("Save report", text, value="report.json", check=reporting.problem)
        )
        if not path:
            return
        document = reporting.report(path, self._works, self._done, self._summary, self._session.redactor, self._started)
        wrong = await asyncio.to_thread(_write, path, document)
        self._toast(wrong or f"wrote {path}")

    def _toast(self, text: str) -> None:
        self.app.notify(visible(text), markup=False)

    def _rerun_failed(self) -> None:
        failed: dict[str, list[str]] = {}
        for exchange in self._done:
            if exchange.outcome in ("failed", "error"):
                failed.setdefault(exchange.file, []).append(exchange.id)
        if not failed:
            self._toast("nothing failed")
            return
        self._order = self._whole.only(failed)
        self._start()


def _write(path: str, text: str) -> str:
    """Write a report; what went wrong, or ""."""
    try:
        Path(path).expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        return f"{path} could not be written: {error.strerror}"
    return ""
