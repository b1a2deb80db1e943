"""Selects a part of a laid-out JSON text by a JSONPath (RFC 9535), and lays what was found out as JSON.

The text is walked, not decoded: digits, escapes and duplicate names stay as they came, and memory does not grow with
it. Only what a filter `?…` has to compare is decoded, a child at a time.
"""

from __future__ import annotations

import re
from array import array
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.assertions.errors import AssertionSyntaxError, EvaluationError
from workbench.model.body.pattern import PatternError, check_bounded
from workbench.model.body.pretty import INDENT
from workbench.model.body.walking import Value, Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from workbench.model.assertions.rfc9535 import Selector, Step

SHOWN_VALUES = 50_000
SHOWN_BYTES = 16 * 1024 * 1024
"""How much of a result is laid out; all of it is counted."""

_ROOT_BYTES = 32 * 1024 * 1024
_LONGEST_QUERY = 2000
_MATCHES = re.compile(r"\b(?:match|search)\s*\(")
_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\"""")


class QueryError(ValueError):
    """It is no JSONPath, or cannot be applied to this text; the message says why in a sentence."""


class Selection(msgspec.Struct, frozen=True):
    """What a JSONPath selects.

    Attributes:
        data: the value of the one node of a singular path, else an array of the values; laid out.
        count: how many nodes were selected.
        starts: where each value that is in `data` begins in the text.
        single: `data` is the value itself.
    """

    data: bytes
    count: int
    starts: array[int]
    single: bool

    @property
    def cut(self) -> bool:
        """Whether `data` leaves some of the values out."""
        return len(self.starts) < self.count


def select(data: bytes, path: str, cancelled: Callable[[], bool] = bool) -> Selection:
    """Select from JSON laid out by `pretty`; of NDJSON every line is a document of its own.

    Raises:
        QueryError: see there.
        Cancelled: `cancelled` said so.
    """
    from workbench.model.assertions import rfc9535

    _check(path)
    try:
        query = rfc9535.compile_path(path, 0)
        steps, single = rfc9535.steps(query), query.singular_query()
        walk = Walk(data, cancelled)
        roots = list(islice(walk.roots(), 2))
        single = single and len(roots) == 1
        return _collected(data, _nodes(walk, steps), single=single)
    except AssertionSyntaxError as error:
        reason = str(error.args[0]) if error.args else str(error)
        raise QueryError(
            f"{reason.removeprefix('this is not a JSONPath (RFC 9535): ')}, column {error.column}"
        ) from error
    except EvaluationError as error:
        raise QueryError(str(error)) from error


def _check(path: str) -> None:
    """Refuse what cannot be walked, or could take for ever, before it is tried."""
    if len(path) > _LONGEST_QUERY:
        raise QueryError(f"longer than {_LONGEST_QUERY} characters")
    if any("\ud800" <= character <= "\udfff" for character in path):
        raise QueryError("half a character stands in it")
    if _MATCHES.search(path):
        for found in _LITERAL.finditer(path):
            try:
                check_bounded(found[0][1:-1].replace("\\\\", "\\"))
            except PatternError as error:
                raise QueryError(str(error)) from error


def _collected(data: bytes, nodes: Iterable[Value], *, single: bool) -> Selection:
    pieces: list[bytes] = []
    starts = array("Q")
    count = size = 0
    for start, end, _ in nodes:
        count += 1
        if len(pieces) < SHOWN_VALUES and size <= SHOWN_BYTES:
            pieces.append(data[start:end])
            starts.append(start)
            size += end - start
    text = pieces[0] if single and pieces else b"[" + b",".join(pieces) + b"]"
    try:
        return Selection(msgspec.json.format(text, indent=INDENT), count, starts, single=single and bool(pieces))
    except msgspec.DecodeError:  # among lines of JSON one was none
        whole = [
            Value(start, start + len(piece), 0) for start, piece in zip(starts, pieces, strict=True) if _is_json(piece)
        ]
        if len(whole) == len(pieces):
            raise
        return _collected(data, whole, single=False)


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.format(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _nodes(walk: Walk, steps: tuple[Step, ...]) -> Iterator[Value]:
    for root in walk.roots():
        found: Iterator[Value] = iter([root])
        for step in steps:
            found = _step(walk, root, found, step)
        yield from found


def _step(walk: Walk, root: Value, nodes: Iterator[Value], step: Step) -> Iterator[Value]:
    for node in nodes:
        if step.descends and all(selector.kind == "name" for selector in step.selectors):
            for selector in step.selectors:
                yield from walk.members_below(node, selector.name)
            continue
        for each in walk.containers(node) if step.descends else (node,):
            for selector in step.selectors:
                yield from _selected(walk, root, each, selector)


def _selected(walk: Walk, root: Value, node: Value, selector: Selector) -> Iterator[Value]:
    """What one selector selects of one node."""
    if selector.kind == "name":
        member = walk.member(node, selector.name)
        if member is not None:
            yield member
        return
    children = (child for _, child in walk.children(node))
    if selector.kind == "all":
        yield from children
    elif selector.kind == "filter":
        yield from _filtered(walk, root, children, selector)
    elif not walk.is_array(node):
        return
    elif selector.kind == "slice":
        part = selector.part
        yield from list(children)[part] if part.step != 0 else ()
    elif selector.number >= 0:
        yield from islice(children, selector.number, selector.number + 1)
    else:
        items = list(children)
        if -selector.number <= len(items):
            yield items[selector.number]


def _filtered(walk: Walk, root: Value, children: Iterator[Value], selector: Selector) -> Iterator[Value]:
    test = selector.test
    if test is None:
        return
    whole = None
    if selector.looks_at_root:
        if root.end - root.start > _ROOT_BYTES:
            raise QueryError(f"a filter with $ in it reads the whole document: at most {_ROOT_BYTES >> 20} MiB")
        whole = _decoded(walk.data[root.start : root.end])
    for child in children:
        if test(_decoded(walk.data[child.start : child.end]), whole):
            yield child


def _decoded(text: bytes) -> Any:
    try:
        return _DECODE(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise QueryError(f"a value cannot be compared: {error}") from error


_DECODE = msgspec.json.Decoder().decode
