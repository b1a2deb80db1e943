"""The request pane as the screen sees it: no echo, cursor kept, tabs, $EDITOR, and texts that mean harm."""

import msgspec
import pytest
from textual import events

from tests.tui.editor.box import NASTY
from tests.tui.editor.harness import FULL, BarHarness, Harness, go, settle, shown
from workbench.model.collection import METHODS, Body, Capture, Entry, Retry, SavedRequest
from workbench.tui.panes.request_pane import MethodChanged, MethodSelect, Pasted, PathChanged, PathField
from workbench.tui.panes.request_pane.pane import RequestPane
from workbench.tui.panes.request_pane.tab_stack import TABS
from workbench.tui.widgets.code_editor import CodeEditor
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.key_value import RowTable
from workbench.tui.widgets.templates import Known

EDITOR_TABS = TABS[:-1]


def nasty(number: int) -> SavedRequest:
    """A request with every nasty text in each of its lists, and one of them in every other field."""
    text = NASTY[number]
    return SavedRequest(
        id=f"nasty-{number}",
        name=text,
        description=text,
        tags=NASTY,
        service=text,
        route="proxy",
        method=text,
        path=f"{text}?{'&'.join(NASTY)}",
        query=tuple(Entry(name, name) for name in NASTY),
        headers=tuple(Entry(name, name, off=at % 2 == 1) for at, name in enumerate(NASTY)),
        body=Body("text", text),
        asserts=NASTY,
        captures=tuple(Capture(name, name, secret=at % 2 == 0) for at, name in enumerate(NASTY)),
        needs=NASTY,
        retry=Retry(2, 0.1, text),
        timeout=0.0015,
        skip=text,
        snapshot_ignore=NASTY,
    )


async def test_no_text_in_any_field_is_altered_or_harmful() -> None:
    """Set a request, look at every tab, do nothing: nothing is posted, nothing crashes, no control is shown."""
    app = Harness(height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        for tab in TABS:
            await go(pilot, app, tab)
            for number in range(0, len(NASTY), 3):
                app.request = nasty(number)
                await pilot.pause()
                assert not {"\x1b", "\x9b", "\u202e"} & set(shown(app))
        await go(pilot, app, "body")
        for kind in ("json", "form", "file", "base64"):
            for text in NASTY[::4]:
                body = Body(kind, form=(Entry(text, text),)) if kind == "form" else Body(kind, text)
                app.request = msgspec.structs.replace(FULL, body=body)
                await pilot.pause()
        await settle(pilot)
        assert app.edited == []
        assert app.leaked == []


async def test_editing_one_header_among_nasty_ones_changes_only_that() -> None:
    app = Harness(height=12)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "headers")
        for number in (0, 3, 9):
            request = nasty(number)
            app.request = request
            await pilot.press("g", *["j"] * number, "space")
            await settle(pilot)
            entry = request.headers[number]
            turned = Entry(entry.name, entry.value, off=not entry.off)
            headers = (*request.headers[:number], turned, *request.headers[number + 1 :])
            assert app.last == msgspec.structs.replace(request, headers=headers)


async def test_our_own_edit_coming_back_keeps_focus_and_cursor() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        editor = app.pane.query_one("#body-text", CodeEditor)
        await pilot.press("right", "right", "A", "B")
        await settle(pilot)
        assert app.request == app.last
        assert editor.has_focus
        assert editor.cursor_location == (0, 4)
        await pilot.press("ctrl+underscore")
        await settle(pilot)
        assert app.last == FULL


