"""Data rows of `run --data`: a CSV, JSON or JSON Lines file as a list of variables for each row.

Reading only; what a row is used for is the runner's business.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.errors import CollectionError, FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 64 * 1024 * 1024
"""Bytes of a data file that are read at most."""

SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson")


def load_rows(path: str) -> list[dict[str, Any]]:
    """The rows of a data file, each a mapping of variable names to JSON values; a CSV's values are texts.

    Raises:
        FileError: the file cannot be read, is too large, or has a suffix that says nothing about its form.
        CollectionError: the rows are not what was expected; every problem with its line.
    """
    file = Path(path)
    if file.suffix.lower() not in SUFFIXES:
        raise FileError(f"{path} is no data file: expected a name ending in {', '.join(SUFFIXES)}", path=path)
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise FileError(f"{path} has {size} bytes: at most {LARGEST} are read", path=path, hint="split it")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"the data file {path} cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        raise FileError(f"the data file {path} is not UTF-8 (byte {error.start})", path=path) from error
    if file.suffix.lower() == ".csv":
        rows = list(_csv(text, path))
    elif file.suffix.lower() == ".json":
        rows = _json(text, path)
    else:
        rows = list(_json_lines(text, path))
    if not rows:
        raise CollectionError([Problem(path=path, message="there are no rows in this file")])
    return rows


def _csv(text: str, path: str) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = reader.fieldnames or []
        if not names or any(not name for name in names):
            raise _wrong(path, 1, "expected a first line with a name for every column")
        for row in reader:
            if None in row or None in row.values():
                raise _wrong(path, reader.line_num, f"expected {len(names)} values, as the first line has names")
            yield dict(row)
    except csv.Error as error:
        raise _wrong(path, reader.line_num, f"not CSV: {error}") from error


def _json(text: str, path: str) -> list[dict[str, Any]]:
    try:
        rows = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _wrong(path, 0, f"not JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _wrong(path, 0, "expected a JSON array of objects, one for each row")
    return rows


def _json_lines(text: str, path: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _wrong(path, number, f"not JSON: {error}") from error
        if not isinstance(row, dict):
            raise _wrong(path, number, "expected a JSON object")
        yield row


def _wrong(path: str, line: int, message: str) -> CollectionError:
    return CollectionError([Problem(path=path, line=line, message=message)])
