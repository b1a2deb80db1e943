"""Flags that several commands share: the target of every command that sends (CLI.md, "Target")."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
import msgspec

from workbench.cli.completing import profiles
from workbench.model.collection import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.cli.diagnostics import Diagnostics
    from workbench.model.profile import Profile
    from workbench.replay.session import Session

_Command = TypeVar("_Command", bound="Callable[..., Any]")


class Duration(click.ParamType[float]):
    """A duration with its unit: `500ms`, `30s`, `10m`; handed over in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds; a usage error says what was expected."""
        if isinstance(value, float):
            return value
        try:
            seconds = parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if seconds <= 0:
            self.fail(f"{value!r} must be longer than nothing", param, ctx)
        return seconds


class TargetFlags(msgspec.Struct, frozen=True, kw_only=True):
    """What the target flags said."""

    profile: str | None = None
    base_url: str | None = None
    team: str | None = None
    service: str | None = None
    route: str | None = None
    environment: str | None = None
    variables: dict[str, str] = {}
    trust: bool = False


_PLATFORM = (
    click.option("--profile", metavar="NAME", shell_complete=profiles, help="A profile of your settings."),
    click.option("--base-url", metavar="URL", help="The platform's API (else CYBERUN_BASE_URL)."),
)


def target_options(command: _Command) -> _Command:
    """Add the target flags; the command gets them together as `target: TargetFlags`."""

    @functools.wraps(command)
    def collect(**given: Any) -> Any:
        target = TargetFlags(
            profile=given.pop("profile"),
            base_url=given.pop("base_url"),
            team=given.pop("team"),
            service=given.pop("service"),
            route=given.pop("route"),
            environment=given.pop("env"),
            variables=dict(given.pop("var")),
            trust=given.pop("trust"),
        )
        return command(target=target, **given)

    for option in reversed(
        [
            *_PLATFORM,
            click.option("--team", metavar="NAME|ID", help="The team (else CYBERUN_TEAM_ID); a JWT needs one."),
            click.option("--service", metavar="SLUG", help="The service, over what the collection says."),
            click.option("--route", type=click.Choice(["invoke", "proxy"]), help="How calls travel."),
            click.option("-e", "--env", metavar="NAME", help="The collection's [env.NAME] to use."),
            click.option("--var", metavar="K=V", multiple=True, callback=_pairs, help="Set a variable. Repeatable."),
            click.option("--trust", is_flag=True, help="Let collections read the secrets and files they refer to."),
        ]
    ):
        collect = option(collect)
    return cast("_Command", collect)


def platform_options(command: _Command) -> _Command:
    """Add the flags that say which platform; the command gets them as `target: TargetFlags`."""

    @functools.wraps(command)
    def collect(**given: Any) -> Any:
        target = TargetFlags(profile=given.pop("profile"), base_url=given.pop("base_url"))
        return command(target=target, **given)

    for option in reversed(_PLATFORM):
        collect = option(collect)
    return cast("_Command", collect)


def _pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = []
    for text in value:
        name, equals, given = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", ctx, param)
        pairs.append((name, given))
    return pairs


async def note_ignored_team(session: Session, profile: Profile, diagnostics: Diagnostics) -> None:
    """Say so when a team was named and the credential has its own."""
    if session.overrides.team and not (await session.connection(profile)).needs_team:
        diagnostics.note(f"the team {session.overrides.team!r} has no effect: this key has a team of its own")


def open_session(target: TargetFlags, diagnostics: Diagnostics, *, running: bool = False, jobs: int = 1) -> Session:
    """The session of a command: the user's settings under the flags and the process environment.

    Raises:
        SettingsError: the settings file has problems.
    """
    from workbench.cli.asking import ask_secret
    from workbench.cli.logs import take_logs
    from workbench.files.settings import load_settings
    from workbench.replay.session import Session
    from workbench.replay.targeting import Overrides, overrides_from

    flags = Overrides(
        profile=target.profile,
        base_url=target.base_url,
        team=target.team,
        service=target.service,
        route=target.route,  # type: ignore[arg-type]  # click.Choice has checked it
    )
    session = Session(
        load_settings(),
        overrides_from(os.environ, flags),
        trusting=target.trust,
        ask=ask_secret,
        running=running,
        connections=max(100, jobs),
    )
    diagnostics.redactor = session.redactor
    session.credentials.warn = diagnostics.warning
    take_logs(diagnostics)
    return session
