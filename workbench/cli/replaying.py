"""Drives one run for the command line: results to the reports, signals to the run, everything to an exit code."""

from __future__ import annotations

import contextlib
import gc
import time
from typing import TYPE_CHECKING

from workbench import __version__
from workbench.cli.diagnostics import Diagnostics, Exit, by_weight, exit_code
from workbench.cli.loops import stopping
from workbench.cli.output import Output, OutputError
from workbench.cli.progress import Progress
from workbench.cli.reporting import ReportFiles, make_report
from workbench.replay.attempt import utc_now
from workbench.replay.runner import Run, RunOptions, Work
from workbench.replay.summary import RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workbench.cli.run_flags import RunFlags
    from workbench.cli.run_order import Comparing
    from workbench.model.exchange import Exchange
    from workbench.replay.session import Session


class Replaying:
    """One run with its reports.

    Args:
        diagnostics: the writer of stderr.
        session: the way to the platform.
        flags: what was asked for.
        info: what reports say at their start.
        total: how many results there will be, for the progress line.
        comparing: what the answers are compared with.
    """

    def __init__(
        self,
        diagnostics: Diagnostics,
        session: Session,
        flags: RunFlags,
        info: RunInfo,
        total: int,
        comparing: Comparing,
    ) -> None:
        self.failed: dict[str, list[str]] = {}
        self.passed: dict[str, set[str]] = {}
        self._diagnostics = diagnostics
        self._session = session
        self._flags = flags
        self._info = info
        self._comparing = comparing
        self._output = Output()
        self._report = make_report(flags.format, session.redactor, self._output, flags)
        self._files = ReportFiles(flags.reports, session.redactor, diagnostics, flags)
        self._progress = Progress(diagnostics, total, shown=flags.progress)
        self._summary = Summary()
        self._reasons: set[Exit] = set()
        self._begun: Work | None = None

    async def replay(self, works: Iterable[Work]) -> Exit:
        """Run everything, write every report to its end, and say how it went."""
        options = RunOptions(
            jobs=self._flags.jobs,
            retries=self._flags.retries,
            fail_fast=self._flags.fail_fast,
            timeout=self._flags.timeout,
            max_time=self._flags.max_time,
            rate=self._flags.rate,
        )
        run = self._run(works, options)
        began = time.perf_counter()
        self._write(self._report.start(self._info))
        self._files.write(lambda report: report.start(self._info))
        with _settled(), stopping(self._reasons, run.stop):
            async for exchange in run.results():
                self._take(run, exchange)
        self._progress.close()
        self._summary.interrupted = bool(run.stopped)
        self._summary.duration = time.perf_counter() - began
        if run.stopped and not self._reasons & {Exit.INTERRUPTED, Exit.TERMINATED}:
            self._reasons.add(Exit.NO_ANSWER)
        return self._finish()

    def _run(self, works: Iterable[Work], options: RunOptions) -> Run:
        if self._comparing.twin is None:
            return Run(self._session, works, options)
        from workbench.replay.paired import PairedRun

        return PairedRun(self._session, works, options, self._comparing.twin)

    def _take(self, run: Run, exchange: Exchange) -> None:
        """One result: into the counts and into every report."""
        work = run.work
        if work is not None and work is not self._begun:
            self._begun = work
            self._write(self._report.begin(work))
            self._files.write(lambda report: report.begin(work))
        if self._comparing.baseline is not None:
            exchange = self._comparing.baseline.take(exchange)
        run.note(exchange)
        self._summary.add(exchange)
        if exchange.outcome == "error":
            self._reasons.add(Exit.NO_ANSWER)
        elif exchange.outcome == "failed":
            self._reasons.add(Exit.FAILED)
        if exchange.outcome in ("error", "failed"):
            ids = self.failed.setdefault(exchange.file, [])
            if exchange.id not in ids:
                ids.append(exchange.id)
        elif exchange.outcome == "passed":
            self.passed.setdefault(exchange.file, set()).add(exchange.id)
        self._write(self._report.add(exchange))
        self._files.write(lambda report: report.add(exchange))
        self._progress.update(self._summary)

    def _write(self, text: str) -> None:
        if text:
            if self._output.is_terminal:
                self._progress.hide()
            try:
                self._output.text(text)
            except OutputError as error:
                self._reasons.add(self._diagnostics.error(error))

    def _finish(self) -> Exit:
        """The ends of the reports: files first, so that the one on stdout knows whether they could be written."""
        code, reasons = self._verdict()
        self._files.write(lambda report: report.end(self._summary, code, reasons))
        baseline = self._comparing.baseline
        if baseline is not None and baseline.written:
            self._diagnostics.note(f"wrote {baseline.written} recording{'s' if baseline.written > 1 else ''}")
        if self._files.close() or (baseline is not None and baseline.lost):
            self._reasons.add(Exit.NOT_WRITTEN)
        code, reasons = self._verdict()
        self._write(self._report.end(self._summary, code, reasons))
        return exit_code(self._reasons)

    def _verdict(self) -> tuple[int, list[int]]:
        return int(exit_code(self._reasons)), [int(reason) for reason in by_weight(self._reasons)]


@contextlib.contextmanager
def _settled() -> Iterator[None]:
    """What is there by now stays as long as the run: the collector does not walk through it while calls wait."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def run_info(works: list[Work], flags: RunFlags, environment: str | None, compared_with: str) -> RunInfo:
    """What reports say about a run before its first result."""
    target = next((each for work in works for each in work.targets.values()), None)
    return RunInfo(
        tool=f"cyberun-tui {__version__}",
        started=utc_now(),
        environment=environment,
        base_url=works[0].profile.base_url,
        team=(target.team_name or target.team) if target else None,
        jobs=flags.jobs,
        compared_with=compared_with or None,
        shard=f"{flags.shard[0]}/{flags.shard[1]}" if flags.shard else None,
    )
