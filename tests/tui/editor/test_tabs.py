"""Every tab of the request pane: a value goes in, keys are pressed, the edited value comes out."""

import msgspec
from textual.widgets import Static

from tests.tui.editor.harness import FULL, Harness, changed, field, go, pick, retype, said, settle, shown
from workbench.model.collection import Capture, Entry, Retry, SavedRequest
from workbench.tui.panes.request_pane import Preview
from workbench.tui.panes.request_pane.params_tab import ParamsTab
from workbench.tui.panes.request_pane.tests_tab import TestsTab

# Params


async def test_params_go_both_ways() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "params")
        assert "in the path: model=tiny · stream" in said(app.pane.query_one(ParamsTab))
        await pilot.press("m")
        await settle(pilot)
        assert app.last == changed(path="/v1/chat?stream", query=(Entry("model", "tiny"), *FULL.query))
        assert "1 stay in the path" in said(app.pane.query_one(ParamsTab))
        assert "Params·2" in shown(app)
        await pilot.press("w")
        await settle(pilot)
        assert app.last.path == "/v1/chat?stream&model=tiny&limit={{page_size}}"
        assert app.last.query == (Entry("debug", "1", off=True),)
        assert "1 that are off stay" in said(app.pane.query_one(ParamsTab))
        await pilot.press("u", "u")
        await settle(pilot)
        assert app.last == FULL
        await pilot.press("u")  # nothing is left to take back
        await settle(pilot)
        assert app.last == FULL


async def test_params_are_edited_in_the_table() -> None:
    app = Harness(changed(path="/x#top"))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "params")
        await pilot.press("j", "space", "w")
        await settle(pilot)
        assert app.last.query == (FULL.query[0], Entry("debug", "1"))
        assert "the path has a #" in said(app.pane.query_one(ParamsTab))


# Headers


async def test_editing_one_header_changes_only_that() -> None:
    app = Harness()
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "headers")
        await pilot.press("enter", "end", *"; q=1", "enter")
        await settle(pilot)
        assert app.last == changed(headers=(Entry("Accept", "application/json; q=1"), *FULL.headers[1:]))
        assert "authorization is forwarded" not in shown(app)  # said of the row under the cursor, marked on its own
        assert "●!" in shown(app)
        await pilot.press("j")
        await settle(pilot)
        assert "authorization is forwarded" in shown(app)
        await pilot.press("u")
        await settle(pilot)
        assert app.last == FULL


async def test_a_header_is_added_from_the_catalogue() -> None:
    app = Harness(changed(headers=()))
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "headers")
        await pilot.press("a", *"cache", "down", "enter", "enter", "down", "down", "enter", "enter")
        await settle(pilot)
        assert app.last.headers == (Entry("cache-control", "no-store"),)
        await pilot.press("a", *"x y", "enter", *"1")
        await settle(pilot)
        assert "header name 'x y' is not valid" in shown(app).replace("\n", " ").replace("  ", " ")


# Tests


async def test_assertions_are_checked_as_they_are_typed() -> None:
    app = Harness(height=20)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "tests")
        await pilot.press("a", *"status =", "enter")
        await settle(pilot)
        assert app.last == changed(asserts=(FULL.asserts[0], "status =", FULL.asserts[1]))
        assert "✗" in shown(app)
        assert "✗ column 8: " in said(app.pane.query_one(TestsTab))
        assert "Tests·3" in shown(app)
        await pilot.press("enter", "end", *"= 200", "enter")
        await settle(pilot)
        assert app.last.asserts[1] == "status == 200"
        assert "✗" not in shown(app)


async def test_captured_names_are_offered_to_assertions() -> None:
    app = Harness(height=20)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "tests")
        await pilot.press("a", *"uid", "down", "enter", *" exists", "enter")
        await settle(pilot)
        assert app.last.asserts[1] == 'var "uid" exists'


