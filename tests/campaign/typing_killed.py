"""The app killed while someone types: what is on the disk afterwards, and that it is offered at the next start."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaign.row import TOO_MANY, Outcome, Row
from tests.campaign.terminal import READY, app
from tests.support.terminal import LIMIT
from workbench.files.drafts import FOLDER, decode

if TYPE_CHECKING:
    from random import Random

    from tests.support.terminal import Terminal

WAYS = ("KILL", "TERM", "HUP", "window closed")
MAY_LOSE = 1.0
"""Seconds of typing that a kill may take (RELIABILITY.md, "Files"); a signal or a closed window takes none."""

BUSY = 0.5
"""Seconds more for each process that wants the processor: other tests, mostly."""

SHOWN = 4
"""Last letters that are seen before a signal: what is still in the terminal's own buffer was not typed to anybody."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typed(terminal: Terminal, random: Random) -> list[tuple[float, str]]:
    """Type letters at the end of the path, as fast as a person or faster; when, and what."""
    keys: list[tuple[float, str]] = []
    end = time.monotonic() + random.uniform(0.4, 2.5)
    while time.monotonic() < end:
        key = random.choice(LETTERS)
        terminal.type(key.encode())
        keys.append((time.monotonic(), key))
        terminal.read(random.uniform(0.005, 0.12))
    return keys


def end(terminal: Terminal, way: str, keys: list[tuple[float, str]]) -> float:
    """End the app one way, by KILL in the middle of the typing; the moment it was done."""
    last = "".join(key for _, key in keys[-SHOWN:])
    until = time.monotonic() + LIMIT
    while way != "KILL" and last not in terminal.screen():
        if time.monotonic() > until:
            raise AssertionError(f"{last!r} is not shown:\n{terminal.screen()}")
        terminal.quiet(0.05)
    now = time.monotonic()
    if way == "window closed":
        terminal.hang_up()
    else:
        os.kill(terminal.process.pid, getattr(signal, f"SIG{way}"))
    terminal.process.wait(LIMIT)
    return now


def kept(folder: Path) -> str:
    """What was typed behind the path of the first request, as the drafts have it."""
    for path in (folder / "state" / FOLDER).rglob("*.toml"):
        draft = decode(path.read_bytes())
        if draft.request is not None and draft.request.id == "hello":
            return draft.request.path.removeprefix("/anything/{{who}}")
    return ""


def case(way: str, random: Random) -> str:
    """Type, end the app, look what there is, start it again; what was wrong, or ""."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        terminal = app(folder)
        try:
            terminal.until(READY)
            terminal.quiet()
            terminal.type(b"\x05")  # ctrl+e: the end of the line
            keys = typed(terminal, random)
            ended = end(terminal, way, keys)
        finally:
            terminal.close()
        sure = ended - MAY_LOSE - BUSY * max(1.0, os.getloadavg()[0]) if way == "KILL" else ended
        certain = "".join(key for at, key in keys if at <= sure)
        everything = "".join(key for _, key in keys)
        found = kept(folder)
        if not (everything.startswith(found) and found.startswith(certain)):
            return f"typed {everything!r}, certain is {certain!r}, kept is {found!r}"
        if found and not offered(folder):
            return f"{found!r} was kept, and not offered"
    return ""


def offered(folder: Path) -> bool:
    """Whether the next start offers a draft."""
    terminal = app(folder)
    try:
        terminal.until("Unsaved changes of the last time")
    except AssertionError:
        return False
    finally:
        terminal.close()
    return True


def killed_while_typing(count: int, random: Random) -> Outcome:
    """Each way to end, one after the other."""
    failures: list[str] = []
    for number in range(count):
        way = WAYS[number % len(WAYS)]
        found = case(way, random)
        if found:
            failures.append(f"{way} (number {number}): {found}")
            if len(failures) == TOO_MANY:
                break
    return Outcome(count, tuple(failures))


ROWS = (Row("the app killed while typing: KILL, TERM, HUP, window closed", killed_while_typing, full=200, short=1),)
