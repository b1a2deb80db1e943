"""What of an answer is compared (`Snapshot`), and every difference between two of them.

Same bodies are never parsed. A body is compared as JSON where both are JSON, by line where both are text, else as
bytes: by size and hash.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from workbench.model.body import human_size, read
from workbench.model.compare.json_values import aligned, json_differences, too_deep
from workbench.model.compare.rules import Rules
from workbench.model.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.model.exchange import ServiceResponse
    from workbench.model.secrets import Redactor

_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is compared.

    Attributes:
        status: the container's.
        headers: name in lower case and value, in the order of the names; repeats kept.
        kind: of the body; an empty one is `text`.
        value: a JSON value (numbers with a fraction as `Decimal`), a text, or bytes.
        size, sha256: of the body without its content coding.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    kind: Literal["json", "text", "binary"] = "text"
    value: Any = ""
    size: int = 0
    sha256: str = ""


def snapshot(response: ServiceResponse, redactor: Redactor | None = None) -> Snapshot:
    """What of an answer is compared; with a redactor, secrets and sensitive headers are masked in it."""
    reading = read(
        response.body, response.header("content-type") or "", response.header("content-encoding") or "", layout=False
    )
    headers = response.headers if redactor is None else redactor.headers(response.headers)
    kind: Literal["json", "text", "binary"] = "binary"
    value: Any = reading.content
    if reading.text is not None:
        kind, value = "text", reading.text.utf8.decode("utf-8", "replace")
        if reading.media.kind == "json" and reading.content:
            try:
                document = _decoder.decode(reading.text.utf8)
                if not too_deep(document):
                    kind, value = "json", document if redactor is None else redactor.value(document)
            except (msgspec.DecodeError, RecursionError, ValueError):
                kind = "text"
        if kind == "text" and redactor is not None:
            value = redactor.redact(value)
    return Snapshot(
        status=response.status,
        headers=tuple(sorted((name.lower(), text) for name, text in headers)),
        kind=kind,
        value=value,
        size=len(reading.content),
        sha256=hashlib.sha256(reading.content).hexdigest(),
    )


def equal(old: Snapshot, new: Snapshot, rules: Rules = Rules()) -> bool:  # noqa: B008 - frozen, so one default serves all
    """Whether nothing differs that counts."""
    return next(differences(old, new, rules), None) is None


def differences(old: Snapshot, new: Snapshot, rules: Rules = Rules()) -> Iterator[Difference]:  # noqa: B008 - as above
    """Everything that differs and counts: status, headers by name, then the body."""
    if old.status != new.status and not rules.status:
        yield Difference("status", "changed", old.status, new.status)
    yield from _headers(old, new, rules)
    if not rules.body:
        yield from _bodies(old, new, rules)


def _headers(old: Snapshot, new: Snapshot, rules: Rules) -> Iterator[Difference]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted({*before, *after}):
        left, right = before.get(name), after.get(name)
        if left == right or not rules.counts(name):
            continue
        kind: Literal["changed", "added", "removed"] = "changed"
        if left is None or right is None:
            kind = "added" if left is None else "removed"
        yield Difference(f"header {name}", kind, left, right)


def _by_name(answer: Snapshot) -> dict[str, str]:
    """Repeats joined with a comma, which means the same (RFC 9110, 5.3)."""
    joined: dict[str, str] = {}
    for name, value in answer.headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _bodies(old: Snapshot, new: Snapshot, rules: Rules) -> Iterator[Difference]:
    if old.kind == new.kind == "json":
        yield from json_differences(old.value, new.value, rules)
    elif old.kind == new.kind == "text":
        yield from _lines(old.value, new.value)
    elif old.kind != new.kind or old.sha256 != new.sha256:
        yield Difference("body", "changed", _described(old), _described(new))


def _lines(old: str, new: str) -> Iterator[Difference]:
    if old == new:
        return
    before, after = old.split("\n"), new.split("\n")
    for left, right in aligned(before, after, str):
        if left is None and right is not None:
            yield Difference(f"body line {right + 1}", "added", new=after[right])
        elif right is None and left is not None:
            yield Difference(f"body line {left + 1}", "removed", old=before[left])
        elif left is not None and right is not None and before[left] != after[right]:
            yield Difference(f"body line {left + 1}", "changed", before[left], after[right])


def _described(answer: Snapshot) -> str:
    if not answer.size:
        return "empty"
    names = {"json": "JSON", "text": "text", "binary": "binary"}
    return f"{names[answer.kind]}, {human_size(answer.size)}, sha256 {answer.sha256[:12]}…"
