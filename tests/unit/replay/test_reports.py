"""The reports over one handful of results: structure, totals, redaction in every encoding, characters XML forbids."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import msgspec
import pytest
import xmlschema

from workbench.model.collection import Collection, SavedRequest, Source
from workbench.model.errors import Failure
from workbench.model.exchange import AssertionResult, Attempt, Exchange, ServiceResponse
from workbench.model.profile import Profile
from workbench.model.request import ResolvedRequest, Target
from workbench.model.secrets import Redactor, Secret
from workbench.model.variables import Scope
from workbench.replay.plan import make_plan
from workbench.replay.reports import Report
from workbench.replay.reports.html import HtmlReport
from workbench.replay.reports.human import HumanReport, duration
from workbench.replay.reports.json_report import JsonReport, tail
from workbench.replay.reports.junit import JunitReport
from workbench.replay.reports.ndjson import NdjsonReport
from workbench.replay.reports.tap import TapReport
from workbench.replay.reports.words import explanation
from workbench.replay.runner import Work
from workbench.replay.summary import RunInfo, Summary

CANARY = 'c4n4ry/"value"+&é'
TARGET = Target(base_url="http://127.0.0.1:1/api/v1", service="billing", team_name="Alpha", environment="staging")
INFO = RunInfo(tool="cyberun-tui 0", started="2026-11-23T17:20:50.259Z", environment="staging", base_url="http://x")


def redactor() -> Redactor:
    return Redactor([Secret(CANARY, "token")])


def attempt(outcome: str = "passed", total: float = 0.012) -> Attempt:
    return Attempt(n=1, started=INFO.started, total=total, outcome=outcome)  # type: ignore[arg-type]  # the four words


def results() -> list[Exchange]:
    response = ServiceResponse(
        platform_status=200,
        status=200,
        headers=(("content-type", "application/json"), ("set-cookie", "a=b"), ("x-echo", CANARY)),
        body=msgspec.json.encode(
            {"name": "Grace", "echo": CANARY, "wrapped": base64.b64encode(CANARY.encode()).decode()}
        ),
    )
    request = ResolvedRequest(
        target=TARGET,
        method="GET",
        path=Secret(f"/users?key={quote(CANARY)}", "token"),
        headers=(("authorization", Secret(f"Bearer {CANARY}", "token")),),
    )
    failed = AssertionResult(text='$.name == "Ada"', line=52, ok=False, expected="Ada", actual=f"Grace {CANARY}")
    failure = Failure(kind="timeout", message=f"no answer \x00\x1b[31m {CANARY}", layer="network", in_doubt=True)
    known: dict[str, Any] = {"file": "collections/billing.toml", "service": "billing"}
    return [
        Exchange(id="login", outcome="passed", line=22, method="POST", path="/login", response=response,
                 attempts=(attempt(),), captures={"token": Secret(CANARY, "token"), "uid": 7}, elapsed=0.012, **known),
        Exchange(id="get-user", outcome="failed", line=38, method="GET", path="/users/7", request=request,
                 response=response, assertions=(failed,), attempts=(attempt("failed"),), elapsed=0.008, **known),
        Exchange(id="export", outcome="error", line=60, method="GET", path="/export", error=failure,
                 attempts=(attempt("error", 5.0),), elapsed=5.0, **known),
        Exchange(id="audit", outcome="skipped", line=70, method="GET", path="/audit", skipped="needs export", **known),
    ]  # fmt: skip


def work() -> Work:
    requests = tuple(SavedRequest(id=each.id, method=each.method, path=each.path) for each in results())
    collection = Collection(requests=requests, source=Source(path="collections/billing.toml"))
    return Work(
        plan=make_plan(collection),
        profile=Profile(name="cloud"),
        targets=dict.fromkeys([request.id for request in requests], TARGET),
        scope=Scope(),
    )


def render(report: Report) -> str:
    summary = Summary()
    text = report.start(INFO) + report.begin(work())
    for exchange in results():
        summary.add(exchange)
        text += report.add(exchange)
    summary.duration = 6.71
    return text + report.end(summary, 3, [3, 1])


def every_report() -> list[Report]:
    mask = redactor()
    return [
        HumanReport(mask, colour=True, unicode=True, verbose=1),
        JsonReport(mask, "always"),
        NdjsonReport(mask, "always"),
        JunitReport(mask),
        HtmlReport(mask, "always"),
        TapReport(mask),
    ]


@pytest.mark.parametrize("report", every_report(), ids=lambda report: type(report).__name__)
def test_no_report_holds_a_secret_in_any_form(report: Report) -> None:
    text = render(report)
    forms = [CANARY, quote(CANARY), quote(CANARY, safe=""), msgspec.json.encode(CANARY).decode()[1:-1]]
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + CANARY.encode()).decode()
        forms.append(encoded[4:-4])
    assert [form for form in forms if form in text] == []
    assert "[redacted:token]" in text or isinstance(report, TapReport | JunitReport)


def test_json_has_the_fields_of_the_contract() -> None:
    document = msgspec.json.decode(render(JsonReport(redactor())))
    assert document["schema"] == "cyberun-run/1"
    assert document["exit"] == {"code": 3, "reasons": [3, 1]}
    assert document["totals"] == {
        "requests": 4, "passed": 1, "failed": 1, "errors": 1, "skipped": 1, "flaky": 0, "calls": 3,
        "assertions": {"passed": 0, "failed": 1},
    }  # fmt: skip
    assert document["latency_ms"]["max"] == 12.0
    login, user, export, audit = document["results"]
    assert login["captures"] == {"token": "[redacted:token]", "uid": 7}
    assert login["response"]["body"] == {"omitted": login["response"]["size"]}
    assert user["request"]["headers"] == [["authorization", "[redacted:token]"]]
    assert user["response"]["body"]["json"]["name"] == "Grace"
    assert user["assertions"][0]["line"] == 52
    assert ["set-cookie", "[redacted:set-cookie]"] in user["response"]["headers"]
    assert (export["error"]["kind"], export["error"]["layer"], export["response"]) == ("timeout", "network", None)
    assert (audit["outcome"], audit["skipped"]) == ("skipped", "needs export")


def test_an_empty_run_is_a_whole_document() -> None:
    report = JsonReport(redactor())
    document = msgspec.json.decode(report.start(INFO) + report.end(Summary(), 130, [130]))
    assert document["results"] == []


@pytest.mark.parametrize(("seconds", "shown"), [(6.7096, 6710), (0.0002, 1), (0.0, 0), (4.35, 4350)])
def test_the_duration_of_a_run_is_whole_milliseconds(seconds: float, shown: int) -> None:
    summary = Summary()
    summary.duration = seconds
    duration_ms = tail(summary, 0, [])["duration_ms"]
    assert (type(duration_ms), duration_ms) == (int, shown)


def test_ndjson_is_one_event_a_line() -> None:
    events = [msgspec.json.decode(line) for line in render(NdjsonReport(redactor())).splitlines()]
    assert [event["event"] for event in events] == ["run_start", *["request_end"] * 4, "run_end"]


def test_junit_totals_are_the_element_counts() -> None:
    root = ET.fromstring(render(JunitReport(redactor())).encode())  # noqa: S314 - our own document
    (suite,) = root.findall("testsuite")
    cases = suite.findall("testcase")
    assert suite.attrib["tests"] == str(len(cases)) == "4"
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.attrib[attribute]) == sum(len(case.findall(tag)) for case in cases) == 1
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == 4
    assert cases[1].attrib["file"] == "collections/billing.toml"
    assert cases[1].attrib["line"] == "38"
    failure = cases[1].find("failure")
    assert failure is not None
    assert "collections/billing.toml:52" in failure.attrib["message"]


@pytest.mark.parametrize(
    ("message", "said"),
    [("timeout after 5 s", "timeout after 5 s"), ("nothing more came", "timeout: nothing more came")],
)
def test_an_error_names_its_kind_once(message: str, said: str) -> None:
    failure = Failure(kind="timeout", message=message, layer="network")
    assert explanation(Exchange(id="a", outcome="error", error=failure), Redactor()) == [said]


def test_junit_names_rows_and_repeats_apart() -> None:
    report = JunitReport(redactor())
    text = report.start(INFO)
    for row in (1, 2):
        for repeat in (1, 2):
            text += report.add(Exchange(file="c.toml", id="a", row=row, repeat=repeat, outcome="passed"))
    root = ET.fromstring((text + report.end(Summary(), 0, [])).encode())  # noqa: S314 - our own document
    assert len({case.attrib["name"] for case in root.iter("testcase")}) == 4


def test_junit_is_what_jenkins_takes_whatever_the_texts_hold() -> None:
    """Its schema is strict: an unknown attribute, or a time it cannot read, makes Jenkins skip the whole file."""
    schema = xmlschema.XMLSchema(Path(__file__).parents[2] / "cases" / "junit.xsd")
    odd = "\x00\x1b]0;t\x07 \ud800 \ufffe ]]> <&>\"' \U0001f600 \u202e"
    failure = Failure(kind="connect", message=odd, layer="network", hint=odd)
    failed = AssertionResult(text=odd, ok=False, line=3, expected=odd, actual=odd, message=odd)
    known: dict[str, Any] = {"file": f"{odd}.toml", "attempts": (attempt(),)}
    report = JunitReport(redactor())
    text = report.start(INFO)
    for number in range(2):
        text += report.add(
            Exchange(id=f"{odd}a", row=number, outcome="error", error=failure, elapsed=123456.7, **known)
        )
        text += report.add(Exchange(id=f"{odd}b", row=number, outcome="failed", assertions=(failed, failed), **known))
        text += report.add(Exchange(id=f"{odd}c", row=number, outcome="skipped", skipped=odd, **known))
        text += report.add(Exchange(id="flaky", row=number, outcome="passed", flaky=True, elapsed=0.0, **known))
    text += report.end(Summary(), 1, [1])
    schema.validate(text)
    schema.validate(render(JunitReport(redactor())))
    schema.validate(JunitReport(redactor()).start(INFO) + JunitReport(redactor()).end(Summary(), 130, [130]))
    with pytest.raises(xmlschema.XMLSchemaException):
        schema.validate(text.replace("classname=", "class=", 1))


def test_tap_counts_its_points() -> None:
    lines = render(TapReport(redactor())).splitlines()
    assert lines[0] == "TAP version 14"
    assert lines[-1] == "1..4"
    points = [line for line in lines if line.startswith(("ok", "not ok"))]
    assert [line.split(" - ")[0] for line in points] == ["ok 1", "not ok 2", "not ok 3", "ok 4"]
    assert "# SKIP needs export" in points[3]


def test_the_human_report_reads_as_the_contract_shows() -> None:
    text = render(HumanReport(redactor(), colour=False, unicode=True))
    lines = text.splitlines()
    assert lines[0].startswith("collections/billing.toml   env staging · team Alpha · service billing")
    assert lines[1].startswith("  ✓ login     POST /login")
    assert any('✗ $.name == "Ada"' in line and "collections/billing.toml:52" in line for line in lines)
    assert '          expected  "Ada"' in lines
    assert any("it was sent: the container may have run it" in line for line in lines)
    assert any("skipped: needs export" in line for line in lines)
    assert lines[-1] == "        rerun   cyberun-tui run --failed collections/billing.toml"
    assert lines[-2].startswith("FAILED  1 failed · 1 error · 1 skipped · 1 passed")


def test_the_human_report_is_ascii_where_it_must_be_and_never_acts_on_the_terminal() -> None:
    text = render(HumanReport(redactor(), colour=False, unicode=False))
    assert text.isascii()
    assert "\x1b" not in text
    assert "\x00" not in render(HumanReport(redactor(), colour=True, unicode=True))


def test_quiet_shows_only_what_went_wrong() -> None:
    text = render(HumanReport(redactor(), colour=False, unicode=True, quiet=True))
    assert "login" not in text
    assert "audit" not in text
    assert "get-user" in text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0012, "1.2 ms"), (0.012, "12 ms"), (1.61, "1.61 s"), (125.0, "2 min 5 s")]
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_what_was_expected_is_said_once() -> None:
    told = AssertionResult(text="status == 201", ok=False, expected=201, actual=200, message="expected 201, actual 200")
    untold = AssertionResult(text="status == 201", ok=False, expected=201, actual=200)
    for result in (told, untold):
        exchange = Exchange(id="a", outcome="failed", assertions=(result,))
        assert explanation(exchange, Redactor()) == ["status == 201 - expected 201, actual 200"]
