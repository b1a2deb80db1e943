"""`run`: replay collections; the human report or a document on stdout, everything else on stderr."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from workbench.cli.completing import files
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.loops import fast_loop
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.cli.run_flags import RunFlags, run_options

if TYPE_CHECKING:
    from workbench.cli.run_order import Comparing, RunOrder
    from workbench.replay.runner import Work
    from workbench.replay.session import Session


@click.command("run")
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -", shell_complete=files)
@run_options
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], flags: RunFlags) -> int:
    """Replay collections: files, folders, FILE#ID for one request, or - for standard input."""
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        return runner.run(_run(diagnostics, target, paths, flags))


async def _run(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...], flags: RunFlags) -> Exit:
    """Check everything, then run; whatever is wrong before the first call is raised, and nothing is sent."""
    from workbench.cli.run_order import comparing, run_order

    order = run_order(paths, flags, target, diagnostics)
    async with open_session(target, diagnostics, running=True, jobs=flags.jobs) as session:
        works = await order.gather(session, target.environment)
        if not works:
            why = "nothing failed in the last run" if flags.failed else "the selection matches no request"
            diagnostics.note(f"nothing to run: {why}")
            return Exit.NOTHING_SELECTED
        compared = await comparing(order, works, session, diagnostics)
        if flags.dry_run:
            _show_plan(session, works)
            return Exit.OK
        return await _replay(order, works, session, compared, diagnostics)


async def _replay(
    order: RunOrder, works: list[Work], session: Session, compared: Comparing, diagnostics: Diagnostics
) -> Exit:
    from workbench.cli.replaying import Replaying, run_info
    from workbench.files.last_run import remember

    info = run_info(works, order.flags, order.target.environment, compared.name)
    replaying = Replaying(diagnostics, session, order.flags, info, order.total(works), compared)
    code = await replaying.replay(order.expand(works, session))
    lost = remember(Path.cwd(), replaying.failed, replaying.passed)
    if lost:
        diagnostics.warning(lost)
    return code


def _show_plan(session: Session, works: list[Work]) -> None:
    """What would be sent, one JSON object a line; requests that wait for a capture show it as a placeholder."""
    from workbench.replay.preview import planned

    output = Output()
    for work in works:
        for step in work.plan.steps:
            output.text(msgspec.json.encode(planned(work, step, session.redactor)).decode() + "\n")