async def test_a_slow_screen_never_undoes_what_was_typed_meanwhile() -> None:
    app = Harness(echo=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pilot.press("1", "2", "3")
        await settle(pilot)
        assert len(app.edited) == 3
        editor = app.pane.query_one("#body-text", CodeEditor)
        for late in app.edited:
            app.request = late
            await settle(pilot)
            assert editor.content.startswith("123")
        assert len(app.edited) == 3
        app.request = FULL
        await settle(pilot)
        assert editor.content == (FULL.body.text if FULL.body else None)
        assert len(app.edited) == 3


async def test_a_request_of_the_same_id_out_of_another_file_inherits_nothing() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        app.pane.query_one("BodyTab ChoiceBar").focus()
        await pilot.press("right", "right", "enter")
        await settle(pilot)
        assert app.last.body == Body("form")
        app.request = SavedRequest(id=FULL.id, body=Body("file", "mine.bin"))
        await settle(pilot)
        said = len(app.edited)
        await pilot.press("u")
        await settle(pilot)
        assert len(app.edited) == said
        await pilot.press("left", "left", "left", "enter")
        await settle(pilot)
        assert app.last.body == Body("json")


async def test_another_request_is_shown_whole() -> None:
    app = Harness(height=22)
    other = SavedRequest(id="other", body=Body("form", form=(Entry("a", "b"),)), headers=(Entry("x-other", "1"),))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "headers")
        await pilot.press("enter", "z")
        await settle(pilot)
        app.request = other
        await settle(pilot)
        assert "x-other" in shown(app)
        assert "authorization" not in shown(app)
        said = len(app.edited)
        await pilot.press("tab", "tab", "z")
        await go(pilot, app, "body")
        assert len(app.edited) == said
        app.request = FULL
        await settle(pilot)
        assert "Body·json" in shown(app)
        assert len(app.edited) == said


def active(app: Harness) -> str:
    return app.pane.active


async def test_tabs_by_key_and_by_name() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        for number, name in enumerate(TABS, 1):
            await pilot.press(f"alt+{number}")
            await settle(pilot)
            assert active(app) == name
        await pilot.press("ctrl+pagedown")
        await settle(pilot)
        assert active(app) == "params"
        await pilot.press("ctrl+pageup")
        await settle(pilot)
        assert active(app) == "preview"
        for letter, name in (("y", "body"), ("o", "options")):
            await pilot.press(f"alt+{letter}")
            await settle(pilot)
            assert active(app) == name
        await go(pilot, app, "options")
        await pilot.press("alt+h")
        await settle(pilot)
        assert active(app) == "headers"
        assert app.edited == []
        with pytest.raises(KeyError):
            app.pane.show_tab("nowhere")
        await pilot.click("#--content-tab-tab-headers")
        await settle(pilot)
        assert active(app) == "headers"


async def test_sending_is_asked_for_from_within_an_editor() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pilot.press("ctrl+enter")
        await settle(pilot)
        assert app.sends == 1
        assert app.edited == []


async def test_every_text_goes_to_the_external_editor_and_comes_back() -> None:
    app = Harness(height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "headers")
        await pilot.press("f4")
        await settle(pilot)
        assert app.editors[-1].text == "application/json"
        app.pane.replace_text(app.editors[-1].field, "text/html\n")
        await settle(pilot)
        assert app.last.headers[0] == Entry("Accept", "text/html")
        for tab, expected in (("tests", "status == 200"), ("params", "{{page_size}}"), ("options", "Ask.\nTwice.")):
            await go(pilot, app, tab)
            await pilot.press("f4")
            await settle(pilot)
            assert app.editors[-1].text == expected
            app.pane.replace_text(app.editors[-1].field, expected + "!")
            await settle(pilot)
        assert app.last.asserts[0] == "status == 200!"
        assert app.last.query[0].value == "{{page_size}}!"
        assert app.last.description == "Ask.\nTwice.!"
        app.pane.query_one("#ignore").focus()
        await pilot.press("f4")
        await settle(pilot)
        app.pane.replace_text(app.editors[-1].field, "$.other")
        await settle(pilot)
        assert app.last.snapshot_ignore == ("$.other",)
        app.request = msgspec.structs.replace(FULL, body=Body("form", form=(Entry("a", "b"),)))
        await go(pilot, app, "body")
        await pilot.press("f4")
        await settle(pilot)
        app.pane.replace_text(app.editors[-1].field, "c")
        await settle(pilot)
        assert app.last.body == Body("form", form=(Entry("a", "c"),))


async def test_a_text_from_the_editor_whose_field_is_gone_changes_nothing() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "headers")
        await pilot.press("j", "f4")
        await settle(pilot)
        field = app.editors[-1].field
        app.request = msgspec.structs.replace(FULL, id="other", headers=())
        await settle(pilot)
        app.pane.replace_text(field, "too late")
        app.pane.replace_text("never:1", "x")
        await go(pilot, app, "preview")
        await pilot.press("f4")
        await settle(pilot)
        assert app.edited == []
        assert len(app.editors) == 1


