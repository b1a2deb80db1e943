"""Makes an assertion or a capture out of a path in an answer, for the request that got it. Pure.

A value that holds a secret is never written into a collection.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import Capture

if TYPE_CHECKING:
    from workbench.model.collection import SavedRequest

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STRING = re.compile(r"""'[^']*'|"[^"]*\"""")


def assertion(path: str, literal: str | None, count: int) -> str:
    """The assertion that holds for what a path selects by now.

    Args:
        path: the JSONPath.
        literal: the value as JSON, if it is one short scalar that may stand in a file.
        count: how many values the path selects.
    """
    if not count:
        return f"{path} not exists"
    if literal is not None:
        return f"{path} == {literal}"
    return f"{path} exists" if count == 1 else f"{path} | count == {count}"


def capture_name(path: str, taken: frozenset[str]) -> str:
    """A name for a capture: the path's last name, numbered when it is taken already."""
    names = _NAME.findall(_STRING.sub(lambda found: found[0] if _NAME.fullmatch(found[0][1:-1]) else "", path))
    name = names[-1] if names else "value"
    number = 1
    while (name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return name if number == 1 else f"{name}_{number}"


def with_assertion(request: SavedRequest, line: str) -> SavedRequest:
    """The request with one more assertion; the same one when it has it."""
    if line in request.asserts:
        return request
    return msgspec.structs.replace(request, asserts=(*request.asserts, line))


def with_capture(request: SavedRequest, path: str, *, secret: bool) -> tuple[SavedRequest, str]:
    """The request with one more capture, and that capture's name; the same one when it captures that path."""
    known = next((capture.name for capture in request.captures if capture.query == path), None)
    if known is not None:
        return request, known
    name = capture_name(path, frozenset(capture.name for capture in request.captures))
    return msgspec.structs.replace(request, captures=(*request.captures, Capture(name, path, secret))), name
