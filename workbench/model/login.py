"""What signing in leaves for one platform: a key, or a pair of tokens, and how long the first of them lives.

Values and pure functions. `to_record` and `from_record` are the only place where a login leaves its `Secret`s to be
kept; where it is kept is the business of `workbench.replay.logins`.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any, Literal

import msgspec

from workbench.model.secrets import Secret

Place = Literal["keyring", "file"]
"""Where a login is kept: the system's key store, or a file that only its owner may read."""

RENEW_BEFORE = 60.0
"""Seconds before its end at which an access token is renewed, or a fifth of its life where that is less."""

_LATEST = 253402300799.0  # the last second of the year 9999: a later "exp" is none
_JWT_PARTS = 3


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in.

    Attributes:
        origin: the platform's, as `workbench.model.profile.origin` writes it.
        token: the key, or the access token.
        refresh: trades for a new pair, once; None for a key.
        expires_at: when `token` ends, in seconds since the epoch; None when that is not known.
        lifetime: seconds it had in all.
        account: the e-mail address that signed in; empty for a key.
        since: when it was signed in, RFC 3339.
    """

    origin: str
    token: Secret
    refresh: Secret | None = None
    expires_at: float | None = None
    lifetime: float = 3600.0
    account: str = ""
    since: str = ""

    def is_due(self, now: float) -> bool:
        """Whether the token should be renewed before it is used."""
        early = min(RENEW_BEFORE, self.lifetime / 5)
        return self.refresh is not None and self.expires_at is not None and now >= self.expires_at - early

    def has_ended(self, now: float) -> bool:
        """Whether the token is of no use any more."""
        return self.expires_at is not None and now >= self.expires_at


def to_record(login: Login) -> dict[str, Any]:
    """The login as plain values, to be kept."""
    record: dict[str, Any] = {"token": login.token.reveal()}
    if login.refresh is not None:
        record["refresh_token"] = login.refresh.reveal()
    if login.expires_at is not None:
        record["expires_at"] = login.expires_at
        record["lifetime"] = login.lifetime
    return {**record, "account": login.account, "since": login.since}


def from_record(origin: str, record: Any) -> Login | None:
    """The login that was kept; None for what is no record of one."""
    if not isinstance(record, dict) or not isinstance(record.get("token"), str) or not record["token"]:
        return None
    refresh = record.get("refresh_token")
    return Login(
        origin=origin,
        token=Secret(record["token"], "credential"),
        refresh=Secret(refresh, "refresh_token") if isinstance(refresh, str) and refresh else None,
        expires_at=_moment(record.get("expires_at")),
        lifetime=_moment(record.get("lifetime")) or 3600.0,
        account=record["account"] if isinstance(record.get("account"), str) else "",
        since=record["since"] if isinstance(record.get("since"), str) else "",
    )


def token_end(token: str) -> float | None:
    """When an access token says that it ends (RFC 7519, 4.1.4), in seconds since the epoch; it is not verified."""
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return _moment(claims.get("exp")) if isinstance(claims, dict) else None


def _moment(value: Any) -> float | None:
    """A number of seconds since the epoch that can be one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) and 0 < seconds <= _LATEST else None
