"""Secret values that hide themselves, and the one Redactor that hides them everywhere else.

`Secret.reveal` is called where a value goes on the wire, and by an explicit "reveal" of the user; nowhere else.
The Redactor must stay pure: it gets every secret handed in and knows no file, no environment, no screen.
"""

from __future__ import annotations

import base64
import json
import re
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, TypeAlias
from urllib.parse import quote, quote_plus

from workbench.model.urls import quote_unsafe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SENSITIVE_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"},
)
"""Headers whose value is masked whether or not it holds a known secret (RELIABILITY.md, "Secrets")."""

SHORTEST = 4
"""Values below this length are too common as ordinary text to be replaced everywhere."""

CUT = "…"
"""Where a long text was cut for a reader."""

_SHORTEST_BASE64 = 6
_MOST_QUOTED = 3
_LONGEST_CUT = 1 << 16
_TELLING = 8
"""Characters of a secret's beginning that are worth hiding everywhere: fewer are a word like any other."""
_HALF_A_CHARACTER = "\N{REPLACEMENT CHARACTER}"
_HEX = re.compile(r"%[0-9A-F]{2}")


class Secret:
    """A text that does not show itself: `repr`, `str` and `format` give the mask.

    Attributes:
        label: the name of the secret, for the mask.
    """

    __slots__ = ("_shown", "_value", "label")

    def __init__(self, value: str, label: str = "secret", *, shown: str | None = None) -> None:
        self._value = value
        self.label = label
        self._shown = f"[redacted:{label}]" if shown is None else shown

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"Secret({self._shown!r})"

    def __format__(self, spec: str) -> str:
        return format(self._shown, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written anywhere")


def beginning(text: str | bytes, most: int) -> str:
    """A text of at most `most` characters or bytes as it is, else its beginning and the mark of a cut.

    A Redactor masks what a marked cut left of a secret; of a text that was cut without the mark it cannot know.
    """
    begins = text[:most] if isinstance(text, str) else text[:most].decode("utf-8", "replace")
    return begins if len(text) <= most else begins.rstrip(_HALF_A_CHARACTER) + CUT


def reveal(text: str | Secret) -> str:
    """The plain text of either."""
    return text.reveal() if isinstance(text, Secret) else text


Form: TypeAlias = Literal["raw", "url", "path", "json", "python", "xml", "base64"]
"""How a secret is written where it was found."""


class Found(NamedTuple):
    """A secret that stands in a text: from `start` to `end`, under its label, in one of its forms."""

    start: int
    end: int
    label: str
    form: Form


class Redactor:
    """Replaces every known secret in a text, in each form in which it may have travelled.

    Forms: raw, URL-encoded (in full, or just what cannot stand in a URL; hex digits in either case), JSON-escaped (with
    and without ASCII escapes), as Python shows it, XML-escaped, and base64 and base64url at the three byte offsets, of
    the value itself and as JSON and URLs write it, which covers `Basic` credentials and the body inside an envelope.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._labels: dict[str, tuple[str, Form]] = {}
        self._pattern: tuple[re.Pattern[str] | None, int] = (None, 0)  # and how many forms it has
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Hide this secret from now on; values shorter than `SHORTEST` are left alone."""
        for value in {secret.reveal(), secret.reveal().strip()}:
            if len(value) < SHORTEST:
                continue
            for form, written in _forms(value):
                self._labels.setdefault(written, (secret.label, form))

    def including(self, secrets: Iterable[Secret]) -> Redactor:
        """A redactor that hides these secrets as well; this one stays as it is."""
        made = Redactor()
        made._labels = dict(self._labels)
        for secret in secrets:
            made.add(secret)
        return made

    def redact(self, text: str) -> str:
        """The text with each form of each secret replaced by `[redacted:LABEL]`, and what a cut (`…`) left of one."""
        pattern = self._known()
        if pattern is None:
            return text
        masked = pattern.sub(self._mask, text)
        *before, last = masked.split(CUT)
        return CUT.join([*map(self._without_beginning, before), last]) if before else masked

    def find(self, text: str) -> list[Found]:
        """Where secrets stand in a text, from left to right, and in which form; masks are no secrets."""
        pattern = self._known()
        matches = pattern.finditer(text) if pattern else ()
        return [Found(*match.span(), *self._labels[match[0]]) for match in matches if match[0] in self._labels]

    def _known(self) -> re.Pattern[str] | None:
        """The pattern of every form; made anew when some were added, which another thread may do at any time."""
        pattern, count = self._pattern
        if count == len(self._labels):
            return pattern
        labels = dict(self._labels)
        longest_first = sorted(labels, key=len, reverse=True)
        # Masks come first and stay as they are, so that a text that is redacted already does not change again.
        masks = sorted({f"[redacted:{label}]" for label, _ in labels.values()})
        pattern = re.compile("|".join(map(re.escape, [*masks, *longest_first])))
        self._pattern = pattern, len(labels)
        return pattern

    def add_cut(self, body: bytes) -> None:
        """Hide from now on what a body that stopped in the middle has of a secret at its end, where that is long."""
        end = body[-_LONGEST_CUT:].decode("utf-8", "replace")
        kept, label = self._beginning_at_end(end)
        if kept >= _TELLING:
            self.add(Secret(end[-kept:], label))

    def _without_beginning(self, part: str) -> str:
        """The text without the beginning of a secret that it ends with: what is left of one that was cut off."""
        kept, label = self._beginning_at_end(part)
        return f"{part[:-kept]}[redacted:{label}]" if kept else part

    def _beginning_at_end(self, part: str) -> tuple[int, str]:
        """How many characters of a secret's beginning a text ends with, and its label."""
        tail, longest, label = part[-SHORTEST:], 0, ""
        if len(tail) < SHORTEST:
            return 0, ""
        for written, (name, _) in list(self._labels.items()):
            at = written.find(tail)
            while at >= 0:
                if at + SHORTEST > longest and part.endswith(written[: at + SHORTEST]):
                    longest, label = at + SHORTEST, name
                at = written.find(tail, at + 1)
        return longest, label

    def _mask(self, match: re.Match[str]) -> str:
        known = self._labels.get(match[0])
        return match[0] if known is None else f"[redacted:{known[0]}]"

    def header(self, name: str, value: str | Secret) -> str:
        """A header's value for people: sensitive headers are masked whole, others where they hold a secret."""
        plain = reveal(value)
        redacted = self.redact(plain)
        if name.lower() not in SENSITIVE_HEADERS:
            return redacted
        found = re.search(r"\[redacted:[^\]]*\]", redacted)
        if found and redacted != plain:
            return found[0]
        label = value.label if isinstance(value, Secret) else name.lower()
        return f"[redacted:{label}]"

    def headers(self, headers: Iterable[tuple[str, str | Secret]]) -> list[tuple[str, str]]:
        """`header` over a list of pairs; a name that holds a secret is masked as any text is."""
        return [(self.redact(name), self.header(name, value)) for name, value in headers]

    def value(self, value: Any) -> Any:
        """A JSON value with every text inside it redacted, keys included."""
        if isinstance(value, Secret):
            return str(value)
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.redact(str(key)): self.value(item) for key, item in value.items()}
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            text = str(value)
            redacted = self.redact(text)
            return value if redacted == text else redacted
        return value

    def holds_secret(self, text: str) -> bool:
        """Whether the text contains a known secret in any form."""
        return self.redact(text) != text


