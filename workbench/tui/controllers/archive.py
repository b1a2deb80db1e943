"""The history on disk as the app uses it: every call on one thread, and nothing ever waits for it.

A file that fails is told once and tried again at the next send. With the history switched off nothing is read or
written.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbench.files.history import HistoryFile
    from workbench.model.history import Line, Record, Wanted
    from workbench.model.profile import HistoryLimits
    from workbench.model.secrets import Redactor
    from workbench.tui.controllers.history import Entry

Result = TypeVar("Result")

LISTED = 150
"""Sends that a list has at most, since it is drawn anew at every send; a search finds older ones."""


class Archive:
    """One history file behind one thread.

    Args:
        limits: how much is kept, and whether anything is.
    """

    def __init__(self, limits: HistoryLimits) -> None:
        self.enabled = limits.enabled
        self._limits = limits
        self._file: HistoryFile | None = None
        self._told: set[str] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._closed = False

    def add(self, entries: Sequence[Entry], redactor: Redactor) -> Future[str]:
        """Keep these, from now on whatever becomes of the app; the future has what to tell the user, or ""."""
        if not self.enabled or not entries:
            done: Future[str] = Future()
            done.set_result("")
            return done
        return self._start(lambda file: _add(file, entries, redactor))

    async def lines(self, wanted: Wanted | None = None) -> tuple[list[Line], str]:
        """The newest sends that are looked for, and what to tell the user."""
        if not self.enabled:
            return [], ""
        found: list[Line] = []

        def read(file: HistoryFile) -> None:
            found.extend(file.lines(wanted, limit=LISTED))

        wrong = await asyncio.wrap_future(self._start(read))
        return found, wrong

    async def record(self, key: str) -> tuple[Record | None, str]:
        """One kept send, and what to tell the user."""
        found: list[Record | None] = [None]

        def read(file: HistoryFile) -> None:
            found[0] = file.record(key)

        wrong = await asyncio.wrap_future(self._start(read))
        return found[0], wrong

    async def forget(self, keys: Sequence[str] | None) -> str:
        """Delete these sends, or all; what went wrong, or ""."""

        def delete(file: HistoryFile) -> None:
            file.forget(keys)

        return await asyncio.wrap_future(self._start(delete))

    async def renamed(self, path: str, old: str, new: str) -> str:
        """A request has another id: its past goes along; what went wrong, or ""."""
        if not self.enabled:
            return ""
        return await asyncio.wrap_future(self._start(lambda file: file.renamed(path, old, new)))

    def close(self) -> None:
        """Finish what was begun, and let go of the file; blocks until that is done."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._let_go)
            self._thread.shutdown(wait=True)

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()

    def _start(self, work: Callable[[HistoryFile], object]) -> Future[str]:
        if not self._closed:
            return self._thread.submit(self._do, work)
        done: Future[str] = Future()
        done.set_result("")
        return done

    def _do(self, work: Callable[[HistoryFile], object]) -> str:
        if self._file is None:
            from workbench.files.history import HistoryFile

            self._file = HistoryFile(limits=self._limits)
        file = self._file
        try:
            work(file)
        except FileError as error:
            return self._once(str(error))
        notice, file.notice = file.notice, ""
        return notice

    def _once(self, text: str) -> str:
        """The text at the first time, then nothing."""
        if text in self._told:
            return ""
        self._told.add(text)
        return text


def _add(file: HistoryFile, entries: Sequence[Entry], redactor: Redactor) -> None:
    from workbench.model.history import record_of

    file.add(
        [
            record_of(entry.exchange, redactor, key=entry.key, file=entry.file, template=entry.request, team=entry.team)
            for entry in entries
        ]
    )
