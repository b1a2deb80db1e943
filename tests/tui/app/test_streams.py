"""Event streams and chunked answers show as they come, are stopped with a key, and stay to be looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.widgets import TabbedContent

from tests.tui.app.support import desktop, write
from workbench.model.body.events import EventLog
from workbench.tui.panes.response.events import EventsView
from workbench.tui.widgets.event_list import EventList

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.replay.session import Session

STREAMS = """\
cyberun = 1
service = "echo"
[defaults]
[[request]]
id = "events"
route = "proxy"
path = "/sse/{count}?pause={pause}"
"""


def stream(tmp_path: Path, count: int, pause: float) -> Path:
    path = tmp_path / "stream.toml"
    write(path, STREAMS.replace("{count}", str(count)).replace("{pause}", str(pause)))
    return path


async def test_events_show_as_they_come_and_stop_on_a_key(session: Session, tmp_path: Path) -> None:
    async with desktop(session, stream(tmp_path, 5000, 0.02)) as desk:
        main = desk.main
        await desk.press("f5")
        await desk.until(lambda: main.flight is not None and main.flight.events and len(main.flight.events) > 3)
        await desk.shows("S stops, esc cancels")
        events = main.query_one("#flight-events", EventsView).list
        events.focus()
        await desk.press("g", "j")
        await desk.shows('{"n":2,"of":5000}')
        assert (events.cursor, events.following) == (1, False)
        await desk.until(lambda: len(events.stream) > 8)
        assert events.cursor == 1
        await desk.press("G")
        assert events.following
        await desk.press("S")
        await desk.until(lambda: main.flight is None)
        (entry,) = main.history.entries
        response = entry.exchange.response
        assert response is not None
        assert entry.exchange.error is None
        assert response.truncated
        assert "stopped on request" in response.notice
        assert response.body.startswith(b"id: 1\nevent: tick\n")
        tabs = main.query_one("#response-tabs", TabbedContent)
        assert tabs.active == "tab-events"
        kept = main.query_one("#response-events", EventsView).list
        assert len(kept.stream) == response.body.count(b"\n\n")
        await desk.until(lambda: kept.has_focus)
        # all of one event
        await desk.press("g", "enter")
        await desk.shows('"of": 5000')
        await desk.until(lambda: re.search(r"\+\d+\.\d", desk.text()))


async def test_a_cancelled_stream_keeps_what_came(session: Session, tmp_path: Path) -> None:
    async with desktop(session, stream(tmp_path, 5000, 0.02)) as desk:
        main = desk.main
        await desk.press("f5")
        await desk.until(lambda: main.flight is not None and main.flight.events and len(main.flight.events) > 1)
        await desk.press("escape")
        await desk.until(lambda: main.flight is None)
        (entry,) = main.history.entries
        assert entry.exchange.error is not None
        assert entry.exchange.error.kind == "cancelled"
        assert entry.exchange.response is not None
        assert entry.exchange.response.body.startswith(b"id: 1\n")
        assert main.query_one("#response-tabs", TabbedContent).active == "tab-problem"
        main.query_one("#response-tabs", TabbedContent).active = "tab-events"
        last = entry.exchange.response.body.count(b"\n\n")
        await desk.shows(f'{{"n":{last},"of":5000}}')
        main.start("stop_stream")
        await desk.until(lambda: any("nothing is coming" in each.message for each in desk.app._notifications))


async def test_a_hundred_thousand_events_stay_smooth(session: Session, tmp_path: Path) -> None:
    async with desktop(session, stream(tmp_path, 1, 0)) as desk:
        await desk.send()
        view = desk.main.query_one("#response-events", EventsView)
        log = EventLog()
        for number in range(100_000):
            log.feed(b'event: token\ndata: {"n":%d,"evil":"\x1b[31m[/]"}\n\n' % number, number / 1000)
        view.show(log)
        await desk.pilot.pause()
        painted = 0

        def paint(index: int, width: int) -> object:
            nonlocal painted
            painted += 1
            return original(index, width)

        original = view.list._paint
        view.list._paint = paint  # type: ignore[method-assign,assignment]  # counts
        view.list.focus()
        for keys in ("g", "pagedown", "G", "k"):
            await desk.press(keys)
        await desk.shows("99,999/100,000 events")
        await desk.shows("␛[31m[/]")
        assert painted < 400
        assert isinstance(view.list, EventList)
