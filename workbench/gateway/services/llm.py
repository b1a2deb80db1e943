"""The sample service `llm`: an OpenAI-compatible API as vLLM serves it, with a "model" that always says the same.

Routes and answers are here, reading a request in `llm_requests`, the words in `llm_text`.
"""

from __future__ import annotations

import asyncio
import base64
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.gateway.services.app import App, Call, Problem, json_response, stream_response
from workbench.gateway.services.llm_openapi import DOCUMENT
from workbench.gateway.services.llm_requests import (
    MODELS,
    Completion,
    Embedding,
    read_chat,
    read_completion,
    read_embedding,
)
from workbench.gateway.services.llm_text import Reply, count_tokens, fingerprint, reply, vector

if TYPE_CHECKING:
    from workbench.gateway.container import ContainerResponse, Stream

CREATED = 1_760_000_000
"""`created` of everything: answers are the same each time."""

TOKEN_PAUSE = 0.01
"""Seconds between two parts of a streamed answer."""


def llm() -> App:
    """A new `llm` container."""
    app = App()
    app.route("GET", "/health")(_health)
    app.route("GET", "/openapi.json")(_openapi)
    app.route("GET", "/v1/models")(_models)
    app.route("GET", "/v1/models/{model}")(_model)
    app.route("POST", "/v1/chat/completions")(_chat)
    app.route("POST", "/v1/completions")(_completions)
    app.route("POST", "/v1/embeddings")(_embeddings)
    return app


async def _health(_: Call) -> ContainerResponse:
    return json_response({"status": "ok"})


async def _openapi(_: Call) -> ContainerResponse:
    return json_response(DOCUMENT)


async def _models(_: Call) -> ContainerResponse:
    return json_response({"object": "list", "data": [_model_card(name) for name in MODELS]})


async def _model(call: Call) -> ContainerResponse:
    name = call.params["model"]
    if name not in MODELS:
        error = {"message": f"The model {name!r} does not exist.", "type": "invalid_request_error", "param": "model"}
        raise Problem(HTTPStatus.NOT_FOUND, {"error": {**error, "code": "model_not_found"}})
    return json_response(_model_card(name))


def _model_card(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "demo", "max_model_len": 4096}


async def _chat(call: Call) -> ContainerResponse:
    return _answer(read_chat(await call.request.read()), "chat.completion", "chatcmpl")


async def _completions(call: Call) -> ContainerResponse:
    return _answer(read_completion(await call.request.read()), "text_completion", "cmpl")


def _answer(asked: Completion, kind: str, prefix: str) -> ContainerResponse:
    replies = [
        reply(asked.prompt, number, asked.max_tokens, asked.stop, as_json=asked.as_json) for number in range(asked.n)
    ]
    used = sum(len(found.tokens) for found in replies)
    head = {"id": f"{prefix}-{fingerprint(asked.model, asked.prompt)}", "created": CREATED, "model": asked.model}
    usage = {"prompt_tokens": asked.prompt_tokens, "completion_tokens": used}
    usage["total_tokens"] = asked.prompt_tokens + used
    if asked.stream:
        return stream_response(_events(asked, replies, head, usage, kind), "text/event-stream; charset=utf-8")
    choices = [_whole(number, found, kind) for number, found in enumerate(replies)]
    return json_response({**head, "object": kind, "choices": choices, "usage": usage})


def _whole(number: int, found: Reply, kind: str) -> dict[str, Any]:
    end = {"index": number, "logprobs": None, "finish_reason": found.finish_reason}
    if kind == "text_completion":
        return {**end, "text": found.text}
    return {**end, "message": {"role": "assistant", "content": found.text}}


async def _events(
    asked: Completion, replies: list[Reply], head: dict[str, Any], usage: dict[str, int], kind: str
) -> Stream:
    chat = kind == "chat.completion"
    head = {**head, "object": "chat.completion.chunk" if chat else kind}
    for number, found in enumerate(replies):
        if chat:
            yield _event({**head, "choices": [_part(number, {"role": "assistant", "content": ""})]})
        for token in found.tokens:
            await asyncio.sleep(TOKEN_PAUSE)
            part = _part(number, {"content": token}) if chat else _text_part(number, token)
            yield _event({**head, "choices": [part]})
        last = _part(number, {}) if chat else _text_part(number, "")
        yield _event({**head, "choices": [{**last, "finish_reason": found.finish_reason}]})
    if asked.stream_usage:
        yield _event({**head, "choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def _part(number: int, delta: dict[str, str]) -> dict[str, Any]:
    return {"index": number, "delta": delta, "logprobs": None, "finish_reason": None}


def _text_part(number: int, text: str) -> dict[str, Any]:
    return {"index": number, "text": text, "logprobs": None, "finish_reason": None}


def _event(document: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(document) + b"\n\n"


async def _embeddings(call: Call) -> ContainerResponse:
    asked = read_embedding(await call.request.read())
    data = [
        {"object": "embedding", "index": at, "embedding": _vector(asked, text)} for at, text in enumerate(asked.inputs)
    ]
    tokens = sum(count_tokens(text) for text in asked.inputs)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return json_response({"object": "list", "data": data, "model": asked.model, "usage": usage})


def _vector(asked: Embedding, text: str) -> list[float] | str:
    values = vector(text, asked.dimensions)
    if asked.as_base64:
        return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode("ascii")
    return values
