"""Text that may be foreign never reaches a place that reads markup: looked up in the source of the app."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TUI = Path(__file__).parents[3] / "workbench" / "tui"
MODULES = sorted(TUI.rglob("*.py"))
MARKUP_WIDGETS = {"Static", "Label", "Button", "Option", "TabPane", "Tab", "Checkbox", "RadioButton", "Select", "Tree"}
SAFE_MAKERS = {"Content", "Text", "assemble", "styled", "from_markup", "join"}


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def markup_is_off(call: ast.Call) -> bool:
    return any(
        keyword.arg == "markup" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        for keyword in call.keywords
    )


def is_safe(node: ast.expr) -> bool:
    """A constant of our own without anything markup would read, or a value made for display."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or "[" not in node.value
    made = isinstance(node, ast.Call) and (name_of(node) in SAFE_MAKERS or name_of(node).startswith("_"))
    return made or (isinstance(node, ast.Attribute) and node.attr == "label")  # `Choice.label` is a Content


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TUI)))
def test_no_plain_text_reaches_a_widget_that_reads_markup(path: Path) -> None:
    unsafe = [
        f"line {call.lineno}: {ast.unparse(call)[:90]}"
        for call in calls(path)
        if name_of(call) in MARKUP_WIDGETS and call.args and not markup_is_off(call) and not is_safe(call.args[0])
    ]
    assert unsafe == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TUI)))
def test_every_toast_is_without_markup_and_nothing_is_escaped(path: Path) -> None:
    toasts = [call for call in calls(path) if name_of(call) == "notify"]
    assert all(markup_is_off(call) for call in toasts)
    assert "markup import escape" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TUI)))
def test_titles_are_content(path: Path) -> None:
    """`border_title` and `border_subtitle` read markup out of a plain text."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr in ("border_title", "border_subtitle")
            for target in node.targets
        ):
            assert is_safe(node.value) or isinstance(node.value, ast.Name), ast.unparse(node)


def test_the_style_sheet_has_no_colours_of_its_own() -> None:
    sheet = (TUI / "workbench.tcss").read_text(encoding="utf-8")
    body = "\n".join(line for line in sheet.splitlines() if "color" in line or "background" in line or "border" in line)
    for word in ("red", "green", "blue", "yellow", "white", "black", "rgb(", "#0", "#1", "#f", "#a"):
        assert f" {word}" not in body, word
