"""One widget at a time, with every message of it; texts that must harm none; a table as headers have it."""

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.widgets import Input, TextArea

from workbench.model.collection import Entry
from workbench.tui.safe import ControlFilter
from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.key_value import KeyValueTable, RowTable
from workbench.tui.widgets.note import Note

NASTY = (
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold",
    "\x1b[31mred\x1b]52;c;YQ==\x07",
    "\x9b31m",
    "a\tb\nc",
    "\u202egnp.exe",
    "😀é漢",
    "{{",
    "{{user}}{{nope}}{{token}}",
    "\\{{x}}",
    "",
    "$x %s {0}",
)
ENTRIES = (Entry("accept", "application/json"), Entry("x-b", "2"), Entry("x-c", "3", off=True))


class Box(App[None]):
    """One widget, and every message of it."""

    def __init__(self, *widgets: KeyValueTable | CodeEditor | ChoiceBar | FieldInput | Candidates | Note) -> None:
        super().__init__()
        self.widgets = widgets
        self.got: list[object] = []
        self._belt = ControlFilter()

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), self._belt]

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_row_table_changed(self, event: RowTable.Changed) -> None:
        self.got.append(event.rows)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.got.append(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.got.append(("submitted", event.value))

    def on_choice_bar_changed(self, event: ChoiceBar.Changed) -> None:
        self.got.append(event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self.got.append(event.text_area.text)

    def on_exact_text_altered(self, event: CodeEditor.Altered) -> None:
        self.got.append(("altered", event.count))

    def on_completing(self, event: Completing) -> None:
        for widget in self.widgets:
            if isinstance(widget, Candidates):
                widget.show(event)


def headers() -> KeyValueTable:
    values = {"accept": ("application/json", "text/html")}
    return KeyValueTable(
        noun="header",
        known_names=("accept", "accept-encoding", "content-type"),
        values_for=lambda name: values.get(name, ()),
        check=lambda entry: "" if entry.name else "a header needs a name",
        advise=lambda entries: ["host is stripped"] if any(e.name == "host" for e in entries) else [],
    )


def note(table: KeyValueTable) -> str:
    return table.query_one(Note).said
