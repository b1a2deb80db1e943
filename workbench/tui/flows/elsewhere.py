"""Choosing another target for a send: another service, team, route or environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
from textual.content import Content

from workbench.model.catalog import SYMBOLS
from workbench.model.visible import one_line
from workbench.tui.panes.target_bar import state_style
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.model.request import Target
    from workbench.tui.controllers.history import Entry
    from workbench.tui.desk import Desk

Kind = Literal["service", "team", "route", "environment"]


@dataclass(frozen=True)
class Elsewhere:
    """One thing about a target that is to be another: a slug, a team's id, a route, or an environment's name."""

    kind: Kind
    value: str

    @property
    def environment(self) -> str | None:
        """The environment, which changes the request itself and not just where it goes."""
        return self.value if self.kind == "environment" else None

    def of(self, target: Target) -> Target:
        """The target with that changed."""
        if self.kind == "team":
            return msgspec.structs.replace(target, team=self.value, team_name="")
        if self.kind == "environment":
            return target
        return msgspec.structs.replace(target, **{self.kind: self.value})


def from_value(value: str) -> Elsewhere:
    """What a choice of `choices` stands for."""
    kind, _, name = value.partition(":")
    kinds: dict[str, Kind] = {
        "service": "service",
        "team": "team",
        "route": "route",
        "environment": "environment",
    }
    return Elsewhere(kinds[kind], name)


def choices(desk: Desk, entry: Entry) -> list[Choice]:
    """Every other target that is known: services first, then routes, environments, teams."""
    target = entry.exchange.request.target if entry.exchange.request else None
    found: list[Choice] = []

    def add(kind: Kind, value: str, label: Content, search: str) -> None:
        found.append(Choice(f"{kind}:{value}", Content.assemble(f"{kind:<12} ", label), f"{kind} {search}"))

    for service in desk.catalog.services:
        if target is None or service.slug != target.service:
            symbol = Content.styled(SYMBOLS[service.state], state_style(service.state))
            add("service", service.slug, Content.assemble(symbol, " ", one_line(service.slug)), service.slug)
    if target is not None:
        other = "invoke" if target.route == "proxy" else "proxy"
        add("route", other, Content(other), other)
    file = desk.workspace.file(entry.ref.path)
    known = file.loaded.collection.environments if file and file.loaded else {}
    for name in known:
        if name != entry.environment:
            add("environment", name, Content(one_line(name)), name)
    for team in desk.catalog.teams:
        if target is None or team.id != target.team:
            add("team", team.id, Content(one_line(team.title)), team.title)
    return found


async def choose(desk: Desk, entry: Entry) -> Elsewhere | None:
    """Ask for another target; None when there is none or none was chosen."""
    found = choices(desk, entry)
    if not found:
        desk.say("no other service, team, route or environment is known", "warning")
        return None
    chosen = await desk.ask(Pick("Send it to another target", found))
    return from_value(chosen) if chosen else None
