"""One send from the app: what it needs first, and what came of it. The engine is `replay`; no widget is known here.

`Order` says what to send; `send` asks nobody and always ends in an `Exchange`: expected failures are data in it. The
network's modules are imported when they are first needed.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.model.collection import UNSAFE_METHODS, with_defaults
from workbench.model.errors import CredentialError, ErrorKind, Failure, PlatformError, TargetError, WorkbenchError
from workbench.model.secrets import Secret
from workbench.model.variables import fields, placeholders, text_of
from workbench.tui.controllers.aim import Picks, aimed, environment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import Collection, Environment, SavedRequest
    from workbench.model.exchange import Exchange, ServiceResponse
    from workbench.model.request import Target
    from workbench.model.variables import Scope
    from workbench.replay.prepare import Prepared
    from workbench.replay.session import Session

CANCELLED_IN_FLIGHT = "cancelled while the call was under way: sent, outcome unknown"
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
    """

    loaded: LoadedCollection
    collection: Collection
    request: SavedRequest
    environment: str | None = None
    picks: Picks = field(default_factory=Picks)
    captures: Mapping[str, Any] = field(default_factory=dict)

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


def secrets_used(collection: Collection, requests: Iterable[SavedRequest]) -> set[str]:
    """The names of the collection's secrets that these requests use."""
    used = {name for request in requests for _, text in fields(request) for name in placeholders(text)}
    return used.intersection(collection.secrets)


async def scope_of(session: Session, order: Order) -> Scope:
    """Every layer of variables for one request, with just those secrets read that it uses and nothing overrides.

    Raises:
        SecretError: secrets that could not be read.
    """
    from workbench.replay.scope import base_scope

    collection, environment = order.collection, order.chosen
    without = base_scope(collection, environment, environ=session.environ, secrets={})
    used = secrets_used(collection, [order.full])
    overridden = {name for name in used if (found := without.lookup(name)) and found[1] == "environment"}
    secrets = await session.secrets(order.loaded, used - overridden)
    secrets.update({name: session.secret_from(without, name) for name in overridden})
    scope = base_scope(collection, environment, environ=session.environ, secrets=secrets)
    return scope.with_layer("captures", order.captures) if order.captures else scope


def names_of(session: Session, order: Order) -> dict[str, str]:
    """Every variable the request could use, with its value and layer as far as they may be shown."""
    from workbench.replay.scope import base_scope

    masked = {name: Secret(f"[redacted:{name}]", name) for name in order.collection.secrets}
    scope = base_scope(order.collection, order.chosen, environ=session.environ, secrets=masked)
    scope = scope.with_layer("captures", order.captures)
    shown = {}
    for name in scope.names():
        found = scope.lookup(name)
        if found is not None:
            value, layer = found
            text = str(value) if isinstance(value, Secret) else session.redactor.redact(text_of(value))
            shown[name] = f"{text} ({layer})"
    return shown


async def send(session: Session, order: Order, record: Callable[[Exchange], None], sending: Callable[[], None]) -> None:
    """Prepare and send one request, with its retries, and judge the answer.

    Args:
        session: the way to the platform.
        order: what to send.
        record: gets the outcome, exactly once, when this is cancelled too.
        sending: called when the first call leaves.
    """
    from workbench.replay.attempt import Job, blank, run_job, utc_now

    view = aimed(session, order.picks, order.loaded.path)
    request, collection = order.full, order.collection
    started, clock = utc_now(), time.perf_counter()
    outcome = Job(
        collection=collection,
        request=request,
        target=_nowhere(),
        scope=_empty(),
        index=max(collection.index(request.id), 0),
        line=collection.line(request.id),
    )
    prepared: Prepared | None = None
    begun = False

    async def call(ready: Prepared) -> ServiceResponse:
        nonlocal begun
        begun = True
        sending()
        try:
            return await view.send(profile, target, ready.envelope, timeout=request.timeout)
        except PlatformError:
            raise
        except WorkbenchError as error:
            raise PlatformError(failure_of(error)) from error

    def ended(failure: Failure) -> Exchange:
        known: dict[str, Any] = {"error": failure, "started": started, "elapsed": time.perf_counter() - clock}
        if prepared is not None:
            known |= {"path": str(prepared.request.path), "request": prepared.request, "envelope": prepared.envelope}
        return blank(outcome, "error", **known)

    try:
        profile = view.profile(collection, order.chosen)
        target = view.target(collection, order.chosen, request)
        scope = await scope_of(view, order)
        prepared, outcome = await asyncio.to_thread(_prepare, outcome, target, scope)
        exchange = await run_job(outcome, call, session.redactor)
    except WorkbenchError as error:
        record(ended(failure_of(error)))
    except asyncio.CancelledError:
        record(ended(_cancelled(in_doubt=begun)))
        raise
    else:
        record(exchange)


def _prepare(job: Any, target: Target, scope: Scope) -> tuple[Prepared, Any]:
    """The request ready to go; a thread's work, since it may read a body file."""
    import random
    from datetime import UTC, datetime

    import msgspec

    from workbench.model.variables import Dynamic
    from workbench.replay.prepare import prepare

    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    prepared = prepare(job.collection, job.request, target=target, scope=scope, dynamic=dynamic)
    return prepared, msgspec.structs.replace(job, target=target, scope=scope, prepared=prepared)


def _nowhere() -> Target:
    from workbench.replay.runner import NOWHERE

    return NOWHERE


def _empty() -> Scope:
    from workbench.model.variables import Scope

    return Scope()


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
