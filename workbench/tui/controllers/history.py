"""The sends of this run of the program, newest last: what was asked, where it went, what came of it.

Frozen values in memory, bounded in number and in bytes; a later version may keep them on disk. Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.collection import SavedRequest
    from workbench.model.exchange import Exchange
    from workbench.tui.controllers.workspace import Ref

KEEP = 500
"""Entries that are kept at most."""

KEEP_BYTES = 256 * 1024 * 1024
"""Bytes of response bodies that are kept at most; older entries stay, without their body."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One send and its outcome.

    Attributes:
        number: from 1, in the order of sending.
        ref: the request it was sent from.
        request: the request as it stood in the editor then.
        exchange: what was sent and what came of it.
        team, environment: where it went, for people.
        body_dropped: the body is gone to keep the memory bounded.
    """

    number: int
    ref: Ref
    request: SavedRequest
    exchange: Exchange
    team: str = ""
    environment: str = ""
    body_dropped: bool = False

    @property
    def sent(self) -> bool:
        """Whether anything may have left this machine."""
        error = self.exchange.error
        if error is None or error.in_doubt:
            return self.exchange.response is not None or error is not None
        return self.exchange.envelope is not None and error.layer != "client"


@dataclass(frozen=True, eq=False)
class History:
    """Every send of this run of the program, and the last outcome of each request."""

    entries: tuple[Entry, ...] = ()
    last: Mapping[Ref, Entry] = field(default_factory=dict)
    count: int = 0

    def add(self, entry: Entry) -> History:
        """One more outcome. What never left is the request's last outcome, and no entry."""
        last = {**self.last, entry.ref: entry}
        count = max(self.count, entry.number)
        if not entry.sent:
            return replace(self, last=last, count=count)
        entries = (*self.entries, entry)[-KEEP:]
        entries = _within(entries)
        kept = {each.number: each for each in entries}
        return History(
            entries=entries,
            last={ref: kept.get(each.number, each) for ref, each in last.items()},
            count=count,
        )

    def entry(self, number: int | None) -> Entry | None:
        """The entry with that number."""
        return next((each for each in reversed(self.entries) if each.number == number), None)


def _within(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries with the bodies of the oldest dropped, so that all together stay below the limit."""
    total = sum(_size(entry) for entry in entries)
    if total <= KEEP_BYTES:
        return entries
    kept = []
    for at, entry in enumerate(entries):
        if total > KEEP_BYTES and at < len(entries) - 1:
            total -= _size(entry)
            kept.append(_without_body(entry))
        else:
            kept.append(entry)
    return tuple(kept)


def _size(entry: Entry) -> int:
    response = entry.exchange.response
    return len(response.body) if response else 0


def _without_body(entry: Entry) -> Entry:
    response = entry.exchange.response
    if response is None or not response.body:
        return entry
    bare = msgspec.structs.replace(response, body=b"")
    return replace(entry, exchange=msgspec.structs.replace(entry.exchange, response=bare), body_dropped=True)
