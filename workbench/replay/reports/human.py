"""The report for people (CLI.md, "Human output of `run`"): one line a request, failures explained below it.

A mark never stands by colour alone, and the marks are ASCII where the terminal is not UTF-8. Text that came from a
server is made visible, so that it cannot act on the terminal.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from workbench.model.exchange import variant
from workbench.model.jsontext import json_text
from workbench.model.secrets import Redactor, beginning, reveal
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.model.difference import Difference
    from workbench.model.exchange import AssertionResult, Exchange
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary

_COLOURS = {"passed": "32", "failed": "31", "error": "31", "skipped": "33", "dim": "2", "bold": "1"}
MARKS = {"passed": "✓", "failed": "✗", "error": "!", "skipped": "–"}
_ASCII = str.maketrans({"✓": "+", "✗": "x", "–": "-", "·": "|", "≥": ">=", "…": "...", "→": "->"})
_LONGEST_PATH = 48
_USUAL_PATH = 24
_LONGEST_VALUE = 200


class HumanReport:
    """Text for a terminal or a log.

    Args:
        redactor: hides secrets.
        colour: use ANSI colours.
        unicode: marks and dashes beyond ASCII.
        verbose: show every assertion and the answer's size; 0 or more.
        quiet: only failures and the summary.
    """

    def __init__(
        self, redactor: Redactor, *, colour: bool, unicode: bool, verbose: int = 0, quiet: bool = False
    ) -> None:
        self._redactor = redactor
        self._colour = colour
        self._unicode = unicode
        self._verbose = verbose
        self._quiet = quiet
        self._jobs = 1
        self._widths = (0, 0, 0)
        self._file = ""
        self._variant = ""
        self._headings = ["", ""]
        self._failed_files: list[str] = []

    def start(self, info: RunInfo) -> str:
        """Nothing yet: each collection has a heading of its own."""
        self._jobs = info.jobs
        return ""

    def begin(self, work: Work) -> str:
        """The heading of a collection: its file, and where its requests go; below it one for each row and repeat."""
        requests = [step.request for step in work.plan.steps]
        named = variant(work.row, work.repeat)
        self._variant = "" if len(requests) > 1 else named
        self._widths = (
            max((len(request.id + self._variant) for request in requests), default=0),
            max((len(request.method) for request in requests), default=0),
            min(_LONGEST_PATH, max((len(request.path) for request in requests), default=0) + _USUAL_PATH // 2),
        )
        path = work.plan.collection.source.path
        if path != self._file:
            self._file = path
            parts = [*_target(work), f"jobs {self._jobs}"]
            where = self._clean(" · ".join(filter(None, parts)))
            self._headings[0] = f"{self._paint('bold', self._clean(path))}   {where}\n"
        self._headings[1] = f"  {self._paint('dim', named.strip())}\n" if named and len(requests) > 1 else ""
        return "" if self._quiet else self._take_headings()

    def add(self, exchange: Exchange) -> str:
        """One line, and below it everything that did not hold."""
        if exchange.outcome in ("failed", "error") and exchange.file not in self._failed_files:
            self._failed_files.append(exchange.file)
        if self._quiet and exchange.outcome not in ("failed", "error"):
            return ""
        lines = [self._line(exchange)]
        for result in exchange.assertions:
            if not result.ok:
                lines.extend(self._failure(exchange, result))
            elif self._verbose:
                lines.append(f"      {self._mark('passed')} {self._clean(result.text)}")
        nothing_said = not exchange.assertions and not exchange.differences
        if exchange.outcome == "failed" and nothing_said and exchange.response is not None:
            lines.append(
                f"      {self._mark('failed')} the container answered {exchange.response.status}, expected below 400"
            )
        lines.extend(f"      {self._difference(each)}" for each in exchange.differences)
        if exchange.error is not None and exchange.error.hint:
            lines.append(f"      {self._paint('dim', self._clean(exchange.error.hint))}")
        return self._take_headings() + self._text("".join(line + "\n" for line in lines))

    def _take_headings(self) -> str:
        """The headings that have not been shown; a quiet report has them only above a failure."""
        shown = "".join(self._headings)
        self._headings = ["", ""]
        return self._text(shown)

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:  # noqa: ARG002 - the words say it
        """The summary line, and how to run the failed ones again."""
        word, role = ("PASSED", "passed") if summary.ok else ("FAILED", "failed")
        if summary.interrupted:
            word, role = "INTERRUPTED", "failed"
        names = {"failed": "failed", "error": "error", "skipped": "skipped", "passed": "passed"}
        counts = [
            f"{count} {names[key]}{'s' if key == 'error' and count > 1 else ''}"
            for key in ("failed", "error", "skipped", "passed")
            if (count := summary.outcomes[key])
        ]
        if summary.flaky:
            counts.append(f"{summary.flaky} flaky")
        if summary.differing:
            counts.append(f"{summary.differing} different")
        total = summary.assertions_passed + summary.assertions_failed
        latency = summary.latency()
        parts = [
            " · ".join(counts) or "nothing ran",
            f"{summary.assertions_passed}/{total} assertions" if total else "",
            f"{counted(summary.calls, 'call')} in {duration(summary.duration)}",
        ]
        if latency.max:
            parts.append(f"p50 {duration(latency.p50)}  p95 {duration(latency.p95)}  max {duration(latency.max)}")
        text = f"\n{self._paint(role, word)}  {'    '.join(filter(None, parts))}\n"
        if self._failed_files:
            files = " ".join(shlex.quote(file) for file in self._failed_files)
            text += f"        rerun   cyberun-tui run --failed {self._clean(files)}\n"
        return self._text(text)

    def _line(self, exchange: Exchange) -> str:
        width_id, width_method, width_path = self._widths
        path = self._clean(exchange.path)
        if len(path) > max(width_path, 1):
            path = path[: max(0, width_path - 1)] + "…"
        status = str(exchange.response.status) if exchange.response else "–"
        took = duration(exchange.elapsed) if exchange.attempts else "–"
        called = f"{exchange.id + self._variant:<{width_id}}  {exchange.method:<{width_method}} {path:<{width_path}}"
        cells = f"{called}  {status:>4}  {took:>8}"
        return f"  {self._mark(exchange.outcome)} {cells}   {self._paint('dim', self._tail(exchange))}".rstrip()

    def _tail(self, exchange: Exchange) -> str:
        parts = []
        if exchange.error is not None:
            doubt = " (it was sent: the container may have run it)" if exchange.error.in_doubt else ""
            parts.append(self._clean(exchange.error.message) + doubt)
        elif exchange.skipped:
            parts.append(f"skipped: {self._clean(exchange.skipped)}")
        elif exchange.assertions:
            parts.append(f"{sum(result.ok for result in exchange.assertions)}/{len(exchange.assertions)}")
        if len(exchange.attempts) > 1:
            parts.append(f"{len(exchange.attempts)} attempts")
        if exchange.flaky:
            parts.append("flaky")
        if exchange.differences:
            what = f" from {self._clean(exchange.compared_with)}" if exchange.compared_with else ""
            parts.append(counted(len(exchange.differences), "difference") + what)
        response = exchange.response
        if response is not None and self._verbose:
            parts.append(f"{len(response.body)} bytes")
        if response is not None and response.platform_status != 200:  # noqa: PLR2004 - OK
            parts.append(f"platform {response.platform_status}")
        return "   ".join(parts)

    def _failure(self, exchange: Exchange, result: AssertionResult) -> list[str]:
        where = f"{self._clean(exchange.file)}:{result.line}" if result.line else ""
        lines = [f"      {self._mark('failed')} {self._clean(result.text):<38} {self._paint('dim', where)}".rstrip()]
        explained = self._clean(result.message)
        if result.expected is not None or (result.found and result.actual is not None):
            lines.append(f"          expected  {self._expected(result)}")
            lines.append(f"          actual    {self._value(result.actual) if result.found else 'nothing'}")
        if explained and not explained.startswith("expected "):
            lines.append(f"          {explained}")
        return lines

    def _difference(self, each: Difference) -> str:
        return self._paint("failed", visible(str(each.redacted(self._redactor))).replace("\n", " "))

    def _expected(self, result: AssertionResult) -> str:
        """The expected value as JSON, or in words where the predicate is no comparison ("a string")."""
        words = result.expected
        is_value = not isinstance(words, str) or result.text.rstrip().endswith(json_text(words))
        return self._value(words) if is_value else self._clean(words)

    def _value(self, value: object) -> str:
        text = json_text(self._redactor.value(value))
        return visible(beginning(text, _LONGEST_VALUE))

    def _clean(self, text: str) -> str:
        return visible(self._redactor.redact(reveal(text))).replace("\n", " ")

    def _mark(self, outcome: str) -> str:
        return self._paint(outcome, MARKS[outcome])

    def _paint(self, role: str, text: str) -> str:
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if self._colour and text else text

    def _text(self, text: str) -> str:
        return text if self._unicode else text.translate(_ASCII).encode("ascii", "backslashreplace").decode()


def _target(work: Work) -> list[str]:
    """Where the requests of a plan go, in words."""
    target = next(iter(work.targets.values()), None)
    if target is None:
        return []
    team = target.team_name or target.team
    return [
        f"env {target.environment}" if target.environment else "",
        f"team {team}" if team else "",
        f"service {', '.join(sorted({each.service for each in work.targets.values()}))}",
        f"profile {target.profile}" if target.profile else target.base_url,
    ]


def counted(number: int, what: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """A duration for people: `12 ms`, `1.61 s`, `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"  # noqa: PLR2004 - two digits
    if seconds < 100:  # noqa: PLR2004 - above, hundredths are noise
        return f"{seconds:.2f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
