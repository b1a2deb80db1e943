"""What the app looks like: pictures at 80 by 24 and 140 by 42, light and dark, of everything but the bodies of answers.

`pytest tests/tui/looks --snapshot-update` draws them anew; look at them before they are committed. Nothing in them
depends on the machine: what came of requests is made up, nothing is sent, and the clock stands.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import msgspec
import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]  # it ships no types
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from tests.tui.app.support import LARGE, SMALL, Desktop, desktop, session_on
from workbench.model.catalog import Service
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure
from workbench.model.exchange import AssertionResult, Exchange, ServiceResponse, Timing
from workbench.model.profile import MANAGED_BASE_URL
from workbench.model.request import ResolvedRequest, Target
from workbench.tui.controllers.answer import Flight
from workbench.tui.controllers.catalog import Catalog, Identity
from workbench.tui.controllers.history import Entry
from workbench.tui.panes import history_pane
from workbench.tui.panes.collections_pane import CollectionsTree
from workbench.tui.panes.response import flight as flight_panel
from workbench.tui.screens.compare import CompareScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

TITLE = "cyberun-tui"
SETTLE = 0.05
DARK, LIGHT = "textual-dark", "textual-light"
SERVICES = (
    Service(slug="my-llm", name="Chat", state="running"),
    Service(slug="echo", name="Echo", state="running"),
    Service(slug="old-one", name="Stopped", state="stopped"),
    Service(slug="broken-one", name="Failed", state="failed"),
)
BODY = (
    b'{"method":"GET","path":"/anything/Ada","price":1.0,"big":12345678901234567890123,"name":"\xe6\x97\xa5\xe6\x9c\xac",'
    b'"items":[{"id":1,"ok":true},{"id":2,"ok":null}]}'
)
STARTED = "2020-01-02T03:04:05.000Z"


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    for module in (history_pane, flight_panel):
        monkeypatch.setattr(module, "SPINNER", "⠋")
    yield
    monkeypatch.undo()
    time.tzset()


class Gallery:
    """Takes pictures of a desktop; those that differ from the kept ones are written and named, all together."""

    def __init__(self, desk: Desktop, snapshot: SnapshotAssertion, folder: Path) -> None:
        self._desk = desk
        self._folder = folder
        self._snapshot = snapshot.use_extension(SVGImageExtension)
        self.changed: list[str] = []

    async def take(self, name: str, size: tuple[int, int], theme: str) -> None:
        """One picture, once everything has settled."""
        app, pilot = self._desk.app, self._desk.pilot
        app.animation_level = "none"
        app.theme = theme
        await pilot.resize_terminal(*size)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()
        shot, before = app.export_screenshot(title=TITLE, simplify=True), ""
        while shot != before:  # workers and layouts may still be at it
            await pilot.pause(SETTLE)
            shot, before = app.export_screenshot(title=TITLE, simplify=True), shot
        label = f"{name} {size[0]}x{size[1]} {theme.removeprefix('textual-')}"
        if shot != self._snapshot(name=label):
            actual = self._folder / f"{label}.svg"
            await asyncio.to_thread(actual.write_text, shot, encoding="utf-8")
            self.changed.append(str(actual))


def entry(
    desk: Desktop, request_id: str, *, body: bytes = BODY, error: Failure | None = None, status: int = 200
) -> Entry:
    """A made-up outcome of a request of the collection."""
    ref, item = next(pair for pair in desk.main.workspace.refs() if pair[1].request.id == request_id)
    request = item.request
    target = Target(base_url="http://127.0.0.1:9/api/v1", service="echo", profile="local")
    response = ServiceResponse(
        platform_status=200,
        status=status,
        headers=(("content-type", "application/json"), ("date", "Thu, 02 Jan 2020 03:04:05 GMT")),
        body=body,
        timing=Timing(total=0.041, connect=0.01, wait=0.03, receive=0.001),
    )
    exchange = Exchange(
        file="echo.toml",
        id=request.id,
        name=request.name,
        outcome="error" if error else "passed" if status < 400 else "failed",
        method=request.method,
        path=request.path.replace("{{who}}", "Ada"),
        service="echo",
        request=ResolvedRequest(target=target, method=request.method, path="/anything/Ada"),
        envelope=Envelope(method=request.method, path="/anything/Ada"),
        response=None if error else response,
        error=error,
        assertions=(
            AssertionResult(text="status == 200", line=16, ok=status == 200, expected=200, actual=status),
            AssertionResult(text='$.method == "GET"', line=16, ok=True, expected="GET", actual="GET"),
        )
        if not error
        else (),
        started=STARTED,
        elapsed=0.041,
    )
    return Entry(0, ref, request, exchange, team="Alpha")


async def settled(desk: Desktop) -> None:
    """The platform's lists, made up; the focus where no cursor blinks."""
    await desk.until(lambda: desk.main.catalog.status == "failed")
    identity = Identity(kind="sk", prefix="sk-…3f", source="a test")
    desk.main.catalog = Catalog(status="ready", profile="local", identity=identity, services=SERVICES)
    desk.main.query_one(CollectionsTree).focus()


