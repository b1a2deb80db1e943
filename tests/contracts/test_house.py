"""The habits of CONTRIBUTING.md that a program can check."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "workbench").rglob("*.py"))
CEILING = 400
LONGEST_FUNCTION = 60


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_owns_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(tree(path)), "a module opens with what it owns"
    assert text.count("\n") <= CEILING, "a room is missing"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_small(path: Path) -> None:
    long = [node.name for node in functions(path) if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION]
    assert long == []


def test_the_samples_folder_is_no_package() -> None:
    assert not (ROOT / "collections" / "__init__.py").exists()


def test_only_the_wire_and_an_explicit_reveal_take_a_secret_out() -> None:
    """`reveal` is for the wire, for masking itself, and for values that are compared; never for a screen or a file."""
    allowed = {"model", "invoke", "replay"}
    users = {path.relative_to(ROOT / "workbench").parts[0] for path in MODULES if ".reveal()" in path.read_text()}
    assert users <= allowed


def test_no_module_is_called_utils() -> None:
    assert not [path for path in MODULES if path.stem in {"utils", "helpers", "common", "misc"}]
