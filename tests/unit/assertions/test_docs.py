"""docs/assertions.md: every example in it is evaluated, and every query, filter and predicate is in it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from workbench.model.assertions import Subject, capture, check_syntax, evaluate
from workbench.model.assertions.filters import FILTERS
from workbench.model.assertions.predicates import NAMES as PREDICATES
from workbench.model.assertions.queries import NAMES as QUERIES
from workbench.model.exchange import ServiceResponse

PAGE = (Path(__file__).parents[3] / "docs" / "assertions.md").read_text(encoding="utf-8")
VARIABLES = {"limit": 3, "who": "Ada"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def sample() -> Subject:
    head, _, body = blocks("http")[0].partition("\n\n")
    first, *lines = head.splitlines()
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    status = int(first.split()[1])
    response = ServiceResponse(platform_status=200, status=status, headers=headers, body=body.encode())
    return Subject(response, 0.1234, VARIABLES)


def schema(name: str) -> object:
    assert name == "user.schema.json"
    return json.loads(blocks("json")[0])


def rows() -> list[list[str]]:
    """The cells of every table row; a bar inside a cell is written with a backslash."""
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def examples() -> list[tuple[str, bool]]:
    found = []
    for cells in rows():
        verdicts = [at for at, cell in enumerate(cells) if cell in ("yes", "no")]
        if verdicts:
            line = cells[verdicts[0] - 1]
            assert line.startswith("`")
            found.append((line.strip("`"), cells[verdicts[0]] == "yes"))
    return found


def captures() -> list[tuple[str, str]]:
    start = PAGE.index("| Capture | Keeps |")
    lines = PAGE[start:].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [(query.strip("`").replace("\\|", "|"), value.strip("`")) for query, value in cells]


@pytest.mark.parametrize(("line", "ok"), examples())
def test_every_example_holds_as_the_page_says(line: str, ok: bool) -> None:
    result = evaluate(line, sample(), schema_loader=schema)
    assert result.ok is ok, result.message
    assert check_syntax(line, kind="assertion") is None


@pytest.mark.parametrize(("query", "value"), captures())
def test_every_capture_keeps_what_the_page_says(query: str, value: str) -> None:
    assert capture(query, sample()) == (True, json.loads(value), "")


def test_the_collection_on_the_page() -> None:
    request = tomllib.loads(blocks("toml")[0])["request"][0]
    results = [evaluate(line, sample()) for line in request["assert"]]
    assert len(results) == 5
    assert all(result.ok for result in results)
    kept = [entry if isinstance(entry, str) else entry["from"] for entry in request["capture"].values()]
    assert [capture(query, sample())[0] for query in kept] == [True, True]


def test_the_examples_are_many_and_fail_too() -> None:
    verdicts = [ok for _, ok in examples()]
    assert len(verdicts) > 60
    assert verdicts.count(False) > 8
    assert len(captures()) >= 6


@pytest.mark.parametrize("name", [*QUERIES, *FILTERS, *PREDICATES])
def test_every_word_of_the_language_is_in_a_table(name: str) -> None:
    first_cells = " ".join(cells[0] for cells in rows())
    assert re.search(rf"`{re.escape(name)}[` ]", first_cells), f"{name} has no row in docs/assertions.md"
