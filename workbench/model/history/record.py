"""From an `Exchange` to the `Record` that may be kept, and back. Every text passes the redactor on its way in.

A part of the request that held a secret is kept masked, with a salted fingerprint of what was sent, so that a replay
can tell whether it has the same bytes again (`replay`).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.body import coding
from workbench.model.collection import SavedRequest
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure
from workbench.model.exchange import AssertionResult, Attempt, Exchange, Outcome, ServiceResponse
from workbench.model.request import ResolvedRequest, Target
from workbench.model.secrets import SENSITIVE_HEADERS, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.secrets import Redactor

MOST_OF_A_BODY = 1024 * 1024
"""Bytes of a body that are kept (RELIABILITY.md, "Files")."""

_MARGIN = 64 * 1024
"""Bytes that are looked at beyond the limit, so that no secret is cut in two and kept by half."""

_ARRIVALS = 20_000

_SCHEME_AND_MASK = re.compile(r"(?:[A-Za-z][A-Za-z-]{0,20} )?\[redacted:[^\]]*\]")
_SCHEME_AND_NAME = re.compile(r"(?:[A-Za-z][A-Za-z-]{0,20} )?\{\{[^{}]*\}\}")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One send as it is kept. Nothing in it is secret.

    Attributes:
        key: names it; chosen by the caller, unique.
        file, id, title, line: the saved request it was sent from; the path is absolute.
        template: that request as it stood then; None when it is not known.
        template_masked: a literal secret in it is masked, so that it cannot be sent as it is.
        team: the team's name, for people.
        target, method, path, headers, body: what was sent, masked; `target` is None when it never came so far.
        hidden: the parts that are masked or cut: `path`, `body` or `headers.N`, each with the fingerprint of what was
            sent.
        response_cut: the response's body is not here in full.
    """

    key: str
    file: str = ""
    id: str = ""
    title: str = ""
    line: int = 0
    template: SavedRequest | None = None
    template_masked: bool = False
    team: str = ""
    environment: str = ""
    outcome: Outcome
    method: str = ""
    path: str = ""
    service: str = ""
    started: str = ""
    elapsed: float = 0.0
    target: Target | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    hidden: dict[str, str] = {}
    response: ServiceResponse | None = None
    response_cut: bool = False
    response_size: int = 0
    error: Failure | None = None
    assertions: tuple[AssertionResult, ...] = ()
    captures: dict[str, Any] = {}
    attempts: tuple[Attempt, ...] = ()
    tags: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a list shows of a send. `status` and `platform_status` are None without an answer; `kind` is the error's."""

    key: str
    started: str = ""
    file: str = ""
    id: str = ""
    title: str = ""
    method: str = ""
    path: str = ""
    service: str = ""
    team: str = ""
    environment: str = ""
    profile: str = ""
    route: str = ""
    outcome: Outcome
    status: int | None = None
    platform_status: int | None = None
    kind: str = ""
    in_doubt: bool = False
    elapsed: float = 0.0
    size: int = 0


def line_of(record: Record) -> Line:
    """The record as a list shows it."""
    response, error, target = record.response, record.error, record.target
    return Line(
        key=record.key,
        started=record.started,
        file=record.file,
        id=record.id,
        title=record.title,
        method=record.method,
        path=record.path,
        service=record.service,
        team=record.team,
        environment=record.environment,
        profile=target.profile if target else "",
        route=target.route if target else "",
        outcome=record.outcome,
        status=response.status if response else None,
        platform_status=response.platform_status if response else error.platform_status if error else None,
        kind=error.kind if error else "",
        in_doubt=error.in_doubt if error else False,
        elapsed=record.elapsed,
        size=record.response_size,
    )


def fingerprint(key: str, data: bytes) -> str:
    """What tells whether two parts are the same without keeping them; salted with the record's key."""
    return hashlib.sha256(key.encode() + b"\0" + data).hexdigest()[:40]


def record_of(
    exchange: Exchange,
    redactor: Redactor,
    *,
    key: str,
    file: str = "",
    template: SavedRequest | None = None,
    team: str = "",
) -> Record:
    """The exchange as it may be kept. Takes as long as looking through its bodies: a thread's work for big ones.

    Args:
        exchange: what was sent and what came of it.
        redactor: knows every secret of the session.
        key: a name that no other send has.
        file: the collection's path, absolute; the exchange has it as it was given.
        template: the saved request as it stood then.
        team: the team's name, where the target does not have it.
    """
    shown, masked = _template(template, redactor) if template else (None, False)
    say = redactor.redact
    error, target = exchange.error, exchange.request.target if exchange.request else None
    known: dict[str, Any] = {}
    if exchange.request is not None and exchange.envelope is not None:
        known = _sent(exchange.request, exchange.envelope, redactor, key)
    response, cut = _response(exchange.response, redactor) if exchange.response else (None, False)
    return Record(
        key=key,
        file=file or exchange.file,
        id=exchange.id,
        title=exchange.name or exchange.id,
        line=exchange.line,
        template=shown,
        template_masked=masked,
        team=team or ((target.team_name or target.team or "") if target else ""),
        environment=target.environment if target else "",
        outcome=exchange.outcome,
        method=exchange.method,
        path=known.pop("path", say(exchange.path)),
        service=exchange.service,
        started=exchange.started,
        elapsed=exchange.elapsed,
        target=target,
        response=response,
        response_cut=cut,
        response_size=len(exchange.response.body) if exchange.response else 0,
        error=msgspec.structs.replace(error, message=say(error.message), hint=say(error.hint), detail=say(error.detail))
        if error
        else None,
        assertions=tuple(_assertion(each, redactor) for each in exchange.assertions),
        captures={say(name): redactor.value(value) for name, value in exchange.captures.items()},
        attempts=exchange.attempts,
        tags=exchange.tags,
        **known,
    )


