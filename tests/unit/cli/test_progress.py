"""The progress line: what it says, how wide it gets, and when it stays away."""

import io
import sys

import pytest

from workbench.cli.diagnostics import Diagnostics
from workbench.cli.progress import Progress
from workbench.model.exchange import Exchange
from workbench.replay.summary import Summary


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def __init__(self, *, terminal: bool = True) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def line(monkeypatch: pytest.MonkeyPatch, columns: int = 80, *, shown: bool = True, terminal: bool = True) -> str:
    """What stands on stderr after five of ten results, two of them failed."""
    stream = Terminal(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("workbench.cli.progress._EVERY", -1.0)
    progress, summary = Progress(Diagnostics(), 10, shown=shown), Summary()
    for outcome in ("passed", "failed", "error", "passed", "skipped"):
        summary.add(Exchange(outcome=outcome))
    progress.update(summary)
    return stream.getvalue()


def test_it_says_done_of_total_failures_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    text = line(monkeypatch)
    assert text.startswith("\r\x1b[K")
    for words in ("5/10", "2 failed", "/s", "s left", "#" * 12 + "." * 12):
        assert words in text


@pytest.mark.parametrize("columns", [10, 30, 60, 200])
def test_it_never_wraps(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    assert len(line(monkeypatch, columns).removeprefix("\r\x1b[K")) < columns


def test_it_stays_away_off_a_terminal_and_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert line(monkeypatch, terminal=False) == ""
    assert line(monkeypatch, shown=False) == ""


def test_it_makes_room_for_other_output(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("workbench.cli.progress._EVERY", -1.0)
    progress = Progress(Diagnostics(), 1, shown=True)
    progress.update(Summary())
    progress.hide()
    assert stream.getvalue().endswith("\r\x1b[K")
    progress.close()
    before = stream.getvalue()
    progress.update(Summary())
    assert stream.getvalue() == before
