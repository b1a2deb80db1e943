"""The services of each team: their state, their container, and how lists and single ones look (CYBERUN-API.md, 3).

States can be switched while the gateway runs; nothing here knows HTTP.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.gateway.config import ServiceSpec, ServiceStatus, stable_id
from workbench.gateway.samples import SAMPLE_SERVICES
from workbench.gateway.services import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workbench.gateway.config import GatewayConfig, Team
    from workbench.gateway.container import Container

CREATED_AT = "2026-01-15T09:30:00Z"
"""`created_at` of every service: answers are the same each time."""

_OPTIONAL = (
    "service_desc",
    "docker_image",
    "health_path",
    "usage_prompt",
    "external_url",
    "openapi_url",
    "exposed_port",
    "gpu_count",
    "replica_count",
)


class Service:
    """One service of one team.

    Attributes:
        spec: its description.
        container: what answers.
        agent_online: False when its machine cannot be reached.
    """

    def __init__(self, spec: ServiceSpec, team: Team, container: Container, now: Callable[[], float]) -> None:
        self.spec = spec
        self.container = container
        self.agent_online = spec.agent_online
        self._id = stable_id("service", team.team_id, spec.service_slug)
        self._now = now
        self._updated_at = CREATED_AT
        self._status: ServiceStatus
        self.switch(spec.service_status, then=spec.then, after=spec.after)
        self._updated_at = CREATED_AT

    @property
    def status(self) -> ServiceStatus:
        """Its state now."""
        if self._then is not None and self._now() >= self._then_at:
            self.switch(self._then)
        return self._status

    def switch(self, status: ServiceStatus, *, then: ServiceStatus | None = None, after: float = 0) -> None:
        """Give it another state, and perhaps a further one `after` seconds later."""
        now = self._now()
        self._status = status
        self._then = then
        self._then_at = now + after
        self._updated_at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def document(self) -> dict[str, Any]:
        """As the platform shows it."""
        spec = self.spec
        status = self.status
        found: dict[str, Any] = {
            "id": self._id,
            "service_slug": spec.service_slug,
            "display_name": spec.display_name or spec.service_slug,
            "service_type": spec.service_type,
            "service_status": status,
            "created_at": CREATED_AT,
            "updated_at": self._updated_at,
        }
        for name in _OPTIONAL:
            value = getattr(spec, name)
            if value not in ("", None):
                found[name] = value
        found["env_config"] = spec.env_config
        found["volume_config"] = spec.volume_config
        found["required_labels"] = spec.required_labels
        return found


class Catalog:
    """All services of all teams.

    Args:
        config: checked.
        now: the gateway's clock: seconds since 1970.
        forwarded: makes the container for an address.
    """

    def __init__(self, config: GatewayConfig, now: Callable[[], float], forwarded: Callable[[str], Container]) -> None:
        self._now = now
        self._forwarded = forwarded
        self._teams = {team.display_name: team for team in config.teams or ()}
        self._services: dict[str, dict[str, Service]] = {team.team_id: {} for team in self._teams.values()}
        if config.samples:
            everywhere = config.teams is not None and not {"Alpha", "Beta"} <= set(self._teams)
            for spec in SAMPLE_SERVICES:
                self.add(msgspec.structs.replace(spec, teams=()) if everywhere else spec)
        for spec in config.services:
            self.add(spec)
        for slug, address in config.maps.items():
            self.map(slug, address)

    def add(self, spec: ServiceSpec) -> None:
        """Add a service to its teams; one with the same slug is replaced."""
        for name in spec.teams or self._teams:
            team = self._teams[name]
            container = self._forwarded(spec.forward) if spec.forward else SAMPLES[spec.sample]()
            self._services[team.team_id][spec.service_slug] = Service(spec, team, container, self._now)

    def map(self, slug: str, address: str) -> None:
        """Add a running service to every team, forwarded to a real server."""
        self.add(
            ServiceSpec(
                service_slug=slug,
                forward=address,
                display_name=slug,
                service_type="external",
                external_url=address,
                service_desc=f"Forwarded to {address}.",
                usage_prompt=f"Whatever the server at {address} answers.",
            )
        )

    def of_team(self, team: Team) -> list[Service]:
        """A team's services, in the order they were added."""
        return list(self._services[team.team_id].values())

    def find(self, team: Team, slug: str) -> Service | None:
        """One service of a team."""
        return self._services[team.team_id].get(slug)

    def everywhere(self, slug: str, team: str | None = None) -> Iterable[Service]:
        """The services with a slug, of all teams or of the one with that name or id."""
        for found in self._teams.values():
            if team in (None, found.display_name, found.team_id):
                service = self._services[found.team_id].get(slug)
                if service is not None:
                    yield service
