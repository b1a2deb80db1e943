"""The bytes of a kept send again: masks filled in from what is known today, and only when they give what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.envelope import Envelope
from workbench.model.history.record import fingerprint
from workbench.model.request import ResolvedRequest
from workbench.model.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbench.model.history.record import Record
    from workbench.model.request import Target

_LABEL = "history"


def hidden_parts(record: Record) -> list[str]:
    """The parts of the request that are not kept as they were sent, for people."""
    return [_words(record, part) for part in record.hidden]


def _words(record: Record, part: str) -> str:
    kind, _, at = part.partition(".")
    return f"the header {record.headers[int(at)][0]}" if kind == "headers" else f"the {part}"


def refilled(
    record: Record, *, secrets: Mapping[str, Secret] | None = None, fresh: Envelope | None = None
) -> tuple[Envelope, list[str]]:
    """The envelope that was sent, and the parts (for people) for which nothing gave the same bytes again.

    Args:
        record: what was kept.
        secrets: values by name, for the masks.
        fresh: the same request prepared with today's values: its parts are taken where they are what was sent.
    """
    missing: list[str] = []

    def part(name: str, kept: bytes) -> bytes:
        wanted = record.hidden.get(name)
        if wanted is None:
            return kept
        for candidate in (*_from_masks(kept, secrets or {}), *_from_fresh(name, fresh)):
            if fingerprint(record.key, candidate) == wanted:
                return candidate
        missing.append(_words(record, name))
        return kept

    path = part("path", record.path.encode("utf-8", "surrogatepass"))
    headers = tuple(
        (name, part(f"headers.{at}", value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass"))
        for at, (name, value) in enumerate(record.headers)
    )
    body = part("body", record.body) if record.body is not None else None
    envelope = Envelope(method=record.method, path=path.decode("utf-8", "surrogatepass"), headers=headers, body=body)
    return envelope, missing


def resolved(record: Record, envelope: Envelope, target: Target) -> ResolvedRequest:
    """The request of an envelope that was filled in again: what was masked in the record is masked here as well."""

    def text(part: str, plain: str, shown: str) -> str | Secret:
        return Secret(plain, _LABEL, shown=shown) if part in record.hidden else plain

    headers = zip(envelope.headers, record.headers, strict=True)
    body = envelope.body
    return ResolvedRequest(
        target=target,
        method=envelope.method,
        path=text("path", envelope.path, record.path),
        headers=tuple(
            (name, text(f"headers.{at}", plain, shown)) for at, ((name, plain), (_, shown)) in enumerate(headers)
        ),
        body=body,
        asserts=record.template.asserts if record.template else (),
    )


def _from_masks(kept: bytes, secrets: Mapping[str, Secret]) -> Iterator[bytes]:
    filled = kept
    for name, secret in secrets.items():
        filled = filled.replace(f"[redacted:{name}]".encode(), secret.reveal().encode("utf-8", "surrogatepass"))
    yield filled


def _from_fresh(name: str, fresh: Envelope | None) -> Iterator[bytes]:
    """The same part of another envelope; of the headers every one, since they may have moved."""
    if fresh is None:
        return
    if name == "path":
        yield fresh.path.encode("utf-8", "surrogatepass")
    elif name == "body":
        yield fresh.body or b""
    else:
        for _, value in fresh.headers:
            yield value.encode("utf-8", "surrogatepass")
