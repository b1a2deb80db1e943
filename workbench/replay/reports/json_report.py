"""The JSON report, `cyberun-run/1` (CLI.md, "JSON"): written as results come, so its size in memory is one result.

Fields are only ever added within `/1`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.body import read
from workbench.model.jsontext import json_text
from workbench.model.secrets import Redactor, reveal

if TYPE_CHECKING:
    from workbench.model.difference import Difference
    from workbench.model.exchange import AssertionResult, Attempt, Exchange, ServiceResponse
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary

ShowBody = str
"""`never`, `failed` or `always`."""

SCHEMA = "cyberun-run/1"
LARGEST_BODY = 1024 * 1024
"""Bytes of a body that a report holds at most; a larger one is `omitted` with its size."""


_decoder = msgspec.json.Decoder(float_hook=Decimal)


class JsonReport:
    """Writes one JSON document: head, results as they come, then everything that is known only at the end."""

    def __init__(self, redactor: Redactor, show_body: ShowBody = "failed") -> None:
        self._redactor = redactor
        self._show_body = show_body
        self._results = 0

    def start(self, info: RunInfo) -> str:
        """The head of the document."""
        return json_text(head(info))[:-1] + ',"results":['

    def begin(self, work: Work) -> str:  # noqa: ARG002 - a plan is not a part of this document
        """Nothing: results say their file themselves."""
        return ""

    def add(self, exchange: Exchange) -> str:
        """One element of `results`."""
        comma = ",\n" if self._results else "\n"
        self._results += 1
        return comma + json_text(result(exchange, self._redactor, self._show_body))

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:
        """The rest of the document."""
        return "\n]," + json_text(tail(summary, exit_code, reasons))[1:] + "\n"


def head(info: RunInfo) -> dict[str, Any]:
    """What is known at the start."""
    return {
        "schema": SCHEMA,
        "tool": info.tool,
        "started": info.started,
        "env": info.environment,
        "base_url": info.base_url,
        "team": info.team,
        "jobs": info.jobs,
        "shard": info.shard,
        "compared_with": info.compared_with,
    }


def tail(summary: Summary, exit_code: int, reasons: list[int]) -> dict[str, Any]:
    """What is known at the end; durations in milliseconds, that of the run in whole ones, rounded up."""
    outcomes = summary.outcomes
    latency = summary.latency()
    return {
        "duration_ms": math.ceil(round(summary.duration * 1000, 3)),
        "interrupted": summary.interrupted,
        "exit": {"code": exit_code, "reasons": reasons},
        "totals": {
            "requests": summary.requests,
            "passed": outcomes["passed"],
            "failed": outcomes["failed"],
            "errors": outcomes["error"],
            "skipped": outcomes["skipped"],
            "flaky": summary.flaky,
            "calls": summary.calls,
            "assertions": {"passed": summary.assertions_passed, "failed": summary.assertions_failed},
        },
        "latency_ms": {key: milliseconds(value) for key, value in msgspec.structs.asdict(latency).items()},
    }


def result(exchange: Exchange, redactor: Redactor, show_body: ShowBody = "failed") -> dict[str, Any]:
    """One Exchange as the element of `results`, redacted."""
    wanted = show_body == "always" or (show_body == "failed" and exchange.outcome in ("failed", "error"))
    return {
        "file": exchange.file,
        "id": exchange.id,
        "name": exchange.name,
        "line": exchange.line,
        "row": exchange.row,
        "repeat": exchange.repeat,
        "tags": list(exchange.tags),
        "outcome": exchange.outcome,
        "flaky": exchange.flaky,
        "service": exchange.service,
        "attempts": [_attempt(attempt) for attempt in exchange.attempts],
        "method": exchange.method,
        "path": redactor.redact(exchange.path),
        "request": _request(exchange, redactor, wanted=wanted),
        "response": _response(exchange.response, redactor, wanted=wanted),
        "assertions": [_assertion(each, redactor) for each in exchange.assertions],
        "captures": redactor.value(dict(exchange.captures)),
        "diff": [_difference(each, redactor) for each in exchange.differences],
        "compared": _compared(exchange, redactor, wanted=wanted),
        "error": _error(exchange, redactor),
        "skipped": redactor.redact(exchange.skipped) or None,
    }


def milliseconds(seconds: float) -> float:
    """Milliseconds with one digit after the point."""
    return round(seconds * 1000, 1)


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "n": attempt.n,
        "started": attempt.started,
        "total_ms": milliseconds(attempt.total),
        "outcome": attempt.outcome,
    }


def _request(exchange: Exchange, redactor: Redactor, *, wanted: bool) -> dict[str, Any] | None:
    request = exchange.request
    if request is None:
        return None
    sent = exchange.envelope.body if exchange.envelope else None
    content_type = next((reveal(value) for name, value in request.headers if name.lower() == "content-type"), "")
    shown = _body(sent, content_type, "", redactor) if sent and wanted else {"omitted": len(sent or b"")}
    return {
        "method": request.method,
        "path": redactor.redact(reveal(request.path)),
        "headers": redactor.headers(request.headers),
        "body": shown if sent else None,
    }


def _response(response: ServiceResponse | None, redactor: Redactor, *, wanted: bool) -> dict[str, Any] | None:
    if response is None:
        return None
    return {
        "platform_status": response.platform_status,
        "status": response.status,
        "headers": redactor.headers(response.headers),
        "size": len(response.body),
        "sha256": hashlib.sha256(response.body).hexdigest(),
        "truncated": response.truncated,
        "body": _response_body(response, redactor) if wanted else {"omitted": len(response.body)},
    }


def _response_body(response: ServiceResponse, redactor: Redactor) -> dict[str, Any]:
    content_type, encoding = response.header("content-type") or "", response.header("content-encoding") or ""
    return _body(response.body, content_type, encoding, redactor)


def _body(data: bytes, content_type: str, content_encoding: str, redactor: Redactor) -> dict[str, Any]:
    """A body as one of `json`, `text`, `base64`, `omitted` (with its size in bytes)."""
    if len(data) > LARGEST_BODY:
        return {"omitted": len(data)}
    reading = read(data, content_type, content_encoding, layout=False)
    if reading.text is None:
        encoded = base64.b64encode(data).decode()
        return {"base64": redactor.redact(encoded)}
    if reading.media.kind == "json":
        with contextlib.suppress(msgspec.DecodeError, RecursionError, ValueError):
            return {"json": redactor.value(_decoder.decode(reading.text.utf8))}
    return {"text": redactor.redact(reading.text.utf8.decode("utf-8", "replace"))}


def _assertion(each: AssertionResult, redactor: Redactor) -> dict[str, Any]:
    return {
        "line": each.line,
        "text": redactor.redact(each.text),
        "ok": each.ok,
        "expected": redactor.value(each.expected),
        "actual": redactor.value(each.actual),
        "message": redactor.redact(each.message),
    }


def _difference(each: Difference, redactor: Redactor) -> dict[str, Any]:
    clean = each.redacted(redactor)
    return {"path": clean.where, "kind": clean.kind, "old": clean.old, "new": clean.new}


def _compared(exchange: Exchange, redactor: Redactor, *, wanted: bool) -> dict[str, Any] | None:
    """The same request on the other target of `--compare-target`."""
    other = exchange.other
    if other is None:
        return None
    return {
        "target": exchange.compared_with,
        "outcome": other.outcome,
        "service": other.service,
        "total_ms": milliseconds(other.elapsed),
        "request": _request(other, redactor, wanted=wanted),
        "response": _response(other.response, redactor, wanted=wanted),
        "error": _error(other, redactor),
    }


def _error(exchange: Exchange, redactor: Redactor) -> dict[str, Any] | None:
    error = exchange.error
    if error is None:
        return None
    return {
        "kind": error.kind,
        "message": redactor.redact(error.message),
        "layer": error.layer,
        "platform_status": error.platform_status,
        "hint": redactor.redact(error.hint),
        "in_doubt": error.in_doubt,
    }
