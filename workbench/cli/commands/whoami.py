"""`whoami`: which credential is in use, where it came from, whom it stands for and how long. Never its value."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.model.errors import PlatformError
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.replay.standing import Standing


@click.command("whoami")
@click.option("--json", "as_json", is_flag=True, help="A JSON object.")
@target_options
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
        rows = [(name, value) for name, value in _rows(found) if value]
        width = max(len(name) for name, _ in rows)
        Output().text("".join(f"{name:<{width}}  {visible(value)}\n" for name, value in rows))
    if found.failure is None:
        return Exit.OK
    return diagnostics.error(PlatformError(found.failure))


def _document(found: Standing) -> dict[str, Any]:
    user = found.user
    return {
        "profile": found.profile,
        "kind": found.kind,
        "prefix": found.prefix,
        "origin": found.origin,
        "source": found.source,
        "user": None if user is None else {"id": user.id, "name": user.name, "email": user.email},
        "teams": [{"id": team.id, "name": team.name} for team in user.teams] if user else [],
        "expires": None if found.expires_at is None else _moment(found.expires_at),
        "renews": found.renews,
        "clock_skew_s": None if found.skew is None else round(found.skew, 1),
        "notes": list(found.notes),
        "error": None
        if found.failure is None
        else {"kind": found.failure.kind, "message": found.failure.message, "layer": found.failure.layer},
    }


def _rows(found: Standing) -> list[tuple[str, str]]:
    from workbench.replay.standing import KINDS

    user = found.user
    name = f"{user.name} <{user.email}>" if user and user.email else user.name if user else ""
    return [
        ("profile", found.profile),
        ("kind", f"{found.kind}, {KINDS[found.kind]}"),
        ("key", found.prefix),
        ("origin", found.origin),
        ("source", found.source),
        ("user", name),
        ("teams", ", ".join(f"{each.title} ({each.id})" for each in user.teams) if user else ""),
        ("team", "one, which the key implies" if found.kind == "sk" else ""),
        ("expires", _expiry(found)),
        ("clock", _clock(found)),
        ("notes", "; ".join(found.notes)),
    ]


def _expiry(found: Standing) -> str:
    left = found.seconds_left()
    if left is None or found.expires_at is None:
        return "" if found.kind == "jwt" else "it does not say"
    when = f"it has ended, {_span(-left)} ago" if left <= 0 else f"in {_span(left)}"
    return f"{_moment(found.expires_at)}, {when}{'; renewed by itself' if found.renews else ''}"


def _clock(found: Standing) -> str:
    from workbench.replay.standing import TELLING_SKEW

    if found.skew is None:
        return ""
    if abs(found.skew) < TELLING_SKEW:
        return "in step with the platform's"
    return f"this machine's is {_span(abs(found.skew))} {'behind' if found.skew > 0 else 'ahead of'} the platform's"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(seconds: float) -> str:
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{int(seconds)} s"
