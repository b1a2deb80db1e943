"""Collections that must pass and collections that must fail, each beside what `run` says of it (`tests/cases/run`).

Times and the gateway's port are the only things that may differ from one run to the next. To take over what is said
now: `REWRITE_CASES=1 pytest tests/integration/test_run_cases.py`, and look at the diff.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.cli.main import run
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread

CASES = Path(__file__).parents[1] / "cases" / "run"
FILES = sorted(CASES.glob("*/*.toml"))
TIME = re.compile(r" *\b\d+(\.\d+)? (ms|s)\b")


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayThread]:
    with GatewayThread() as running:
        yield running


def normal(text: str, gateway: GatewayThread) -> str:
    """The text without what differs between two runs."""
    text = text.replace(gateway.base_url, "GATEWAY")
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    text = re.sub(r"key=[0-9a-f-]+…?", "key=UUID", text)
    return TIME.sub(" T", text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_is_said_of_a_collection(
    file: Path,
    gateway: GatewayThread,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(file.parent)
    monkeypatch.setattr("workbench.files.last_run.FOLDER", str(tmp_path))
    for name, value in {
        "CYBERUN_BASE_URL": gateway.base_url,
        "CYBERUN_API_KEY": SK_ALPHA,
        "CYBERUN_CONFIG_DIR": str(tmp_path),
        "CYBERUN_STATE_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    flags = re.match(r"# flags: (.*)\n", file.read_text(encoding="utf-8"))
    code = run(["run", file.name, *(flags[1].split() if flags else [])])
    out, err = capfdbinary.readouterr()
    said = f"exit {code}\n{normal(out.decode() + err.decode(), gateway)}"
    expected = file.with_suffix(".txt")
    if os.environ.get("REWRITE_CASES"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
    assert (code == 0) is (file.parent.name == "pass")


def test_every_case_has_its_output() -> None:
    assert {file.with_suffix(".txt") for file in FILES} == set(CASES.glob("*/*.txt"))
