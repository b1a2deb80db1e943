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

from tests.bench import peers
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


def independent(base_url: str) -> float:
    """2,000 independent requests; the rate without the start."""
    asserts = "assert = ['status == 200', 'duration < 60s', 'header \"content-type\" exists']"
    whole, inside, passed = run(base_url, requests(2000, "/ping", asserts), "--jobs", "16")
    show(
        "2,000 requests, --jobs 16, 3 assertions each", f"{passed / inside:,.0f}/s", "budget: 3,000/s without start-up"
    )
    show("  the same with start-up", f"{passed / whole:,.0f}/s", "")
    return passed / inside


def beside(base_url: str, ours: float) -> None:
    """The same workload by others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, package, program, measure, goal in (
            ("Newman", "newman", "newman", peers.newman, "budget: 20 x"),
            ("Bruno", "@usebruno/cli", "bru", peers.bruno, ""),
        ):
            found = peers.install(package, program, folder)
            if found is None:
                show(f"  {title}", "not installed", "")
                continue
            try:
                theirs = measure(found, base_url, folder)
            except RuntimeError as error:
                show(f"  {title}", "fails here", str(error)[:120])
                continue
            show(f"  {title}", f"{theirs:,.0f}/s", f"we do {ours / theirs:.0f} x; {goal}".rstrip("; "))
        bare = peers.bare_httpx(base_url)
        _, inside, passed = run(base_url, requests(2000, "/ping"), "--jobs", "32")
        show("  a bare httpx.AsyncClient loop, 32 at once", f"{bare:,.0f}/s", "")
        show(
            "  `run --jobs 32` beside it",
            f"{passed / inside / bare:.1f} x",
            "the gateway is the limit; transport: below",
        )
        other = peers.httpie(folder, base_url)
        show("cold call of HTTPie", "not installed" if other is None else f"{other:.2f} s", "budget: `run` no slower")


def delayed(base_url: str) -> None:
    """Requests that wait for a container; also without the first wave, which opens the connections."""
    _, inside, _ = run(base_url, requests(200, "/delay/0.1"), "--jobs", "8")
    show(
        "200 requests on a container that takes 100 ms, --jobs 8", f"{inside / 2.5:.2f} x ideal", "budget: 1.15 x 2.5 s"
    )
    runs = [run(base_url, requests(500, "/delay/0.02"), "--jobs", "32")[1] for _ in range(RUNS)]
    first = median(run(base_url, requests(32, "/delay/0.02"), "--jobs", "32")[1] for _ in range(RUNS))
    inside = median(runs)
    show("500 requests on a container that takes 20 ms, --jobs 32", f"{inside / 0.3125:.2f} x ideal", "")
    aside = (inside - first) / ((500 - 32) / 32 * 0.02)
    show("  start-up aside (less the first 32)", f"{aside:.2f} x ideal", "budget: 1.15 x 0.31 s")


def long_run(base_url: str, count: int = 100_000) -> None:
    """How much a long run grows after its first tenth."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bench.toml").write_text(requests(1, "/ping"), encoding="utf-8")
        environ = {**os.environ, "CYBERUN_BASE_URL": base_url, "CYBERUN_API_KEY": SK_ALPHA}
        words = [*COMMAND, "run", "bench.toml", "--repeat", str(count), "--jobs", "16", "--format", "ndjson"]
        process = subprocess.Popen(words, cwd=folder, env=environ, stdout=subprocess.PIPE)
        assert process.stdout is not None
        warm = most = done = 0
        with process.stdout:
            for done, _ in enumerate(process.stdout):
                if done % (count // 10) == 0 and done:
                    resident = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf(
                        "SC_PAGE_SIZE"
                    )
                    warm, most = warm or resident, max(most, resident)
        process.wait()
    show(f"{done - 1:,} iterations: growth after the first tenth", f"{(most - warm) / 1e6:.1f} MB", "budget: 20 MB")


def main() -> None:
    """Print the rows."""
    with gateway() as base_url:
        cold = [run(base_url, requests(1, "/ping"))[0] for _ in range(RUNS)]
        show("cold `run` of one request, whole process", f"{median(cold):.2f} s", "anchor: HTTPie 0.33 s")
        ours = independent(base_url)
        beside(base_url, ours)
        delayed(base_url)
        long_run(base_url)


if __name__ == "__main__":
    main()
