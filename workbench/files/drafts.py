"""Drafts: what was typed and not saved, one private file for each request, for as long as it is not saved.

Every run of the program has a folder of its own and holds its lock while it lives, so that a later run offers only
what a dead one left. Only reads and writes drafts; collections are never touched here (RELIABILITY.md, "Files").
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import tomli_w

from workbench.files import atomic
from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.files.reading import read_bytes
from workbench.files.state import without_none
from workbench.model.collection import Collection, SavedRequest
from workbench.model.errors import CollectionError, FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from filelock import FileLock

FOLDER = "drafts"
_LOCK = "lock"
_SUFFIX = ".toml"
_VERSION = 1
_ATTEMPTS = 3
_MAX_BYTES = 64 * 1024 * 1024
"""A draft may hold a pasted body of any size that the editor takes."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it stood in the editor, or the order of a file's requests.

    Attributes:
        file: the collection's path, with symbolic links resolved.
        base_sha256: of the file's content that was edited.
        saved_id: the request's id in the file; "" when the file does not have it yet.
        after: the id of the request above a new one; "" for none.
        request: the request; None for an order.
        base: the request as the file had it when it was edited; None when it did not have it.
        half_typed: texts of fields that the request could not take yet, by the field's name.
        order: every id of the file, those of new requests among them; only for an order.
        at: when it was written, RFC 3339.
    """

    file: str
    base_sha256: str
    saved_id: str = ""
    after: str = ""
    request: SavedRequest | None = None
    base: SavedRequest | None = None
    half_typed: dict[str, str] = {}
    order: tuple[str, ...] = ()
    at: str = ""


class LeftBehind(msgspec.Struct, frozen=True, eq=False):
    """A draft of a run that is over, and the file it stands in."""

    draft: Draft
    path: Path


def drafts_folder() -> Path:
    """Where the folders of all runs are; it may not exist yet."""
    return state_folder() / FOLDER


def name_of(file: str, key: int | str) -> str:
    """The name of a draft: the same for as long as a request is open, other for every file and request."""
    return f"{hashlib.sha256(file.encode(errors='surrogatepass')).hexdigest()[:16]}-{key}"


class Box:
    """The drafts of this run. Its folder is made with the first draft and goes with the last one.

    May be used from several threads; a call waits for the one before.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock: FileLock | None = None
        self._turn = threading.Lock()
        self._written: dict[str, Draft] = {}
        self._ended = False

    def keep(self, wanted: Mapping[str, Draft], *, at: str) -> None:
        """Make the folder hold these drafts and no others; what is there already is not written again.

        Raises:
            FileError: one could not be written; those before it are.
        """
        with self._turn:
            if not self._ended:
                self._keep(wanted, at)

    def end(self) -> None:
        """Nothing that was typed is wanted: every draft goes, and from now on none is kept."""
        with self._turn:
            self._ended = True
            self._keep({}, "")

    def _keep(self, wanted: Mapping[str, Draft], at: str) -> None:
        for name, draft in wanted.items():
            if self._written.get(name) != draft:
                self._write(name, draft, at)
        for name in self._written.keys() - wanted.keys():
            self._remove(name)
        if not self._written:
            self._close()

    def _write(self, name: str, draft: Draft, at: str) -> None:
        folder = self._open()
        data = encode(msgspec.structs.replace(draft, at=at))
        # Not durable: a power cut may take the last second, as a kill may; waiting for the disk would not change that.
        atomic.write(
            folder / f"{name}{_SUFFIX}", data, expected_sha256=None, overwrite=True, mode=PRIVATE_FILE, durable=False
        )
        self._written[name] = draft

    def _remove(self, name: str) -> None:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / f"{name}{_SUFFIX}").unlink()
        del self._written[name]

    def _open(self) -> Path:
        if self._folder is not None:
            return self._folder
        above = drafts_folder()
        for _ in range(_ATTEMPTS):
            folder = above / secrets.token_hex(8)
            try:
                make_private(make_private(state_folder()) / FOLDER)
                make_private(folder)
            except OSError as error:
                raise FileError(f"{folder} cannot be made: {error.strerror}", path=str(folder)) from error
            self._lock = _lock(folder)
            if self._lock is not None:  # else another run took the new folder for one that was left behind
                self._folder = folder
                return folder
        raise FileError(f"no folder in {above} can be locked", path=str(above))

    def _close(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.release()
        self._folder = self._lock = None

    @property
    def folder(self) -> Path | None:
        """Where the drafts of this run are; None while there are none."""
        return self._folder


class Estate:
    """What dead runs left. It holds their locks, so that no other run offers the same drafts at the same time."""

    def __init__(self) -> None:
        self._locks: dict[Path, FileLock] = {}
        self.drafts: tuple[LeftBehind, ...] = ()
        self.unreadable: tuple[Path, ...] = ()

    def collect(self) -> None:
        """Find every draft of a run that is over. Never raises: drafts that cannot be read stay where they are."""
        found: list[LeftBehind] = []
        unreadable: list[Path] = []
        for folder in _folders():
            lock = self._locks.get(folder) or _lock(folder)
            if lock is None:
                continue
            self._locks[folder] = lock
            for path in sorted(folder.glob(f"*{_SUFFIX}")):
                draft = _read(path)
                if draft is None:
                    unreadable.append(path)
                else:
                    found.append(LeftBehind(draft, path))
        self.drafts, self.unreadable = tuple(found), tuple(unreadable)

    def remove(self, drafts: tuple[LeftBehind, ...]) -> None:
        """These are kept elsewhere now, or are not wanted."""
        for each in drafts:
            with contextlib.suppress(OSError):
                each.path.unlink()
        self.drafts = tuple(each for each in self.drafts if each not in drafts)

    def release(self) -> None:
        """Leave what is still there to later runs."""
        for folder, lock in self._locks.items():
            if not any(folder.glob(f"*{_SUFFIX}")):
                shutil.rmtree(folder, ignore_errors=True)
            lock.release()
        self._locks.clear()


def encode(draft: Draft) -> bytes:
    """A draft as a TOML document. Half of a character pair is kept as it is, which no collection could."""
    values = {"draft": _VERSION, **without_none(msgspec.to_builtins(draft))}
    return tomli_w.dumps(values).encode("utf-8", errors="surrogatepass")


def decode(data: bytes) -> Draft:
    """A draft out of its document.

    Raises:
        ValueError: it is none.
    """
    values = tomllib.loads(data.decode("utf-8", errors="surrogatepass"))
    if values.pop("draft", None) != _VERSION:
        raise ValueError("not a draft of this version")
    draft: Draft = msgspec.convert(values, Draft)
    return draft


def request_text(request: SavedRequest | None) -> str:
    """A request as its file would have it, for people; one that no file can hold yet, key by key."""
    if request is None:
        return ""
    from workbench.files.editing import new_document

    try:
        text = new_document(Collection(requests=(request,))).decode()
    except CollectionError:
        return tomli_w.dumps(without_none(msgspec.to_builtins(request)), multiline_strings=True)
    return text.partition("[[request]]\n")[2]


def _read(path: Path) -> Draft | None:
    try:
        return decode(read_bytes(path, limit=_MAX_BYTES))
    except (FileError, ValueError):  # msgspec's and tomllib's errors are ValueErrors
        return None


def _folders() -> Iterator[Path]:
    try:
        yield from sorted(Path(entry.path) for entry in os.scandir(drafts_folder()) if entry.is_dir())
    except OSError:
        return


def _lock(folder: Path) -> FileLock | None:
    """The lock of a run's folder; None while its run lives, or where it cannot be locked."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0, mode=PRIVATE_FILE, thread_local=False)
    try:
        lock.acquire()
    except (Timeout, OSError, NotImplementedError):  # the last: a file system without locks
        return None
    return lock
