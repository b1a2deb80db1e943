"""One logical request from preparation to outcome: attempts, assertions, captures. What a `run` does for each step.

An expected failure is data in the `Exchange`; nothing here raises for one. A call in doubt (a byte had left, no answer
came) is repeated only for safe methods (RELIABILITY.md, "No blind retry").
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files.lint.named_files import read_schema
from workbench.invoke.refusals import retry_after
from workbench.model.assertions import Subject, capture, evaluate
from workbench.model.collection import UNSAFE_METHODS, Collection, SavedRequest
from workbench.model.errors import Failure, PlatformError, WorkbenchError
from workbench.model.exchange import AssertionResult, Attempt, Exchange, ServiceResponse
from workbench.model.request import Target
from workbench.model.secrets import Redactor, Secret, reveal
from workbench.model.variables import Dynamic, Renderer, Scope, text_of
from workbench.replay.prepare import Prepared, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workbench.model.collection import Capture
    from workbench.model.exchange import Outcome

    Send = Callable[[Prepared], Awaitable[ServiceResponse]]

FIRST_BAD_STATUS = 400
"""A request without assertions passes below this container status (FORMAT.md, "Assertions and captures")."""

CLOSED = "the run was closed"
"""Why a run's calls are cancelled when nobody waits for its results any more."""

LONGEST_RETRY_AFTER = 60.0
"""Seconds that a platform's Retry-After is honoured at most (RELIABILITY.md)."""


def utc_now() -> str:
    """The present time, RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One request to run: everything its outcome depends on.

    Attributes:
        request: with the collection's defaults applied.
        scope: with the captures of earlier requests on top.
        index: its position in the collection, from 0. line: its line in the file, from 1.
        retries: repeats on failure where the request has no `retry` of its own.
        row: number of the data row, from 1, or None.
        repeat: number of the repeat, from 1, or None.
        prepared: what is sent, where it is the same at every call; else it is made here.
        dynamic: the generated values, where they are not to be its own.
        pace: waits until a call may be started.
        stopped: why it is cancelled, when it is: what came of it by then is reported. Without, it just ends.
    """

    collection: Collection
    request: SavedRequest
    target: Target
    scope: Scope
    index: int = 0
    line: int = 0
    row: int | None = None
    repeat: int | None = None
    retries: int = 0
    prepared: Prepared | None = None
    dynamic: Dynamic | None = None
    stopped: Callable[[], str] | None = None
    pace: Callable[[], Awaitable[None]] | None = None


def blank(job: Job, outcome: Outcome, **known: Any) -> Exchange:
    """An Exchange of a job with the fields that do not depend on how it went."""
    return Exchange(
        file=job.collection.source.path,
        id=job.request.id,
        name=job.request.name,
        line=job.line,
        row=job.row,
        repeat=job.repeat,
        tags=job.request.tags,
        outcome=outcome,
        method=job.request.method,
        path=known.pop("path", job.request.path),
        service=job.target.service,
        **known,
    )


async def run_job(job: Job, send: Send, redactor: Redactor) -> Exchange:
    """Prepare a request, call it as often as its `retry` says, and judge the answer.

    Raises:
        CancelledError: it was cancelled before anything was sent, or nobody wants to know (`Job.stopped`).
    """
    dynamic = job.dynamic or Dynamic(datetime.now(UTC), random.SystemRandom())
    try:
        prepared = job.prepared or prepare(
            job.collection, job.request, target=job.target, scope=job.scope, dynamic=dynamic
        )
    except WorkbenchError as error:
        failure = Failure(kind="template", message=error.message, layer="client", hint=error.hint)
        return blank(job, "error", error=failure, started=utc_now())
    if job.request.delay:
        await asyncio.sleep(job.request.delay)
    if job.pace is not None:
        await job.pace()
    # From here on: what a request waits for before its first call is not time that the service took.
    started, clock = utc_now(), time.perf_counter()
    attempts: list[Attempt] = []
    while True:
        judged = await _call(job, prepared, send, dynamic, redactor)
        attempts.append(
            Attempt(n=len(attempts) + 1, started=judged.started, total=judged.elapsed, outcome=judged.outcome)
        )
        wait = _wait_before_next(job, judged, len(attempts))
        if wait is None:
            break
        cut_off = await _pause(job, wait)
        if cut_off is not None:
            judged = msgspec.structs.replace(judged, outcome="error", error=cut_off)
            break
    return msgspec.structs.replace(
        judged,
        attempts=tuple(attempts),
        flaky=judged.outcome == "passed"
        and any(attempt.outcome != "passed" for attempt in attempts)
        and not _polls(job),
        started=started,
        elapsed=time.perf_counter() - clock,
    )


def judge(
    job: Job, prepared: Prepared, response: ServiceResponse, elapsed: float, dynamic: Dynamic, redactor: Redactor
) -> Exchange:
    """The Exchange of an answer: captures kept, then every assertion evaluated, or the status where there is none.

    Never raises: what does not hold is data. A secret capture is made known to the redactor.
    """
    subject = Subject(response, elapsed, _Variables(job.scope))
    kept = take_captures(job.request.captures, subject, redactor)
    captures = {name: value for name, (found, value, _) in kept.items() if found}
    results = (*_assertions(job, prepared, subject, captures, dynamic), *_missing(job, kept))
    passed = all(result.ok for result in results) if results else response.status < FIRST_BAD_STATUS
    return blank(
        job,
        "passed" if passed else "failed",
        path=_shown_path(prepared, redactor),
        request=prepared.request,
        envelope=prepared.envelope,
        response=response,
        assertions=results,
        captures=captures,
        elapsed=elapsed,
    )


