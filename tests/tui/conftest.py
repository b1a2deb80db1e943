"""What every test of the app shares: pilots that wait until the app is quiet, however slow the machine is."""

import pytest

from tests.tui import quiet


@pytest.fixture(autouse=True)
def true_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.install(monkeypatch)
