"""Find: as one types, marked, counted, around the ends, in every mode, and off the event loop when it is large."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.viewer.support import ViewerApp, count, press, settle, show, strips, text_lines
from workbench.tui.widgets.body_viewer import CodeView

DATA = b'{"a": "one two", "b": ["two", "Two", "three"], "c": "a.c abc"}'
LARGE = b"[" + b",".join(b'{"id": %d, "text": "some words"}' % n for n in range(20_000)) + b"]"


def marked(app: ViewerApp) -> list[tuple[str, str]]:
    """What is marked on the screen, and how."""
    view = app.query_one(CodeView)
    found = []
    for strip in strips(app)[: view.size.height]:
        for text, style, _ in strip:
            if style and (style.reverse or style.underline) and style.bgcolor and "▂" not in text and text.strip():
                found.append((text, "current" if style.reverse else "hit"))
    return found


async def test_find_as_one_types() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        await press(pilot, "slash", "t", "w", "o")
        await settle(pilot)
        assert count(app) == "1/3"
        assert marked(app) == [("two", "current"), ("two", "hit"), ("Two", "hit")]
        assert viewer.view.cursor_row == 1
        await press(pilot, "enter")
        assert app.focused is viewer.view
        await press(pilot, "n")
        assert (count(app), viewer.view.cursor_row) == ("2/3", 3)
        await press(pilot, "n", "n")
        assert (count(app), viewer.view.cursor_row) == ("1/3 ↻", 1)
        await press(pilot, "N")
        assert (count(app), viewer.view.cursor_row) == ("3/3 ↻", 4)
        assert marked(app)[-1] == ("Two", "current")
        await press(pilot, "escape")
        await settle(pilot)
        assert marked(app) == []
        assert not viewer.finding


async def test_find_starts_where_one_is_and_escape_goes_back() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        await press(pilot, "j", "j", "j", "j", "slash", "t", "w")
        await settle(pilot)
        assert (count(app), viewer.view.cursor_row) == ("3/3", 4)
        await press(pilot, "backspace", "backspace", "o", "n", "e")
        await settle(pilot)
        assert viewer.view.cursor_row == 1
        await press(pilot, "escape")
        await settle(pilot)
        assert viewer.view.cursor_row == 4
        assert app.focused is viewer.view


async def test_fast_typing_goes_into_the_bar() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        driver = app._driver
        assert driver is not None
        for key in "/rx/w":
            driver.send_message(events.Key("slash" if key == "/" else key, key))
        await settle(pilot)
        assert viewer.bar.current.text == "rx/w"
        assert viewer.mode == "pretty"


async def test_arrows_step_while_typing() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, DATA)
        await press(pilot, "slash", *"two", "down", "down")
        assert count(app) == "3/3"
        await press(pilot, "up")
        assert count(app) == "2/3"
        assert isinstance(app.focused, Input)


async def test_case_and_expression() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        await press(pilot, "slash", *"Two", "ctrl+t")
        await settle(pilot)
        assert count(app) == "1/1"
        assert "[Aa]" in str(viewer.bar.query_one("#find-case").render())
        await press(pilot, "ctrl+t")
        await settle(pilot)
        assert count(app) == "1/3"
        viewer.bar.query_one(Input).value = "a.c"
        await settle(pilot)
        assert count(app) == "1/1"
        await press(pilot, "ctrl+g")
        await settle(pilot)
        assert count(app) == "1/2"
        assert "[.*]" in str(viewer.bar.query_one("#find-regex").render())
        viewer.bar.query_one(Input).value = "(a+)+"
        await settle(pilot)
        assert "for ever" in count(app)
        viewer.bar.query_one(Input).value = "["
        await settle(pilot)
        assert "not an expression yet" in count(app)
        assert marked(app) == []
        await pilot.click("#find-regex")
        await pilot.click("#find-case")
        await settle(pilot)
        assert (viewer.bar.regex, viewer.bar.case) == (False, True)


async def test_nothing_found() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        await press(pilot, "j", "slash", *"zebra")
        await settle(pilot)
        assert count(app) == "nothing found"
        await press(pilot, "enter", "n", "N")
        assert viewer.view.cursor_row == 1
        assert count(app) == "nothing found"


async def test_n_before_any_find_asks_what() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        await press(pilot, "n")
        assert isinstance(app.focused, Input)
        assert viewer.finding


async def test_a_hit_to_the_side_is_brought_into_view() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, b"x" * 5000 + b"needle" + b"y" * 5000, "text/plain")
        await press(pilot, "slash", *"needle")
        await settle(pilot)
        assert ("needle", "current") in marked(app)
        assert viewer.view.scroll_offset.x > 4900
        await press(pilot, "escape", "w")
        await settle(pilot)
        await press(pilot, "slash", *"needle")
        await settle(pilot)
        assert "".join(text for text, how in marked(app) if how == "current") == "needle"


async def test_find_in_raw_and_hex() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, DATA)
        await press(pilot, "slash", *"three", "enter", "x")
        await settle(pilot)
        assert viewer.mode == "hex"
        assert count(app) == "1 hit"
        await press(pilot, "n")
        await settle(pilot)
        assert count(app).startswith("1/1")
        assert "".join(text for text, how in marked(app) if how == "current").replace(" ", "").startswith("7468726565")
        await press(pilot, "r")
        await settle(pilot)
        assert count(app) == "1 hit"


async def test_find_in_a_large_body() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, LARGE)
        await press(pilot, "slash", *'"id": 15000')
        await settle(pilot)
        assert count(app) == "1/1"
        assert viewer.view.cursor_row == 15_000 * 4 + 2
        assert any('"id": 15000' in line for line in text_lines(app))
        viewer.bar.query_one(Input).value = "words"
        await settle(pilot)
        assert count(app).endswith("/20,000")
        await press(pilot, "enter", "n")
        await settle(pilot)
        await press(pilot, "N", "N")
        await settle(pilot)
        assert count(app).endswith("/20,000 ↻")
        viewer.bar.query_one(Input).value = "no such words"
        await settle(pilot)
        assert count(app) == "nothing found"


@pytest.mark.parametrize("data", [DATA, LARGE], ids=["small", "large"])
async def test_another_body_forgets_the_hits_and_looks_again(data: bytes) -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, LARGE)
        await press(pilot, "slash", *"words", "enter")
        await show(pilot, data)
        assert count(app) == ("nothing found" if data is DATA else "20,000 hits")
        await show(pilot, b"\x89PNG\r\n\x1a\nwords", "image/png")
        assert count(app) == "1 hit"
