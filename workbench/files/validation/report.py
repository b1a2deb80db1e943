"""Collects what is wrong with a document, each with its place and its key.

Knows positions and wording; what counts as wrong is decided in the modules beside it.
"""

from __future__ import annotations

import datetime
import json
import re
from typing import TYPE_CHECKING, Any, Literal

from workbench.model.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.files.positions import KeyPath, Positions

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN = 60
_UNNAMED = "request"
_DEEP = 2
_LABEL_PARTS = 8
_LONGEST_LABEL = 200
_MANY = 200


class Report:
    """The problems of one file.

    Args:
        path: the file, as it is named to people.
        positions: where its keys stand.
    """

    def __init__(self, path: str, positions: Positions) -> None:
        self.path = path
        self.positions = positions
        self.problems: list[Problem] = []
        self.broken: dict[int, list[Problem]] = {}
        self._ids: dict[int, str] = {}

    def name_request(self, number: int, request_id: str) -> None:
        """From now on problems of this request name it by its id."""
        self._ids[number] = request_id

    def is_named(self, number: int, request_id: str) -> bool:
        """Whether that id is the one the file gives that request, and not a filler."""
        return self._ids.get(number) == request_id

    def add(
        self,
        key: KeyPath,
        message: str,
        *,
        hint: str = "",
        severity: Literal["error", "warning"] = "error",
        place: tuple[int, int] | None = None,
    ) -> None:
        """Note a problem at a key; `place` where it is known better than the key's own."""
        line, column = place or self.positions.place(key)
        problem = Problem(
            message=message,
            path=self.path,
            line=line or 1,
            column=column or 1,
            key=self.label(key),
            hint=hint,
            severity=severity,
        )
        self.problems.append(problem)
        if severity == "error" and len(key) >= _DEEP and key[0] == "request" and isinstance(key[1], int):
            self.broken.setdefault(key[1], []).append(problem)

    def warn(self, key: KeyPath, message: str, *, hint: str = "", place: tuple[int, int] | None = None) -> None:
        """Note something that looks wrong but can be used."""
        self.add(key, message, hint=hint, severity="warning", place=place)

    @property
    def has_many(self) -> bool:
        """Whether there are so many problems that working out advice for each is not worth the time."""
        return len(self.problems) > _MANY

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors in the order of the file."""
        return in_order(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings in the order of the file."""
        return in_order(problem for problem in self.problems if problem.severity == "warning")

    def label(self, key: KeyPath) -> str:
        """A key path for people: `get-user.headers.accept`, `env.staging.user`, `login.assert 2`."""
        text = ""
        rest = key
        if len(key) >= _DEEP and key[0] == "request" and isinstance(key[1], int):
            text = self._ids.get(key[1], f"{_UNNAMED} {key[1] + 1}")
            rest = key[2:]
        for part in rest[:_LABEL_PARTS]:
            if isinstance(part, int):
                text += f" {part + 1}"
            else:
                text += ("." if text else "") + (
                    part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
                )
        text += " …" if len(rest) > _LABEL_PARTS else ""
        return text if len(text) <= _LONGEST_LABEL else f"{text[:_LONGEST_LABEL]}…"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by line and column."""
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def show(value: Any, *, hidden: bool = False) -> str:
    """What was found, in a few words; with `hidden` only its kind, for values that may be secret."""
    if hidden or isinstance(value, (dict, list)) or (isinstance(value, int) and value.bit_length() > _SHOWN):
        return kind_of(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = json.dumps(value[:_SHOWN], ensure_ascii=False)
        return text if len(value) <= _SHOWN else f"{text}…"
    return f"the {kind_of(value).removeprefix('a ')} {value}"


def kind_of(value: Any) -> str:
    """What a TOML value is, in a user's words."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (str, "a text"),
        ((int, float), "a number"),
        (dict, "a table"),
        (list, "a list"),
        ((datetime.date, datetime.time), "a date"),
    )
    return next((name for types, name in kinds if isinstance(value, types)), type(value).__name__)
