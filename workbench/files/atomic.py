"""The one way a file is written: whole or not at all, under a lock, and only over what was read.

Resolve the symbolic link, lock, compare the hash, write a temporary file beside it, fsync, keep the mode, replace,
fsync the folder (RELIABILITY.md, "Files"). Knows nothing of what is written.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.files.errors import ConflictError, DurabilityError
from workbench.files.folders import make_private, state_folder
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import BaseFileLock

LOCK_SECONDS = 10.0
"""How long a save waits for another one of the same file."""

_STALE_SECONDS = 60.0
_LONGEST_PREFIX = 80
_INTACT = "the file is as it was"
_REASONS = {
    errno.ENOSPC: ("the disk is full", "make room, or save elsewhere"),
    errno.EDQUOT: ("your disk quota is used up", "make room, or save elsewhere"),
    errno.EROFS: ("the file system is read-only", "save elsewhere"),
    errno.EACCES: ("you may not write there", "check the permissions of the file's folder, or save elsewhere"),
    errno.EPERM: ("you may not write there", "check the permissions of the file's folder, or save elsewhere"),
    errno.EIO: ("the disk reports an error", "check the disk, and save elsewhere"),
    errno.EFBIG: ("the file would be too big for the file system", "save elsewhere"),
    errno.ENOENT: ("its folder does not exist", "make the folder first"),
    errno.ENOTDIR: ("a part of its path is not a folder", "check the path"),
    errno.EISDIR: ("it is a folder", "give the name of a file"),
    errno.ELOOP: ("its symbolic links lead in a circle", "check the path"),
    errno.ENAMETOOLONG: ("its name is too long", "give it a shorter name"),
}


def write(
    path: Path | str,
    data: bytes,
    *,
    expected_sha256: str | None,
    mode: int | None = None,
    overwrite: bool = False,
    durable: bool = True,
) -> str:
    """Write a file and give its SHA-256 in hex.

    Args:
        path: the file; through a symbolic link its target is written.
        data: the whole new content.
        expected_sha256: of the content that was loaded; None for a file that must not exist yet.
        mode: permission bits; None keeps the old file's, or takes the usual ones for a new file.
        overwrite: write whatever stands there now.
        durable: wait until the disk has it. Without, a power cut may lose it, but never tears it.

    Raises:
        ConflictError: what stands there is not what was loaded.
        DurabilityError: the new content is in place, but the disk did not confirm it.
        FileError: it could not be written; the old content is intact.
    """
    try:
        target = Path(os.path.realpath(path))
        with _locked(target):
            before = _status(target)

            def check() -> None:
                if not overwrite:
                    _compare(target, expected_sha256, exists=os.path.lexists(target), shown=str(path))

            check()
            _sweep(target)
            _replace(target, data, mode=mode, before=before, durable=durable, check=check)
    except OSError as error:
        raise _failed(error, str(path)) from error
    except ValueError as error:
        raise FileError(f"{str(path)!r} is not a path: {error}", path=str(path)) from error
    sha256 = hashlib.sha256(data).hexdigest()
    if durable:
        _confirm(target.parent, str(path), sha256)
    return sha256


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """One save at a time for a file."""
    lock = _acquired(target)
    try:
        yield
    finally:
        if lock is not None:
            with contextlib.suppress(OSError):  # closing its file lets go of it as well, and what was saved is saved
                lock.release()


def _acquired(target: Path) -> BaseFileLock | None:
    """The lock of a file, taken; None on a file system without locks, where comparing right before has to do.

    The locks are few and stay in the state folder, away from the user's files; where nothing can be written there, the
    lock stands beside the file, which is on a disk of its own perhaps.
    """
    from filelock import FileLock, Timeout

    bucket = hashlib.sha256(os.fsencode(target)).hexdigest()[:2]
    beside = target.with_name(f".{target.name[:_LONGEST_PREFIX]}.lock")
    for place in (state_folder() / "locks" / f"{bucket}.lock", beside):
        lock = FileLock(place, timeout=LOCK_SECONDS, poll_interval=0.005)
        try:
            if place is not beside:
                make_private(place.parent)
            lock.acquire()
        except Timeout as error:
            hint = "wait for it, or end it, and save again"
            message = f"{target} is being saved by another program for {LOCK_SECONDS:.0f} s; {_INTACT}"
            raise FileError(message, path=str(target), hint=hint) from error
        except NotImplementedError:  # filelock's, on a file system without locks: the hash check still stands
            return None
        except OSError:
            if place is beside:
                raise
        else:
            return lock
    return None


def _status(target: Path) -> os.stat_result | None:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"{target} is not an ordinary file, so it is not replaced", path=str(target))
    return status


def _compare(target: Path, expected: str | None, *, exists: bool, shown: str) -> None:
    if not exists:
        if expected is not None:
            message, hint = (
                f"{shown} is gone: it was moved or removed since it was loaded",
                "save it again as a new file",
            )
            raise ConflictError(message, path=shown, found_sha256=None, hint=hint)
        return
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if expected is None:
        message, hint = f"{shown} exists already; nothing was written", "choose another name, or open it"
        raise ConflictError(message, path=shown, found_sha256=found, hint=hint)
    if found != expected:
        message = f"{shown} was changed by someone else since it was loaded; nothing was written"
        raise ConflictError(message, path=shown, found_sha256=found, hint="compare the two, and keep one or both")


def _replace(
    target: Path,
    data: bytes,
    *,
    mode: int | None,
    before: os.stat_result | None,
    durable: bool,
    check: Callable[[], None],
) -> None:
    wanted = mode if mode is not None else stat.S_IMODE(before.st_mode) if before else None
    temporary = target.with_name(f"{_prefix(target)}{secrets.token_hex(6)}.tmp")
    # A new file's bits are the umask's business; one that replaces another is private until it has the old bits.
    first = 0o666 if wanted is None else 0o600
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, first)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if before is not None:
                _keep_owner(descriptor, before)
            if wanted is not None:
                os.fchmod(descriptor, wanted)
            file.write(data)
            file.flush()
            if durable:
                os.fsync(descriptor)
        check()  # once more: an editor that knows no lock may have saved while the disk was waited for
        temporary.replace(target)
    except BaseException:  # Ctrl-C too: whatever ends it, no temporary file stays; raised again
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _keep_owner(descriptor: int, before: os.stat_result) -> None:
    """Keep owner and group where the system allows it; it does not for other people's files."""
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)


