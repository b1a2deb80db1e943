"""The system's key store (extra `keyring`): our entries read, written and removed, each within a time limit.

Every function blocks, for `KEYRING_TIME` at most; front ends call them in a thread. A store that would keep secrets in
clear, or not at all, counts as none. What a store says is never shown, since it may hold the secret.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.model.errors import CredentialError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

T = TypeVar("T")

KEYRING_TIME = 5.0
"""Seconds for the key store; it may want to ask the user."""

KEYRING_SERVICE = "cyberun-tui"
"""The service under which the key store keeps our entries."""

_PLAINTEXT_BACKENDS = ("keyrings.alt", "keyring.backends.null")
_NO_BACKEND = "keyring.backends.fail"


def read(name: str, label: str = "the sign-in") -> str | None:
    """The value of an entry; None when there is none.

    Raises:
        CredentialError: there is no usable key store, or it did not answer in time.
    """
    keyring = _module(label)
    found: str | None = _within(lambda: keyring.get_password(KEYRING_SERVICE, name), label)
    return found


def write(name: str, value: str, label: str = "the sign-in") -> None:
    """Keep a value under a name, in place of the one before.

    Raises:
        CredentialError: as `read`; nothing was kept.
    """
    keyring = _module(label)
    _within(lambda: keyring.set_password(KEYRING_SERVICE, name, value), label)


def remove(name: str, label: str = "the sign-in") -> None:
    """Remove an entry; one that is not there is no error.

    Raises:
        CredentialError: as `read`.
    """
    keyring = _module(label)

    def forget() -> None:
        if keyring.get_password(KEYRING_SERVICE, name) is not None:
            keyring.delete_password(KEYRING_SERVICE, name)

    _within(forget, label)


def available() -> bool:
    """Whether there is a key store that can keep something; it is not opened for that."""
    try:
        _module("the sign-in")
    except CredentialError:
        return False
    return True


def _module(label: str) -> ModuleType:
    """The keyring library, when its backend is one that keeps secrets.

    Raises:
        CredentialError: the extra is not installed, or the backend is none.
    """
    try:
        import keyring
    except ImportError as error:
        raise CredentialError(
            f"{label}: the key store needs the extra 'keyring'", hint='pip install "cyberun-tui[keyring]"'
        ) from error
    found: Any = _within(keyring.get_keyring, label)
    backend = type(next(iter(getattr(found, "backends", ())), found)).__module__  # the first of a chain keeps
    if backend == _NO_BACKEND:
        raise CredentialError(
            f"{label}: the key store cannot be used: none is running here",
            hint="start the system's key store, or use an environment variable",
        )
    if backend.startswith(_PLAINTEXT_BACKENDS):
        raise CredentialError(
            f"{label}: the key store's backend {backend} keeps secrets in clear or not at all",
            hint="use the system's key store, or an environment variable",
        )
    return keyring


def _within(act: Callable[[], T], label: str) -> T:
    """What `act` gives, in a thread of its own that may be left behind when the store does not answer."""
    found: list[T] = []
    problems: list[Exception] = []

    def ask() -> None:
        try:
            found.append(act())
        except Exception as error:  # noqa: BLE001 - each backend has exceptions of its own; all mean the same here
            problems.append(error)

    thread = threading.Thread(target=ask, name="workbench-keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_TIME)
    if thread.is_alive():
        raise CredentialError(
            f"{label}: the key store did not answer within {KEYRING_TIME:g} s", hint="unlock it, then try again"
        )
    if problems:
        reason = type(problems[0]).__name__
        raise CredentialError(
            f"{label}: the key store cannot be used ({reason})", hint="is one running and unlocked?"
        ) from problems[0]
    return found[0]