async def _call(job: Job, prepared: Prepared, send: Send, dynamic: Dynamic, redactor: Redactor) -> Exchange:
    started, clock = utc_now(), time.perf_counter()
    try:
        response = await send(prepared)
    except PlatformError as error:
        failure = error.failure
    except asyncio.CancelledError:
        if job.stopped is None:
            raise
        failure = _cancelled(job.stopped(), in_doubt=True)
    else:
        judged = judge(job, prepared, response, time.perf_counter() - clock, dynamic, redactor)
        return msgspec.structs.replace(judged, started=started)
    return blank(
        job,
        "error",
        path=_shown_path(prepared, redactor),
        request=prepared.request,
        envelope=prepared.envelope,
        error=failure,
        started=started,
        elapsed=time.perf_counter() - clock,
    )


def _shown_path(prepared: Prepared, redactor: Redactor) -> str:
    """The path with what is secret in it masked, and the rest to be read."""
    path = prepared.request.path
    return path if isinstance(path, str) else redactor.redact(path.reveal())


def _cancelled(*why: str, in_doubt: bool) -> Failure:
    return Failure(kind="cancelled", message=f"cancelled: {', '.join(why)}", layer="client", in_doubt=in_doubt)


def _assertions(
    job: Job, prepared: Prepared, subject: Subject, captures: Mapping[str, Any], dynamic: Dynamic
) -> tuple[AssertionResult, ...]:
    """The assertion lines, and last the `until` of a polling request."""
    lines = [(line, _line(job, "assert", at)) for at, line in enumerate(prepared.request.asserts)]
    if job.request.retry and job.request.retry.until:
        lines.append((job.request.retry.until, _line(job, "retry", "until")))
    if not lines:
        return ()
    scope = job.scope
    if captures:
        scope = scope.with_layer("captures", captures)
        subject = subject.with_variables(_Variables(scope))
    loader = _schema_loader(job.collection)
    return tuple(_assertion(line, subject, at, loader, Renderer(scope, dynamic)) for line, at in lines)


def _assertion(
    line: str, subject: Subject, at: int, loader: Callable[[str], Any], renderer: Renderer
) -> AssertionResult:
    text = reveal(renderer.render(line, "assert", json_body=True))
    if renderer.missing:
        return AssertionResult(text=line, line=at, ok=False, found=False, message=f"no value for {renderer.missing[0]}")
    return evaluate(text, subject, line=at, schema_loader=loader)


class _Variables(Mapping[str, Any]):
    """What `var "name"` sees: the scope, looked up only when asked; a secret stays one."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __getitem__(self, name: str) -> Any:
        found = self._scope.lookup(name)
        if found is None:
            raise KeyError(name)
        return found[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._scope.names())

    def __len__(self) -> int:
        return len(self._scope.names())


async def _pause(job: Job, wait: float) -> Failure | None:
    """Wait for the next attempt; why there is none, when the run is stopped meanwhile."""
    try:
        await asyncio.sleep(wait)
        if job.pace is not None:
            await job.pace()
    except asyncio.CancelledError:
        if job.stopped is None:
            raise
        return _cancelled(job.stopped(), "it was waiting for its next attempt", in_doubt=False)
    return None


def _polls(job: Job) -> bool:
    return bool(job.request.retry and job.request.retry.until)


def _line(job: Job, *key: str | int) -> int:
    return job.collection.source.line("request", job.index, *key)


def _schema_loader(collection: Collection) -> Callable[[str], Any]:
    return lambda name: read_schema(collection, name)


def _wait_before_next(job: Job, judged: Exchange, calls: int) -> float | None:
    """Seconds until the next attempt, or None when this one is the last."""
    retry = job.request.retry
    allowed = retry.max if retry else job.retries
    if judged.outcome == "passed" or calls > allowed:
        return None
    error = judged.error
    if error is not None and error.in_doubt and job.request.method in UNSAFE_METHODS:
        return None
    if error is not None and error.layer == "client":
        return None
    return max(retry.every if retry else 0.0, min(_asked_to_wait(judged), LONGEST_RETRY_AFTER))


def _asked_to_wait(judged: Exchange) -> float:
    """The seconds of a `Retry-After`, the platform's or the container's; 0 where there is none."""
    if judged.error is not None:
        return judged.error.retry_after or 0.0
    said = judged.response.header("retry-after") if judged.response is not None else None
    return retry_after(said or "") or 0.0


def take_captures(
    captures: Iterable[Capture], subject: Subject, redactor: Redactor
) -> dict[str, tuple[bool, Any, str]]:
    """Each capture: whether it found something, the value, and why not.

    The value is a Secret where that was asked for, and made known to the redactor.
    """
    kept: dict[str, tuple[bool, Any, str]] = {}
    for item in captures:
        found, value, message = capture(item.query, subject)
        if found and item.secret:
            value = Secret(text_of(value), item.name)
            redactor.add(value)
        kept[item.name] = (found, value, message)
    return kept


def _missing(job: Job, kept: Mapping[str, tuple[bool, Any, str]]) -> tuple[AssertionResult, ...]:
    """A capture that finds nothing fails the request (FORMAT.md): said as one more assertion that did not hold."""
    return tuple(
        AssertionResult(
            text=f"capture {item.name} = {item.query}",
            line=_line(job, "capture", item.name),
            ok=False,
            found=False,
            message=kept[item.name][2] or "it selects nothing in the answer",
        )
        for item in job.request.captures
        if not kept[item.name][0]
    )
