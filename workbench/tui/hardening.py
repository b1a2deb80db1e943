"""What Textual leaves open between the terminal and the app: bad input bytes, pastes that hold ESC, signals, crashes.

A driver that survives invalid UTF-8 and a closed terminal, a parser that keeps a paste a paste, signal handlers, and
the crash report (RELIABILITY.md, "The terminal"). It touches private names of Textual, whose minor is pinned for that.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import re
import selectors
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import XTermParser

from workbench.tui.plain import plain
from workbench.tui.steady import steady_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.driver import Driver
    from textual.message import Message

PASTE_START = "\x1b[200~"
PASTE_END = "\x1b[201~"

_IN_A_PASTE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters that a paste has no use for; tab, line feed and carriage return stay."""

_ALT_DIGIT = re.compile("\x1b[0-9]")
"""What a plain terminal sends for alt and a digit."""

GRACE = 3.0
"""Seconds a signal gives the app to close by itself."""

PUT_BACK = b"\x1b[<u\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1049l\x1b[?25h\x1b[0m"
"""Keyboard, paste marks, mouse, screen and cursor as a shell wants them."""

SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")


class PasteGuard:
    """Takes control characters out of what stands between the marks of a paste, wherever reads cut it.

    Without it one ESC ends the paste for Textual's parser, and the rest acts as keys.
    """

    def __init__(self) -> None:
        self._pasting = False
        self._start = 0
        self._held = ""

    def clean(self, data: str) -> str:
        """The data as the parser may see it; a beginning of the end mark is held back until it is clear what it is."""
        out: list[str] = []
        data, self._held = self._held + data, ""
        while data:
            if not self._pasting:
                data = self._outside(data, out)
                continue
            end = data.find(PASTE_END)
            if end >= 0:
                out.append(_IN_A_PASTE.sub("", data[:end]) + PASTE_END)
                data, self._pasting = data[end + len(PASTE_END) :], False
                continue
            keep = _overlap(data, PASTE_END)
            self._held = data[len(data) - keep :]
            out.append(_IN_A_PASTE.sub("", data[: len(data) - keep]))
            break
        return "".join(out)

    def _outside(self, data: str, out: list[str]) -> str:
        """Let everything pass up to the start mark, which may have begun in an earlier read."""
        for at, character in enumerate(data):
            if character == PASTE_START[self._start]:
                self._start += 1
            else:
                self._start = int(character == PASTE_START[0])
            if self._start == len(PASTE_START):
                self._start, self._pasting = 0, True
                out.append(data[: at + 1])
                return data[at + 1 :]
        out.append(data)
        return ""


def _overlap(text: str, mark: str) -> int:
    """How many characters at the end of `text` are a beginning of `mark`."""
    return next((size for size in range(min(len(text), len(mark) - 1), 0, -1) if text.endswith(mark[:size])), 0)


class SafeParser(XTermParser):
    """Textual's parser behind a `PasteGuard`."""

    def __init__(self, debug: bool = False) -> None:
        self._guard = PasteGuard()
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        super().__init__(debug)

    def take(self, data: bytes) -> Iterable[Message]:
        """Parse what was read, which may be no UTF-8 and may end in the middle of a character."""
        text = self._decode(data)
        return self.feed(text) if text else ()  # an empty text would be the end of the input

    def feed(self, data: str) -> Iterable[Message]:
        """Parse input; an empty text is the end of it."""
        if not data:
            return super().feed(data)
        cleaned = self._guard.clean(data)
        return super().feed(cleaned) if cleaned else ()

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        """Alt and a digit as that key; Textual takes it for the character of a Mac's keyboard, and types that."""
        if _ALT_DIGIT.fullmatch(sequence):
            return [events.Key(f"alt+{sequence[1]}", None)]
        return super()._sequence_to_key_events(sequence, alt)


