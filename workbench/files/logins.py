"""The file of logins: for each platform where its login is kept, and the login itself where that is here.

`logins.toml` in the state folder, mode 0600, refused when group or others may read it. It knows neither the key store
nor the network; what stands in a login is the business of `workbench.model.login`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from typing import TYPE_CHECKING, Any

import tomli_w

from workbench.files import atomic
from workbench.files.errors import ConflictError, DurabilityError
from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.files.reading import MAX_BYTES, parse, read_ordinary, unreadable
from workbench.model.errors import CredentialError, FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FILE_NAME = "logins.toml"

LOCK_SECONDS = 45.0
"""How long one process waits for another that renews the same login: longer than a call may take by default."""

_ATTEMPTS = 20

Entries = dict[str, dict[str, Any]]
"""By origin: `place`, and where that is `file` what `workbench.model.login.to_record` gives."""


def logins_path() -> Path:
    """Where the file is, or would be."""
    return state_folder() / FILE_NAME


def load_logins() -> Entries:
    """Every entry; none where there is no file.

    Raises:
        CredentialError: others may read the file, or it belongs to another user.
        FileError: it cannot be read, or is no TOML.
    """
    return _load()[0]


def keep_entry(origin: str, entry: Mapping[str, Any] | None) -> None:
    """Put an entry in place of the one before; None removes it.

    Raises:
        CredentialError, FileError: as `load_logins`, or it cannot be written; what was there is intact.
    """
    for _ in range(_ATTEMPTS):
        entries, sha256 = _load()
        if entry is None and origin not in entries:
            return
        rest = {name: kept for name, kept in entries.items() if name != origin}
        changed = rest if entry is None else {**rest, origin: dict(entry)}
        with contextlib.suppress(ConflictError):  # another process wrote in between: look again
            _write(changed, sha256)
            return
    path = str(logins_path())
    raise FileError(f"{path} is changed by others all the time", path=path, hint="try again")


def hold(origin: str) -> Callable[[], None]:
    """Take the lock under which one process at a time renews the login of a platform. Blocks.

    What is returned gives the lock back, in any thread.

    Raises:
        FileError: another process holds it for longer than `LOCK_SECONDS`, or it cannot be made.
    """
    from filelock import FileLock, Timeout

    name = hashlib.sha256(origin.encode()).hexdigest()[:12]
    path = logins_path()
    try:
        place = make_private(state_folder() / "locks") / f"login-{name}.lock"
        lock = FileLock(place, timeout=LOCK_SECONDS, thread_local=False)
        lock.acquire()
    except Timeout as error:
        message = f"another program has been renewing the login for {origin} for {LOCK_SECONDS:g} s"
        raise FileError(message, path=str(path), hint="end it, and try again") from error
    except OSError as error:
        raise FileError(f"{state_folder()} cannot be written: {error.strerror}", path=str(path)) from error
    return lock.release


def _load() -> tuple[Entries, str | None]:
    path = logins_path()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return {}, None
    except OSError as error:
        raise unreadable(error, str(path)) from error
    try:
        _check_private(os.fstat(descriptor), str(path))
        data = read_ordinary(descriptor, limit=MAX_BYTES, shown=str(path))
    finally:
        os.close(descriptor)
    parsed = parse(data, path=str(path))
    if parsed.root is None:
        raise FileError(str(parsed.problems[-1]), path=str(path), hint="mend it, or remove it and sign in again")
    found = parsed.root.get("login", {})
    known = found.items() if isinstance(found, dict) else ()
    return {name: entry for name, entry in known if isinstance(entry, dict)}, hashlib.sha256(data).hexdigest()


def _check_private(status: os.stat_result, path: str) -> None:
    if status.st_uid != os.geteuid():
        raise CredentialError(f"{path} belongs to another user", hint="remove it, and sign in again")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise CredentialError(
            f"{path} can be read by others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"chmod 600 {path}, and renew the keys that stand in it",
        )


def _write(entries: Entries, sha256: str | None) -> None:
    path = logins_path()
    try:
        make_private(state_folder())
    except OSError as error:
        raise FileError(f"{state_folder()} cannot be made: {error.strerror}", path=str(path)) from error
    head = "# Written by cyberun-tui login. Keys stand here only where you said so; keep this file to yourself.\n\n"
    data = (head + tomli_w.dumps({"login": entries})).encode()
    with contextlib.suppress(DurabilityError):  # it is in place
        atomic.write(path, data, expected_sha256=sha256, mode=PRIVATE_FILE)
