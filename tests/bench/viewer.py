"""Times the body viewer in a real app without a terminal: from `show` to a highlighted frame, every key, find, memory.

Run it by hand: `python -m tests.bench.viewer`. Each case runs in a process of its own, so that the memory is its own.
Prints one row for each figure beside its budget (PERFORMANCE.md).
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import events
from textual.app import App
from textual.widgets import Input

from workbench.tui.safe import ControlFilter
from workbench.tui.widgets.body_viewer import BodyViewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from textual.app import ComposeResult
    from textual.filter import LineFilter
    from textual.screen import Screen

    from workbench.tui.widgets.body_viewer import CodeView

MB = 1_000_000
SIZE = (140, 42)
RAPID = frozenset({"pagedown", "G"})
"""Keys after which the next one comes at once, while threads still work for the one before."""
KEYS = {
    "lines": ("j", "pagedown", "G", "pageup", "k", "g", "ctrl+d", "w", "g"),
    "one line": ("end", "home", "l", "w", "j", "pagedown", "G", "pageup", "g", "w", "end", "home"),
}
ROUNDS = 4  # an even number: wrap ends as it began
_PATIENCE = 5.0
_POLL = 0.0005


class Budget(NamedTuple):
    """What a case may take: seconds to the first frame, for any key, for find; MB of memory."""

    frame: float
    key: float
    find: float
    memory: int


CASES = {
    "10 MB JSON": Budget(0.4, 0.05, 0.5, 150),
    "100 MB JSON": Budget(3.0, 0.05, 0.5, 600),
    "10 MB JSON on one line, raw": Budget(0.4, 0.05, 0.5, 150),
    "10 MB of Japanese on one line": Budget(0.4, 0.05, 0.5, 150),
    "10 MB HTML": Budget(0.4, 0.05, 0.5, 150),
}


def body(name: str) -> tuple[bytes, str, bool]:
    """The body of a case, its type, and whether it is to be shown raw."""
    size = (100 if name.startswith("100") else 10) * MB
    if "Japanese" in name:
        return ("日本語のテキスト、 " * (size // 28)).encode(), "text/plain; charset=utf-8", True
    if "HTML" in name:
        row = '<tr class="row"><td>{0}</td><td><a href="/items/{0}?q=1&amp;r=2">Item {0}</a></td></tr>\n'
        rows = "".join(row.format(number) for number in range(size // 88))
        return f"<!doctype html>\n<table>\n{rows}</table>\n".encode(), "text/html", False
    item: dict[str, Any] = {
        "id": 0,
        "name": "service-0",
        "price": 12.5,
        "ok": True,
        "note": None,
        "tags": ["a", "b", "c"],
        "text": "the quick brown fox jumps over the lazy dog, again and again",
    }
    count = size // 170
    parts = []
    for number in range(count):
        item["id"], item["name"] = number, f"service-{number}"
        parts.append(json.dumps(item, separators=(",", ":")))
    return f"[{','.join(parts)}]".encode(), "application/json", "raw" in name


class Bench(App[None]):
    """The viewer, and the belt that the app has around it."""

    CSS = "Screen { layers: base; }"
    _belt = ControlFilter()
    frames = 0

    def compose(self) -> ComposeResult:
        """Nothing else."""
        yield BodyViewer()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Count the frames."""
        self.frames += 1
        super()._display(screen, renderable)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """As the app does."""
        return [*super().get_line_filters(), self._belt]


def painted(app: App[None]) -> list[str]:
    """The lines of the screen as they stand."""
    strips = app.screen._compositor.render_strips()  # what a terminal would get
    return [strip.text for strip in strips]


async def settled(app: App[None]) -> None:
    """Wait until nothing is under way, as a terminal's next frame does."""
    while any(not worker.is_finished for worker in app.workers):  # noqa: ASYNC110 - workers tell no event
        await asyncio.sleep(0.002)
    painted(app)


async def first_frame(app: App[None], viewer: BodyViewer, data: bytes, kind: str) -> float:
    """Seconds from `show` until text of the body stands on the screen in more than one colour."""
    begin = time.perf_counter()
    viewer.show(data, content_type=kind)
    while True:
        await asyncio.sleep(0.002)
        if viewer.media is not None:  # XML and HTML are shown as they are before they are indented
            strip = app.screen._compositor.render_strips()[2]
            if len({segment.style for segment in strip}) > 1:
                return time.perf_counter() - begin


def state(view: CodeView) -> tuple[object, ...]:
    """What a key can change about the text."""
    rows = view.page.rows.count if view.page else 0
    return view.cursor_row, view.place, view.scroll_offset, rows, view.wrap


class Taken(NamedTuple):
    """Seconds by the clock, and of processor time: on a busy machine only the second tells."""

    clock: float
    work: float


