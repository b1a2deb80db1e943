"""Reads JSON reports back: the document as it is, and of each result what the other formats need.

Tolerant of fields it does not know, since `/1` may gain some; a report is foreign text all the same, so every type is
checked.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import msgspec

from workbench.model.difference import Difference
from workbench.model.errors import ErrorKind, Failure, Layer, WorkbenchError
from workbench.model.exchange import AssertionResult, Attempt, Exchange, Outcome, ServiceResponse


class _Assertion(msgspec.Struct):
    text: str
    ok: bool
    line: int = 0
    expected: Any = None
    actual: Any = None
    message: str = ""

    def value(self) -> AssertionResult:
        return AssertionResult(
            text=self.text,
            line=self.line,
            ok=self.ok,
            expected=self.expected,
            actual=self.actual,
            found=self.actual is not None,
            message=self.message,
        )


class _Attempt(msgspec.Struct):
    n: int
    outcome: Outcome
    total_ms: float = 0.0
    started: str = ""

    def value(self) -> Attempt:
        return Attempt(n=self.n, started=self.started, total=self.total_ms / 1000, outcome=self.outcome)


class _Difference(msgspec.Struct):
    path: str
    kind: Literal["changed", "added", "removed"]
    old: Any = None
    new: Any = None

    def value(self) -> Difference:
        return Difference(self.path, self.kind, self.old, self.new)


class _Error(msgspec.Struct):
    kind: ErrorKind
    message: str
    layer: Layer = "client"
    hint: str | None = ""
    in_doubt: bool = False

    def value(self) -> Failure:
        return Failure(
            kind=self.kind, message=self.message, layer=self.layer, hint=self.hint or "", in_doubt=self.in_doubt
        )


class _Response(msgspec.Struct):
    status: int
    platform_status: int = 200

    def value(self) -> ServiceResponse:
        return ServiceResponse(platform_status=self.platform_status, status=self.status)


class _Compared(msgspec.Struct):
    target: str = ""


class _Result(msgspec.Struct):
    """What is read of an element of `results`; everything else of it is passed on unread."""

    file: str
    id: str
    outcome: Outcome
    line: int = 0
    row: int | None = None
    repeat: int | None = None
    method: str = ""
    path: str = ""
    service: str | None = ""
    flaky: bool = False
    skipped: str | None = None
    attempts: list[_Attempt] = []
    assertions: list[_Assertion] = []
    diff: list[_Difference] = []
    response: _Response | None = None
    error: _Error | None = None
    compared: _Compared | None = None


class _Exit(msgspec.Struct, frozen=True):
    code: int = 0
    reasons: list[int] = []


class JsonDocument(msgspec.Struct):
    """A report in the format json; elements of `results` stay as they are."""

    schema: Literal["cyberun-run/1"]
    started: str
    results: list[dict[str, Any]]
    tool: str = ""
    env: str | None = None
    base_url: str = ""
    team: str | None = None
    jobs: int = 1
    shard: str | None = None
    compared_with: str | None = None
    duration_ms: float = 0.0
    interrupted: bool = False
    exit: _Exit = _Exit()


_decoder = msgspec.json.Decoder(JsonDocument, float_hook=Decimal)
_event = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def read_report(name: str, data: bytes) -> JsonDocument:
    """Read a report in the format json or ndjson; `name` is for messages.

    Raises:
        WorkbenchError: it is none.
    """
    try:
        if data.lstrip().startswith(b'{"event":'):
            events = [_event.decode(line) for line in data.splitlines() if line.strip()]
            whole: dict[str, Any] = {"results": []}
            for event in events:
                if event.pop("event", "") == "request_end":
                    whole["results"].append(event)
                else:
                    whole.update(event)
            return msgspec.convert(whole, JsonDocument)
        return _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, AttributeError) as error:
        raise _not_one(name, error) from error


def exchange_of(element: dict[str, Any], where: str) -> Exchange:
    """What formats other than JSON and HTML need of an element of `results`; its texts are redacted already.

    Raises:
        WorkbenchError: it is none; `where` names it in the message.
    """
    try:
        result = msgspec.convert(element, _Result)
    except msgspec.ValidationError as error:
        raise _not_one(where, error) from error
    return Exchange(
        file=result.file,
        id=result.id,
        line=result.line,
        row=result.row,
        repeat=result.repeat,
        outcome=result.outcome,
        method=result.method,
        path=result.path,
        service=result.service or "",
        response=result.response.value() if result.response else None,
        error=result.error.value() if result.error else None,
        assertions=tuple(each.value() for each in result.assertions),
        attempts=tuple(each.value() for each in result.attempts),
        skipped=result.skipped or "",
        flaky=result.flaky,
        differences=tuple(each.value() for each in result.diff),
        compared_with=result.compared.target if result.compared else "",
        elapsed=sum(each.total_ms for each in result.attempts) / 1000,
    )


def _not_one(name: str, error: Exception) -> WorkbenchError:
    return WorkbenchError(
        f"{name} is not a report of `run --report json=PATH` (cyberun-run/1): {error}",
        hint="merge reports in the format json or ndjson",
    )
