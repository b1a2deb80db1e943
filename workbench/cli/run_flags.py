"""The flags of `run` beside the target's: their declaration, their checks, and what they said as one value."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

import click
import msgspec

from workbench.cli.options import Duration
from workbench.cli.output import Colour
from workbench.cli.reporting import FORMATS, reports_option

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = TypeVar("_Command", bound="Callable[..., Any]")

_JOBS_PER_CORE = 8


class RunFlags(msgspec.Struct, frozen=True, kw_only=True):
    """What the flags of `run` said. Times in seconds."""

    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    failed: bool = False
    shard: tuple[int, int] | None = None
    repeat: int = 1
    data: str | None = None
    jobs: int = 1
    rate: float | None = None
    retries: int = 0
    fail_fast: bool = False
    timeout: float | None = None
    max_time: float | None = None
    format: str = "auto"
    reports: tuple[tuple[str, str], ...] = ()
    show_body: str = "failed"
    quiet: bool = False
    verbose: int = 0
    progress: bool = True
    colour: Colour = "auto"
    dry_run: bool = False
    record: str | None = None
    compare: str | None = None
    update: bool = False
    compare_target: tuple[str, str] | None = None
    ignore: tuple[str, ...] = ()
    any_order: bool = False

    @property
    def compares(self) -> bool:
        """Whether answers are recorded or compared with something."""
        return bool(self.record or self.compare or self.compare_target)


def run_options(command: _Command) -> _Command:
    """Add the flags; the command gets them together as `flags: RunFlags`."""

    @functools.wraps(command)
    def collect(**given: Any) -> Any:
        names = msgspec.structs.fields(RunFlags)
        flags = RunFlags(**{field.name: given.pop(field.name) for field in names})
        _check_together(flags)
        return command(flags=flags, **given)

    for option in reversed(_OPTIONS):
        collect = option(collect)
    return cast("_Command", collect)


def _ids(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001 - click's
    return tuple(part.strip() for text in value for part in text.split(",") if part.strip())


def _jobs(ctx: click.Context, param: click.Parameter, value: str) -> int:
    if value == "auto":
        return _JOBS_PER_CORE * (os.cpu_count() or 1)
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"{value!r} is not a number of calls: expected 1 or more, or auto", ctx, param)
    return int(value)


def rate_of(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """The number of `50/s`; None where the flag is not given."""
    if value is None:
        return None
    try:
        rate = float(value.removesuffix("/s"))
    except ValueError:
        rate = 0.0
    if not rate > 0:
        raise click.BadParameter(f"{value!r} is not a rate: expected a number above 0, such as 50/s", ctx, param)
    return rate


def _shard(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    part, slash, parts = value.partition("/")
    if not slash or not part.isdecimal() or not parts.isdecimal() or not 1 <= int(part) <= int(parts):
        raise click.BadParameter(f"{value!r} is not I/N with I from 1 to N, such as 1/4", ctx, param)
    return int(part), int(parts)


def _other_target(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, str] | None:
    if value is None:
        return None
    what, equals, name = value.partition("=")
    if not equals or not name or what not in ("service", "team", "env"):
        raise click.BadParameter(f"{value!r} is not service=SLUG, team=NAME or env=NAME", ctx, param)
    return what, name


def _ignored(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        return value
    from workbench.model.compare.rules import rules

    try:
        rules(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    return value


def _check_together(flags: RunFlags) -> None:
    """What only makes sense with another flag is refused without it."""
    if flags.update and not flags.compare:
        raise click.UsageError("--update brings the recordings of --compare DIR up to date: give --compare as well")
    if (flags.ignore or flags.any_order) and not (flags.compare or flags.compare_target):
        raise click.UsageError("--ignore and --any-order belong to --compare or --compare-target: give one of them")
    if flags.compare and flags.compare_target:
        raise click.UsageError(
            "--compare and --compare-target cannot be used together: compare with one thing at a time"
        )


SELECTION = [
    click.option("--only", metavar="ID,..", multiple=True, callback=_ids, help="Only these, and what they need."),
    click.option("--tag", "tags", metavar="T", multiple=True, help="Only requests with this tag. Repeatable."),
    click.option("--skip-tag", "skip_tags", metavar="T", multiple=True, help="None with this tag. Repeatable."),
]
"""The flags that choose requests, for every command that replays some."""

_OPTIONS = [
    *SELECTION,
    click.option("--failed", is_flag=True, help="Only what failed in the last run here, and what it needs."),
    click.option("--shard", metavar="I/N", callback=_shard, help="Part I of N; chains stay whole."),
    click.option("--repeat", type=click.IntRange(1), default=1, metavar="N", help="Do everything N times."),
    click.option("--data", metavar="FILE", help="Once for each row of a .csv, .json or .jsonl file."),
    click.option(
        "-j", "--jobs", metavar="N|auto", default="1", callback=_jobs, help="Calls in flight (1: file order)."
    ),
    click.option("--rate", metavar="N/s", callback=rate_of, help="Calls started per second at most."),
    click.option("--retry", "retries", type=click.IntRange(0), default=0, metavar="N", help="Repeat what failed."),
    click.option("-x", "--fail-fast", is_flag=True, help="After the first failure run only `always` requests."),
    click.option("--timeout", type=Duration(), help="Limit of each call, such as 30s."),
    click.option("--max-time", type=Duration(), help="Limit of the whole run, such as 10m."),
    click.option("--record", metavar="DIR", help="Keep every answer as a file below DIR, redacted."),
    click.option("--compare", metavar="DIR", help="Compare every answer with its recording below DIR."),
    click.option("--update", is_flag=True, help="Bring the recordings of --compare up to date instead of failing."),
    click.option(
        "--compare-target",
        metavar="service=SLUG|team=NAME|env=NAME",
        callback=_other_target,
        help="Send everything to a second target too, and compare.",
    ),
    click.option(
        "--ignore",
        metavar="JSONPATH",
        multiple=True,
        callback=_ignored,
        help="What a comparison leaves out. Repeatable.",
    ),
    click.option("--any-order", is_flag=True, help="Arrays in another order are equal."),
    click.option(
        "--format", type=click.Choice(["auto", *FORMATS, "none"]), default="auto", help="What goes to stdout."
    ),
    reports_option,
    click.option("--show-body", type=click.Choice(["never", "failed", "always"]), default="failed", help="In reports."),
    click.option("-q", "--quiet", is_flag=True, help="Only failures and the summary."),
    click.option("-v", "--verbose", count=True, help="Every assertion, and sizes."),
    click.option("--progress/--no-progress", default=True, help="A progress line on a terminal's stderr."),
    click.option("--color", "colour", type=click.Choice(get_args(Colour)), default="auto", help="Colours on stdout."),
    click.option("--dry-run", is_flag=True, help="Show what would be sent, redacted; send nothing."),
]
