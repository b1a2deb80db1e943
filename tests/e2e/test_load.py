"""`load`, as a process: results, thresholds, where it may go, and how it ends."""

import signal
import subprocess
import time
from collections.abc import Callable

import msgspec
import pytest

from tests.e2e.conftest import LIMIT, Cli, Done, collection
from workbench.cli.main import run
from workbench.gateway.server import GatewayThread

SMALL = collection('id = "a"\npath = "/anything?n={{$randint 1 9}}"\nassert = [\'status == 200\']')


def test_load_measures_and_judges(cli: Cli) -> None:
    file = cli.write("c.toml", SMALL)
    done = cli("load", file, "--users", "4", "--duration", "300ms", "--format", "json", "--threshold", "p95 < 10s")
    document = msgspec.json.decode(done.out)
    assert done.code == 0, done.err
    assert (document["schema"], document["model"], document["interrupted"]) == ("cyberun-load/1", "users", False)
    assert document["totals"]["passed"] == document["totals"]["calls"] > 4
    assert document["thresholds"][0]["ok"] is True
    missed = cli("load", file, "--rate", "50/s", "--duration", "300ms", "--threshold", "rate > 100000/s")
    assert missed.code == 1
    assert "✗ rate > 100000/s" in missed.text


def test_load_stays_on_this_machine(cli: Cli, gateway: GatewayThread) -> None:
    file = cli.write("c.toml", SMALL)
    before = len(gateway.calls)
    done = cli("load", file, CYBERUN_BASE_URL="https://core.example.invalid/api/v1")
    assert done.code == 2
    assert "--allow-remote" in done.err
    assert cli("load", file, "--threshold", "p95 < 5").code == 2
    assert cli("load", file, "--tag", "none").code == 5
    assert len(gateway.calls) == before


def test_without_its_extra_load_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert run(["load", "c.toml"]) == 2
    assert 'pip install "cyberun-tui[load]"' in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_load_shows_what_it_has(
    cli: Cli,
    gateway: GatewayThread,
    interrupt: Callable[[subprocess.Popen[bytes], signal.Signals], Done],
    number: signal.Signals,
    code: int,
) -> None:
    file = cli.write("c.toml", SMALL)
    before = len(gateway.calls)
    process = cli.start("load", file, "--duration", "60s", "--format", "json")
    deadline = time.monotonic() + LIMIT
    while len(gateway.calls) < before + 20:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    done = interrupt(process, number)
    document = msgspec.json.decode(done.out)
    assert done.code == document["exit"]["code"] == code
    assert document["interrupted"] is True
    assert document["totals"]["passed"] >= 10
    assert document["totals"]["errors"] == 0
