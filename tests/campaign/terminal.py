"""The terminal: pastes, signals, window sizes, and terminals and locales of every sort, on a real pty."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events

from tests.campaign.row import TOO_MANY, Outcome, Row
from tests.support.terminal import CLI, ROOT, Terminal, app_on, foreign, restored
from tests.tui.app.support import ECHO
from workbench.tui.hardening import PASTE_END, PASTE_START, SafeParser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

NOWHERE = "http://127.0.0.1:9/api/v1"
READY = "not sent yet"
ON_A_PTY = 50
"""One paste of this many goes to the real app too."""


def app(folder: Path, environ: Mapping[str, str | None] | None = None, size: tuple[int, int] = (100, 30)) -> Terminal:
    """The app on one collection, where no platform answers."""
    file = folder / "echo.toml"
    file.write_text(ECHO, encoding="utf-8")
    argv = [*app_on(NOWHERE, "sk-canary-0123456789"), str(file)]
    return Terminal(argv, {"CYBERUN_STATE_DIR": str(folder / "state"), **(environ or {})}, size=size)


# Pastes


def dirt(random: Random) -> bytes:
    """Bytes that a clipboard may hold: text, controls, sequences, halves of characters, marks of the paste itself."""
    parts = [
        *(
            b"curl https://x | sh\r",
            b"\x1b[31m",
            b"\x11",
            b"\x03",
            b"\x1b",
            b"\xff\xfe",
            b"\xc3",
            b"\xe6\x97",
            b"\t\r\n",
        ),
        *(
            PASTE_START.encode(),
            b"\x1b[20",
            b"\x1b[201",
            b"\x1b[<0;1;1M",
            b"\x1b[15~",
            b"\x9b",
            "日本é".encode(),
            b"\x00",
        ),
    ]
    return b"".join(random.choice(parts) for _ in range(random.randint(1, 12)))


def pastes(count: int, random: Random) -> Outcome:
    """A paste of anything, cut anywhere, is one paste and no key; the real app lives on and does nothing by it."""
    failures = []
    for _ in range(count):
        wrong = _paste(dirt(random), random)
        if wrong:
            failures.append(wrong)
        if len(failures) > TOO_MANY:
            break
    if count >= ON_A_PTY:
        failures += _pasted_into_the_app([dirt(random) for _ in range(count // ON_A_PTY)])
    return Outcome(count, tuple(failures))


def _paste(inside: bytes, random: Random) -> str:
    data = PASTE_START.encode() + inside + PASTE_END.encode() + b"y"
    parser, found = SafeParser(), []
    while data:
        size = random.randint(1, 9)
        found += list(parser.take(data[:size]))
        data = data[size:]
    kinds = [type(event) for event in found]
    keys = [event.key for event in found if isinstance(event, events.Key)]
    if kinds.count(events.Paste) != 1 or keys != ["y"] or len(kinds) != 2:
        return f"{inside!r} became {found}"
    return ""


def _pasted_into_the_app(all_dirt: list[bytes]) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        terminal = app(Path(name))
        try:
            terminal.until(READY)
            for each in all_dirt:
                terminal.type(PASTE_START.encode() + each + PASTE_END.encode())
            terminal.quiet()
            if READY not in terminal.screen():
                return ["a paste did something"]
            since = len(terminal.output)
            terminal.type(b"\x10")
            terminal.until("Search", since=since)
        except AssertionError as error:
            return [f"{all_dirt!r}: {error}"]
        finally:
            terminal.close()
    return []


# Signals

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


def _idle(terminal: Terminal) -> None:
    terminal.until(READY)


def _typing(terminal: Terminal) -> None:
    terminal.until(READY)
    terminal.type(b"xyz")


def _dialog(terminal: Terminal) -> None:
    terminal.until(READY)
    terminal.type(b"\x10")
    terminal.until("Search")


def _early(terminal: Terminal) -> None:
    terminal.until("\x1b[?1049h")


MOMENTS: tuple[Callable[[Terminal], None], ...] = (_idle, _typing, _dialog, _early)


def signals(count: int, random: Random) -> Outcome:
    """Every signal, at any moment: the terminal is put back and the exit code says which it was."""
    failures = []
    for number in range(count):
        sent, moment = SIGNALS[number % len(SIGNALS)], random.choice(MOMENTS)
        with tempfile.TemporaryDirectory() as name:
            terminal = app(Path(name))
            try:
                moment(terminal)
                terminal.process.send_signal(sent)
                code = terminal.end()
                if code != 128 + sent:
                    failures.append(f"{sent.name} {moment.__name__}: exit code {code}")
                if not restored(terminal.output):
                    failures.append(f"{sent.name} {moment.__name__}: the terminal was left as it was")
            except AssertionError as error:
                failures.append(f"{sent.name} {moment.__name__}: {error}")
            finally:
                terminal.close()
    return Outcome(count, tuple(failures))


# Sizes

SIZES = (
    *((80, 24), (1, 1), (2, 300), (300, 2), (59, 15), (60, 14), (60, 15), (61, 16), (100, 30), (200, 60)),
    *((10, 10), (20, 5), (500, 10), (80, 1), (1, 80), (99, 29), (101, 31), (139, 41), (140, 42), (141, 43)),
    *((40, 24), (79, 23), (81, 25), (120, 15), (60, 100), (132, 43), (255, 255), (3, 3), (64, 48), (90, 20)),
)


def sizes(count: int, random: Random) -> Outcome:
    """Any size at the start, and any size after any other: it says when it is too small, and goes on when it is not."""
    failures = []
    chosen = random.sample(SIZES, min(count, len(SIZES)))
    with tempfile.TemporaryDirectory() as name:
        terminal = app(Path(name), size=random.choice(SIZES))
        try:
            terminal.until("\x1b[?1049h")
            for columns, lines in [*chosen, (100, 30)]:
                terminal.resize(columns, lines)
                terminal.process.send_signal(signal.SIGWINCH)
                terminal.quiet(0.1)
            since = len(terminal.output)
            terminal.type(b"\x10")
            terminal.until("Search", since=since)
        except AssertionError as error:
            failures.append(f"{chosen}: {error}")
        finally:
            terminal.close()
    return Outcome(len(chosen), tuple(failures))


# Terminals, locales, and no terminal at all

PLACES: tuple[Mapping[str, str | None], ...] = (
    {"TERM": "xterm-256color"},
    {"TERM": "xterm", "COLORTERM": None},
    {"TERM": "linux", "COLORTERM": None},
    {"TERM": "dumb", "COLORTERM": None},
    {"TERM": "nothing-knows-this", "COLORTERM": None},
    {"TERM": None, "COLORTERM": None},
    {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"NO_COLOR": "1"},
    {"TERM": "screen-256color", "TMUX": "/tmp/none,1,0"},  # noqa: S108 - what tmux sets
    {
        "HOME": "/proc/nonexistent",
        "XDG_STATE_HOME": "/proc/nonexistent",
        "CYBERUN_STATE_DIR": "/proc/nonexistent/state",
    },
)


def places(count: int, random: Random) -> Outcome:
    """The app starts and leaves in every terminal and locale; without a terminal it says so at once."""
    failures = []
    cases = [partial(_place, each) for each in PLACES] + [partial(_nowhere, words) for words in NO_TTY]
    random.shuffle(cases)
    for case in cases[:count]:
        wrong = case()
        if wrong:
            failures.append(f"{case.args[0]}: {wrong}")
    return Outcome(min(count, len(cases)), tuple(failures))


def _place(environ: Mapping[str, str | None]) -> str:
    with tempfile.TemporaryDirectory() as name:
        terminal = app(Path(name), environ)
        try:
            terminal.until("\x1b[?1049h")
            terminal.until("not sent")
            terminal.type(b"\x11")
            code = terminal.end()
            if b"\\u2" in terminal.output:
                return "wrote the numbers of characters that the terminal does not have"
            if code != 0 or not restored(terminal.output):
                return f"exit code {code}, restored: {restored(terminal.output)}"
            shown = terminal.output[terminal.output.index(b"Services") : terminal.output.rfind(b"\x1b[?1049l")]
            odd = [each for each in foreign(shown) if "\\x1b[" not in each]  # the end puts the modes back
            return f"wrote {odd[:3]}" if odd else ""
        except AssertionError as error:
            return str(error)
        finally:
            terminal.close()


NO_TTY: tuple[tuple[str, ...], ...] = ((), ("demo",), ("collections",), ("open", "collections"))


def _nowhere(words: tuple[str, ...]) -> str:
    began = time.monotonic()
    done = subprocess.run(
        [*CLI, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120
    )
    if done.returncode != 2 or "run" not in done.stderr or done.stdout:
        return f"exit code {done.returncode}: {done.stderr!r}"
    return "" if time.monotonic() - began < 60 else "it took too long"


ROWS: tuple[Row, ...] = (
    Row("pastes of anything are no key presses", pastes, full=2000, short=40),
    Row("signals at any moment put the terminal back", signals, full=40, short=1),
    Row("30 window sizes, one after another", sizes, full=30, short=3),
    Row("12 terminals and locales, and 4 places without a terminal", places, full=16, short=1),
)
