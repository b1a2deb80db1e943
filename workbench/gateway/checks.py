"""Looks whether the parts of a configuration fit together, before anything starts. Pure: opens no file, no socket."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import msgspec

from workbench.gateway import demo
from workbench.gateway.config import SLUG_PATTERN, GatewayConfig
from workbench.gateway.errors import GatewayConfigError
from workbench.gateway.services import SAMPLES
from workbench.gateway.tokens import looks_like_jwt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workbench.gateway.config import Key, ServiceSpec, User

Problem = tuple[str, str]
"""Where, and what."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
_SLUG = re.compile(SLUG_PATTERN)
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


def check(config: GatewayConfig, *, source: str = "") -> GatewayConfig:
    """The configuration with the demo's accounts filled in where it has none of its own.

    Raises:
        GatewayConfigError: the first problem, with the key it stands at and the file it came from.
    """
    whole = msgspec.structs.replace(
        config,
        teams=demo.TEAMS if config.teams is None else config.teams,
        users=_demo_users(config) if config.users is None else config.users,
        keys=_demo_keys(config) if config.keys is None else config.keys,
    )
    for where, problem in _problems(whole):
        raise GatewayConfigError(problem, where=where, source=source)
    return whole


def slug_problem(slug: str) -> str:
    """Why this cannot be a service's slug; empty when it can."""
    return "" if _SLUG.fullmatch(slug) else f"{slug!r} is not a slug: expected {SLUG_PATTERN}"


def target_problem(address: str, *, remote: bool = False) -> str:
    """Why calls cannot be forwarded to this address; empty when they can."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError as error:
        return f"{address!r} is not a URL: {error}"
    if url.scheme not in ("http", "https") or not url.hostname or not _HOST.fullmatch(url.hostname) or port == 0:
        return f"{address!r} is not an address such as http://127.0.0.1:8000"
    if _more_than_an_origin(url):
        return f"{address!r} must be scheme, host and port only: the path comes from each call"
    if not remote and not is_loopback(url.hostname):
        return f"{url.hostname!r} is not on this machine: set allow_remote_targets = true if you mean it"
    return ""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _more_than_an_origin(url: SplitResult) -> bool:
    return url.path not in ("", "/") or bool(url.query or url.fragment) or "@" in url.netloc


def _demo_users(config: GatewayConfig) -> tuple[User, ...]:
    return demo.USERS if config.teams is None else ()


def _demo_keys(config: GatewayConfig) -> tuple[Key, ...]:
    return demo.KEYS if config.teams is None and config.users is None else ()


def _problems(config: GatewayConfig) -> Iterator[Problem]:
    teams = [team.display_name for team in config.teams or ()]
    emails = [user.email_address for user in config.users or ()]
    if not teams:
        yield "teams", "there must be at least one"
    yield from _twice("teams", "display_name", teams)
    yield from _twice("users", "email_address", emails)
    yield from _twice("keys", "value", [key.value for key in config.keys or ()])
    for at, user in enumerate(config.users or ()):
        yield from _unknown(f"users[{at}].roles", user.roles, teams, "team")
    for at, key in enumerate(config.keys or ()):
        yield from _key_problems(f"keys[{at}]", key, config)
    yield from _service_problems(config, teams)
    if config.sign_in.pair_user:
        yield from _unknown("sign_in.pair_user", [config.sign_in.pair_user], emails, "user")
    if config.sign_in.pair_team:
        yield from _unknown("sign_in.pair_team", [config.sign_in.pair_team], teams, "team")


def _key_problems(where: str, key: Key, config: GatewayConfig) -> Iterator[Problem]:
    kind = key.value[:3]
    if not _TOKEN.fullmatch(key.value):
        yield f"{where}.value", "must be printable ASCII without spaces, since it stands in a header"
    elif kind not in ("sk-", "dk-", "ak-") and not looks_like_jwt(key.value):
        yield f"{where}.value", "must begin with sk-, dk- or ak-, or be a JWT: three parts with dots between them"
    if kind in ("sk-", "dk-") and not key.team:
        yield f"{where}.team", f"is missing: a {kind} key belongs to a team"
    if kind not in ("sk-", "ak-") and not key.user:
        yield f"{where}.user", "is missing: a device key or a JWT belongs to a user"
    if key.team:
        yield from _unknown(f"{where}.team", [key.team], [team.display_name for team in config.teams or ()], "team")
    if key.user:
        users = {user.email_address: user for user in config.users or ()}
        yield from _unknown(f"{where}.user", [key.user], users, "user")
        if kind == "dk-" and key.user in users and key.team not in users[key.user].roles:
            yield f"{where}.team", f"{key.user} has no role in the team {key.team}"


def _service_problems(config: GatewayConfig, teams: list[str]) -> Iterator[Problem]:
    remote = config.allow_remote_targets
    seen: dict[tuple[str, str], int] = {}
    for at, spec in enumerate(config.services):
        where = f"services[{at}]"
        if slug_problem(spec.service_slug):
            yield f"{where}.service_slug", slug_problem(spec.service_slug)
        yield from _unknown(f"{where}.teams", spec.teams, teams, "team")
        yield from _source_problems(where, spec, remote=remote)
        for team in spec.teams or teams:
            first = seen.setdefault((spec.service_slug, team), at)
            if first != at:
                yield f"{where}.service_slug", f"services[{first}] has {spec.service_slug!r} in the team {team} already"
    for slug, address in config.maps.items():
        problem = slug_problem(slug) or target_problem(address, remote=remote)
        if problem:
            yield f"maps.{slug}", problem


def _source_problems(where: str, spec: ServiceSpec, *, remote: bool) -> Iterator[Problem]:
    if bool(spec.sample) == bool(spec.forward):
        yield where, "needs either sample or forward: where do its answers come from?"
    elif spec.sample:
        yield from _unknown(f"{where}.sample", [spec.sample], SAMPLES, "sample")
    else:
        problem = target_problem(spec.forward, remote=remote)
        if problem:
            yield f"{where}.forward", problem
    if spec.after and spec.then is None:
        yield f"{where}.after", "needs then: the state it leads to"


def _twice(table: str, key: str, values: list[str]) -> Iterator[Problem]:
    for at, value in enumerate(values):
        if value in values[:at]:
            shown = "" if table == "keys" else f"{value!r} "
            yield f"{table}[{at}].{key}", f"{shown}is there already"


def _unknown(where: str, names: Iterable[str], known: Iterable[str], what: str) -> Iterator[Problem]:
    there = list(known)
    for name in names:
        if name not in there:
            yield where, f"there is no {what} {name!r}: expected one of {', '.join(there) or '(none)'}"