async def test_captures_are_edited_and_made_secret() -> None:
    app = Harness(changed(captures=(Capture("uid", "$.id"),)), height=20)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "tests")
        app.pane.query_one("#captures").focus()
        await pilot.press("space")
        await settle(pilot)
        assert app.last == changed(captures=(Capture("uid", "$.id", secret=True),))
        await pilot.press("a", *"uid", "enter", *"nonsense", "enter")
        await settle(pilot)
        assert app.last.captures[1] == Capture("uid", "nonsense")
        assert "uid is captured twice" in said(app.pane.query_one(TestsTab))
        await pilot.press("enter", "shift+tab", *"2", "enter")
        await settle(pilot)
        assert app.last.captures[1].name == "uid2"
        assert "query, column 1" in said(app.pane.query_one(TestsTab))
        await pilot.press("enter", "shift+tab", "ctrl+u", "9", "enter")
        await settle(pilot)
        assert "is not a variable name" in said(app.pane.query_one(TestsTab))


async def test_the_retry_is_checked_and_the_last_good_one_stays() -> None:
    app = Harness(changed(retry=None), height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "tests")
        await retype(pilot, field(app, "retry-until"), "status ==")
        assert app.edited == []
        assert "A retry needs a number" in said(field(app, "retry-max"))
        assert "column 10" in said(field(app, "retry-until"))
        await retype(pilot, field(app, "retry-max"), "5")
        assert app.last.retry == Retry(5, 1.0, "status ==")
        await retype(pilot, field(app, "retry-every"), "2x")
        assert "is not a duration" in said(field(app, "retry-every"))
        assert app.last.retry == Retry(5, 1.0, "status ==")
        await retype(pilot, field(app, "retry-every"), "250ms")
        assert app.last.retry == Retry(5, 0.25, "status ==")
        for name in ("until", "every", "max"):
            await retype(pilot, field(app, f"retry-{name}"), "")
        assert app.last.retry is None
        for wrong in ("0", "x", "-1"):
            await retype(pilot, field(app, "retry-max"), wrong)
            assert "is not a number of 1 or more" in said(field(app, "retry-max"))
        assert app.last.retry is None


# Options


async def test_every_option_is_edited() -> None:
    app = Harness(SavedRequest(id="chat"), height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "options")
        await retype(pilot, field(app, "name"), "A name")
        await retype(pilot, field(app, "tags"), 'one, "t,wo"')
        await retype(pilot, field(app, "service"), "my-llm")
        await retype(pilot, field(app, "timeout"), "1.5s")
        await retype(pilot, field(app, "delay"), "20ms")
        await retype(pilot, field(app, "needs"), "log")
        await pilot.press("down", "enter")
        await settle(pilot)
        await pick(pilot, app, "#route ChoiceBar", "proxy")
        await pick(pilot, app, "#always ChoiceBar", "yes")
        await pick(pilot, app, "#skip ChoiceBar", "yes")
        assert app.last.skip is True
        await retype(pilot, field(app, "reason"), "later")
        app.pane.query_one("#description CodeEditor").focus()
        await pilot.press("a", "enter", "b")
        app.pane.query_one("#ignore").focus()
        await pilot.press("a", *"$.x", "enter")
        await settle(pilot)
        await retype(pilot, field(app, "id"), "chat-2")
        assert app.last.id == "chat"
        await pilot.press("enter")
        await settle(pilot)
        assert app.last == SavedRequest(
            id="chat-2",
            name="A name",
            description="a\nb",
            tags=("one", "t,wo"),
            service="my-llm",
            route="proxy",
            needs=("login",),
            timeout=1.5,
            delay=0.02,
            skip="later",
            always=True,
            snapshot_ignore=("$.x",),
        )
        assert field(app, "name").value == "A name"


