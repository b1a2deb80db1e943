"""When the garbage collector may look."""

import gc
from collections.abc import Callable, Iterator

import pytest

from workbench.tui.collecting import keep_what_is_there, resume_collecting

SOME = 1000

LeftAlone = Callable[[], bool]
"""Whether objects that were made just before the test are among those that the collector leaves alone."""


@pytest.fixture
def left_alone() -> Iterator[LeftAlone]:
    """Some objects; whatever a test does with the collector, it is then as it was."""
    enabled, before = gc.isenabled(), gc.get_freeze_count()
    keep_what_is_there.cache_clear()
    made = [[number] for number in range(SOME)]
    yield lambda: gc.get_freeze_count() >= before + len(made)
    (gc.enable if enabled else gc.disable)()


def test_the_start_ends_with_a_collector_that_leaves_what_is_there_alone(left_alone: LeftAlone) -> None:
    gc.disable()
    resume_collecting()
    assert gc.isenabled()
    assert left_alone()


def test_what_large_modules_bring_is_left_alone_once(left_alone: LeftAlone) -> None:
    gc.enable()
    keep_what_is_there()
    assert left_alone()
    kept = gc.get_freeze_count()
    more = [[number] for number in range(SOME)]
    keep_what_is_there()
    assert gc.get_freeze_count() < kept + len(more)


def test_nothing_is_left_alone_before_the_start_is_over(left_alone: LeftAlone) -> None:
    gc.disable()
    keep_what_is_there()
    assert not left_alone()
