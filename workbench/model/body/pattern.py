"""Turns what a user types into the find bar into something that searches UTF-8 bytes and always comes back.

A literal becomes a byte string, a regular expression a compiled `re` pattern over bytes. Expressions that could search
for ever are refused with the reason. The others may still take the n-th power of a length for n repeats, so that the
more of them there are, the less is looked at together: a hit has at most 4 KiB, with two `*` or `+` 640 bytes, with
three about 300. And where a letter that every hit must have is missing, nothing is tried at all. That keeps the worst
step of a search, on text made for it, at a few seconds, and any usual one far below a frame.
"""

from __future__ import annotations

import re
import warnings
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITERAL_BLOCK = 64 * 1024
_OVERLAP = 4096
_WINDOWS = {0: (_LITERAL_BLOCK, _OVERLAP), 1: (1024, _OVERLAP), 2: (128, 640), 3: (32, 288)}
_SMALLEST_WINDOW = (32, 96)
_LONGEST = 1000
_MANY = 16
_MOST_REPEATS = 3


class PatternError(ValueError):
    """What was typed cannot be searched for; the message says why, in a few words."""


class Query(msgspec.Struct, frozen=True):
    """What to look for: `text` as it stands or, with `regex`, as a regular expression; `case`: capitals matter."""

    text: str
    regex: bool = False
    case: bool = False


class Needle(msgspec.Struct, frozen=True):
    """A query made ready. Exactly one of `literal` and `pattern` is set.

    Attributes:
        literal: bytes to find; in lower case when `folded`.
        folded: the text searched is lowered (ASCII only) before `literal` is looked for in it.
        pattern: a compiled expression over bytes.
        block: bytes searched at a time; a hit begins in its block.
        overlap: bytes after the block that a hit may reach into.
        required: texts in lower case that every hit of `pattern` has in it.
    """

    literal: bytes = b""
    folded: bool = False
    pattern: re.Pattern[bytes] | None = None
    block: int = _LITERAL_BLOCK
    overlap: int = 0
    required: tuple[bytes, ...] = ()


def compile_query(query: Query) -> Needle:
    """Make a query ready.

    Raises:
        PatternError: it is empty, too long, no valid expression, or one that could search for ever.
    """
    if not query.text:
        raise PatternError("nothing to look for")
    if len(query.text) > _LONGEST:
        raise PatternError(f"longer than {_LONGEST} characters")
    if query.regex:
        return _regex(query)
    literal = query.text.encode("utf-8", "replace")
    if query.case:
        return Needle(literal, overlap=len(literal) - 1)
    if literal.isascii():
        return Needle(literal.lower(), folded=True, overlap=len(literal) - 1)
    parts = (_either_case(character) for character in query.text)
    return Needle(pattern=re.compile(b"".join(parts), re.IGNORECASE), overlap=_OVERLAP)


def check_bounded(text: str) -> None:
    """Look whether a regular expression always comes back, whoever compiles it.

    Raises:
        PatternError: it repeats what holds a repeat or alternatives itself, or it has too many repeats.
    """
    if _check(list(_tokens(text))) > _MOST_REPEATS:
        raise PatternError(f"more than {_MOST_REPEATS} repeats in one expression could search for ever")


def _either_case(character: str) -> bytes:
    forms = {character, character.lower(), character.upper()}
    return b"(?:%b)" % b"|".join(re.escape(form.encode("utf-8", "replace")) for form in sorted(forms))


def _regex(query: Query) -> Needle:
    tokens = list(_tokens(query.text))
    repeats = _check(tokens)
    source = b"".join(_translated(token, after) for token, after in zip_longest(tokens, tokens[1:]))
    flags = re.MULTILINE if query.case else re.MULTILINE | re.IGNORECASE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "possible nested set": harmless while someone is still typing
            pattern = re.compile(source, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"not an expression yet: {error}") from error
    block, overlap = _WINDOWS.get(repeats, _SMALLEST_WINDOW)
    required = _required(tokens) if repeats else ()
    return Needle(pattern=pattern, block=block, overlap=overlap, required=required)


