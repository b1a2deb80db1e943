"""The Tests tab: assertions, captures, and when to try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from workbench.model.collection import Retry
from workbench.tui.panes.request_pane.form_fields import Field
from workbench.tui.panes.request_pane.language_tables import AssertTable, CaptureTable, complete_line, line_problem
from workbench.tui.panes.request_pane.lists import duration_text, read_duration
from workbench.tui.panes.request_pane.tab import EditorTab, External
from workbench.tui.panes.request_pane.tables import replace_row, row_external
from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.key_value import RowTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.widgets import Input

    from workbench.model.collection import SavedRequest
    from workbench.tui.widgets.templates import Completion, Names

_DEFAULT_EVERY = Retry(max=1).every


class TestsTab(EditorTab):
    """What the answer must be, what is kept of it, and the retry."""

    __test__ = False  # pytest collects classes by this name
    HELP: ClassVar[str] = (
        "An assertion is a query, filters after |, and a predicate: status == 200 · $.items | count > 0 · "
        'header "content-type" startsWith "application/json". What is wrong is shown with its column as you type. '
        "A capture keeps what a query finds as a variable; Space makes it a secret. " + RowTable.HELP
    )

    def compose(self) -> ComposeResult:
        """The two tables and the three fields of the retry."""
        with VerticalScroll(can_focus=False):
            yield AssertTable(id="asserts")
            yield CaptureTable(id="captures")
            yield Field("Retry, max", placeholder="how often at most; empty: no retry", id="retry-max")
            yield Field("… every", placeholder="1s", id="retry-every")
            yield Field(
                "… until", placeholder="an assertion; empty: all hold", complete=self._complete, id="retry-until"
            )
        yield Candidates()

    @property
    def _asserts(self) -> AssertTable:
        return self.query_one(AssertTable)

    @property
    def _captures(self) -> CaptureTable:
        return self.query_one(CaptureTable)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#retry-{name}", Field)

    def _complete(self, text: str, cursor: int) -> Completion | None:
        return complete_line(text, cursor, "assertion", {*self.names, *self._asserts.captured})

    def watch_names(self, names: Names) -> None:
        """Everything paints with these."""
        if self.is_mounted:
            self._asserts.names = self._captures.names = names
            self._field("until").input.names = names

    def refill(self, before: SavedRequest, *, fresh: bool) -> None:
        """Show assertions, captures and retry."""
        if fresh or before.asserts != self.request.asserts:
            self._asserts.load_lines(self.request.asserts)
        if fresh or before.captures != self.request.captures:
            self._captures.load_captures(self.request.captures)
        self._asserts.captured = tuple(capture.name for capture in self.request.captures)
        if fresh or before.retry != self.request.retry:
            retry = self.request.retry
            self._field("max").show(str(retry.max) if retry else "")
            self._field("every").show(duration_text(retry.every) if retry else "")
            self._field("until").show(retry.until if retry else "")

    def on_row_table_changed(self, event: RowTable.Changed) -> None:
        """The user changed a table."""
        event.stop()
        if event.table is self._asserts:
            self.change(asserts=self._asserts.lines)
        else:
            self.change(captures=self._captures.captures)
            self._asserts.captured = tuple(capture.name for capture in self.request.captures)

    def on_input_changed(self, event: Input.Changed) -> None:
        """The user typed in a field of the retry."""
        event.stop()
        self._read_retry()
        self.check_half_typed()

    def on_completing(self, event: Completing) -> None:
        """Show what fits."""
        event.stop()
        self.query_one(Candidates).show(event)

    def _read_retry(self) -> None:
        """The retry of the three fields; while one of them is wrong, the last good one stays."""
        count, every, until = (self._field(name).value.strip() for name in ("max", "every", "until"))
        wrong_count = _count_problem(count, needed=bool(every or until))
        wrong_every = ""
        seconds: float | None = None
        try:
            seconds = read_duration(every)
        except ValueError as error:
            wrong_every = f"{error}; the last valid one stays"
        self._field("max").say(wrong_count)
        self._field("every").say(wrong_every)
        self._field("until").say(line_problem(until, "assertion") if until else "")
        if wrong_count or wrong_every:
            return
        if not count:
            self.change(retry=None)
        else:
            self.change(retry=Retry(int(count), _DEFAULT_EVERY if seconds is None else seconds, until))

    def first(self) -> Widget:
        """The assertions."""
        return self._asserts

    def external(self, focused: Widget | None) -> External | None:
        """The line in focus."""
        return row_external([self._asserts, self._captures], focused)

    def replace_external(self, field: str, text: str) -> bool:
        """Put a line back."""
        return replace_row([self._asserts, self._captures], field, text)


def _count_problem(count: str, *, needed: bool) -> str:
    if not count:
        return "how often at most? A retry needs a number of 1 or more" if needed else ""
    if not (count.isascii() and count.isdecimal() and len(count) < 10 and int(count) >= 1):  # noqa: PLR2004 - no one waits for more digits
        return f"{count!r} is not a number of 1 or more; the last valid one stays"
    return ""
