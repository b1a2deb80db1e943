"""What every test run shares."""

import gc


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the garbage collector's walks: a fifth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
