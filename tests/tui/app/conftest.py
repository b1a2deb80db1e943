"""A gateway for the module, and collections in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.app.support import ECHO, session_on
from workbench.gateway.server import GatewayThread
from workbench.replay.session import Session


@pytest.fixture(scope="session")
def gateway() -> Iterator[GatewayThread]:
    with GatewayThread() as running:
        yield running


@pytest.fixture
def session(gateway: GatewayThread) -> Session:
    return session_on(gateway.base_url)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own state or settings is read or written."""
    for name in ("STATE", "CONFIG"):
        monkeypatch.setenv(f"CYBERUN_{name}_DIR", str(tmp_path / name.lower()))
    for name in ("CYBERUN_API_KEY", "CYBERUN_BASE_URL", "CYBERUN_TEAM_ID", "CYBERUN_PROFILE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    path = tmp_path / "echo.toml"
    path.write_text(ECHO, encoding="utf-8")
    return path
