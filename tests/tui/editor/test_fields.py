"""Fields with completion, choices on a line, and keys that come in a burst."""

from textual import events

from tests.tui.editor.box import Box
from tests.tui.editor.harness import NAMES, settle, shown
from workbench.tui.widgets.candidates import Candidates
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.templates import Completion, rank


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
