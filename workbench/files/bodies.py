"""Files that a collection names: body files and secret files, confined to the collection's folder.

A path is judged by where it leads, not by how it is written, and opened without following a last symbolic link.
"""

from __future__ import annotations

import errno
import mimetypes
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.files.errors import OutsideError
from workbench.files.reading import ensure_ordinary, read_ordinary, unreadable
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BODY = 256 * 1024 * 1024
"""Bytes of a body file that are read at most."""

UNKNOWN_TYPE = "application/octet-stream"
_ENCODED_TYPES = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "br": "application/x-brotli",
    "compress": "application/x-compress",
}
_TYPES = mimetypes.MimeTypes()  # the built-in table alone: the same type on every machine


def read_body(collection_path: str, relative: str) -> tuple[bytes, str]:
    """The bytes of a file beside a collection, and the content type of its name.

    Args:
        collection_path: the collection's own path; its folder is the limit. For standard input the working folder is.
        relative: the path as the collection has it.

    Raises:
        FileError: the path leads out of the folder, is no ordinary file, is above `MAX_BODY`, or cannot be read.
    """
    path = locate(collection_path, relative)
    with _opened(path, relative) as descriptor:
        return read_ordinary(descriptor, limit=MAX_BODY, shown=relative), content_type(relative)


def ensure_readable(collection_path: str, relative: str) -> None:
    """Say whether a body could be read, without reading it.

    Raises:
        FileError: as `read_body` would.
    """
    with _opened(locate(collection_path, relative), relative) as descriptor:
        ensure_ordinary(descriptor, limit=MAX_BODY, shown=relative)


def content_type(name: str) -> str:
    """The content type of a file's name (FORMAT.md, "Bodies")."""
    kind, encoding = _TYPES.guess_type(name, strict=False)
    if encoding is not None:
        return _ENCODED_TYPES.get(encoding, UNKNOWN_TYPE)
    return kind or UNKNOWN_TYPE


def locate(collection_path: str, relative: str) -> Path:
    """Where a path of a collection leads, symbolic links resolved.

    Raises:
        OutsideError: it is no relative path, or it leads out of the collection's folder.
        FileError: there is nothing at its end.
    """
    if "\0" in relative or not relative:
        raise FileError(f"{relative!r} is not a path", path=relative)
    if Path(relative).is_absolute():
        raise _outside(relative, "an absolute path")
    folder = os.path.realpath(Path(collection_path).parent)
    joined = os.path.join(folder, relative)  # noqa: PTH118 - ".." must be resolved after links, as the kernel does
    reason: OSError | None = None
    try:
        target = os.path.realpath(joined, strict=True)
    except OSError as error:
        target, reason = os.path.realpath(joined), error
    if os.path.commonpath([folder, target]) != folder:
        raise _outside(relative, f"it leads to {target}")
    if reason is not None:
        raise unreadable(reason, relative) from reason
    return Path(target)


def _outside(relative: str, why: str) -> OutsideError:
    return OutsideError(
        f"{relative!r} is not inside the collection's folder: {why}",
        path=relative,
        hint="copy the file beside the collection; symbolic links may not lead out either",
    )


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[int]:
    """A file's descriptor; whatever the system refuses meanwhile is a `FileError`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _outside(shown, "it became a symbolic link while it was opened") from error
        raise unreadable(error, shown) from error
    try:
        yield descriptor
    except OSError as error:
        raise unreadable(error, shown) from error
    finally:
        os.close(descriptor)
