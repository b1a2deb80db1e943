"""Calls that go on in one turn of the event loop: with time to spare, the bytes of each leave in its own step."""

from __future__ import annotations

import asyncio
import select
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.integration.invoke.servers import TOKEN, envelope_json, reply
from workbench.cli.loops import fast_loop
from workbench.invoke import Credential, InvokeTransport
from workbench.invoke.leaving import Spare
from workbench.model.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = 3


class Peer:
    """A server whose sockets a test looks at; it answers each call when told to."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.connections: list[socket.socket] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/v1"

    def answer(self) -> None:
        """Wait until every call is there, and answer all of them."""
        while len(self.connections) < CALLS:
            self.connections.append(self._listener.accept()[0])
        for connection in self.connections:
            received = b""
            while not received.endswith(b"}"):
                received += connection.recv(65536)
        for connection in self.connections:
            connection.sendall(reply(envelope_json()))

    def reached(self) -> int:
        """How many calls have bytes here that nobody has read."""
        return len(select.select(self.connections, (), (), 0)[0])


@contextmanager
def peer() -> Iterator[Peer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Peer(listener)
        try:
            yield found
        finally:
            for connection in found.connections:
                connection.close()


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize(
    ("spare", "expected"),
    [
        (True, CALLS),
        pytest.param(
            False, 0, marks=pytest.mark.skipif(sys.version_info >= (3, 12), reason="aiohttp begins its tasks at once")
        ),
    ],
)
def test_bytes_leave_in_the_same_turn_only_with_time_to_spare(
    loop: str, spare: bool, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = fast_loop() if loop == "uvloop" else None
    if loop == "uvloop" and factory is None:
        pytest.skip("the extra `fast` is not installed")
    monkeypatch.setattr(Spare, "count", lambda _: spare)
    with peer() as server, asyncio.Runner(loop_factory=factory) as runner:
        assert runner.run(reached_in_one_turn(server)) == expected


async def reached_in_one_turn(server: Peer) -> int:
    """How many calls have reached the server when each has had its first step, over connections that are open."""
    envelope = Envelope(method="GET", path="/")
    credential = Credential(TOKEN, base_url=server.base_url)
    async with InvokeTransport(base_url=server.base_url, credential=credential) as transport:
        answering = threading.Thread(target=server.answer)
        answering.start()
        await asyncio.gather(*(transport.exchange("llm", envelope) for _ in range(CALLS)))
        answering.join()
        counted = asyncio.get_running_loop().create_future()
        calls = [asyncio.create_task(transport.exchange("llm", envelope)) for _ in range(CALLS)]
        asyncio.get_running_loop().call_soon(lambda: counted.set_result(server.reached()))
        reached: int = await counted
        answering = threading.Thread(target=server.answer)
        answering.start()
        await asyncio.gather(*calls)
        answering.join()
    return reached
