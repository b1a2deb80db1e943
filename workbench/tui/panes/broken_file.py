"""What stands in place of the request when a broken file is selected: all that is wrong with it, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from workbench.model.visible import visible
from workbench.tui.controllers.workspace import OpenFile

if TYPE_CHECKING:
    from textual.app import ComposeResult


class BrokenFile(VerticalScroll, can_focus=True):
    """The problems of one file."""

    HELP: ClassVar[str] = "What is wrong with this file. F4 opens it in your editor; r in the tree reads it again."

    file: reactive[OpenFile | None] = reactive[OpenFile | None](None)

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("", id="broken-text", markup=False)

    def watch_file(self) -> None:
        """Another file."""
        if self.is_mounted and self.file is not None:
            self.query_one("#broken-text", Static).update(describe(self.file))


def describe(file: OpenFile) -> Content:
    """Every problem of a file: line and column, key, what is wrong, what to do."""
    count = sum(problem.severity == "error" for problem in file.problems)
    what = "cannot be used" if file.broken else "has requests that cannot be used"
    rows = [
        Content.from_markup(
            "[b $text-error]✗ $path $what[/]: $count", path=visible(file.path), what=what, count=f"{count} to mend"
        ),
        Content(""),
    ]
    for problem in file.problems:
        mark, style = ("✗", "$text-error") if problem.severity == "error" else ("!", "$text-warning")
        place = f"{problem.line}:{problem.column}" if problem.line else "file"
        rows.append(
            Content.assemble(
                Content.styled(f"{mark} {place:>8}  ", style),
                Content.styled(visible(f"{problem.key}  ") if problem.key else "", "bold"),
                visible(problem.message),
            )
        )
        if problem.hint:
            rows.append(Content(f"            {visible(problem.hint)}"))
    rows += [Content(""), Content("F4 opens the file in your editor; it is read again afterwards.")]
    return Content("\n").join(rows)
