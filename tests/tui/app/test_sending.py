"""From F5 to an answer, and everything that can come instead of one."""

from pathlib import Path

import msgspec
import pytest
from textual.widgets import TabbedContent

from tests.tui.app.support import LARGE, SMALL, desktop, session_on, write
from workbench.gateway.server import GatewayThread
from workbench.model.errors import Failure
from workbench.replay.session import Session
from workbench.tui.controllers.history import Entry
from workbench.tui.panes.response import ResponsePane
from workbench.tui.widgets.body_viewer import BodyViewer


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_f5_sends_and_the_title_has_both_statuses(session: Session, echo: Path, size: tuple[int, int]) -> None:
    async with desktop(session, echo, size=size) as desk:
        await desk.send()
        await desk.shows("container 200")
        await desk.shows("platform 200")
        exchange = desk.main.history.entries[-1].exchange
        assert exchange.outcome == "passed"
        assert exchange.response is not None
        assert b"/anything/Ada" in exchange.response.body
        assert desk.main.query_one(BodyViewer).body_bytes == exchange.response.body
        assert "Tests 2/2" in desk.text()


async def test_a_long_name_gets_shorter_before_a_status_does(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    name = "A name of many more words than fit"
    write(path, f'cyberun = 1\nservice = "echo"\n[[request]]\nid = "a"\nname = "{name}"\npath = "/status/404"\n')
    async with desktop(session, path, size=SMALL) as desk:
        await desk.send()
        await desk.shows("… · container 404 · platform 200")
        await desk.pilot.resize_terminal(*LARGE)
        await desk.shows(f"{name} · container 404 · platform 200 · ")


async def test_what_was_typed_right_before_the_key_is_sent_too(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        for key in ("end", "a", "b", "c", "f5"):
            desk.app.simulate_key(key)  # all at once, as out of one read of the terminal
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        assert desk.main.history.entries[0].exchange.path.endswith("/Adaabc")


async def test_a_container_error_does_not_look_good(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("teapot")
        await desk.send()
        await desk.shows("✗ teapot · container 418 · platform 200")
        pane = desk.main.query_one("#response-pane", ResponsePane)
        assert pane.has_class("-bad")
        assert not pane.has_class("-good")


async def test_another_request_never_shows_the_old_answer(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        await desk.open("post")
        await desk.shows("Post it · not sent yet")
        assert "container 200" not in desk.text()
        await desk.open("hello")
        await desk.shows("hello · container 200")


async def test_an_edit_says_that_the_request_has_changed_since(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        assert "has changed since" not in desk.text()
        await desk.press("end", "x")
        await desk.shows("the request has changed since this answer")
        await desk.press("backspace")
        await desk.until(lambda: "has changed since" not in desk.text())


async def test_missing_variables_are_all_listed_and_nothing_is_sent(
    session: Session, gateway: GatewayThread, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("missing")
        gateway.calls.clear()
        await desk.send()
        await desk.shows("nothing was sent")
        text = desk.text()
        assert "{{nobody}}" in text
        assert "{{nothing}}" in text
        assert "What to do" in text
        assert desk.main.history.entries == ()
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]


async def test_esc_cancels_and_the_outcome_is_kept(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("slow")
        await desk.press("f5")
        await desk.until(lambda: desk.main.flight is not None and desk.main.flight.doing == "sending")
        await desk.shows("esc cancels")
        await desk.press("escape")
        await desk.shows("cancelled, outcome unknown")
        (entry,) = desk.main.history.entries
        assert entry.exchange.error is not None
        assert entry.exchange.error.kind == "cancelled"
        assert entry.exchange.error.in_doubt
        assert desk.main.flight is None
        assert "the container may have run it" in desk.text()


async def test_the_time_in_flight_is_shown(session: Session, echo: Path) -> None:
    now = [100.0]
    async with desktop(session, echo, clock=lambda: now[0]) as desk:
        await desk.open("slow")
        await desk.press("f5")
        await desk.until(lambda: desk.main.flight is not None and desk.main.flight.doing == "sending")
        now[0] += 65
        await desk.shows("sending 1 m 05 s · esc cancels")
        await desk.press("escape")
        await desk.until(lambda: desk.main.flight is None)


async def test_a_second_f5_does_not_send_twice(session: Session, gateway: GatewayThread, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("slow")
        gateway.calls.clear()
        await desk.press("f5")
        await desk.until(lambda: desk.main.flight is not None and desk.main.flight.doing == "sending")
        await desk.press("f5")
        await desk.press("escape")
        await desk.until(lambda: desk.main.flight is None)
        assert len(desk.main.history.entries) == 1
        assert sum(call.route == "invoke" for call in gateway.calls.all()) <= 1


async def test_a_network_failure_is_a_panel_that_stays(echo: Path) -> None:
    session = session_on("http://127.0.0.1:9/api/v1", token="sk-nobody-listens", team=None)
    async with desktop(session, echo) as desk:
        await desk.send()
        await desk.shows("no answer: connect")
        text = desk.text()
        assert "Where" in text
        assert "Did it run" in text
        assert "container 2" not in text
        assert desk.main.query_one("#response-tabs", TabbedContent).active == "tab-problem"
        assert len(desk.main.history.entries) == 1


async def test_a_problem_after_an_answer_is_in_front(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        answered = desk.main.history.entries[0].exchange
        failure = Failure(kind="timeout", message="no answer", layer="network", hint="look there first", in_doubt=True)
        await desk.open("post")
        ref, request = desk.main.ref, desk.main.request
        assert ref is not None
        assert request is not None
        failed = msgspec.structs.replace(answered, id="post", response=None, error=failure, outcome="error")
        desk.main.keep([Entry(0, ref, request, failed)])
        await desk.shows("look there first")
        await desk.pilot.pause()
        assert desk.main.query_one("#response-tabs", TabbedContent).active == "tab-problem"
        await desk.open("hello")
        await desk.until(lambda: desk.main.query_one("#response-tabs", TabbedContent).active == "tab-body")


async def test_an_answer_after_a_problem_shows_its_body(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("missing")
        await desk.send()
        await desk.open("hello")
        await desk.send()
        await desk.until(lambda: desk.main.query_one("#response-tabs", TabbedContent).active == "tab-body")
        assert "/anything/Ada" in desk.text()


async def test_captures_are_there_for_later_requests_and_can_be_forgotten(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "chain.toml"
    path.write_text(
        """\
cyberun = 1
service = "echo"

[[request]]
id = "first"
path = "/anything/seven"
[request.capture]
seen = "$.path"
hidden = { from = "$.path", secret = true }

[[request]]
id = "second"
path = "/anything"
headers.x-seen = "{{seen}}"
headers.x-hidden = "{{hidden}}"
""",
        encoding="utf-8",
    )
    async with desktop(session, path) as desk:
        await desk.send()
        assert desk.main.names["seen"].origin == "captures"
        assert desk.main.names["hidden"].shown == "[redacted:hidden]"
        await desk.open("second")
        await desk.send()
        exchange = desk.main.history.entries[-1].exchange
        assert exchange.response is not None
        assert b'"x-seen":"/anything/seven"' in exchange.response.body
        desk.main.start("forget_captures")
        await desk.until(lambda: desk.main.names["seen"].state == "missing")


async def test_choosing_an_entry_of_the_history_shows_its_exchange(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.send()
        await desk.open("teapot")
        await desk.send()
        assert [entry.number for entry in desk.main.history.entries] == [1, 2]
        desk.main.query_one("#history").focus()
        await desk.press("down", "enter")
        await desk.shows("hello (echo.toml) · container 200")
        await desk.shows("container 200")
        await desk.until(lambda: desk.main.shown is desk.main.history.entries[0])
        desk.main.start("latest")
        await desk.shows("teapot · container 418")


async def test_a_stream_is_shown_as_it_comes_and_can_be_cancelled(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "stream.toml"
    write(
        path,
        'cyberun = 1\nservice = "echo"\n[[request]]\nid = "events"\nroute = "proxy"\npath = "/sse/99?interval_ms=50"\n',
    )
    async with desktop(session, path) as desk:
        await desk.press("f5")
        await desk.until(lambda: desk.main.flight is not None and desk.main.flight.received > 0)
        await desk.shows("so far")
        await desk.shows('"n":')
        await desk.press("escape")
        await desk.shows("cancelled, outcome unknown")


async def test_a_body_that_holds_a_secret_says_so(gateway: GatewayThread, tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    write(
        path,
        """\
cyberun = 1
service = "echo"
[secrets]
token = { env = "TEST_TOKEN" }
[[request]]
id = "with-token"
path = "/anything"
headers.x-token = "{{token}}"
""",
    )
    session = session_on(gateway.base_url, environ={"TEST_TOKEN": "canary-token-7"}, trusting=True)
    async with desktop(session, path) as desk:
        await desk.send()
        await desk.shows("holds one of your secrets")
