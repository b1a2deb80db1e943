"""`services`: a team's services, or one of them in full. Values of its environment are always masked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, note_ignored_team, open_session, target_options
from workbench.cli.output import Output
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.model.catalog import Service

_MASK = "[redacted]"
_ASCII_SYMBOLS = {"running": "*", "failed": "x"}


@click.command("services")
@click.argument("slug", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON: an array, or one object for a SLUG.")
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, slug: str | None, *, as_json: bool) -> int:
    """List a team's services, or show one."""
    return asyncio.run(_services(diagnostics, target, slug, as_json=as_json))


async def _services(diagnostics: Diagnostics, target: TargetFlags, slug: str | None, *, as_json: bool) -> int:
    output = Output()
    async with open_session(target, diagnostics) as session:
        profile = session.profile()
        team = session.overrides.team or profile.team
        await note_ignored_team(session, profile, diagnostics)
        if slug is not None:
            service = await session.service(profile, slug, team)
            output.text(_json(_fields(service)) if as_json else _details(service))
            return Exit.OK
        services = await session.services(profile, team)
    if as_json:
        output.text(_json([_fields(service) for service in services]))
    elif services:
        output.text(_table(services, unicode=output.unicode))
    else:
        diagnostics.note("this team has no services")
    return Exit.OK


def _fields(service: Service) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(service)
    fields["env"] = {name: _MASK for name, _ in service.env}
    return fields


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _table(services: tuple[Service, ...], *, unicode: bool) -> str:
    slug_width = max(len(service.slug) for service in services)
    lines = []
    for service in services:
        symbol = service.symbol if unicode else _ASCII_SYMBOLS.get(service.state, "-")
        lines.append(f"{symbol} {service.slug:<{slug_width}}  {service.state:<9}  {service.name}".rstrip())
    return "".join(visible(line) + "\n" for line in lines)


def _details(service: Service) -> str:
    rows = [(name, value) for name, value in _fields(service).items() if value not in ("", None, {}, ())]
    width = max(len(name) for name, _ in rows)
    lines = []
    for name, value in rows:
        text = ", ".join(f"{key}={mask}" for key, mask in value.items()) if isinstance(value, dict) else str(value)
        first, *rest = text.splitlines() or [""]
        lines.append(f"{name:<{width}}  {visible(first)}")
        lines.extend(" " * (width + 2) + visible(line) for line in rest)
    return "\n".join(lines) + "\n"
