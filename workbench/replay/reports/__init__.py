"""Reports: one file per format, each a pure conversion of Exchanges to text.

A report gets the run's start, each plan, each Exchange and the summary, and returns the text to write for it; it writes
nothing itself. Every text of a server or a request passes the Redactor on its way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
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


DOCUMENTS = ("json", "ndjson", "junit", "html", "tap")
"""Formats that are documents, for a file or for another program."""


def document(name: str, redactor: Redactor, show_body: str = "failed") -> Report:
    """The report of one of `DOCUMENTS`.

    Args:
        name: the format.
        redactor: hides secrets.
        show_body: `never`, `failed` or `always`, where the format has bodies.
    """
    if name == "json":
        from workbench.replay.reports.json_report import JsonReport

        return JsonReport(redactor, show_body)
    if name == "ndjson":
        from workbench.replay.reports.ndjson import NdjsonReport

        return NdjsonReport(redactor, show_body)
    if name == "junit":
        from workbench.replay.reports.junit import JunitReport

        return JunitReport(redactor)
    if name == "html":
        from workbench.replay.reports.html import HtmlReport

        return HtmlReport(redactor, show_body)
    from workbench.replay.reports.tap import TapReport

    return TapReport(redactor)
