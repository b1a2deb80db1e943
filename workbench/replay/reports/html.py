"""The HTML report: one file that opens offline, with totals, a latency chart, a filter, and every redacted exchange.

Written as results come; the totals stand at its end and are shown at its top. It holds no script, and its policy allows
none, so nothing that a server sent can run. It shows what the JSON report says, and redacts nothing itself.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.difference import Difference
from workbench.model.exchange import variant
from workbench.model.jsontext import json_text
from workbench.model.visible import visible
from workbench.replay.reports.chart import Chart
from workbench.replay.reports.html_style import FILTERS, STYLE
from workbench.replay.reports.human import MARKS, counted, duration
from workbench.replay.reports.json_report import ShowBody, head, result, tail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
    from workbench.replay.runner import Work
    from workbench.replay.summary import RunInfo, Summary

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LONGEST_BODY = 64 * 1024
_OPEN = 10
"""Failures that stand open from the start."""

_OK = 200


class HtmlReport:
    """One document."""

    def __init__(self, redactor: Redactor, show_body: ShowBody = "failed") -> None:
        self._redactor = redactor
        self._show_body = show_body
        self._page = Page()

    def start(self, info: RunInfo) -> str:
        """The head of the document."""
        return self._page.start(head(info))

    def begin(self, work: Work) -> str:  # noqa: ARG002 - results say their file themselves
        """Nothing: a result of another file brings the heading."""
        return ""

    def add(self, exchange: Exchange) -> str:
        """One result with its exchange."""
        return self._page.add(result(exchange, self._redactor, self._show_body))

    def end(self, summary: Summary, exit_code: int, reasons: list[int]) -> str:
        """Totals, chart and filter, and the end of the document."""
        return self._page.end(tail(summary, exit_code, reasons))


class Page:
    """The document out of the parts of a JSON report, which are redacted already."""

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._file: str | None = None
        self._number = 0
        self._opened = 0
        self._different = 0
        self._chart = Chart()

    def start(self, head: dict[str, Any]) -> str:
        """Everything above the results; `head` as in a JSON report."""
        self._head = head
        filters = "".join(
            f'<input class="filter" type="radio" name="show" id="show-{name}"{" checked" if name == "all" else ""}>'
            for name in FILTERS
        )
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>Run of {_text(head['started'])} – cyberun-tui</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            f'{filters}\n<main class="results">\n'
        )

    def add(self, each: dict[str, Any]) -> str:
        """One element of `results` of a JSON report."""
        self._number += 1
        link = f"r{self._number}"
        took = _seconds(each)
        name = f"{each['file']}#{each['id']}{variant(each['row'], each.get('repeat'))}"
        self._different += bool(each["diff"])
        if each["attempts"]:
            self._chart.add(took, each["outcome"], link, visible(name))
        classes = [each["outcome"], *(["flaky"] if each.get("flaky") else []), *(["different"] if each["diff"] else [])]
        bad = each["outcome"] in ("failed", "error")
        self._opened += bad
        opened = " open" if bad and self._opened <= _OPEN else ""
        return (
            f"{self._heading(each['file'])}"
            f'<details class="r {" ".join(classes)}" id="{link}"{opened}>{_line(each, took)}'
            f'<div class="details">{"".join(_details(each))}</div></details>\n'
        )

    def end(self, tail: dict[str, Any]) -> str:
        """Everything below the results; `tail` as in a JSON report."""
        totals, latency = tail["totals"], {key: value / 1000 for key, value in tail["latency_ms"].items()}
        good = tail["exit"]["code"] == 0
        word = "INTERRUPTED" if tail["interrupted"] else "PASSED" if good else "FAILED"
        lines = {key: latency[key] for key in ("p50", "p95") if latency["max"]}
        return (
            '</main>\n<header class="summary">\n'
            f'<h1>cyberun-tui run <span class="verdict {"passed" if good else "failed"}">{word}</span></h1>\n'
            f'<p class="about">{_text(self._about())}</p>\n'
            f"<dl>{_facts(tail, latency)}</dl>\n{self._chart.svg(lines)}\n"
            f'<div class="filters">{self._buttons(totals)}</div>\n</header>\n</body>\n</html>\n'
        )

    def _heading(self, file: str) -> str:
        if file == self._file:
            return ""
        self._file = file
        return f"<h2>{_text(file)}</h2>\n"

    def _about(self) -> str:
        known = self._head
        parts = [
            known["started"],
            known["tool"],
            f"env {known['env']}" if known["env"] else "",
            f"team {known['team']}" if known["team"] else "",
            known["base_url"],
            f"jobs {known['jobs']}",
            f"shard {known['shard']}" if known["shard"] else "",
            f"compared with {known['compared_with']}" if known.get("compared_with") else "",
        ]
        return " · ".join(filter(None, parts))

    def _buttons(self, totals: dict[str, Any]) -> str:
        counts = {**totals, "all": totals["requests"], "error": totals["errors"], "different": self._different}
        return "".join(
            f'<label for="show-{name}">{word} {counts[name]}</label>'
            for name, word in FILTERS.items()
            if counts[name] or name == "all"
        )


def _facts(tail: dict[str, Any], latency: dict[str, float]) -> str:
    totals = tail["totals"]
    assertions = totals["assertions"]
    facts = {
        "Calls": f"{totals['calls']} in {duration(tail['duration_ms'] / 1000)}",
        "Assertions": f"{assertions['passed']}/{sum(assertions.values())}",
        **({name: duration(seconds) for name, seconds in latency.items()} if latency["max"] else {}),
        "Exit code": str(tail["exit"]["code"]),
    }
    return "".join(f"<div><dt>{name}</dt><dd>{_text(value)}</dd></div>" for name, value in facts.items())


def _line(each: dict[str, Any], took: float) -> str:
    response, request = each["response"], each["request"]
    status = str(response["status"]) if response else "–"
    method = request["method"] if request else each.get("method", "")
    path = request["path"] if request else each.get("path", "")
    name = each["id"] + variant(each["row"], each.get("repeat"))
    return (
        f'<summary><span class="mark" title="{each["outcome"]}">{MARKS[each["outcome"]]}</span>'
        f'<span class="id">{_text(name)}</span><span class="method">{_text(method)}</span>'
        f'<span class="path">{_text(path)}</span><span class="num">{status}</span>'
        f'<span class="num">{duration(took) if each["attempts"] else "–"}</span>'
        f'<span class="note">{_text(_note(each))}</span></summary>'
    )


def _note(each: dict[str, Any]) -> str:
    if each["error"]:
        return str(each["error"]["kind"])
    if each.get("skipped"):
        return f"skipped: {each.get('skipped')}"
    checks = each["assertions"]
    parts = [
        f"{sum(check['ok'] for check in checks)}/{len(checks)}" if checks else "",
        counted(len(each["attempts"]), "attempt") if len(each["attempts"]) > 1 else "",
        "flaky" if each.get("flaky") else "",
        counted(len(each["diff"]), "difference") if each["diff"] else "",
    ]
    return "   ".join(filter(None, parts))


def _details(each: dict[str, Any]) -> list[str]:
    """Everything below a result's line."""
    parts = [f'<p class="about">{_text(each["file"])}:{each["line"]} · service {_text(each["service"] or "–")}</p>']
    if each["error"]:
        parts.append(_error(each["error"]))
    if each["assertions"]:
        parts.append("<h3>Assertions</h3><ul>" + "".join(map(_assertion, each["assertions"])) + "</ul>")
    if each["diff"]:
        parts.append("<h3>Differences</h3><pre>" + "".join(map(_difference, each["diff"])) + "</pre>")
    parts.extend(_exchanged(each))
    if each["captures"]:
        rows = [[name, json_text(value)] for name, value in each["captures"].items()]
        parts.append("<h3>Captures</h3>" + _table(rows))
    if len(each["attempts"]) > 1:
        rows = [[f"{a['n']}", f"{a['outcome']}, {duration(a['total_ms'] / 1000)}"] for a in each["attempts"]]
        parts.append("<h3>Attempts</h3>" + _table(rows))
    return parts


