"""What the response pane shows: one request's outcome, or its call in flight. Values and words; no widget.

Two statuses are named side by side and never merged: the platform's and the container's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.invoke.watching import Watch
    from workbench.model.body.events import EventLog
    from workbench.model.errors import Failure
    from workbench.model.exchange import Exchange, ServiceResponse, Timing
    from workbench.model.history import Line
    from workbench.tui.controllers.history import Entry
    from workbench.tui.controllers.workspace import Ref

Mood = Literal["none", "good", "warn", "bad"]

MARKS: dict[Mood, str] = {"none": "", "good": "✓", "warn": "!", "bad": "✗"}

LAYERS = {
    "client": "this program, before anything was sent",
    "network": "the network between this machine and the platform",
    "platform": "the platform",
    "container": "the container",
}

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
"""What turns while a call is under way."""

_KILO = 1000
_REDIRECT = 300
_CLIENT_ERROR = 400


@dataclass(frozen=True)
class Flight:
    """A call under way.

    Attributes:
        ref: the request it belongs to.
        title: that request, for people.
        since: when it began, in seconds of the app's clock.
        doing: what is going on, in a word or two.
        received: bytes of a streamed body so far; `tail` has the last of them.
        events: those of an event stream so far; it grows.
        watch: the answer as it comes, to halt it; None before the call leaves.
    """

    ref: Ref
    title: str
    since: float
    doing: str = "sending"
    received: int = 0
    tail: bytes = b""
    events: EventLog | None = None
    watch: Watch | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What the response pane has to show.

    Attributes:
        title: the request it belongs to; empty when none is selected.
        entry: its last outcome, or one out of the history; None when it was not sent yet.
        past: `entry` was picked in the history and is not the request's last one.
        changed: the request has been edited since.
        flight: its call under way.
        elsewhere: where `entry` came from, when that is not where the request goes now.
    """

    title: str = ""
    entry: Entry | None = None
    past: bool = False
    changed: bool = False
    flight: Flight | None = None
    elsewhere: str = ""


def mood_of(exchange: Exchange) -> Mood:
    """The worse of the two statuses, the tests and the error."""
    if exchange.error is not None or exchange.outcome == "error":
        return "bad"
    if exchange.outcome == "skipped" or exchange.response is None:
        return "none"
    if exchange.outcome == "failed":
        return "bad"
    worst = max(exchange.response.status, exchange.response.platform_status)
    if worst >= _CLIENT_ERROR:
        return "bad"
    return "warn" if worst >= _REDIRECT or exchange.response.truncated else "good"


def mark_of_line(line: Line) -> str:
    """The mark of a send in a list, as `mood_of` has it for its exchange."""
    if line.status is None or line.platform_status is None:
        return MARKS["none" if line.outcome == "skipped" else "bad"]
    worst = max(line.status, line.platform_status)
    if line.outcome != "passed" or worst >= _CLIENT_ERROR:
        return MARKS["bad"]
    return MARKS["warn" if worst >= _REDIRECT else "good"]


def headline(answer: Answer) -> list[str]:
    """The parts of the title line, the most important first."""
    entry = answer.entry
    if answer.flight is not None:
        return [answer.flight.title, answer.flight.doing]
    if entry is None:
        return [answer.title, "not sent yet"] if answer.title else []
    exchange = entry.exchange
    parts = [answer.title, *came_to(exchange)]
    if exchange.elapsed:
        parts.append(seconds(exchange.elapsed))
    if exchange.response is not None:
        parts.append(size(len(exchange.response.body)))
    return parts


def came_to(exchange: Exchange) -> list[str]:
    """What came of a call, in parts: why there is no answer, and each status there is."""
    response, error = exchange.response, exchange.error
    parts = [short_failure(error)] if error is not None else []
    if response is not None:
        parts += [f"container {response.status}", f"platform {response.platform_status}"]
    elif error is not None and error.platform_status is not None:
        parts.append(f"platform {error.platform_status}")
    return parts


