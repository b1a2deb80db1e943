"""What a request looks like before it is sent: for the app's Preview tab and for `--dry-run`. Nothing is sent here.

Everything shown is redacted, unless the user asked to see it. Three layers: *inner*, the request the container gets;
*envelope*, the JSON of the invoke call; *wire*, the call to the platform around it (CYBERUN-API.md, 1 and 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model import envelope as envelopes
from workbench.model.secrets import reveal
from workbench.model.variables import names_used
from workbench.replay.prepare import shown_envelope

if TYPE_CHECKING:
    from workbench.model.secrets import Redactor
    from workbench.replay.plan import Step
    from workbench.replay.prepare import Prepared
    from workbench.replay.runner import Work


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """The three layers as text, redacted, and the size of each in bytes as it is really sent."""

    inner: str
    envelope: str
    wire: str
    inner_size: int
    envelope_size: int
    wire_size: int


def layers(prepared: Prepared, redactor: Redactor | None) -> Layers:
    """The three layers of a request that is ready to go.

    Without a redactor nothing of the request is masked, after an explicit "reveal" of the user; the platform's own
    credential is in none of them.
    """
    envelope = prepared.envelope
    target = prepared.request.target
    shown = redactor.headers(prepared.request.headers) if redactor else list(envelope.headers)
    path = redactor.redact(reveal(prepared.request.path)) if redactor else envelope.path
    head = f"{envelope.method} {path}\n" + "".join(f"{name}: {value}\n" for name, value in shown)
    body = _body_text(envelope.body, redactor)
    encoded = envelopes.encode(envelope)
    inner_size = len(envelope.path) + sum(len(n) + len(v) + 4 for n, v in envelope.headers) + len(envelope.body or b"")
    if target.route == "proxy":
        wire = (
            f"{envelope.method} {target.base_url}/r/containers/{target.service}{path}\n"
            "Authorization: Bearer [redacted]\n" + "".join(f"{name}: {value}\n" for name, value in shown)
        )
        wire_size = inner_size + len(wire) - len(head)
    else:
        team = f"X-Team-ID: {target.team}\n" if target.team else ""
        wire = (
            f"POST {target.base_url}/r/invoke/{target.service}\nAuthorization: Bearer [redacted]\n{team}"
            f"Content-Type: application/json\nContent-Length: {len(encoded)}\n"
        )
        wire_size = len(wire) + len(encoded)
    return Layers(
        inner=head + (f"\n{body}" if body else ""),
        envelope=_envelope_text(encoded, dict(shown), redactor),
        wire=wire,
        inner_size=inner_size,
        envelope_size=len(encoded),
        wire_size=wire_size,
    )


def _envelope_text(encoded: bytes, headers: dict[str, str], redactor: Redactor | None) -> str:
    if redactor is not None:
        fields = msgspec.json.decode(encoded)
        if "headers" in fields:
            fields["headers"] = headers
        encoded = msgspec.json.encode(redactor.value(fields))
    return msgspec.json.format(encoded, indent=2).decode()


def _body_text(body: bytes | None, redactor: Redactor | None) -> str:
    if not body:
        return ""
    try:
        text = body.decode("utf-8")
        return redactor.redact(text) if redactor else text
    except UnicodeDecodeError:
        return f"({len(body)} bytes, not text)"


def planned(work: Work, step: Step, redactor: Redactor) -> dict[str, Any]:
    """One step of a plan for `--dry-run`: the envelope where it is known already, else what it waits for."""
    request = step.request
    entry: dict[str, Any] = {"file": work.plan.collection.source.path, "id": request.id, "line": step.line}
    if request.skip:
        return {**entry, "skip": request.skip}
    target = work.targets[request.id]
    entry |= {"base_url": target.base_url, "service": target.service, "team": target.team, "route": target.route}
    prepared = work.static.get(request.id)
    if prepared is not None:
        return {**entry, **shown_envelope(prepared, redactor)}
    waits_for = sorted(name for name in names_used(request) if name in step.captured)
    return {**entry, "method": request.method, "path": redactor.redact(request.path), "captures_needed": waits_for}
