"""Responses for the tests of the assertion language, and a short way to evaluate a line against one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.assertions import Subject, evaluate
from workbench.model.exchange import ServiceResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.exchange import AssertionResult

HEADERS = (
    ("Content-Type", "application/json"),
    ("X-One", "Alpha, beta"),
    ("Set-Cookie", "sid=1"),
    ("set-cookie", "lang=en"),
    ("X-Number", "42"),
)


def subject(
    body: Any = None,
    *,
    raw: bytes | None = None,
    headers: tuple[tuple[str, str], ...] = HEADERS,
    variables: Mapping[str, Any] | None = None,
    seconds: float = 0.25,
    **more: Any,
) -> Subject:
    """A subject with a JSON body, or with exactly these bytes; `more` are fields of the response."""
    content = msgspec.json.encode(body) if raw is None else raw
    fields = {"platform_status": 200, "status": 200, "headers": headers, "body": content, **more}
    return Subject(ServiceResponse(**fields), seconds, variables or {})


def run(line: str, body: Any = None, **more: Any) -> AssertionResult:
    """The result of one line."""
    return evaluate(line, subject(body, **more))


def holds(line: str, body: Any = None, **more: Any) -> bool:
    """Whether a line holds; one that does not always says why."""
    result = run(line, body, **more)
    assert bool(result.message) is not result.ok, result
    return result.ok
