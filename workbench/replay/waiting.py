"""Waiting for a service that does not run yet; how long, and what is shown meanwhile, is the front end's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.catalog import Service
    from workbench.model.profile import Profile
    from workbench.replay.session import Session

ASK_EVERY = 2.0
"""Seconds between two looks at a service."""


async def until_running(
    session: Session, profile: Profile, slug: str, team: str | None, see: Callable[[Service], None]
) -> Service:
    """Ask the platform until the service runs; `see` gets what is known of it each time. Cancelling ends it.

    Raises:
        CredentialError, TargetError, PlatformError: it cannot be asked.
    """
    while True:
        service = await session.service(profile, slug, team)
        see(service)
        if service.state == "running":
            return service
        await asyncio.sleep(ASK_EVERY)
