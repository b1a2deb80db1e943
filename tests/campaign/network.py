"""The network: damaged replies, bombs, servers that misbehave, and a soak, each against real sockets."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import os
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaign.row import TOO_MANY, Outcome, Row
from tests.integration.invoke import test_hostile as hostile
from tests.integration.invoke.servers import connected, envelope_json, post, reply, target, threaded
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread
from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.errors import PlatformError
from workbench.model.request import Target

if TYPE_CHECKING:
    from random import Random

    from tests.integration.invoke.servers import Handler, Server
    from workbench.model.collection import Route

ROOT = Path(__file__).parents[2]
AT_ONCE = 25
ROUTES: tuple[Route, ...] = ("invoke", "proxy")
MIB = 1 << 20

# Damaged replies

SEEDS = [
    reply(envelope_json(), headers="Content-Type: application/json\r\nX-A: b\r\n"),
    reply(gzip.compress(envelope_json()), headers="Content-Encoding: gzip\r\n"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + b'{"status_code":2' + b"\r\n3\r\n00}\r\n0\r\n\r\n",
    reply(b'{"error_message": "no"}', status="404 Not Found"),
    reply(b'{"error_message": "slow"}', status="429 Too Many", headers="Retry-After: 3\r\n"),
    reply(b"", status="302 Found", headers="Location: http://127.0.0.1:1/\r\nSet-Cookie: a=b\r\n"),
    b"HTTP/1.1 100 Continue\r\n\r\n" + reply(envelope_json(), status="200"),
]
TOKENS = [
    *(
        b"\r\n",
        b"\n",
        b"\x00",
        b"\xff\xfe",
        b": ",
        b"0",
        b"-1",
        b"99999999999999999999",
        b"gzip",
        b"chunked",
        b"{",
        b'"',
    ),
    *(b"null", b"NaN", b"1e999", b"[" * 500, b"\\ud800", b"\\u0000", b"status_code", b"headers", b"==", b"%"),
]


def damage(data: bytes, random: Random) -> bytes:
    """The bytes with one to six faults."""
    found = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(found) + 1)
        what = random.randrange(5)
        if what == 0:
            found[at:at] = random.choice(TOKENS)
        elif what == 1:
            del found[at : at + random.randint(1, 12)]
        elif what == 2 and at < len(found):
            found[at] = random.randrange(256)
        elif what == 3:
            found[at : at + 8] = found[at : at + 8] * 2
        else:
            del found[at:]
    return bytes(found)


def damaged(random: Random) -> bytes:
    """A damaged reply: half of them as HTTP, half as an envelope in a reply that is well made."""
    if random.random() < 0.5:
        return damage(random.choice(SEEDS), random)
    return reply(damage(envelope_json(b"\x00\xffabc", headers={"a": "b", "c": ["d", "e"]}), random))


def feeding(replies: list[bytes]) -> Handler:
    """A handler that gives each reply once."""

    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(replies.pop())
        await writer.drain()

    return handler


def mutations(count: int, random: Random) -> Outcome:
    """Every damaged reply is an answer or a `PlatformError`, and every call is made once."""
    return asyncio.run(_mutations(count, random))


async def _mutations(count: int, random: Random) -> Outcome:
    replies = [damaged(random) for _ in range(count)]
    waiting = list(replies)
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    async with connected(feeding(waiting), keepalive=0.0, timeout=2.0, timing=False) as (server, connection):

        async def one(number: int) -> None:
            route: Route = "proxy" if number % 3 == 0 else "invoke"
            try:
                await connection.send(target(server, route=route), post())
            except PlatformError as error:
                outcomes[error.failure.kind] += 1
            except Exception as error:  # noqa: BLE001 - a library's own error must not get through: it is a failure
                failures.append(f"{route}: {type(error).__name__}: {error}")
            else:
                outcomes["answer"] += 1

        for start in range(0, count, AT_ONCE):
            await asyncio.gather(*map(one, range(start, min(count, start + AT_ONCE))))
            if len(failures) > TOO_MANY:
                break
        else:
            if server.posts != count:
                failures.append(f"{server.posts} calls were made instead of {count}")
    if min(outcomes["answer"], outcomes["envelope"]) < count / 50:
        failures.append(f"the damage is of one sort only: {dict(outcomes)}")
    return Outcome(outcomes.total(), tuple(failures), ", ".join(f"{kind} {n}" for kind, n in outcomes.most_common()))


# Bombs

CAP = 16 * MIB
EXTRA = 64 * MIB
BEGIN = b'{"status_code": 200, "body_base64": "'

BOMBED = """
import asyncio, re, sys
from tests.campaign.network import bombed
asyncio.run(bombed(sys.argv[1], sys.argv[2:]))
"""


def packed(begin: bytes, filler: bytes) -> bytes:
    """512 MiB of filler after a beginning, as gzip members one after another (RFC 1952, 2.2)."""
    return gzip.compress(begin) + gzip.compress(filler * (32 * MIB), 6) * 16


def bombs() -> dict[str, tuple[bytes, str]]:
    """By name: the body and its content coding."""
    zeros = packed(b"", b"\0")
    return {
        "gzip-zeros": (zeros, "gzip"),
        "gzip-json": (packed(BEGIN, b"A"), "gzip"),
        "double": (gzip.compress(zeros), "gzip, gzip"),
        "double-hidden": (gzip.compress(zeros), "gzip"),
        "deflate": (zlib.compress(bytes(32 * MIB)), "deflate"),
        "brotli": (os.urandom(405), "br"),
        "zstd": (b"\x28\xb5\x2f\xfd" + os.urandom(16000), "zstd"),
    }


def exploding() -> Handler:
    """A handler that sends the bomb that the service is called; `endless` and `endless-json` never end."""
    known = {name: reply(body, headers=f"Content-Encoding: {coding}\r\n") for name, (body, coding) in bombs().items()}

    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await server.take(reader):
            name = head.split()[1].split(b"/")[5].decode()
            if name in known or name == "fine":
                writer.write(known.get(name) or reply(envelope_json()))
                await writer.drain()
                continue
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + (b"x" if name == "endless" else BEGIN))
            while not writer.is_closing():
                writer.write(b"A" * 65536)
                await writer.drain()

    return handler


async def bombed(url: str, names: list[str]) -> None:
    """Call each bomb by both routes; a line for each: name, route, how it ended, and the bytes it took at most."""
    for name in names:
        for route in ROUTES:
            limit = WireOptions().max_reply if name in ("gzip-zeros", "double-hidden") else CAP
            credential = Credential(SK_ALPHA, base_url=url)
            options = WireOptions(max_reply=limit, timeout=30.0)
            async with Connection(base_url=url, credential=credential, options=options) as connection:
                await connection.send(Target(base_url=url, service="fine", route="invoke"), post())
                gc.collect()
                _forget_the_most()
                before, ended = _resident("VmRSS"), "answer"
                try:
                    await connection.send(Target(base_url=url, service=name, route=route), post())
                except PlatformError as error:
                    ended = error.failure.kind
                print(name, route, ended, _resident("VmHWM") - before, flush=True)  # noqa: T201 - read by the row


def _forget_the_most() -> None:
    """Let the kernel count the most memory from now on (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _resident(key: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(key):
            return int(line.split()[1]) * 1024
    raise AssertionError(key)


def explosions(count: int, random: Random) -> Outcome:
    """No bomb takes more than 64 MiB beyond the cap of 16 MiB; those that cannot be JSON under the default cap."""
    names = [*bombs(), "endless", "endless-json"]
    random.shuffle(names)
    with threaded(exploding(), seconds=300) as url:
        done = subprocess.run(
            [sys.executable, "-c", BOMBED, url, *names[: max(1, count // 2)]],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
    failures = [] if done.returncode == 0 else [done.stderr[-2000:]]
    worst = tried = 0
    for line in done.stdout.splitlines():
        name, route, ended, extra = line.split()
        tried, worst = tried + 1, max(worst, int(extra))
        if int(extra) > EXTRA:
            failures.append(f"{name} by {route} took {int(extra) // MIB} MiB")
        if route == "invoke" and ended != "envelope":
            failures.append(f"{name} by invoke ended as {ended}")
    return Outcome(tried, tuple(failures), f"at most {worst // MIB} MiB extra")


# Servers that misbehave

HOSTILE = [*hostile.SLOW, hostile.reset, hostile.closes, hostile.closes_at_once, hostile.half_close]
LIMIT, LONGEST_LAG, LONGEST = 1.5, 2.0, 60.0


def hostilities(count: int, random: Random) -> Outcome:
    """Each ends within the total limit, was called once, and the loop goes on turning meanwhile."""
    return asyncio.run(_hostilities(count, random))


async def _hostilities(count: int, random: Random) -> Outcome:
    failures: list[str] = []
    lags = [0.0]
    watch = asyncio.create_task(_turning(lags))
    for start in range(0, count, len(HOSTILE)):
        cases = [(handler, random.choice(ROUTES)) for handler in HOSTILE[: count - start]]
        found = await asyncio.gather(*(_hostile(handler, route) for handler, route in cases))
        failures += [wrong for each in found for wrong in each]
    watch.cancel()
    if max(lags) > LONGEST_LAG:
        failures.append(f"the loop stood still for {max(lags):.2f} s")
    return Outcome(count, tuple(failures), f"longest stand-still {max(lags) * 1000:.0f} ms")


async def _turning(lags: list[float]) -> None:
    """Note how long a key press would have to wait for other work; what the machine is busy with does not count."""
    while True:
        began = time.thread_time()
        await asyncio.sleep(0.01)
        lags[0] = max(lags[0], time.thread_time() - began)


async def _hostile(handler: Handler, route: Route) -> list[str]:
    """What went wrong with one POST to a server that misbehaves."""
    wrong = []
    async with connected(handler, timeout=LIMIT) as (server, connection):
        began = time.perf_counter()
        try:
            answer = await connection.send(target(server, route=route), post())
        except PlatformError as error:
            if not error.failure.in_doubt:
                wrong.append(f"not in doubt: {error}")
        else:
            if not answer.truncated:
                wrong.append("taken for an answer")
        if time.perf_counter() - began > LONGEST:
            wrong.append(f"took {time.perf_counter() - began:.1f} s")
        if server.posts != 1:
            wrong.append(f"called {server.posts} times")
    return [f"{handler.__name__} by {route}: {each}" for each in wrong]


# A soak


def soak(count: int, random: Random) -> Outcome:
    """Memory, open files and threads stay where they are."""
    with GatewayThread() as gateway:
        return asyncio.run(_soak(count, random, gateway.base_url))


async def _soak(count: int, random: Random, url: str) -> Outcome:
    failures: list[str] = []
    options = WireOptions(timing=False)
    credential = Credential(SK_ALPHA, base_url=url)
    async with Connection(base_url=url, credential=credential, options=options) as connection:

        async def one(_: int) -> None:
            route: Route = random.choice(["invoke", "proxy"])
            answer = await connection.send(Target(base_url=url, service="echo", route=route), post("/anything"))
            if answer.status != 200:
                failures.append(f"status {answer.status}")

        async def some(number: int) -> None:
            for start in range(0, number, AT_ONCE):
                await asyncio.gather(*map(one, range(start, start + AT_ONCE)))

        warm = max(AT_ONCE, min(2000, count // 4))
        await some(warm)
        before = _figures()
        await some(count - warm)
        after = _figures()
    grown = {name: after[name] - before[name] for name in before}
    if grown["bytes"] > 20 * MIB or grown["files"] > 0 or grown["threads"] > 0:
        failures.append(f"grown: {json.dumps(grown)}")
    return Outcome(count, tuple(failures), ", ".join(f"{name} {value:+,}" for name, value in grown.items()))


def _figures() -> dict[str, int]:
    gc.collect()
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are enough
    return {"bytes": _resident("VmRSS"), "files": files, "threads": threading.active_count()}


_LINUX: tuple[Row, ...] = (
    Row("bombs take at most 64 MiB beyond the limit", explosions, full=18, short=4),
    Row("soak: memory, open files and threads stay flat", soak, full=20_000, short=200),
)

ROWS: tuple[Row, ...] = (
    Row("damaged HTTP replies and envelopes end as one of our kinds", mutations, full=20_000, short=400),
    Row("hostile servers are ended by the total limit, called once", hostilities, full=180, short=9),
    *(_LINUX if sys.platform == "linux" else ()),  # they read /proc
)
