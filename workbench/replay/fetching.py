"""A document that a service itself has, such as its OpenAPI description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.envelope import Envelope, check
from workbench.model.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.replay.session import Session

_OK = 200


async def fetched(session: Session, path: str) -> bytes:
    """The body of a GET to the service that the session goes to.

    Raises:
        EnvelopeError: the path is not one the platform takes; nothing was sent.
        TargetError, CredentialError: no service is named, or nothing may go to the platform.
        PlatformError: there was no usable answer.
        WorkbenchError: the container answered with another status than 200.
    """
    envelope = Envelope(method="GET", path=path, headers=(("accept", "application/json, application/yaml"),))
    check(envelope)
    target = session.target()
    response = await session.send(session.profile(), target, envelope)
    if response.status != _OK:
        raise WorkbenchError(f"{target.service} answered {response.status} to GET {path}")
    return response.body
