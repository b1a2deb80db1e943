"""Load tests with a sender that answers from memory: users, rates, lateness, stopping, thresholds."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.support.clock import in_virtual_time
from tests.unit.replay.test_runner import FakeSession, get, ok, slow, work
from workbench.model.collection import Capture
from workbench.model.errors import Failure
from workbench.replay.load.drive import Drive, LoadOptions, plays_of
from workbench.replay.load.shown import LoadInfo, Outcome, document, duration_text, heading, text
from workbench.replay.load.tally import Latencies, Tally
from workbench.replay.load.thresholds import threshold

if TYPE_CHECKING:
    from workbench.model.envelope import Envelope

INFO = LoadInfo(tool="t", started="s", base_url="http://h", services=("svc",), users=1, duration=1.0)


def drive(session: FakeSession, *works: Any, **options: Any) -> tuple[Drive, Tally]:
    tally = Tally()
    return Drive(session, plays_of(works), LoadOptions(**options), tally), tally  # type: ignore[arg-type]  # a fake


@in_virtual_time
async def test_users_play_over_and_over_each_with_captures_of_its_own() -> None:
    def answer(envelope: Envelope) -> Any:
        return 200, {"id": len(session.sent)}

    session = FakeSession(answer)
    chain = work(
        get("a", captures=(Capture("n", "$.id"),)),
        msgspec.structs.replace(get("b"), path="/b/{{n}}", asserts=("status == 200",)),
    )
    load, tally = drive(session, chain, users=3, duration=0.05)
    await load.play()
    firsts = [number for number, path in enumerate(session.sent, 1) if path == "/a"]
    seconds = [int(path.removeprefix("/b/")) for path in session.sent if path.startswith("/b/")]
    assert set(seconds) <= set(firsts)
    assert len(seconds) > 3
    assert tally.all.outcomes["passed"] == tally.all.calls == len(session.sent)
    assert list(tally.requests) == ["c.toml#a", "c.toml#b"]


@in_virtual_time
async def test_no_more_users_than_asked_for() -> None:
    session = FakeSession(slow)
    load, _ = drive(session, work(get("a")), users=4, duration=0.1)
    await load.play()
    assert session.most_in_flight == 4


@in_virtual_time
async def test_a_rate_waits_for_nobody_and_counts_the_waiting() -> None:
    async def stalls(_: Envelope) -> Any:
        await asyncio.sleep(0.4 if len(session.sent) == 1 else 0)
        return 200, {}

    session = FakeSession(stalls)
    load, tally = drive(session, work(get("a")), users=1, rate=100.0, duration=0.5)
    await load.play()
    waited, served = tally.corrected.values(), tally.all.service.values()
    assert served["p50"] < 0.05, "nearly all answers were quick by themselves"
    assert waited["p50"] > 0.05, "but nearly all plays waited for the first"
    assert tally.all.calls + load.unstarted == 50


@in_virtual_time
async def test_plays_that_never_began_are_counted() -> None:
    async def hangs(_: Envelope) -> Any:
        await asyncio.sleep(0.1)
        return 200, {}

    load, tally = drive(FakeSession(hangs), work(get("a")), users=1, rate=200.0, duration=0.1)
    await load.play()
    assert load.unstarted >= 15
    assert tally.all.calls <= 2


@in_virtual_time
async def test_stopping_cancels_what_is_in_flight_and_does_not_count_it() -> None:
    async def hangs(_: Envelope) -> Any:
        await asyncio.Event().wait()

    session = FakeSession(hangs)
    load, tally = drive(session, work(get("a")), users=2, duration=60.0)
    playing = asyncio.create_task(load.play())
    while session.in_flight < 2:  # noqa: ASYNC110 - the fake sets no event
        await asyncio.sleep(0)
    load.stop()
    await playing
    assert load.stopped == "interrupted"
    assert (tally.all.calls, session.in_flight) == (0, 0)


@in_virtual_time
async def test_a_failed_chain_is_skipped_and_errors_have_kinds() -> None:
    def answer(envelope: Envelope) -> Any:
        return Failure(kind="timeout", message="late", layer="network") if envelope.path == "/a" else (503, {})

    load, tally = drive(FakeSession(answer), work(get("a"), get("b", needs=("a",)), get("c")), users=1, duration=0.02)
    await load.play()
    outcomes = tally.all.outcomes
    assert 0 <= outcomes["error"] - outcomes["failed"] <= 1, "the last play may be cut"
    assert tally.kinds == {"timeout": outcomes["error"]}
    assert tally.all.share("error") == pytest.approx(0.5, abs=0.2)
    assert outcomes["skipped"] > 0
    assert sum(row[2] for row in tally.timeline) == outcomes["error"]


@in_virtual_time
async def test_a_bug_ends_it() -> None:
    def broken(_: Envelope) -> Any:
        raise ZeroDivisionError

    load, _ = drive(FakeSession(broken), work(get("a")), users=2, duration=60.0)
    with pytest.raises(ZeroDivisionError):
        await load.play()


@in_virtual_time
async def test_rows_take_turns() -> None:
    session = FakeSession(ok)
    rows = [work(get(f"r{row}"), row=row) for row in (1, 2, 3)]
    load, _ = drive(session, *rows, users=1, duration=0.02)
    await load.play()
    assert session.sent[:4] == ["/r1", "/r2", "/r3", "/r1"]


def test_percentiles() -> None:
    latencies = Latencies()
    for number in range(1, 1001):
        latencies.add(number / 1000)
    values = latencies.values()
    assert values["p50"] == pytest.approx(0.5, rel=0.01)
    assert values["p99"] == pytest.approx(0.99, rel=0.01)
    assert values["max"] == 1.0
    assert set(Latencies().values().values()) == {0.0}
    latencies.add(1e9)
    assert latencies.count == 1001


@pytest.mark.parametrize(
    ("line", "metrics", "holds"),
    [
        ("p95 < 500ms", {"p95": 0.4}, True),
        ("p99.9<=1s", {"p99.9": 1.0}, True),
        ("max < 1s", {"max": 1.0}, False),
        ("errors < 1%", {"errors": 0.02}, False),
        ("failed == 0", {"failed": 0.0}, True),
        ("rate >= 200/s", {"rate": 200.0}, True),
        ("rate > 200", {"rate": 200.0}, False),
    ],
)
def test_thresholds(line: str, metrics: dict[str, float], *, holds: bool) -> None:
    assert threshold(line).holds(metrics) is holds


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "expected one of p50"),
        ("p42 < 1s", "expected one of p50"),
        ("p95 500ms", "expected one of p50"),
        ("p95 < 5", "duration"),
        ("errors < 5", "1% for one in a hundred"),
        ("errors < x", "share such as"),
        ("rate > x/s", "calls per second"),
    ],
)
def test_what_is_no_threshold(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        threshold(line)


@in_virtual_time
async def test_what_is_shown() -> None:
    load, tally = drive(FakeSession(ok), work(get("a"), get("b")), users=1, duration=0.02)
    seconds = await load.play()
    lines = [threshold("p95 < 10s"), threshold("rate > 1000000/s")]
    metrics = tally.metrics(seconds)
    judged = tuple((each, metrics[each.metric], each.holds(metrics)) for each in lines)
    outcome = Outcome(seconds=seconds, interrupted=False, unstarted=2, judged=judged, code=1, reasons=(1,))
    found = document(INFO, tally, outcome)
    assert msgspec.json.decode(msgspec.json.encode(found)) == found
    assert found["schema"] == "cyberun-load/1"
    assert found["totals"]["calls"] == sum(each["calls"] for each in found["requests"])
    assert [each["ok"] for each in found["thresholds"]] == [True, False]
    assert sum(each["calls"] for each in found["timeline"]) == found["totals"]["calls"]
    shown = text(INFO, tally, outcome, unicode=False)
    assert (heading(INFO, ["c.toml"], unicode=False) + shown).isascii()
    for part in ("FAILED", "ok p95 < 10s", "FAIL rate", "2 plays could not begin", "\n  all "):
        assert part in shown, part


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0 ms"), (0.00431, "4.31 ms"), (0.25, "250 ms"), (1.5, "1.5 s"), (120, "120 s")]
)
def test_durations_for_people(seconds: float, shown: str) -> None:
    assert duration_text(seconds) == shown
