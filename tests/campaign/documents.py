"""Documents of any sort: damaged ones are refused with a place and in time, edited ones change where it was meant."""

from __future__ import annotations

import re
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.campaign.row import TOO_MANY, Outcome, Row
from tests.unit.files import strategies as make
from tests.unit.files import test_editing_properties as properties

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DataObject

    from workbench.model.collection import Collection

CASES = Path(__file__).parents[1] / "cases"
SAMPLES = Path(__file__).parents[2] / "collections"
SLOW = 0.25
"""Seconds that one damaged file may take."""

STYLES = 4
"""Ways of writing in which one made-up collection is edited."""

PIECES = (
    *(b"[", b"]", b"[[", b"]]", b"{", b"}", b'"', b"'", b"'''", b'"""', b"=", b".", b",", b"#", b"\\", b"\n", b"\r"),
    *(b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\x1b[31m", b"\xed\xa0\x80", "👩‍💻".encode(), b"{{", b"}}"),
    *(b"[[request]]\n", b"[request.headers]\n", b"[vars]\n", b"id = 1\n", b"cyberun = 2\n", b"a.b.c = 1\n"),
    *(b"1e999", b"9" * 5000, b"0x", b"1979-05-27", b"inf", b"nan", b"true", b"[" * 2000, b"a." * 3000, b'"\\uD800"'),
)


VALUES = (
    *(b"1", b"-1.5", b'"x"', b'""', b"true", b"nan", b"2020-01-01", b"[]", b"[1]", b"[[1], {b = 2}]", b"{}"),
    *(b"{a = 1}", b'"{{x}}"', b'["{{y}}", 2]', b"{value = 1}", b'{value = "q", off = true}', b"{from = 1}"),
    *(
        b'{from = "$.x", secret = true}',
        b'{file = "x"}',
        b'{env = "x"}',
        b'"\\u0000"',
        b"'''\n{\"a\": 1}'''",
        b"9" * 20,
    ),
)
"""Values of every kind, to stand where another kind is expected."""

_PAIR = re.compile(rb"(?m)^[\w.\"-]+ *= *([^=\n]+)$")


def seeds() -> list[bytes]:
    """Documents to begin with: samples, oddly written ones, and broken ones."""
    return [path.read_bytes() for folder in (SAMPLES, CASES) for path in sorted(folder.rglob("*.toml"))]


def damaged(data: bytes, other: bytes, random: Random) -> bytes:
    """The document after one to four small accidents."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data) + 1)
        end = min(len(data), at + random.choice((1, 1, 2, 8, 80)))
        kind = random.randrange(8)
        if kind in (6, 7):
            data = with_another_value(data, random)
        elif kind == 0:
            data = data[:at] + data[end:]
        elif kind == 1:
            data = data[:at] + random.choice(PIECES) + data[at:]
        elif kind == 2:
            data = data[:at] + random.choice(PIECES) + data[end:]
        elif kind == 3:
            data = data[:at] + data[at:end] * 2 + data[end:]
        elif kind == 4 and data:
            data = data[:at] + bytes([random.randrange(256)]) + data[end:]
        else:
            cut = random.randrange(len(other) + 1)
            data = data[:at] + other[cut : cut + 200] + data[at:]
    return data


def with_another_value(data: bytes, random: Random) -> bytes:
    """The document with the value of one key replaced by one of another kind."""
    pairs = list(_PAIR.finditer(data))
    if not pairs:
        return data
    pair = random.choice(pairs)
    return data[: pair.start(1)] + random.choice(VALUES) + data[pair.end(1) :]


def read(data: bytes) -> tuple[str, bool, float]:
    """What was wrong with how a document was looked through, whether it is refused, and how long that took."""
    from workbench.files.collections import load_for_review
    from workbench.files.lint import lint, missing_files

    found, broken = "", False
    began = time.thread_time()  # the machine may be busy with something else
    try:
        loaded, problems = load_for_review("x.toml", data)
        errors = [problem for problem in problems if problem.severity == "error"]
        broken = bool(errors)
        if loaded is not None:
            problems = (*problems, *lint(loaded, errors), *missing_files(loaded, errors))
        elif not errors:
            found = "nothing was read, and nothing is said of it"
        if any(each.line < 1 or each.column < 1 for each in problems):
            found = f"a problem without a place: {problems}"
    except Exception as error:  # noqa: BLE001 - reading never raises: whatever does is the failure that is counted
        found = f"{type(error).__name__}: {error}"
    return found, broken, time.thread_time() - began


def refused(count: int, random: Random) -> Outcome:
    """Read damaged documents: only our kind of error, with line and column, in time."""
    known = seeds()
    failures: list[str] = []
    refusals, worst = 0, 0.0
    for number in range(count):
        data = damaged(random.choice(known), random.choice(known), random)
        found, broken, took = read(data)
        if took > SLOW:  # the machine may be busy: what is slow is slow again
            took = min(took, read(data)[2])
        if found or took > SLOW:
            failures.append(f"number {number}: {found or f'took {took:.2f} s'}")
        refusals += broken
        worst = max(worst, took)
        if len(failures) >= TOO_MANY:
            break
    return Outcome(count, tuple(failures), f"{refusals:,} refused, the slowest took {worst * 1000:.0f} ms")


def edited(count: int, random: Random) -> Outcome:
    """Properties of the editing function, each for its share of the edits."""
    inner: tuple[Callable[..., None], ...] = (
        properties.test_any_edit_of_any_document_says_what_was_meant,
        properties.test_bytes_outside_a_changed_value_are_the_same,
    )
    examples = max(1, count // len(inner) // STYLES)
    failures = []
    for check in inner:
        many = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        # One number for all choices of style: drawn one by one they would take nine tenths of the time.
        arguments = (make.collections, st.integers(0, (1 << 64) - 1), st.data())
        try:
            hypothesis.seed(random.randrange(1 << 32))(many(given(*arguments)(_in_styles(check))))()
        except Exception as error:  # noqa: BLE001 - hypothesis gives what failed, and the example in its notes
            failures.append("\n".join([f"{check.__name__}: {error}", *getattr(error, "__notes__", ())]))
    return Outcome(examples * STYLES * len(inner), tuple(failures))


def _in_styles(check: Callable[..., None]) -> Callable[[Collection, int, DataObject], None]:
    """A property for one collection, written in several styles and edited in each."""
    body = check.hypothesis.inner_test  # type: ignore[attr-defined]  # what hypothesis keeps the function in

    def all_of_them(collection: Collection, seed: int, data: DataObject) -> None:
        for style in range(STYLES):
            body(collection, Random(seed + style), data)  # noqa: S311 - a way of writing, and no secret

    return all_of_them


ROWS = (
    Row("damaged TOML: looked through, with a place, in time", refused, full=50_000, short=2_000),
    Row("edits: value-equal, bytes outside identical", edited, full=20_000, short=16),
)
