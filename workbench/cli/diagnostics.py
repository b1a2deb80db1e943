"""The only writer of stderr, and the only place that turns an error into an exit code (CLI.md, "Exit codes")."""

from __future__ import annotations

import contextlib
import sys
import traceback
from enum import IntEnum
from typing import TYPE_CHECKING

from workbench.cli.output import OutputError
from workbench.model.errors import PlatformError, WorkbenchError
from workbench.model.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.model.secrets import Redactor


class Exit(IntEnum):
    """What the process says about how it went."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NO_ANSWER = 3
    NOT_WRITTEN = 4
    NOTHING_SELECTED = 5
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143


_WEIGHT = [
    Exit.INTERRUPTED,
    Exit.TERMINATED,
    Exit.BUG,
    Exit.USAGE,
    Exit.NOT_WRITTEN,
    Exit.NO_ANSWER,
    Exit.NOTHING_SELECTED,
    Exit.FAILED,
]


def by_weight(reasons: Iterable[Exit]) -> list[Exit]:
    """The reasons that are not OK, each once, the one that decides first."""
    given = set(reasons)
    return [reason for reason in _WEIGHT if reason in given]


def exit_code(reasons: Iterable[Exit]) -> Exit:
    """The exit code of several reasons: 130/143 > 70 > 2 > 4 > 3 > 5 > 1 > 0."""
    weighed = by_weight(reasons)
    return weighed[0] if weighed else Exit.OK


def exit_for(error: WorkbenchError) -> Exit:
    """A call without a usable answer is 3, an answer that could not be written 4; all else was found before a call."""
    if isinstance(error, OutputError):
        return Exit.NOT_WRITTEN
    return Exit.NO_ANSWER if isinstance(error, PlatformError) else Exit.USAGE


class Diagnostics:
    """Writes to stderr: errors, warnings and notes, redacted and with control characters made visible.

    Attributes:
        redactor: set as soon as a session knows its secrets.
    """

    def __init__(self) -> None:
        self.redactor: Redactor | None = None

    def note(self, text: str) -> None:
        """Something that is good to know."""
        self._write(text)

    def warning(self, text: str) -> None:
        """Something that may surprise."""
        self._write(f"warning: {text}")

    def error(self, error: WorkbenchError) -> Exit:
        """Explain an expected failure; the exit code for it."""
        lines = error.message.splitlines() or [""]
        for line in lines:
            self._write(f"error: {line}")
        if error.hint:
            self._write(f"       {error.hint}")
        return exit_for(error)

    def usage(self, text: str, hint: str = "") -> Exit:
        """Explain what is wrong with the command's words."""
        return self.error(WorkbenchError(text, hint=hint))

    def bug(self) -> Exit:
        """Print the traceback of a bug, without the values of variables."""
        self._write("this is a bug in cyberun-tui; please report it with these lines:")
        self._write(traceback.format_exc().rstrip())
        return Exit.BUG

    def raw(self, text: str) -> None:
        """Terminal control of our own, such as a progress line."""
        self._put(text)

    def _write(self, text: str) -> None:
        clean = self.redactor.redact(text) if self.redactor else text
        self._put(visible(clean) + "\n")

    @staticmethod
    def _put(text: str) -> None:
        stream = sys.stderr
        encoding = getattr(stream, "encoding", None) or "utf-8"
        with contextlib.suppress(OSError, ValueError):
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
