"""What the response pane shows of an answer, what it hides, and what leaves through it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, TabbedContent

from tests.tui.app.support import LARGE, SMALL, Desktop, desktop, write
from tests.tui.app.test_files import answer, type_text
from workbench.tui.panes.response.headers_tab import HeadersTable
from workbench.tui.screens.dialogs import Ask, AskText
from workbench.tui.widgets.body_viewer import BodyViewer

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.replay.session import Session


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was put on the clipboard."""
    texts: list[str] = []

    def copy(text: str, *_: object) -> str:
        texts.append(text)
        return "copied with a test"

    monkeypatch.setattr("workbench.tui.clipboard.copy", copy)
    return texts


async def show_tab(desk: Desktop, name: str) -> None:
    desk.main.query_one("#response-tabs", TabbedContent).active = f"tab-{name}"
    await desk.pilot.pause()


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_failed_tests_say_what_was_expected_and_where(
    session: Session, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "t.toml"
    write(
        path,
        """\
cyberun = 1
service = "echo"
[[request]]
id = "fails"
path = "/anything/x"
assert = [
  'status == 201',
  '$.method == "GET"',
  '$.nothing exists',
]
""",
    )
    async with desktop(session, path, size=size) as desk:
        await desk.send()
        assert "Tests 1/3" in desk.text()
        await show_tab(desk, "tests")
        desk.main.query_one("#tests-text").parent.focus()  # type: ignore[union-attr]  # what scrolls
        await desk.press("f7")
        await desk.shows("✗ status == 201")
        text = desk.text()
        assert "expected  201" in text
        assert "actual    200" in text
        assert "nothing was found" in text
        assert "t.toml:7" in text or size == SMALL


async def test_the_envelope_shows_what_was_sent_and_received(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("post")
        await desk.send()
        await show_tab(desk, "envelope")
        desk.main.query_one("#response-envelope").focus()
        await desk.press("f7")
        await desk.shows("/r/invoke/echo")
        text = desk.text()
        assert '"body_base64"' in text
        assert "Authorization: Bearer [redacted]" in text
        assert "POST /anything" in text
        assert '{"name": "Ada"}' in text
        await desk.press("G")
        await desk.shows("status_code 200")


async def test_timing_has_phases_and_sizes(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        await show_tab(desk, "timing")
        await desk.shows("waiting for the answer")
        text = desk.text()
        assert "━" in text
        assert "Call on the wire" in text
        assert "Reply on the wire" in text
        await desk.pilot.resize_terminal(*SMALL)
        await desk.shows("waiting for the answer")

        def lines(bars: bool) -> list[str]:
            return [line for line in desk.text().split("\n") if ("sending" in line or "waiting for" in line) == bars]

        await desk.until(lambda: all("━" in line for line in lines(bars=True)))
        assert not [line for line in lines(bars=False) if line.rpartition("│")[2].lstrip().startswith("━")]


async def test_headers_are_sorted_and_copied(session: Session, echo: Path, copied: list[str]) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        await show_tab(desk, "headers")
        table = desk.main.query_one(HeadersTable)
        names = [str(table.get_row_at(row)[0]) for row in range(table.row_count)]
        assert names == sorted(names, key=str.lower)
        assert "content-type" in [name.lower() for name in names]
        table.focus()
        await desk.press("y")
        await desk.until(lambda: copied)
        assert copied[0].startswith(names[0] + ": ")
        desk.main.start("copy_headers")
        await desk.until(lambda: len(copied) == 2)
        assert copied[1].count("\n") == len(names)


@pytest.mark.parametrize("name", ["body", "headers"])
async def test_a_slash_anywhere_in_the_pane_finds_in_the_body(session: Session, echo: Path, name: str) -> None:
    async with desktop(session, echo) as desk:
        desk.main.start("find_body")
        await desk.until(lambda: any("no body to find" in each.message for each in desk.app._notifications))
        await desk.send()
        await show_tab(desk, name)
        tabs = desk.main.query_one("#response-tabs Tabs")
        tabs.focus()
        await desk.until(lambda: tabs.has_focus)
        for key in ("slash", "A", "d", "a"):
            desk.app.simulate_key(key)  # at once: what is typed after it goes into the line
        await desk.until(lambda: desk.main.query_one("#find-input", Input).value == "Ada")
        assert desk.main.query_one("#response-tabs", TabbedContent).active == "tab-body"
        await desk.shows("1/")


async def test_copying_and_saving_use_the_exact_bytes(
    session: Session, echo: Path, tmp_path: Path, copied: list[str]
) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        response = desk.main.history.entries[0].exchange.response
        assert response is not None
        desk.main.start("copy_body")
        await desk.until(lambda: copied)
        assert copied == [response.body.decode()]
        place = tmp_path / "saved.json"
        desk.main.start("save_body")
        await type_text(desk, str(place))
        await desk.until(place.exists)
        await desk.until(lambda: place.read_bytes() == response.body)
        write(place, "mine")
        desk.main.start("save_body")
        await type_text(desk, str(place))
        await answer(desk, "Cancel")
        assert place.read_bytes() == b"mine"
        desk.main.start("save_body")
        await type_text(desk, str(place))
        await answer(desk, "Replace it")
        await desk.until(lambda: place.read_bytes() == response.body)


async def test_a_place_that_cannot_be_written_is_said(session: Session, echo: Path, tmp_path: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        desk.main.start("save_body")
        await desk.until(lambda: isinstance(desk.app.screen, AskText) and list(desk.app.screen.query("Input")))
        assert desk.app.screen.query_one(Input).value == "hello.json"
        await type_text(desk, str(tmp_path / "no" / "folder" / "x.json"))
        await desk.until(lambda: any("could not be written" in each.message for each in desk.app._notifications))


async def test_a_binary_body_is_not_copied_as_text(session: Session, tmp_path: Path, copied: list[str]) -> None:
    path = tmp_path / "p.toml"
    write(path, 'cyberun = 1\nservice = "images"\n[[request]]\nid = "p"\npath = "/plasma.png?w=8&h=8"\n')
    async with desktop(session, path) as desk:
        await desk.send()
        desk.main.start("copy_body")
        await desk.until(lambda: any("not UTF-8" in each.message for each in desk.app._notifications))
        assert copied == []


async def test_escape_sequences_and_markup_of_a_server_are_shown_and_not_obeyed(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "evil.toml"
    evil = "\\u001b]52;c;Y3VybA==\\u0007\\u001b[31m[/red][@click=app.quit]x"
    write(
        path,
        f"""\
cyberun = 1
service = "echo"
[[request]]
id = "evil"
name = "[/bold] [@click=app.quit]name"
method = "POST"
path = "/anything"
json = '{{"a": "{evil}"}}'
assert = ['$.json.a == "[/x]"', '$.text contains "[@click=app.quit]"']
[request.capture]
seen = "$.json.a"
""",
    )
    async with desktop(session, path, notifications=True) as desk:
        await desk.send()
        for tab in ("body", "headers", "tests", "envelope", "timing"):
            await show_tab(desk, tab)
            text = desk.text()
            assert "\x1b" not in text
            assert "\x07" not in text
        await show_tab(desk, "tests")
        await desk.shows("[@click=app.quit]")
        assert "[/bold]" in desk.text()
        desk.app.say("[/boom] \x1b[31m")
        await desk.shows("[/boom]")
        assert not desk.app._exit


async def test_the_body_opens_in_the_users_editor(
    session: Session, echo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    editor = tmp_path / "editor"
    write(editor, f'#!/bin/sh\ncp "$1" {seen}\n')
    os.chmod(editor, 0o700)  # noqa: PTH101 - a script of the test's own
    async with desktop(session, echo) as desk:
        session.environ = {"EDITOR": str(editor)}
        monkeypatch.setattr("textual.app.App.suspend", _no_terminal)
        await desk.send()
        desk.main.start("open_body")
        await desk.until(seen.exists)
        response = desk.main.history.entries[0].exchange.response
        assert response is not None
        assert seen.read_bytes() == response.body


class _no_terminal:  # noqa: N801 - stands in for a method
    """`App.suspend` where there is no terminal to hand over."""

    def __enter__(self) -> None:
        return

    def __exit__(self, *_: object) -> None:
        return


async def test_a_text_of_the_request_goes_through_the_users_editor(
    session: Session, echo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    write(editor, '#!/bin/sh\nprintf \'{"edited": true}\\n\' > "$1"\n')
    os.chmod(editor, 0o700)  # noqa: PTH101 - a script of the test's own
    async with desktop(session, echo) as desk:
        session.environ = {"VISUAL": str(editor)}
        monkeypatch.setattr("textual.app.App.suspend", _no_terminal)
        await desk.open("post")
        desk.main.show_tab("body")
        await desk.pilot.pause()
        await desk.press("f4")
        await desk.until(
            lambda: (
                desk.main.request is not None
                and desk.main.request.body is not None
                and desk.main.request.body.text == '{"edited": true}'
            )
        )


async def test_the_preview_shows_layers_and_sends_nothing(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("post")
        desk.main.start("preview")
        await desk.until(lambda: desk.main.preview is not None)
        await desk.shows("POST /anything")
        assert desk.main.preview is not None
        assert '{"name": "Ada"}' in desk.main.preview.inner
        assert "/r/invoke/echo" in desk.main.preview.wire
        await desk.open("missing")
        desk.main.start("preview")
        await desk.until(lambda: desk.main.preview is not None and len(desk.main.preview.missing) == 2)
        assert not desk.main.history.entries


async def test_a_run_may_be_looked_at_while_nothing_was_sent_yet(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        for name in ("save_body", "copy_body", "copy_headers", "open_body"):
            desk.main.start(name)
            await desk.pilot.pause()
        assert not isinstance(desk.app.screen, (Ask, AskText))


async def test_a_path_is_kept_in_the_request(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("post")
        await desk.send()
        viewer = desk.main.query_one(BodyViewer)
        viewer.view.focus()
        await desk.press("f", *"$.json.name", "enter", "a", "c")
        request = desk.main.request
        assert request is not None
        assert request.asserts == ('$.json.name == "Ada"',)
        assert [(capture.name, capture.query) for capture in request.captures] == [("name", "$.json.name")]
        assert desk.main.answer.changed


async def test_the_body_opens_in_the_users_pager_as_it_is_shown(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, pager = tmp_path / "seen", tmp_path / "pager"
    write(pager, f'#!/bin/sh\ncp "$1" {seen}\n')
    os.chmod(pager, 0o700)  # noqa: PTH101 - a script of the test's own
    path = tmp_path / "p.toml"
    body = """json = '{"a":"\\u001b[31m"}'"""
    write(path, f'cyberun = 1\nservice = "echo"\n[[request]]\nid = "p"\nmethod = "POST"\npath = "/anything"\n{body}\n')
    async with desktop(session, path) as desk:
        session.environ = {"PAGER": str(pager)}
        monkeypatch.setattr("textual.app.App.suspend", _no_terminal)
        await desk.send()
        await show_tab(desk, "body")
        desk.main.query_one(BodyViewer).view.focus()
        await desk.press("p")
        await desk.until(seen.exists)
        await desk.until(lambda: seen.read_text(encoding="utf-8").startswith("{\n"))
        assert not [each for each in seen.read_bytes() if each < 32 and each != 10]


async def test_the_platforms_own_bytes_and_both_statuses_are_shown(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        response = desk.main.history.entries[0].exchange.response
        assert response is not None
        assert b'"body_base64"' in response.reply
        await show_tab(desk, "envelope")
        desk.main.query_one("#response-envelope").focus()
        await desk.press("f7", "G")
        await desk.shows("the platform's reply, byte for byte")
        await desk.press("f7")
        await show_tab(desk, "timing")
        await desk.shows("Platform status")
        await desk.shows("Container status")


async def test_the_envelope_of_a_large_body_is_put_together_off_the_loop(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    write(tmp_path / "body.txt", "x" * 400_000)
    request = '[[request]]\nid = "large"\nmethod = "POST"\npath = "/upload"\nfile = "body.txt"\n'
    write(path, f'cyberun = 1\nservice = "echo"\n{request}')
    async with desktop(session, path) as desk:
        await desk.send()
        await show_tab(desk, "envelope")
        desk.main.query_one("#response-envelope").focus()
        await desk.press("f7")
        await desk.shows("/r/invoke/echo")
        await desk.shows("── sent: the envelope")
