"""Which collections may read from this machine: asked once, remembered for that file and exactly those references.

What is remembered is the file's resolved path and a hash of what it refers to; a reference that is added or changed
asks again. Never raises for a store that cannot be read: then nothing is trusted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import tomli_w

from workbench.files import atomic
from workbench.files.errors import ConflictError
from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.files.reading import MAX_BYTES, parse, read_bytes
from workbench.files.samples import is_sample
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.files.collections import LoadedCollection

FILE_NAME = "trust.toml"
_ATTEMPTS = 20
_ASKED_ABOUT = ("env", "file", "command", "keyring")


def is_trusted(loaded: LoadedCollection) -> bool:
    """Whether the collection may read what it refers to: it was allowed to, refers to nothing, or is a sample."""
    if not needs_trust(loaded):
        return True
    if loaded.file is None:
        return False
    if is_sample(loaded.file):
        return True
    return _store()[0].get(_name(loaded.file)) == _fingerprint(loaded)


def trust(loaded: LoadedCollection) -> None:
    """Remember that this collection may read what it now refers to.

    Raises:
        FileError: it could not be remembered, or the collection is not a file.
    """
    if loaded.file is None:
        raise FileError("standard input cannot be trusted for later", path=loaded.path, hint="give --trust each time")
    try:
        folder = make_private(state_folder())
    except OSError as error:
        raise FileError(f"{state_folder()} cannot be made: {error.strerror}", path=str(state_folder())) from error
    for _ in range(_ATTEMPTS):
        known, sha256 = _store()
        data = tomli_w.dumps({"trusted": {**known, _name(loaded.file): _fingerprint(loaded)}}).encode()
        try:
            atomic.write(folder / FILE_NAME, data, expected_sha256=sha256, mode=PRIVATE_FILE)
        except ConflictError:
            continue  # another one was trusted just now: add to that
        return
    raise FileError(f"{folder / FILE_NAME} is being changed by other programs", path=str(folder / FILE_NAME))


def needs_trust(loaded: LoadedCollection) -> list[str]:
    """What a collection reads from this machine beyond its own folder, for the question; empty when nothing.

    One line for each secret of kind env, file, command or keyring, then the body files that go with them.
    """
    collection = loaded.collection
    found = [
        f"{name}: {ref.kind} {ref.argument if isinstance(ref.argument, str) else ' '.join(ref.argument)}"
        for name, ref in sorted(collection.secrets.items())
        if ref.kind in _ASKED_ABOUT
    ]
    return [*found, *(f"body file {path}" for path in _body_files(loaded))] if found else []


def _body_files(loaded: LoadedCollection) -> list[str]:
    bodies = (request.body for request in loaded.collection.requests)
    return sorted({body.text for body in bodies if body is not None and body.kind == "file"})


def _fingerprint(loaded: LoadedCollection) -> str:
    """A hash over every reference, in an order of its own."""
    secrets = [
        [name, ref.kind, ref.argument]
        for name, ref in sorted(loaded.collection.secrets.items())
        if ref.kind in _ASKED_ABOUT
    ]
    return hashlib.sha256(msgspec.json.encode([secrets, _body_files(loaded)])).hexdigest()


def _name(file: Path) -> str:
    return str(file.resolve())


def _store() -> tuple[dict[str, str], str | None]:
    """What is remembered, and the hash of the store; a store that cannot be read is empty."""
    path = state_folder() / FILE_NAME
    try:
        data = read_bytes(path, limit=MAX_BYTES)
    except FileError:
        return {}, None
    trusted = (parse(data, path=str(path)).root or {}).get("trusted", {})
    known = trusted.items() if isinstance(trusted, dict) else ()
    return {name: value for name, value in known if isinstance(value, str)}, hashlib.sha256(data).hexdigest()
