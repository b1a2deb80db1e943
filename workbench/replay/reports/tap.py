"""The TAP report (Test Anything Protocol, version 14): one test point a result, the plan at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.replay.reports.words import clean, explanation

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary


class TapReport:
    """Lines as results come."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._number = 0

    def start(self, info: RunInfo) -> str:  # noqa: ARG002 - TAP has no head beyond its version
        """The version line."""
        return "TAP version 14\n"

    def begin(self, work: Work) -> str:
        """A comment that names the collection."""
        return f"# {self._one_line(work.plan.collection.source.path)}\n"

    def add(self, exchange: Exchange) -> str:
        """A test point, and why it is not ok."""
        self._number += 1
        good = exchange.outcome in ("passed", "skipped")
        name = self._one_line(f"{exchange.file}:{exchange.id}{exchange.variant}").replace("#", "\\#")
        skip = f" # SKIP {self._one_line(exchange.skipped)}" if exchange.outcome == "skipped" else ""
        lines = [f"{'ok' if good else 'not ok'} {self._number} - {name}{skip}"]
        if not good:
            lines.append("  ---")
            lines.append(f"  outcome: {exchange.outcome}")
            lines.append("  messages:")
            lines.extend(f"    - {_quoted(text)}" for text in explanation(exchange, self._redactor))
            lines.append("  ...")
        return "".join(line + "\n" for line in lines)

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:  # noqa: ARG002 - the points say it
        """The plan."""
        bail = "# interrupted\n" if summary.interrupted else ""
        return f"{bail}1..{self._number}\n"

    def _one_line(self, text: str) -> str:
        return " ".join(clean(text, self._redactor).split())


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
