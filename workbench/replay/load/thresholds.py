"""Thresholds of a load test: `p95 < 500ms`, `errors < 1%`, `rate >= 200/s`. Pure."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LATENCIES = ("p50", "p90", "p95", "p99", "p99.9", "max", "mean")
SHARES = ("failed", "errors")
METRICS = (*LATENCIES, *SHARES, "rate")

_LINE = re.compile(r"\s*([a-z0-9.]+)\s*(<=|>=|==|<|>)\s*(\S+)\s*")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


class Threshold(msgspec.Struct, frozen=True):
    """One line: `metric` compared with `limit` (seconds, a share from 0 to 1, or calls per second)."""

    text: str
    metric: str
    comparison: str
    limit: float

    @property
    def is_latency(self) -> bool:
        """Whether it is about seconds."""
        return self.metric in LATENCIES

    def shown(self, actual: float) -> str:
        """What was measured, for people."""
        if self.is_latency:
            return f"{actual * 1000:.4g} ms"
        return f"{actual:.2%}" if self.metric in SHARES else f"{actual:,.1f}/s"

    def holds(self, metrics: Mapping[str, float]) -> bool:
        """Whether what was measured is within the limit."""
        return _COMPARE[self.comparison](metrics[self.metric], self.limit)


def threshold(text: str) -> Threshold:
    """Read a threshold.

    Raises:
        ValueError: it is none; the message says what was expected.
    """
    match = _LINE.fullmatch(text)
    if match is None or match[1] not in METRICS:
        raise ValueError(
            f"{text!r} is no threshold: expected one of {', '.join(METRICS)}, then < <= > >= or ==, a value"
        )
    metric, comparison, value = match.groups()
    try:
        return Threshold(text.strip(), metric, comparison, _limit(metric, value))
    except ValueError as error:
        raise ValueError(f"{text!r} is no threshold: {error}") from error


def _limit(metric: str, value: str) -> float:
    if metric in LATENCIES:
        return parse_duration(value)
    number = value.removesuffix("%" if metric in SHARES else "/s")
    try:
        limit = float(number)
    except ValueError:
        kind = "a share such as 1%" if metric in SHARES else "a number of calls per second such as 200/s"
        raise ValueError(f"{value!r} is not {kind}") from None
    if metric not in SHARES:
        return limit
    if not value.endswith("%") and limit != 0:
        raise ValueError(f"{value!r} is not a share: write 1% for one in a hundred")
    return limit / 100
