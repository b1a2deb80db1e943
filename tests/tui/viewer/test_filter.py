"""A JSONPath typed under the body shows what it selects; the path can be kept in the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.tui.quiet import work_held
from tests.tui.viewer.support import ViewerApp, count, press, settle, show, status, text_lines
from workbench.tui.widgets.body_viewer import BodyViewer
from workbench.tui.widgets.body_viewer.filter_bar import FilterBar

if TYPE_CHECKING:
    from textual.pilot import Pilot

JSON = b'{"n":[{"id":1.0,"k":"caf\\u00e9"},{"id":2e2,"k":{"z":[1]}}],"other":true}'


def word(app: ViewerApp) -> str:
    return str(app.query_one("#filter-count").render()).strip()


def shown(app: ViewerApp) -> list[str]:
    return [line for line in text_lines(app) if line]


async def filtered(pilot: Pilot[None], path: str) -> list[str]:
    pilot.app.query_one(FilterBar).query_one(Input).value = path
    await settle(pilot)
    return shown(pilot.app)  # type: ignore[arg-type]  # the app of these tests


def copied(app: ViewerApp) -> list[str]:
    return [each.text for each in app.heard if isinstance(each, BodyViewer.CopyRequested)]


def kept(app: ViewerApp) -> list[tuple[str, str, str | None, int]]:
    asked = [each for each in app.heard if isinstance(each, BodyViewer.KeepRequested)]
    return [(each.kind, each.path, each.literal, each.count) for each in asked]


async def test_the_result_is_live_lossless_and_can_be_searched() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, JSON)
        whole = shown(app)
        await press(pilot, "j", "f", *"$.n[*].id")
        await settle(pilot)
        assert shown(app) == ["[", "  1.0,", "  2e2", "]"]
        assert word(app) == "2 values"
        assert viewer.body_bytes == JSON
        # a path that is not complete says so, and the result stays
        assert await filtered(pilot, "$.n[") == ["[", "  1.0,", "  2e2", "]"]
        assert "column" in word(app)
        assert await filtered(pilot, "$.nope") == ["[]"]
        assert word(app) == "selects nothing"
        # places of the result are places of the body
        await filtered(pilot, "$.n[*].k")
        await press(pilot, "enter", "j")
        assert status(app).startswith("$.n[0].k ")
        await press(pilot, "y", "j", "j", "j", "Y", "y")
        assert status(app).startswith("$.n[1].k.z[0] ")
        assert copied(app) == ["café", "$.n[1].k.z[0]", "1"]
        await press(pilot, "slash", *"caf")
        await settle(pilot)
        assert count(app) == "1/1"
        await press(pilot, "escape", "G", "k", "k")
        # closing goes back to the whole body, at the value one was on
        await press(pilot, "escape")
        await settle(pilot)
        assert shown(app) == whole
        assert status(app).startswith("$.n[1].k")
        assert not viewer.filtering


async def test_a_new_body_is_filtered_too_and_other_views_are_of_the_whole() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, JSON)
        await press(pilot, "f", *"$.other")
        await settle(pilot)
        assert shown(app) == ["true"]
        await show(pilot, b'{"other": {"x": 1}}')
        assert shown(app) == ["{", '  "x": 1', "}"]
        await press(pilot, "enter", "r")
        assert shown(app) == ['{"other": {"x": 1}}']
        assert not viewer.filtering
        await show(pilot, b"<p>no json</p>", "text/html")
        await press(pilot, "f", *"$.a")
        await settle(pilot)
        assert "no JSON" in word(app)
        assert shown(app) == ["<p>no json</p>"]


async def test_a_large_body_is_filtered_off_the_loop() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, b"[" + b",".join(b'{"id":%d,"a":[1]}' % n for n in range(20_000)) + b"]")
        await press(pilot, "f")
        bar = viewer.filter_bar.query_one(Input)
        with work_held():
            bar.value = "$[*].a"
            await pilot.pause()
            bar.value = "$[?@.id > 19997].id"
            await pilot.pause()
            assert word(app) == "…"
        await settle(pilot)
        assert shown(app) == ["[", "  19998,", "  19999", "]"]
        await press(pilot, "enter", "j", "y")
        await settle(pilot)
        assert status(app).startswith("$[19998].id")
        assert copied(app) == ["19998"]
        await press(pilot, "escape")
        await settle(pilot)
        assert status(app).startswith("$[19998].id")
        assert any('"id": 19998,' in line for line in shown(app))


async def test_what_is_asked_to_be_kept() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, JSON)
        await press(pilot, *"jjj", "a", "c")
        assert kept(app) == [("assertion", "$.n[0].id", "1.0", 1), ("capture", "$.n[0].id", "1.0", 1)]
        await press(pilot, "f", *"$..id", "enter", "a")
        assert kept(app)[-1] == ("assertion", "$..id", None, 2)
        await filtered(pilot, "$.other")
        await press(pilot, "a")
        assert kept(app)[-1] == ("assertion", "$.other", "true", 1)
        await show(pilot, b"<p>x</p>", "text/html")
        await press(pilot, "a")
        assert app.bells == 1
