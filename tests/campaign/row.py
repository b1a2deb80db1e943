"""One row of the campaign: what is tried, how often, and what went wrong."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import tests.campaign

TOO_MANY = 20
"""Failures that are worth showing; a row may stop there."""


@dataclass(frozen=True)
class Outcome:
    """What came of a row.

    Attributes:
        count: how many cases were really tried.
        failures: what went wrong, each with what is needed to try it again.
        note: a figure worth printing, such as the worst time or the most memory.
    """

    count: int
    failures: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        name: what is tried, in a few words.
        run: tries it; takes the number of cases and the source of chance.
        full, short: the number of cases in `make campaign` and in `make test`.
        needs: a program the row cannot do without; the row is not run, and says so, where it is missing.
    """

    name: str
    run: Callable[[int, Random], Outcome]
    full: int
    short: int
    needs: str = ""


def rows() -> Iterator[Row]:
    """Every row of every module of the campaign."""
    for found in sorted(pkgutil.iter_modules(tests.campaign.__path__), key=lambda each: each.name):
        if found.name.startswith(("test_", "_")) or found.name == "row":
            continue
        yield from importlib.import_module(f"tests.campaign.{found.name}").ROWS
