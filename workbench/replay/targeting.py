"""Where a request goes: flags, environment names, request, `[env.NAME]`, collection and profile put together.

The order is CLI.md's: flag > environment > request > `[env.NAME]` > collection > profile. Pure; it never asks the
platform. A team given by name stays a name here (`Session.send` looks its id up).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.collection import SLUG_PATTERN, Environment, Route
from workbench.model.errors import TargetError
from workbench.model.profile import MANAGED_BASE_URL, Profile, Settings, origin
from workbench.model.request import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.model.collection import Collection, SavedRequest


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What flags and environment names say about the target; a flag wins over its environment name."""

    profile: str | None = None
    base_url: str | None = None
    team: str | None = None
    service: str | None = None
    route: Route | None = None


def overrides_from(environ: Mapping[str, str], flags: Overrides) -> Overrides:
    """The flags, and where they say nothing `CYBERUN_PROFILE`, `CYBERUN_BASE_URL` and `CYBERUN_TEAM_ID`.

    A profile named by a flag wins over a base URL of the environment: it is the more deliberate of the two.

    Raises:
        TargetError: the base URL is none.
    """
    base_url = flags.base_url or (None if flags.profile else environ.get("CYBERUN_BASE_URL"))
    if base_url:
        try:
            origin(base_url)
        except ValueError as error:
            where = "--base-url" if flags.base_url else "CYBERUN_BASE_URL"
            raise TargetError(f"{where}: {error}", hint=f"such as {MANAGED_BASE_URL}") from error
    return Overrides(
        profile=flags.profile or environ.get("CYBERUN_PROFILE") or None,
        base_url=base_url or None,
        team=flags.team or environ.get("CYBERUN_TEAM_ID") or None,
        service=flags.service,
        route=flags.route,
    )


def find_environment(collection: Collection, name: str | None) -> Environment | None:
    """The environment of that name; None for no name.

    Raises:
        TargetError: the collection has no such environment; the message lists those it has.
    """
    if not name:
        return None
    found = collection.environments.get(name)
    if found is None:
        place = f" in {collection.source.path}" if collection.source.path else ""
        raise TargetError(
            f"there is no environment {name!r}{place}", hint=_known("environments", name, collection.environments)
        )
    return found


def find_profile(
    settings: Settings, overrides: Overrides, environment: Environment | None, collection: Collection | None
) -> Profile:
    """The profile in use, with the base URL of a flag or of the environment in place of its own.

    At another origin, what belongs to the profile's platform stays behind: credential, team, client certificate and the
    permission to use plain http.

    Raises:
        TargetError: a profile was named that the settings do not have.
    """
    named = (
        overrides.profile
        or (environment.profile if environment else None)
        or (collection.profile if collection else None)
    )
    if overrides.base_url and not overrides.profile:
        return Profile(name="", base_url=overrides.base_url.rstrip("/"))
    name = named or settings.default_profile
    if not name:
        return Profile(name="cloud", base_url=MANAGED_BASE_URL)
    found = settings.profiles.get(name)
    if found is None:
        raise TargetError(
            f"there is no profile {name!r} in your settings", hint=_known("profiles", name, settings.profiles)
        )
    return found if overrides.base_url is None else _moved(found, overrides.base_url.rstrip("/"))


def _moved(profile: Profile, base_url: str) -> Profile:
    """A profile at another base URL."""
    if _origin(base_url) != _origin(profile.base_url):
        profile = msgspec.structs.replace(
            profile, credential=None, team=None, service=None, allow_http=False, client_cert="", client_key=""
        )
    return msgspec.structs.replace(profile, base_url=base_url)


def _origin(url: str) -> str:
    try:
        return origin(url)
    except ValueError:
        return url  # the connection says what is wrong with it


def find_target(
    profile: Profile,
    overrides: Overrides,
    *,
    collection: Collection | None = None,
    environment: Environment | None = None,
    request: SavedRequest | None = None,
) -> Target:
    """The target of a request (its defaults already applied).

    Raises:
        TargetError: no service is named anywhere, or what is named is no slug.
    """
    layers = [request, environment, collection]
    service = overrides.service or _first(layers, "service") or profile.service
    if not service:
        raise TargetError(
            "no service is named for this request",
            hint='set service = "SLUG" in the request, [env.NAME] or the collection, or give --service SLUG',
        )
    if not SLUG_PATTERN.fullmatch(service):
        raise TargetError(
            f"{service!r} is not a service slug: expected 3 to 100 of a-z, 0-9 and -, not at the ends",
            hint="`cyberun-tui services` lists the slugs",
        )
    return Target(
        base_url=profile.base_url.rstrip("/"),
        service=service,
        team=overrides.team or _first([environment, collection], "team") or profile.team,
        profile=profile.name,
        environment=environment.name if environment else "",
        route=overrides.route or _first(layers, "route") or "invoke",
        protected=profile.protected or bool(environment and environment.protected),
    )


def _first(layers: Iterable[object | None], key: str) -> Any:
    """The first value of `key` that a layer has."""
    return next((value for layer in layers if layer is not None and (value := getattr(layer, key))), None)


def _known(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if not names:
        return f"there are no {what} at all"
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known {what}: {', '.join(names)}"
