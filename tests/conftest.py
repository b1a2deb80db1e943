"""What every test run shares."""

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("shared machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("shared machine")  # how fast the machine is at the moment is nobody's fault


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the garbage collector's walks: a fifth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
