"""A stream of server-sent events as it comes: where each event stands in it, and when it came (HTML, 9.2).

Keeps the bytes once and three numbers for each event; whoever looks at one has it parsed then. Beyond a limit the
oldest are forgotten. Any bytes are taken.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 64 * 1024 * 1024
"""Bytes that are kept."""

MOST = 500_000
"""Events that are kept."""

_BLANK = re.compile(rb"(?>\r\n|\n|\r){2}")
_HAS_DATA = re.compile(rb"(?<![^\r\n])data(?:[:\r\n]|$)")
_LINE_END = re.compile("\r\n|\n|\r")
_LONGEST_END = 4
_MARK = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event.

    Attributes:
        number: from 1, in the order of the stream.
        at: seconds from the beginning of the call until it had come; None when that is not known.
        kind: its type; `message` where it names none.
        data: its data, the lines joined.
        id: its id, or "".
        size: bytes of it in the stream.
    """

    number: int
    at: float | None
    kind: str
    data: str
    id: str
    size: int


class EventLog:
    """The events of one stream so far.

    Attributes:
        forgotten: how many of the first ones are no longer kept.
        received: bytes of the stream so far.
    """

    def __init__(self, *, limit: int = LIMIT, most: int = MOST) -> None:
        self.forgotten = 0
        self.received = 0
        self._limit = limit
        self._most = most
        self._data = bytearray()
        self._starts, self._ends, self._times = array("Q"), array("Q"), array("d")
        self._parsed = 0  # all before it has been cut into events
        self._looked = 0  # no end of an event lies before it

    @classmethod
    def of(cls, body: bytes, arrivals: Sequence[tuple[int, float]] = ()) -> EventLog:
        """The events of a whole body; `arrivals`: how long it was at which time."""
        log = cls(limit=max(LIMIT, len(body)))
        start = 0
        for end, at in arrivals:
            log.feed(body[start:end], at)
            start = end
        log.feed(body[start:], arrivals[-1][1] if arrivals else None)
        log.close(arrivals[-1][1] if arrivals else None)
        return log

    def __len__(self) -> int:
        """How many events there are to be seen."""
        return len(self._starts)

    def feed(self, piece: bytes, at: float | None = None) -> None:
        """The next bytes of the stream, which came at that time."""
        if not self.received:
            piece = piece.removeprefix(_MARK)
        self.received += len(piece)
        self._data += piece
        end = len(self._data) - self._data.endswith(b"\r")  # the line feed of this one may still come
        for found in _BLANK.finditer(self._data, max(self._parsed, self._looked - _LONGEST_END), end):
            self._note(found.start(), at)
            self._parsed = found.end()
        self._looked = end
        if len(self._data) > self._limit or len(self._starts) > self._most:
            self._forget()

    def close(self, at: float | None = None) -> None:
        """The stream is over: what stands after the last blank line is an event to look at, too."""
        self._note(len(self._data), at)
        self._parsed = len(self._data)

    def event(self, index: int) -> Event:
        """One of those that are kept, from 0."""
        text = self._data[self._starts[index] : self._ends[index]].decode("utf-8", "replace")
        kind, event_id, data = "message", "", []
        for line in _LINE_END.split(text):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                data.append(value)
            elif name == "event":
                kind = value or kind
            elif name == "id":
                event_id = value
        at = self._times[index]
        size = self._ends[index] - self._starts[index]
        return Event(self.forgotten + index + 1, at if at >= 0 else None, kind, "\n".join(data), event_id, size)

    def _note(self, end: int, at: float | None) -> None:
        """Note what stands between two blank lines, if it is an event: comments and bare ids are none."""
        start = self._parsed
        while start < end and self._data[start] in b"\r\n":
            start += 1
        if start < end and _HAS_DATA.search(self._data, start, end):
            self._starts.append(start)
            self._ends.append(end)
            self._times.append(-1.0 if at is None else at)

    def _forget(self) -> None:
        """Let go of the first half."""
        half = len(self._starts) // 2
        gone = self._starts[half] if half < len(self._starts) else self._parsed
        del self._data[:gone]
        self._parsed -= gone
        self._looked = max(0, self._looked - gone)
        self._starts = array("Q", (start - gone for start in self._starts[half:]))
        self._ends = array("Q", (end - gone for end in self._ends[half:]))
        self._times = self._times[half:]
        self.forgotten += half
