"""The sample collections that come with the program: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from workbench.model.errors import FileError

_PACKAGE = Path(__file__).resolve().parent.parent


def samples_folder() -> Path:
    """The folder of the sample collections.

    Raises:
        FileError: neither place has it, so the installation is not complete.
    """
    inside, beside = _PACKAGE / "samples", _PACKAGE.parent / "collections"
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    hint = "install cyberun-tui again"
    raise FileError(f"the sample collections are neither in {inside} nor in {beside}", path=str(inside), hint=hint)


def is_sample(path: Path) -> bool:
    """Whether a file is one of the sample collections."""
    try:
        folder = samples_folder().resolve()
    except FileError:
        return False
    return path.resolve().is_relative_to(folder)
