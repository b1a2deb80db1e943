"""The real command in its own process, against a local gateway in this one."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread

COMMAND = [sys.executable, "-m", "workbench.cli"]
LIMIT = 60


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


@dataclass(frozen=True)
class Cli:
    """Runs commands in an empty home, in a folder of its own."""

    folder: Path
    environ: Mapping[str, str]

    def __call__(self, *words: str, stdin: bytes = b"", **environ: str) -> Done:
        done = subprocess.run(
            [*COMMAND, *words],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env={**self.environ, **environ},
            timeout=LIMIT,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def start(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env={**self.environ, **environ},
        )

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name


@pytest.fixture(scope="session")
def gateway() -> Iterator[GatewayThread]:
    with GatewayThread() as running:
        yield running


@pytest.fixture
def cli(tmp_path: Path, gateway: GatewayThread) -> Cli:
    home = tmp_path / "home"
    home.mkdir()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "CYBERUN_CONFIG_DIR": str(home / "config"),
        "CYBERUN_STATE_DIR": str(home / "state"),
        "CYBERUN_BASE_URL": gateway.base_url,
        "CYBERUN_API_KEY": SK_ALPHA,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "LANG": "C.UTF-8",
        "PYTHONWARNINGS": "error",
    }
    return Cli(folder, environ)


@pytest.fixture
def interrupt() -> Callable[[subprocess.Popen[bytes], signal.Signals], Done]:
    """Send a signal to a running command and wait for its end."""

    def send(process: subprocess.Popen[bytes], number: signal.Signals) -> Done:
        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT)
        return Done(process.returncode, out, err.decode())

    return send


def collection(*requests: str, head: Sequence[str] = ()) -> str:
    """A collection on the echo service: extra lines of its head, then one text for each request."""
    top = "\n".join(["cyberun = 1", 'service = "echo"', *head])
    return top + "\n" + "\n".join(f"\n[[request]]\n{request}\n" for request in requests)
