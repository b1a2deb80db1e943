r"""Query parameters that stand in the path, moved into the table and back. Pure.

A path is sent as it is written; a table's names and values are percent-encoded when they are sent, and only values may
hold placeholders. What cannot be said on the other side stays where it is, so that nothing changes its meaning:
parameters without `=`, with a placeholder in the name, with bytes that are not UTF-8, or beside a fragment.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from workbench.model.collection import Entry
from workbench.tui.widgets.templates import spans


class Moved(NamedTuple):
    """A path and the table's entries after a move, and how many parameters had to stay behind."""

    path: str
    entries: tuple[Entry, ...]
    left: int


def in_path(path: str) -> tuple[str, ...]:
    """The parameters of a path's own query string, as they are written there."""
    _, _, query = _split(path)
    return tuple(_pieces(query))


def into_table(path: str, entries: tuple[Entry, ...]) -> Moved:
    """Move the path's parameters to the top of the table, since they are sent first."""
    bare, mark, query = _split(path)
    found: list[Entry] = []
    staying: list[str] = []
    for piece in _pieces(query):
        entry = _entry(piece)
        if entry is None:
            staying.append(piece)
        else:
            found.append(entry)
    if not found:
        return Moved(path, entries, len(staying))
    rest = "&".join(staying)
    return Moved(f"{bare}{mark}{rest}" if rest else bare, (*found, *entries), len(staying))


def into_path(path: str, entries: tuple[Entry, ...]) -> Moved:
    """Write the table's parameters into the path; those that are switched off stay in the table."""
    if "#" in path:
        return Moved(path, entries, len(entries))
    pieces = [f"{quote(entry.name, safe='')}={_quoted(entry.value)}" for entry in entries if not entry.off]
    staying = tuple(entry for entry in entries if entry.off)
    if not pieces:
        return Moved(path, entries, len(staying))
    joiner = "" if path.endswith(("?", "&")) else "&" if "?" in path else "?"
    return Moved(f"{path}{joiner}{'&'.join(pieces)}", staying, len(staying))


def _split(path: str) -> tuple[str, str, str]:
    """The path, `?`, and the query string, cut at the first `?` that is not part of a placeholder."""
    for at, character in enumerate(path):
        if character == "?" and not any(span.start < at < span.end for span in spans(path)):
            return path[:at], "?", path[at + 1 :]
    return path, "", ""


def _pieces(query: str) -> list[str]:
    if not query:
        return []
    inside = [span for span in spans(query) if "&" in query[span.start : span.end]]
    pieces: list[str] = []
    start = 0
    for at, character in enumerate(query):
        if character == "&" and not any(span.start < at < span.end for span in inside):
            pieces.append(query[start:at])
            start = at + 1
    return [*pieces, query[start:]]


def _entry(piece: str) -> Entry | None:
    """The parameter as the table says it; None when the table would send something else."""
    name, equals, value = piece.partition("=")
    if not equals or not name or "#" in piece or "{{" in name:
        return None
    plain_name = _unquoted(name)
    plain_value = _unquoted_template(value)
    if plain_name is None or plain_value is None:
        return None
    return Entry(plain_name, plain_value)


def _unquoted(text: str) -> str | None:
    """Percent-decoded, `+` as the space that a query string means by it."""
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeError:
        return None


def _unquoted_template(value: str) -> str | None:
    r"""A value with its placeholders kept and the text around them decoded, `{{` in that text as `\{{`."""
    parts: list[str] = []
    at = 0
    for span in spans(value):
        literal = _literal(value[at : span.start])
        if literal is None or literal.endswith("\\"):
            return None
        parts += [literal, value[span.start : span.end]]
        at = span.end
    last = _literal(value[at:])
    return None if last is None else "".join(parts) + last


def _literal(text: str) -> str | None:
    plain = _unquoted(text.replace("\\{{", "{{"))
    if plain is None or "\\{{" in plain:
        return None
    return plain.replace("{{", "\\{{")


def _quoted(value: str) -> str:
    """A table's value as it stands in a path: placeholders kept, all else percent-encoded."""
    parts: list[str] = []
    at = 0
    for span in spans(value):
        parts += [quote(value[at : span.start].replace("\\{{", "{{"), safe=""), value[span.start : span.end]]
        at = span.end
    return "".join(parts) + quote(value[at:].replace("\\{{", "{{"), safe="")
