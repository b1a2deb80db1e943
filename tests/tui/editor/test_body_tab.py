"""The Body tab: kinds, checks, variables and secrets in it, large texts."""

from tests.tui.editor.harness import FULL, Harness, changed, go, pick, said, settle, shown
from workbench.model.collection import Body, Entry
from workbench.tui.panes.request_pane.body_tab import BodyTab
from workbench.tui.widgets.candidates import Candidates
from workbench.tui.widgets.code_editor import CodeEditor

# Body


async def test_a_json_body_is_typed_checked_and_formatted() -> None:
    app = Harness(changed(body=Body("json", '{"a":1.0,"a":{{n}}}')))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        assert "valid JSON" in shown(app)
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert app.last.body == Body("json", '{\n  "a": 1.0,\n  "a": {{n}}\n}')
        await pilot.press("ctrl+underscore")
        await settle(pilot)
        assert app.last.body == Body("json", '{"a":1.0,"a":{{n}}}')
        await pilot.press("x")
        await settle(pilot)
        assert "line 1, column 1" in shown(app)
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert "not formatted: line 1, column 1" in shown(app)
        editor = app.pane.query_one("#body-text", CodeEditor)
        assert editor.content == 'x{"a":1.0,"a":{{n}}}'
        assert problem_of(editor) == "x"
        await pilot.press("backspace")
        await settle(pilot)
        assert problem_of(editor) == ""


def problem_of(editor: CodeEditor) -> str:
    """The text that is underlined as the place of a problem; all bodies here are ASCII."""
    for row, line in enumerate(editor.document.lines):
        for start, end, name in editor._highlights[row]:
            if name == "code--problem":
                return line[start:end]
    return ""


async def test_variables_are_chosen_from_a_list_in_a_body_and_secrets_are_badged() -> None:
    app = Harness(changed(body=Body("json", "[]")))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pilot.press("right", '"', *"{{")
        await settle(pilot)
        assert app.pane.query_one(BodyTab).query_one("BodyTab > Candidates", Candidates).has_class("-open")
        assert "{{page_size}}" in shown(app)
        await pilot.press("t", "o", "down", "enter", '"')
        await settle(pilot)
        assert app.last.body == Body("json", '["{{token}}"]')
        assert "◆ token" in shown(app)
        await pilot.press("backspace", *"{{us", "up", "escape", "down", "enter")
        await settle(pilot)
        assert app.last.body is not None
        assert app.last.body.text == '["{{token}}{{us]\n'  # the list was closed: the keys are the text's again


async def test_a_large_body_is_read_through_and_formatted_in_the_background() -> None:
    text = '[{"a":1},' + '{"b": "{{user}}"},' * 5_000 + '{"c":}]'
    app = Harness(changed(body=Body("json", text)))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        editor = app.pane.query_one("#body-text", CodeEditor)
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert f"line 1, column {len(text) - 1}" in said(app.pane.query_one(BodyTab))
        editor.replace("2", (0, len(text) - 2), (0, len(text) - 2))
        await settle(pilot)
        await pilot.press("ctrl+t")
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert editor.document.line_count > 15_000
        assert not editor.soft_wrap
        assert editor.wrapped_document.height == editor.document.line_count


async def test_bare_placeholders_that_prevent_formatting_are_named() -> None:
    app = Harness(changed(body=Body("json", "[1{{n}}]")))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert "a placeholder outside quotes" in said(app.pane.query_one(BodyTab))
        assert app.edited == []


