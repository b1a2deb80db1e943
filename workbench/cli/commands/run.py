"""`run`: replay collections; the human report or a document on stdout, everything else on stderr."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.loading import known_ids, load_all
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.cli.run_flags import RunFlags, run_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.files.collections import LoadedCollection
    from workbench.replay.plan import Selection
    from workbench.replay.runner import Work
    from workbench.replay.session import Session


@click.command("run")
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@run_options
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], flags: RunFlags) -> int:
    """Replay collections: files, folders, or - for standard input."""
    return asyncio.run(_run(diagnostics, target, paths, flags))


async def _run(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], flags: RunFlags) -> Exit:
    """Check everything, then run; whatever is wrong before the first call is raised, and nothing is sent."""
    from workbench.files.last_run import LastRun, save_last_run
    from workbench.replay.gather import gather

    loaded = load_all(paths)
    known_ids(loaded, flags.only)
    for each in loaded:
        for problem in each.warnings:
            diagnostics.warning(str(problem))
    rows = _rows(flags)
    selection = _selection(flags)
    if not _matches(loaded, selection):
        diagnostics.note("nothing to run: the selection matches no request")
        return Exit.NOTHING_SELECTED
    async with open_session(target, diagnostics, running=True, jobs=flags.jobs) as session:
        works = await gather(
            session,
            loaded,
            selection=selection,
            environment=target.environment,
            given=target.variables,
            row=rows[0] if rows else None,
            row_number=1 if rows else None,
            online=not flags.dry_run,
        )
        if flags.dry_run:
            _show_plan(session, works)
            return Exit.OK
        code, failed = await _replay(diagnostics, session, works, rows, flags, target)
    lost = save_last_run(Path.cwd(), LastRun(failed))
    if lost:
        diagnostics.warning(lost)
    return code


def _rows(flags: RunFlags) -> list[dict[str, Any]]:
    from workbench.files.rows import load_rows
    from workbench.replay.expand import check_rows

    rows = load_rows(flags.data) if flags.data else []
    check_rows(rows, flags.data or "")
    return rows


def _selection(flags: RunFlags) -> Selection:
    from workbench.files.last_run import load_last_run
    from workbench.replay.plan import Selection

    failed: frozenset[tuple[str, str]] | None = None
    if flags.failed:
        last = load_last_run(Path.cwd())
        failed = frozenset((path, each) for path, ids in (last.failed if last else {}).items() for each in ids)
    return Selection(only=flags.only, tags=flags.tags, skip_tags=flags.skip_tags, failed=failed, shard=flags.shard)


def _matches(loaded: Sequence[LoadedCollection], selection: Selection) -> bool:
    from workbench.replay.plan import make_plan

    return any(make_plan(each.collection, selection).steps for each in loaded)


async def _replay(
    diagnostics: Diagnostics,
    session: Session,
    works: list[Work],
    rows: list[dict[str, Any]],
    flags: RunFlags,
    target: TargetFlags,
) -> tuple[Exit, dict[str, list[str]]]:
    from workbench.cli.replaying import Replaying, run_info
    from workbench.replay.expand import expand

    total = sum(len(work.plan.steps) for work in works) * max(1, len(rows)) * flags.repeat
    replaying = Replaying(diagnostics, session, flags, run_info(works, flags, target.environment), total)
    code = await replaying.replay(expand(works, rows, flags.repeat, session.redactor))
    return code, replaying.failed


def _show_plan(session: Session, works: list[Work]) -> None:
    """What would be sent, one JSON object a line; requests that wait for a capture show it as a placeholder."""
    from workbench.replay.preview import planned

    output = Output()
    for work in works:
        for step in work.plan.steps:
            output.text(msgspec.json.encode(planned(work, step, session.redactor)).decode() + "\n")
