"""What the program remembers by itself: the last selection, and which collections are trusted."""

from __future__ import annotations

import stat
import threading
from typing import TYPE_CHECKING

import pytest

from workbench.files import trust
from workbench.files.collections import LoadedCollection, load, loads
from workbench.files.samples import is_sample, samples_folder
from workbench.files.state import load_state, save_state, state_path
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_state_is_remembered_privately() -> None:
    assert dict(load_state()) == {}
    assert save_state({"team": "Alpha", "theme": None, "layout": {"left": 30, "zoom": None, "open": ["a", None]}}) == ""
    found = load_state()
    assert dict(found) == {"team": "Alpha", "layout": {"left": 30, "open": ["a"]}}
    assert found.warning == ""
    assert stat.S_IMODE(state_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(state_path().parent.stat().st_mode) == 0o700
    save_state({"team": "Beta"})
    assert dict(load_state()) == {"team": "Beta"}


def test_a_broken_state_is_set_aside_and_said() -> None:
    save_state({"x": 1})
    state_path().write_text("x = [")
    found = load_state()
    assert dict(found) == {}
    assert "state.broken.toml" in found.warning
    assert (state_path().parent / "state.broken.toml").read_text() == "x = ["
    assert load_state().warning == ""


def test_state_that_cannot_be_read_or_written(own_state: Path) -> None:
    own_state.write_text("not a folder")
    assert dict(load_state()) == {}
    assert "could not be remembered" in save_state({"x": 1})
    own_state.unlink()
    assert "cannot be remembered" in save_state({"x": object()})
    state_path().mkdir(parents=True)
    assert load_state().warning != ""
    assert "could not be remembered" in save_state({"x": 1})


SECRETS = "cyberun = 1\n[secrets]\na = { env = 'A' }\nb = { command = ['x', 'y z'] }\np = { prompt = 'P' }\n"


def collection(tmp_path: Path, text: str = SECRETS, name: str = "c.toml") -> LoadedCollection:
    path = tmp_path / name
    path.write_text(text)
    return load(path)


def test_a_collection_without_references_needs_no_trust(tmp_path: Path) -> None:
    for text in ("cyberun = 1\n", "cyberun = 1\n[secrets]\np = { prompt = 'P' }\n"):
        loaded = collection(tmp_path, text)
        assert trust.needs_trust(loaded) == []
        assert trust.is_trusted(loaded)


def test_trust_is_for_a_file_and_its_references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = collection(tmp_path)
    assert trust.needs_trust(loaded) == ["a: env A", "b: command x y z"]
    assert not trust.is_trusted(loaded)
    trust.trust(loaded)
    assert trust.is_trusted(loaded)
    monkeypatch.chdir(tmp_path)
    assert trust.is_trusted(load("c.toml"))
    (tmp_path / "link.toml").symlink_to("c.toml")
    assert trust.is_trusted(load("link.toml"))
    assert not trust.is_trusted(collection(tmp_path, name="other.toml"))
    assert trust.is_trusted(collection(tmp_path, SECRETS + "[vars]\nx = 1\n"))


@pytest.mark.parametrize(
    "changed",
    [
        SECRETS.replace("'A'", "'AWS_SECRET_ACCESS_KEY'"),
        SECRETS.replace("'y z'", "'y', 'z'"),
        SECRETS + "c = { keyring = 'c' }\n",
        SECRETS.replace("env = 'A'", "file = 'A'"),
        SECRETS + "[[request]]\nid = 'r'\nfile = 'body.json'\n",
    ],
)
def test_a_changed_reference_asks_again(tmp_path: Path, changed: str) -> None:
    trust.trust(collection(tmp_path))
    assert not trust.is_trusted(collection(tmp_path, changed))


def test_body_files_are_part_of_the_question(tmp_path: Path) -> None:
    request = "[[request]]\nid = 'r'\nfile = 'body.json'\n"
    assert trust.needs_trust(collection(tmp_path, SECRETS + request))[-1] == "body file body.json"
    assert trust.needs_trust(collection(tmp_path, "cyberun = 1\n" + request)) == []


def test_standard_input_is_never_trusted_for_later() -> None:
    loaded = loads(SECRETS.encode(), path="-")
    assert not trust.is_trusted(loaded)
    with pytest.raises(FileError, match="standard input"):
        trust.trust(loaded)


def test_a_broken_store_trusts_nothing(tmp_path: Path, own_state: Path) -> None:
    loaded = collection(tmp_path)
    trust.trust(loaded)
    store = own_state / "trust.toml"
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    for text in ("trusted = 5", "trusted = [", "[trusted]\nx = 1\n"):
        store.write_text(text)
        assert not trust.is_trusted(loaded)
        trust.trust(loaded)
        assert trust.is_trusted(loaded)


def test_two_at_once_lose_no_trust(tmp_path: Path) -> None:
    every = [collection(tmp_path, name=f"{number}.toml") for number in range(8)]
    threads = [threading.Thread(target=trust.trust, args=(each,)) for each in every]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(trust.is_trusted(each) for each in every)


def test_samples_are_there_and_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "collections"
    folder.mkdir()
    loaded = collection(folder)
    assert not trust.is_trusted(loaded)
    monkeypatch.setattr("workbench.files.samples._PACKAGE", tmp_path / "workbench")
    assert samples_folder() == folder
    assert is_sample(folder / "c.toml")
    assert trust.is_trusted(loaded)
    inside = tmp_path / "workbench" / "samples"
    inside.mkdir(parents=True)
    assert samples_folder() == inside
    monkeypatch.setattr("workbench.files.samples._PACKAGE", tmp_path / "none" / "none")
    assert not is_sample(folder / "c.toml")
    with pytest.raises(FileError):
        samples_folder()
