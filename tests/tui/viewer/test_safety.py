"""Nothing of a body reaches the terminal as anything but text: through the viewer alone, and through the belt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.widgets import Button, DataTable, Input, Label, Log, OptionList, RichLog, Static, TextArea, Tree

from tests.tui.viewer.payloads import PAYLOADS, SURROGATES
from tests.tui.viewer.support import ViewerApp, press, settle, show, strips
from workbench.tui.safe import ControlFilter, printable
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.filter import LineFilter

CONTROLS = {*range(0x20), *range(0x7F, 0xA0)}
HIDDEN = {0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF}
HIDDEN |= {*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080), *range(0xD800, 0xE000)}
UNWANTED = CONTROLS | HIDDEN


def dangerous(app: App[Any]) -> list[str]:
    """What on the screen should not be there: characters, links, click actions."""
    found = []
    for strip in strips(app):
        for text, style, control in strip:
            found += [f"U+{ord(each):04X}" for each in text if ord(each) in UNWANTED]
            found += ["a link"] if style and style.link else []
            found += ["an action"] if style and "@click" in style.meta and "quit" in str(style.meta) else []
            found += ["a control segment"] if control else []
    return found


def bodies(payload: str) -> list[tuple[bytes, str]]:
    value = {payload: [payload, {"k": payload}]}
    return [
        (payload.encode(), "text/plain; charset=utf-8"),
        (json.dumps(value, ensure_ascii=False).encode(), "application/json"),
        (f"<p>{payload}</p>\n".encode() * 3, "text/html; charset=utf-8"),
    ]


@pytest.mark.parametrize("belt", [True, False], ids=["belt", "viewer alone"])
async def test_each_payload_in_the_viewer(belt: bool) -> None:
    app = ViewerApp(belt=belt)
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = app.query_one(BodyViewer)
        for name, payload in PAYLOADS.items():
            for data, kind in bodies(payload):
                viewer.show(data, content_type=kind)
                await pilot.pause()
                assert dangerous(app) == [], name
                assert viewer.body_bytes == data


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["text", "json", "html"])
async def test_all_payloads_under_every_key(kind: int) -> None:
    app = ViewerApp(belt=False)
    async with app.run_test(size=(100, 50)) as pilot:
        short = "".join(payload for payload in PAYLOADS.values() if len(payload) < 100)
        await show(pilot, *bodies(short)[kind])
        for key in [*"wjjlrxnw", "end", "home", "G", "slash", "x", "down", "enter", "N", "escape", "r", "enter"]:
            await press(pilot, key)
            await settle(pilot)
            assert dangerous(app) == [], key


async def test_payloads_as_type_coding_and_key() -> None:
    app = ViewerApp(belt=False)
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = app.query_one(BodyViewer)
        for payload in PAYLOADS.values():
            viewer.show(b"abc", content_type=payload, content_encoding=payload)
            await settle(pilot)
            assert dangerous(app) == []
        await show(pilot, json.dumps(dict.fromkeys(PAYLOADS.values(), 1), ensure_ascii=False).encode())
        for row in range(len(PAYLOADS)):
            viewer.view.move_to_row(row)
            await pilot.pause()
            assert dangerous(app) == []


async def test_surrogates_in_a_text_at_hand() -> None:
    app = ViewerApp(belt=False)
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(CodeView)
        view.load("\n".join([*SURROGATES.values(), *PAYLOADS.values()]), "json")
        await settle(pilot)
        assert dangerous(app) == []


async def test_a_selection_is_safe_too() -> None:
    app = ViewerApp(belt=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, "\n".join(PAYLOADS.values()).encode(), "text/plain; charset=utf-8")
        await pilot.mouse_down(CodeView, offset=(8, 1))
        await pilot.hover(CodeView, offset=(12, 15))
        await pilot.mouse_up(CodeView, offset=(12, 15))
        await settle(pilot)
        assert dangerous(app) == []
        selected = app.screen.get_selected_text() or ""
        assert selected
        assert not {ord(each) for each in selected} & ((CONTROLS - {ord("\n")}) | HIDDEN)


@given(st.binary(max_size=400), st.sampled_from(["", "application/json", "text/html", "text/plain;charset=latin1"]))
@settings(max_examples=40, deadline=None)
def test_rows_of_any_body_are_text(data: bytes, content_type: str) -> None:
    from workbench.tui.widgets.body_viewer.opening import Job, OpenBody

    body = OpenBody(Job(data, content_type).read())
    for mode in ("pretty", "raw", "hex"):
        page = body.page(body.possible(mode))
        for number in range(page.rows.count):
            row = page.rows.row(number)
            painted = page.paint(row, 0, 80, lambda _start, _end: [], None)
            text = "".join(run.text for run in painted.runs)
            assert not {ord(each) for each in text} & UNWANTED
            assert not {ord(each) for each in page.text_of(row)} & UNWANTED


class Everything(App[None]):
    """Many widgets, each showing foreign text that nobody made visible."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.belt = ControlFilter()

    def compose(self) -> ComposeResult:
        yield Static(self.text, markup=False)
        yield Label(self.text, markup=False)
        yield Button(self.text.replace("[", "("))
        yield Input(value=self.text)
        yield TextArea(self.text)
        yield Log()
        yield RichLog()
        yield OptionList(self.text.replace("[", "("))
        yield DataTable()
        yield Tree(self.text.replace("[", "("))

    def on_mount(self) -> None:
        self.query_one(Log).write_line(self.text)
        self.query_one(RichLog).write(self.text)
        table = self.query_one(DataTable)
        table.add_columns("a")
        table.add_row(self.text.replace("[", "("))
        self.screen.styles.overflow_y = "hidden"
        for widget in self.screen.children:
            widget.styles.height = 3
            widget.border_title = self.text.replace("[", "(")
            widget.styles.border = ("round", "red")

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self.belt]


