"""Several reports as one: order, totals, what is missing, and what cannot be merged."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.unit.replay.test_reports import results, work
from workbench.model.errors import WorkbenchError
from workbench.model.exchange import Exchange
from workbench.model.secrets import Redactor
from workbench.replay.merging import merge, render
from workbench.replay.reports import document
from workbench.replay.reports.human import HumanReport
from workbench.replay.summary import RunInfo, Summary


def report(exchanges: list[Exchange], shard: str = "", name: str = "json", **known: Any) -> bytes:
    info = RunInfo(tool="cyberun-tui 0", **{"started": "2026-11-23T17:20:50.000Z", "shard": shard or None, **known})
    made, summary = document(name, Redactor()), Summary()
    text = made.start(info) + made.begin(work())
    for exchange in exchanges:
        summary.add(exchange)
        text += made.add(exchange)
    summary.duration = 2.0
    reasons = [code for code, outcome in ((3, "error"), (1, "failed")) if summary.outcomes[outcome]]  # type: ignore[index]  # outcomes
    return (text + made.end(summary, max(reasons, default=0), reasons)).encode()


def halves(name: str = "json") -> list[tuple[str, bytes]]:
    login, user, export, audit = results()
    return [
        ("two", report([user, audit], "2/2", name, started="2026-11-23T17:20:51.000Z")),
        ("one", report([login, export], "1/2", name)),
    ]


def rendered(merged: Any, name: str) -> str:
    return render(merged, name, 3, [3, 1], HumanReport(Redactor(), colour=False, unicode=True))


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_shards_are_one_report_in_file_order(name: str) -> None:
    merged = merge(halves(name))
    whole = json.loads(rendered(merged, "json"))
    assert [each["id"] for each in whole["results"]] == ["login", "get-user", "export", "audit"]
    expected = json.loads(report(results()))
    assert whole["results"] == expected["results"]
    assert whole["totals"] == expected["totals"]
    assert whole["latency_ms"] == expected["latency_ms"]
    assert (whole["shard"], whole["duration_ms"], whole["exit"]["reasons"]) == (None, 3000.0, [3, 1])
    assert (merged.missing, merged.reasons) == ((), {1, 3})


def test_every_format_can_be_made_of_it() -> None:
    merged = merge(halves())
    for name in ("tap", "html", "tree", "ndjson"):
        text = rendered(merged, name)
        assert all(each.id in text for each in results()), name
    root = ET.fromstring(rendered(merged, "junit").encode())  # noqa: S314 - our own document
    (suite,) = root.findall("testsuite")
    assert [suite.attrib[key] for key in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    assert rendered(merge([("again", rendered(merged, "json").encode())]), "json") == rendered(merged, "json")


def test_a_shard_that_is_not_there_is_named() -> None:
    merged = merge([("one", report(results()[:1], "1/3")), ("three", report(results()[1:], "3/3"))])
    assert merged.missing == ("2/3",)


def test_what_differs_between_reports_is_not_said_and_an_interruption_is_kept() -> None:
    other = json.loads(report(results()[1:], team="Beta", environment="prod"))
    other["interrupted"] = True
    merged = merge([("one", report(results()[:1], environment="prod")), ("two", json.dumps(other).encode())])
    assert (merged.info.team, merged.info.environment, merged.summary.interrupted) == (None, "prod", True)


def test_fields_of_a_later_version_are_kept() -> None:
    later = json.loads(report(results()))
    later["results"][0]["novelty"] = 1.50
    assert json.loads(rendered(merge([("later", json.dumps(later).encode())]), "json"))["results"][0]["novelty"] == 1.5


def test_a_report_with_just_the_fields_of_the_contract_is_enough() -> None:
    """CLI.md's example, without anything that this version adds to it."""
    added = {"name", "repeat", "flaky", "method", "path", "skipped", "compared"}
    report_of_another = json.loads(report(results()))
    for result in report_of_another["results"]:
        for name in added:
            del result[name]
        for check in result["assertions"]:
            del check["message"]
        if result["error"]:
            del result["error"]["in_doubt"]
    del report_of_another["compared_with"]
    merged = merge([("x.json", json.dumps(report_of_another).encode())])
    for name in ("json", "ndjson", "html", "junit", "tap", "tree"):
        assert "get-user" in rendered(merged, name)


def test_the_same_result_twice_is_refused() -> None:
    with pytest.raises(WorkbenchError, match=r"a and b|b and a"):
        merge([("a", report(results())), ("b", report(results()[:1]))])


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"schema":"other"}', b"\xff", b'{"event":1}\n{', b'{"event":"run_start"}\n[]', b"<xml/>"],
)
def test_what_is_no_report_says_so(data: bytes) -> None:
    with pytest.raises(WorkbenchError, match="is not a report"):
        merge([("x.json", data)])


def test_a_result_of_another_shape_is_named() -> None:
    broken = json.loads(report(results()))
    broken["results"][2]["outcome"] = "maybe"
    with pytest.raises(WorkbenchError, match=r"results\[2\]"):
        merge([("x.json", json.dumps(broken).encode())])
