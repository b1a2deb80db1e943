"""What the viewer makes of bodies: kinds, notices, modes, loading, copies, folds, paths, selection."""

from __future__ import annotations

import gzip
import json

import pytest
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from tests.tui.quiet import work_held
from tests.tui.viewer.support import JSON, ViewerApp, lines, notice, press, settle, show, status, text_lines
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView

SIZE = (80, 24)
LARGE = b"[" + b",".join(b'{"id": %d, "text": "some words", "tags": ["a", "b"]}' % n for n in range(20_000)) + b"]"


def copies(app: ViewerApp) -> list[tuple[str, str]]:
    return [(each.text, each.what) for each in app.heard if isinstance(each, BodyViewer.CopyRequested)]


async def test_json_is_laid_out_and_nothing_is_lost() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        assert text_lines(app)[:12] == [
            "{", '  "name": "Zoë",', '  "n": [', "    1.0,", "    1e2,", "    {", '      "deep key": null', "    }",
            "  ],", '  "empty": {},', '  "dup": 1,', '  "dup": 2,',
        ]  # fmt: skip
        assert viewer.body_bytes is JSON
        assert viewer.media is not None
        assert viewer.media.suffix == ".json"
        loaded = [each for each in app.heard if isinstance(each, BodyViewer.Loaded)]
        assert [(each.summary, each.mode, each.notices) for each in loaded] == [("JSON, 85 B", "pretty", ())]


@pytest.mark.parametrize(
    ("data", "content_type", "options", "said", "mode"),
    [
        (b'{"a": NaN}', "application/json", {}, "NaN is not a JSON value (line 1, column 7)", "pretty"),
        (b'{"a": 1', "application/json", {"truncated": True}, "truncated: the answer is longer", "pretty"),
        (b"abc", "text/plain", {"content_encoding": "br"}, "br is not unpacked", "pretty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png", {}, "no picture: no image that can be read here", "hex"),
        (b"a\x00b", "application/json", {}, "", "hex"),
        (b"caf\xe9", "text/plain", {}, "windows-1252 is a guess", "pretty"),
        (b"[" * 100_000, "application/json", {}, "many times its size", "pretty"),
        (b'["' + b"9" * 5000 + b'"]', "application/json", {}, "", "pretty"),
        (b'["\xff"]', "application/json; charset=utf-8", {}, "it is not utf-8", "pretty"),
        (
            gzip.compress(b'{"a": 1}', mtime=0)[:-4],
            "application/json",
            {"content_encoding": "gzip"},
            "ends too early",
            "pretty",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_is_odd_is_said(data: bytes, content_type: str, options: dict, said: str, mode: str) -> None:  # type: ignore[type-arg]  # keyword arguments
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, data, content_type, **options)
        assert said in notice(app)
        assert bool(said) == bool(notice(app))
        assert viewer.mode == mode
        assert viewer.body_bytes == data


async def test_where_a_body_stops_being_json_is_said_in_a_narrow_window_too() -> None:
    app = ViewerApp()
    async with app.run_test(size=(50, 20)) as pilot:
        await show(pilot, b'{"a": 1, "b": [1,2,}', "application/json")
        assert "line 1, column 20" in " ".join(" ".join(lines(app)).split())


async def test_binary_is_hex_and_says_what_it_is() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0" + bytes(100)
        viewer = await show(pilot, png, "image/png")
        assert lines(app)[1] == "▸00000000 89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  ·PNG········IHDR"
        assert status(app).startswith("PNG image, 640×480, 124 B")
        await press(pilot, "r", "x")
        await settle(pilot)
        assert str(viewer.mode) == "hex"
        await show(pilot, JSON)
        assert viewer.mode == "pretty"


async def test_the_choice_of_raw_stays_for_the_next_body() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "r")
        await show(pilot, b"\x00\x01", "application/octet-stream")
        await show(pilot, b'{"b": 2}')
        assert viewer.mode == "raw"
        assert text_lines(app)[0] == '{"b": 2}'
        viewer.mode = "pretty"
        await settle(pilot)
        assert text_lines(app)[:3] == ["{", '  "b": 2', "}"]
        viewer.mode = "hex"
        await settle(pilot)
        assert lines(app)[0].startswith("▸00000000 7b 22")


async def test_shown_before_it_is_on_the_screen() -> None:
    class Early(ViewerApp):
        async def on_mount(self) -> None:  # type: ignore[override]  # Textual awaits it
            viewer = BodyViewer()
            viewer.show(JSON, content_type="application/json")
            viewer.wrap = True
            await self.mount(viewer)

    app = Early()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        late = app.query(BodyViewer).last()
        assert late.media is not None
        assert late.view.wrap


async def test_large_bodies_are_read_in_a_thread_and_the_old_one_is_gone_at_once() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, b'{"old": "answer"}')
        viewer.show(LARGE, content_type="application/json")
        assert viewer.loading_body
        assert viewer.media is None
        with work_held():
            await pilot.pause()
            assert "formatting 1.1 MB… Esc shows it raw" in notice(app)
            assert "old" not in "\n".join(lines(app))
        await settle(pilot)
        assert not viewer.loading_body
        assert notice(app) == ""
        assert viewer.view.page is not None
        assert viewer.view.page.rows.count == 20_000 * 8 + 2


