"""Logins in a key store and in the file, and what becomes of one when it moves or the store says no."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from workbench.files.logins import keep_entry, logins_path
from workbench.invoke import keystore
from workbench.model.errors import CredentialError
from workbench.model.login import Login
from workbench.model.secrets import Secret
from workbench.replay import logins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = "https://platform.example:443"
LOGIN = Login(origin=ORIGIN, token=Secret("a.b.c4n4ry"), refresh=Secret("rt-c4n4ry"), expires_at=2e9, account="a@b")


class Store(KeyringBackend):
    """A key store in memory; `broken` refuses everything, with a value in its words, `slow` does not answer."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types there
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = self.slow = False

    def _look(self) -> None:
        if self.slow:
            time.sleep(60)
        if self.broken:
            raise RuntimeError("no room for rt-c4n4ry")

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    before, found = keyring.get_keyring(), Store()
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


def test_a_login_in_the_key_store_leaves_no_secret_in_the_file(store: Store) -> None:
    assert logins.usual_place() == "keyring"
    logins.keep(LOGIN, "keyring")
    assert logins.find(ORIGIN) == logins.Kept(LOGIN, "keyring")
    assert "c4n4ry" not in logins_path().read_text()
    assert logins.forget(ORIGIN) == "the key store"
    assert store.kept == {}
    assert logins.find(ORIGIN) is None
    assert logins.forget(ORIGIN) == ""


def test_a_login_that_moves_to_the_file_leaves_the_store(store: Store) -> None:
    logins.keep(LOGIN, "keyring")
    logins.keep(LOGIN, "file")
    assert logins.find(ORIGIN) == logins.Kept(LOGIN, "file")
    assert store.kept == {}
    logins.keep(LOGIN, "keyring")
    assert "c4n4ry" not in logins_path().read_text()


def test_an_entry_that_somebody_removed_is_no_login(store: Store) -> None:
    logins.keep(LOGIN, "keyring")
    store.kept.clear()
    assert logins.find(ORIGIN) is None
    assert logins.forget(ORIGIN) == "the key store"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"token": 7}'])
def test_what_is_no_login_says_so(store: Store, text: str) -> None:
    logins.keep(LOGIN, "keyring")
    store.kept = dict.fromkeys(store.kept, text)
    with pytest.raises(CredentialError, match="is no login"):
        logins.find(ORIGIN)
    keep_entry(ORIGIN, {"place": "file"})
    with pytest.raises(CredentialError, match="is no login"):
        logins.find(ORIGIN)


def test_a_store_that_fails_is_said_without_its_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    logins.keep(LOGIN, "keyring")
    store.broken = True
    for use in (lambda: logins.find(ORIGIN), lambda: logins.keep(LOGIN, "keyring"), lambda: logins.forget(ORIGIN)):
        with pytest.raises(CredentialError, match="RuntimeError") as caught:
            use()
        assert "c4n4ry" not in str(caught.value)
    store.broken, store.slow = False, True
    monkeypatch.setattr(keystore, "KEYRING_TIME", 0.05)
    with pytest.raises(CredentialError, match="did not answer"):
        logins.find(ORIGIN)


def test_where_there_is_no_key_store_there_is_no_usual_place() -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring has no types there
    assert logins.usual_place() is None
    with pytest.raises(CredentialError, match="none is running"):
        logins.keep(LOGIN, "keyring")
    assert not logins_path().exists()
