"""A request whose secrets are marks, so that a format can write it out and put a reference where each secret stood.

A mark is a word of letters and digits: JSON, URLs and string literals leave it as it is. `Masked.split` takes a
written text apart again into its literal parts and its holes. Knows no format, and no value of a secret leaves it
unless it was told to reveal.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from workbench.model.envelope import Envelope
from workbench.model.secrets import SENSITIVE_HEADERS, Redactor, Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.model.collection import SecretRef
    from workbench.model.request import ResolvedRequest, Text
    from workbench.model.secrets import Form, Found

CREDENTIAL = "CYBERUN_API_KEY"
"""The variable that holds the platform's credential (CYBERUN-API.md, 5)."""

_VARIABLE = "CYBERUN_VAR_"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]* ")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


Encoding = Literal["", "url", "path", "json"]
"""How a secret is written at a place: as it is, percent-encoded (in `path` only what no URL can have), or escaped as in
a JSON string."""

_ENCODINGS: dict[Form, Encoding] = {"raw": "", "url": "url", "path": "path", "json": "json"}


class Hole(msgspec.Struct, frozen=True):
    """Where a secret stood.

    Attributes:
        variable: the environment variable that holds its value.
        label: what the secret is called.
        encoding: how the value has to be written at this place.
        plain: the value is the same when it is JSON-escaped.
    """

    variable: str
    label: str
    encoding: Encoding = ""
    plain: bool = True


class Copied(msgspec.Struct, frozen=True):
    """A text to copy, and what to know before using it, one sentence each."""

    text: str
    notes: tuple[str, ...] = ()


class Masked(msgspec.Struct, frozen=True, kw_only=True):
    """A request ready to be written down.

    Attributes:
        envelope: the request with a mark for every secret.
        base_url, service, team, route: its target.
        credential: the platform's credential, or its mark.
        body: `text`, or `binary`; `hidden` where binary content holds a secret, and only a mark is left of it.
        holes: by mark.
        notes: what to know, one sentence each.
    """

    envelope: Envelope
    base_url: str
    service: str
    team: str | None
    route: Literal["invoke", "proxy"]
    credential: str
    body: Literal["none", "text", "binary", "hidden"]
    holes: Mapping[str, Hole]
    notes: tuple[str, ...] = ()

    def split(self, text: str) -> list[str | Hole]:
        """A text that was made from this request, as literal parts and holes; no empty parts."""
        if not self.holes:
            return [text] if text else []
        parts = re.split(f"({'|'.join(self.holes)})", text)
        return [self.holes.get(part, part) for part in parts if part]

    def body_text(self) -> str:
        """The body of `text` and `hidden`, marks included."""
        return (self.envelope.body or b"").decode("utf-8")


def variable_for(label: str, references: Mapping[str, SecretRef]) -> str:
    """The environment variable a secret is taken from.

    The one its reference names, else the one that gives a variable of that name to this program as well.
    """
    reference = references.get(label)
    if reference is not None and reference.kind == "env":
        return str(reference.argument)
    if label == "credential" and reference is None:
        return CREDENTIAL
    return _VARIABLE + _NOT_IN_A_NAME.sub("_", label).upper()


class Masking:
    """How secrets are written.

    Args:
        redactor: knows every secret that is not to be written; with `revealed`, the stand-ins alone.
        references: the collection's `[secrets]`, whose names of variables are used.
        revealed: what the redactor does not know is written as it is, sensitive headers and the platform's credential
            included. Only after an explicit "reveal" of the user.
        credential: the platform's, which is written only when revealed.
    """

    def __init__(
        self,
        redactor: Redactor,
        *,
        references: Mapping[str, SecretRef] | None = None,
        revealed: bool = False,
        credential: Secret | None = None,
    ) -> None:
        self.redactor = redactor
        self.references = references or {}
        self.revealed = revealed
        self.credential = credential

    def apply(self, request: ResolvedRequest, envelope: Envelope) -> Masked:
        """The request with marks in place of its secrets."""
        marking = _Marking(self)
        path = marking.text(request.path, "the path")
        headers = tuple((name, marking.header(name, value)) for name, value in request.headers)
        body, kind = marking.body(request.body)
        credential = (
            reveal(self.credential)
            if self.revealed and self.credential
            else marking.mark(Hole(CREDENTIAL, "the platform's key"))
        )
        team = request.target.team
        if team and not request.target.team_name and not _UUID.fullmatch(team):
            team = marking.mark(Hole("CYBERUN_TEAM_ID", f"the id of the team {team}"))
        return Masked(
            envelope=msgspec.structs.replace(envelope, path=path, headers=headers, body=body),
            base_url=request.target.base_url,
            service=request.target.service,
            team=team,
            route=request.target.route,
            credential=credential,
            body=kind,
            holes=marking.holes,
            notes=tuple(marking.notes()),
        )


