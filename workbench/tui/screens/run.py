"""The run: a table that fills as the answers come, one line for each request; a line opens its exchange.

It owns the run's state while it is open and hands every exchange back when it closes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.content import Content
from textual.widgets import DataTable, Sparkline, Static

from workbench.model.errors import WorkbenchError
from workbench.model.visible import one_line, visible
from workbench.tui.actions import bindings
from workbench.tui.controllers import reporting, running
from workbench.tui.controllers.answer import Answer
from workbench.tui.controllers.history import Entry
from workbench.tui.controllers.run_record import RunRecord
from workbench.tui.controllers.workspace import Ref
from workbench.tui.panes.run_table import RunTable
from workbench.tui.screens import dialogs
from workbench.tui.screens.exchange import ExchangeScreen
from workbench.tui.screens.leaving import LeavingScreen
from workbench.tui.screens.pick import Choice, Pick
from workbench.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from workbench.model.exchange import Exchange
    from workbench.replay.runner import Run
    from workbench.replay.session import Session
    from workbench.tui.controllers.running import RunOrder

_FLUSH = 0.15

JOBS = (1, 2, 4, 8, 16, 32)
"""How many calls at once can be chosen."""


class RunScreen(LeavingScreen[list["Exchange"]]):
    """Live progress of one run; answers with its exchanges."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("run")]

    def __init__(self, session: Session, order: RunOrder) -> None:
        super().__init__()
        self._session = session
        self._whole = order
        self._order = order
        self._jobs = 1
        self._run: Run | None = None
        self._record = RunRecord()
        self._drawn = 0
        self._all: list[Exchange] = []

    def compose(self) -> ComposeResult:
        """The title, the table, the chart, the totals."""
        yield Static("", id="run-title", markup=False)
        yield RunTable(self._session.redactor, id="run-table")
        yield Static("", id="run-problem", markup=False)
        yield Static("", id="run-why", markup=False)
        yield Sparkline([], id="run-latency")
        yield Static("", id="run-totals", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Start at once."""
        self.set_interval(_FLUSH, self._flush)
        self._start()

    @work(exclusive=True, group="run")
    async def _start(self) -> None:
        record = self._record = RunRecord()
        self._drawn = 0
        self._title()
        self._say("looking whether everything is there…")
        try:
            record.begin(await running.works_of(self._session, self._order))
        except WorkbenchError as error:
            self._refused(error)
            return
        self._fill()
        self._say("running…")
        async for exchange in running.results(self._session, record.works, self._began, self._jobs):
            record.take(exchange)
            self._all.append(exchange)
        run, self._run = self._run, None
        record.end(interrupted=bool(run and run.stopped))
        self._flush()
        self._totals(over=True)
        self.refresh_bindings()

    def _began(self, run: Run) -> None:
        self._run = run
        self.refresh_bindings()

    def _refused(self, error: WorkbenchError) -> None:
        self._fill()
        problem = self.query_one("#run-problem", Static)
        problem.display = True
        text = self._session.redactor.redact(str(error))
        problem.update(Content(visible(f"✗ nothing was sent:\n\n{text}")))
        self._say("not started")

    def _fill(self) -> None:
        """A line for each request that will run, in the order of its results."""
        self.query_one("#run-problem", Static).display = False
        table = self.query_one(RunTable)
        table.display = bool(self._record.steps)
        table.fill(self._record.steps)
        table.focus()

    def _flush(self) -> None:
        """Draw what has come since the last time: in one go, so that hundreds of answers a second stay smooth."""
        exchanges = self._record.exchanges
        if self._drawn == len(exchanges):
            return
        table = self.query_one(RunTable)
        while self._drawn < len(exchanges):
            table.show_result(self._drawn, exchanges[self._drawn])
            self._drawn += 1
        self._why()
        self._totals(over=False)

    def _totals(self, *, over: bool) -> None:
        self._say(self._record.words(over=over))
        chart = self.query_one("#run-latency", Sparkline)
        chart.display = len(self._record.times) > 1
        chart.data = list(self._record.times)

    def _title(self) -> None:
        """What runs, how, and whether all of it is shown."""
        jobs = "one call after the other" if self._jobs == 1 else f"{self._jobs} calls at once"
        shown = " · failures only" if self.query_one(RunTable).only_bad else ""
        self.query_one("#run-title", Static).update(Content(one_line(f"Run ─ {self._order.title} · {jobs}{shown}")))

    def _say(self, text: str) -> None:
        self.query_one("#run-totals", Static).update(Content(one_line(text)))

    @on(DataTable.RowHighlighted)
    def _why(self) -> None:
        """Why the line under the cursor is not green, whole, since its column may be off the screen."""
        text = self.query_one(RunTable).why()
        line = self.query_one("#run-why", Static)
        line.display = bool(text)
        line.update(Content(one_line(text)))

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        event.stop()
        at = int(event.row_key.value or 0)
        if at >= len(self._record.exchanges):
            self._toast("this one has no answer yet")
            return
        exchange = self._record.exchanges[at]
        request = self._record.steps[at][1].request
        entry = Entry(0, Ref(exchange.file, 0), request, exchange)
        self._opening = self.app.push_screen(
            ExchangeScreen(Answer(title=request.title, entry=entry), self._session.redactor)
        )

    def action_do(self, name: str) -> None:
        """What the keys of the run screen do."""
        table = self.query_one(RunTable)
        if name == "run_stop":
            self._stop()
        elif name == "run_next":
            table.go_to_bad(1)
        elif name == "run_previous":
            table.go_to_bad(-1)
        elif name == "run_filter":
            table.filter_bad()
            self._title()
        elif self._run is not None:
            self._toast("the run is not over: esc stops it")
        elif name == "run_again":
            self._order = self._whole
            self._start()
        elif name == "run_failed":
            self._rerun_failed()
        elif name == "run_jobs":
            self._choose_jobs()
        elif name == "run_report":
            self._save_report()

    def _stop(self) -> None:
        if self._run is not None:
            self._run.stop("stopped")
        else:
            self._leaving = self.dismiss(self._all)

    @work(exclusive=True, group="jobs")
    async def _choose_jobs(self) -> None:
        """Run everything again with another number of calls at once."""
        choices = [Choice(str(n), Content("strict file order" if n == 1 else f"{n} calls"), str(n)) for n in JOBS]
        note = "Requests whose captures others use, and unsafe methods, keep their order."
        chosen = await self.app.push_screen_wait(Pick("Calls at once", choices, current=str(self._jobs), note=note))
        if chosen:
            self._jobs, self._order = int(chosen), self._whole
            self._start()

    @work(exclusive=True, group="report")
    async def _save_report(self) -> None:
        """Write the run to a file, in the format its suffix says; what stands there is replaced only after a yes."""
        if not self._record.exchanges:
            self._toast("there is no result to report yet")
            return
        text = f"The path of the report; its suffix is the format: {reporting.KNOWN}."
        ask = dialogs.AskText("Save report", text, value="report.html", check=reporting.problem)
        path = await self.app.push_screen_wait(ask)
        if not path or not await self._may_replace(path):
            return
        document = await asyncio.to_thread(reporting.report, path, self._record, self._session.redactor, self._jobs)
        wrong = await asyncio.to_thread(_write, path, document)
        if wrong:
            self.app.notify(visible(wrong), severity="error", markup=False)
        else:
            self._toast(f"wrote {path}")

    async def _may_replace(self, path: str) -> bool:
        if not await asyncio.to_thread(_exists, path):
            return True
        answers = [dialogs.Answer("", "Cancel"), dialogs.Answer("replace", "Replace", "error")]
        return (
            await self.app.push_screen_wait(dialogs.Ask("Save report", f"{path} exists already.", answers)) == "replace"
        )

    def _toast(self, text: str) -> None:
        self.app.notify(visible(text), markup=False)

    def _rerun_failed(self) -> None:
        failed = self._record.failed()
        if not failed:
            self._toast("nothing failed")
            return
        self._order = self._whole.only(failed)
        self._start()


def _exists(path: str) -> bool:
    return Path(path).expanduser().exists()


def _write(path: str, text: str) -> str:
    """Write a report, whole or not at all; what went wrong, or ""."""
    from workbench.files.atomic import write

    try:
        write(Path(path).expanduser(), text.encode("utf-8", "backslashreplace"), expected_sha256=None, overwrite=True)
    except WorkbenchError as error:
        return str(error)
    return ""
