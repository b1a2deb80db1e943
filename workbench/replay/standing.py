"""Who one is on a platform: the credential in use, where it came from, whom it stands for, and how long it lasts.

It never tells the value.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbench.model.catalog import User
from workbench.model.errors import Failure, PlatformError
from workbench.model.login import token_end
from workbench.model.profile import CredentialKind, origin

if TYPE_CHECKING:
    from workbench.model.profile import Profile
    from workbench.replay.session import Session

KINDS: dict[str, str] = {
    "jwt": "an access token of a user",
    "sk": "an integration key of a team",
    "dk": "a device key of a user in a team",
    "unknown": "of a kind that is not documented",
}
"""What each kind of credential is, for people (CYBERUN-API.md, 5)."""

TELLING_SKEW = 30.0
"""Seconds between two clocks from which it is worth saying."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Who one is.

    Attributes:
        kind, prefix, origin, source, notes: the credential's; see `workbench.invoke.credentials.Credential`.
        expires_at: when it ends, in seconds since the epoch; None when it does not say.
        renews: it is traded for a new one before its end.
        user: None for an `sk-` key, and when the platform was not reached or did not take it.
        skew: seconds by which the platform's clock is ahead of this machine's; None when it is not known.
        proxy: the one between here and the platform, without its password; empty when there is none.
        failure: why the platform does not say who it is; None when it does.
    """

    profile: str
    kind: CredentialKind
    prefix: str
    origin: str
    source: str
    notes: tuple[str, ...] = ()
    expires_at: float | None = None
    renews: bool = False
    user: User | None = None
    skew: float | None = None
    proxy: str = ""
    failure: Failure | None = None

    def seconds_left(self) -> float | None:
        """Seconds until it ends; the end that a token itself tells is by the platform's clock."""
        if self.expires_at is None:
            return None
        return self.expires_at - time.time() - (0.0 if self.renews else self.skew or 0.0)


async def standing(session: Session, profile: Profile) -> Standing:
    """Ask the platform who the credential in use is; what is known here is told even when it does not answer.

    Raises:
        CredentialError: there is no credential, or it cannot be read.
    """
    failure = user = None
    credential = await session.credentials.find(profile, session.overrides.base_url)
    try:
        user = await session.user(profile)
    except PlatformError as error:
        failure = error.failure
    credential = await session.credentials.find(profile, session.overrides.base_url)  # it may have been renewed
    kept = session.credentials.kept(origin(profile.base_url))
    return Standing(
        profile=profile.name,
        kind=credential.kind,
        prefix=credential.prefix,
        origin=credential.origin,
        source=credential.source,
        notes=credential.notes,
        expires_at=kept.login.expires_at if kept else token_end(credential.secret.reveal()),
        renews=kept is not None and kept.login.refresh is not None,
        user=user,
        skew=session.clock_skew(profile),
        proxy=session.proxy(profile),
        failure=failure,
    )


def rows(found: Standing) -> list[tuple[str, str]]:
    """A standing in words: what is known of it, each with its name."""
    user, teams = found.user, found.user.teams if found.user else ()
    name = f"{user.name} <{user.email}>" if user and user.email else user.name if user else ""
    said = [
        ("profile", found.profile),
        ("kind", f"{found.kind}, {KINDS[found.kind]}"),
        ("key", found.prefix),
        ("origin", found.origin),
        ("source", found.source),
        ("proxy", found.proxy),
        ("user", name),
        ("teams", ", ".join(f"{each.name} ({each.id})" if each.name else each.id for each in teams)),
        ("team", "one, which the key implies" if found.kind == "sk" else ""),
        ("expires", _expiry(found)),
        ("clock", _clock(found)),
        ("notes", "; ".join(found.notes)),
    ]
    return [(label, value) for label, value in said if value]


def _expiry(found: Standing) -> str:
    left = found.seconds_left()
    if left is None or found.expires_at is None:
        return "" if found.kind == "jwt" else "it does not say"
    when = f"it has ended, {_span(-left)} ago" if left <= 0 else f"in {_span(left)}"
    return f"{moment(found.expires_at)}, {when}{'; renewed by itself' if found.renews else ''}"


def _clock(found: Standing) -> str:
    if found.skew is None:
        return ""
    if abs(found.skew) < TELLING_SKEW:
        return "in step with the platform's"
    return f"this machine's is {_span(abs(found.skew))} {'behind' if found.skew > 0 else 'ahead of'} the platform's"


def moment(seconds: float) -> str:
    """A moment in UTC, RFC 3339."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(seconds: float) -> str:
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{int(seconds)} s"
