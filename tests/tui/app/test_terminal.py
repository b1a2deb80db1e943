"""The terminal: bad bytes, pastes that hold ESC, signals, crashes, the clipboard; on a real pty where it matters."""

from __future__ import annotations

import base64
import itertools
import os
import signal
import stat
import tempfile
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.widgets import Input
from textual.worker import WorkerFailed

from tests.support.terminal import CLI, Terminal, app_on, restored
from tests.tui.app.support import ECHO, desktop, session_on, write
from workbench.model.secrets import Redactor, Secret
from workbench.tui import clipboard
from workbench.tui.hardening import (
    PASTE_END,
    PASTE_START,
    PasteGuard,
    SafeParser,
    bug_in,
    hardened,
    report,
    save_report,
)
from workbench.tui.widgets.secret_input import SecretInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult


def pieces(text: str, cuts: Sequence[int]) -> Iterator[str]:
    """The text in reads that end where `cuts` say."""
    places = sorted({cut % (len(text) + 1) for cut in cuts} | {0, len(text)})
    yield from (text[start:end] for start, end in itertools.pairwise(places))


clean_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
dirty_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(lambda text: PASTE_END not in text)


@given(clean_text, dirty_text, clean_text, st.lists(st.integers(0, 200), max_size=6))
def test_a_paste_is_one_paste_wherever_reads_cut_it(before: str, inside: str, after: str, cuts: list[int]) -> None:
    guard = PasteGuard()
    text = before + PASTE_START + inside + PASTE_END + after
    passed = "".join(guard.clean(piece) for piece in pieces(text, cuts))
    head, found, rest = passed.partition(PASTE_START)
    assert head == before
    assert found
    pasted, found, tail = rest.partition(PASTE_END)
    assert found
    assert tail == after
    assert not [character for character in pasted if ord(character) < 32 and character not in "\t\n\r"]
    assert [character for character in pasted if character.isprintable()] == [
        character for character in inside if character.isprintable()
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.lists(st.integers(0, 200), max_size=6))
def test_what_is_no_paste_passes_unchanged(text: str, cuts: list[int]) -> None:
    guard = PasteGuard()
    if PASTE_START not in text:
        assert "".join(guard.clean(piece) for piece in pieces(text, cuts)) == text


def test_a_paste_that_holds_esc_is_no_key_press() -> None:
    parser = SafeParser()
    found = [*parser.feed(f"{PASTE_START}curl\x1b[31m \x11evil\x1b"), *parser.feed(f"x{PASTE_END}"), *parser.feed("y")]
    (paste,) = [event for event in found if isinstance(event, events.Paste)]
    assert paste.text == "curl[31m evilx"
    assert [event.key for event in found if isinstance(event, events.Key)] == ["y"]


def test_a_character_that_comes_in_two_reads_is_one_key() -> None:
    parser = SafeParser()
    found = [event for byte in "é".encode() + b"\xff" + "y日".encode() for event in parser.take(bytes([byte]))]
    assert [event.character for event in found if isinstance(event, events.Key)] == ["é", "\ufffd", "y", "日"]


def test_alt_and_a_digit_is_that_key_and_types_nothing() -> None:
    found = [event for event in SafeParser().feed("\x1b33") if isinstance(event, events.Key)]
    assert [(event.key, event.character) for event in found] == [("alt+3", None), ("3", "3")]


def test_only_a_terminal_driver_is_hardened() -> None:
    assert hardened(HeadlessDriver) is HeadlessDriver


# The real program on a pty

STUCK = """
app.leave = lambda code: None  # it never ends by itself
from workbench.tui import hardening
hardening.GRACE = 0.2
"""

CRASH = """
def boom():
    hidden = "sk-canary-0123456789"
    raise RuntimeError("boom with sk-canary-0123456789 [/red]")
app.begin_with = app._begin
def begin():
    app.begin_with()
    app.set_timer(0.2, boom)
app._begin = begin
"""


def program(file: Path, folder: Path, extra: str = "") -> Terminal:
    """The app on a pty, where no platform answers."""
    argv = app_on("http://127.0.0.1:9/api/v1", "sk-canary-0123456789", extra)
    return Terminal([*argv, str(file)], {"CYBERUN_STATE_DIR": str(folder)})


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    path = tmp_path / "echo.toml"
    write(path, ECHO)
    running = program(path, tmp_path / "state")
    yield running
    running.close()


def test_the_demo_copies_to_the_terminal_it_runs_in(tmp_path: Path) -> None:
    demo = Terminal([*CLI, "demo"], {"CYBERUN_STATE_DIR": str(tmp_path)})
    try:
        demo.until("not sent yet")
        demo.type(b"\x12")
        demo.until("platform 200")
        demo.act("copy_body")
        demo.until("\x1b]52;c;")
        demo.type(b"\x11")
        assert demo.end() == 0
    finally:
        demo.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_and_says_which_it_was(terminal: Terminal, number: signal.Signals) -> None:
    terminal.until("not sent yet")
    terminal.process.send_signal(number)
    assert terminal.end() == 128 + number
    assert restored(terminal.output)


def test_an_app_that_cannot_end_by_itself_is_ended_and_the_terminal_put_back(tmp_path: Path) -> None:
    path = tmp_path / "echo.toml"
    write(path, ECHO)
    stuck = program(path, tmp_path / "state", STUCK)
    try:
        stuck.until("not sent yet")
        before = termios.tcgetattr(stuck.master)[3]
        stuck.process.send_signal(signal.SIGTERM)
        assert stuck.end() == 128 + signal.SIGTERM
        assert restored(stuck.output)
        assert not before & termios.ECHO
        assert termios.tcgetattr(stuck.master)[3] & termios.ECHO
    finally:
        stuck.close()


