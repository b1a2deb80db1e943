"""The progress line of `run` on stderr: a bar, done/total, failures, rate, time left. Only on a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.cli.diagnostics import Diagnostics
    from workbench.replay.summary import Summary

_EVERY = 0.1
_BAR = 24
_CLEAR = "\r\x1b[K"


class Progress:
    """A line that is redrawn ten times a second, and taken away while other output is written to the terminal.

    Args:
        diagnostics: the writer of stderr.
        total: requests of the whole run.
        shown: whether it is wanted; off a terminal it never shows.
    """

    def __init__(self, diagnostics: Diagnostics, total: int, *, shown: bool) -> None:
        self._diagnostics = diagnostics
        self._total = total
        self._shown = shown and sys.stderr is not None and sys.stderr.isatty()
        self._began = time.monotonic()
        self._drawn_at = 0.0
        self._visible = False

    def hide(self) -> None:
        """Take the line away before something else is written; the next update draws it again."""
        if self._visible:
            self._diagnostics.raw(_CLEAR)
            self._visible = False
            self._drawn_at = 0.0

    def update(self, summary: Summary) -> None:
        """Draw the line for what is known now."""
        now = time.monotonic()
        if not self._shown or now - self._drawn_at < _EVERY:
            return
        self._drawn_at = now
        done = summary.requests
        seconds = max(now - self._began, 1e-6)
        left = (self._total - done) * seconds / max(done, 1)
        bad = summary.outcomes["failed"] + summary.outcomes["error"]
        columns = shutil.get_terminal_size().columns
        text = f"{done}/{self._total}  {bad} failed  {done / seconds:.0f}/s  {left:.0f} s left"
        if columns >= len(text) + _BAR + 4:
            text = f"{self._bar(done)}  {text}"
        self._diagnostics.raw(f"{_CLEAR}{text[: columns - 1]}")
        self._visible = True

    def _bar(self, done: int) -> str:
        """How much of the run is over, in `_BAR` cells."""
        filled = min(_BAR, done * _BAR // max(self._total, 1))
        unicode = "utf" in (getattr(sys.stderr, "encoding", None) or "").lower()
        full, empty = ("━", "─") if unicode else ("#", ".")
        return full * filled + empty * (_BAR - filled)

    def close(self) -> None:
        """Take the line away for good."""
        self.hide()
        self._shown = False
