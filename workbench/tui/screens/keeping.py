"""The main screen's memory: calls under way, one worker each, and their outcomes in the history, on disk too."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from workbench.model.history import fits, parse_search
from workbench.tui.controllers.history import Past, renames
from workbench.tui.screens.state import StateScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from textual.worker import Worker

    from workbench.replay.session import Session
    from workbench.tui.controllers.answer import Flight
    from workbench.tui.controllers.archive import Archive
    from workbench.tui.controllers.history import Entry
    from workbench.tui.controllers.workspace import Ref, Workspace
    from workbench.tui.desk import Severity
    from workbench.tui.said import Said


class KeepingScreen(StateScreen):
    """The state with its calls and its past; a subclass has the rest of the work."""

    def __init__(self, session: Session, archive: Archive) -> None:
        super().__init__(session)
        self.archive = archive
        self._flying: dict[Ref, Worker[object]] = {}

    # Calls under way

    def fly(self, flight: Flight) -> None:
        """A call has begun in this worker."""
        self._flying[flight.ref] = get_current_worker()
        self.flights = {**self.flights, flight.ref: flight}

    def progress(self, flight: Flight) -> None:
        """A call goes on; one that is over by now stays so."""
        if flight.ref in self.flights:
            self.flights = {**self.flights, flight.ref: flight}

    def land(self, ref: Ref) -> None:
        """A call is over."""
        self._flying.pop(ref, None)
        self.flights = {other: flight for other, flight in self.flights.items() if other != ref}

    def cancel(self) -> None:
        """Cancel the call under way of the request that is shown; its flow records it."""
        worker = self._flying.get(self.ref) if self.ref else None
        if worker is not None:
            worker.cancel()

    # Outcomes

    def watch_workspace(self, before: Workspace, now: Workspace) -> None:
        """A request that is saved under another id keeps its past."""
        super().watch_workspace(before, now)
        for path, old, new in renames(before, now):
            self._rename(str(Path(path).absolute()), old, new)

    @work(group="history-renamed")
    async def _rename(self, path: str, old: str, new: str) -> None:
        wrong = await self.archive.renamed(path, old, new)
        if wrong:
            self.say(wrong, "warning")

    def keep(self, entries: Sequence[Entry]) -> list[Entry]:
        """Add these outcomes to the history, on disk too; gives them back with their numbers."""
        history = self.history
        numbered = [replace(entry, number=history.count + at) for at, entry in enumerate(entries, 1)]
        for entry in numbered:
            history = history.add(entry)
        self.history = history
        kept = self.archive.add([entry for entry in entries if entry.sent], self.session.redactor)
        if self.is_running:  # on the way out there is nobody left to tell
            self._tell(kept)
        return numbered

    @work(group="history-told")
    async def _tell(self, kept: Future[str]) -> None:
        wrong = await asyncio.wrap_future(kept)
        if wrong:
            self.say(wrong, "warning")
        if self.past.query:
            self.find_past(self.past.query)

    def find_past(self, query: str) -> None:
        """List the sends that are looked for; all for an empty query."""
        self._find(query.strip())

    @work(exclusive=True, group="history-found")
    async def _find(self, query: str) -> None:
        try:
            wanted = parse_search(query, datetime.now(UTC))
        except ValueError as error:
            self.past = replace(self.past, query=query, wrong=str(error))
            return
        if self.archive.enabled:
            lines, wrong = await self.archive.lines(wanted)
        else:
            lines, wrong = [], ""
            if query:
                lines = [entry.line for entry in reversed(self.history.entries) if fits(entry.line, wanted)]
        self.past = Past(query, tuple(lines), wrong)

    @property
    def said(self) -> Said:
        """What the app has said, redacted as it was."""
        said: Said = self.app.said  # type: ignore[attr-defined]  # WorkbenchApp's
        return said

    def say(self, text: str, severity: Severity = "information") -> None:
        """A toast, redacted and never markup."""
        self.app.say(self.session.redactor.redact(text), severity)  # type: ignore[attr-defined]  # WorkbenchApp's
