"""Two thousand damaged replies: each is an answer or a `PlatformError`, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections import Counter
from typing import TYPE_CHECKING

from tests.integration.invoke.servers import Server, connected, envelope_json, post, reply, target
from workbench.model.errors import PlatformError

if TYPE_CHECKING:
    from tests.integration.invoke.servers import Handler

COUNT = 2000
AT_ONCE = 25

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
]


def damaged(random_: random.Random) -> bytes:
    data = bytearray(random_.choice(SEEDS))
    for _ in range(random_.randint(1, 6)):
        at = random_.randrange(len(data) + 1)
        what = random_.randrange(5)
        if what == 0:
            data[at:at] = random_.choice(TOKENS)
        elif what == 1:
            del data[at : at + random_.randint(1, 12)]
        elif what == 2 and at < len(data):
            data[at] = random_.randrange(256)
        elif what == 3:
            data[at : at + 8] = data[at : at + 8] * 2
        else:
            del data[at:]
    return bytes(data)


def feeding(replies: list[bytes]) -> Handler:
    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(replies.pop())
        await writer.drain()

    return handler


async def test_every_outcome_is_one_of_ours() -> None:
    seed = random.getrandbits(32)
    random_ = random.Random(seed)  # noqa: S311 - it makes test data
    replies = [damaged(random_) for _ in range(COUNT)]
    outcomes: Counter[str] = Counter()
    async with connected(feeding(replies), keepalive=0.0, timeout=2.0, timing=False) as (server, connection):

        async def one(number: int) -> None:
            route = "proxy" if number % 3 == 0 else "invoke"
            try:
                await connection.send(target(server, route=route), post())  # type: ignore[arg-type]  # one of two
            except PlatformError as error:
                outcomes[error.failure.kind] += 1
            else:
                outcomes["answer"] += 1

        for start in range(0, COUNT, AT_ONCE):
            results = await asyncio.gather(*map(one, range(start, start + AT_ONCE)), return_exceptions=True)
            foreign = [result for result in results if result is not None]
            assert not foreign, f"seed {seed}: {foreign}"
        assert server.posts == COUNT
    assert outcomes["answer"] > COUNT / 20
    assert outcomes["envelope"] > COUNT / 20
    assert outcomes.total() == COUNT
