"""A library that nobody here wrote, over our transports: the openai package on the demo's model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx2
import pytest
from openai import APIConnectionError, APITimeoutError, AsyncOpenAI, NotFoundError, OpenAI

from workbench.gateway import demo
from workbench.invoke.httpx2 import InvokeTransport, ProxyTransport

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionUserMessageParam

    from workbench.gateway.server import GatewayThread

MODEL = "demo-small"
ASKED: list[ChatCompletionUserMessageParam] = [{"role": "user", "content": "Hello"}]
Face = type[InvokeTransport] | type[ProxyTransport]
FACES: list[Face] = [InvokeTransport, ProxyTransport]


def asynchronous(gateway: GatewayThread, face: Face, service: str = "llm") -> AsyncOpenAI:
    transport = face(base_url=gateway.base_url, credential=demo.SK_ALPHA)
    client = httpx2.AsyncClient(transport=transport)
    return AsyncOpenAI(
        base_url=f"http://{service}/v1", api_key="the container's own", http_client=client, max_retries=0
    )


def synchronous(gateway: GatewayThread, face: Face) -> OpenAI:
    transport = face(base_url=gateway.base_url, credential=demo.SK_ALPHA)
    client = httpx2.Client(transport=transport)
    return OpenAI(base_url="http://llm/v1", api_key="the container's own", http_client=client, max_retries=0)


@pytest.mark.parametrize("face", FACES)
async def test_asynchronous(gateway: GatewayThread, face: Face) -> None:
    async with asynchronous(gateway, face) as client:
        assert MODEL in [model.id async for model in client.models.list()]
        answer = await client.chat.completions.create(model=MODEL, messages=ASKED)
        assert answer.choices[0].message.content
        with pytest.raises(NotFoundError):
            await client.models.retrieve("no-such-model")
    assert {call.route for call in gateway.calls.all()} == {"invoke" if face is InvokeTransport else "proxy"}


@pytest.mark.parametrize("face", FACES)
def test_synchronous(gateway: GatewayThread, face: Face) -> None:
    with synchronous(gateway, face) as client:
        assert MODEL in [model.id for model in client.models.list()]
        answer = client.chat.completions.create(model=MODEL, messages=ASKED)
        assert answer.choices[0].message.content


async def test_streaming_through_the_proxy(gateway: GatewayThread) -> None:
    async with asynchronous(gateway, ProxyTransport) as client:
        whole = await client.chat.completions.create(model=MODEL, messages=ASKED)
        stream = await client.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
        parts = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert len(parts) > 3
    assert "".join(parts) == whole.choices[0].message.content


def test_streaming_through_the_proxy_synchronously(gateway: GatewayThread) -> None:
    with synchronous(gateway, ProxyTransport) as client:
        stream = client.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
        parts = [chunk.choices[0].delta.content or "" for chunk in stream]
    assert len(parts) > 3
    assert "".join(parts)


async def test_a_stream_that_is_left_early_frees_its_connection(gateway: GatewayThread) -> None:
    async with asynchronous(gateway, ProxyTransport) as client:
        stream = await client.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
        async for _ in stream:
            break
        await stream.close()
        async with asyncio.timeout(60):
            assert (await client.chat.completions.create(model=MODEL, messages=ASKED)).choices


async def test_failures_of_the_platform_are_the_librarys_own(gateway: GatewayThread) -> None:
    async with asynchronous(gateway, InvokeTransport, "reports") as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.models.list()
    assert caught.value.__cause__.failure.kind == "not_running"  # type: ignore[union-attr]  # it is our InvokeError
    gateway.change(latency=2.0)
    async with asynchronous(gateway, InvokeTransport) as client:
        with pytest.raises(APITimeoutError):
            await client.models.list(timeout=0.1)
