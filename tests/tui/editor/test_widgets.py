"""The widgets under the pane, one by one: fields with completion, tables of rows, choices, the code editor."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.widgets import Input, TextArea

from tests.tui.editor.harness import NAMES, settle, shown
from workbench.model.collection import Entry
from workbench.tui.safe import ControlFilter
from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.key_value import KeyValueTable, Row, RowTable
from workbench.tui.widgets.key_value.editor import RowEditor
from workbench.tui.widgets.key_value.grid import RowGrid
from workbench.tui.widgets.key_value.model import Act, RowModel
from workbench.tui.widgets.large_text import LONGEST_WRAPPED
from workbench.tui.widgets.note import Note
from workbench.tui.widgets.templates import Completion, Known, rank

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

    def on_code_editor_altered(self, event: CodeEditor.Altered) -> None:
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


# Fields


async def test_a_field_completes_a_variable_with_right_and_from_the_list() -> None:
    field, candidates = FieldInput(), Candidates()
    app = Box(field, candidates)
    async with app.run_test(size=(40, 10)) as pilot:
        field.names = NAMES
        field.focus()
        await pilot.press(*"x{{us")
        await settle(pilot)
        assert candidates.has_class("-open")
        await pilot.press("right")
        assert field.value == "x{{user}}"
        await settle(pilot)
        assert not candidates.has_class("-open")
        await pilot.press("space", *"{{", "down", "down", "enter")
        await settle(pilot)
        assert field.value == "x{{user}} {{token}}"
        assert app.got[-1:] == [field.value]
        await pilot.press("enter")
        await settle(pilot)
        assert app.got[-1:] == [("submitted", field.value)]


async def test_a_field_offers_what_its_owner_knows_and_escape_closes_the_list() -> None:
    def complete(text: str, cursor: int) -> Completion | None:
        found = rank(text[:cursor], ["content-type", "accept"])
        return Completion(0, len(text), tuple(found)) if found else None

    field, candidates = FieldInput(complete=complete), Candidates()
    app = Box(field, candidates)
    async with app.run_test(size=(40, 10)) as pilot:
        field.focus()
        await settle(pilot)
        assert not candidates.has_class("-open")
        await pilot.press("down")
        await settle(pilot)
        assert candidates.has_class("-open")
        assert "accept" in shown(app)
        await pilot.press("escape")
        await settle(pilot)
        assert not candidates.has_class("-open")
        await pilot.press(*"Con")
        await settle(pilot)
        await pilot.click(Candidates, offset=(2, 0))
        await settle(pilot)
        assert field.value == "content-type"
        assert field.has_focus


async def test_a_field_keeps_what_was_pasted_line_breaks_and_all() -> None:
    field = FieldInput()
    app = Box(field)
    async with app.run_test(size=(40, 10)) as pilot:
        field.show("a")
        field.focus()
        await settle(pilot)
        await pilot.press("end")
        app.post_message(events.Paste("x\r\ny\x1b[31m\rz\r\n"))
        await settle(pilot)
        assert field.value == "ax\ny\x1b[31m\nz"
        assert app.got == [field.value]
        assert "ax␊y␛[31m␊z" in shown(app)


async def test_showing_a_value_says_nothing_and_focus_wipes_nothing() -> None:
    field = FieldInput()
    app = Box(field)
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        field.show("two")
        field.focus()
        await settle(pilot)
        assert app.got == []
        await pilot.press("end", "x")
        assert field.value == "twox"


# Choices


async def test_passing_over_a_choice_changes_nothing() -> None:
    bar = ChoiceBar([("a", "first"), ("b", "second"), ("c", "third")], value="a")
    app = Box(bar)
    async with app.run_test(size=(60, 5)) as pilot:
        bar.focus()
        await pilot.press("right", "l")
        assert bar.value == "a"
        assert app.got == []
        await pilot.press("enter")
        await settle(pilot)
        assert (bar.value, app.got) == ("c", ["c"])
        await pilot.press("enter", "right", "space")
        await settle(pilot)
        assert app.got == ["c", "a"]
        await pilot.click(bar, offset=(13, 0))
        await settle(pilot)
        assert app.got == ["c", "a", "b"]
        assert "● second" in shown(app)


# Rows, without a screen


def test_deleting_takes_two_steps_and_undo_brings_it_back() -> None:
    model = RowModel(flagged=True, initial=True)
    model.load((Row(("a",)), Row(("b",))))
    assert model.run("delete", 0) is None
    assert model.run("toggle", 0) == 0
    assert model.run("delete", 0) is None
    assert model.run("delete", 1) is None
    assert model.run("delete", 1) == 0
    assert [row.cells for row in model.rows] == [("a",)]
    assert model.run("undo", 0) == 1
    assert model.run("undo", 0) == 0
    assert model.rows == (Row(("a",)), Row(("b",)))
    assert model.run("undo", 0) is None


def test_a_new_row_is_there_from_its_first_character_on() -> None:
    model = RowModel(flagged=True, initial=True)
    model.load((Row(("a", "1"), flag=True),))
    model.begin(None, 0)
    assert model.typed(("", "")) is None
    assert model.typed(("x", "")) == 1
    assert model.rows[1] == Row(("x", ""), flag=True)
    assert model.typed(("", "")) == 0
    assert len(model.rows) == 1
    model.typed(("xy", "2"))
    model.end()
    assert model.run("undo", 1) == 0
    assert len(model.rows) == 1


def test_what_is_typed_in_one_go_is_one_step_of_undo() -> None:
    model = RowModel(flagged=False, initial=False)
    model.load((Row(("a",)),))
    model.begin(0, 0)
    model.typed(("ab",))
    model.typed(("abc",))
    model.end()
    assert model.run("undo", 0) == 0
    assert model.rows == (Row(("a",)),)
    model.begin(0, 0)
    model.typed(("zzz",))
    assert model.cancel() == 0
    assert model.rows == (Row(("a",)),)


ACTS: Sequence[Act] = ("toggle", "duplicate", "delete", "up", "down", "undo")


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(-1, 5)), max_size=25))
@settings(max_examples=150, deadline=None)
def test_undo_goes_all_the_way_back(steps: list[tuple[Act, int]]) -> None:
    first = tuple(Row((str(at),), flag=at % 2 == 0) for at in range(4))
    model = RowModel(flagged=True, initial=True)
    model.load(first)
    for act, at in steps:
        cursor = model.run(act, at)
        assert cursor is None or 0 <= cursor < max(1, len(model.rows))
    for _ in range(len(steps) + 1):
        model.run("undo", 0)
    assert model.rows == first


# The table


@pytest.mark.parametrize("size", [(55, 8), (140, 42)])
async def test_every_key_of_the_table(size: tuple[int, int]) -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=size) as pilot:
        table.load_entries(ENTRIES)
        table.focus()
        await settle(pilot)
        assert app.got == []
        await pilot.press("space")
        await settle(pilot)
        assert table.entries[0] == Entry("accept", "application/json", off=True)
        await pilot.press("down", "d")
        await settle(pilot)
        assert [e.name for e in table.entries] == ["accept", "x-b", "x-b", "x-c"]
        assert table.cursor == 2
        await pilot.press("shift+down")
        await settle(pilot)
        assert [e.name for e in table.entries] == ["accept", "x-b", "x-c", "x-b"]
        assert table.cursor == 3
        await pilot.press("K", "K")
        await settle(pilot)
        assert table.cursor == 1
        await pilot.press("J")
        await settle(pilot)
        assert table.cursor == 2
        await pilot.press("G", "g", "j", "k", "end", "home")
        await settle(pilot)
        assert table.cursor == 0
        await pilot.press("x")
        await settle(pilot)
        assert "press again to delete 'accept'" in note(table)
        await pilot.press("j", "x")
        await settle(pilot)
        assert [e.name for e in table.entries] == ["accept", "x-b", "x-b", "x-c"]
        await pilot.press("delete")
        await settle(pilot)
        assert [e.name for e in table.entries] == ["accept", "x-b", "x-c"]
        for _ in range(8):
            await pilot.press("u")
        await settle(pilot)
        assert table.entries == ENTRIES
        assert len(app.got) == 10


async def test_a_row_is_edited_in_place_and_escape_takes_it_back() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 8)) as pilot:
        table.load_entries(ENTRIES)
        table.focus()
        await pilot.press("j", "enter")
        await settle(pilot)
        assert table.query_one(RowEditor).is_open
        await pilot.press("0")
        await settle(pilot)
        assert table.entries[1] == Entry("x-b", "20")
        assert app.got[-1] == table.rows
        await pilot.press("escape")
        await settle(pilot)
        assert table.entries == ENTRIES
        assert table.query_one(RowGrid).has_focus
        await pilot.press("enter", "9", "shift+tab", "y", "enter")
        await settle(pilot)
        assert table.entries[1] == Entry("x-by", "29")
        assert not table.query_one(RowEditor).is_open
        await pilot.press("u")
        await settle(pilot)
        assert table.entries == ENTRIES


async def test_a_row_is_added_with_completion_of_name_and_value() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        await settle(pilot)
        assert "no header yet: a adds one" in note(table)
        table.focus()
        await pilot.press("a", *"acc", "down", "enter")
        await settle(pilot)
        assert table.entries == (Entry("accept", ""),)
        await pilot.press("enter", "down", "down", "down", "enter", "enter")
        await settle(pilot)
        assert table.entries == (Entry("accept", "application/json"),)
        assert table.query_one(RowGrid).has_focus
        await pilot.press("a", "escape", "a", "enter", "enter")
        await settle(pilot)
        assert table.entries == (Entry("accept", "application/json"),)


async def test_letters_are_typed_and_not_commands_while_a_row_is_edited() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        table.load_entries(ENTRIES)
        table.focus()
        await pilot.press("enter", "end", *"xdaug", "space", "delete", "backspace", "K")
        await settle(pilot)
        assert table.entries[0].value == "application/jsonxdaugK"
        assert len(table.entries) == 3


async def test_leaving_a_row_keeps_it_and_closes_the_line() -> None:
    table, other = headers(), FieldInput()
    app = Box(table, other)
    async with app.run_test(size=(55, 16)) as pilot:
        table.load_entries(ENTRIES)
        table.focus()
        await pilot.press("enter", "!")
        other.focus()
        await settle(pilot)
        assert table.entries[0].value == "application/json!"
        assert not table.query_one(RowEditor).is_open
        table.focus()
        await pilot.press("u")
        await settle(pilot)
        assert table.entries == ENTRIES


async def test_the_same_rows_from_above_do_not_disturb_a_row_being_typed() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        table.load_entries(ENTRIES)
        table.focus()
        await pilot.press("enter", "left", "left", "Z")
        await settle(pilot)
        said = len(app.got)
        table.load_entries(table.entries)
        await pilot.press("Y")
        await settle(pilot)
        assert table.entries[0].value == "application/jsZYon"
        assert len(app.got) == said + 1
        table.load_entries(ENTRIES)
        await settle(pilot)
        assert not table.query_one(RowEditor).is_open
        assert table.entries == ENTRIES


async def test_the_mouse_switches_moves_and_edits() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        table.load_entries(ENTRIES)
        await settle(pilot)
        await pilot.click(RowGrid, offset=(0, 2))
        await settle(pilot)
        assert table.entries[1].off
        assert table.cursor == 1
        await pilot.click(RowGrid, offset=(8, 3))
        await settle(pilot)
        assert table.cursor == 2
        assert not table.query_one(RowEditor).is_open
        await pilot.click(RowGrid, offset=(8, 3))
        await settle(pilot)
        assert table.query_one(RowEditor).is_open
        await pilot.click(RowGrid, offset=(8, 0))
        await settle(pilot)


async def test_problems_are_marked_and_explained_and_hints_stand_below() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        table.load_entries((Entry("host", "x"), Entry("", "v")))
        await settle(pilot)
        assert note(table) == "! host is stripped"
        assert "●✗" in shown(app)
        table.focus()
        await pilot.press("j")
        await settle(pilot)
        assert note(table) == "✗ a header needs a name"


async def test_no_text_harms_the_table() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        table.names = NAMES
        table.focus()
        for text in NASTY:
            table.load_entries((Entry(text, text), Entry(text, text, off=True)))
            await pilot.press("g", "j", "enter", "z", "enter")
            await settle(pilot)
            edited = Entry(text, text + "z", off=True) if text else Entry("z", "", off=True)
            assert table.entries == (Entry(text, text), edited)
            assert "\x1b" not in shown(app)
            await pilot.press("escape")


async def test_cells_take_the_colours_of_another_theme() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 10)) as pilot:
        table.names = NAMES
        table.load_entries((Entry("a", "b"), Entry("c", "{{user}}")))
        colours = set()
        for theme in ("textual-dark", "textual-light", "nord"):
            app.theme = theme
            await settle(pilot)
            await settle(pilot)
            line = table.query_one(RowGrid).render_line(2)
            colours |= {str(s.style.color) for s in line if s.style is not None and "user" in s.text}
        assert len(colours) == 3


async def test_many_rows_are_quick_enough_and_scroll() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 8)) as pilot:
        table.load_entries(Entry(f"x-{at}", str(at)) for at in range(300))
        table.focus()
        await pilot.press("G")
        await settle(pilot)
        assert table.cursor == 299
        assert "x-299" in shown(app)
        await pilot.press("a", *"new")
        await settle(pilot)
        assert table.entries[-1].name == "new"


# The code editor


EXACT = ("a b \n", "a\r\nb\r\n", "\t\tx ", "no end", "😀\n\nä", "", "\n", "{{user}} \n  ")
INEXACT = ("a\nb\r\nc", "x\x1b[31m", "a\x00b", "a\u2028b", "one\rtwo\n", "\x85")


async def test_a_text_is_held_exactly_and_edited_exactly() -> None:
    editor = CodeEditor(lexer="json")
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.names = NAMES
        editor.focus()
        for text in EXACT:
            app.got.clear()
            editor.show(text)
            await settle(pilot)
            assert editor.content == text
            assert app.got == []
            await pilot.press("x")
            assert editor.content == "x" + text
            await pilot.press("ctrl+underscore")
            assert editor.content == text


async def test_a_text_that_cannot_be_held_is_shown_and_not_altered() -> None:
    editor = CodeEditor()
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.focus()
        for text in INEXACT:
            editor.show(text)
            await pilot.press("x", "enter", "backspace", "ctrl+k", "ctrl+v")
            assert editor.read_only
            assert editor.content == text
            assert app.got == []
            assert "\x1b" not in shown(app)
        editor.show("now fine\n")
        await pilot.press("y")
        assert editor.content == "ynow fine\n"


async def test_the_same_text_keeps_cursor_and_undo() -> None:
    editor = CodeEditor(lexer="json")
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.show('{"a": 1}\n')
        editor.focus()
        await pilot.press("right", "right", "Z")
        editor.show(editor.content)
        await settle(pilot)
        assert editor.cursor_location == (0, 3)
        await pilot.press("Y", "ctrl+underscore")
        await settle(pilot)
        assert editor.content == '{"a": 1}\n'


async def test_a_new_line_of_json_is_indented_and_one_of_text_is_not() -> None:
    editor = CodeEditor(lexer="json")
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.focus()
        await pilot.press("{", "enter", "x", "enter", "y")
        assert editor.content == "{\n  x\n  y"
        editor.show("  a", lexer="")
        await pilot.press("end", "enter", "b")
        assert editor.content == "  a\nb"


async def test_a_variable_is_offered_and_taken_with_right() -> None:
    editor = CodeEditor(lexer="json")
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.names = NAMES
        editor.focus()
        await pilot.press(*'{"a": "{{to')
        assert editor.suggestion == "ken}}"
        await pilot.press("left")
        assert editor.suggestion == ""
        await pilot.press("end", "k", "right")
        assert editor.content == '{"a": "{{token}}'
        await pilot.press("left")
        assert editor.about_cursor == "{{token}} = [redacted:token] (secrets)"


async def test_what_is_pasted_loses_only_what_cannot_be_held_and_says_so() -> None:
    editor = CodeEditor()
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.focus()
        app.post_message(events.Paste("a\x1b[31m\rb\x00"))
        await settle(pilot)
        assert editor.content == "a[31m\nb"
        assert ("altered", 2) in app.got


def underlined(editor: CodeEditor) -> str:
    return "".join(segment.text for segment in editor.render_line(0) if segment.style and segment.style.underline)


async def test_placeholders_are_coloured_by_whether_they_have_a_value() -> None:
    editor = CodeEditor(lexer="json")
    app = Box(editor)
    async with app.run_test(size=(60, 8)) as pilot:
        editor.show('{"ä": "{{user}}", "b": {{nope}}, "c": "{{token}}", "d": 1}')
        editor.names = NAMES
        await settle(pilot)
        names = {name for _, _, name in editor._highlights[0]}
        assert {"template--resolved", "template--missing", "template--secret", "code--key", "code--number"} <= names
        assert underlined(editor) == "{{nope}}"
        editor.names = {**NAMES, "nope": Known("1")}
        await settle(pilot)
        assert "template--missing" not in {name for _, _, name in editor._highlights[0]}


async def test_large_texts_stay_quick() -> None:
    editor = CodeEditor(lexer="json")
    app = Box(editor)
    line = '  "key": "value {{user}}",\n'
    async with app.run_test(size=(60, 8)) as pilot:
        editor.names = NAMES
        editor.show("{\n" + line * 2000 + "}")
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert any(name == "code--key" for _, _, name in editor._highlights[1])
        editor.focus()
        await pilot.press("down", "end", *'"x": 1')
        assert "code--number" in {name for _, _, name in editor._highlights[1]}
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert "code--number" in {name for _, _, name in editor._highlights[1]}
        editor.show("{\n" + line * 9000 + "}")
        await settle(pilot)
        assert {name for _, _, name in editor._highlights[1]} == {"template--resolved"}
        editor.focus()
        editor.show("[" + "1," * LONGEST_WRAPPED + "1]")
        assert not editor.soft_wrap
        await pilot.press("x")
        await settle(pilot)
        assert editor.content.startswith("x[1,1,")


async def test_keys_of_the_app_are_left_to_the_app() -> None:
    editor = CodeEditor()
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.show("abc")
        editor.focus()
        await pilot.press("f6")
        assert editor.selected_text == ""
        bound = {key for binding in CodeEditor.BINDINGS for key in str(getattr(binding, "key", "")).split(",")}
        assert not bound & {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+b", "ctrl+a", "ctrl+z", "ctrl+r", "ctrl+s"}


@pytest.mark.parametrize("seed", range(2))
async def test_typing_and_undoing_at_random_matches_a_plain_string(seed: int) -> None:
    """The editor's document against a model of it: single characters typed at the end, then all undone."""
    chosen = random.Random(seed)  # noqa: S311 - a test repeats itself
    editor = CodeEditor()
    app = Box(editor)
    async with app.run_test(size=(40, 8)) as pilot:
        start = chosen.choice(EXACT)
        editor.show(start)
        editor.focus()
        editor.move_cursor(editor.document.end)
        newline = editor.document.newline
        expected = start
        for _ in range(12):
            key = chosen.choice(["a", "{", "enter", "tilde", "é"])
            await pilot.press(key)
            expected += {"enter": newline, "tilde": "~"}.get(key, key)
        assert editor.content == expected
        for _ in range(30):
            await pilot.press("ctrl+underscore")
        assert editor.content == start


async def test_what_is_typed_ahead_of_an_added_row_is_text_and_no_command() -> None:
    table = KeyValueTable()
    app = Box(table)
    async with app.run_test(size=(40, 8)) as pilot:
        table.load_entries([Entry("kept", "1")])
        table.focus()
        await settle(pilot)
        for key in ("a", "x", "x", "d"):
            app.post_message(events.Key(key, key))
        await settle(pilot)
        assert [entry.name for entry in table.entries] == ["kept", "xxd"]


async def test_keys_in_a_burst_take_effect_in_their_order() -> None:
    editor, field = CodeEditor(), FieldInput()
    app = Box(editor, field)
    async with app.run_test(size=(40, 8)) as pilot:
        for target in (editor, field):
            target.focus()
            await pilot.pause()
            for key, character in (("a", "a"), ("b", "b"), ("left", None), ("c", "c"), ("home", None), ("d", "d")):
                app.post_message(events.Key(key, character))  # nothing is waited for in between
            await settle(pilot)
        assert editor.content == "dacb"
        assert field.value == "dacb"