FOREIGN = [text for name, text in {**PAYLOADS, **SURROGATES}.items() if not name.startswith(("markup", "long", "wide"))]


@pytest.mark.parametrize("first", range(0, len(FOREIGN), 6))
async def test_the_belt_holds_on_every_widget(first: int) -> None:
    app = Everything(" ".join(FOREIGN[first : first + 6]))
    async with app.run_test(size=(240, 50)) as pilot:
        await pilot.pause()
        assert dangerous(app) == []


async def test_without_the_belt_they_would_come_through() -> None:
    """What the belt is for: if Textual begins to clean by itself, this says so."""
    app = Everything(PAYLOADS["osc_clipboard"])
    app.belt.enabled = False
    app.get_line_filters = list  # type: ignore[method-assign]  # as an app without a belt has it
    async with app.run_test(size=(60, 50)) as pilot:
        await pilot.pause()
        assert "U+001B" in dangerous(app)


@given(st.lists(st.text(st.characters(categories=None), max_size=30), max_size=5))
@settings(max_examples=200, deadline=None)
def test_the_belt_over_any_segments(texts: list[str]) -> None:
    from rich.cells import cell_len

    style = Style(bold=True)
    segments = [Segment(text, style) for text in texts]
    cleaned = ControlFilter().apply(segments, Color(0, 0, 0))
    assert [segment.style for segment in cleaned] == [style] * len(texts)
    for before, after in zip(segments, cleaned, strict=True):
        assert not {ord(each) for each in after.text} & UNWANTED
        assert cell_len(after.text) == cell_len(before.text)


def test_the_belt_costs_clean_text_nothing() -> None:
    segments = [Segment("clean"), Segment("日本 é", Style(bold=True))]
    assert ControlFilter().apply(segments, Color(0, 0, 0)) is segments
    text = "clean"
    assert printable(text) is text


async def test_the_viewer_posts_no_escape_sequences_of_its_own() -> None:
    app = ViewerApp(belt=False)
    written: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        driver = app._driver
        assert driver is not None
        driver.write = written.append  # type: ignore[method-assign,assignment]  # what would go to the terminal
        await show(pilot, json.dumps({"a": "\x1b]52;c;x\x07"}).encode())
        await press(pilot, "j", "y", "Y")
        await settle(pilot)
        assert written == []
        texts = [each.text for each in app.heard if isinstance(each, BodyViewer.CopyRequested)]
        assert texts == ["\x1b]52;c;x\x07", "$.a"]
