"""Times the response viewer in the real app on a real pty, beside a bare Textual app: first frame, keys, find, memory.

Run it by hand: `python -m tests.bench.viewer_pty`. A container behind a stand-in platform sends the body; the clock
starts when its last byte has left, so that taking it out of the envelope counts.
"""

from __future__ import annotations

import base64
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.viewer import CASES, MB, body, line, row
from tests.integration.invoke.servers import reply, threaded
from tests.support.terminal import Terminal, app_on

if TYPE_CHECKING:
    import asyncio

    from tests.integration.invoke.servers import Handler, Server

SIZE = (140, 42)
ROUNDS = 5
QUIET = 0.03
PATIENCE = 60.0
KEYS = {
    "j": b"j",
    "page down": b"\x1b[6~",
    "G": b"G",
    "page up": b"\x1b[5~",
    "g": b"g",
    "1 (fold to a level)": b"1",
    "k": b"k",
    "+ (unfold all)": b"+",
    "enter (fold)": b"\r",
    "enter (unfold)": b"\r",
}
"""In an order in which each changes something."""

SEARCHED = (("quick BROWN", "hit"), ("zebra", "nothing found"))
COLLECTION = 'cyberun = 1\nservice = "echo"\n[[request]]\nid = "large"\npath = "/large"\n'
FOCUS = """
from workbench.tui.widgets.body_viewer import BodyViewer
def focus():
    for viewer in app.screen.query(BodyViewer):
        if viewer.media is not None and viewer.body_bytes and not viewer.view.has_focus and not viewer.bar.shown:
            viewer.view.focus()
before = app._begin
def begin():
    before()
    app.set_interval(0.05, focus)
app._begin = begin
"""
BARE = """
from textual.app import App
from textual.widgets import Label
class Bare(App):
    count = 0
    def compose(self):
        yield Label("pressed 0")
    def on_key(self):
        self.count += 1
        self.query_one(Label).update(f"pressed {self.count}")
Bare().run()
"""


class Sent:
    """When the last byte of the body had left."""

    at = 0.0


def platform(data: bytes, sent: Sent) -> Handler:
    """A platform with one container that answers with a large JSON body."""
    encoded = base64.b64encode(data)
    whole = b'{"status_code":200,"headers":{"Content-Type":"application/json"},"body_base64":"%b"}' % encoded

    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.set_write_buffer_limits(0)
        while call := await server.take(reader):
            answer = whole if b"/invoke/" in call.split(b"\r\n", 1)[0] else b'{"container_service_list": []}'
            writer.write(reply(answer))
            await writer.drain()
            sent.at = time.perf_counter()

    return handler


def settled(terminal: Terminal, data: bytes) -> float:
    """Seconds from some keys until the last byte of what they bring; nothing more comes for a moment then."""
    terminal.quiet(QUIET)
    begin = last = time.perf_counter()
    terminal.type(data)
    while terminal.read(QUIET if last > begin else 1.0):
        last = time.perf_counter()
    return last - begin


def reached(terminal: Terminal, text: str, data: bytes) -> float:
    """Seconds from some keys until a text is written."""
    terminal.quiet(QUIET)
    since, begin = len(terminal.output), time.perf_counter()
    terminal.type(data)
    terminal.until(text, PATIENCE, since=since)
    return time.perf_counter() - begin


def bare() -> None:
    """The anchor."""
    terminal = Terminal([sys.executable, "-c", BARE], size=SIZE)
    try:
        terminal.until("pressed 0")
        times = [settled(terminal, b"j") for _ in range(ROUNDS)]
        row("a bare Textual app", "a key", median(times), None)
        line("a bare Textual app", "memory", f"{memory(terminal):8.0f} MB", "", 0)
    finally:
        terminal.close()


def measure(name: str) -> None:
    """One body."""
    budget, sent = CASES[name], Sent()
    data = body(name)[0]
    with tempfile.TemporaryDirectory() as folder, threaded(platform(data, sent), seconds=300) as url:
        path = Path(folder) / "large.toml"
        path.write_text(COLLECTION, encoding="utf-8")
        environ = {"CYBERUN_STATE_DIR": f"{folder}/state", "CYBERUN_CONFIG_DIR": f"{folder}/config"}
        terminal = Terminal([*app_on(url, "dk-canary-0123456789", FOCUS), str(path)], environ, size=SIZE)
        try:
            terminal.until("not sent yet")
            terminal.quiet()
            terminal.type(b"\x1b[15~")
            terminal.until('"service-0"', PATIENCE)
            row(name, "last byte to highlighted frame, on a pty", time.perf_counter() - sent.at, budget.frame)
            terminal.quiet(0.5)
            keys(terminal, name)
            terminal.quiet(0.5)
            for text, found in SEARCHED:
                settled(terminal, b"/")
                since = reached(terminal, found if found != "hit" else "1/", text.encode())
                row(name, f"find {text!r}, letters typed to count shown", since, budget.find)
                settled(terminal, b"\x1b")
                terminal.quiet(0.3)
            used = memory(terminal)
            line(name, "memory of the app", f"{used:8.0f} MB", f"{budget.memory:8.0f} MB", used / budget.memory)
        finally:
            terminal.close()


def keys(terminal: Terminal, name: str) -> None:
    """The rows about keys: until the first frame after each is written."""
    times: dict[str, list[float]] = {key: [] for key in KEYS}
    for _ in range(ROUNDS):
        for key, data in KEYS.items():
            terminal.quiet(0.2)
            begin = time.perf_counter()
            terminal.type(data)
            terminal.read(1.0)
            times[key].append(time.perf_counter() - begin)
    for key, taken in times.items():
        row(name, f"key {key} (worst {max(taken) * 1000:.0f} ms)", median(taken), CASES[name].key)


def memory(terminal: Terminal) -> float:
    """Memory of the program on a pty, in MB."""
    fields = Path(f"/proc/{terminal.process.pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * resource.getpagesize() / MB


def main() -> None:
    """The anchor, then both sizes."""
    bare()
    for name in ("10 MB JSON", "100 MB JSON"):
        measure(name)


if __name__ == "__main__":
    main()
