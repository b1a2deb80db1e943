"""What came of a load test, as a JSON document and as text for people. Pure; everything in it is numbers and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.visible import one_line
from workbench.replay.load.thresholds import Threshold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.replay.load.tally import Counts, Tally

SCHEMA = "cyberun-load/1"

_SECOND = 1.0
_COLUMNS = ("calls", "failed", "errors", "p50", "p95", "p99", "max")


class LoadInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before the first call."""

    tool: str
    started: str
    base_url: str
    services: tuple[str, ...]
    environment: str | None = None
    team: str | None = None
    users: int
    rate: float | None = None
    duration: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the end. `seconds` is how long it took; `code` and `reasons` are the exit code and why."""

    seconds: float
    interrupted: bool
    unstarted: int
    judged: tuple[tuple[Threshold, float, bool], ...]
    code: int
    reasons: tuple[int, ...]


def document(info: LoadInfo, tally: Tally, outcome: Outcome) -> dict[str, Any]:
    """The JSON document: durations in milliseconds, fields are only ever added within `/1`."""
    counts = tally.all
    return {
        "schema": SCHEMA,
        "tool": info.tool,
        "started": info.started,
        "duration_ms": _ms(outcome.seconds),
        "interrupted": outcome.interrupted,
        "model": "rate" if info.rate else "users",
        "users": info.users,
        "rate": info.rate,
        "env": info.environment,
        "base_url": info.base_url,
        "team": info.team,
        "exit": {"code": outcome.code, "reasons": list(outcome.reasons)},
        "totals": {**_totals(counts), "unstarted": outcome.unstarted, "bytes_received": tally.received},
        "calls_per_second": round(counts.calls / outcome.seconds, 2) if outcome.seconds else 0.0,
        "latency_ms": {name: _ms(value) for name, value in tally.corrected.values().items()},
        "corrected": info.rate is not None,
        "service_ms": {name: _ms(value) for name, value in counts.service.values().items()},
        "errors": dict(sorted(tally.kinds.items())),
        "thresholds": [
            {"text": each.text, "ok": ok, "actual": _ms(actual) if each.is_latency else round(actual, 6)}
            for each, actual, ok in outcome.judged
        ],
        "requests": [
            {
                "request": key,
                "method": method,
                **_totals(each),
                "service_ms": {name: _ms(value) for name, value in each.service.values().items()},
            }
            for key, (method, each) in tally.requests.items()
        ],
        "timeline": [
            {"second": at, "calls": calls, "failed": failed, "errors": errors}
            for at, (calls, failed, errors) in enumerate(tally.timeline)
        ],
    }


def heading(info: LoadInfo, paths: Sequence[str], *, unicode: bool = True) -> str:
    """The first line for people."""
    dot = _dot(unicode=unicode)
    how = f"{info.rate:g} plays/s, at most {info.users} at once" if info.rate else f"{_count(info.users, 'user')}"
    parts = [
        *([f"env {info.environment}"] if info.environment else []),
        *([f"team {info.team}"] if info.team else []),
        f"service {', '.join(info.services)}",
        info.base_url,
        f"{how} for {duration_text(info.duration)}",
    ]
    return one_line(f"{' '.join(paths)}   {dot.join(parts)}") + "\n"


def text(info: LoadInfo, tally: Tally, outcome: Outcome, *, unicode: bool = True) -> str:
    """The table and the summary for people."""
    good, bad = ("✓", "✗") if unicode else ("ok", "FAIL")
    dot = _dot(unicode=unicode)
    one_file = len({key.rpartition("#")[0] for key in tally.requests}) == 1
    rows = [(key.rpartition("#")[2] if one_file else key, each) for key, (_, each) in tally.requests.items()]
    lines = _table([*rows, ("all", tally.all)] if len(rows) > 1 else rows)
    lines.append("")
    word = "INTERRUPTED" if outcome.interrupted else "FAILED" if outcome.code else "PASSED"
    counts = tally.all
    rate = counts.calls / outcome.seconds if outcome.seconds else 0.0
    lines.append(
        f"{word}  {_count(counts.calls, 'call')} in {duration_text(outcome.seconds)}{dot}{rate:,.1f}/s{dot}"
        f"{counts.outcomes['failed']:,} failed{dot}{_count(counts.outcomes['error'], 'error')}"
    )
    values = dot.join(f"{name} {duration_text(value)}" for name, value in tally.corrected.values().items())
    why = "from when each play was due" if info.rate else "users wait for answers: a slow service is asked less"
    lines.append(f"  latency   {values}   ({why})")
    if tally.kinds:
        lines.append("  errors    " + dot.join(f"{kind} {count:,}" for kind, count in sorted(tally.kinds.items())))
    if outcome.unstarted:
        lines.append(
            f"  {_count(outcome.unstarted, 'play')} could not begin in time: all {info.users} places were taken"
        )
    lines += [f"  {good if ok else bad} {each.text}   {each.shown(actual)}" for each, actual, ok in outcome.judged]
    return "".join(line.rstrip() + "\n" for line in lines)


def duration_text(seconds: float) -> str:
    """A time for people, with three digits at most."""
    if seconds < _SECOND:
        return f"{seconds * 1000:.3g} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"  # noqa: PLR2004 - three digits
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:,.0f} s"  # noqa: PLR2004 - three digits


def _dot(*, unicode: bool) -> str:
    return " · " if unicode else " | "


def _table(rows: list[tuple[str, Counts]]) -> list[str]:
    cells = [["", *_COLUMNS]]
    for name, counts in rows:
        values = counts.service.values()
        cells.append(
            [
                one_line(name),
                f"{counts.calls:,}",
                f"{counts.outcomes['failed']:,}",
                f"{counts.outcomes['error']:,}",
                *(duration_text(values[column]) for column in _COLUMNS[3:]),
            ]
        )
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return [_row(row, widths) for row in cells]


def _row(cells: list[str], widths: list[int]) -> str:
    name, *numbers = cells
    return "  ".join(["", name.ljust(widths[0]), *(map(str.rjust, numbers, widths[1:]))])


def _totals(counts: Counts) -> dict[str, int]:
    return {
        "calls": counts.calls,
        "passed": counts.outcomes["passed"],
        "failed": counts.outcomes["failed"],
        "errors": counts.outcomes["error"],
        "skipped": counts.outcomes["skipped"],
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
