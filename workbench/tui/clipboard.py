"""The clipboard: the only place that puts anything there, and says how it got there.

The terminal is asked first (OSC 52, wrapped for tmux), since that also works over ssh; then a local tool, where there
is one; then a file, when neither can be used. A terminal does not say whether it obeyed, so both ways are taken.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_FOR_A_TERMINAL = 74_000
"""Bytes that terminals take at most: OSC 52 is cut off, or ignored, at 100,000 characters of base64 in many of them."""

_NO_CLIPBOARD = frozenset({"", "dumb", "linux", "unknown", "vt100"})
_TIMEOUT = 2.0


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """The escape sequence that asks the terminal to copy; inside tmux also wrapped, to reach the outer terminal."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    plain = f"\x1b]52;c;{encoded}\x07"
    if not environ.get("TMUX"):
        return plain
    return plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def copy(text: str, ask_terminal: Callable[[str], None], environ: Mapping[str, str] | None = None) -> str:
    """Copy a text; returns in words how. May block for a moment: call it in a thread.

    Args:
        text: what to copy, unchanged; lone surrogates become `?`.
        ask_terminal: writes an escape sequence to the terminal.
        environ: the process environment.
    """
    environ = os.environ if environ is None else environ
    data = text.encode("utf-8", "replace")
    ways = []
    if len(data) <= MOST_FOR_A_TERMINAL and environ.get("TERM", "") not in _NO_CLIPBOARD:
        ask_terminal(osc52(text, environ))
        ways.append("the terminal (OSC 52)")
    tool = _tool(environ)
    if tool and _pipe(tool, data, environ):
        ways.append(tool[0])
    if ways:
        return "copied with " + " and ".join(ways)
    return f"there is no clipboard to use: written to {_to_file(data)}"


def _tool(environ: Mapping[str, str]) -> list[str] | None:
    candidates = []
    if sys.platform == "darwin":
        candidates.append(["pbcopy"])
    if environ.get("WAYLAND_DISPLAY"):
        candidates.append(["wl-copy"])
    if environ.get("DISPLAY"):
        candidates += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    return next((each for each in candidates if shutil.which(each[0], path=environ.get("PATH"))), None)


def _pipe(tool: list[str], data: bytes, environ: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(
            tool,
            input=data,
            env=dict(environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _to_file(data: bytes) -> str:
    handle, path = tempfile.mkstemp(prefix="cyberun-copy-", suffix=".txt")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return path
