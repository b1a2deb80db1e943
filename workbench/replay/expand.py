"""One piece of work for each data row and each repeat, made as the run gets to it (CLI.md, "Repeat").

A row's values come above everything but `--var`; a value that a row gives for a secret stays secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.errors import CollectionError, Problem
from workbench.model.secrets import Secret
from workbench.model.variables import Scope, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workbench.model.secrets import Redactor
    from workbench.replay.runner import Work

ABOVE_ROWS = "--var"


def expand(
    works: Sequence[Work], rows: Sequence[Mapping[str, Any]], repeats: int, redactor: Redactor
) -> Iterator[Work]:
    """Each collection over every repeat and, within it, every row; rows and repeats are numbered from 1.

    Args:
        works: one for each collection, gathered with the first row.
        rows: variables of each row; empty for a run without data.
        repeats: how often everything is done, at least once.
        redactor: learns what rows say in place of secrets.
    """
    for work in works:
        for repeat in range(1, repeats + 1):
            numbered = msgspec.structs.replace(work, repeat=repeat if repeats > 1 else None)
            if not rows:
                yield numbered
            for number, row in enumerate(rows, 1):
                values = _with_secrets(row, work, redactor)
                scope = _with_row(work.scope, values)
                yield msgspec.structs.replace(numbered, row=number, scope=scope, static={})


def check_rows(rows: Sequence[Mapping[str, Any]], path: str) -> None:
    """Every row has the same names, so that checking the first checks them all.

    Raises:
        CollectionError: with one problem for each row that differs from the first.
    """
    expected = set(rows[0]) if rows else set()
    problems = [
        Problem(
            path=path,
            message=f"row {number} has other names than row 1: "
            + ", ".join([f"no {name}" for name in sorted(expected - set(row))] + sorted(set(row) - expected)),
        )
        for number, row in enumerate(rows, 1)
        if set(row) != expected
    ]
    if problems:
        raise CollectionError(problems)


def _with_secrets(row: Mapping[str, Any], work: Work, redactor: Redactor) -> dict[str, Any]:
    values = dict(row)
    for name in work.plan.collection.secrets:
        if name in values:
            values[name] = Secret(text_of(values[name]), name)
            redactor.add(values[name])
    return values


def _with_row(scope: Scope, row: Mapping[str, Any]) -> Scope:
    """The scope with this row in place of the one it was gathered with."""
    layers = [layer for layer in scope.layers if layer[0] != "data row"]
    at = next((at for at, (name, _) in enumerate(layers) if name == ABOVE_ROWS), len(layers))
    return Scope((*layers[:at], ("data row", row), *layers[at:]))
