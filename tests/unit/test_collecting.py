"""When the garbage collector may look."""

import gc
from collections.abc import Iterator

import pytest

from workbench.tui.collecting import keep_what_is_there, resume_collecting


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector as it is now, whatever a test does with it."""
    enabled = gc.isenabled()
    keep_what_is_there.cache_clear()
    yield
    (gc.enable if enabled else gc.disable)()


@pytest.mark.usefixtures("collector")
def test_the_start_ends_with_a_collector_that_leaves_what_is_there_alone() -> None:
    gc.disable()
    before = gc.get_freeze_count()
    made = [[number] for number in range(1000)]
    resume_collecting()
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)


@pytest.mark.usefixtures("collector")
def test_what_large_modules_bring_is_left_alone_once() -> None:
    gc.enable()
    before = gc.get_freeze_count()
    made = [[number] for number in range(1000)]
    keep_what_is_there()
    kept = gc.get_freeze_count()
    assert kept >= before + len(made)
    more = [[number] for number in range(1000)]
    keep_what_is_there()
    assert gc.get_freeze_count() < kept + len(more)


@pytest.mark.usefixtures("collector")
def test_nothing_is_left_alone_before_the_start_is_over() -> None:
    gc.disable()
    before = gc.get_freeze_count()
    made = [[number] for number in range(1000)]
    keep_what_is_there()
    assert gc.get_freeze_count() < before + len(made)