def test_a_closed_window_ends_the_program(terminal: Terminal) -> None:
    terminal.until("not sent yet")
    terminal.hang_up()
    assert terminal.process.wait(60) in (129, -signal.SIGHUP)


def test_bytes_that_are_no_utf8_do_not_end_it_and_ctrl_q_still_does(terminal: Terminal) -> None:
    terminal.until("not sent yet")
    terminal.type(b"\xff\xfe\xc3\x28")
    terminal.type(PASTE_START.encode() + b"\x80abc\x1b\x11\xff" + PASTE_END.encode())
    terminal.until("abc")
    assert terminal.process.poll() is None
    terminal.type(b"\x11")
    terminal.until("Leave with changes?")
    terminal.type(b"\t\t\r")
    assert terminal.end() == 0
    assert restored(terminal.output)


def test_a_bug_ends_with_two_lines_a_report_and_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "echo.toml"
    write(path, ECHO)
    terminal = program(path, tmp_path / "state", CRASH)
    try:
        assert terminal.end(40) == 1
    finally:
        terminal.close()
    assert restored(terminal.output)
    after = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
    assert "ended because of a bug: RuntimeError" in after
    assert "canary" not in terminal.output.decode(errors="replace")
    (saved,) = (tmp_path / "state").glob("crash-*.txt")
    assert str(saved) in after
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    text = saved.read_text(encoding="utf-8")
    assert "boom with [redacted:credential]" in text
    assert "canary" not in text


def test_a_report_has_no_local_variables_and_no_secret(tmp_path: Path) -> None:
    redactor = Redactor([Secret("canary-value", "token")])

    def broken() -> None:
        local = "local-" + "variable"
        raise ValueError(f"it was canary-value, not {len(local)}")

    with pytest.raises(ValueError, match="canary") as caught:
        broken()
    assert bug_in(caught.value) is caught.value
    text = report(bug_in(WorkerFailed(caught.value)), redactor.redact)
    assert "in broken" in text
    assert "canary-value" not in text
    assert "local-variable" not in text
    assert "[redacted:token]" in text
    path = save_report(text, str(tmp_path / "new"))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600  # noqa: PTH116 - a text path
    assert Path(save_report(text, "/proc/none")).parent == Path(tempfile.gettempdir())


# The clipboard


def test_the_terminal_is_asked_and_inside_tmux_also_through_it() -> None:
    encoded = base64.b64encode("hé\ud800".encode("utf-8", "replace")).decode()
    assert clipboard.osc52("hé\ud800", {}) == f"\x1b]52;c;{encoded}\x07"
    wrapped = clipboard.osc52("x", {"TMUX": "yes"})
    assert wrapped.endswith("\x1b\\")
    assert "\x1bPtmux;\x1b\x1b]52;c;" in wrapped


def test_a_local_tool_is_used_beside_the_terminal(tmp_path: Path) -> None:
    tool = tmp_path / "xclip"
    write(tool, f"#!/bin/sh\ncat > {tmp_path}/got\n")
    tool.chmod(0o700)
    asked: list[str] = []
    environ = {"TERM": "xterm", "DISPLAY": ":0", "PATH": f"{tmp_path}:/bin:/usr/bin"}
    assert clipboard.copy("text", asked.append, environ) == "copied with the terminal (OSC 52) and xclip"
    assert len(asked) == 1
    assert (tmp_path / "got").read_text() == "text"


def test_without_any_clipboard_it_goes_into_a_file_and_says_which() -> None:
    words = clipboard.copy("text", lambda _: pytest.fail("no terminal"), {"TERM": "linux", "PATH": ""})
    path = Path(words.rpartition(" ")[2])
    assert path.read_text() == "text"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_too_long_for_a_terminal_is_not_sent_there() -> None:
    long = "x" * (clipboard.MOST_FOR_A_TERMINAL + 1)
    words = clipboard.copy(long, lambda _: pytest.fail("too long"), {"TERM": "xterm", "PATH": ""})
    assert Path(words.rpartition(" ")[2]).read_text() == long


def test_a_tool_that_fails_is_not_named(tmp_path: Path) -> None:
    tool = tmp_path / "wl-copy"
    write(tool, "#!/bin/sh\nexit 3\n")
    tool.chmod(0o700)
    environ = {"TERM": "xterm", "WAYLAND_DISPLAY": "w", "PATH": f"{tmp_path}:/bin:/usr/bin"}
    assert clipboard.copy("x", lambda _: None, environ) == "copied with the terminal (OSC 52)"


class OneSecret(App[None]):
    """An app with a secret in it."""

    def compose(self) -> ComposeResult:
        yield SecretInput(value="canary-secret")


async def test_a_masked_input_never_copies_its_text() -> None:
    app = OneSecret()
    async with app.run_test() as pilot:
        app.query_one(Input).focus()
        await pilot.press("ctrl+shift+a", "ctrl+c")
        assert app.clipboard == ""
        await pilot.press("ctrl+x")
        assert app.clipboard == ""
        assert app.query_one(Input).value == "canary-secret"


async def test_there_are_no_screenshots(tmp_path: Path, echo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with desktop(session_on("http://127.0.0.1:9/api/v1", token="sk-x", team=None), echo) as desk:
        await desk.app.run_action("screenshot")
        await desk.pilot.pause()
        await desk.press("ctrl+p")
        await desk.shows("Send the request shown.")
        await desk.press(*"screenshot")
        await desk.pilot.pause()
        assert "SVG" not in desk.text()
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".svg")]  # noqa: PTH208 - just names
