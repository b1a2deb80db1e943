"""Readable in every theme, in sixteen colours and in none; nothing is said by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.tui.viewer.support import ViewerApp, lines, press, settle, show, strips
from workbench.tui.widgets.body_viewer.palette import contrast

if TYPE_CHECKING:
    from rich.segment import Segment

DATA = b'{"name": "x", "n": 1.5, "ok": true, "z": null, "list": ["\\u001b", {"k": "v"}], "more": "x"}'
HTML = b"<!-- note -->\n<p class='a'>words &amp; more</p>\n<script>let x = 1; // y\n</script>\n"


def segments(app: ViewerApp) -> list[Segment]:
    return [segment for strip in strips(app)[:12] for segment in strip if segment.text.strip()]


@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_everything_is_readable_in_every_theme(theme: str) -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 16)) as pilot:
        app.theme = theme
        for data, kind in ((DATA, "application/json"), (HTML, "text/html")):
            await show(pilot, data, kind)
            await press(pilot, "slash", "x", "enter", "j")
            await settle(pilot)
            for text, style, _ in segments(app):
                assert style is not None
                if style.color and style.bgcolor and style.color.triplet and style.bgcolor.triplet:
                    ratio = contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
                    assert ratio >= 4.4 or set(text.strip()) <= set("▁▂▃▄▅▆▇█ ╸╺"), (text, style)
                if app.native_ansi_color and style.color and style.bgcolor:
                    assert style.color != style.bgcolor or style.color.is_default or style.reverse, (text, style)


async def test_colours_follow_theme_and_focus() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 16)) as pilot:
        viewer = await show(pilot, DATA)

        def looks() -> tuple[object, ...]:
            key, cursor = viewer.view.render_line(1), viewer.view.render_line(0)
            return [style.color for _, style, _ in key if style][2], list(cursor)[1].style.bgcolor  # type: ignore[union-attr]  # painted rows have styles

        first = looks()
        app.theme = "textual-light"
        await settle(pilot)
        strips(app)
        second = looks()
        assert first[0] != second[0]
        await press(pilot, "slash")
        await settle(pilot)
        strips(app)
        assert looks()[1] != second[1]


async def test_tokens_have_different_colours() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 16)) as pilot:
        await show(pilot, DATA)
        colours = {segment.text.strip(): str(segment.style.color) for segment in segments(app) if segment.style}
        assert len({colours['"name"'], colours['"x"'], colours["1.5"]}) == 3


async def test_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ViewerApp()
    async with app.run_test(size=(80, 16)) as pilot:
        await show(pilot, DATA)
        await press(pilot, "slash", "x", "enter")
        await settle(pilot)
        assert lines(app)[1].startswith("▸")
        marked = [
            (s.text, bool(s.style and s.style.reverse), bool(s.style and s.style.underline)) for s in segments(app)
        ]
        assert ("x", True, False) in marked
        assert ("x", False, True) in marked
        assert any(segment.style and segment.style.bold and "name" in segment.text for segment in segments(app))


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 5), (80, 24), (200, 60), (300, 2)])
async def test_any_size(size: tuple[int, int]) -> None:
    app = ViewerApp()
    async with app.run_test(size=size) as pilot:
        for data, kind in (
            (DATA, "application/json"),
            (bytes(range(256)), ""),
            (("漢\t" * 500).encode(), "text/plain"),
        ):
            await show(pilot, data, kind)
            await press(pilot, "w", "G", "end", "w", "r", "slash", "x", "enter", "n", "escape", "r")
            await settle(pilot)
            strips(app)
        await pilot.resize_terminal(40, 10)
        await settle(pilot)
        strips(app)
