"""Collections and folders made, renamed and put away: nothing is replaced, and what is deleted can be brought back.

A collection's local file goes with it. What is deleted stands in the state folder, privately, until much else was
deleted after it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.files import atomic
from workbench.files.folders import make_private, state_folder
from workbench.files.local import local_path
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "trash"
MOST = 100
"""Deleted files and folders that can be brought back; the oldest go first."""

_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


class Trashed(msgspec.Struct, frozen=True):
    """Something that was deleted: where each part stood, and where it is now."""

    parts: tuple[tuple[Path, Path], ...]


def new_folder(path: str) -> None:
    """Make a folder, with what is missing above it.

    Raises:
        FileError: it is there already, or cannot be made.
    """
    with _said(path, "could not be made"):
        Path(path).mkdir(parents=True)


def rename(path: str, to: str) -> None:
    """Give a collection or a folder another name or place; nothing that stands there is replaced.

    Raises:
        FileError: it could not be renamed; it stands where it stood.
    """
    with _said(path, "could not be renamed"):
        here, there = Path(path), Path(to)
        local, local_there = local_path(here), local_path(there)
        with_local = not here.is_dir() and local.exists()
        _free(there)
        if with_local:
            _free(local_there)
        there.parent.mkdir(parents=True, exist_ok=True)
        _move(here, there)
        if with_local:
            try:
                _move(local, local_there)
            except OSError:
                _move(there, here)
                raise


def trash(path: str) -> Trashed:
    """Delete a collection or a folder with all that is in it, so that `restore` can bring it back.

    Raises:
        FileError: it could not be deleted; it stands where it stood.
    """
    with _said(path, "could not be deleted"):
        here = Path(path).absolute()
        place = make_private(
            make_private(make_private(state_folder()) / FOLDER) / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
        )
        parts = [here]
        if not here.is_dir() and local_path(here).exists():
            parts.append(local_path(here))
        moved: list[tuple[Path, Path]] = []
        try:
            for part in parts:
                shutil.move(part, place / part.name)
                moved.append((part, place / part.name))
        except BaseException:  # Ctrl-C too: what was moved goes back; raised again
            for original, there in moved:
                shutil.move(there, original)
            shutil.rmtree(place, ignore_errors=True)
            raise
        for old in sorted(place.parent.iterdir())[:-MOST]:
            shutil.rmtree(old, ignore_errors=True)
        return Trashed(tuple(moved))


def restore(trashed: Trashed) -> None:
    """Bring back what was deleted.

    Raises:
        FileError: something stands in its place by now, or it is gone; nothing was replaced.
    """
    for original, place in trashed.parts:
        with _said(str(original), "could not be brought back"):
            _free(original)
            original.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(place, original)


def remove_folder(path: str) -> None:
    """Take an empty folder away.

    Raises:
        FileError: it is not empty, or cannot be removed.
    """
    with _said(path, "could not be removed"):
        Path(path).rmdir()


def _move(here: Path, there: Path) -> None:
    """Rename without replacing: a file by a second name, which the system refuses where one is."""
    if here.is_dir() or _same(here, there):
        here.rename(there)
        return
    try:
        os.link(here, there, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _free(there)
        shutil.move(here, there)
    else:
        here.unlink()


def _same(here: Path, there: Path) -> bool:
    """Whether two names are one file: another case of letters where the file system does not tell them apart."""
    with contextlib.suppress(OSError):
        return here.samefile(there)
    return False


def _free(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


@contextlib.contextmanager
def _said(path: str, what: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        there = error.filename or path
        raise FileError(f"{path} {what}: {there} is there already", path=path, hint="choose another name") from error
    except shutil.Error as error:
        raise FileError(f"{path} {what}: {error}", path=path) from error
    except OSError as error:
        reason, hint = atomic.why(error)
        if error.errno == errno.ENOTEMPTY:
            reason, hint = "it is not empty", "delete it with what is in it"
        raise FileError(f"{path} {what}: {reason}", path=path, hint=hint) from error
    except ValueError as error:
        raise FileError(f"{path!r} is not a path: {error}", path=path) from error
