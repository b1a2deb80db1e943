"""From a path to parsed TOML: opens without blocking, refuses what is too big, and gives every error a place.

`tomllib` is the one parser. Nothing here knows what a document means.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from typing import TYPE_CHECKING, Any, Self

import msgspec

from workbench.files.complaints import not_toml, not_utf8
from workbench.files.positions import Positions
from workbench.files.scanner import MAX_DEPTH, MAX_KEY_PARTS, ScanError, scan
from workbench.model.errors import FileError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1024 * 1024
"""Files above this are refused by name and size (RELIABILITY.md, "Files")."""

_LONGEST_NUMBER = 4000
_NUMBER = re.compile(rf"[0-9_]{{{_LONGEST_NUMBER},}}")
_KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


class FloatText(float):
    """A float that remembers how it was written: `1.10` stays `1.10` where it becomes text."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Make one from its text."""
        made = super().__new__(cls, text)
        made.text = text
        return made


class Parsed(msgspec.Struct, frozen=True):
    """A TOML document: the tables, where each key stands, and what is odd about the file itself.

    `root` is None when the text could not be parsed; `problems` then says why.
    """

    root: dict[str, Any] | None
    positions: Positions
    problems: tuple[Problem, ...] = ()


def read_bytes(path: Path | str, *, limit: int, shown: str = "") -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes. Never blocks on a pipe or a device.

    Raises:
        FileError: there is no such file, it may not be read, it is not an ordinary file, or it is too big.
    """
    shown = shown or str(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise unreadable(error, shown) from error
    except ValueError as error:
        raise FileError(f"{shown!r} is not a path: {error}", path=shown) from error
    try:
        return read_ordinary(descriptor, limit=limit, shown=shown)
    except OSError as error:
        raise unreadable(error, shown) from error
    finally:
        os.close(descriptor)


def read_ordinary(descriptor: int, *, limit: int, shown: str) -> bytes:
    """All of an open file, when it is an ordinary one of at most `limit` bytes; it stays open.

    Raises:
        FileError: it is not an ordinary file, or too big.
        OSError: reading failed.
    """
    ensure_ordinary(descriptor, limit=limit, shown=shown)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise too_big(shown, len(data), limit)
    return data


def ensure_ordinary(descriptor: int, *, limit: int, shown: str) -> None:
    """Look at an open file without reading it.

    Raises:
        FileError: it is not an ordinary file, or too big.
        OSError: looking failed.
    """
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"{shown} is {_kind(status.st_mode)}, not an ordinary file", path=shown)
    if status.st_size > limit:
        raise too_big(shown, status.st_size, limit)


def too_big(shown: str, size: int, limit: int) -> FileError:
    """The error for a file above its limit, with both sizes."""
    return FileError(
        f"{shown} has {size:,} bytes, more than the {limit:,} that are read",
        path=shown,
        hint="split it, or move what is big into files of its own",
    )


def unreadable(error: OSError, shown: str) -> FileError:
    """A failed open or read as a `FileError` with what to do."""
    reasons = {
        errno.ENOENT: ("there is no such file", "check the name and the folder"),
        errno.ENOTDIR: ("there is no such file: a part of its path is not a folder", "check the name and the folder"),
        errno.EACCES: ("you may not read it", "check its permissions"),
        errno.EPERM: ("you may not read it", "check its permissions"),
        errno.EISDIR: ("it is a folder, not a file", ""),
        errno.ELOOP: ("its symbolic links lead in a circle", ""),
        errno.ENAMETOOLONG: ("its name is too long", ""),
        errno.ENXIO: ("it is a socket or a device, not a file", ""),
    }
    reason, hint = reasons.get(error.errno or 0, (f"it cannot be read: {error.strerror or error}", ""))
    return FileError(f"{shown}: {reason}", path=shown, hint=hint)


def _kind(mode: int) -> str:
    return next((name for test, name in _KINDS.items() if test(mode)), "something else")


def parse(data: bytes, *, path: str) -> Parsed:
    """Parse a TOML document. Never raises: what is wrong comes as problems with line and column.

    Args:
        data: the file's bytes.
        path: names the file in the problems.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Parsed(None, Positions(""), (not_utf8(data, error, path),))
    notes: tuple[Problem, ...] = ()
    if text.startswith("\ufeff"):
        message = "the file begins with a byte order mark, which TOML does not have"
        hint = "it is tolerated; save the file as UTF-8 without one"
        notes = (Problem(path=path, line=1, column=1, message=message, hint=hint, severity="warning"),)
    positions = Positions(text)
    limit = _beyond_limits(text, path, positions)
    if limit is not None:
        return Parsed(None, positions, (*notes, limit))
    try:
        root = tomllib.loads(text.removeprefix("\ufeff"), parse_float=FloatText)
    except tomllib.TOMLDecodeError as error:
        return Parsed(None, positions, (*notes, not_toml(str(error), text, path)))
    except RecursionError:
        return Parsed(None, positions, (*notes, _scanned_limit(text, path, positions) or _too_deep(path)))
    except ValueError as error:
        return Parsed(None, positions, (*notes, _number(str(error), text, path, positions)))
    return Parsed(root, positions, notes)


def _beyond_limits(text: str, path: str, positions: Positions) -> Problem | None:
    """A key that tomllib must not see; a text that cannot hold one is not scanned."""
    if any(line.count(".") >= MAX_KEY_PARTS for line in text.split("\n")):
        return _scanned_limit(text, path, positions)
    return None


def _scanned_limit(text: str, path: str, positions: Positions) -> Problem | None:
    try:
        scan(text)
    except ScanError as error:
        if error.message:
            line, column = positions.at(error.offset)
            return Problem(path=path, line=line, column=column, message=error.message)
    return None


def _too_deep(path: str) -> Problem:
    return Problem(path=path, line=1, column=1, message=f"arrays and tables are nested more than {MAX_DEPTH} deep")


def _number(message: str, text: str, path: str, positions: Positions) -> Problem:
    """A number Python refuses to convert: tomllib lets the ValueError through without a place."""
    match = _NUMBER.search(text)
    line, column = positions.at(match.start()) if match else (1, 1)
    reason = f"this number has more than {_LONGEST_NUMBER:,} digits" if match else message
    return Problem(path=path, line=line, column=column, message=reason, hint="write it as a text, in quotes")
