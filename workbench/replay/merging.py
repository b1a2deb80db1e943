"""Several JSON reports as one: those of the shards of a run, or of the same collections on several machines.

Pure. Results stay word for word what they were, so nothing is redacted again and nothing of them is lost; totals,
latencies and the order are made anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.collection import Collection, SavedRequest, Source
from workbench.model.errors import WorkbenchError
from workbench.model.exchange import Exchange
from workbench.model.jsontext import json_text
from workbench.model.profile import Profile
from workbench.model.secrets import Redactor
from workbench.model.variables import Scope
from workbench.replay.plan import Plan, Step
from workbench.replay.reports import document
from workbench.replay.reports.json_report import head, tail
from workbench.replay.reports.reading import JsonDocument, exchange_of, read_report
from workbench.replay.runner import Work
from workbench.replay.summary import RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workbench.replay.reports import Report
    from workbench.replay.reports.human import HumanReport


class Merged(msgspec.Struct, frozen=True):
    """What several reports come to.

    Attributes:
        info, summary: as for one run; the duration is from the first start to the last end.
        results: elements as they were, in file order.
        exchanges: the same as far as other formats need it.
        reasons: exit codes of any of them.
        missing: shards such as `2/3` of which there is no report.
    """

    info: RunInfo
    summary: Summary
    results: list[dict[str, Any]]
    exchanges: list[Exchange]
    reasons: set[int]
    missing: tuple[str, ...]


def merge(reports: Sequence[tuple[str, bytes]]) -> Merged:
    """Merge reports, each given with its name.

    Raises:
        WorkbenchError: one is no JSON or NDJSON report of `run`, or two have the same request, row and repeat.
    """
    read = [(name, read_report(name, data)) for name, data in reports]
    found: dict[tuple[Any, ...], tuple[str, dict[str, Any], Exchange]] = {}
    files: dict[str, int] = {}
    for name, report in read:
        for number, element in enumerate(report.results):
            exchange = exchange_of(element, f"{name}: results[{number}]")
            at = files.setdefault(exchange.file, len(files))
            key = (at, exchange.repeat or 0, exchange.row or 0, exchange.line, exchange.id)
            if key in found:
                raise WorkbenchError(
                    f"{name} and {found[key][0]} both have {exchange.ref}{exchange.variant}",
                    hint="merge the reports of different shards; results of two runs cannot be told apart",
                )
            found[key] = (name, element, exchange)
    ordered = [found[key] for key in sorted(found)]
    exchanges = [exchange for _, _, exchange in ordered]
    every = [report for _, report in read]
    return Merged(
        info=_info(every),
        summary=_summary(every, exchanges),
        results=[element for _, element, _ in ordered],
        exchanges=exchanges,
        reasons={reason for report in every for reason in report.exit.reasons},
        missing=_missing(every),
    )


def render(merged: Merged, report_format: str, code: int, reasons: list[int], human: HumanReport) -> str:
    """The text of one format; `human` is used for `tree`."""
    info, summary = merged.info, merged.summary
    if report_format in ("json", "ndjson"):
        return "".join(_document(merged, report_format, code, reasons))
    if report_format == "html":
        from workbench.replay.reports.html import Page

        page = Page()
        parts = [page.start(head(info)), *map(page.add, merged.results)]
        return "".join(parts) + page.end(tail(summary, code, reasons))
    report: Report = human if report_format == "tree" else document(report_format, Redactor())
    text = [report.start(info)]
    for work, exchanges in _by_work(merged.exchanges):
        text += [report.begin(work), *map(report.add, exchanges)]
    return "".join([*text, report.end(summary, code, reasons)])


def _document(merged: Merged, report_format: str, code: int, reasons: list[int]) -> Iterator[str]:
    first, last = head(merged.info), tail(merged.summary, code, reasons)
    if report_format == "json":
        yield json_text({**first, "results": merged.results, **last}) + "\n"
        return
    yield json_text({"event": "run_start", **first}) + "\n"
    for element in merged.results:
        yield json_text({"event": "request_end", **element}) + "\n"
    yield json_text({"event": "run_end", **last}) + "\n"


def _info(reports: Sequence[JsonDocument]) -> RunInfo:
    first = min(reports, key=lambda report: report.started)
    return RunInfo(
        tool=first.tool,
        started=first.started,
        environment=_same(report.env for report in reports),
        base_url=_same(report.base_url for report in reports) or "",
        team=_same(report.team for report in reports),
        jobs=max(report.jobs for report in reports),
        compared_with=_same(report.compared_with for report in reports),
    )


def _same(values: Iterable[str | None]) -> str | None:
    """The one value that all have; None where they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _summary(reports: Sequence[JsonDocument], exchanges: Iterable[Exchange]) -> Summary:
    summary = Summary()
    for exchange in exchanges:
        summary.add(exchange)
    summary.interrupted = any(report.interrupted for report in reports)
    try:
        starts = [datetime.fromisoformat(report.started) for report in reports]
        ends = [at + timedelta(milliseconds=each.duration_ms) for at, each in zip(starts, reports, strict=True)]
        summary.duration = (max(ends) - min(starts)).total_seconds()
    except (ValueError, TypeError):  # another tool's time: how long it took is known all the same
        summary.duration = max(report.duration_ms for report in reports) / 1000
    return summary


def _missing(reports: Sequence[JsonDocument]) -> tuple[str, ...]:
    shards = {report.shard for report in reports if report.shard}
    counts = {shard.partition("/")[2] for shard in shards}
    wanted = [f"{part}/{count}" for count in counts if count.isdecimal() for part in range(1, int(count) + 1)]
    return tuple(shard for shard in wanted if shard not in shards)


def _by_work(exchanges: Sequence[Exchange]) -> Iterator[tuple[Work, list[Exchange]]]:
    """Results that one piece of work would have given: of the same file, row and repeat."""
    groups: dict[tuple[Any, ...], list[Exchange]] = {}
    for exchange in exchanges:
        groups.setdefault((exchange.file, exchange.repeat, exchange.row), []).append(exchange)
    for (file, repeat, row), group in groups.items():
        steps = tuple(
            Step(index=at, line=each.line, request=SavedRequest(id=each.id, method=each.method, path=each.path))
            for at, each in enumerate(group)
        )
        plan = Plan(collection=Collection(source=Source(path=file)), steps=steps)
        yield (
            Work(plan=plan, profile=Profile(name=""), targets={}, scope=Scope(), row=row, repeat=repeat),
            group,
        )
