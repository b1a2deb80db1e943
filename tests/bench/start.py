"""Times the start on a real pty: from exec to the first frame, the collections in it, the panes; and the memory.

Run it by hand: `python -m tests.bench.start`. The anchor is a Textual app with one label, on the same pty.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
ROUNDS = 7
LIMIT = 20.0
COLUMNS, ROWS = 140, 42

BARE = """\
from textual.app import App
from textual.widgets import Label

class Bare(App):
    def compose(self):
        yield Label("painted-label")

Bare().run()
"""

REQUEST = """\
cyberun = 1
service = "echo"
[[request]]
id = "first-request"
path = "/anything"
"""


class Start(NamedTuple):
    """Seconds from exec until a text was painted, and the resident memory then, in MB."""

    seconds: float
    memory: float


def start(command: Sequence[str], environ: Mapping[str, str], folder: str, *texts: bytes) -> list[Start]:
    """Start a command on a pty of its own; when each of the texts had come, in their order."""
    main, side = pty.openpty()
    ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=side, stdout=side, stderr=side, cwd=folder, env=dict(environ), start_new_session=True
    )
    os.close(side)
    seen = b""
    found: list[Start] = []
    try:
        while len(found) < len(texts):
            ready, _, _ = select.select([main], [], [], began + LIMIT - time.perf_counter())
            if not ready:
                raise RuntimeError(f"{texts[len(found)]!r} was not painted within {LIMIT} s:\n{seen[-2000:]!r}")
            seen += os.read(main, 65536)
            while len(found) < len(texts) and texts[len(found)] in seen:
                found.append(Start(time.perf_counter() - began, _resident(process.pid)))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(main)
    return found


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(rounds: int = ROUNDS) -> dict[str, Start]:
    """Each case's median over the rounds, the anchor and ours in turn; the first round warms the caches."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE, encoding="utf-8")
        (Path(folder) / "one.toml").write_text(REQUEST, encoding="utf-8")
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "CYBERUN_STATE_DIR": f"{folder}/state",
            "CYBERUN_CONFIG_DIR": f"{folder}/config",
            "CYBERUN_BASE_URL": "http://127.0.0.1:9/api/v1",
            "CYBERUN_API_KEY": "sk-nobody-listens",
            "PYTHONPATH": str(ROOT),
        }
        app = [str(Path(sys.executable).with_name("cyberun-tui")), "one.toml"]
        cases: dict[str, list[Start]] = {"bare": [], "frame": [], "files": [], "panes": []}
        for number in range(rounds + 1):
            (bare,) = start([sys.executable, "bare.py"], environ, folder, b"painted-label")
            frame, files, panes = start(app, environ, folder, b"Collections", b"first-request", b"Params")
            if number:
                for name, each in (("bare", bare), ("frame", frame), ("files", files), ("panes", panes)):
                    cases[name].append(each)
    return {
        name: Start(median(each.seconds for each in found), median(each.memory for each in found))
        for name, found in cases.items()
    }


def main() -> None:
    """Print the table."""
    found = measure()
    bare = found["bare"]
    labels = {"frame": "first frame", "files": "collections and request", "panes": "all panes"}
    for name, label in labels.items():
        each = found[name]
        budget = "" if name == "panes" else " (budget 1.70 ×)"
        ratio = f"{each.seconds / bare.seconds:.2f} × bare{budget}"
        print(f"  {label:<24} {each.seconds:6.3f} s   bare {bare.seconds:.3f} s   {ratio}")  # noqa: T201 - the table
        print(f"  {'memory then':<24} {each.memory:6.1f} MB  bare {bare.memory:.1f} MB  budget 60 MB")  # noqa: T201


if __name__ == "__main__":
    main()