def _exchanged(each: dict[str, Any]) -> Iterator[str]:
    """What was sent and what came back, from both targets where there are two."""
    if each["request"]:
        yield _request("Request", each["request"])
    if each["response"]:
        yield _response("Response", each["response"])
    compared = each.get("compared")
    if compared and compared["error"]:
        yield _error(compared["error"])
    if compared and compared["response"]:
        yield _response(f"Response of {compared['target']}", compared["response"])


def _error(error: dict[str, Any]) -> str:
    doubt = " It was sent: the container may have run it." if error.get("in_doubt") else ""
    hint = f"<p>{_text(error['hint'])}</p>" if error["hint"] else ""
    return (
        f"<h3>No usable answer</h3><p>{_text(error['message'])} ({error['kind']}, {error['layer']}).{doubt}</p>{hint}"
    )


def _assertion(check: dict[str, Any]) -> str:
    outcome = "passed" if check["ok"] else "failed"
    why = ""
    if not check["ok"]:
        expected = f"expected {json_text(check['expected'])}, " if check["expected"] is not None else ""
        values = f"{expected}actual {json_text(check['actual'])}"
        why = f"<p>{_text(check.get('message') or values)}</p>"
    line = f" <small>line {check['line']}</small>" if check["line"] else ""
    return f'<li class="{outcome}"><span class="mark">{MARKS[outcome]}</span> {_text(check["text"])}{line}{why}</li>'


def _difference(each: dict[str, Any]) -> str:
    return _text(str(Difference(each["path"], each["kind"], each["old"], each["new"])).replace("\n", " ")) + "\n"


def _request(title: str, request: dict[str, Any]) -> str:
    line = f"<pre>{_text(request['method'])} {_text(request['path'])}</pre>"
    return f"<h3>{title}</h3>{line}{_table(request['headers'])}{_body(request.get('body'))}"


def _response(title: str, response: dict[str, Any]) -> str:
    platform = response["platform_status"]
    statuses = f"container {response['status']} · platform {platform} · {response['size']:,} bytes"
    return f"<h3>{_text(title)}</h3><p>{statuses}</p>{_table(response['headers'])}{_body(response['body'])}"


def _body(body: dict[str, Any] | None) -> str:
    if not body:
        return ""
    kind, value = next(iter(body.items()))
    if kind == "omitted":
        return f'<p class="about">{value:,} bytes of body left out</p>' if value else ""
    if kind == "json":
        value = msgspec.json.format(json_text(value), indent=2)
    cut = len(value) > _LONGEST_BODY
    more = f'<p class="about">the first {_LONGEST_BODY:,} of {len(value):,} characters</p>' if cut else ""
    note = '<p class="about">base64</p>' if kind == "base64" else ""
    return f"{note}<pre>{_text(value[:_LONGEST_BODY])}</pre>{more}"


def _table(rows: list[list[str]]) -> str:
    cells = "".join(f"<tr><td>{_text(name)}</td><td>{_text(value)}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>" if cells else ""


def _seconds(each: dict[str, Any]) -> float:
    """What its calls took together."""
    return float(sum(attempt["total_ms"] for attempt in each["attempts"])) / 1000


def _text(value: object) -> str:
    """Foreign text for HTML: control characters visible, everything that means something to HTML escaped."""
    return escape(visible(str(value)))