def _forms(value: str) -> Iterator[tuple[Form, str]]:
    yield "raw", value
    raw = value.encode("utf-8", "surrogatepass")
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield "url", quoted
        yield "url", _HEX.sub(lambda match: match[0].lower(), quoted)
    yield "path", quote_unsafe(value)
    yield from (("json", escaped) for escaped in _json_forms(value))
    yield from (("python", escaped) for escaped in _python_forms(value))
    yield "xml", escape(value)
    yield "xml", escape(value, quote=False)
    for body in {value, quote(raw, safe=""), quote_plus(raw), quote_unsafe(value), *_json_bodies(value)}:
        for encoded in _base64_forms(body.encode("utf-8", "surrogatepass")):
            yield "base64", encoded


def _json_forms(value: str) -> Iterator[str]:
    """As JSON writes it, also where JSON or Python quotes that again: an echo in an answer that a message quotes."""
    for written in (value, quote_unsafe(value)):
        for ascii_only in (True, False):
            escaped = written
            for _ in range(_MOST_QUOTED):
                escaped = json.dumps(escaped, ensure_ascii=ascii_only)[1:-1]
                yield from (escaped, *_python_forms(escaped))
    yield json.dumps(value)[1:-1].replace("/", "\\/")


def _json_bodies(value: str) -> tuple[str, ...]:
    """As it stands in the JSON of a body, which an envelope holds as base64."""
    return json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]


def _python_forms(value: str) -> tuple[str, str]:
    """As Python shows it: the text around it decides which quotes are used, and so whether a `'` is escaped."""
    return repr(value)[1:-1], repr(f'"{value}')[2:-1]


def _base64_forms(raw: bytes) -> Iterator[str]:
    """The part of the base64 text that depends on `raw` alone, wherever `raw` starts within a group of three."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + raw)
        first = (offset * 8 + 5) // 6
        last = (offset + len(raw)) * 8 // 6
        core = encoded[first:last].decode("ascii")
        if len(core) >= _SHORTEST_BASE64:
            yield core
            yield core.replace("+", "-").replace("/", "_")
