"""What the TOML parser complains about, in a user's words and with a place. Parses nothing itself.

tomllib of Python 3.11 has line and column only in its messages, and not even there at the end of a document.
"""

from __future__ import annotations

import re

from workbench.files.positions import Lines
from workbench.files.scanner import ScanError, scan
from workbench.model.errors import Problem

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_CHARACTER = re.compile(r"(?:Illegal|Found invalid) character ('.*'|\".*\")", re.DOTALL)
_TWICE = (
    "Cannot overwrite a value",
    "Duplicate inline table key",
    "Cannot redefine",
    "Cannot mutate",
    "Cannot declare",
)
_UNCLOSED = ("Unterminated string", "Expected \"'''\"", 'Expected \'"""\'')
_EXPLAINED = {
    "Expected '=' after a key in a key/value pair": "expected = after the key",
    "Expected newline or end of document after a statement": "expected the end of the line here",
    "Invalid value": "expected a value: a text in quotes, a number, true, false, a date, [ or {",
    "Invalid statement": "expected a key, a [table] or a comment",
    **dict.fromkeys(_UNCLOSED, "this text is never closed"),
    "Expected ']' at the end of a table declaration": "expected ] at the end of this [table] header",
    "Expected ']]' at the end of an array declaration": "expected ]] at the end of this [[table]] header",
    "Invalid hex value": "expected four digits 0-9 a-f after \\u, or eight after \\U",
    "Escaped character is not a Unicode scalar value": "this escape is no character: surrogates cannot be written",
    "Invalid date or datetime": "there is no such date or time",
    "Unclosed array": "expected , or ] in this array",
    "Unclosed inline table": "expected , or } in this inline table (all of it stands on one line)",
    "Invalid initial character for a key part": "expected a key: letters, digits, - and _, or a text in quotes",
    "Unescaped '\\' in a string": "a backslash in double quotes begins an escape; write \\\\ or use single quotes",
}


def not_toml(message: str, text: str, path: str) -> Problem:
    """A `TOMLDecodeError` as a problem.

    Args:
        message: the error's own.
        text: the document, a byte order mark included.
        path: names the file.
    """
    match = _PLACE.fullmatch(message)
    reason = match[1] if match else message
    lines = Lines(text)
    offset = lines.offset(int(match[2]), int(match[3])) if match and match[2] else len(text)
    hint = ""
    character = _CHARACTER.fullmatch(reason)
    if character is not None and character[1] == "'\\n'":
        reason = "this text in quotes is not closed on its line"
        hint = "texts over several lines stand between ''' or \"\"\""
    elif character is not None:
        reason = f"the character {character[1]} may not stand here"
        hint = "in double quotes it can be written as an escape, such as \\u0000"
    elif reason.startswith(_TWICE):
        offset, reason = _second(text, offset)
    elif reason.startswith(_UNCLOSED):
        offset, hint = _opening(text, offset)
    line, column = lines.place(offset)
    reason = _EXPLAINED.get(reason, reason)
    return Problem(path=path, line=line, column=column, message=f"not valid TOML: {reason}", hint=hint)


def _opening(text: str, end: int) -> tuple[int, str]:
    """Where a text begins that is never closed, and what would close it."""
    try:
        scan(text)
    except ScanError as error:
        start = error.offset - 2  # the first two quotes are an empty text to the scanner
        mark = text[max(start, 0) : error.offset + 1]
        if mark in ("'''", '"""'):
            return start, f"it begins here: close it with {mark}"
    return end, ""


def _second(text: str, end: int) -> tuple[int, str]:
    """The key or header that gives something a second meaning: where it begins, and what to say."""
    try:
        tables = scan(text)
    except ScanError as error:
        tables = error.tables
    for table in tables:
        if table.start < end <= table.end:
            return table.start, f"the table [{'.'.join(table.keys)}] is there already"
        for pair in table.pairs:
            if pair.start < end <= pair.value.end:
                return pair.start, f"{'.'.join(pair.keys)} is there already, or stands in something that is no table"
    return end, "this is there already"


def not_utf8(data: bytes, error: UnicodeDecodeError, path: str) -> Problem:
    """Bytes that are no text."""
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Problem(
        path=path,
        line=line,
        column=column,
        message=f"the byte 0x{data[error.start]:02X} is not UTF-8, which TOML is written in",
        hint="save the file as UTF-8",
    )
