"""`run`: replay collections; the human report or a document on stdout, everything else on stderr."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, Any, get_args

import click
import msgspec

from workbench import __version__
from workbench.cli.diagnostics import Diagnostics, Exit, by_weight, exit_code
from workbench.cli.loading import known_ids, load_all
from workbench.cli.options import Duration, TargetFlags, open_session, target_options
from workbench.cli.output import Colour, Output
from workbench.cli.progress import Progress
from workbench.cli.reporting import FORMATS, ReportFiles, make_report, report_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.model.exchange import Exchange
    from workbench.replay.reports import Report
    from workbench.replay.runner import Run, Work
    from workbench.replay.session import Session

_SIGNALS = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


class RunFlags(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of `run` beside the target's."""

    only: tuple[str, ...]
    tags: tuple[str, ...]
    skip_tags: tuple[str, ...]
    jobs: int
    rate: float | None
    retries: int
    fail_fast: bool
    timeout: float | None
    max_time: float | None
    format: str
    reports: tuple[tuple[str, str], ...]
    show_body: str
    quiet: bool
    verbose: int
    progress: bool
    colour: Colour
    dry_run: bool


@click.command("run")
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@click.option("--only", metavar="ID,..", multiple=True, help="Only these requests, and what they need.")
@click.option("--tag", metavar="T", multiple=True, help="Only requests with this tag. Repeatable.")
@click.option("--skip-tag", metavar="T", multiple=True, help="No requests with this tag. Repeatable.")
@click.option(
    "-j", "--jobs", metavar="N|auto", default="1", show_default=True, help="Calls in flight; 1 is file order."
)
@click.option("--rate", metavar="N/s", help="Calls started per second at most.")
@click.option("--retry", type=click.IntRange(0), default=0, metavar="N", help="Repeat a failed request up to N times.")
@click.option("-x", "--fail-fast", is_flag=True, help="After the first failure run only `always` requests.")
@click.option("--timeout", type=Duration(), help="Limit of each call, such as 30s.")
@click.option("--max-time", type=Duration(), help="Limit of the whole run, such as 10m.")
@click.option(
    "--format", "format_", type=click.Choice(["auto", *FORMATS, "none"]), default="auto", help="What goes to stdout."
)
@click.option("--report", metavar="FORMAT=PATH", multiple=True, help="Write a report to a file. Repeatable.")
@click.option(
    "--show-body", type=click.Choice(["never", "failed", "always"]), default="failed", help="Bodies in reports."
)
@click.option("-q", "--quiet", is_flag=True, help="Only failures and the summary.")
@click.option("-v", "--verbose", count=True, help="Every assertion, and sizes.")
@click.option("--no-progress", is_flag=True, help="No progress line on stderr.")
@click.option("--color", "colour", type=click.Choice(get_args(Colour)), default="auto")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, redacted; send nothing.")
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], **given: Any) -> int:
    """Replay collections: files, folders, or - for standard input."""
    flags = RunFlags(
        only=tuple(part for text in given["only"] for part in text.split(",") if part),
        tags=given["tag"],
        skip_tags=given["skip_tag"],
        jobs=_jobs(given["jobs"]),
        rate=_rate(given["rate"]),
        retries=given["retry"],
        fail_fast=given["fail_fast"],
        timeout=given["timeout"],
        max_time=given["max_time"],
        format=given["format_"],
        reports=tuple(report_target(text) for text in given["report"]),
        show_body=given["show_body"],
        quiet=given["quiet"],
        verbose=given["verbose"],
        progress=not given["no_progress"],
        colour=given["colour"],
        dry_run=given["dry_run"],
    )
    return asyncio.run(_run(diagnostics, target, paths, flags))


def _jobs(text: str) -> int:
    if text == "auto":
        return 8 * (os.cpu_count() or 1)
    if not text.isdecimal() or int(text) < 1:
        raise click.BadParameter(f"{text!r} is not a number of calls: expected 1 or more, or auto", param_hint="--jobs")
    return int(text)


