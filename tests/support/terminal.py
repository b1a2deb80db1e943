"""A real pty with a program on it: what it wrote, what one types, how it ended; and the grammar of our own output."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyte

from workbench.tui.actions import BY_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
CLI = (sys.executable, "-m", "workbench.cli")
LIMIT = 90.0

_DROPPED = ("TMUX", "STY", "CYBERUN_API_KEY", "CYBERUN_BASE_URL", "CYBERUN_TEAM_ID", "CYBERUN_PROFILE", "NO_COLOR")


class Terminal:
    """A program on a pty of its own.

    Args:
        argv: the program.
        environ: added to a clean environment; None takes a name out.
        size: columns and lines.
        cwd: where it runs.

    Attributes:
        output: every byte it wrote.
    """

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str | None] | None = None,
        *,
        size: tuple[int, int] = (100, 30),
        cwd: Path = ROOT,
    ) -> None:
        self.size = size
        self.output = b""
        self.master, slave = pty.openpty()
        self.resize(*size)
        os.set_blocking(self.master, False)
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
        merged = {**os.environ, **usual, **(environ or {})}
        clean = {name: value for name, value in merged.items() if value is not None and name not in _DROPPED}
        clean |= {name: value for name, value in (environ or {}).items() if value is not None}
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=clean, cwd=cwd, start_new_session=True
        )
        os.close(slave)

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size, as dragging its corner does."""
        self.size = (columns, lines)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, seconds: float = 0.05) -> bool:
        """Take what there is; False when nothing came within `seconds`."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            self.output += os.read(self.master, 65536)
        except OSError:
            return False
        return True

    def until(self, text: str, seconds: float = LIMIT, *, since: int = 0) -> None:
        """Read until a text was written, or with "" anything, after the byte `since`.

        Raises:
            AssertionError: it never was; the message has the screen.
        """
        end = time.monotonic() + seconds
        while len(self.output) < since or text.encode() not in self.output[since:]:
            if time.monotonic() > end or (self.process.poll() is not None and not self.read(0.1)):
                raise AssertionError(f"{text!r} was not written:\n{self.screen()}")
            self.read()

    def quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing more comes for a while."""
        end = time.monotonic() + LIMIT
        while self.read(seconds) and time.monotonic() < end:
            pass

    def type(self, data: bytes) -> None:
        """Send bytes as if they were typed."""
        os.write(self.master, data)

    def act(self, name: str) -> None:
        """Start an action of the app by its id, through the palette."""
        action = BY_ID[name]
        since = len(self.output)
        self.type(b"\x10")
        self.until("Search for", since=since)
        self.type(action.label.lower().encode())
        self.until(action.help[:24], since=since)
        self.type(b"\r")

    def end(self, seconds: float = LIMIT) -> int:
        """Read until the program is gone; its exit code.

        Raises:
            AssertionError: it does not end.
        """
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"it does not end:\n{self.screen()}")
            self.read()
        while self.read(0.05):
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """End the program and everything it started, whatever state it is in."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.master >= 0:
            self.hang_up()

    def screen(self) -> str:
        """What a person would see now."""
        shown = pyte.Screen(*self.size)
        pyte.ByteStream(shown).feed(self.output)
        return "\n".join(line.rstrip() for line in shown.display)


APP = """
import os, sys
from tests.tui.app.support import session_on
from workbench.tui.app import WorkbenchApp, run
session = session_on({base_url!r}, token={token!r}, team=None, environ=os.environ, trusting={trusting})
app = WorkbenchApp(session, sys.argv[1:])
{extra}
sys.exit(run(app))
"""


def app_on(base_url: str, token: str, extra: str = "", *, trusting: bool = False) -> list[str]:
    """The argv of the app against a platform, with a credential that stands nowhere; files come after it."""
    extra = textwrap.dedent(extra)
    program = textwrap.dedent(APP).format(base_url=base_url, token=token, trusting=trusting, extra=extra)
    return [sys.executable, "-c", program]


def restored(output: bytes) -> bool:
    """Whether the last thing said to the terminal puts it back: main screen, cursor, no mouse, no paste marks."""
    tail = output[output.rfind(b"\x1b[?1049h") :]
    return all(mark in tail for mark in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l"))


# The grammar of what the app writes between its first frame and its end.
_OURS = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[\d+;\d+H"  # where the next cells go
    rb"|\x1b\[\?2026[hl]"  # a frame begins, and ends (synchronized output)
    rb"|\x1b\[\?25[hl]"  # the cursor
    rb"|\r\n"  # the next line
    rb"|\x1b\]22;[a-z-]*(?:\x1b\\|\x07)"  # the pointer's shape
)
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\U000e0000-\U000e007f]",
)


def foreign(output: bytes) -> list[str]:
    """What in a part of the output a terminal would obey and is not of our own grammar."""
    text = _OURS.sub(b"", output).decode("utf-8", "replace")
    return [repr(text[max(0, found.start() - 20) : found.end() + 20]) for found in _OBEYED.finditer(text)]