class _Marking:
    """The marks of one request."""

    def __init__(self, masking: Masking) -> None:
        self.holes: dict[str, Hole] = {}
        self._masking = masking
        self._nonce = f"hole{secrets.token_hex(8)}n"

    def mark(self, hole: Hole) -> str:
        known = next((mark for mark, each in self.holes.items() if each == hole), None)
        if known is not None:
            return known
        mark = f"{self._nonce}{len(self.holes)}e"
        self.holes[mark] = hole
        return mark

    def notes(self) -> Iterable[str]:
        """Which variables to set, each once."""
        named = {hole.variable: hole.label for hole in self.holes.values()}
        return (f"set {variable}: {label}" for variable, label in named.items())

    def text(self, value: Text, where: str) -> str:
        """A text with a mark for each secret in it; for all of it where its secrets cannot be told apart."""
        plain = reveal(value)
        found = self._masking.redactor.find(plain)
        wrapped = isinstance(value, Secret) and not self._masking.revealed
        hidden = str(value).count("[redacted:") if wrapped else 0
        if len(found) < hidden or any(each.form not in _ENCODINGS for each in found):
            return self._whole(where)
        return self._marked(plain, found)

    def header(self, name: str, value: Text) -> str:
        """The value of a header: of a sensitive one only the scheme stays, such as `Bearer`."""
        plain = reveal(value)
        marked = self.text(value, f"the header {name}")
        if self._masking.revealed or name.lower() not in SENSITIVE_HEADERS or not plain:
            return marked
        left = re.sub("|".join(self.holes), "", marked) if self.holes else marked
        if marked != left and (not left.strip() or _SCHEME.fullmatch(left)):
            return marked
        scheme = _SCHEME.match(plain) if name.lower().endswith("authorization") else None
        return (scheme[0] if scheme else "") + self._whole(f"the header {name}" + (" after its scheme" * bool(scheme)))

    def body(self, body: bytes | Secret | None) -> tuple[bytes | None, Literal["none", "text", "binary", "hidden"]]:
        """The body with marks in it."""
        if not body:
            return None, "none"
        try:
            text: Text = body.decode("utf-8") if isinstance(body, bytes) else body
        except UnicodeDecodeError:
            return self._binary(body if isinstance(body, bytes) else b"")
        return self.text(text, "the body").encode("utf-8"), "text"

    def _binary(self, body: bytes) -> tuple[bytes, Literal["binary", "hidden"]]:
        looked_at = (base64.b64encode(body).decode("ascii"), body.decode("latin-1"), body.decode("utf-8", "ignore"))
        if not any(map(self._masking.redactor.holds_secret, looked_at)):
            return body, "binary"
        return self._whole("the body in base64").encode("ascii"), "hidden"

    def _marked(self, plain: str, found: Iterable[Found]) -> str:
        pieces, at = [], 0
        for each in found:
            variable = variable_for(each.label, self._masking.references)
            label = "the platform's key" if variable == CREDENTIAL else f"the value of {each.label}"
            written = plain[each.start : each.end]
            plainly = each.form == "url" or msgspec.json.encode(written)[1:-1].decode() == written
            hole = Hole(variable, label, _ENCODINGS[each.form], plainly)
            pieces += [plain[at : each.start], self.mark(hole)]
            at = each.end
        return "".join([*pieces, plain[at:]])

    def _whole(self, where: str) -> str:
        name = _NOT_IN_A_NAME.sub("_", where.removeprefix("the ").removesuffix(" after its scheme")).upper()
        return self.mark(Hole(_VARIABLE + name, where, "", plain=False))
