"""When drafts are written: soon after the last key, and often enough while keys keep coming."""

from typing import Any

import pytest

from workbench.tui.drafting import LONGEST, QUIET, Drafting


class Screen:
    """What `Drafting` asks of a screen, with timers that are only noted."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.kept = 0

    def set_timer(self, delay: float, _: object) -> Any:
        self.delays.append(delay)
        return self

    def stop(self) -> None:
        """A timer's, too."""

    def run_worker(self, work: Any, **_: object) -> None:
        work.close()
        self.kept += 1


def test_a_draft_is_due_soon_after_the_last_key_and_at_once_when_keys_keep_coming(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("workbench.tui.drafting.time.monotonic", lambda: now)
    screen = Screen()
    drafts = Drafting(screen)  # type: ignore[arg-type]  # as much of a screen as it needs
    drafts.touch()
    assert screen.delays == [pytest.approx(QUIET)]
    while screen.kept == 0:
        now += 0.2
        drafts.touch()
        assert all(delay > 0 for delay in screen.delays), "a timer of no length ends the app"
    assert now - 100.0 == pytest.approx(LONGEST, abs=0.2)
    drafts.touch()
    assert screen.delays[-1] == pytest.approx(QUIET), "the next stretch of typing begins anew"