def hardened(driver: type[Driver]) -> type[Driver]:
    """The driver class with hardened input, where it reads a terminal the POSIX way; any other as it is."""
    steady_lists()
    if os.name != "posix":
        return driver
    from textual.drivers.linux_driver import LinuxDriver

    if not issubclass(driver, LinuxDriver):
        return driver

    class HardenedDriver(driver):  # type: ignore[valid-type,misc]  # the base is Textual's choice for this terminal
        """Reads and writes where the terminal may not be UTF-8, and ends the app when the terminal is gone."""

        def start_application_mode(self) -> None:
            """Take over the terminal; from before that on a signal gives it back."""
            handle_signals(self._app.leave, self._put_back)
            super().start_application_mode()

        def _put_back(self) -> None:
            """Leave the terminal usable where the app itself cannot any more."""
            os.write(self.fileno, PUT_BACK)
            if self.attrs_before is not None:
                import termios

                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

        def run_input_thread(self) -> None:
            """Wait for input and dispatch events, until told to stop or nothing can come any more."""
            _read_input(self)

        def write(self, data: str) -> None:
            """Write to the terminal; one that is not UTF-8 gets what it can show."""
            encoding = getattr(self._file, "encoding", None) or "utf-8"
            super().write(data if "utf" in encoding.lower() else plain(data, encoding))

    return HardenedDriver


def _read_input(driver: Driver) -> None:
    parser = SafeParser(driver._debug)  # noqa: SLF001 - the driver's own thread body
    fileno: int = driver.fileno  # type: ignore[attr-defined]  # LinuxDriver's
    stop: threading.Event = driver.exit_event  # type: ignore[attr-defined]  # LinuxDriver's
    with selectors.SelectSelector() as selector:
        selector.register(fileno, selectors.EVENT_READ)
        while not stop.is_set():
            if selector.select(0.1):
                data = _read(fileno)
                if not data:
                    _gone(driver)
                    return
                for event in parser.take(data):
                    driver.process_message(event)
            for event in parser.tick():
                driver.process_message(event)


def _read(fileno: int) -> bytes:
    """The next bytes of input; none when the terminal is gone."""
    try:
        return os.read(fileno, 4096)
    except OSError:
        return b""


def _gone(driver: Driver) -> None:
    app = driver._app  # noqa: SLF001 - a driver's only way to its app
    leave = getattr(app, "leave", app.exit)  # the workbench keeps drafts before it goes
    app.call_later(leave, 128 + signal.SIGHUP)


def handle_signals(leave: Callable[[int], None], put_back: Callable[[], None]) -> None:
    """Call `leave(128 + n)` in the running loop when a signal asks the process to end.

    After `GRACE` it is ended anyway, and `put_back` is called for the terminal.
    """
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, _leaving, leave, put_back, 128 + int(number))
        except (NotImplementedError, RuntimeError, ValueError):
            return  # not the main thread, or a system without them: a test, or Windows


def _leaving(leave: Callable[[int], None], put_back: Callable[[], None], code: int) -> None:
    def end_anyway() -> None:
        try:
            put_back()
        finally:
            os._exit(code)

    watchdog = threading.Timer(GRACE, end_anyway)
    watchdog.daemon = True
    watchdog.start()
    leave(code)


def bug_in(error: BaseException | None) -> BaseException | None:
    """What was raised itself, where Textual only says that a worker failed."""
    inner = getattr(error, "error", None)
    return inner if isinstance(inner, BaseException) else error


def report(error: BaseException | None, redact: Callable[[str], str]) -> str:
    """The text of a crash report: versions, the terminal, and the traceback without local variables, redacted."""
    import textual

    from workbench import __version__

    about = [
        f"cyberun-tui {__version__}, textual {textual.__version__}, Python {sys.version.split()[0]}, {sys.platform}",
        f"TERM={os.environ.get('TERM', '')} COLORTERM={os.environ.get('COLORTERM', '')}",
    ]
    lines = traceback.format_exception(error) if error is not None else ["no traceback\n"]
    return redact("\n".join(about) + "\n\n" + "".join(lines))


def save_report(text: str, folder: str) -> str:
    """Write a crash report that only its owner may read; returns its path, or "" when nothing could be written."""
    import tempfile

    for place in (folder, tempfile.gettempdir()):
        try:
            os.makedirs(place, mode=0o700, exist_ok=True)  # noqa: PTH103 - beside mkstemp
            handle, path = tempfile.mkstemp(prefix="crash-", suffix=".txt", dir=place)  # mkstemp gives mode 0600
        except OSError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        return path
    return ""


def tell_of_crash(error: BaseException, redact: Callable[[str], str], folder: str) -> None:
    """Keep the report of a crash, and say on stderr in two lines what it was and where it is."""
    path = save_report(report(error, redact), folder)
    where = f"The report, without secrets, is in {path}" if path else "No report could be written."
    sys.stderr.write(f"cyberun-tui ended because of a bug: {type(error).__name__}.\n{where}\n")