def _rate(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        rate = float(text.removesuffix("/s"))
    except ValueError:
        rate = 0.0
    if not rate > 0:
        raise click.BadParameter(
            f"{text!r} is not a rate: expected a number above 0, such as 50/s", param_hint="--rate"
        )
    return rate


async def _run(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], flags: RunFlags) -> int:
    from workbench.replay.gather import gather
    from workbench.replay.plan import Selection, make_plan

    loaded = load_all(paths)
    known_ids(loaded, flags.only)
    for each in loaded:
        for problem in each.warnings:
            diagnostics.warning(str(problem))
    selection = Selection(only=flags.only, tags=flags.tags, skip_tags=flags.skip_tags)
    if not any(make_plan(each.collection, selection).steps for each in loaded):
        diagnostics.note("nothing to run: the selection matches no request")
        return Exit.NOTHING_SELECTED
    async with open_session(target, diagnostics, running=True, jobs=flags.jobs) as session:
        works = await gather(
            session,
            loaded,
            selection=selection,
            environment=target.environment,
            given=target.variables,
            online=not flags.dry_run,
        )
        if flags.dry_run:
            _show_plan(session, works)
            return Exit.OK
        return await _replay(diagnostics, session, works, flags, target)


async def _replay(
    diagnostics: Diagnostics, session: Session, works: list[Work], flags: RunFlags, target: TargetFlags
) -> int:
    from workbench.replay.runner import Run, RunOptions
    from workbench.replay.summary import Summary

    output = Output()
    report = make_report(flags.format, session.redactor, output, flags.colour, flags)
    files = ReportFiles(flags.reports, session.redactor, diagnostics, flags)
    everything: list[Report] = [report, *files.reports]
    options = RunOptions(
        jobs=flags.jobs,
        retries=flags.retries,
        fail_fast=flags.fail_fast,
        timeout=flags.timeout,
        max_time=flags.max_time,
        rate=flags.rate,
    )
    run = Run(session, works, options)
    summary, reasons, began = Summary(), set[Exit](), time.perf_counter()
    progress = Progress(diagnostics, sum(len(work.plan.steps) for work in works), shown=flags.progress)
    info = _info(works, flags, target)
    output.text(report.start(info))
    files.write(lambda each: each.start(info))
    with _stopping(run, reasons):
        begun: Work | None = None
        async for exchange in run.results():
            work = run.work
            if work is not None and work is not begun:
                begun = work
                progress.around(lambda: output.text(report.begin(work)))  # noqa: B023 - called at once
                files.write(lambda each: each.begin(work))  # noqa: B023 - called at once
            summary.add(exchange)
            reasons.add(_reason(exchange))
            progress.around(lambda: output.text(report.add(exchange)))  # noqa: B023 - called at once
            files.write(lambda each: each.add(exchange))  # noqa: B023 - called at once
            progress.update(summary)
    progress.close()
    summary.interrupted = bool(run.stopped)
    summary.duration = time.perf_counter() - began
    if run.stopped and not reasons & {Exit.INTERRUPTED, Exit.TERMINATED}:
        reasons.add(Exit.NO_ANSWER)
    return _finish(output, everything, files, summary, reasons)


def _finish(output: Output, reports: list[Report], files: ReportFiles, summary: Any, reasons: set[Exit]) -> int:
    """Write the ends of the reports: files first, so that the one on stdout knows whether they could be written."""
    reasons.discard(Exit.OK)
    code = exit_code(reasons)
    files.write(lambda each: each.end(summary, int(code), [int(reason) for reason in by_weight(reasons)]))
    if files.close():
        reasons.add(Exit.NOT_WRITTEN)
        code = exit_code(reasons)
    output.text(reports[0].end(summary, int(code), [int(reason) for reason in by_weight(reasons)]))
    return int(code)


@contextlib.contextmanager
def _stopping(run: Run, reasons: set[Exit]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run and let its reports be finished."""
    loop = asyncio.get_running_loop()

    def stop(code: Exit) -> None:
        reasons.add(code)
        run.stop("interrupted")

    for number, code in _SIGNALS.items():
        loop.add_signal_handler(number, stop, code)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _reason(exchange: Exchange) -> Exit:
    if exchange.outcome == "error":
        return Exit.NO_ANSWER
    return Exit.FAILED if exchange.outcome == "failed" else Exit.OK


def _info(works: list[Work], flags: RunFlags, target: TargetFlags) -> Any:
    from workbench.replay.attempt import utc_now
    from workbench.replay.summary import RunInfo

    first = next((each for work in works for each in work.targets.values()), None)
    return RunInfo(
        tool=f"cyberun-tui {__version__}",
        started=utc_now(),
        environment=target.environment,
        base_url=works[0].profile.base_url,
        team=(first.team_name or first.team) if first else None,
        jobs=flags.jobs,
    )


def _show_plan(session: Session, works: list[Work]) -> None:
    """What would be sent, one JSON object a line; requests that wait for a capture show it as a placeholder."""
    from workbench.replay.preview import planned

    output = Output()
    for work in works:
        for step in work.plan.steps:
            output.text(msgspec.json.encode(planned(work, step, session.redactor)).decode() + "\n")
