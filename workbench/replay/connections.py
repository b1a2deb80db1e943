"""The connections of one process: one for each profile, each with the credential of its origin at that time.

Which credential that is, is the business of `workbench.replay.credentials`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.invoke.connection import Connection
from workbench.invoke.wire import WireOptions
from workbench.model.profile import Profile, origin

if TYPE_CHECKING:
    from workbench.invoke.credentials import Credential

RUN_KEEPALIVE = 30.0
"""Seconds a run keeps an idle connection; an app's sends use a fresh one (RELIABILITY.md, "The network")."""


class Connections:
    """Connections by profile.

    Args:
        running: they are kept open between calls, as a run wants it.
        limit: idle and busy ones per platform, at most.
    """

    def __init__(self, *, running: bool, limit: int) -> None:
        self._running = running
        self._limit = limit
        self._open: dict[Profile, Connection] = {}

    def get(self, profile: Profile) -> Connection | None:
        """The connection of a profile; None before there is one."""
        return self._open.get(profile)

    def keep(self, profile: Profile, credential: Credential) -> Connection:
        """Open the connection of a profile, and keep it."""
        self._open[profile] = self.open(profile, credential)
        return self._open[profile]

    def open(self, profile: Profile, credential: Credential | None) -> Connection:
        """A connection that is not kept; whoever asks closes it."""
        return Connection(base_url=profile.base_url, credential=credential, options=self._options(profile))

    def use(self, credential: Credential) -> None:
        """Make every connection to the credential's origin use it from now on."""
        for profile, connection in self._open.items():
            if origin(profile.base_url) == credential.origin:
                connection.use(credential)

    async def drop(self, where: str) -> None:
        """Close every connection to an origin."""
        for profile in [each for each in self._open if origin(each.base_url) == where]:
            await self._open.pop(profile).aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        connections, self._open = list(self._open.values()), {}
        for connection in connections:
            await connection.aclose()

    def _options(self, profile: Profile) -> WireOptions:
        usual = WireOptions.from_profile(profile, timing=not self._running)
        keepalive = RUN_KEEPALIVE if self._running else usual.keepalive
        kept = not self._running  # a person may look at the platform's own bytes; a run never does
        return msgspec.structs.replace(usual, connections=self._limit, keepalive=keepalive, keep_reply=kept)
