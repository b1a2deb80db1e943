"""The JSON report as events, one line each: `run_start`, `request_end` for every result, `run_end` (CLI.md, "JSON")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.jsontext import json_text
from workbench.replay.reports.json_report import ShowBody, head, result, tail

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary


class NdjsonReport:
    """One JSON object a line, complete as soon as it is returned."""

    def __init__(self, redactor: Redactor, show_body: ShowBody = "failed") -> None:
        self._redactor = redactor
        self._show_body = show_body

    def start(self, info: RunInfo) -> str:
        """The `run_start` line."""
        return _line("run_start", head(info))

    def begin(self, work: Work) -> str:  # noqa: ARG002 - a plan is no event
        """Nothing: results say their file themselves."""
        return ""

    def add(self, exchange: Exchange) -> str:
        """A `request_end` line."""
        return _line("request_end", result(exchange, self._redactor, self._show_body))

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:
        """The `run_end` line."""
        return _line("run_end", tail(summary, exit_code, reasons))


def _line(event: str, fields: dict[str, object]) -> str:
    return json_text({"event": event, **fields}) + "\n"
