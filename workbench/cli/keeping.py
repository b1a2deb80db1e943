"""A call of the command line as an entry of the history; a history that fails is a warning, never a failed call."""

from __future__ import annotations

import asyncio
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.model.errors import Failure, FileError, PlatformError
from workbench.model.exchange import Exchange
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.cli.diagnostics import Diagnostics
    from workbench.model.collection import SavedRequest
    from workbench.model.exchange import ServiceResponse
    from workbench.model.profile import Profile
    from workbench.model.secrets import Redactor
    from workbench.replay.prepare import Prepared
    from workbench.replay.session import Session

_FIRST_BAD_STATUS = 400


async def send_and_keep(
    session: Session,
    profile: Profile,
    prepared: Prepared,
    diagnostics: Diagnostics,
    *,
    file: str = "",
    request: SavedRequest | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 - the limit belongs to the call and is part of its error
) -> ServiceResponse:
    """Make a prepared call, and keep what came of it, whatever that is.

    Raises:
        PlatformError: there was no usable answer; that is kept too.
    """
    from workbench.replay.attempt import utc_now

    started, clock = utc_now(), time.perf_counter()
    response: ServiceResponse | None = None
    failure: Failure | None = None
    try:
        response = await session.send(profile, prepared.request.target, prepared.envelope, timeout=timeout)
        if request is not None:
            _hide_captures(request, response, session.redactor)
    except PlatformError as error:
        failure = error.failure
        raise
    except asyncio.CancelledError:
        failure = Failure(
            kind="cancelled",
            message="interrupted while the call was under way: sent, outcome unknown",
            layer="client",
            in_doubt=True,
        )
        raise
    finally:
        exchange = Exchange(
            file=file,
            id=request.id if request else "",
            name=request.title if request else "",
            outcome="error" if response is None else "passed" if response.status < _FIRST_BAD_STATUS else "failed",
            method=prepared.envelope.method,
            path=str(prepared.request.path),
            service=prepared.request.target.service,
            request=prepared.request,
            envelope=prepared.envelope,
            response=response,
            error=failure,
            started=started,
            elapsed=time.perf_counter() - clock,
        )
        if response is not None or failure is not None:
            keep(session, exchange, diagnostics, request=request)
    return response


def _hide_captures(request: SavedRequest, response: ServiceResponse, redactor: Redactor) -> None:
    """Make known what the request captures as a secret: it is one in this answer too, though nothing uses it here."""
    hidden = [capture for capture in request.captures if capture.secret]
    if hidden:
        from workbench.model.assertions import Subject
        from workbench.replay.attempt import take_captures

        take_captures(hidden, Subject(response, response.timing.total, {}), redactor)


def keep(session: Session, exchange: Exchange, diagnostics: Diagnostics, *, request: SavedRequest | None) -> None:
    """Add one exchange to the history, unless the settings have switched it off."""
    limits = session.settings.history
    if not limits.enabled:
        return
    from workbench.files.history import HistoryFile
    from workbench.model.history import record_of

    file = str(Path(exchange.file).absolute()) if exchange.file not in ("", "-") else exchange.file
    record = record_of(exchange, session.redactor, key=secrets.token_hex(5), file=file, template=request)
    history = HistoryFile(limits=limits)
    try:
        history.add([record])
    except FileError as error:
        diagnostics.warning(visible(str(error)))
    finally:
        history.close()
    if history.notice:
        diagnostics.warning(history.notice)
