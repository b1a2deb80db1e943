"""What the platform has: users, teams and services, as values (CYBERUN-API.md, 3 and 4).

Fields the platform leaves out have a neutral value, so that a deployment that knows less still works. Ids are opaque.
"""

from __future__ import annotations

from typing import Literal

import msgspec

ServiceState = Literal["created", "deploying", "running", "stopping", "stopped", "failed", "unknown"]
"""`service_status`; `unknown` for a word that is not documented."""

CHANGING_STATES = frozenset({"created", "deploying", "stopping"})
"""States that lead to another one by themselves."""

SYMBOLS: dict[str, str] = {
    "running": "●",
    "deploying": "◐",
    "created": "◌",
    "stopping": "◑",
    "stopped": "○",
    "failed": "✗",
    "unknown": "?",
}
"""A mark for each state, so that none stands by colour alone."""


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A team: the id that goes into `X-Team-ID`, and the name people use."""

    id: str
    name: str = ""

    @property
    def title(self) -> str:
        """The name where there is one, else the id."""
        return self.name or self.id


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `GET /users/me`."""

    id: str
    name: str = ""
    email: str = ""
    teams: tuple[Team, ...] = ()


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service of a team; `env` has names only with their values, which are always masked on show."""

    slug: str
    id: str = ""
    name: str = ""
    type: str = "deployed"
    state: ServiceState = "unknown"
    description: str = ""
    image: str = ""
    health_path: str = ""
    usage_prompt: str = ""
    external_url: str = ""
    openapi_url: str = ""
    port: int | None = None
    gpus: int | None = None
    replicas: int | None = None
    env: tuple[tuple[str, str], ...] = ()
    created: str = ""
    updated: str = ""

    @property
    def symbol(self) -> str:
        """The mark of its state."""
        return SYMBOLS[self.state]
