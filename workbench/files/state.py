"""What the app remembers by itself: last selection, layout, theme. Losing it costs a convenience, nothing more.

Nothing here ever keeps the program from running: a state that cannot be read is empty, one that cannot be written is
not written, and both say so.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import tomli_w

from workbench.files import atomic
from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.files.reading import MAX_BYTES, parse, read_bytes
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "state.toml"


class State(dict[str, Any]):
    """What was remembered: names such as `team`, `service`, `env`, `file`, `theme`, `layout`, with plain TOML values.

    Attributes:
        warning: why it is empty although there was something, else "".
    """

    def __init__(self, values: Mapping[str, Any] | None = None, *, warning: str = "") -> None:
        super().__init__(values or {})
        self.warning = warning


def state_path() -> Path:
    """Where the state is, or would be."""
    return state_folder() / FILE_NAME


def load_state() -> State:
    """What was remembered the last time; a state that cannot be read is set aside and an empty one begun."""
    path = state_path()
    try:
        data = read_bytes(path, limit=MAX_BYTES)
    except FileError as error:
        missing = isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError))
        return State(warning="" if missing else error.message)
    parsed = parse(data, path=str(path))
    if parsed.root is not None:
        return State(parsed.root)
    aside = path.with_suffix(".broken.toml")
    with contextlib.suppress(OSError):
        path.replace(aside)
    return State(warning=f"what was remembered could not be read and was moved to {aside}: {parsed.problems[-1]}")


def save_state(state: Mapping[str, Any]) -> str:
    """Remember these values in place of those before, None left out; "" or why they could not be written."""
    try:
        data = tomli_w.dumps(without_none(state)).encode()
        make_private(state_folder())
        atomic.write(state_path(), data, expected_sha256=None, overwrite=True, mode=PRIVATE_FILE, durable=False)
    except (FileError, OSError) as error:
        return f"what the screen looks like could not be remembered: {error}"
    except (TypeError, ValueError) as error:
        return f"this cannot be remembered: {error}"
    return ""


def without_none(value: Any) -> Any:
    """A value as TOML can say it: what is None is left out."""
    if isinstance(value, dict):
        return {str(key): without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [without_none(item) for item in value if item is not None]
    return value


__all__ = ["State", "load_state", "save_state", "state_folder", "state_path", "without_none"]