async def test_escape_stops_formatting_and_shows_it_raw() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = app.query_one(BodyViewer)
        viewer.show(LARGE, content_type="application/json")
        await press(pilot, "escape")
        await settle(pilot)
        assert viewer.view.page is not None
        assert viewer.view.page.data is LARGE
        assert notice(app) == ""


async def test_only_the_last_of_many_is_shown() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = app.query_one(BodyViewer)
        for n in range(10):
            viewer.show(LARGE[:-1] + b", %d]" % n, content_type="application/json")
        viewer.show(b'{"last": true}', content_type="application/json")
        await settle(pilot)
        assert text_lines(app)[1] == '  "last": true'
        assert [each.summary for each in app.heard if isinstance(each, BodyViewer.Loaded)] == ["JSON, 14 B"]
        viewer.show(LARGE, content_type="application/json")
        viewer.clear()
        await settle(pilot)
        assert text_lines(app)[0] == ""
        assert viewer.body_bytes == b""


async def test_a_small_packed_body_may_be_a_large_one() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        packed = gzip.compress(LARGE)
        viewer = await show(pilot, packed, content_encoding="gzip")
        assert len(packed) < 256 * 1024
        assert not viewer.small
        assert viewer.body_bytes is packed
        await press(pilot, "G", "k", "y")
        await settle(pilot)
        assert copies(app)[-1][1] == "value of $[19999]"


async def test_modes_of_a_large_body() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, LARGE)
        await press(pilot, "G")
        for key, mode in (("r", "raw"), ("x", "hex"), ("x", "raw"), ("r", "pretty")):
            await press(pilot, key)
            await settle(pilot)
            assert viewer.mode == mode
        assert viewer.view.page is not None
        assert viewer.view.cursor_row > 0
        await press(pilot, "w")
        await settle(pilot)
        assert viewer.view.page.rows.count == 20_000 * 8 + 2


async def test_paths_follow_the_cursor() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, JSON)
        paths = []
        for _ in range(9):
            paths.append(status(app).split("  ")[0])
            await press(pilot, "j")
        assert paths == ["$", "$.name", "$.n", "$.n[0]", "$.n[1]", "$.n[2]", "$.n[2]['deep key']", "$.n[2]", "$.n"]
        await press(pilot, "r")
        await settle(pilot)
        assert status(app).startswith("$")
        await show(pilot, b"no json", "text/plain")
        assert status(app).startswith("text, 7 B")
        await show(pilot, b'{"a": 1}\n\n{"b": [2]}\n', "application/x-ndjson")
        await press(pilot, "r", "G", "k", "k")
        assert status(app).startswith("line 3 · $.b[0]")
        await press(pilot, "Y")
        assert copies(app)[-1] == ("$.b[0]", "path")


async def test_paths_in_a_large_body() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, LARGE)
        await press(pilot, "G", "k", "k", "k")
        await settle(pilot)
        assert status(app).startswith("$[19999].tags[1]")


async def test_a_long_path_shows_its_end() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, json.dumps({"k" * 50: {"x" * 50: {"leaf": 1}}}).encode())
        await press(pilot, "j", "j", "j")
        line = status(app)
        assert line.startswith("…")
        assert "x.leaf" in line
        assert len(line) <= 78


@pytest.mark.parametrize(
    ("row", "text", "what"),
    [
        (1, "Zoë", "value of $.name"),
        (2, '[1.0,1e2,{"deep key":null}]', "value of $.n"),
        (4, "1e2", "value of $.n[1]"),
        (7, '{"deep key":null}', "value of $.n[2]"),
        (11, "2", "value of $.dup"),
        (12, "a\nb", "value of $.s"),
    ],
)
@pytest.mark.parametrize("raw", [False, True])
async def test_copy_value_copies_what_was_received(row: int, text: str, what: str, raw: bool) -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, *["j"] * row)
        if raw:
            place = viewer.view.place
            await press(pilot, "r")
            await settle(pilot)
            assert viewer.view.place <= place
        await press(pilot, "y", "Y")
        await settle(pilot)
        assert copies(app) == [(text, what), (what.removeprefix("value of "), "path")]


async def test_copies_from_a_large_body() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, LARGE)
        await press(pilot, "G", "k", "y")
        await settle(pilot)
        await press(pilot, "Y")
        await settle(pilot)
        value = '{"id": 19999, "text": "some words", "tags": ["a", "b"]}'
        assert copies(app) == [(value, "value of $[19999]"), ("$[19999]", "path")]


