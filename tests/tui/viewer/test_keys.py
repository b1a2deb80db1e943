"""Every key of the viewer at 80x24: what it does to cursor, scroll and screen."""

from __future__ import annotations

import json

import pytest

from tests.tui.viewer.support import JSON, ViewerApp, lines, press, settle, show, status, text_lines
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView
from workbench.tui.widgets.body_viewer.find_bar import FindBar

SIZE = (80, 24)
ROWS = json.dumps([{"id": n, "text": "word " * 30} for n in range(100)]).encode()


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (["down"], 1),
        (["j", "j", "k"], 1),
        (["down", "up", "up"], 0),
        (["G"], 401),
        (["ctrl+end"], 401),
        (["G", "g"], 0),
        (["G", "ctrl+home"], 0),
        (["pagedown"], 21),
        (["pagedown", "pagedown", "pageup"], 21),
        (["ctrl+d"], 10),
        (["ctrl+d", "ctrl+d", "ctrl+u"], 10),
        (["G", "pageup"], 380),
        (["G", "pagedown", "down", "j"], 401),
        (["pageup", "k", "up", "ctrl+u"], 0),
    ],
)
async def test_keys_move_the_cursor_and_keep_it_in_view(keys: list[str], row: int) -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, ROWS)
        await press(pilot, *keys)
        await settle(pilot)
        view = viewer.view
        assert view.cursor_row == row
        assert view.scroll_offset.y <= row < view.scroll_offset.y + view.scrollable_content_region.height
        shown = view.render_line(row - view.scroll_offset.y).text
        assert shown.startswith("▸")
        assert f"{row + 1} " in shown
        assert status(pilot.app).endswith(f"{row + 1}/402")


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["l"], 8),
        (["right", "right"], 16),
        (["l", "l", "h"], 8),
        (["l", "left", "left"], 0),
        (["j", "j", "j", "end"], 90),
        (["j", "j", "j", "dollar_sign"], 90),
        (["j", "j", "j", "end", "home"], 0),
        (["j", "j", "j", "end", "0"], 0),
        (["j", "j", "end"], 0),
    ],
)
async def test_keys_scroll_sideways(keys: list[str], left: int) -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, ROWS)
        await press(pilot, *keys)
        await settle(pilot)
        assert viewer.view.scroll_offset.x == left
        whole = '    "text": "' + "word " * 30 + '"'
        assert text_lines(pilot.app)[3] == whole[left : left + viewer.view.text_width].rstrip()
        assert viewer.view.render_line(3).text[:5].strip("▸ ") == "4"


async def test_wrap_and_back() -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, ROWS)
        await press(pilot, "j", "j", "j", "w")
        await settle(pilot)
        assert viewer.wrap
        assert viewer.view.page is not None
        assert viewer.view.page.rows.count == 402 + 2 * 100
        whole = '    "text": "' + "word " * 30 + '"'
        width = viewer.view.text_width
        assert text_lines(pilot.app)[3:6] == [whole[at : at + width].rstrip() for at in (0, width, 2 * width)]
        assert [viewer.view.render_line(y).text[:5].strip() for y in (3, 4, 5, 6)] == ["▸  4", "", "", "5"]
        await press(pilot, "j", "j")
        assert status(pilot.app).endswith("4/402")
        await press(pilot, "w")
        await settle(pilot)
        assert not viewer.wrap
        assert viewer.view.cursor_row == 3
        viewer.wrap = True
        await settle(pilot)
        assert viewer.view.wrap
        viewer.action_toggle_wrap()
        await settle(pilot)
        assert not viewer.view.wrap


async def test_wrap_follows_the_width() -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, ROWS)
        await press(pilot, "w")
        await settle(pilot)
        assert viewer.view.page is not None
        before = viewer.view.page.rows.count
        await pilot.resize_terminal(50, 24)
        await settle(pilot)
        assert viewer.view.page.rows.count > before
        assert all(len(line) <= viewer.view.text_width for line in text_lines(pilot.app))