async def test_switching_kinds_loses_nothing() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        text = FULL.body.text if FULL.body else ""
        await pick(pilot, app, "BodyTab ChoiceBar", "text")
        assert app.last.body == Body("text", text)
        await pick(pilot, app, "BodyTab ChoiceBar", "form")
        assert app.last.body == Body("form")
        assert "the text body is kept" in said(app.pane.query_one(BodyTab))
        await go(pilot, app, "body")
        await pilot.press("a", *"user", "enter", *"{{user}}", "enter")
        await settle(pilot)
        form = Body("form", form=(Entry("user", "{{user}}"),))
        assert app.last.body == form
        assert "1 field, sent as" in said(app.pane.query_one(BodyTab))
        await pick(pilot, app, "BodyTab ChoiceBar", "none")
        assert app.last.body is None
        assert "Body " in shown(app)
        await pick(pilot, app, "BodyTab ChoiceBar", "json")
        assert app.last.body == Body("json", text)
        await pilot.press("u", "u")
        await settle(pilot)
        assert app.last.body == form
        await pilot.press("u", "u", "u")
        await settle(pilot)
        assert app.last.body == FULL.body


async def test_file_and_base64_say_what_they_are() -> None:
    app = Harness(changed(body=None))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pick(pilot, app, "BodyTab ChoiceBar", "file")
        await go(pilot, app, "body")
        await pilot.press(*"../x")
        await settle(pilot)
        assert app.last.body == Body("file", "../x")
        assert "may not leave the collection's folder" in shown(app)
        await pilot.press("ctrl+u", *"data.bin")
        await settle(pilot)
        assert app.last.body == Body("file", "data.bin")
        assert "may not leave" not in shown(app)
        await pick(pilot, app, "BodyTab ChoiceBar", "base64")
        await go(pilot, app, "body")
        await pilot.press(*"aGVsbG8")
        await settle(pilot)
        assert "this is not base64" in shown(app)
        await pilot.press("=")
        await settle(pilot)
        assert "5 bytes decoded" in shown(app)
        assert app.last.body == Body("base64", "aGVsbG8=")


async def test_a_text_is_coloured_by_its_content_type() -> None:
    request = changed(body=Body("text", "<a>1</a>"), headers=(Entry("Content-Type", "application/xml"),))
    app = Harness(request)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        editor = app.pane.query_one("#body-text", CodeEditor)
        assert any(name == "code--key" for _, _, name in editor._highlights[0])
        await go(pilot, app, "headers")
        await pilot.press("space")
        await settle(pilot)
        assert not editor._highlights[0]
        app.pane.action_open_editor()
        await go(pilot, app, "body")
        app.pane.action_open_editor()
        await settle(pilot)
        assert [event.suffix for event in app.editors] == [".txt", ".txt"]


async def test_a_body_that_cannot_be_shown_exactly_goes_through_the_editor_only() -> None:
    text = "a\r\nb\nc\x1b[31m"
    app = Harness(changed(body=Body("text", text)))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pilot.press("x", "enter", "ctrl+t")
        await settle(pilot)
        assert app.edited == []
        assert "only a JSON text that can be edited here" in shown(app)
        await pilot.press("f4")
        await settle(pilot)
        asked = app.editors[-1]
        assert (asked.text, asked.suffix) == (text, ".txt")
        app.pane.replace_text(asked.field, text + "\n")
        await settle(pilot)
        assert app.edited == []
        await pilot.press("f4")
        await settle(pilot)
        app.pane.replace_text(asked.field, "a\r\nB\nc\x1b[31m\n")
        await settle(pilot)
        assert app.last.body == Body("text", "a\r\nB\nc\x1b[31m")


async def test_a_body_that_the_method_does_not_carry_is_pointed_out_except_for_the_proxy() -> None:
    app = Harness(changed(method="GET"))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        assert "a GET carries no body through invoke" in said(app.pane.query_one(BodyTab))
        app.request = changed(method="GET", route="proxy")
        await settle(pilot)
        assert "carries no body" not in said(app.pane.query_one(BodyTab))
        app.request = changed(method="DELETE")
        await settle(pilot)
        assert "a DELETE carries no body" in said(app.pane.query_one(BodyTab))


async def test_the_note_tells_what_the_placeholder_under_the_cursor_stands_for() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "body")
        await pilot.press(*["right"] * 12)
        await settle(pilot)
        assert "{{user}} = ci-bot (env staging)" in shown(app)
