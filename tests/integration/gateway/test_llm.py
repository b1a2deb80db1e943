"""The sample service `llm`: by hand, and through the library that everybody uses for it."""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client, Invoked

HELLO = {"model": "demo-small", "messages": [{"role": "user", "content": "Hello there"}]}


async def post(client: Client, path: str, document: object) -> Invoked:
    return await client.invoke("llm", "POST", path, body=json.dumps(document).encode())


async def chat(client: Client, **more: object) -> Invoked:
    return await post(client, "/v1/chat/completions", {**HELLO, **more})


def events(body: bytes) -> list[Any]:
    """The data of server-sent events; the last one must be `[DONE]`."""
    found = [line.removeprefix(b"data: ") for line in body.split(b"\n\n") if line]
    assert found.pop() == b"[DONE]"
    return [json.loads(line) for line in found]


async def test_models(client: Client) -> None:
    for key in ("sk-demo-alpha", "sk-demo-beta"):
        found = (await client.as_(key).invoke("llm", "GET", "/v1/models")).container_json
        assert [model["id"] for model in found["data"]] == ["demo-small", "demo-large", "demo-embed"]
    assert (await client.invoke("llm", "GET", "/v1/models/demo-small")).container_json["object"] == "model"
    assert (await client.invoke("llm", "GET", "/v1/models/x")).container_json["error"]["code"] == "model_not_found"


async def test_the_same_question_gets_the_same_answer(client: Client) -> None:
    first, again = await chat(client), await chat(client)
    assert first.container_body == again.container_body
    found = first.container_json
    assert (found["object"], found["model"]) == ("chat.completion", "demo-small")
    message = found["choices"][0]["message"]
    assert message["role"] == "assistant"
    assert message["content"].startswith("You said: Hello there")
    usage = found["usage"]
    assert usage == {
        "prompt_tokens": 2,
        "completion_tokens": len(message["content"].split()),
        "total_tokens": 2 + usage["completion_tokens"],
    }
    other = await chat(client, messages=[{"role": "user", "content": "Another"}])
    assert other.container_json["id"] != found["id"]


