"""`teams`: the teams that the credential can see."""

from __future__ import annotations

import asyncio

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.model.visible import visible


@click.command("teams")
@click.option("--json", "as_json", is_flag=True, help="A JSON array of {id, name}.")
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, *, as_json: bool) -> int:
    """List the teams that the credential can see."""
    return asyncio.run(_teams(diagnostics, target, as_json=as_json))


async def _teams(diagnostics: Diagnostics, target: TargetFlags, *, as_json: bool) -> int:
    async with open_session(target, diagnostics) as session:
        teams = await session.teams(session.profile())
    output = Output()
    if as_json:
        rows = [{"id": team.id, "name": team.name} for team in teams]
        output.text(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n")
    elif teams:
        width = max(len(visible(team.title)) for team in teams)
        output.text("".join(f"{visible(team.title):<{width}}  {visible(team.id)}\n" for team in teams))
    else:
        diagnostics.note("this key belongs to one team, and the platform does not say which: no team has to be named")
    return Exit.OK
