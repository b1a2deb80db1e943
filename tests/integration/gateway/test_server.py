"""Starting and stopping: in a loop, in a thread, as the whole program."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import warnings
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.integration.gateway.client import until
from tests.support.gateway import SK_ALPHA, gateway, session_gateway  # noqa: F401 - fixtures
from workbench.gateway.config import GatewayConfig, Key, SignIn
from workbench.gateway.errors import GatewayConfigError, GatewayError
from workbench.gateway.server import GatewayThread, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADERS = {"Authorization": f"Bearer {SK_ALPHA}", "Content-Type": "application/json"}


def invoke(base_url: str, slug: str, path: str) -> int:
    """The container's status of a GET, through the standard library."""
    data = json.dumps({"method": "GET", "path": path}).encode()
    request = urllib.request.Request(f"{base_url}/r/invoke/{slug}", data, HEADERS)  # noqa: S310 - http, on loopback
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - http, on loopback
        return int(json.loads(response.read())["status_code"])


def test_a_thread_serves_and_ends(gateway: GatewayThread) -> None:  # noqa: F811 - the fixture
    assert gateway.base_url == f"http://127.0.0.1:{gateway.port}/api/v1"
    assert invoke(gateway.base_url, "echo", "/ping") == 200
    assert [call.path for call in gateway.calls.all()] == ["/ping"]
    gateway.close()
    with pytest.raises(OSError, match="refused"):
        invoke(gateway.base_url, "echo", "/ping")
    assert len(gateway.calls) == 1
    gateway.close()


def test_a_session_can_share_one(session_gateway: GatewayThread) -> None:  # noqa: F811 - the fixture
    assert invoke(session_gateway.base_url, "echo", "/ping") == 200


def test_a_thread_can_be_switched_from_outside(gateway: GatewayThread) -> None:  # noqa: F811 - the fixture
    assert gateway.set_status("reports", "running") == 1
    assert invoke(gateway.base_url, "reports", "/health") == 200
    gateway.change(unknown_slug_status=410)
    with pytest.raises(urllib.error.HTTPError) as caught:
        invoke(gateway.base_url, "nothing", "/")
    with caught.value as refused:
        assert refused.code == 410
    assert gateway.set_agent_online("echo", online=False) == 1
    gateway.map("twice", gateway.origin)
    assert invoke(gateway.base_url, "twice", "/api/v1/openapi.json") == 200
    assert gateway.approve_pairing("AAAA-AAAA") is False
    with pytest.raises(GatewayConfigError, match="not on this machine"):
        gateway.map("far", "http://example.com")


def test_a_thread_that_is_not_running_says_so() -> None:
    idle = GatewayThread()
    for ask in (lambda: idle.base_url, lambda: idle.calls, lambda: idle.set_status("echo", "failed")):
        with pytest.raises(GatewayError, match="not running"):
            ask()
    idle.close()
    with idle, pytest.raises(GatewayError, match="started before"):
        idle.start()
    with pytest.raises(GatewayError, match="not running"):
        idle.set_status("echo", "failed")


def test_a_bad_configuration_is_raised_where_it_is_started() -> None:
    with pytest.raises(GatewayConfigError, match=r"keys\[0\].team"):
        GatewayThread(GatewayConfig(keys=(Key(value="sk-x", team="Nowhere"),))).start()


def test_a_port_that_is_taken_is_said(gateway: GatewayThread) -> None:  # noqa: F811 - the fixture
    with pytest.raises(GatewayError, match=f"port {gateway.port} is in use"):
        GatewayThread(port=gateway.port).start()
    with pytest.raises(GatewayError, match="cannot listen"):
        GatewayThread(port=70_000).start()


def test_two_run_side_by_side() -> None:
    with GatewayThread() as one, GatewayThread() as two:
        assert one.port != two.port
        one.set_status("echo", "failed")
        assert invoke(two.base_url, "echo", "/ping") == 200


def test_nothing_is_left_behind() -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only

    with GatewayThread() as first:
        invoke(first.base_url, "echo", "/ping")
    gc.collect()
    files, threads = open_files(), threading.active_count()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for _ in range(5):
            with GatewayThread(GatewayConfig(maps={"self": first.origin})) as running:
                invoke(running.base_url, "echo", "/ping")
        gc.collect()
    assert [str(warning.message) for warning in seen] == []
    assert open_files() <= files
    assert threading.active_count() <= threads


async def test_closing_ends_open_streams_and_waiting_calls() -> None:
    running = await serve()
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        url = f"{running.base_url}/r/containers/echo/sse/100?pause=30"
        stream = await session.get(url)
        assert await stream.content.readany()
        body = json.dumps({"method": "GET", "path": "/delay/60"})
        waiting = asyncio.create_task(session.post(f"{running.base_url}/r/invoke/echo", data=body))
        await until(lambda: len(running.calls) == 2)
        async with asyncio.timeout(25):
            await running.aclose()
        with pytest.raises(aiohttp.ClientError):
            await stream.read()
        with pytest.raises(aiohttp.ClientError):
            await waiting
        await running.aclose()


async def test_closing_ends_a_stream_that_is_forwarded() -> None:
    async with await serve() as inner:
        outer = await serve(GatewayConfig(maps={"inner": inner.origin}))
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            body = json.dumps({"method": "GET", "path": "/api/v1/openapi.json"})
            async with session.post(f"{outer.base_url}/r/invoke/inner", data=body) as response:
                assert response.status == 200
            await outer.aclose()


PROGRAM = """
import sys
from workbench.gateway.config import GatewayConfig
from workbench.gateway.server import run_forever
number = run_forever(GatewayConfig(), 0, lambda running: print(running.base_url, flush=True))
print(number.name)
"""


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    """A gateway as a program of its own; warnings are errors."""
    arguments = [sys.executable, "-W", "error", "-X", "dev", "-c", PROGRAM]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_program_runs_until_a_signal(program: subprocess.Popen[str], number: signal.Signals) -> None:
    assert program.stdout is not None
    base_url = program.stdout.readline().strip()
    assert invoke(base_url, "echo", "/ping") == 200
    port = int(base_url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as idle:
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
        assert idle.recv(1) == b""
    assert (program.returncode, out, err) == (0, f"{number.name}\n", "")


async def test_the_clock_can_be_given() -> None:
    times = [1_800_000_000.0]
    config = GatewayConfig(sign_in=SignIn(pair_ttl=10))
    async with await serve(config, now=lambda: times[0]) as running:
        pairing = running.platform.pairings.start()
        times[0] += 10
        assert running.platform.approve_pairing(pairing.user_code) is False