def exchange_of(record: Record) -> Exchange:
    """The exchange as far as it was kept: masks where secrets were, bodies up to their limit."""
    request = envelope = None
    if record.target is not None and record.method:
        request = ResolvedRequest(
            target=record.target,
            method=record.method,
            path=record.path,
            headers=record.headers,
            body=record.body,
        )
        envelope = Envelope(method=record.method, path=record.path, headers=record.headers, body=record.body)
    return Exchange(
        file=record.file,
        id=record.id,
        name=record.title,
        line=record.line,
        tags=record.tags,
        outcome=record.outcome,
        method=record.method,
        path=record.path,
        service=record.service,
        request=request,
        envelope=envelope,
        response=record.response,
        error=record.error,
        assertions=record.assertions,
        captures=record.captures,
        attempts=record.attempts,
        started=record.started,
        elapsed=record.elapsed,
    )


def _sent(request: ResolvedRequest, envelope: Envelope, redactor: Redactor, key: str) -> dict[str, Any]:
    """Path, headers and body as they may be kept, and the fingerprints of those that are not what was sent."""
    hidden: dict[str, str] = {}
    path = redactor.redact(str(request.path))
    if path != envelope.path:
        hidden["path"] = fingerprint(key, envelope.path.encode("utf-8", "surrogatepass"))
    headers = []
    for at, ((name, wrapped), (_, plain)) in enumerate(zip(request.headers, envelope.headers, strict=True)):
        shown = _header(name, wrapped, redactor)
        headers.append((redactor.redact(name), shown))
        if shown != plain:
            hidden[f"headers.{at}"] = fingerprint(key, plain.encode("utf-8", "surrogatepass"))
    body = envelope.body
    if body is not None:
        kept, _ = masked_body(body, redactor)
        if kept != body:
            hidden["body"] = fingerprint(key, body)
        body = kept
    return {"path": path, "headers": tuple(headers), "body": body, "hidden": hidden}


def _header(name: str, value: str | Secret, redactor: Redactor) -> str:
    """A header's value; of a sensitive one a scheme and a named mask may stay, so that it can be filled in again."""
    if name.lower() not in SENSITIVE_HEADERS:
        return redactor.redact(str(value))
    shown = redactor.redact(str(value))
    return shown if _SCHEME_AND_MASK.fullmatch(shown) else redactor.header(name, value)


def masked_body(body: bytes, redactor: Redactor) -> tuple[bytes, bool]:
    """The body up to its limit with every secret masked, and whether something is missing at its end."""
    text = body[: MOST_OF_A_BODY + _MARGIN].decode("utf-8", "surrogateescape")
    masked = redactor.redact(text).encode("utf-8", "surrogateescape")
    if len(body) <= MOST_OF_A_BODY and len(masked) <= MOST_OF_A_BODY:
        return masked, False
    # What stands at the very end of what was looked at may be the beginning of a secret.
    end = MOST_OF_A_BODY if len(body) <= MOST_OF_A_BODY + _MARGIN else min(MOST_OF_A_BODY, len(masked) - _MARGIN)
    return masked[: max(0, end)], True


def _response(response: ServiceResponse, redactor: Redactor) -> tuple[ServiceResponse, bool]:
    body, cut = masked_body(response.body, redactor)
    encoding = response.header("content-encoding") or ""
    if encoding and _packed_secret(response.body, encoding, redactor):
        body, cut = b"", True
    kept = msgspec.structs.replace(
        response,
        headers=tuple(redactor.headers(response.headers)),
        platform_headers=tuple(redactor.headers(response.platform_headers)),
        body=body,
        notice=redactor.redact(response.notice),
        arrivals=response.arrivals[:_ARRIVALS] if body == response.body else (),
        reply=b"",  # it holds the body once more, in base64
    )
    return kept, cut


def _packed_secret(body: bytes, encoding: str, redactor: Redactor) -> bool:
    """Whether a compressed body holds a secret, or cannot be looked into to the end."""
    plain = coding.unpack(body, encoding, limit=MOST_OF_A_BODY)
    if plain.left or plain.limited:
        return True
    return redactor.holds_secret(plain.data.decode("utf-8", "surrogateescape"))


def _assertion(result: AssertionResult, redactor: Redactor) -> AssertionResult:
    return msgspec.structs.replace(
        result,
        text=redactor.redact(result.text),
        expected=redactor.value(result.expected),
        actual=redactor.value(result.actual),
        message=redactor.redact(result.message),
    )


def _template(request: SavedRequest, redactor: Redactor) -> tuple[SavedRequest, bool]:
    """The request as it was written, literal secrets masked, and whether there were any."""
    headers = tuple(
        msgspec.structs.replace(entry, value=f"[redacted:{entry.name.lower()}]")
        if entry.name.lower() in SENSITIVE_HEADERS and not _SCHEME_AND_NAME.fullmatch(entry.value)
        else entry
        for entry in request.headers
    )
    plain = msgspec.to_builtins(msgspec.structs.replace(request, headers=headers))
    shown = msgspec.convert(_texts(plain, redactor.redact), SavedRequest)
    return shown, shown != request


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    """A value with every text in it changed; names of fields and numbers stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _texts(item, change) for name, item in value.items()}
    return value
