"""Tables of rows: the edits without a screen, and every key and click on one."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from tests.tui.editor.box import ENTRIES, NASTY, Box, headers, note
from tests.tui.editor.harness import NAMES, settle, shown
from tests.tui.quiet import burst
from workbench.model.collection import Entry
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.key_value import KeyValueTable, Row
from workbench.tui.widgets.key_value.editor import RowEditor
from workbench.tui.widgets.key_value.grid import RowGrid
from workbench.tui.widgets.key_value.model import Act, RowModel


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


async def test_every_key_of_the_table() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(80, 24)) as pilot:
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


@pytest.mark.parametrize("turns", range(6, 34, 6))
async def test_what_is_typed_stays_when_the_focus_goes_before_the_line_has_it(turns: int) -> None:
    table, other = headers(), FieldInput()
    app = Box(table, other)
    async with app.run_test(size=(55, 16)) as pilot:
        for _ in ("the line is made", "the line is there"):
            table.load_entries(ENTRIES)
            other.value = ""
            table.focus()
            burst(app, "enter", "X", "Y")
            for _ in range(turns):
                await asyncio.sleep(0)
            other.focus()
            await settle(pilot)
            assert table.entries[0].value.removeprefix("application/json") + other.value == "XY"
            assert not table.query_one(RowEditor).is_open
            assert other.has_focus


async def test_a_row_opened_as_soon_as_another_is_done_stays_open() -> None:
    table = headers()
    app = Box(table)
    async with app.run_test(size=(55, 16)) as pilot:
        table.load_entries(ENTRIES)
        table.focus()
        await pilot.press("enter", "A")
        line = table.query_one(RowEditor)
        burst(app, "enter")
        while line.is_open:  # noqa: ASYNC110 - each turn counts
            await asyncio.sleep(0)
        burst(app, "enter", "x")
        await settle(pilot)
        assert table.entries[0].value == "application/jsonAx"
        assert line.has_focus_within


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
        await pilot.press("escape")
        table.focus()
        await settle(pilot)
        for key in ("g", "enter", "d", "x", "enter"):  # the value of the first row is opened
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert table.entries == (Entry("kept", "1dx"),)