async def press(app: Bench, view: CodeView, key: str) -> Taken:
    """From a key until the frame after the change that it makes is painted; threads' work counts too."""
    before = state(view)
    begin, work = time.perf_counter(), time.process_time()
    app.post_message(events.Key(key, key if len(key) == 1 else None))
    while state(view) == before:
        await asyncio.sleep(_POLL)
        if time.perf_counter() - begin > _PATIENCE:
            raise RuntimeError(f"{key} changes nothing")
    frames = app.frames
    while app.frames == frames:  # noqa: ASYNC110 - nor does the screen
        await asyncio.sleep(_POLL)
    painted(app)
    return Taken(time.perf_counter() - begin, time.process_time() - work)


async def find(app: App[None], viewer: BodyViewer, text: str) -> tuple[float, str]:
    """Seconds from the last letter typed until every hit is counted, and what the bar says then."""
    viewer.action_find()
    await asyncio.sleep(0.05)
    begin = time.perf_counter()
    viewer.bar.query_one(Input).value = text
    while viewer._query.text != text or viewer._search is None or not viewer._search.counted:  # noqa: ASYNC110 - nor does a search
        await asyncio.sleep(0.002)
    taken = time.perf_counter() - begin
    await settled(app)
    return taken, str(viewer.bar.query_one("#find-count").render())


async def measure_keys(app: Bench, view: CodeView, name: str) -> None:
    """The rows about keys."""
    keys = KEYS["one line" if "one line" in name else "lines"]
    times: dict[str, list[Taken]] = {key: [] for key in keys}
    for _ in range(ROUNDS):
        for key in keys:
            times[key].append(await press(app, view, key))
            if key not in RAPID:
                await settled(app)
    for key, taken in times.items():
        row_of_key(name, key, taken, CASES[name].key)


async def measure(name: str) -> None:
    """One case: its rows."""
    data, kind, raw = body(name)
    budget = CASES[name]
    app = Bench()
    async with app.run_test(size=SIZE) as pilot:
        viewer = app.query_one(BodyViewer)
        viewer.view.focus()
        viewer.show(b'{"warm": ["up"]}', content_type="application/json")
        await pilot.pause()
        if raw:
            viewer.mode = "raw"
        row(name, "show to first highlighted frame", await first_frame(app, viewer, data, kind), budget.frame)
        if viewer.indenting:
            begin = time.perf_counter()
            await settled(app)
            row(name, "from there until it is indented", time.perf_counter() - begin, None)
        await settled(app)
        await measure_keys(app, viewer.view, name)
        found = "語" if "Japanese" in name else "e"
        for text in ("quick BROWN", "zebra", found):
            seconds, said = await find(app, viewer, text)
            row(name, f"find {text!r}: {said.strip()}", seconds, budget.find)
        viewer.view.focus()
        await asyncio.sleep(0.2)
        taken_by_n = []
        for _ in range(ROUNDS * 2):
            taken_by_n.append(await press(app, viewer.view, "n"))
            await settled(app)
        row_of_key(name, "n", taken_by_n, budget.key)
        line(
            name,
            f"memory now (peak {peak()} MB)",
            f"{rss():8.0f} MB",
            f"{budget.memory:8.0f} MB",
            rss() / budget.memory,
        )


def rss() -> float:
    """Memory of this process in MB."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * resource.getpagesize() / MB


def peak() -> int:
    """The most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MB


def row_of_key(name: str, key: str, taken: list[Taken], limit: float) -> None:
    """One row about a key pressed several times: the median, with the worst and the processor time beside it."""
    worst, work = max(each.clock for each in taken), median(each.work for each in taken)
    row(name, f"key {key} (worst {worst * 1000:.0f}, work {work * 1000:.0f} ms)", median(t.clock for t in taken), limit)


def row(name: str, what: str, seconds: float, limit: float | None) -> None:
    """One row of the table about a time."""
    line(name, what, f"{seconds * 1000:8.1f} ms", f"{limit * 1000:8.0f} ms" if limit else "", seconds / (limit or 1))


def line(name: str, what: str, measured: str, limit: str, ratio: float) -> None:
    """Print one row of the table."""
    sys.stdout.write(f"{name:32} {what:44} {measured:>12} {limit:>12} {f'{ratio:6.2f}' if limit else ''}\n")
    sys.stdout.flush()


def main() -> None:
    """Every case, or the ones named on the command line."""
    if len(sys.argv) > 1:
        for name in sys.argv[1:]:
            asyncio.run(measure(name))
        return
    sys.stdout.write(f"{'case':32} {'what':44} {'measured':>12} {'budget':>12}  ratio\n")
    sys.stdout.flush()
    for name in CASES:
        subprocess.run([sys.executable, "-m", "tests.bench.viewer", name], check=True)


if __name__ == "__main__":
    main()
