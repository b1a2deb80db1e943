"""Choosing where requests go: team, service, environment; and what a service says about itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.catalog import SYMBOLS
from workbench.model.visible import one_line, visible
from workbench.tui.panes.target_bar import state_style
from workbench.tui.screens.dialogs import Answer, Ask, Show
from workbench.tui.screens.jump import Jump
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.model.catalog import Service
    from workbench.model.history import Line
    from workbench.tui.controllers.history import Entry
    from workbench.tui.desk import Desk

AS_THE_FILE_SAYS = ""
_LABEL_WIDTH = 13


async def team(desk: Desk) -> None:
    """Choose the team; with a key that belongs to one team, say so."""
    identity = desk.catalog.identity
    if identity is not None and not identity.needs_team:
        text = (
            f"This key ({identity.prefix}) belongs to one team, and the platform takes the team from "
            "it: there is nothing to choose."
        )
        await desk.ask(Ask("Team", text, [Answer("", "OK")]))
        return
    if not desk.catalog.teams:
        desk.say(f"the teams are not known: {desk.catalog.message or 'the platform was not asked yet'}", "warning")
        return
    choices = [
        Choice(
            each.id,
            Content.assemble(one_line(each.title), Content.styled(f"  {one_line(each.id)}", "$text-muted")),
            each.title,
        )
        for each in desk.catalog.teams
    ]
    current = desk.catalog.team.id if desk.catalog.team else ""
    chosen = await desk.ask(Pick("Team", choices, current=current))
    picked = next((each for each in desk.catalog.teams if each.id == chosen), None)
    if picked is not None:
        desk.picks = replace(desk.picks, team=picked)
        desk.start("refresh_services")


async def service(desk: Desk) -> None:
    """Choose the service for the requests of the file that is shown."""
    path = desk.ref.path if desk.ref else ""
    said = _as_the_file_says(desk)
    choices = [Choice(AS_THE_FILE_SAYS, Content(f"as the file says{said}"), "as the file says")]
    target = desk.aim.target
    used = recent(target.service if target else "", desk.history.entries, desk.past.lines)
    order = {slug: at for at, slug in enumerate(used)}
    known = sorted(desk.catalog.services, key=lambda each: order.get(each.slug, len(order)))
    choices += [_service_choice(each) for each in known]
    note = "" if desk.catalog.services else f"{desk.catalog.message} {desk.catalog.hint}".strip()
    chosen = await desk.ask(Pick("Service", choices, current=target.service if target else "", note=note))
    if chosen is not None:
        desk.picks = desk.picks.with_service(path, chosen or None)


def recent(current: str, entries: Sequence[Entry], lines: Sequence[Line]) -> list[str]:
    """Services by their last use, newest first: the one in use, this run's sends, those of earlier runs."""
    sent = (each.exchange.service for each in reversed(entries))
    return list(dict.fromkeys(slug for slug in (current, *sent, *(line.service for line in lines)) if slug))


def _as_the_file_says(desk: Desk) -> str:
    from workbench.tui.controllers.aim import aim

    file = desk.workspace.file(desk.ref.path) if desk.ref else None
    item = desk.workspace.item(desk.ref)
    if file is None or file.loaded is None or item is None:
        return ""
    picks = desk.picks.with_service(file.path, None)
    found = aim(desk.session, picks, file.collection(), item.request, desk.environment).target
    return f" ({found.service})" if found else " (it names none)"


def _service_choice(each: Service) -> Choice:
    about = one_line(each.name or each.description)
    label = Content.assemble(
        Content.styled(f"{SYMBOLS[each.state]} {each.state:<10}", state_style(each.state)),
        " ",
        one_line(each.slug),
        Content.styled(f"  {about}", "$text-muted"),
    )
    return Choice(each.slug, label, f"{each.slug} {about}")


async def environment(desk: Desk) -> None:
    """Choose the environment, of those the file has."""
    file = desk.workspace.file(desk.ref.path) if desk.ref else None
    known = file.loaded.collection.environments if file and file.loaded else {}
    choices = [Choice("", Content("none"), "none")]
    for name, each in known.items():
        about = ", ".join(
            part
            for part in (
                "protected" if each.protected else "",
                f"profile {each.profile}" if each.profile else "",
                f"service {each.service}" if each.service else "",
                ", ".join(sorted(each.vars)),
            )
            if part
        )
        label = Content.assemble(one_line(name), Content.styled(f"  {one_line(about)}", "$text-muted"))
        choices.append(Choice(name, label, name))
    note = "" if known else "this file has no [env.NAME]"
    chosen = await desk.ask(Pick("Environment", choices, current=desk.environment or "", note=note))
    if chosen is not None:
        desk.environment = chosen or None


async def details(desk: Desk, known: Service | None) -> None:
    """Show how a service wants to be called, and what it is made of."""
    if known is None:
        desk.say("there is no service to show", "warning")
        return
    await desk.ask(Show(f"{known.symbol} {known.slug}", describe(known)))


def describe(known: Service) -> Content:
    """A service in words; the values of its environment are never shown."""
    rows: list[Content] = []
    if known.usage_prompt:
        rows += [Content.styled("How to call it", "bold"), Content(visible(known.usage_prompt)), Content("")]
    facts = (
        ("state", f"{SYMBOLS[known.state]} {known.state}"),
        ("name", known.name),
        ("description", known.description),
        ("type", known.type),
        ("image", known.image),
        ("port", "" if known.port is None else str(known.port)),
        ("replicas", "" if known.replicas is None else str(known.replicas)),
        ("GPUs", "" if known.gpus is None else "all" if known.gpus < 0 else str(known.gpus)),
        ("health path", known.health_path),
        ("OpenAPI", known.openapi_url),
        ("external URL", known.external_url),
        ("created", known.created),
        ("updated", known.updated),
    )
    for label, value in facts:
        if value:
            rows.append(Content.assemble(Content.styled(label.ljust(_LABEL_WIDTH), "bold"), visible(value)))
    if known.env:
        rows += [Content(""), Content.styled("Environment of the container", "bold")]
        rows += [Content(f"{visible(name)} = ••••••") for name, _ in known.env]
    return Content("\n").join(rows)


async def theme(desk: Desk) -> None:
    """Choose the colours."""
    app = desk.app
    names = sorted(app.available_themes, key=lambda name: (not app.available_themes[name].dark, name))
    choices = [
        Choice(name, Content(f"{name}  ({'dark' if app.available_themes[name].dark else 'light'})"), name)
        for name in names
    ]
    chosen = await desk.ask(Pick("Theme", choices, current=app.theme))
    if chosen:
        app.theme = chosen


async def jump(desk: Desk) -> None:
    """Put a letter on every place, and go where the one that is pressed stands."""
    target = await desk.ask(Jump(desk.app.screen))
    if target is not None:
        target.focus()
