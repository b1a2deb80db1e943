"""The HTML report: what it says, what it escapes, that nothing in it can run; and how a real browser shows it."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.unit.replay.test_reports import INFO, results
from workbench.model.difference import Difference
from workbench.model.errors import Failure
from workbench.model.exchange import AssertionResult, Attempt, Exchange, ServiceResponse
from workbench.model.secrets import Redactor
from workbench.replay.reports.chart import Chart
from workbench.replay.reports.html import HtmlReport
from workbench.replay.summary import Summary

HOSTILE = "</pre></details><script>document.title='run'</script><img src=x onerror=alert(1)>\x1b[31m'\"&<b>"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def hostile() -> Exchange:
    """Foreign text in every place that has one."""
    response = ServiceResponse(
        platform_status=200, status=200, headers=((HOSTILE, HOSTILE),), body=HOSTILE.encode()
    )  # fmt: skip
    return Exchange(
        file=f"{HOSTILE}.toml",
        id=HOSTILE,
        name=HOSTILE,
        outcome="error",
        method=HOSTILE,
        path=HOSTILE,
        service=HOSTILE,
        tags=(HOSTILE,),
        response=response,
        error=Failure(kind="envelope", message=HOSTILE, layer="platform", hint=HOSTILE),
        assertions=(AssertionResult(text=HOSTILE, ok=False, expected=HOSTILE, actual=[HOSTILE], message=HOSTILE),),
        captures={HOSTILE: HOSTILE},
        differences=(Difference(HOSTILE, "changed", HOSTILE, {HOSTILE: HOSTILE}),),
        compared_with=HOSTILE,
        other=Exchange(outcome="passed", response=response, service=HOSTILE),
        attempts=(Attempt(n=1, started=INFO.started, total=0.1, outcome="error"),) * 2,
    )


def page(exchanges: list[Exchange], *, interrupted: bool = False) -> str:
    report = HtmlReport(Redactor())
    summary = Summary()
    summary.interrupted = interrupted
    text = report.start(INFO)
    for exchange in exchanges:
        summary.add(exchange)
        text += report.add(exchange)
    return text + report.end(summary, 3, [3, 1])


class Elements(HTMLParser):
    """Counts elements and gathers attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: dict[str, int] = {}
        self.attributes: dict[str, list[str | None]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in {"meta", "input", "line", "rect"}:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag, "elements are nested as they were opened"


def test_it_says_what_happened() -> None:
    text = page(results())
    for said in ("FAILED", "get-user", "Grace", "needs export", "timeout", "it was sent", "p95"):
        assert said.lower() in text.lower()
    assert '<label for="show-failed">Failed 1</label>' in text
    assert '<label for="show-flaky">' not in text, "nothing to filter for"


def test_it_is_one_well_formed_file_that_asks_the_network_for_nothing() -> None:
    text = page([*results(), hostile()])
    found = Elements(text)
    assert found.open == []
    assert not {"script", "img", "link", "iframe", "object", "base"} & set(found.tags)
    assert not {"src", "onerror", "onload", "srcset", "action"} & set(found.attributes)
    assert all(value and value.startswith("#") for value in found.attributes["href"])
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "\x1b" not in text


def test_foreign_text_is_only_ever_text() -> None:
    text = page([hostile()])
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("&lt;script&gt;") >= 15, "it stands in every place, escaped"


def test_an_interrupted_run_and_an_empty_one_are_whole_pages() -> None:
    assert "INTERRUPTED" in page(results()[:1], interrupted=True)
    assert Elements(page([])).open == []


def test_the_chart_stays_bounded_and_keeps_the_slowest_and_the_worst() -> None:
    chart = Chart()
    for number in range(10_000):
        bad = number == 7_777
        chart.add(9.0 if bad else 0.01, "error" if bad else "passed", f"r{number}", f"n{number}")
    svg = chart.svg({"p50": 0.01})
    assert 240 <= svg.count("<rect") <= 480
    assert svg.count('class="error"') == 1
    assert "n7777 · 9.00 s" in svg
    assert Chart().svg({}) == ""


def test_many_results_take_no_memory_of_the_report() -> None:
    report = HtmlReport(Redactor())
    report.start(INFO)
    (one, *_) = results()
    for _ in range(2_000):
        report.add(one)
    held: dict[str, Any] = vars(report._page)
    assert all(not isinstance(value, list) for value in held.values())


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here: apt-get install chromium")
def test_a_real_browser_shows_it_filters_it_and_runs_nothing(tmp_path: Path) -> None:
    """The page as written, and one whose policy is lifted so that a script of ours can look at what is shown."""
    text = page([*results(), hostile()])
    assert BROWSER is not None
    probe = (
        "<script>const seen = () => [...document.querySelectorAll('.r')].filter(e => e.checkVisibility()).length;"
        "const all = seen(); document.querySelector('label[for=show-failed]').click();"
        "const at = name => document.querySelector(name).getBoundingClientRect().top;"
        "const bars = document.querySelectorAll('rect').length;"
        "document.body.dataset.seen = `${all} ${seen()} ${at('.summary') < at('.results')} ${bars}`</script></body>"
    )
    as_written = text.replace("</body>", probe)
    open_policy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text).replace("</body>", probe)
    shown = []
    for number, each in enumerate((as_written, open_policy)):
        file = tmp_path / f"{number}.html"
        file.write_text(each, encoding="utf-8")
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--dump-dom", file],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        found = re.search(r'data-seen="([^"]*)"', done.stdout)
        shown.append(found[1] if found else "")
        assert "<title>run</title>" not in done.stdout
    assert shown == ["", "5 1 true 4"]
