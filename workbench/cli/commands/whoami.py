"""`whoami`: which credential is in use, where it came from, whom it stands for and how long. Never its value."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, open_session, platform_options
from workbench.cli.output import Output
from workbench.model.errors import PlatformError
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.replay.standing import Standing


@click.command("whoami")
@click.option("--json", "as_json", is_flag=True, help="A JSON object.")
@platform_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, *, as_json: bool) -> int:
    """Say which credential is in use, where it came from, whom it stands for, and when it ends."""
    return asyncio.run(_whoami(diagnostics, target, as_json=as_json))


async def _whoami(diagnostics: Diagnostics, target: TargetFlags, *, as_json: bool) -> int:
    from workbench.replay.standing import standing

    async with open_session(target, diagnostics) as session:
        found = await standing(session, session.profile())
    if as_json:
        Output().text(msgspec.json.format(msgspec.json.encode(_document(found)), indent=2).decode() + "\n")
    else:
        from workbench.replay.standing import rows

        width = max(len(name) for name, _ in rows(found))
        Output().text("".join(f"{name:<{width}}  {visible(value)}\n" for name, value in rows(found)))
    if found.failure is None:
        return Exit.OK
    return diagnostics.error(PlatformError(found.failure))


def _document(found: Standing) -> dict[str, Any]:
    from workbench.replay.standing import moment

    user = found.user
    return {
        "profile": found.profile,
        "kind": found.kind,
        "prefix": found.prefix,
        "origin": found.origin,
        "source": found.source,
        "user": None if user is None else {"id": user.id, "name": user.name, "email": user.email},
        "teams": [{"id": team.id, "name": team.name} for team in user.teams] if user else [],
        "expires": None if found.expires_at is None else moment(found.expires_at),
        "renews": found.renews,
        "clock_skew_s": None if found.skew is None else round(found.skew, 1),
        "proxy": found.proxy or None,
        "notes": list(found.notes),
        "error": None
        if found.failure is None
        else {"kind": found.failure.kind, "message": found.failure.message, "layer": found.failure.layer},
    }
