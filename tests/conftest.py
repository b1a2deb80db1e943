"""What every test run shares."""

import gc
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("seeking", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.register_profile("same every time", settings.get_profile("seeking"), derandomize=True)
settings.load_profile("same every time")  # neither the machine's speed nor chance decides; `seeking` looks for more


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the garbage collector's walks: a fifth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the program writes to the temporary folder, copies and crash reports, goes where pytest cleans up."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("temporary"))
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield
