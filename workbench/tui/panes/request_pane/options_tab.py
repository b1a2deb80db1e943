"""The Options tab: what a request is called, where it goes, when it runs, what a comparison leaves out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from textual.containers import Vertical, VerticalScroll

from workbench.tui.panes.request_pane.form_fields import Field, Labelled
from workbench.tui.panes.request_pane.language_tables import IgnoreTable
from workbench.tui.panes.request_pane.lists import duration_text, join_list, read_duration, split_list
from workbench.tui.panes.request_pane.option_rules import (
    complete_id,
    id_problem,
    needs_problem,
    reason_of,
    service_problem,
    text_of,
)
from workbench.tui.panes.request_pane.tab import EditorTab, External
from workbench.tui.panes.request_pane.tables import replace_row, row_external
from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.widgets import Input, TextArea

    from workbench.model.collection import Route, SavedRequest
    from workbench.tui.widgets.key_value import RowTable
    from workbench.tui.widgets.templates import Completion, Names

_Reader: TypeAlias = Callable[[str], Any]

_ROUTES: tuple[tuple[str, str], ...] = (("", "default"), ("invoke", "invoke"), ("proxy", "proxy"))
_YES_NO = (("no", "no"), ("yes", "yes"))


class OptionsTab(EditorTab):
    """Everything of a request that is not its call. The id is taken over on Enter or on leaving it."""

    HELP: ClassVar[str] = (
        "Durations have a unit: 500ms, 10s, 2m. Lists are separated by commas. An empty field is not written to the "
        "file. The id changes when you press Enter or leave the field. " + ChoiceBar.HELP
    )
    DEFAULT_CSS = """
    OptionsTab #description CodeEditor { height: 4; width: 1fr; }
    OptionsTab IgnoreTable { margin: 1 0 0 0; }
    """

    def compose(self) -> ComposeResult:
        """A field for each key."""
        with VerticalScroll(can_focus=False):
            yield Field("Id", placeholder="a-z 0-9 . _ -", id="id")
            yield Field("Name", placeholder="what lists show instead of the id", id="name")
            with Labelled("Description", id="description"):
                yield CodeEditor(line_numbers=False, templates=False)
            yield Field("Tags", placeholder="smoke, read", id="tags")
            yield Field("Service", placeholder="the collection's", id="service")
            with Labelled("Route", id="route"):
                yield ChoiceBar(_ROUTES)
            yield Field("Timeout", placeholder="10s; empty: the default", id="timeout")
            yield Field("Delay", placeholder="500ms before it is sent", id="delay")
            with Labelled("Skip", id="skip"), Vertical():
                yield ChoiceBar(_YES_NO, value="no")
            yield Field("Skip reason", placeholder="why it is skipped; may be empty", id="reason")
            with Labelled("Always run", id="always"):
                yield ChoiceBar(_YES_NO, value="no")
            yield Field(
                "Needs", placeholder="ids of requests that run before", complete=self._complete_needs, id="needs"
            )
            yield IgnoreTable(id="ignore")
        yield Candidates()

    # Parts

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def _bar(self, name: str) -> ChoiceBar:
        return self.query_one(f"#{name} ChoiceBar", ChoiceBar)

    @property
    def _description(self) -> CodeEditor:
        return self.query_one("#description CodeEditor", CodeEditor)

    @property
    def _ignore(self) -> IgnoreTable:
        return self.query_one(IgnoreTable)

    def _complete_needs(self, text: str, cursor: int) -> Completion | None:
        return complete_id(text, cursor, self.ids, own=self.request.id)

    # Values down

    def watch_names(self, names: Names) -> None:
        """The service may hold variables."""
        if self.is_mounted:
            self._field("service").input.names = names

    def refill(self, before: SavedRequest, *, fresh: bool) -> None:
        """Show what differs; half-typed text stays where the value behind it is the same."""
        new = self.request
        for name, now, was in (
            ("id", new.id, before.id),
            ("name", new.name, before.name),
            ("tags", join_list(new.tags), join_list(before.tags)),
            ("service", new.service or "", before.service or ""),
            ("timeout", duration_text(new.timeout), duration_text(before.timeout)),
            ("delay", duration_text(new.delay), duration_text(before.delay)),
            ("reason", reason_of(new.skip), reason_of(before.skip)),
            ("needs", join_list(new.needs), join_list(before.needs)),
        ):
            if fresh or now != was:
                self._field(name).show(now)
        if fresh or new.description != before.description:
            self._description.show(new.description)
        if fresh or new.snapshot_ignore != before.snapshot_ignore:
            self._ignore.load_paths(new.snapshot_ignore)
        self._bar("route").value = new.route or ""
        self._bar("always").value = "yes" if new.always else "no"
        self._show_skip()

    def _show_skip(self) -> None:
        skipped = self.request.skip is not False
        self._bar("skip").value = "yes" if skipped else "no"
        self._field("reason").display = skipped

    # Changes up

    def on_input_changed(self, event: Input.Changed) -> None:
        """The user typed in a field; the id waits until it is whole."""
        event.stop()
        field = next(parent for parent in event.input.ancestors if isinstance(parent, Field))
        name = field.id or ""
        if name == "id":
            field.say(id_problem(field.value, self.request.id, self.ids))
        elif name in ("timeout", "delay"):
            self._take(field, name, read_duration)
        elif name in ("tags", "needs"):
            self._take(field, name, split_list)
            if name == "needs":
                field.say(needs_problem(self.request.needs, self.request.id, self.ids))
        elif name == "service":
            self._take(field, name, lambda text: text.strip() or None)
            field.say(service_problem(field.value.strip()))
        elif name == "reason":
            self._take(field, "skip", lambda text: text or True)
        else:
            self._take(field, name, str)
        self.check_half_typed()

    def _take(self, field: Field, key: str, read: _Reader) -> None:
        try:
            value = read(field.value)
        except ValueError as error:
            field.say(f"{error}; the last valid one stays")
            return
        field.say("")
        if value != read(text_of(key, getattr(self.request, key))):
            self.change(**{key: value})

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes the id over."""
        event.stop()
        self._take_id(event.input)

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Leaving the field takes the id over."""
        event.stop()
        self._take_id(event.input)

    def _take_id(self, source: Input) -> None:
        field = self._field("id")
        if source is field.input and not id_problem(field.value, self.request.id, self.ids):
            self.change(id=field.value)

    def is_half_typed(self, field: Field) -> bool:
        """The id waits until it is whole."""
        return super().is_half_typed(field) or (field.id == "id" and field.value != self.request.id)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The user typed the description."""
        event.stop()
        if not self._description.read_only:
            self.change(description=self._description.content)

    def on_choice_bar_changed(self, event: ChoiceBar.Changed) -> None:
        """The user picked a route, or whether it is skipped or always runs."""
        event.stop()
        yes = event.value == "yes"
        if event.bar is self._bar("route"):
            routes: dict[str, Route | None] = {"invoke": "invoke", "proxy": "proxy"}
            self.change(route=routes.get(event.value))
        elif event.bar is self._bar("always"):
            self.change(always=yes)
        else:
            self.change(skip=(self._field("reason").value or True) if yes else False)
            self._show_skip()

    def on_row_table_changed(self, event: RowTable.Changed) -> None:
        """The user changed what a comparison leaves out."""
        event.stop()
        self.change(snapshot_ignore=self._ignore.paths)

    def on_completing(self, event: Completing) -> None:
        """Show what fits."""
        event.stop()
        self.query_one(Candidates).show(event)

    # Focus and $EDITOR

    def first(self) -> Widget:
        """The name: the id is rarely changed."""
        return self._field("name").input

    def external(self, focused: Widget | None) -> External | None:
        """The path in focus, else the description."""
        row = row_external([self._ignore], focused)
        return row or External("description", self.request.description, ".md")

    def replace_external(self, field: str, text: str) -> bool:
        """Put it back."""
        if field != "description":
            return replace_row([self._ignore], field, text)
        self.change(description=text)
        self._description.show(text)
        return True
