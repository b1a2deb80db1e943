"""`load`: a collection under load, by users or at a rate; the result on stdout, its progress on stderr."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench import __version__
from workbench.cli.completing import files
from workbench.cli.diagnostics import Diagnostics, Exit, by_weight, exit_code
from workbench.cli.loops import fast_loop, stopping
from workbench.cli.options import Duration, TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.cli.run_flags import SELECTION, RunFlags, rate_of
from workbench.model.errors import TargetError, WorkbenchError
from workbench.model.profile import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.cli.run_order import RunOrder
    from workbench.replay.load.drive import Drive, Play
    from workbench.replay.load.shown import LoadInfo
    from workbench.replay.load.tally import Tally
    from workbench.replay.load.thresholds import Threshold
    from workbench.replay.session import Session

PLACES = 500
"""Plays at the same time that `--rate` may need, where `--users` does not say."""

_EVERY = 0.5


class LoadFlags(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of `load` beside the target's and the selection's."""

    users: int | None
    rate: float | None
    duration: float
    ramp: float | None
    timeout: float | None
    thresholds: tuple[Any, ...]
    format: str
    progress: bool
    allow_remote: bool


def _thresholds(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[Threshold, ...]:
    from workbench.replay.load.thresholds import threshold

    try:
        return tuple(threshold(text) for text in value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error


def _selection(command: Any) -> Any:
    for option in reversed(SELECTION):
        command = option(command)
    return command


@click.command("load")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=files)
@click.option("--users", type=click.IntRange(1), metavar="N", help="Plays at the same time (1; with --rate at most).")
@click.option("--rate", metavar="N/s", callback=rate_of, help="Plays begun per second, however slow the answers are.")
@click.option("--duration", type=Duration(), default=10.0, help="How long, such as 30s or 5m (10s).")
@click.option("--ramp", type=Duration(), help="Let the users begin spread over this time.")
@click.option("--timeout", type=Duration(), help="Limit of each call, such as 30s.")
@click.option(
    "--threshold",
    "thresholds",
    metavar="LINE",
    multiple=True,
    callback=_thresholds,
    help="Such as 'p95 < 500ms', 'errors < 1%', 'failed == 0%', 'rate >= 200/s'. Repeatable; exit 1 if missed.",
)
@_selection
@click.option("--data", metavar="FILE", help="The rows of a .csv, .json or .jsonl file, one a play, over and over.")
@click.option("--format", type=click.Choice(["auto", "json", "none"]), default="auto", help="What goes to stdout.")
@click.option("--progress/--no-progress", default=True, help="A progress line on a terminal's stderr.")
@click.option("--allow-remote", is_flag=True, help="Load a platform that is not on this machine: you may do that.")
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, /, target: TargetFlags, paths: tuple[str, ...], **given: Any) -> int:
    """Play collections under load, and say how the service copes.

    Each play goes through the requests in file order. Needs the extra: pip install "cyberun-tui[load]".
    """
    names = [field.name for field in msgspec.structs.fields(LoadFlags)]
    flags = LoadFlags(**{name: given.pop(name) for name in names})
    if importlib.util.find_spec("hdrh") is None:
        raise WorkbenchError("load needs its extra, which is not installed", hint='pip install "cyberun-tui[load]"')
    if flags.ramp and flags.rate:
        raise click.UsageError("--ramp is for users, and --rate begins plays evenly: give one of them")
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        return runner.run(_load(diagnostics, target, paths, flags, RunFlags(**given)))


async def _load(
    diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], flags: LoadFlags, selection: RunFlags
) -> int:
    from workbench.cli.run_order import run_order
    from workbench.replay.load.drive import plays_of

    order = run_order(paths, selection, target, diagnostics)
    users = flags.users or (PLACES if flags.rate else 1)
    async with open_session(target, diagnostics, running=True, jobs=users) as session:
        if not flags.allow_remote:
            _stay_here(order, session, target.environment)
        works = await order.gather(session, target.environment)
        if not works:
            diagnostics.note("nothing to load: the selection matches no request")
            return Exit.NOTHING_SELECTED
        plays = plays_of(list(order.expand(works, session)))
        return await _Loading(diagnostics, session, flags, plays, users).load(paths, target.environment)


