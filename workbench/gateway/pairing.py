"""Pairing a device: a code is shown, somebody approves it, the device fetches its keys once (CYBERUN-API.md, 5).

State only; `signin` has the calls of the platform, `local` the page where a pairing is approved.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from workbench.gateway.config import Team, User
from workbench.gateway.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.gateway.config import SignIn

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No letters that look like digits."""

_HALF = 4


class Pairing(msgspec.Struct, eq=False):
    """One pairing under way."""

    device_code: str
    user_code: str
    expires_at: float
    polls: int = 0
    approved_for: tuple[User, Team] | None = None


class Pairings:
    """The pairings under way.

    Args:
        times: how long one lives, and whether it approves itself.
        now: the gateway's clock.
    """

    def __init__(self, times: SignIn, now: Callable[[], float]) -> None:
        self._times = times
        self._now = now
        self._found: dict[str, Pairing] = {}

    def start(self) -> Pairing:
        """Begin one."""
        self._forget_expired()
        half = ["".join(secrets.choice(_ALPHABET) for _ in range(_HALF)) for _ in range(2)]
        pairing = Pairing(secrets.token_urlsafe(24), "-".join(half), self._now() + self._times.pair_ttl)
        self._found[pairing.device_code] = pairing
        return pairing

    def poll(self, device_code: str) -> Pairing:
        """The pairing with this code, one poll later. Once it is approved, it can be polled this one time only.

        Raises:
            Refusal: 404 for a code that is unknown, expired or used.
        """
        self._forget_expired()
        pairing = self._found.get(device_code)
        if pairing is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "the device code is unknown, expired or used")
        pairing.polls += 1
        return pairing

    def finish(self, pairing: Pairing) -> None:
        """Forget it: its keys are about to be handed out."""
        self._found.pop(pairing.device_code, None)

    def is_due(self, pairing: Pairing) -> bool:
        """Whether it approves itself at this poll."""
        return 0 < self._times.approve_after <= pairing.polls

    def approve(self, user_code: str, user: User, team: Team) -> bool:
        """Approve the one with this user code; False when there is none."""
        self._forget_expired()
        wanted = user_code.strip().upper()
        for pairing in self._found.values():
            if pairing.user_code == wanted:
                pairing.approved_for = (user, team)
                return True
        return False

    def _forget_expired(self) -> None:
        now = self._now()
        for code in [code for code, pairing in self._found.items() if pairing.expires_at <= now]:
            del self._found[code]
