"""One gateway's state in one place: accounts, services, pairings, the log of calls, and what may be switched.

It knows no HTTP; the handlers find it in their application under `PLATFORM`.
"""

from __future__ import annotations

import math
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from workbench.gateway.accounts import Accounts
from workbench.gateway.calls import CallLog
from workbench.gateway.catalog import Catalog
from workbench.gateway.checks import check, slug_problem, target_problem
from workbench.gateway.errors import GatewayConfigError, Refusal
from workbench.gateway.forward import Forwarder
from workbench.gateway.pairing import Pairings

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.gateway.accounts import Caller
    from workbench.gateway.config import GatewayConfig, ServiceStatus


class Platform:
    """The stand-in for the platform.

    Args:
        config: what it is made of; checked here.
        now: the clock: seconds since 1970.

    Raises:
        GatewayConfigError: the configuration does not fit together.
    """

    def __init__(self, config: GatewayConfig, now: Callable[[], float] = time.time) -> None:
        self.config = check(config)
        self.switches = self.config.switches
        self.now = now
        self.forwarder = Forwarder()
        self.accounts = Accounts(self.config, now)
        self.catalog = Catalog(self.config, now, self.forwarder.container)
        self.pairings = Pairings(self.config.sign_in, now)
        self.calls = CallLog()
        self._windows: dict[str, tuple[float, int]] = {}

    def map(self, slug: str, address: str) -> None:
        """Add a running service to every team, forwarded to a real server.

        Raises:
            GatewayConfigError: the slug or the address cannot be used.
        """
        problem = slug_problem(slug) or target_problem(address, remote=self.config.allow_remote_targets)
        if problem:
            raise GatewayConfigError(problem, where=f"maps.{slug}")
        self.catalog.map(slug, address)

    def set_status(
        self,
        slug: str,
        status: ServiceStatus,
        *,
        team: str | None = None,
        then: ServiceStatus | None = None,
        after: float = 0,
    ) -> int:
        """Switch the state of a service, in every team or in the one with that name or id.

        Args:
            slug: the service.
            status: its state from now on.
            team: name or id of the only team it is switched in.
            then: a further state, `after` seconds later.
            after: seconds.

        Returns:
            How many services it was.
        """
        found = list(self.catalog.everywhere(slug, team))
        for service in found:
            service.switch(status, then=then, after=after)
        return len(found)

    def set_agent_online(self, slug: str, *, online: bool) -> int:
        """Make the machine behind a service reachable or not; how many services it was."""
        found = list(self.catalog.everywhere(slug))
        for service in found:
            service.agent_online = online
        return len(found)

    def approve_pairing(self, user_code: str, *, user: str = "", team: str = "") -> bool:
        """Approve a pairing that waits, for a user (e-mail address) in a team (name or id); False when there is none.

        Raises:
            GatewayConfigError: there is no such user or team, or the user is not in it.
        """
        times = self.config.sign_in
        email = user or times.pair_user or next(iter(self.accounts.users), "")
        person = self.accounts.users.get(email)
        if person is None:
            raise GatewayConfigError(f"there is no user {email!r}", where="user")
        teams = self.accounts.teams_of(person)
        named = team or times.pair_team
        chosen = self.accounts.team_named(named) if named else (teams[0] if teams else None)
        if chosen is None or chosen not in teams:
            raise GatewayConfigError(
                f"{email} is in no team {named!r}" if named else f"{email} is in no team", where="team"
            )
        return self.pairings.approve(user_code, person, chosen)

    def limit_rate(self, caller: Caller) -> None:
        """Count a call of a credential.

        Raises:
            Refusal: 429 when it was one too many in its window.
        """
        most = self.switches.rate_limit
        if not most:
            return
        now = self.now()
        start, count = self._windows.get(caller.token, (now, 0))
        if now - start >= self.switches.rate_window:
            start, count = now, 0
        self._windows[caller.token] = (start, count + 1)
        if count >= most:
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too many calls", self._come_back(start, now))

    def _come_back(self, start: float, now: float) -> dict[str, str]:
        """`Retry-After` in the form that the switch asks for (RFC 9110, 10.2.3)."""
        wait = max(1, math.ceil(start + self.switches.rate_window - now))
        if self.switches.retry_after == "none":
            return {}
        if self.switches.retry_after == "seconds":
            return {"Retry-After": str(wait)}
        return {"Retry-After": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now + wait))}
