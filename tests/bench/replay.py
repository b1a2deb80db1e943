"""`run` as a whole: its cold start, many independent requests, and chains on a slow container. Run by `make bench`.

The gateway is a process of its own; every figure comes from the JSON report or from the clock around the process.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import msgspec

from workbench.gateway.demo import SK_ALPHA

COMMAND = [sys.executable, "-m", "workbench.cli"]
HEAD = 'cyberun = 1\nservice = "echo"\n'
RUNS = 5


@contextmanager
def gateway() -> Iterator[str]:
    """The base URL of a local gateway in its own process."""
    process = subprocess.Popen([*COMMAND, "gateway", "--port", "0"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().decode().split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def run(base_url: str, text: str, *words: str) -> tuple[float, float, int]:
    """Seconds of the whole process, seconds of the run inside it, and requests that passed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.toml"
        file.write_text(text, encoding="utf-8")
        environ = {**os.environ, "CYBERUN_BASE_URL": base_url, "CYBERUN_API_KEY": SK_ALPHA}
        began = time.perf_counter()
        done = subprocess.run(
            [*COMMAND, "run", str(file), "--format", "json", *words],
            capture_output=True,
            env=environ,
            cwd=folder,
            check=False,
        )
        whole = time.perf_counter() - began
    document = msgspec.json.decode(done.stdout)
    return whole, document["duration_ms"] / 1000, document["totals"]["passed"]


def requests(count: int, path: str, extra: str = "") -> str:
    """A collection of that many independent requests."""
    return HEAD + "".join(f'[[request]]\nid = "r{n}"\npath = "{path}?n={n}"\n{extra}\n' for n in range(count))


def show(what: str, figure: str, budget: str) -> None:
    """One row of the table."""
    print(f"{what:<62}{figure:>18}   {budget}")  # noqa: T201 - the table is what was asked for


def main() -> None:
    """Print the rows."""
    with gateway() as base_url:
        cold = [run(base_url, requests(1, "/ping"))[0] for _ in range(RUNS)]
        show("cold `run` of one request, whole process", f"{median(cold):.2f} s", "anchor: HTTPie 0.33 s")
        asserts = "assert = ['status == 200', 'duration < 60s', 'header \"content-type\" exists']"
        whole, inside, passed = run(base_url, requests(2000, "/ping", asserts), "--jobs", "16")
        show(
            "2,000 requests, --jobs 16, 3 assertions each",
            f"{passed / inside:,.0f}/s",
            "budget: 3,000/s without start-up",
        )
        show("  the same with start-up", f"{passed / whole:,.0f}/s", "")
        _, inside, _ = run(base_url, requests(200, "/delay/0.1"), "--jobs", "8")
        show(
            "200 requests on a container that takes 100 ms, --jobs 8",
            f"{inside / 2.5:.2f} x ideal",
            "budget: 1.15 x 2.5 s",
        )
        _, inside, _ = run(base_url, requests(500, "/delay/0.02"), "--jobs", "32")
        show(
            "500 requests on a container that takes 20 ms, --jobs 32",
            f"{inside / 0.3125:.2f} x ideal",
            "budget: 1.15 x 0.31 s",
        )


if __name__ == "__main__":
    main()
