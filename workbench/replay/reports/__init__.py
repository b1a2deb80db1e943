"""Reports: one file per format, each a pure conversion of Exchanges to text.

A report gets the run's start, each plan, each Exchange and the summary, and returns the text to write for it; it writes
nothing itself. Every text of a server or a request passes the Redactor on its way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary


class Report(Protocol):
    """What every format offers. Each method returns the text that is complete by then, possibly none."""

    def start(self, info: RunInfo) -> str:
        """Before the first result."""

    def begin(self, work: Work) -> str:
        """Before the first result of one plan."""

    def add(self, exchange: Exchange) -> str:
        """One result, in file order."""

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:
        """After the last result; also when the run was interrupted."""
