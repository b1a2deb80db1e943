"""The file of logins."""

import threading
from pathlib import Path

import pytest

from workbench.files import logins
from workbench.files.logins import hold, keep_entry, load_logins, logins_path
from workbench.model.errors import CredentialError, FileError

ENTRY = {"place": "file", "token": "sk-c4n4ry"}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def test_entries_are_kept_for_their_owner_alone_and_removed() -> None:
    assert load_logins() == {}
    keep_entry("https://a:443", ENTRY)
    keep_entry("https://b:443", {"place": "keyring"})
    assert load_logins() == {"https://a:443": ENTRY, "https://b:443": {"place": "keyring"}}
    assert logins_path().stat().st_mode & 0o777 == 0o600
    keep_entry("https://a:443", None)
    keep_entry("https://never:443", None)
    assert load_logins() == {"https://b:443": {"place": "keyring"}}
    assert "c4n4ry" not in logins_path().read_text()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_can_read_is_refused(mode: int) -> None:
    keep_entry("https://a:443", ENTRY)
    logins_path().chmod(mode)
    for use in (load_logins, lambda: keep_entry("https://b:443", ENTRY)):
        with pytest.raises(CredentialError, match=f"{mode:04o}") as caught:
            use()
        assert "chmod 600" in caught.value.hint
    assert "https://b" not in logins_path().read_text()


@pytest.mark.parametrize("text", ["login = 7", "login = [1]", "[login]\na = 1", ""])
def test_what_is_no_entry_is_left_out(state: Path, text: str) -> None:
    state.mkdir()
    logins_path().write_text(text)
    logins_path().chmod(0o600)
    assert load_logins() == {}


def test_a_file_that_is_no_toml_is_said_and_left_alone(state: Path) -> None:
    state.mkdir()
    logins_path().write_text("[login\n")
    logins_path().chmod(0o600)
    with pytest.raises(FileError, match=r"logins\.toml:1"):
        keep_entry("https://a:443", ENTRY)
    assert logins_path().read_text() == "[login\n"


def test_two_writers_lose_nothing() -> None:
    def write(name: str) -> None:
        for number in range(10):
            keep_entry(f"https://{name}{number}:443", ENTRY)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load_logins()) == 20


def test_one_at_a_time_holds_a_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "LOCK_SECONDS", 0.05)
    release = hold("https://a:443")
    with pytest.raises(FileError, match="another program"):
        hold("https://a:443")
    hold("https://b:443")()
    threading.Thread(target=release).start()
    monkeypatch.setattr(logins, "LOCK_SECONDS", 60.0)
    hold("https://a:443")()