async def test_options_can_all_be_emptied_again() -> None:
    app = Harness(height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "options")
        for name in ("name", "tags", "service", "timeout", "delay", "needs"):
            await retype(pilot, field(app, name), "")
        await pick(pilot, app, "#route ChoiceBar", "default")
        await pick(pilot, app, "#always ChoiceBar", "no")
        await retype(pilot, field(app, "reason"), "")
        assert app.last.skip is True
        await pick(pilot, app, "#skip ChoiceBar", "no")
        expected = changed(
            name="", tags=(), service=None, timeout=None, delay=None, needs=(), route=None, always=False, skip=False
        )
        assert app.last == expected


async def test_what_is_wrong_in_options_is_said_beside_it_and_not_taken_over() -> None:
    app = Harness(height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "options")
        await retype(pilot, field(app, "timeout"), "soon")
        assert "'soon' is not a duration" in said(field(app, "timeout"))
        assert app.edited == []
        await retype(pilot, field(app, "id"), "No Good")
        field(app, "name").input.focus()
        await settle(pilot)
        assert "an id is a-z" in said(field(app, "id"))
        await retype(pilot, field(app, "id"), "login")
        await pilot.press("enter")
        await settle(pilot)
        assert "another request of this file has this id" in said(field(app, "id"))
        assert app.edited == []
        await retype(pilot, field(app, "needs"), "chat, nobody")
        assert "cannot need itself" in said(field(app, "needs"))
        await retype(pilot, field(app, "service"), "NO")
        assert "a service's slug" in said(field(app, "service"))
        assert app.last == changed(needs=("chat", "nobody"), service="NO")
        app.request = msgspec.structs.replace(app.last, path="/elsewhere")
        await settle(pilot)
        assert field(app, "timeout").value == "soon"
        app.request = msgspec.structs.replace(FULL, id="other")
        await settle(pilot)
        assert field(app, "timeout").value == "10s"
        assert said(field(app, "timeout")) == ""


async def test_the_id_is_taken_over_on_leaving_the_field() -> None:
    app = Harness(height=22)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(pilot, app, "options")
        await retype(pilot, field(app, "id"), "renamed")
        field(app, "name").input.focus()
        await settle(pilot)
        assert app.last == changed(id="renamed")


# Preview


async def test_the_preview_shows_three_layers_and_all_that_is_missing() -> None:
    app = Harness(height=20)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.previews == 0
        await go(pilot, app, "preview")
        assert app.previews == 1
        app.preview = Preview(
            inner="POST /v1/chat\n\n[/] \x1b[31m",
            envelope='{"method": "POST"}',
            wire="POST https://api.example/r/invoke/my-llm",
            inner_size=17,
            envelope_size=180,
            wire_size=1900,
            missing=("{{a}} in path", "{{b}} in json [/]"),
            hints=("authorization is forwarded",),
            problems=("the path has a space",),
        )
        await settle(pilot)
        text = shown(app)
        for part in (
            "POST /v1/chat",
            "{{a}} in path",
            "{{b}} in json [/]",
            "is forwarded",
            "a space",
            "Wire 1.9 kB",
            "␛",
        ):
            assert part in text, part
        await pick(pilot, app, "PreviewTab ChoiceBar", "Envelope")
        assert '{"method": "POST"}' in shown(app)
        await pick(pilot, app, "PreviewTab ChoiceBar", "Wire")
        assert "/r/invoke/my-llm" in shown(app)
        await pilot.press("tab", "x", "delete")
        await settle(pilot)
        assert app.edited == []
        app.request = changed(path="/other")
        await settle(pilot)
        assert app.previews == 2
        app.preview = None
        await settle(pilot)
        assert "Nothing to show yet." in shown(app)


async def test_no_request_says_what_to_do() -> None:
    app = Harness(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.pane.query_one("#no-request", Static).display
        assert "No request is open" in shown(app)
        await pilot.press("alt+3", "f4", "ctrl+enter")
        app.pane.replace_text("body", "x")
        await settle(pilot)
        assert (app.edited, app.editors, app.sends) == ([], [], 0)
        app.request = FULL
        await settle(pilot)
        assert "No request is open" not in shown(app)