async def test_names_reach_every_editor() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        for tab in TABS:
            await go(pilot, app, tab)
        app.names = {"fresh": Known("1")}
        await settle(pilot)
        assert {str(table.id): dict(table.names) for table in app.pane.query(RowTable)} == {
            **{name: {"fresh": Known("1")} for name in ("query", "headers", "body-form", "asserts", "captures")},
            "ignore": {},
        }
        assert app.pane.query_one("#body-text", CodeEditor).names == {"fresh": Known("1")}
        assert app.pane.query_one("#service FieldInput", FieldInput).names == {"fresh": Known("1")}


async def test_every_theme_tells_a_missing_variable_without_colour() -> None:
    app = Harness(msgspec.structs.replace(FULL, body=Body("json", '{"a": "{{nope}}"}')))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        for theme in ("textual-light", "textual-ansi", "ansi-dark", "nord"):
            if theme in app.available_themes:
                app.theme = theme
            await settle(pilot)
            editor = app.pane.query_one("#body-text", CodeEditor)
            lines = [segment for segment in editor.render_lines(editor.size.region)[0] if "nope" in segment.text]
            assert lines
            assert all(segment.style is not None and segment.style.underline for segment in lines), theme


def test_bindings_have_ids_and_use_no_forbidden_key() -> None:
    forbidden = {f"ctrl+{key}" for key in "hijmbazrs"} | {"ctrl+left_square_bracket", "f5"}
    for binding in RequestPane.BINDINGS:
        assert getattr(binding, "id", None)
        assert not forbidden & set(str(getattr(binding, "key", "")).split(","))
    assert RequestPane.HELP
    assert (MethodSelect.MethodChanged, PathField.PathChanged, PathField.Pasted) == (MethodChanged, PathChanged, Pasted)


# The target bar's fields


async def test_the_path_is_checked_and_told_as_it_is_typed() -> None:
    app = BarHarness("/a")
    async with app.run_test(size=(80, 24)) as pilot:
        app.path.focus()
        await pilot.press("end", "b", "space")
        await settle(pilot)
        assert app.got[0] == ("/ab", ())
        assert str(app.got[1]).startswith("('/ab ', (")
        assert "U+0020" in str(app.got[1])
        assert app.path.has_class("-invalid")
        app.path.show("/fine/{{x}}")
        await settle(pilot)
        assert len(app.got) == 2
        assert app.path.problems == ()
        assert not app.path.has_class("-invalid")


async def test_a_slow_screen_does_not_take_back_what_was_typed_into_the_path() -> None:
    app = BarHarness("/a")
    async with app.run_test(size=(80, 24)) as pilot:
        app.path.focus()
        await pilot.press("end", "b", "c")
        await settle(pilot)
        for late, value in (("/ab", "/abc"), ("/abc", "/abc"), ("/ab", "/ab")):
            app.path.show(late)
            assert app.path.value == value
        await settle(pilot)
        assert len(app.got) == 2


async def test_a_whole_request_pasted_into_the_path_is_posted_and_not_inserted() -> None:
    app = BarHarness("/a")
    curl = "curl 'https://api.example/x' \\\n  -H 'a: b'\n"
    async with app.run_test(size=(80, 24)) as pilot:
        app.path.focus()
        await pilot.press("end")
        app.post_message(events.Paste(curl))
        await settle(pilot)
        app.copy_to_clipboard("https://api.example/r/invoke/my-llm")
        await pilot.press("ctrl+v")
        await settle(pilot)
        assert app.got == [curl, "https://api.example/r/invoke/my-llm"]
        assert app.path.value == "/a"
        app.post_message(events.Paste("/more"))
        await settle(pilot)
        assert app.path.value == "/a/more"


async def test_the_method_is_chosen_with_the_keyboard() -> None:
    app = BarHarness(method="GET")
    async with app.run_test(size=(80, 24)) as pilot:
        app.method.focus()
        await pilot.press("enter", *"pat", "enter")
        await settle(pilot)
        assert app.got == ["PATCH"]
        app.method.show("DELETE")
        await settle(pilot)
        assert app.got == ["PATCH"]
        for text in (*NASTY, "PROPFIND"):
            app.method.show(text)
            await settle(pilot)
            assert app.method.method == text
        assert app.got == ["PATCH"]
        assert "PROPFIND" in shown(app)
        await pilot.press("enter", "home", "down", "enter")
        await settle(pilot)
        assert app.got == ["PATCH", METHODS[0]]
        app.method.show("GET")
        await settle(pilot)
        assert app.got == ["PATCH", METHODS[0]]
