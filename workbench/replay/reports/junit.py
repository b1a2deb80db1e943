"""The JUnit XML report: one testsuite a collection, one testcase for each request and data row (CLI.md, "JUnit").

A failed assertion is a `<failure>`, no usable answer an `<error>`, everything not run `<skipped>`. A suite's totals
stand before its cases, so a suite is held back until it is over; a long one goes to a temporary file.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from workbench.replay.reports.words import clean, explanation

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary

_IN_MEMORY = 1024 * 1024


class _Suite:
    """The cases of one collection and their counts."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.counts = {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
        self.seconds = 0.0
        self.cases = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115 - closed in text


class JunitReport:
    """One XML document, written suite by suite."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._suite: _Suite | None = None
        self._started = ""

    def start(self, info: RunInfo) -> str:
        """The head of the document."""
        self._started = info.started
        return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cyberun-tui">\n'

    def begin(self, work: Work) -> str:
        """The suite before, when this plan belongs to another collection."""
        file = work.plan.collection.source.path
        if self._suite is not None and self._suite.file == file:
            return ""
        done = self._flush()
        self._suite = _Suite(file)
        return done

    def add(self, exchange: Exchange) -> str:
        """Nothing yet: the suite's totals come first."""
        suite = self._suite = self._suite or _Suite(exchange.file)
        suite.counts[exchange.outcome] += 1
        suite.seconds += exchange.elapsed
        suite.cases.write(self._case(exchange))
        return ""

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:  # noqa: ARG002 - JUnit has no such field
        """The last suite and the end of the document."""
        return self._flush() + "</testsuites>\n"

    def _flush(self) -> str:
        suite = self._suite
        if suite is None:
            return ""
        self._suite = None
        suite.cases.seek(0)
        cases = suite.cases.read()
        suite.cases.close()
        counts = suite.counts
        return (
            f"  <testsuite name={self._attribute(suite.file)} tests={_number(sum(counts.values()))} "
            f"failures={_number(counts['failed'])} errors={_number(counts['error'])} "
            f'skipped={_number(counts["skipped"])} time="{suite.seconds:.3f}" timestamp="{self._started[:19]}">\n'
            f"{cases}  </testsuite>\n"
        )

    def _case(self, exchange: Exchange) -> str:
        classname = exchange.file.removesuffix(".toml").strip("./").replace("/", ".")
        head = (
            f"    <testcase classname={self._attribute(classname)} "
            f"name={self._attribute(exchange.id + exchange.variant)} "
            f"file={self._attribute(exchange.file)} line={_number(exchange.line)} "
            f'time="{exchange.elapsed:.3f}"'
        )
        if exchange.outcome == "passed":
            flaky = f"flaky: passed at attempt {len(exchange.attempts)}"
            return f"{head}><system-out>{flaky}</system-out></testcase>\n" if exchange.flaky else f"{head}/>\n"
        return f"{head}>\n{self._why(exchange)}    </testcase>\n"

    def _why(self, exchange: Exchange) -> str:
        if exchange.outcome == "skipped":
            return f"      <skipped message={self._attribute(exchange.skipped)}/>\n"
        tag = "failure" if exchange.outcome == "failed" else "error"
        texts = explanation(exchange, self._redactor)
        kind = exchange.error.kind if exchange.error else "assertion"
        message = texts[0] if texts else exchange.outcome
        body = escape("\n".join(texts))
        return f'      <{tag} type="{kind}" message={quoteattr(message)}>{body}</{tag}>\n'

    def _attribute(self, text: str) -> str:
        return quoteattr(clean(text, self._redactor))


def _number(number: int) -> str:
    return f'"{number}"'