async def test_line_numbers_on_and_off() -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        assert viewer.view.render_line(0).text.startswith("▸ 1 {")
        await press(pilot, "number_sign")
        await settle(pilot)
        assert viewer.view.render_line(0).text.startswith("▸{")
        await press(pilot, "number_sign")
        await settle(pilot)
        assert viewer.view.render_line(1).text.startswith('  2   "name"')


async def test_raw_and_hex_keys_keep_the_place() -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, ROWS)
        await press(pilot, "G", "k", "k", "k")
        place = viewer.view.place
        assert text_lines(pilot.app)[viewer.view.cursor_row - viewer.view.scroll_offset.y].strip().startswith('"id"')
        await press(pilot, "r")
        await settle(pilot)
        assert str(viewer.mode) == "raw"
        assert ROWS[viewer.view.place :].startswith(b'"id": 99')
        await press(pilot, "x")
        await settle(pilot)
        assert str(viewer.mode) == "hex"
        assert status(pilot.app).startswith("JSON, ")
        assert "byte 17,218/17,390" in status(pilot.app)
        await press(pilot, "x")
        await settle(pilot)
        assert str(viewer.mode) == "raw"
        await press(pilot, "r")
        await settle(pilot)
        assert viewer.mode == "pretty"
        assert viewer.view.place == place + 4


async def test_escape_is_the_apps_when_there_is_nothing_to_close() -> None:
    pressed = []

    class App(ViewerApp):
        BINDINGS = [("escape", "note", "Note")]  # noqa: RUF012 - Textual's own way

        def action_note(self) -> None:
            pressed.append("app")

    async with App().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "escape")
        assert pressed == ["app"]
        await press(pilot, "slash", "a", "enter", "escape")
        assert pressed == ["app"]
        assert not viewer.finding
        await press(pilot, "escape")
        assert pressed == ["app", "app"]


async def test_letters_typed_into_find_do_nothing_else() -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "slash", *"gGrxwynN#", "space", "0")
        await settle(pilot)
        assert (viewer.mode, viewer.wrap) == ("pretty", False)
        assert viewer.bar.current.text == "gGrxwynN# 0"


async def test_mouse() -> None:
    async with ViewerApp().run_test(size=SIZE) as pilot:
        viewer = await show(pilot, ROWS)
        await pilot.click(CodeView, offset=(20, 5))
        assert viewer.view.cursor_row == 5
        await pilot.click(CodeView, offset=(20, 3), times=2)
        await settle(pilot)
        assert viewer.view.cursor_row == 3
        assert pilot.app.screen.get_selected_text() in (None, "")
        row = viewer.view.page.rows.row(3) if viewer.view.page else None
        assert row is not None
        assert viewer.view.place == row.start + 20 - viewer.view.gutter_width
        await pilot._post_mouse_events([__import__("textual.events").events.MouseScrollDown], CodeView)
        await settle(pilot)
        assert viewer.view.scroll_offset.y > 0


async def test_every_binding_has_an_id_a_tooltip_and_an_action() -> None:
    seen: dict[str, str] = {}
    for owner in (BodyViewer, CodeView, FindBar):
        names = set()
        for each in owner.mro():
            for binding in getattr(each, "BINDINGS", []) if each.__module__.startswith("workbench") else []:
                assert binding.id, binding
                assert binding.tooltip, binding
                action = binding.action.partition("(")[0]
                assert callable(getattr(owner, f"action_{action}", None)), binding
                names.add(binding.id)
        for name in names:
            assert seen.setdefault(name, owner.__name__) == owner.__name__, name
        assert owner.HELP


async def test_nothing_shown_survives_every_key() -> None:
    keys = [*"jkhlgGnNrxwyY#0", "enter", "home", "end", "pageup", "pagedown", "ctrl+d", "ctrl+u", "up", "down"]
    async with ViewerApp().run_test(size=SIZE) as pilot:
        await press(pilot, *keys, "slash", "a", "down", "up", "ctrl+t", "ctrl+g", "enter", "n", "escape")
        await show(pilot, b"")
        await press(pilot, *keys, "slash", "a", "enter", "n", "escape")
        assert "empty" in "\n".join(lines(pilot.app))
