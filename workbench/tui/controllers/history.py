"""The sends of this run of the program, newest last: what was asked, where it went, what came of it.

Frozen values in memory, bounded in number and in bytes; `archive` keeps them on disk, masked. Knows no widget.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import SavedRequest
from workbench.model.history import Line, Record, exchange_of
from workbench.tui.controllers.workspace import Ref

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.exchange import Exchange
    from workbench.tui.controllers.workspace import Workspace

KEEP = 500
"""Entries that are kept at most."""

KEEP_BYTES = 256 * 1024 * 1024
"""Bytes of response bodies that are kept at most; older entries stay, without their body."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One send and its outcome.

    Attributes:
        number: from 1, in the order of sending; 0 for one of an earlier run of the program.
        ref: the request it was sent from; its key is 0 where the workspace does not have it.
        request: the request as it stood in the editor then.
        exchange: what was sent and what came of it.
        team, environment: where it went, for people.
        body_dropped: the body is gone to keep the memory bounded.
        key: names it in the history on disk.
        record: as it was kept, for one of an earlier run; masked.
    """

    number: int
    ref: Ref
    request: SavedRequest
    exchange: Exchange
    team: str = ""
    environment: str = ""
    body_dropped: bool = False
    key: str = field(default_factory=lambda: secrets.token_hex(5))
    record: Record | None = None

    @property
    def sent(self) -> bool:
        """Whether anything may have left this machine."""
        error = self.exchange.error
        if error is None or error.in_doubt:
            return self.exchange.response is not None or error is not None
        return self.exchange.envelope is not None and error.layer != "client"

    @property
    def file(self) -> str:
        """The path of its collection, absolute."""
        return self.record.file if self.record else str(Path(self.ref.path).absolute())

    @property
    def line(self) -> Line:
        """The entry as a list shows it."""
        exchange, error = self.exchange, self.exchange.error
        response = exchange.response
        return Line(
            key=self.key,
            started=exchange.started,
            file=self.file,
            id=exchange.id,
            title=self.request.title,
            method=exchange.method,
            path=exchange.path,
            service=exchange.service,
            team=self.team,
            environment=self.environment,
            outcome=exchange.outcome,
            status=response.status if response else None,
            platform_status=response.platform_status if response else error.platform_status if error else None,
            kind=error.kind if error else "",
            in_doubt=error.in_doubt if error else False,
            elapsed=exchange.elapsed,
            size=len(response.body) if response else 0,
        )


@dataclass(frozen=True, eq=False)
class Past:
    """What the history on disk has, as far as the list shows it.

    Attributes:
        query: what is looked for; empty for everything.
        lines: newest first; with a query those that fit, in place of this run's sends.
        wrong: why the query cannot be read, or the file.
    """

    query: str = ""
    lines: tuple[Line, ...] = ()
    wrong: str = ""


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
        return self._with((*self.entries, entry)[-KEEP:], last, count)

    def without(self, keys: frozenset[str] | None) -> History:
        """Without these entries, or without any; the requests' last outcomes stay on the screen."""
        kept = tuple(each for each in self.entries if keys is not None and each.key not in keys)
        return replace(self, entries=kept)

    def find(self, key: str) -> Entry | None:
        """The entry with that key."""
        return next((each for each in reversed(self.entries) if each.key == key), None)

    @staticmethod
    def _with(entries: tuple[Entry, ...], last: Mapping[Ref, Entry], count: int) -> History:
        entries = _within(entries)
        kept = {each.number: each for each in entries}
        return History(
            entries=entries,
            last={ref: kept.get(each.number, each) for ref, each in last.items()},
            count=count,
        )

    def renamed(self, path: str, to: str) -> History:
        """The history with the sends of a file under its new path."""

        def moved(entry: Entry) -> Entry:
            return replace(entry, ref=replace(entry.ref, path=to)) if entry.ref.path == path else entry

        entries = {each.number: moved(each) for each in self.entries}
        last = [entries.get(each.number, moved(each)) for each in self.last.values()]
        return replace(self, entries=tuple(entries.values()), last={each.ref: each for each in last})


def lines(history: History, past: Past) -> list[Line]:
    """What the list shows, newest first: this run's sends above those of earlier ones, or what was looked for."""
    if past.query:
        return list(past.lines)
    own = [entry.line for entry in reversed(history.entries)]
    keys = {line.key for line in own}
    return [*own, *(line for line in past.lines if line.key not in keys)]


def entry_of(record: Record, workspace: Workspace) -> Entry:
    """A kept send as an entry; it belongs to the request of today that it was sent from, where there is one."""
    found = _find(record, workspace)
    request = record.template or SavedRequest(id=record.id or "send", method=record.method, path=record.path)
    return Entry(
        number=0,
        ref=found or Ref(record.file, 0),
        request=request,
        exchange=exchange_of(record),
        team=record.team,
        environment=record.environment,
        body_dropped=record.response_cut,
        key=record.key,
        record=record,
    )


def renames(before: Workspace, now: Workspace) -> list[tuple[str, str, str]]:
    """Requests whose id in their file is another one than before: path, old id, new id."""
    found = []
    for path, file in now.files.items():
        known = before.files.get(path)
        if known is None or known is file:
            continue
        ids = {item.key: item.saved.id for item in known.items if item.saved is not None}
        for item in file.items:
            old = ids.get(item.key)
            if old is not None and item.saved is not None and item.saved.id != old:
                found.append((path, old, item.saved.id))
    return found


def _find(record: Record, workspace: Workspace) -> Ref | None:
    """The request with that id in that file; in a file that was moved, the only one that asks the same."""
    same: list[Ref] = []
    for ref, item in workspace.refs():
        if item.request.id != record.id:
            continue
        if str(Path(ref.path).absolute()) == record.file:
            return ref
        if record.template and (item.request.method, item.request.path) == (
            record.template.method,
            record.template.path,
        ):
            same.append(ref)
    return same[0] if len(same) == 1 and not Path(record.file).exists() else None


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