async def close(desk: Desktop) -> None:
    """Back to the main screen."""
    while desk.app.screen is not desk.main:
        await desk.press("escape")


async def test_the_working_day(snapshot: SnapshotAssertion, echo: Path, tmp_path: Path) -> None:
    session = session_on("http://127.0.0.1:9/api/v1", token="sk-pictures", team=None)
    async with desktop(session, echo, clock=lambda: 0.0) as desk:
        gallery = Gallery(desk, snapshot, tmp_path)
        await settled(desk)
        await gallery.take("not sent yet", SMALL, DARK)
        doubt = Failure(
            kind="timeout",
            message="no answer within 60 s",
            layer="network",
            hint="look on the container before sending it again, or give the request a longer timeout",
            in_doubt=True,
        )
        desk.main.keep([entry(desk, "teapot", status=418), entry(desk, "post", error=doubt), entry(desk, "hello")])
        for size in (SMALL, LARGE):
            for theme in (DARK, LIGHT):
                await gallery.take("answer", size, theme)
        await in_flight(desk, gallery)
        await problems(desk, gallery)
        await over_it(desk, gallery)
        await gallery.take("too small", (50, 12), DARK)
    assert not gallery.changed, "look at them; --snapshot-update takes them over"


async def in_flight(desk: Desktop, gallery: Gallery) -> None:
    ref = desk.main.ref
    assert ref is not None
    desk.main.flights = {ref: Flight(ref, "hello", -3.21)}
    await gallery.take("in flight", LARGE, DARK)
    desk.main.flights = {}


async def problems(desk: Desktop, gallery: Gallery) -> None:
    await desk.open("post")
    desk.main.query_one(CollectionsTree).focus()
    await gallery.take("no answer", SMALL, DARK)
    await gallery.take("no answer", LARGE, LIGHT)


async def over_it(desk: Desktop, gallery: Gallery) -> None:
    """What opens over the main screen, or takes its place."""
    await desk.press("f1")
    await gallery.take("help", SMALL, DARK)
    await close(desk)
    await desk.press("ctrl+o")
    await gallery.take("jump", SMALL, LIGHT)
    await close(desk)
    await desk.press("ctrl+p")
    await desk.until(lambda: isinstance(desk.app.screen, CommandPalette))
    await desk.press(*"use service my-llm")  # one hit: the order of several depends on who is faster
    await desk.until(lambda: desk.app.screen.query_one(CommandList).option_count == 1)
    await gallery.take("palette", LARGE, LIGHT)
    await close(desk)
    desk.main.focus_search()
    await desk.press(*"status:4xx")
    await desk.until(lambda: [line.status for line in desk.main.past.lines] == [418])
    await gallery.take("history search", LARGE, DARK)
    await desk.press("escape")
    await desk.press("f7")
    await gallery.take("zoom", LARGE, LIGHT)
    await desk.press("f7")
    later = entry(desk, "hello", body=BODY.replace(b"/Ada", b"/Grace").replace(b'"ok":null', b'"ok":false'))
    response = later.exchange.response
    assert response is not None
    headers = (("content-type", "application/json"), ("x-new", "yes"), ("date", "Fri, 03 Jan 2020 03:04:05 GMT"))
    changed = msgspec.structs.replace(response, headers=headers)
    exchange = msgspec.structs.replace(later.exchange, response=changed, elapsed=0.062)
    await desk.app.push_screen(
        CompareScreen(entry(desk, "hello"), Entry(0, later.ref, later.request, exchange), desk.app.session.redactor)
    )
    await desk.shows("differences")
    await gallery.take("compare", SMALL, DARK)
    await gallery.take("compare", LARGE, LIGHT)
    await close(desk)


async def test_the_first_start(snapshot: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = session_on(MANAGED_BASE_URL, token=None, team=None)
    async with desktop(session, ready=False) as desk:
        gallery = Gallery(desk, snapshot, tmp_path)
        await desk.started()
        await desk.shows("Welcome to cyberun-tui")
        await gallery.take("welcome", SMALL, DARK)
        await close(desk)
        await desk.shows("How to begin")
        await gallery.take("how to begin", SMALL, LIGHT)
    assert not gallery.changed, "look at them; --snapshot-update takes them over"
