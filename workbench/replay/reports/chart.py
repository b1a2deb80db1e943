"""The latency chart of the HTML report: a bar for each request in file order, as SVG.

Bounded, whatever the run's length. Knows numbers, outcomes and a label for each request, which it escapes.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import msgspec

from workbench.replay.reports.human import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 480
"""Bars at most; beyond, each stands for two, four, … requests."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 170, 56, 34, 10, 4
_WIDEST = 48.0
_LEAST = 0.0001
_WORSE = ("skipped", "passed", "failed", "error")


class _Bar(msgspec.Struct):
    seconds: float
    outcome: str
    link: str
    label: str


class Chart:
    """Collects what each request took; a bar that stands for several shows the slowest and the worst of them."""

    def __init__(self) -> None:
        self._bars: list[_Bar] = []
        self._each = 1
        self._in_last = 0

    def add(self, seconds: float, outcome: str, link: str, label: str) -> None:
        """One request. `link`: the anchor of its details. `label`: plain text, escaped here."""
        bar = _Bar(seconds, outcome, link, label)
        if self._in_last and self._in_last < self._each:
            self._bars[-1] = _merged(self._bars[-1], bar)
            self._in_last += 1
            return
        if len(self._bars) == _MOST:
            pairs = zip(self._bars[::2], self._bars[1::2], strict=True)
            self._bars = [_merged(one, other) for one, other in pairs]
            self._each *= 2
        self._bars.append(bar)
        self._in_last = 1

    def svg(self, percentiles: dict[str, float]) -> str:
        """The chart; empty for fewer than two requests. `percentiles` in seconds, drawn as lines."""
        if len(self._bars) < 2:  # noqa: PLR2004 - one bar is no chart
            return ""
        low, high = self._range()
        each = "" if self._each == 1 else f" Each bar stands for {self._each} requests and shows the slowest."
        parts = [
            f'<figure><svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'aria-label="Latency of {len(self._bars) * self._each} requests in file order">',
            *_grid(low, high),
            *self._drawn(low, high),
            *_lines(percentiles, low, high),
            f"</svg><figcaption>Time of each request in file order, logarithmic.{each}</figcaption></figure>",
        ]
        return "".join(parts)

    def _range(self) -> tuple[float, float]:
        """Whole decades around all bars, as powers of ten."""
        took = [max(bar.seconds, _LEAST) for bar in self._bars]
        low, high = math.floor(math.log10(min(took))), math.ceil(math.log10(max(took)) + 1e-9)
        return float(low), float(max(high, low + 1))

    def _drawn(self, low: float, high: float) -> Iterator[str]:
        step = min((_WIDTH - _LEFT - _RIGHT) / len(self._bars), _WIDEST)
        for at, bar in enumerate(self._bars):
            top = _y(bar.seconds, low, high)
            yield (
                f'<a href="#{bar.link}"><rect class="{bar.outcome}" x="{_LEFT + at * step:.1f}" y="{top:.1f}" '
                f'width="{max(step - 1, 0.8):.1f}" height="{max(_HEIGHT - _BOTTOM - top, 1):.1f}">'
                f"<title>{escape(bar.label)} · {duration(bar.seconds)}</title></rect></a>"
            )


def _merged(one: _Bar, other: _Bar) -> _Bar:
    slower, worse = (max(one, other, key=key) for key in (_took, _badness))
    return _Bar(slower.seconds, worse.outcome, worse.link, slower.label)


def _took(bar: _Bar) -> float:
    return bar.seconds


def _badness(bar: _Bar) -> int:
    return _WORSE.index(bar.outcome)


def _y(seconds: float, low: float, high: float) -> float:
    share = (math.log10(max(seconds, _LEAST)) - low) / (high - low)
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - min(max(share, 0.0), 1.0))


def _grid(low: float, high: float) -> Iterator[str]:
    for power in range(round(low), round(high) + 1):
        seconds = 10.0**power
        y = _y(seconds, low, high)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 6}" y="{min(y + 4, _HEIGHT - 1):.1f}">{duration(seconds)}</text>'


def _lines(percentiles: dict[str, float], low: float, high: float) -> Iterator[str]:
    for name, seconds in percentiles.items():
        y = _y(seconds, low, high)
        yield (
            f'<line class="percentile" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}">'
            f"<title>{escape(name)} {duration(seconds)}</title></line>"
            f'<text x="{_WIDTH}" y="{y + 4:.1f}">{escape(name)}</text>'
        )
