"""Malformed collections, each beside exactly what is said about it (`tests/cases/broken`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.files.collections import loads
from workbench.model.errors import CollectionError

CASES = Path(__file__).parents[2] / "cases" / "broken"
NAMES = sorted(path.stem for path in CASES.glob("*.toml"))


def messages(name: str) -> str:
    with pytest.raises(CollectionError) as caught:
        loads((CASES / f"{name}.toml").read_bytes(), path=f"{name}.toml")
    return "".join(f"{problem}\n" for problem in caught.value.problems)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_about_a_broken_file(name: str) -> None:
    assert messages(name) == (CASES / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_has_a_place_and_hides_secrets(name: str) -> None:
    with pytest.raises(CollectionError) as caught:
        loads((CASES / f"{name}.toml").read_bytes(), path="x.toml")
    for problem in caught.value.problems:
        assert problem.line > 0
        assert problem.column > 0
        assert problem.path == "x.toml"
        assert "hunter2" not in str(problem)


def test_every_case_has_its_messages() -> None:
    assert sorted(path.stem for path in CASES.glob("*.txt")) == NAMES
