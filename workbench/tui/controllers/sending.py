"""One send from the app: what it needs first, and what came of it. The engine is `replay`; no widget is known here.

`Order` says what to send; `send` asks nobody and always ends in an `Exchange`: expected failures are data in it. The
network's modules are imported when they are first needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.collection import UNSAFE_METHODS, with_defaults
from workbench.model.errors import CredentialError, ErrorKind, Failure, PlatformError, TargetError, WorkbenchError
from workbench.model.variables import Dynamic, Scope
from workbench.tui.controllers.aim import Picks, aimed, environment_of
from workbench.tui.controllers.overrides import Overrides
from workbench.tui.controllers.variables import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.invoke.watching import Watch
    from workbench.model.collection import Collection, Environment, SavedRequest
    from workbench.model.exchange import Exchange, ServiceResponse
    from workbench.model.profile import Profile
    from workbench.model.request import Target
    from workbench.replay.attempt import Job
    from workbench.replay.prepare import Prepared
    from workbench.replay.session import Session

CANCELLED_IN_FLIGHT = "cancelled while the call was under way: sent, outcome unknown"
_CUT = "the call ended before the body did"
CANCELLED_BEFORE = "cancelled before anything was sent"


@dataclass(frozen=True, eq=False)
class Order:
    """What to send.

    Attributes:
        loaded: the file it is from; its secrets are the file's, never the editor's.
        collection: the file's content with every unsaved edit.
        request: as it stands in the editor.
        environment: the name of the environment in use; ignored where the file does not have it.
        picks: what was picked in the target bar.
        captures: what earlier answers of this file have left.
        overrides: the values of variables that hold for this run of the program.
        exact: what to send in place of what the request would be now, and the profile it goes by.
    """

    loaded: LoadedCollection
    collection: Collection
    request: SavedRequest
    environment: str | None = None
    picks: Picks = field(default_factory=Picks)
    captures: Mapping[str, Any] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)
    exact: tuple[Prepared, Profile] | None = None

    @property
    def full(self) -> SavedRequest:
        """The request as it is sent: the collection's defaults filled in."""
        return with_defaults(self.collection, self.request)

    @property
    def chosen(self) -> Environment | None:
        """The environment in use."""
        return environment_of(self.collection, self.environment)

    @property
    def unsafe(self) -> bool:
        """Whether the method may change something on the container."""
        return self.request.method.upper() in UNSAFE_METHODS


async def send(
    session: Session,
    order: Order,
    record: Callable[[Exchange], None],
    sending: Callable[[], None],
    watch: Watch,
) -> None:
    """Prepare and send one request, with its retries, and judge the answer.

    Args:
        session: the way to the platform.
        order: what to send.
        record: gets the outcome, exactly once, when this is cancelled too.
        sending: called when a call leaves.
        watch: sees a body as it comes; through the proxy route only.
    """
    call = _Call(aimed(session, order.picks, order.loaded.path), order, sending, watch)
    try:
        exchange = await call.run()
    except WorkbenchError as error:
        record(call.ended(failure_of(error)))
    except asyncio.CancelledError:
        record(call.ended(_cancelled(in_doubt=call.begun)))
        raise
    else:
        record(exchange)


class _Call:
    """One send under way, and as much of its outcome as is known when it ends early."""

    def __init__(self, session: Session, order: Order, sending: Callable[[], None], watch: Watch) -> None:
        from workbench.replay.attempt import Job, utc_now
        from workbench.replay.runner import NOWHERE

        request = order.full
        self.begun = False
        self._session = session
        self._order = order
        self._sending = sending
        self._watch = watch
        self._started, self._clock = utc_now(), time.perf_counter()
        self._job = Job(
            collection=order.collection,
            request=request,
            target=NOWHERE,
            scope=Scope(),
            line=order.collection.line(request.id),
        )

    async def run(self) -> Exchange:
        """Resolve, prepare, send, judge.

        Raises:
            WorkbenchError: it could not be prepared; nothing was sent.
        """
        from workbench.replay.attempt import run_job

        session = self._session
        profile = await self._prepare()
        target = self._job.target

        async def send_it(ready: Prepared) -> ServiceResponse:
            self.begun = True
            self._sending()
            try:
                return await session.send(
                    profile, target, ready.envelope, timeout=self._job.request.timeout, watch=self._watch
                )
            except PlatformError:
                raise
            except WorkbenchError as error:
                raise PlatformError(failure_of(error)) from error

        exchange = await run_job(self._job, send_it, session.redactor)
        if exchange.error is not None and exchange.response is None:
            return msgspec.structs.replace(exchange, response=self._partial())
        return exchange

    def _partial(self) -> ServiceResponse | None:
        """What had come of an answer; the beginning of a secret at its end is one as well."""
        partial = self._watch.partial(_CUT)
        if partial is not None:
            self._session.redactor.add_cut(partial.body)
        return partial

    async def _prepare(self) -> Profile:
        """Put together what is sent; the profile it goes by."""
        session, order = self._session, self._order
        if order.exact is not None:
            prepared, profile = order.exact
            try:
                scope = await scope_of(session, order)
            except WorkbenchError:
                scope = Scope()  # only its tests use it, and they say what they miss
            self._job = msgspec.structs.replace(
                self._job, target=prepared.request.target, scope=scope, prepared=prepared
            )
            return profile
        profile = session.profile(order.collection, order.chosen)
        target = session.target(order.collection, order.chosen, self._job.request)
        scope = await scope_of(session, order)
        self._job = await asyncio.to_thread(_prepared, self._job, target, scope)
        with contextlib.suppress(WorkbenchError):  # sending says what is wrong, with what was to be sent
            self._job = _at(self._job, await session.ready(profile, target))
        return profile

    def ended(self, failure: Failure) -> Exchange:
        """The outcome without an answer, with what was to be sent where that is known."""
        from workbench.replay.attempt import blank

        known: dict[str, Any] = {
            "error": failure,
            "response": self._partial(),
            "started": self._started,
            "elapsed": time.perf_counter() - self._clock,
        }
        prepared = self._job.prepared
        if prepared is not None:
            known |= {"path": str(prepared.request.path), "request": prepared.request, "envelope": prepared.envelope}
        return blank(self._job, "error", **known)


def _at(job: Job, target: Target) -> Job:
    """The job at a target whose team has its id."""
    if job.prepared is None:
        return job
    request = msgspec.structs.replace(job.prepared.request, target=target)
    return msgspec.structs.replace(job, target=target, prepared=msgspec.structs.replace(job.prepared, request=request))


def _prepared(job: Job, target: Target, scope: Scope) -> Job:
    """The job with its request ready to go; a thread's work, since it may read a body file."""
    from workbench.replay.prepare import prepare

    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    ready = prepare(job.collection, job.request, target=target, scope=scope, dynamic=dynamic)
    return msgspec.structs.replace(job, target=target, scope=scope, prepared=ready)


def _cancelled(*, in_doubt: bool) -> Failure:
    return Failure(
        kind="cancelled",
        message=CANCELLED_IN_FLIGHT if in_doubt else CANCELLED_BEFORE,
        layer="client",
        in_doubt=in_doubt,
        hint="look on the container before sending it again" if in_doubt else "",
    )


def failure_of(error: WorkbenchError) -> Failure:
    """An expected failure from before the call as data: nothing was sent."""
    if isinstance(error, PlatformError):
        return error.failure
    kind: ErrorKind = "platform_auth" if isinstance(error, CredentialError) else "template"
    if isinstance(error, TargetError):
        kind = "unknown_service"
    return Failure(kind=kind, message=error.message, layer="client", hint=error.hint)
