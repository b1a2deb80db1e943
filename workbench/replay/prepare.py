"""From a saved request to what would be sent: resolve, build the envelope, gather hints. Nothing is sent here.

The terminal app's preview, `--dry-run`, `send` and `run` all go through `prepare`, so what is shown is what is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.files.bodies import read_body
from workbench.model import envelope as envelopes
from workbench.model.collection import Body
from workbench.model.envelope import Envelope
from workbench.model.errors import CollectionError, Problem
from workbench.model.request import ResolvedRequest
from workbench.model.secrets import reveal
from workbench.model.variables import resolve

if TYPE_CHECKING:
    from workbench.model.collection import Collection, SavedRequest
    from workbench.model.request import Target
    from workbench.model.secrets import Redactor
    from workbench.model.variables import Dynamic, Scope


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is ready to go: nothing in it is missing, and the platform's rules allow it."""

    request: ResolvedRequest
    envelope: Envelope

    @property
    def hints(self) -> list[str]:
        """What to know before sending it; never a reason to block."""
        return envelopes.header_hints(self.request.headers) if self.request.target.route == "invoke" else []

    def at(self, target: Target) -> Prepared:
        """The same request for a target that says where it goes more exactly."""
        return msgspec.structs.replace(self, request=msgspec.structs.replace(self.request, target=target))


def prepare(
    collection: Collection,
    request: SavedRequest,
    *,
    target: Target,
    scope: Scope,
    dynamic: Dynamic,
    body: bytes | None = None,
) -> Prepared:
    """Resolve a request (its defaults already applied) and build its envelope.

    Args:
        collection: where its body file stands.
        request: what is asked.
        target: where it goes.
        scope: the variables.
        dynamic: the generated values of this logical request.
        body: exact bytes to send in place of the request's own body; no content type is added for them.

    Raises:
        VariableError: with every placeholder that has no value.
        EnvelopeError: with every rule of the platform that it breaks.
        FileError: its body file cannot be read, or leads out of the collection's folder.
        CollectionError: its base64 body is not base64.
    """
    if body is not None:
        request = msgspec.structs.replace(request, body=Body("file"))
    file = _content(collection, request) if body is None else (body, "")
    resolved = resolve(request, target=target, scope=scope, dynamic=dynamic, file=file)
    return Prepared(request=resolved, envelope=envelopes.build(resolved))


def _content(collection: Collection, request: SavedRequest) -> tuple[bytes, str] | None:
    body = request.body
    if body is None or body.kind not in ("file", "base64"):
        return None
    if body.kind == "file":
        return read_body(collection.source.path, body.text)
    try:
        return envelopes.from_base64(body.text), ""
    except ValueError as error:
        problem = Problem(
            path=collection.source.path,
            line=collection.line(request.id, "base64"),
            key=f"{request.id}.base64",
            message=str(error),
        )
        raise CollectionError([problem]) from error


def shown_envelope(prepared: Prepared, redactor: Redactor) -> dict[str, object]:
    """The envelope as a JSON object for people: secrets masked, the body as text where it is text."""
    envelope = prepared.envelope
    shown: dict[str, object] = {
        "method": envelope.method,
        "path": redactor.redact(reveal(prepared.request.path)),
        "headers": dict(redactor.headers(prepared.request.headers)),
    }
    if envelope.body:
        try:
            shown["body"] = redactor.redact(envelope.body.decode("utf-8"))
        except UnicodeDecodeError:
            shown["body_bytes"] = len(envelope.body)
    return shown
