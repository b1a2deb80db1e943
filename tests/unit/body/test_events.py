"""Events are cut out of a stream wherever its pieces end, and the oldest are forgotten beyond a limit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.events import EventLog

STREAM = (
    b"\xef\xbb\xbf: a comment\n\nevent: add\ndata: one\ndata: two\nid: 7\n\n"
    b"data:{}\r\n\r\nid: 8\n\nretry: 5\n\ndata\r\rdata: \xe2\x80\xa6\xff\n\ndata: last"
)


def seen(log: EventLog) -> list[tuple[int, str, str, str]]:
    return [(event.number, event.kind, event.data, event.id) for event in map(log.event, range(len(log)))]


WHOLE = [(1, "add", "one\ntwo", "7"), (2, "message", "{}", ""), (3, "message", "", ""), (4, "message", "…\ufffd", "")]


def test_events_as_the_standard_has_them() -> None:
    log = EventLog.of(STREAM)
    assert seen(log) == [*WHOLE, (5, "message", "last", "")]
    assert log.event(0).at is None
    assert log.event(1).size == len(b"data:{}")


@given(st.lists(st.integers(1, 9), max_size=60))
@settings(max_examples=100, deadline=None)
def test_pieces_do_not_matter(sizes: list[int]) -> None:
    log = EventLog()
    start = 0
    body = STREAM.removeprefix(b"\xef\xbb\xbf")
    for at, size in enumerate(sizes):
        log.feed(body[start : start + size], float(at))
        start += size
    log.feed(body[start:], 99.0)
    assert seen(log) == WHOLE
    times = [log.event(index).at or 0.0 for index in range(len(log))]
    assert times == sorted(times)


def test_arrivals_become_offsets() -> None:
    body = b"data: a\n\ndata: b\n\n"
    log = EventLog.of(body, ((9, 0.5), (18, 1.25)))
    assert [log.event(index).at for index in range(2)] == [0.5, 1.25]


def test_memory_is_bounded() -> None:
    log = EventLog(limit=2000, most=50)
    for number in range(1000):
        log.feed(b"data: %d\n\n" % number, float(number))
        assert len(log) <= 50
    assert log.forgotten + len(log) == 1000
    assert log.event(len(log) - 1).data == "999"
    assert log.event(0).number == log.forgotten + 1
    assert log.received == sum(len(b"data: %d\n\n" % number) for number in range(1000))
    large = EventLog(limit=2000)
    for _ in range(20):
        large.feed(b"data: " + b"x" * 500 + b"\n\n")
    assert len(large._data) <= 2600


@given(st.binary(max_size=200), st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_any_bytes(data: bytes, size: int) -> None:
    log = EventLog()
    for start in range(0, len(data), size):
        log.feed(data[start : start + size])
    log.close()
    for index in range(len(log)):
        assert log.event(index).size > 0
