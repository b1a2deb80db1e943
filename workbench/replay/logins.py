"""Where logins are kept: in the system's key store, or in a file after an explicit yes (RELIABILITY.md, "Secrets").

A small file says where each one is, so that the key store is only opened where something is in it. Every function
blocks and is called in a thread.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import msgspec

from workbench.files.logins import hold, keep_entry, load_logins, logins_path
from workbench.invoke import keystore
from workbench.model.errors import CredentialError
from workbench.model.login import Login, Place, from_record, to_record

__all__ = ["Kept", "describe", "find", "forget", "hold", "keep", "usual_place"]


class Kept(msgspec.Struct, frozen=True):
    """A login and where it is kept; None for one that ends with the program."""

    login: Login
    place: Place | None = None


def find(origin: str) -> Kept | None:
    """The login for a platform; None when there is none.

    Raises:
        CredentialError, FileError: there is one, and it cannot be read.
    """
    entry = load_logins().get(origin)
    if entry is None:
        return None
    place: Place = "keyring" if entry.get("place") == "keyring" else "file"
    record: Any = _from_keyring(origin) if place == "keyring" else entry
    if record is None:
        return None  # somebody removed it from the key store
    login = from_record(origin, record)
    if login is None:
        raise CredentialError(f"what {describe(place)} has for {origin} is no login", hint="sign in again")
    return Kept(login, place)


def keep(login: Login, place: Place) -> None:
    """Keep a login in place of the one before, wherever that was.

    Raises:
        CredentialError, FileError: it could not be kept.
    """
    if place == "keyring":
        keystore.write(_name(login.origin), json.dumps(to_record(login)))
        keep_entry(login.origin, {"place": "keyring"})
        return
    before = load_logins().get(login.origin)
    keep_entry(login.origin, {"place": "file", **to_record(login)})
    if before is not None and before.get("place") == "keyring":
        with contextlib.suppress(CredentialError):  # what is left there is not used any more
            keystore.remove(_name(login.origin))


def forget(origin: str) -> str:
    """Remove what is kept for a platform; where it was, or "" when there was nothing.

    Raises:
        CredentialError, FileError: it is still there.
    """
    entry = load_logins().get(origin)
    if entry is None:
        return ""
    place: Place = "keyring" if entry.get("place") == "keyring" else "file"
    if place == "keyring":
        keystore.remove(_name(origin))
    keep_entry(origin, None)
    return describe(place)


def usual_place() -> Place | None:
    """Where a login is kept without asking: the key store, where there is one."""
    return "keyring" if keystore.available() else None


def describe(place: Place | None) -> str:
    """A place, for people."""
    if place is None:
        return "memory, until the program ends"
    return "the key store" if place == "keyring" else f"the file {logins_path()}"


def _from_keyring(origin: str) -> Any:
    text = keystore.read(_name(origin))
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _name(origin: str) -> str:
    return f"login {origin}"
