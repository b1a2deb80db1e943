"""What the response viewer looks like at 80 by 24, one picture for each kind of thing it shows.

`pytest tests/tui/viewer --snapshot-update` draws them anew; look at the difference before it is committed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from textual.app import App

from tests.tui.viewer.support import ViewerApp, press, settle, show
from workbench.model.body.events import EventLog
from workbench.model.errors import Failure
from workbench.model.exchange import Exchange
from workbench.model.secrets import Redactor
from workbench.tui.panes.response.events import EventsView
from workbench.tui.panes.response.fitted_text import FittedText
from workbench.tui.panes.response.texts import problem
from workbench.tui.safe import ControlFilter
from workbench.tui.widgets.body_viewer import picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.filter import LineFilter
    from textual.pilot import Pilot

SIZE = (80, 24)

Compare = Callable[..., bool]
Act = Callable[["Pilot[Any]"], Awaitable[None]]

JSON = (
    b'{"id":1234567890123456789012345678901234567890,"price":1.0,"rate":1e2,"ok":true,"note":null,'
    b'"name":"Zo\\u00eb \xe6\x97\xa5\xe6\x9c\xac","items":[{"k":"v"},{"k":"\\u001b[31m"}],"dup":1,"dup":2,"empty":{}}'
)
HTML = (
    b"<!doctype html><html><head><title>A page</title><style>p { color: red }</style></head><body class='x'>"
    b"<!-- note --><h1>Hello <b>you</b></h1><ul><li>one<li>two &amp; three</ul><pre>  kept\n    as it is</pre>"
    b"<script>let a = '<p>'; // not a tag</script></body></html>"
)
XML = (
    b'<?xml version="1.0"?><feed xmlns="urn:x"><entry id="1"><title>First</title><body>mixed <i>text</i> stays</body>'
    b'</entry><entry id="2"><title>Second</title><empty/><data><![CDATA[<raw>]]></data></entry></feed>'
)


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(picture, "available", lambda: False)


def body(data: bytes, kind: str, *keys: str, **options: Any) -> Act:
    async def act(pilot: Pilot[Any]) -> None:
        await show(pilot, data, kind, **options)
        await press(pilot, *keys)
        await settle(pilot)

    return act


PICTURES: dict[str, Act] = {
    "json": body(JSON, "application/json", "j", "j"),
    "json folded, with hits": body(JSON, "application/json", "minus", "slash", *"item", "enter"),
    "json filtered": body(JSON, "application/json", "f", *"$..k", "enter", "j"),
    "html": body(HTML, "text/html", *"jjjjj"),
    "xml": body(XML, "application/xml", *"jjj"),
    "hex": body(bytes(range(256)) + b"plain text", "application/octet-stream", "j"),
    "image without the extra": body(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x80\b\2\0\0\0", "image/png"),
    "empty": body(b"", "application/json"),
    "truncated": body(b'{"a": [1, 2', "application/json", truncated=True),
}


@pytest.mark.parametrize("name", PICTURES)
def test_looks(snap_compare: Compare, name: str) -> None:
    assert snap_compare(ViewerApp(), terminal_size=SIZE, run_before=PICTURES[name])


class StreamApp(App[None]):
    """The list of events alone."""

    def compose(self) -> ComposeResult:
        yield EventsView()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]


async def some_events(pilot: Pilot[Any]) -> None:
    log = EventLog()
    for number in range(1, 31):
        kind = b"event: tick\n" if number % 3 else b""
        log.feed(b'%bdata: {"n": %d, "text": "line [/] \x1b[31m"}\n\n' % (kind, number), number * 0.25)
    view = pilot.app.query_one(EventsView)
    view.list.focus()
    view.show(log)
    await press(pilot, "k", "enter")
    await settle(pilot)


def test_a_stream(snap_compare: Compare) -> None:
    assert snap_compare(StreamApp(), terminal_size=SIZE, run_before=some_events)


class ProblemApp(App[None]):
    """The panel of a failed call alone."""

    def compose(self) -> ComposeResult:
        failure = Failure(
            kind="not_running",
            message="the service reports is stopped [/] \x1b[31m",
            layer="platform",
            platform_status=409,
            hint="start it in the web console, or choose another service with F3; the list on the left says which run",
            detail='{"error_message": "container is not running"}',
        )
        panel = FittedText()
        panel.show(partial(problem, Exchange(outcome="error", error=failure, elapsed=0.041), failure, Redactor()))
        yield panel


def test_an_error(snap_compare: Compare) -> None:
    assert snap_compare(ProblemApp(), terminal_size=SIZE)
