"""The pure parts: titles, sizes, phases, layouts, the history's bounds, pastes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.interchange.pasting import read_paste
from workbench.model.collection import Body, Entry, SavedRequest
from workbench.model.errors import Failure
from workbench.model.exchange import AssertionResult, Exchange, ServiceResponse, Timing
from workbench.tui.controllers import history as histories
from workbench.tui.controllers.answer import (
    Answer,
    did_it_run,
    from_history,
    headline,
    label_of_tests,
    mood_of,
    phases,
    seconds,
    size,
)
from workbench.tui.controllers.history import History
from workbench.tui.controllers.layout import Layout, from_state
from workbench.tui.controllers.workspace import Ref

REF = Ref("a.toml", 1)


def exchange(status: int = 200, platform: int = 200, *, body: bytes = b"x", outcome: str = "passed") -> Exchange:
    response = ServiceResponse(platform_status=platform, status=status, body=body)
    return Exchange(id="a", outcome=outcome, response=response, elapsed=0.041)  # type: ignore[arg-type]  # a literal


def entry(number: int, made: Exchange | None = None) -> histories.Entry:
    from workbench.model.envelope import Envelope

    sent = msgspec.structs.replace(made or exchange(), envelope=Envelope(method="GET", path="/"))
    return histories.Entry(number, REF, SavedRequest(id="a"), sent)


@pytest.mark.parametrize(
    ("status", "platform", "mood"),
    [(200, 200, "good"), (302, 200, "warn"), (503, 200, "bad"), (200, 500, "bad"), (404, 404, "bad")],
)
def test_the_mood_is_that_of_the_worse_status(status: int, platform: int, mood: str) -> None:
    assert mood_of(exchange(status, platform)) == mood


def test_a_failed_test_or_a_cut_body_is_no_good_mood() -> None:
    assert mood_of(exchange(outcome="failed")) == "bad"
    cut = msgspec.structs.replace(exchange().response or ServiceResponse(platform_status=1, status=1), truncated=True)
    assert mood_of(msgspec.structs.replace(exchange(), response=cut)) == "warn"


def test_the_headline_names_both_statuses_and_the_request() -> None:
    words = headline(Answer(title="chat", entry=entry(1)))
    assert words == ["chat", "container 200", "platform 200", "41 ms", "1 B"]
    assert headline(Answer(title="chat")) == ["chat", "not sent yet"]
    past = Answer(title="chat", entry=entry(3), past=True)
    assert headline(past) == words
    assert from_history(past) == "from the history, no. 3"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(kind="template", message="m", layer="client"), "nothing was sent"),
        (Failure(kind="connect", message="m", layer="network"), "no answer: connect"),
        (Failure(kind="cancelled", message="m", layer="client", in_doubt=True), "cancelled, outcome unknown"),
        (Failure(kind="platform_auth", message="m", layer="platform", platform_status=401), "no answer: platform auth"),
    ],
)
def test_the_headline_of_a_failure_says_what_kind(failure: Failure, words: str) -> None:
    made = Exchange(id="a", outcome="error", error=failure)
    shown = headline(Answer(title="a", entry=histories.Entry(1, REF, SavedRequest(id="a"), made)))
    assert words in shown
    assert (failure.platform_status is None) == ("platform 401" not in shown)


def test_in_doubt_is_never_said_to_have_not_run() -> None:
    for layer in ("client", "network", "platform", "container"):
        doubt = Failure(kind="timeout", message="m", layer=layer, in_doubt=True)
        assert "may have run" in did_it_run(doubt)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1234, "1.2 kB"), (3_400_000, "3.4 MB"), (10**13, "10000.0 GB")]
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("value", "words"), [(0.0004, "0.4 ms"), (0.041, "41 ms"), (1.61, "1.61 s"), (125.0, "2 m 05 s")]
)
def test_durations(value: float, words: str) -> None:
    assert seconds(value) == words


durations = st.none() | st.floats(0, 100)


@given(durations, durations, durations, st.floats(0, 100), st.integers(1, 80))
def test_bars_never_leave_their_place(
    dns: float | None, wait: float | None, receive: float | None, total: float, width: int
) -> None:
    rows = phases(Timing(dns=dns, wait=wait, receive=receive, total=total), width)
    assert len(rows) == sum(value is not None for value in (dns, wait, receive))
    assert all(len(bar) <= width for _, _, bar in rows)


def test_the_label_of_the_tests_counts() -> None:
    results = (AssertionResult(text="a", ok=True), AssertionResult(text="b", ok=False))
    assert label_of_tests(msgspec.structs.replace(exchange(), assertions=results)) == "Tests 1/2"
    assert label_of_tests(exchange()) == "Tests"


def test_the_history_is_bounded_in_number_and_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "KEEP", 5)
    monkeypatch.setattr(histories, "KEEP_BYTES", 25)
    history = History()
    for number in range(1, 9):
        history = history.add(entry(number, exchange(body=b"0123456789")))
    assert [each.number for each in history.entries] == [4, 5, 6, 7, 8]
    assert [each.body_dropped for each in history.entries] == [True, True, True, False, False]
    assert history.last[REF].number == 8
    last = history.last[REF].exchange.response
    assert last is not None
    assert last.body == b"0123456789"


def test_what_never_left_is_the_last_outcome_and_no_entry() -> None:
    refused = Exchange(id="a", outcome="error", error=Failure(kind="template", message="m", layer="client"))
    history = History().add(histories.Entry(1, REF, SavedRequest(id="a"), refused))
    assert history.entries == ()
    assert history.last[REF].exchange is refused
    again = history.add(entry(history.count + 1))
    assert again.last[REF].number == 2
    assert again.find(again.last[REF].key) is again.last[REF]


@given(st.dictionaries(st.sampled_from(["side", "share", "hidden"]), st.integers() | st.booleans() | st.text()))
def test_a_remembered_layout_is_always_usable(state: dict[str, object]) -> None:
    layout = from_state(state)
    assert from_state(layout.to_state()) == layout
    for window in (60, 80, 140, 300):
        assert 0 < layout.side_width(window) <= window // 2


def test_panes_grow_and_shrink_within_limits() -> None:
    layout = Layout()
    for _ in range(20):
        layout = layout.wider(200, 1).taller(1)
    assert layout.side_width(200) == 80
    assert layout.share == 90
    for _ in range(40):
        layout = layout.wider(200, -1).taller(-1)
    assert layout.side_width(200) == 16
    assert layout.share == 10


def test_a_gateway_url_fills_in_service_and_path() -> None:
    pasted = read_paste("https://core.example/api/v1/r/containers/my-llm/v1/models?x=1")
    assert (pasted.service, pasted.path) == ("my-llm", "/v1/models?x=1")
    before = SavedRequest(id="a", method="POST", path="/old", query=(Entry("q", "1"),))
    after = pasted.onto(before)
    assert (after.method, after.path, after.query) == ("POST", "/v1/models?x=1", ())
    assert read_paste("http://h/r/invoke/my-llm").onto(before) == before


def test_a_curl_command_fills_in_everything_but_the_platforms_key() -> None:
    pasted = read_paste(
        "$ curl -XPOST 'https://h/r/containers/my-llm/v1/chat' -H 'Authorization: Bearer sk-secret' \\\n"
        "  -H 'X-Trace: 7' --json '{\"a\": 1}' -o out.txt"
    )
    assert (pasted.service, pasted.method, pasted.path) == ("my-llm", "POST", "/v1/chat")
    assert pasted.headers == (Entry("X-Trace", "7"), Entry("accept", "application/json"))
    assert pasted.body == Body("json", '{"a": 1}')
    assert "-o" in pasted.left_out
    assert "sk-secret" not in repr(pasted)


def test_a_curl_command_around_an_envelope_gives_the_inner_request() -> None:
    pasted = read_paste(
        "curl -X POST https://h/r/invoke/my-llm -H 'Authorization: Bearer sk-x' "
        '-d \'{"method": "PUT", "path": "/x", "headers": {"a": "b"}, "body_base64": "eyJhIjoxfQ=="}\''
    )
    assert (pasted.service, pasted.method, pasted.path) == ("my-llm", "PUT", "/x")
    assert pasted.body == Body("json", '{"a":1}')
    assert pasted.headers == (Entry("a", "b"),)


def test_data_goes_into_the_url_where_curl_puts_it() -> None:
    pasted = read_paste("curl -G https://a.b/c?d=1 -d q=2")
    assert (pasted.method, pasted.path, pasted.body) == ("GET", "/c?d=1&q=2", None)
    assert "a.b" in pasted.left_out[0]


@pytest.mark.parametrize("text", ["curl 'x", "curl -s", "curl"])
def test_a_curl_command_that_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(ValueError, match="curl"):
        read_paste(text)


@given(st.text(max_size=60))
def test_any_paste_is_read_or_refused(text: str) -> None:
    for paste in (f"curl {text}", f"https://host/{text}"):
        try:
            pasted = read_paste(paste)
        except ValueError:
            continue
        pasted.onto(SavedRequest(id="a"))
