"""The lists of services that are kept for a time without network."""

from pathlib import Path

import pytest

from workbench.files.services import MOST_LISTS, keep_services, recall_services
from workbench.model.catalog import Service

ECHO = Service(slug="echo", name="Echo", state="running", env=(("TOKEN", "c4n4ry"),))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state" / "services.json"


def test_a_list_comes_back_without_the_values_of_environments(state: Path) -> None:
    assert recall_services("a") is None
    keep_services("a", [ECHO], "2026-01-01T00:00:00+00:00")
    found = recall_services("a")
    assert found is not None
    assert found.at.startswith("2026")
    assert [(each.slug, each.name, each.env) for each in found.services] == [("echo", "Echo", (("TOKEN", ""),))]
    assert state.stat().st_mode & 0o777 == 0o600
    assert "c4n4ry" not in state.read_text()


@pytest.mark.parametrize("text", ["", "{", "7", '{"a": 7}', '{"a": {"services": [{"slug": 7}]}}', "[" * 100_000])
def test_what_makes_no_sense_is_no_list(state: Path, text: str) -> None:
    state.parent.mkdir()
    state.write_text(text)
    assert recall_services("a") is None
    keep_services("a", [ECHO], "2026")
    assert recall_services("a") is not None


def test_a_slug_that_cannot_be_one_is_left_out(state: Path) -> None:
    keep_services("a", [Service(slug="../x"), ECHO], "2026")
    found = recall_services("a")
    assert found is not None
    assert [each.slug for each in found.services] == ["echo"]


def test_old_lists_make_room(state: Path) -> None:
    for number in range(MOST_LISTS + 3):
        keep_services(str(number), [ECHO], f"{2000 + number}")
    assert recall_services("2") is None
    assert recall_services("3") is not None


def test_a_place_that_cannot_be_written_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERUN_STATE_DIR", "/proc/none")
    keep_services("a", [ECHO], "2026")
    assert recall_services("a") is None
