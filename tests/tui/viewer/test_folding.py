"""Blocks of JSON and markup are folded one by one, to a level and all at once, in a body of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.quiet import quiet, until, work_held
from tests.tui.viewer.support import ViewerApp, notice, press, settle, show, status, text_lines
from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import pretty
from workbench.model.body.structure import JsonStructure
from workbench.tui.widgets.body_viewer import BodyViewer
from workbench.tui.widgets.body_viewer.document import Document
from workbench.tui.widgets.body_viewer.folding import FoldedRows
from workbench.tui.widgets.body_viewer.rows import LineRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

JSON = b'{"a":{"b":{"c":[1,{"d":2}]},"e":[]},"f":[[1],[2,3]],"g":"x{"}'
XML = b"<feed><entry><t>x</t><deep><e/></deep></entry><entry><t>y</t></entry></feed>"


async def folded(pilot: Pilot[None], *keys: str) -> list[str]:
    await press(pilot, *keys)
    await settle(pilot)
    return [line for line in text_lines(pilot.app) if line]


async def test_to_a_level_all_and_none() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await show(pilot, JSON)
        whole = await folded(pilot)
        top = ["{", '  "a": { ⋯ 9 lines },', '  "f": [ ⋯ 7 lines ],', '  "g": "x{"', "}"]
        level_one = await folded(pilot, "1")
        assert [line.rstrip(",") for line in level_one] == [line.rstrip(",") for line in top]
        level_two = await folded(pilot, "2")
        assert level_two[2].startswith('    "b": { ⋯ 6 lines }')
        assert '    "e": []' in level_two
        assert await folded(pilot, "plus") == whole
        # all: what one unfolds shows its own blocks folded
        assert await folded(pilot, "G", "minus") == level_one
        opened = await folded(pilot, "g", "j", "enter")
        assert opened == [*level_two[:4], *opened[4:]]
        assert opened[-3].startswith('  "f": [ ⋯ 7')
        assert await folded(pilot, "9") == whole


async def test_the_cursor_goes_up_to_what_hides_its_line() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 30)) as pilot:
        viewer = await show(pilot, JSON)
        await folded(pilot, *"jjjj")
        assert status(app).startswith("$.a.b.c[0]")
        await folded(pilot, "1")
        assert status(app).startswith("$.a ")
        assert viewer.view.cursor_row == 1


async def test_markup_has_paths_values_and_folds() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await show(pilot, XML, "application/xml")
        lines = await folded(pilot, "j", "j")
        assert lines[:4] == ["<feed>", "  <entry>", "    <t>x</t>", "    <deep>"]
        assert status(app).startswith("/feed/entry[1]/t")
        assert (await folded(pilot, "enter"))[1:3] == ["  <entry> ⋯ 4 lines </entry>", "  <entry>"]
        assert await folded(pilot, "1") == [
            "<feed>",
            "  <entry> ⋯ 4 lines </entry>",
            "  <entry> ⋯ 1 line </entry>",
            "</feed>",
        ]
        await folded(pilot, "plus", "g", *"jjj", "y", "Y")
        copied = [each.text for each in app.heard if isinstance(each, BodyViewer.CopyRequested)]
        assert copied == ["<deep><e/></deep>", "/feed/entry[1]/deep"]


async def test_a_large_body_is_folded_off_the_loop() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, b"[" + b",".join([b'{"id":1,"in":[{"x":2}]}'] * 20_000) + b"]")
        with work_held():
            await press(pilot, "1")
            assert viewer.view.laying_out == "folding"
            assert "folding…" in status(app)
        lines = await folded(pilot)
        assert lines[:2] == ["[", "  { ⋯ 6 lines }"]
        assert viewer.view.page is not None
        assert viewer.view.page.rows.count == 20_002
        await folded(pilot, "G", "k", "enter", "w")
        assert viewer.view.page.rows.count == 20_002 + 7
        await folded(pilot, "w", "minus", "escape")
        assert viewer.view.page.rows.count == 20_002


async def indenting(viewer: BodyViewer, data: bytes, let_go: Callable[[], None]) -> None:
    """Show large markup, and stop where it has been read and is about to be indented."""
    viewer.show(data, content_type="application/xml")
    await quiet(viewer.app)
    let_go()
    await until(viewer.app, lambda: viewer.indenting)


async def test_large_markup_shows_before_it_is_indented() -> None:
    app = ViewerApp()
    data = b"<a>" + b"<b><c>x</c></b>" * 30_000 + b"</a>"
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, data, "application/xml")
        assert text_lines(app)[:3] == ["<a>", "  <b>", "    <c>x</c>"]
        with work_held() as let_go:
            await indenting(viewer, data, let_go)
            assert text_lines(app)[0].startswith("<a><b><c>x</c></b><b>")
            viewer._turn()  # what the timer does
            assert " indenting " in notice(app)
            await press(pilot, "escape")
        await settle(pilot)
        assert text_lines(app)[0].startswith("<a><b><c>x</c></b><b>")
        assert not viewer.loading_body
        with work_held() as let_go:
            await indenting(viewer, data, let_go)
            await press(pilot, "x", "x")
        await settle(pilot)
        assert text_lines(app)[:3] == ["<a>", "  <b>", "    <c>x</c>"]


json_values = st.recursive(
    st.sampled_from([1, "x{", None, "["]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=25,
)


def plain_blocks(lines: list[str], level: int) -> list[tuple[int, int]]:
    """First and last lines of the blocks at a level, by looking at every line."""
    found, first = [], -1
    for number, line in enumerate(lines):
        if len(line) - len(line.lstrip()) == 2 * level:
            if line.lstrip()[0] in "]}" and first >= 0:
                found.append((first, number))
            first = number if line[-1] in "[{" else -1
    return found


@given(json_values, st.integers(0, 4))
@settings(max_examples=150, deadline=None)
def test_blocks_of_a_level(value: object, level: int) -> None:
    import json

    document = Document(pretty(json.dumps(value).encode(), "json").data, "json")
    structure = JsonStructure(document.index)
    lines = document.data.decode().split("\n")
    firsts, lasts = structure.blocks(level)
    assert list(zip(firsts, lasts, strict=True)) == plain_blocks(lines, level)
    for first, last in zip(firsts, lasts, strict=True):
        assert structure.block(first) == last
        inside = [pair for pair in plain_blocks(lines, level + 1) if first < pair[0] < last]
        assert structure.children(first) == inside
        assert all(structure.around(document.span(below)[0]) == first for below, _ in inside)
    with pytest.raises(Cancelled):
        structure.blocks(level, lambda: True)


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 9)), min_size=600, max_size=900), st.data())
@settings(max_examples=15, deadline=None)
def test_many_folds_against_a_plain_list(wanted: list[tuple[int, int]], data: st.DataObject) -> None:
    document = Document(b"x\n" * 1600, "text")
    blocks: list[tuple[int, int]] = []
    for first, length in sorted(set(wanted)):
        if not blocks or first > blocks[-1][1]:
            blocks.append((first, first + length))
    inner: dict[int, list[tuple[int, int]]] = {}
    rows = FoldedRows(LineRows(document), document, ([a for a, _ in blocks], [b for _, b in blocks]))
    for _ in range(6):
        first = data.draw(st.integers(0, 1500))
        shown = not any(a < first <= b for a, b in blocks)
        if rows.last(first) is not None:
            assert rows.unfold(first)
            blocks = sorted([pair for pair in blocks if pair[0] != first] + inner.pop(first, []))
        elif shown:
            last = max([first + 3, *(b for a, b in blocks if first < a <= first + 3)])
            rows.fold(first, last)
            inner[first] = [pair for pair in blocks if first < pair[0] <= last]
            blocks = sorted([pair for pair in blocks if not first < pair[0] <= last] + [(first, last)])
        hidden = {line for a, b in blocks for line in range(a + 1, b + 1)}
        expected = [line for line in range(1600) if line not in hidden]
        assert [rows.row(number).line for number in range(rows.count)] == expected
        assert rows.blocks == len(blocks)


def test_what_was_folded_inside_stays_folded() -> None:
    document = Document(b"x\n" * 20, "text")
    rows = FoldedRows(LineRows(document), document, ([2, 6], [4, 8]))
    rows.fold(1, 10)
    assert rows.count == 20 - 9
    assert rows.hiding(5) == 1
    assert rows.unfold(1)
    assert (rows.count, rows.last(2), rows.last(6)) == (20 - 4, 4, 8)
    assert not rows.unfold(1)
