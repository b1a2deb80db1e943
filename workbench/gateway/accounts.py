"""Who calls: users, teams, keys and the tokens issued while the gateway runs (CYBERUN-API.md, 1, 4 and 5).

Everything is in memory and dies with the gateway. This module knows no HTTP beyond the value of a header.
"""

from __future__ import annotations

import hmac
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

import msgspec

from workbench.gateway.config import Team, User
from workbench.gateway.errors import Refusal
from workbench.gateway.tokens import jwt, looks_like_jwt, random_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.gateway.config import GatewayConfig, Key, Role

Kind = Literal["jwt", "sk", "dk"]

_MAY_INVOKE = frozenset({"owner", "admin", "member"})
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Caller(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Whoever a credential stands for.

    Attributes:
        user: None for an `sk-` key, which belongs to a team alone.
        team: the key's own team; None for a JWT, whose calls name one.
        expires_at: by the gateway's clock, in seconds; None for never.
    """

    kind: Kind
    token: str
    user: User | None = None
    team: Team | None = None
    expires_at: float | None = None


class Tokens(msgspec.Struct, frozen=True):
    """What login and refresh answer with."""

    access_token: str
    refresh_token: str
    expires_in: int


class _Refresh(msgspec.Struct, frozen=True):
    user: User
    expires_at: float


class Accounts:
    """The users, teams and credentials of one gateway.

    Args:
        config: checked, so that every name in it leads somewhere.
        now: the gateway's clock: seconds since 1970.
    """

    def __init__(self, config: GatewayConfig, now: Callable[[], float]) -> None:
        self._now = now
        self._times = config.sign_in
        self._teams = {team.team_id: team for team in config.teams or ()}
        self._by_name = {team.display_name: team for team in config.teams or ()}
        self.users = {user.email_address: user for user in config.users or ()}
        self._callers: dict[str, Caller] = {}
        self._refresh: dict[str, _Refresh] = {}
        self._secret = secrets.token_bytes(32)
        started = now()
        for key in config.keys or ():
            if not key.value.startswith("ak-"):
                self._add(self._caller(key, started))

    def authenticate(self, authorization: str | None) -> Caller:
        """The caller behind the value of an `Authorization` header.

        Raises:
            Refusal: 401 for a missing, malformed, unknown or expired credential; 403 for an agent key.
        """
        caller = self._callers.get(authorization or "")
        if caller is None:
            caller = self._find(authorization)
        if caller.expires_at is not None and caller.expires_at <= self._now():
            raise Refusal(HTTPStatus.UNAUTHORIZED, "the token has expired", _CHALLENGE)
        return caller

    def team_of(self, caller: Caller, named: str | None, *, foreign: int) -> Team:
        """The team a call is for: the credential's own, or the one a JWT caller names in `X-Team-ID`.

        Args:
            caller: who calls.
            named: the value of `X-Team-ID`; ignored for `sk-` and `dk-`.
            foreign: the status for a team that the user is not in, or that does not exist.

        Raises:
            Refusal: 400 when a JWT caller names none, `foreign` as above.
        """
        if caller.team is not None:
            return caller.team
        if not named:
            raise Refusal(HTTPStatus.BAD_REQUEST, "the X-Team-ID header is missing: a JWT caller must name the team")
        team = self._teams.get(named)
        if team is None or caller.user is None or team.display_name not in caller.user.roles:
            raise Refusal(foreign, "you are not a member of this team")
        return team

    def check_may_call(self, caller: Caller, team: Team) -> None:
        """Refuse (403) a user below the Member role; `sk-` keys always may (CYBERUN-API.md, 1)."""
        if caller.user is not None and self.role(caller.user, team) not in _MAY_INVOKE:
            raise Refusal(HTTPStatus.FORBIDDEN, "calling a service needs the Member role or above; you are a viewer")

    def role(self, user: User, team: Team) -> Role | None:
        """The user's role in a team, or None."""
        return user.roles.get(team.display_name)

    def teams_of(self, user: User) -> list[Team]:
        """The user's teams, in the order of the configuration."""
        return [team for team in self._teams.values() if team.display_name in user.roles]

    def team_named(self, name_or_id: str) -> Team | None:
        """A team by name or id."""
        return self._by_name.get(name_or_id) or self._teams.get(name_or_id)

    def login(self, email_address: str, user_password: str) -> Tokens:
        """New tokens for a user.

        Raises:
            Refusal: the same 401 for every wrong pair.
        """
        user = self.users.get(email_address)
        expected = user.user_password if user else ""
        if not hmac.compare_digest(expected.encode(), user_password.encode()) or user is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "the email address or the password is wrong", _CHALLENGE)
        return self._issue(user)

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for a refresh token, which dies with this call.

        Raises:
            Refusal: 401 for one that is unknown, used or expired.
        """
        found = self._refresh.pop(refresh_token, None)
        if found is None or found.expires_at <= self._now():
            raise Refusal(HTTPStatus.UNAUTHORIZED, "the refresh token is unknown, used or expired", _CHALLENGE)
        return self._issue(found.user)

    def issue_device_key(self, user: User, team: Team) -> str:
        """A new `dk-` key of a user in a team."""
        key = random_key("dk")
        self._add(Caller(kind="dk", token=key, user=user, team=team))
        return key

    def revoke(self, *, token: str = "", kind: Kind | None = None) -> int:
        """Make a credential, or every one of a kind, unknown from now on; how many it was. Refresh tokens live on."""
        gone = [header for header, caller in self._callers.items() if caller.token == token or caller.kind == kind]
        for header in gone:
            del self._callers[header]
        return len(gone)

    def _issue(self, user: User) -> Tokens:
        now = self._now()
        self._forget_expired(now)
        expires = now + self._times.access_token_ttl
        claims = {"sub": user.user_id, "iat": now, "exp": expires, "jti": secrets.token_hex(8)}
        access = jwt(claims, self._secret)
        refresh = random_key("rt")
        self._add(Caller(kind="jwt", token=access, user=user, expires_at=expires))
        self._refresh[refresh] = _Refresh(user, now + self._times.refresh_token_ttl)
        return Tokens(access, refresh, max(1, round(self._times.access_token_ttl)))

    def _forget_expired(self, now: float) -> None:
        """Drop what nobody can use any more; tokens from the configuration stay, to be refused as expired."""
        old = [token for token, found in self._refresh.items() if found.expires_at <= now]
        for token in old:
            del self._refresh[token]
        kept = now - self._times.access_token_ttl
        gone = [header for header, caller in self._callers.items() if (caller.expires_at or now) <= kept]
        for header in gone:
            del self._callers[header]

    def _add(self, caller: Caller) -> None:
        self._callers[f"Bearer {caller.token}"] = caller

    def _caller(self, key: Key, started: float) -> Caller:
        kind: Kind = "sk" if key.value.startswith("sk-") else "dk" if key.value.startswith("dk-") else "jwt"
        return Caller(
            kind=kind,
            token=key.value,
            user=None if kind == "sk" else self.users[key.user],
            team=None if kind == "jwt" else self._by_name[key.team],
            expires_at=started + key.expires_in if key.expires_in else None,
        )

    def _find(self, authorization: str | None) -> Caller:
        if not authorization:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "the Authorization header is missing", _CHALLENGE)
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "the Authorization header must be: Bearer <token>", _CHALLENGE)
        if token.startswith("ak-"):
            raise Refusal(HTTPStatus.FORBIDDEN, "agent keys (ak-) are not accepted here")
        caller = self._callers.get(f"Bearer {token}")
        if caller is None:
            known = token.startswith(("sk-", "dk-")) or looks_like_jwt(token)
            problem = "the credential is unknown" if known else "the credential is neither a JWT nor an sk- or dk- key"
            raise Refusal(HTTPStatus.UNAUTHORIZED, problem, _CHALLENGE)
        return caller