def _required(tokens: list[_Token]) -> tuple[bytes, ...]:
    """The runs of letters outside of groups that have to be there, in lower case.

    None if there is a choice, or if the flag x takes white space for nothing.
    """
    runs, run, depth = [], "", 0
    for token, after in zip_longest(tokens, tokens[1:]):
        depth += (token.kind == "open" and not token.text.endswith(")")) - (token.kind == "close")
        optional = after is not None and after.kind == "repeat" and after.text[0] in "*?{"
        if (token.kind == "bar" and not depth) or "x" in token.text[2:] * (token.kind == "open"):
            return ()
        if token.kind == "plain" and not depth and not optional and token.text.isascii() and token.text not in "^$":
            run += token.text.lower()
        else:
            runs.append(run)
            run = ""
    return tuple(found.encode() for found in (*runs, run) if found)


class _Token(NamedTuple):
    kind: Literal["open", "close", "bar", "repeat", "dot", "set", "escape", "plain"]
    text: str


_TOKEN = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|P=\w+|P>|[:=!>#]|<[=!]|\(\w+\)|[aiLmsux]*-?[imsx]*[:)])?)?)"
    r"|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<repeat>[*+?][?+]?|\{\d*,?\d*\}[?+]?)"
    r"|(?P<dot>\.)"
    r"|(?P<set>\[\^?\]?(?:[^\]\\]|\\.)*\])"
    r"|(?P<escape>\\.)"
    r"|(?P<plain>.)",
    re.DOTALL,
)


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        yield _Token(found.lastgroup, found[0])  # type: ignore[arg-type]  # the group names are the kinds


def _unbounded(token: _Token) -> bool:
    """Whether a repeat can run on and be taken back: `*`, `+`, `{3,}`, `{1,99}`, unless it is possessive (`*+`)."""
    text = token.text
    if token.kind != "repeat" or (len(text) > 1 and text.endswith("+")):
        return False
    if text[0] in "*+":
        return True
    if text[0] == "?":
        return False
    low, comma, high = text[1:].partition("}")[0].partition(",")
    return bool(comma) and (not high or int(high) - int(low or 0) > _MANY)


def _check(tokens: list[_Token]) -> int:
    """How many unbounded repeats there are.

    Raises:
        PatternError: one of them repeats a group that holds another, or alternatives.
    """
    repeats = 0
    risky = [False]  # for each open group: whether it holds a repeat or alternatives
    closed = False  # whether the group just closed did
    for token in tokens:
        if token.kind == "open" and not token.text.endswith(")"):
            risky.append(False)
        elif token.kind == "close" and len(risky) > 1:
            closed = risky.pop()
            risky[-1] |= closed
            continue
        elif token.kind == "bar":
            risky[-1] = True
        elif _unbounded(token):
            if closed:
                raise PatternError(
                    "a repeated group with a repeat or | in it could search for ever: end it with *+ or ++"
                )
            repeats += 1
            risky[-1] = True
        closed = False
    return repeats


def _translated(token: _Token, after: _Token | None) -> bytes:
    """The token for UTF-8 bytes: a character is one unit, whatever its number of bytes.

    `.*` and `[^a]*` stay: what they run over may as well be bytes, since whatever follows begins with a whole character
    (and a single byte is many times faster).
    """
    data = token.text.encode("utf-8", "replace")
    if after is not None and after.kind == "repeat" and after.text[0] in "*+" and data.isascii():
        return data
    if token.kind == "dot":
        return rb"(?:[^\n\x80-\xff]|[\xc0-\xff][\x80-\xbf]*+)"
    if token.kind == "set" and (not data.isascii() or data.startswith(b"[^")):
        return _translated_set(token.text)
    if token.kind in ("plain", "escape") and not data.isascii():
        return b"(?:%b)" % (data if token.kind == "plain" else data[1:])
    return data


def _translated_set(text: str) -> bytes:
    """A set with characters outside ASCII in it, or a negated one, which holds all of those that it does not name."""
    negated = text.startswith("[^")
    inside = text[2:-1] if negated else text[1:-1]
    plain = "".join(character for character in inside if character.isascii())
    wide = [character for character in inside if not character.isascii()]
    if any(f"{character}-" in inside or f"-{character}" in inside for character in wide):
        raise PatternError("a range in […] goes over ASCII characters only")
    named = b"|".join(re.escape(character.encode("utf-8", "replace")) for character in wide)
    if not negated:
        return b"(?:[%b]|%b)" % (plain.encode(), named) if plain else b"(?:%b)" % named
    guard = b"(?!%b)" % named if named else b""
    ascii_part = b"[^%b\\x80-\\xff]" % plain.encode()
    return b"(?:%b(?:%b|[\\xc0-\\xff][\\x80-\\xbf]*+))" % (guard, ascii_part)