async def test_options_shape_the_answer(client: Client) -> None:
    cut = (await chat(client, max_tokens=3)).container_json["choices"][0]
    assert (cut["message"]["content"], cut["finish_reason"]) == ("You said: Hello", "length")
    stopped = (await chat(client, stop=[" there", "said"])).container_json["choices"][0]
    assert (stopped["message"]["content"].strip(), stopped["finish_reason"]) == ("You", "stop")
    assert len((await chat(client, n=3)).container_json["choices"]) == 3
    as_json = (await chat(client, response_format={"type": "json_object"})).container_json["choices"][0]
    assert json.loads(as_json["message"]["content"])["you_said"] == "Hello there"
    parts = [{"type": "text", "text": "Hello"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    mixed = await chat(client, messages=[{"role": "user", "content": parts}])
    assert "Hello (image_url)" in mixed.container_json["choices"][0]["message"]["content"]


async def test_a_streamed_answer_says_the_same_word_by_word(client: Client) -> None:
    whole = (await chat(client)).container_json
    streamed = await chat(client, stream=True, stream_options={"include_usage": True})
    assert streamed.container_headers["content-type"].startswith("text/event-stream")
    found = events(streamed.container_body)
    assert {event["object"] for event in found} == {"chat.completion.chunk"}
    deltas = [event["choices"][0]["delta"] for event in found if event["choices"]]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("content", "") for delta in deltas) == whole["choices"][0]["message"]["content"]
    assert found[-2]["choices"][0]["finish_reason"] == "stop"
    assert found[-1]["usage"] == whole["usage"]


async def test_completions_of_a_text(client: Client) -> None:
    asked = {"model": "demo-large", "prompt": "Once upon a time", "max_tokens": 8}
    whole = (await post(client, "/v1/completions", asked)).container_json
    assert whole["choices"][0]["text"].startswith("You said: Once upon a time")
    streamed = events((await post(client, "/v1/completions", {**asked, "stream": True})).container_body)
    assert "".join(event["choices"][0]["text"] for event in streamed) == whole["choices"][0]["text"]


async def test_embeddings_are_vectors_of_length_one(client: Client) -> None:
    asked = {"model": "demo-embed", "input": ["red", "green"], "dimensions": 40}
    found = (await post(client, "/v1/embeddings", asked)).container_json
    red, green = [entry["embedding"] for entry in found["data"]]
    assert len(red) == len(green) == 40
    assert red != green
    assert math.isclose(sum(value * value for value in red), 1, abs_tol=1e-3)
    packed = (await post(client, "/v1/embeddings", {**asked, "encoding_format": "base64"})).container_json
    values = struct.unpack("<40f", base64.b64decode(packed["data"][0]["embedding"]))
    assert all(math.isclose(one, other, abs_tol=1e-6) for one, other in zip(values, red, strict=True))


@pytest.mark.parametrize(
    ("path", "document", "status", "param"),
    [
        ("/v1/chat/completions", {}, 400, "messages"),
        ("/v1/chat/completions", {**HELLO, "model": None}, 400, "model"),
        ("/v1/chat/completions", {**HELLO, "model": "gpt-x"}, 404, "model"),
        ("/v1/chat/completions", {**HELLO, "messages": []}, 400, "messages"),
        ("/v1/chat/completions", {**HELLO, "messages": "hi"}, 400, "messages"),
        ("/v1/chat/completions", {**HELLO, "messages": [{"role": "king", "content": ""}]}, 400, "messages[0].role"),
        ("/v1/chat/completions", {**HELLO, "messages": [{"role": ["user"]}]}, 400, "messages[0].role"),
        ("/v1/chat/completions", {**HELLO, "messages": ["hi"]}, 400, "messages[0].role"),
        ("/v1/chat/completions", {**HELLO, "messages": [{"role": "user"}]}, 400, "messages[0].content"),
        ("/v1/chat/completions", {**HELLO, "messages": [{"role": "user", "content": [1]}]}, 400, "messages[0].content"),
        ("/v1/chat/completions", {**HELLO, "temperature": 3}, 400, "temperature"),
        ("/v1/chat/completions", {**HELLO, "temperature": "hot"}, 400, "temperature"),
        ("/v1/chat/completions", {**HELLO, "max_tokens": 0}, 400, "max_tokens"),
        ("/v1/chat/completions", {**HELLO, "max_completion_tokens": "x"}, 400, "max_completion_tokens"),
        ("/v1/chat/completions", {**HELLO, "n": 9}, 400, "n"),
        ("/v1/chat/completions", {**HELLO, "stream": "yes"}, 400, "stream"),
        ("/v1/chat/completions", {**HELLO, "stop": [1]}, 400, "stop"),
        ("/v1/chat/completions", [], 400, None),
        ("/v1/completions", {"model": "demo-small", "prompt": 5}, 400, "prompt"),
        ("/v1/embeddings", {"model": "demo-embed", "input": []}, 400, "input"),
        ("/v1/embeddings", {"model": "demo-embed", "input": "x", "encoding_format": "hex"}, 400, "encoding_format"),
        ("/v1/embeddings", {"model": "demo-embed", "input": "x", "dimensions": 0}, 400, "dimensions"),
    ],
)
async def test_bad_requests_get_errors_of_the_usual_shape(
    client: Client, path: str, document: object, status: int, param: str | None
) -> None:
    answer = await post(client, path, document)
    assert answer.container_status == status
    error = answer.container_json["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


async def test_a_body_that_is_no_json(client: Client) -> None:
    answer = await client.invoke("llm", "POST", "/v1/chat/completions", body=b"{")
    assert (answer.container_status, answer.container_json["error"]["param"]) == (400, None)


async def test_the_openai_library_through_the_proxy(client: Client) -> None:
    from openai import AsyncOpenAI, NotFoundError

    url = f"{client.gateway.base_url}/r/containers/llm/v1"
    async with AsyncOpenAI(base_url=url, api_key=client.token, max_retries=0) as api:
        answer = await api.chat.completions.create(model="demo-small", messages=[{"role": "user", "content": "Hi"}])
        whole = answer.choices[0].message.content
        assert whole is not None
        assert whole.startswith("You said: Hi")
        stream = await api.chat.completions.create(
            model="demo-small", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        parts = [event.choices[0].delta.content or "" async for event in stream]
        assert len(parts) > 5
        assert "".join(parts) == whole
        vectors = await api.embeddings.create(model="demo-embed", input="red")
        assert len(vectors.data[0].embedding) == 16
        assert "demo-small" in [model.id async for model in api.models.list()]
        with pytest.raises(NotFoundError, match="does not exist"):
            await api.completions.create(model="nothing", prompt="x")
