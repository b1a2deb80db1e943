"""From a slug to a container's answer: is the service there, is it running, did it answer. For invoke and proxy."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from workbench.gateway.container import (
    ContainerRequest,
    ContainerResponse,
    ContainerTimeoutError,
    ContainerUnreachableError,
)
from workbench.gateway.errors import Refusal
from workbench.gateway.services.app import json_response

if TYPE_CHECKING:
    from workbench.gateway.catalog import Service
    from workbench.gateway.config import Switches, Team
    from workbench.gateway.platform import Platform

log = logging.getLogger("workbench.gateway")


def running_service(platform: Platform, team: Team, slug: str) -> Service:
    """The team's service, if calls can reach it.

    Raises:
        Refusal: it is unknown, not running, or its machine is offline; the statuses are switches.
    """
    switches = platform.switches
    service = platform.catalog.find(team, slug)
    if service is None:
        raise Refusal(switches.unknown_slug_status, f"there is no service {slug!r} in this team")
    status = service.status
    if status != "running":
        raise Refusal(switches.not_running_status, f"the service {slug!r} is not running: it is {status}")
    if not service.agent_online:
        raise Refusal(switches.agent_offline_status, f"the agent of the service {slug!r} is offline")
    return service


async def answer_of(service: Service, request: ContainerRequest) -> ContainerResponse:
    """The container's answer. A defect of a built-in container is the container's own 500, as in real life.

    Raises:
        ContainerUnreachableError: it could not be reached.
        ContainerTimeoutError: not in time.
    """
    try:
        return await service.container(request)
    except (ContainerUnreachableError, ContainerTimeoutError, ConnectionError, TimeoutError):
        raise
    except Exception:  # whatever a container does, the platform's own answer stays 200
        log.exception("the container %s failed", service.spec.service_slug)
        return json_response({"detail": "Internal Server Error"}, HTTPStatus.INTERNAL_SERVER_ERROR)


def unreachable(error: ContainerUnreachableError, switches: Switches) -> Refusal:
    """The platform's answer when a container could not be reached."""
    return Refusal(switches.unreachable_status, f"the container could not be reached: {error}")


def timed_out(switches: Switches) -> Refusal:
    """The platform's answer when a container took too long."""
    return Refusal(
        switches.timeout_status, f"the container did not answer within {switches.container_timeout:g} seconds"
    )