def _stay_here(order: RunOrder, session: Session, environment: str | None) -> None:
    """Refuse a platform that is not on this machine; looks nothing up there.

    Raises:
        TargetError: it is not.
    """
    from workbench.replay.targeting import find_environment

    for each in order.loaded:
        base_url = session.profile(each.collection, find_environment(each.collection, environment)).base_url
        if not is_loopback(base_url):
            raise TargetError(
                f"{base_url} is not on this machine, and a load test takes its capacity from others; nothing was sent",
                hint="give --allow-remote if it is yours to load",
            )


class _Loading:
    """One load test of the command line."""

    def __init__(
        self, diagnostics: Diagnostics, session: Session, flags: LoadFlags, plays: tuple[Play, ...], users: int
    ) -> None:
        from workbench.replay.load.drive import Drive, LoadOptions
        from workbench.replay.load.tally import Tally

        options = LoadOptions(
            users=users, rate=flags.rate, duration=flags.duration, ramp=flags.ramp or 0.0, timeout=flags.timeout
        )
        self._diagnostics = diagnostics
        self._flags = flags
        self._plays = plays
        self._users = users
        self._tally: Tally = Tally()
        self._drive: Drive = Drive(session, plays, options, self._tally)
        self._reasons: set[Exit] = set()

    async def load(self, paths: tuple[str, ...], environment: str | None) -> int:
        """Play, then write what came of it; the exit code."""
        from workbench.replay.load import shown

        info = self._info(environment)
        output = Output()
        if self._flags.format == "auto":
            output.text(shown.heading(info, paths, unicode=output.unicode))
        with stopping(self._reasons, self._drive.stop), self._progress():
            seconds = await self._drive.play()
        metrics = self._tally.metrics(seconds)
        judged = tuple((each, metrics[each.metric], each.holds(metrics)) for each in self._flags.thresholds)
        code = self._verdict([each for each, _, ok in judged if not ok])
        outcome = shown.Outcome(
            seconds=seconds,
            interrupted=bool(self._drive.stopped),
            unstarted=self._drive.unstarted,
            judged=judged,
            code=int(code),
            reasons=tuple(int(reason) for reason in by_weight(self._reasons)),
        )
        if self._flags.format == "json":
            written = msgspec.json.encode(shown.document(info, self._tally, outcome))
            output.text(msgspec.json.format(written, indent=2).decode() + "\n")
        elif self._flags.format == "auto":
            output.text(shown.text(info, self._tally, outcome, unicode=output.unicode))
        return code

    def _verdict(self, missed: list[Threshold]) -> Exit:
        """Missed thresholds, and failures and errors that no threshold is about."""
        outcomes = self._tally.all.outcomes
        judged = {each.metric for each in self._flags.thresholds}
        if missed or (outcomes["failed"] and "failed" not in judged):
            self._reasons.add(Exit.FAILED)
        if outcomes["error"] and "errors" not in judged:
            self._reasons.add(Exit.NO_ANSWER)
        return exit_code(self._reasons)

    def _info(self, environment: str | None) -> LoadInfo:
        from workbench.replay.attempt import utc_now
        from workbench.replay.load.drive import targets_of
        from workbench.replay.load.shown import LoadInfo

        work = self._plays[0][0]
        target = next(iter(work.targets.values()))
        return LoadInfo(
            tool=f"cyberun-tui {__version__}",
            started=utc_now(),
            base_url=work.profile.base_url,
            services=tuple(targets_of(self._plays)),
            environment=environment,
            team=target.team_name or target.team,
            users=self._users,
            rate=self._flags.rate,
            duration=self._flags.duration,
        )

    @contextlib.contextmanager
    def _progress(self) -> Iterator[None]:
        """A line on a terminal's stderr, twice a second."""
        if not self._flags.progress or sys.stderr is None or not sys.stderr.isatty():
            yield
            return
        task = asyncio.get_running_loop().create_task(self._draw())
        try:
            yield
        finally:
            task.cancel()
            self._diagnostics.raw("\r\x1b[K")

    async def _draw(self) -> None:
        from workbench.replay.load.shown import duration_text

        while True:
            await asyncio.sleep(_EVERY)
            elapsed, counts = self._drive.elapsed, self._tally.all
            p95 = self._tally.corrected.values()["p95"]
            self._diagnostics.raw(
                f"\r\x1b[K{elapsed:.0f} s of {self._flags.duration:.0f} s  {counts.calls:,} calls  "
                f"{counts.calls / elapsed:,.0f}/s  {counts.outcomes['failed']:,} failed  "
                f"{counts.outcomes['error']:,} errors  p95 {duration_text(p95)}"
            )
