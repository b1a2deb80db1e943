"""The only writer of stdout: the document that was asked for, and nothing else.

A closed pipe ends the output, not the run: later writes are dropped, reports and the exit code stay (CLI.md,
"Streams"). A full disk ends it too, and is an error.
"""

from __future__ import annotations

import os
import sys
from typing import Literal

from workbench.model.errors import FileError

Colour = Literal["auto", "always", "never"]


class OutputError(FileError):
    """Standard output could not be written; what was to be done has been done."""


class Output:
    """Standard output as bytes or text.

    Attributes:
        closed: the reader has gone away, so nothing is written any more.
    """

    def __init__(self) -> None:
        self.closed = False

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads it."""
        return sys.stdout is not None and sys.stdout.isatty()

    @property
    def unicode(self) -> bool:
        """Whether marks beyond ASCII can be written."""
        return "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()

    def colour(self, choice: Colour) -> bool:
        """Whether to write colours: as asked, else on a terminal where NO_COLOR is not set."""
        if choice != "auto":
            return choice == "always"
        return self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def text(self, text: str) -> None:
        """Write text, as UTF-8 where the stream can take it."""
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        self.bytes(text.encode(encoding, "backslashreplace"))

    def bytes(self, data: bytes) -> None:
        """Write exact bytes and flush them.

        Raises:
            OutputError: they could not be written; what comes later is dropped.
        """
        if self.closed or not data or sys.stdout is None:
            return
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._close()
        except OSError as error:
            self._close()
            raise OutputError(f"standard output could not be written: {error.strerror}", path="-") from error

    def _close(self) -> None:
        """Drop what comes later. The interpreter flushes stdout once more when it ends: give that somewhere to go."""
        self.closed = True
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