def _confirm(folder: Path, shown: str, sha256: str) -> None:
    """Wait until the folder's own entry is on the disk."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return  # a folder that may be written but not read: there is nothing to sync by
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            message = f"{shown} was saved, but the disk did not confirm it: {error.strerror}"
            raise DurabilityError(message, path=shown, sha256=sha256, hint="check the disk before you go on") from error
    finally:
        with contextlib.suppress(OSError):  # nothing was written through it
            os.close(descriptor)


def _prefix(target: Path) -> str:
    return f".{target.name[:_LONGEST_PREFIX]}."


def _sweep(target: Path) -> None:
    """Remove temporary files of this file that a killed process left; the lock is held, so nobody is using them."""
    prefix = _prefix(target)
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            if entry.name.startswith(prefix) and entry.name.endswith(".tmp"):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE_SECONDS:
                        os.unlink(entry.path)  # noqa: PTH108 - an os.DirEntry has no unlink of its own


def why(error: OSError) -> tuple[str, str]:
    """What a failed write means, in a user's words, and what to do about it."""
    return _REASONS.get(error.errno or 0, (error.strerror or str(error), "save elsewhere"))


def _failed(error: OSError, shown: str) -> FileError:
    reason, hint = why(error)
    return FileError(f"{shown} could not be saved: {reason}; {_INTACT}", path=shown, hint=hint)