def from_history(answer: Answer) -> str:
    """Which past send is shown, for the notes above it; empty where it is the request's own last one."""
    if answer.entry is None or not answer.past:
        return ""
    return f"from the history, {local_time(answer.entry.exchange.started) or f'no. {answer.entry.number}'}"


def local_time(started: str, *, date: bool = True) -> str:
    """When that was, for people, in their time zone; empty when it is not known."""
    try:
        moment = datetime.fromisoformat(started).astimezone()
    except ValueError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S")


def short_failure(failure: Failure) -> str:
    """A failure in a few words, for a title."""
    if failure.kind == "cancelled":
        return "cancelled, outcome unknown" if failure.in_doubt else "cancelled"
    if failure.layer == "client" and not failure.in_doubt:
        return "nothing was sent"
    return f"no answer: {failure.kind.replace('_', ' ')}"


def did_it_run(failure: Failure) -> str:
    """Whether the container may have run the call, in words."""
    if failure.in_doubt:
        return "It was sent and no answer came: the container may have run it."
    if failure.layer == "client":
        return "No: nothing was sent."
    if failure.layer == "network":
        return "No: the call never left this machine, or never reached the platform."
    if failure.layer == "platform":
        return "No: the platform did not hand it to the container."
    return "Yes: the container answered."


def size(count: int) -> str:
    """A number of bytes for people: 12 B, 1.2 kB, 3.4 MB (powers of 1000)."""
    if count < _KILO:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= _KILO
        if value < _KILO or unit == "GB":
            return f"{value:.1f} {unit}"
    raise AssertionError("the loop returns")  # pragma: no cover - for the type checker


def seconds(value: float) -> str:
    """A duration for people: 0.4 ms, 41 ms, 1.61 s, 2 m 05 s."""
    if value < 0.01:  # noqa: PLR2004 - below ten milliseconds a tenth matters
        return f"{value * 1000:.1f} ms"
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:  # noqa: PLR2004 - a minute
        return f"{value:.2f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} m {rest:02} s"


PHASES: tuple[tuple[str, str], ...] = (
    ("queue", "waiting for a connection"),
    ("dns", "name lookup"),
    ("connect", "connecting"),
    ("tls", "TLS"),
    ("send", "sending"),
    ("wait", "waiting for the answer"),
    ("receive", "receiving"),
)
"""The phases of a call as `Timing` names them, in order, with their names for people."""


def phases(timing: Timing, width: int, *, secure: bool = False) -> list[tuple[str, str, str]]:
    """Each phase that was observed: its name, how long it took, and a bar of at most `width` cells where it lay.

    `secure`: the connection is one with TLS, which is a part of connecting where the two were not told apart.
    """
    joined = secure and timing.tls is None
    known: list[tuple[str, float]] = [
        ("connecting and TLS" if joined and name == "connect" else label, value)
        for name, label in PHASES
        if (value := getattr(timing, name)) is not None
    ]
    total = max(timing.total, sum(value for _, value in known)) or 1.0
    rows = []
    before = 0.0
    for label, value in known:
        start = round(before / total * width)
        length = max(1, round(value / total * width)) if value else 0
        rows.append((label, seconds(value), " " * min(start, width - 1) + "━" * min(length, max(1, width - start))))
        before += value
    return rows


def label_of_tests(exchange: Exchange | None) -> str:
    """`Tests 3/4`, or just `Tests` when there are none."""
    results: Sequence[object] = exchange.assertions if exchange else ()
    if not results or exchange is None:
        return "Tests"
    return f"Tests {sum(result.ok for result in exchange.assertions)}/{len(results)}"


def content_type(response: ServiceResponse) -> str:
    """The container's content type; empty when it named none."""
    return response.header("content-type") or ""


def is_event_stream(response: ServiceResponse) -> bool:
    """Whether the body is server-sent events that can be told apart."""
    packed = response.header("content-encoding") or "identity"
    kind = content_type(response).partition(";")[0].strip().lower()
    return bool(response.body) and kind == "text/event-stream" and packed == "identity"
