"""A line against a response. Nothing here raises: a line that cannot be answered is a result that is not ok.

The result holds JSON values for a reader, bounded in size, and never a secret: what a secret variable holds is masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.model.assertions.compile import compile_assertion, compile_query
from workbench.model.assertions.errors import AssertionSyntaxError, EvaluationError
from workbench.model.assertions.schemas import violations
from workbench.model.assertions.values import MISSING, kind, shorten, show, typed, unwrap
from workbench.model.exchange import AssertionResult
from workbench.model.secrets import Secret
from workbench.model.variables import text_of

if TYPE_CHECKING:
    from workbench.model.assertions.compile import Assertion, Query
    from workbench.model.assertions.schemas import SchemaLoader
    from workbench.model.assertions.subject import Subject


def evaluate(
    text: str, subject: Subject, *, line: int = 0, schema_loader: SchemaLoader | None = None
) -> AssertionResult:
    """Evaluate one assertion line, its placeholders filled in. Never raises.

    Args:
        text: the line.
        subject: the response.
        line: where the line stands in its file, from 1; kept in the result.
        schema_loader: gives the document for `matchesSchema "name"`.
    """
    try:
        assertion = compile_assertion(text)
    except AssertionSyntaxError as error:
        return AssertionResult(
            text=text, line=line, ok=False, found=False, message=f"this is not an assertion: {error}"
        )
    value: Any = MISSING
    try:
        value = assertion.query.find(subject)
        if value is MISSING:
            return _nothing(assertion, text, line, subject)
        predicate = assertion.predicate
        if predicate.schema:
            return _against_schema(assertion, text, line, subject, value, schema_loader)
        ok = predicate.test(value) != assertion.negated
    except EvaluationError as error:
        return _unanswered(assertion, text, line, subject, value, str(error))
    return AssertionResult(
        text=text,
        line=line,
        ok=ok,
        expected=assertion.expected,
        actual=_actual(assertion.query, subject, value),
        message="" if ok else _difference(assertion, subject, value),
    )


def capture(text: str, subject: Subject) -> tuple[bool, Any, str]:
    """What a capture's query finds: whether it found something, the value, and why not. Never raises.

    The value is a JSON value, or a `Secret` where it was made from a secret variable.
    """
    try:
        query = compile_query(text)
        value = query.find(subject)
        if value is MISSING:
            return False, None, _masked_message(query, subject, query.why_missing(subject))
    except AssertionSyntaxError as error:
        return False, None, f"this is not a query: {error}"
    except EvaluationError as error:
        return False, None, _masked_message(compile_query(text), subject, str(error))
    secret = _secret(query, subject)
    return True, value if secret is None else Secret(text_of(value), secret.label), ""


def _secret(query: Query, subject: Subject) -> Secret | None:
    if query.source.name != "var":
        return None
    try:
        held = subject.variables[query.variable]
    except KeyError:
        return None
    return held if isinstance(held, Secret) else None


def _actual(query: Query, subject: Subject, value: Any) -> Any:
    if query.source.name in ("var", "duration"):
        secret = _secret(query, subject)
        if secret is not None:
            return str(secret)
        if query.is_duration:
            return f"{round(value, 3):.15g}ms"
    return shorten(value)


def _masked_message(query: Query, subject: Subject, message: str) -> str:
    secret = _secret(query, subject)
    return message if secret is None else f"{query.text} cannot be answered: the variable is the secret {secret}"


def _nothing(assertion: Assertion, text: str, line: int, subject: Subject) -> AssertionResult:
    ok = assertion.negated and assertion.predicate.name == "exists"
    why = "" if ok else _masked_message(assertion.query, subject, assertion.query.why_missing(subject))
    return AssertionResult(text=text, line=line, ok=ok, expected=assertion.expected, found=False, message=why)


def _unanswered(
    assertion: Assertion, text: str, line: int, subject: Subject, value: Any, message: str
) -> AssertionResult:
    """The result of a line that could not be judged: wrong type, not JSON, schema missing.

    Where a filter failed, the actual value is what the query found before the filters.
    """
    if value is MISSING:
        try:
            value = unwrap(assertion.query.source.select(subject))
        except EvaluationError:
            value = MISSING
    found = value is not MISSING
    return AssertionResult(
        text=text,
        line=line,
        ok=False,
        expected=assertion.expected,
        actual=_actual(assertion.query, subject, value) if found else None,
        found=found,
        message=_masked_message(assertion.query, subject, message),
    )


def _difference(assertion: Assertion, subject: Subject, value: Any) -> str:
    """`expected …, actual …`; with the types where they are what differs."""
    query, wanted = assertion.query, assertion.predicate.kind
    if query.is_duration:
        return f"expected {assertion.phrase}, actual {_actual(query, subject, value)}"
    shown = value if _secret(query, subject) is None else _actual(query, subject, value)
    if wanted and wanted != kind(value) and not assertion.negated:
        expected = assertion.phrase if wanted == "null" else f"{assertion.phrase} ({wanted})"
        return f"expected {expected}, actual {typed(shown)}"
    return f"expected {assertion.phrase}, actual {show(shown)}"


def _against_schema(
    assertion: Assertion, text: str, line: int, subject: Subject, value: Any, loader: SchemaLoader | None
) -> AssertionResult:
    wrong = violations(value, assertion.predicate.schema, loader)
    ok = bool(wrong) == assertion.negated
    message = ""
    if not ok:
        message = "; ".join(wrong) if wrong else f"expected {assertion.phrase}, and the value matches it"
        message = _masked_message(assertion.query, subject, message)
    return AssertionResult(
        text=text,
        line=line,
        ok=ok,
        expected=assertion.expected,
        actual=_actual(assertion.query, subject, value),
        message=message,
    )
