"""A container nobody here wrote: httpbin in its own process, behind `cyberun-tui gateway --map`."""

import base64
import gzip
import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.e2e.conftest import COMMAND, Cli

CASES = Path(__file__).parents[1] / "cases" / "httpbin.toml"
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nothing listens on {port}")


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    port = free_port()
    serve = (
        "from werkzeug.serving import run_simple; from httpbin import app; "
        f"run_simple('127.0.0.1', {port}, app, threaded=True)"
    )
    container = subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port)
    gateway = subprocess.Popen(
        [*COMMAND, "gateway", "--port", "0", "--map", f"bin=http://127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert gateway.stdout is not None
    yield gateway.stdout.readline().decode().split()[-1]
    for process in (gateway, container):
        process.terminate()
        process.wait(timeout=60)
    gateway.stdout.close()


def send(cli: Cli, base_url: str, *words: str, stdin: bytes = b"") -> bytes:
    done = cli("send", *words, stdin=stdin, CYBERUN_BASE_URL=base_url)
    assert done.code == 0, done.err
    return done.out


def test_get_with_a_query(cli: Cli, base_url: str) -> None:
    document = msgspec.json.decode(send(cli, base_url, "bin", "GET", "/get?a=1&a=2&b=%20x", "-H", "x-own: yes"))
    assert document["args"] == {"a": ["1", "2"], "b": " x"}
    assert document["headers"]["X-Own"] == "yes"


def test_post_json(cli: Cli, base_url: str) -> None:
    document = msgspec.json.decode(send(cli, base_url, "bin", "POST", "/post", "--json", '{"n": 1.0, "é": null}'))
    assert document["json"] == {"n": 1.0, "é": None}
    assert document["data"] == '{"n": 1.0, "é": null}'


def test_post_a_form(cli: Cli, base_url: str) -> None:
    type_ = "content-type: application/x-www-form-urlencoded"
    document = msgspec.json.decode(send(cli, base_url, "bin", "POST", "/post", "-H", type_, "-d", "a=1&b=x%20y"))
    assert document["form"] == {"a": "1", "b": "x y"}


@pytest.mark.parametrize("route", ["invoke", "proxy"])
def test_post_bytes(cli: Cli, base_url: str, route: str) -> None:
    raw = bytes(range(256)) * 40
    type_ = "content-type: application/octet-stream"
    words = ("bin", "POST", "/post", "-H", type_, "-d", "-", "--route", route)
    document = msgspec.json.decode(send(cli, base_url, *words, stdin=raw))
    assert base64.b64decode(document["data"].partition(",")[2]) == raw


@pytest.mark.parametrize("status", [200, 201, 204, 301, 404, 418, 500, 503])
@pytest.mark.parametrize("route", ["invoke", "proxy"])
def test_every_status_is_the_containers_own(cli: Cli, base_url: str, status: int, route: str) -> None:
    head = send(cli, base_url, "bin", "GET", f"/status/{status}", "-i", "--route", route)
    assert head.startswith(f"HTTP/1.1 {status}".encode())


def test_gzip_comes_as_the_container_sent_it(cli: Cli, base_url: str) -> None:
    raw = send(cli, base_url, "bin", "GET", "/gzip")
    assert msgspec.json.decode(gzip.decompress(raw))["gzipped"] is True


def test_redirects_are_shown_and_not_followed(cli: Cli, base_url: str) -> None:
    head = send(cli, base_url, "bin", "GET", "/redirect-to?url=https%3A%2F%2Felsewhere.example%2F", "-i").decode()
    assert head.startswith("HTTP/1.1 302")
    assert "elsewhere.example" in head.lower()


@pytest.mark.parametrize("route", ["invoke", "proxy"])
def test_streamed_bytes_arrive_whole(cli: Cli, base_url: str, route: str) -> None:
    path = "/stream-bytes/50000?seed=7&chunk_size=1000"
    first = send(cli, base_url, "bin", "GET", path, "--route", route)
    assert len(first) == 50000
    assert hashlib.sha256(first).digest() == hashlib.sha256(send(cli, base_url, "bin", "GET", path)).digest()


def test_the_envelope_shows_the_container_in_full(cli: Cli, base_url: str) -> None:
    document = msgspec.json.decode(send(cli, base_url, "bin", "GET", "/base64/aGVsbG8=", "--envelope"))
    assert base64.b64decode(document["body_base64"]) == b"hello"


def test_a_collection_runs_against_it(cli: Cli, base_url: str) -> None:
    done = cli("run", str(CASES), "--jobs", "4", "--format", "json", CYBERUN_BASE_URL=base_url)
    document = msgspec.json.decode(done.out)
    failed = [
        (each["id"], each["assertions"], each["error"]) for each in document["results"] if each["outcome"] != "passed"
    ]
    assert (done.code, failed) == (0, [])