async def test_copies_of_what_is_no_json() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, b"one\n\ttwo \x1b[31m\nthree", "text/plain")
        await press(pilot, "j", "y", "Y")
        await settle(pilot)
        assert copies(app) == [("\ttwo \x1b[31m", "line")]
        assert app.bells == 1
        await press(pilot, "x", "y")
        await settle(pilot)
        assert copies(app)[-1][0].startswith("6f 6e 65")


async def test_folds() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "j", "j", "enter")
        assert text_lines(app)[2:5] == ['  "n": [ ⋯ 5 lines ]', '  "empty": {},', '  "dup": 1,']
        assert viewer.view.page is not None
        assert viewer.view.page.rows.count == 14 - 6
        await press(pilot, "j")
        assert status(app).startswith("$.empty")
        await press(pilot, "k", "enter")
        assert text_lines(app)[3] == "    1.0,"
        await press(pilot, "j", "enter")
        assert text_lines(app)[2] == '  "n": [ ⋯ 5 lines ]'
        assert viewer.view.cursor_row == 2


async def test_find_unfolds_what_it_finds() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "j", "j", "j", "j", "j", "enter", "k", "k", "k", "enter", "g", "enter")
        assert text_lines(app)[0] == "{ ⋯ 12 lines }"
        await press(pilot, "slash", *"deep")
        await settle(pilot)
        assert text_lines(app)[viewer.view.cursor_row].strip() == '"deep key": null'
        await press(pilot, "escape", "w", "G", "g", "enter", "w")
        await settle(pilot)
        assert text_lines(app)[0] == "{ ⋯ 12 lines }"


async def test_folds_are_for_laid_out_json_only() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, b"{\n  x\n}\n", "text/css")
        await press(pilot, "enter")
        assert app.bells == 1


async def test_selected_text_is_what_is_shown() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        view = viewer.view
        assert view.allow_select
        await pilot.mouse_down(CodeView, offset=(8, 1))
        await pilot.hover(CodeView, offset=(12, 2))
        await pilot.mouse_up(CodeView, offset=(12, 2))
        await settle(pilot)
        assert app.screen.get_selected_text() == 'ame": "Zoë",\n  "n": ['
        assert any(style and style.bgcolor != None for _, style, _ in view.render_line(1))  # noqa: E711 - rich compares
        app.screen.clear_selection()
        assert view.get_selection(SELECT_ALL) == ("\n".join(line for line in text_lines(app) if line), "\n")
        assert view.get_selection(Selection(Offset(2, 1), Offset(4, 1))) == ('"n', "\n")


async def test_selecting_in_a_line_that_is_scrolled() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, b"0123456789" * 1000, "text/plain")
        viewer.view.scroll_to(x=5003, animate=False)
        await settle(pilot)
        await pilot.mouse_down(CodeView, offset=(4, 0))
        await pilot.hover(CodeView, offset=(8, 0))
        await pilot.mouse_up(CodeView, offset=(8, 0))
        await settle(pilot)
        assert app.screen.get_selected_text() == "45678"


async def test_code_view_shows_text_at_hand() -> None:
    class App(ViewerApp):
        def compose(self) -> object:  # type: ignore[override]  # a generator is what Textual takes
            yield CodeView(id="code")

    app = App()
    async with app.run_test(size=SIZE) as pilot:
        view = app.query_one(CodeView)
        view.load("GET / HTTP/1.1\nHost: x\n\nbody \ud800 \x1b[0m", "http")
        await settle(pilot)
        assert text_lines(app)[:4] == ["GET / HTTP/1.1", "Host: x", "", "body � ␛[0m"]
        view.load("x\n" * 300_000, "no-such-lexer")
        await settle(pilot)
        await press(pilot, "G", "w")
        await settle(pilot)
        assert view.cursor_row == 299_999
        view.clear()
        await settle(pilot)
        assert text_lines(app)[0] == ""


async def test_a_content_coding_can_be_left_on() -> None:
    app = ViewerApp()
    packed = gzip.compress(b'{"a": 1}', mtime=0)
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, packed, content_encoding="gzip")
        assert text_lines(app)[1] == '  "a": 1'
        await press(pilot, "z")
        await settle(pilot)
        assert text_lines(app)[0].startswith("1f 8b 08")
        assert "as received, content-encoding gzip: z decodes it" in notice(app)
        assert viewer.body_bytes == packed
        await press(pilot, "z")
        await settle(pilot)
        assert text_lines(app)[1] == '  "a": 1'
        await show(pilot, b"{}")
        await press(pilot, "z")
        assert app.bells == 1


async def test_selecting_with_keys() -> None:
    app = ViewerApp()
    async with app.run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "j", "shift+down", "shift+end")
        await settle(pilot)
        assert app.screen.get_selected_text() == '  "name": "Zoë",\n  "n": ['
        assert viewer.view.cursor_row == 2
        await press(pilot, "shift+left", "shift+up", "shift+right")
        assert app.screen.get_selected_text() == '  "name"'
        await press(pilot, "j")
        assert not app.screen.get_selected_text()
