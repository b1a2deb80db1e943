"""Failures of the disk that are more than a `FileError`."""

from __future__ import annotations

from workbench.model.errors import FileError


class ConflictError(FileError):
    """A file is not the one that was loaded: someone else changed, removed or made it. Nothing was written.

    Attributes:
        found_sha256: of what stands there now; None when the file is gone.
    """

    def __init__(self, message: str, *, path: str, found_sha256: str | None, hint: str = "") -> None:
        super().__init__(message, path=path, hint=hint)
        self.found_sha256 = found_sha256


class OutsideError(FileError):
    """A path of a collection that leads out of its folder."""


class DurabilityError(FileError):
    """A file was saved, but the disk did not confirm it: after a power cut it may be the old one.

    Attributes:
        sha256: of what stands there now.
    """

    def __init__(self, message: str, *, path: str, sha256: str, hint: str = "") -> None:
        super().__init__(message, path=path, hint=hint)
        self.sha256 = sha256


class EditingBug(AssertionError):  # noqa: N818 - a bug of the editing function, which nobody is meant to catch
    """The edited text does not say what it was meant to say. Nothing was written."""
