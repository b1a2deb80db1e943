"""Reads the requests of the OpenAI-compatible API; what is wrong with one is said in that API's own error shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from workbench.gateway.services.app import Problem
from workbench.gateway.services.llm_text import count_tokens

MODELS = ("demo-small", "demo-large", "demo-embed")
"""What `/v1/models` lists."""

MAX_TOKENS = 4096
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_MAX_CHOICES = 8
_MAX_STOPS = 4
_MAX_INPUTS = 256
_MAX_DIMENSIONS = 1024


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A request for text, from either of the two routes."""

    model: str
    prompt: str
    prompt_tokens: int
    max_tokens: int
    n: int
    stop: list[str]
    stream: bool
    stream_usage: bool
    as_json: bool = False


class Embedding(msgspec.Struct, frozen=True, kw_only=True):
    """A request for vectors."""

    model: str
    inputs: list[str]
    dimensions: int
    as_base64: bool


def read_chat(data: bytes) -> Completion:
    """A request of `/v1/chat/completions`.

    Raises:
        Problem: 400 for a bad request, 404 for an unknown model.
    """
    body = _body(data)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise _bad("messages", "'messages' must be a list with at least one message.")
    texts = [_message(message, at) for at, message in enumerate(messages)]
    asked = [text for role, text in texts if role == "user"] or [texts[-1][1]]
    form = body.get("response_format")
    return _completion(
        body,
        prompt=asked[-1],
        prompt_tokens=sum(count_tokens(text) for _, text in texts),
        as_json=isinstance(form, dict) and form.get("type") in ("json_object", "json_schema"),
    )


def read_completion(data: bytes) -> Completion:
    """A request of `/v1/completions`; errors as `read_chat`."""
    body = _body(data)
    prompt = body.get("prompt", "")
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]
    if not isinstance(prompt, str):
        raise _bad("prompt", "'prompt' must be a string.")
    return _completion(body, prompt=prompt, prompt_tokens=count_tokens(prompt))


def read_embedding(data: bytes) -> Embedding:
    """A request of `/v1/embeddings`; errors as `read_chat`."""
    body = _body(data)
    given = body.get("input")
    inputs = [given] if isinstance(given, str) else given
    if not isinstance(inputs, list) or not 0 < len(inputs) <= _MAX_INPUTS or not all(map(_is_text, inputs)):
        raise _bad("input", f"'input' must be a string or a list of 1 to {_MAX_INPUTS} strings.")
    form = body.get("encoding_format", "float")
    if form not in ("float", "base64"):
        raise _bad("encoding_format", "'encoding_format' must be 'float' or 'base64'.")
    return Embedding(
        model=_model(body),
        inputs=inputs,
        dimensions=_whole(body, "dimensions", 16, 1, _MAX_DIMENSIONS),
        as_base64=form == "base64",
    )


def _completion(body: dict[str, Any], *, prompt: str, prompt_tokens: int, as_json: bool = False) -> Completion:
    for name, most in (("temperature", 2), ("top_p", 1)):
        value = body.get(name)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most
        ):
            raise _bad(name, f"'{name}' must be a number from 0 to {most}.")
    limit = "max_completion_tokens" if body.get("max_completion_tokens") is not None else "max_tokens"
    options = body.get("stream_options")
    return Completion(
        model=_model(body),
        prompt=prompt,
        prompt_tokens=prompt_tokens,
        max_tokens=_whole(body, limit, MAX_TOKENS, 1, MAX_TOKENS),
        n=_whole(body, "n", 1, 1, _MAX_CHOICES),
        stop=_stop(body),
        stream=_flag(body, "stream"),
        stream_usage=isinstance(options, dict) and options.get("include_usage") is True,
        as_json=as_json,
    )


def _body(data: bytes) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(None, f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise _bad(None, "The body must be a JSON object.")
    return body


def _message(message: object, at: int) -> tuple[str, str]:
    where = f"messages[{at}]"
    if not isinstance(message, dict) or not _is_text(message.get("role")) or message["role"] not in _ROLES:
        raise _bad(f"{where}.role", f"'{where}.role' must be one of {', '.join(sorted(_ROLES))}.")
    content = message.get("content")
    if content is None and message["role"] == "assistant":
        content = ""
    if isinstance(content, list):
        content = " ".join(_content_part(part, where) for part in content)
    if not isinstance(content, str):
        raise _bad(f"{where}.content", f"'{where}.content' must be a string or a list of parts.")
    return message["role"], content


def _content_part(part: object, where: str) -> str:
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        raise _bad(f"{where}.content", f"'{where}.content' must be a list of objects with a 'type'.")
    text = part.get("text", "")
    return text if part["type"] == "text" and isinstance(text, str) else f"({part['type']})"


def _model(body: dict[str, Any]) -> str:
    name = body.get("model")
    if not isinstance(name, str):
        raise _bad("model", "'model' must be a string: see /v1/models.")
    if name not in MODELS:
        raise _error(HTTPStatus.NOT_FOUND, "model", f"The model {name!r} does not exist.", "model_not_found")
    return name


def _stop(body: dict[str, Any]) -> list[str]:
    stop = body.get("stop")
    found = [] if stop is None else [stop] if isinstance(stop, str) else stop
    if not isinstance(found, list) or len(found) > _MAX_STOPS or not all(map(_is_text, found)):
        raise _bad("stop", f"'stop' must be a string or a list of at most {_MAX_STOPS} strings.")
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise _bad(name, f"'{name}' must be true or false.")
    return bool(value)


def _whole(body: dict[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _bad(name, f"'{name}' must be a whole number from {low} to {high}.")
    return value


def _bad(param: str | None, message: str) -> Problem:
    return _error(HTTPStatus.BAD_REQUEST, param, message, None)


def _error(status: int, param: str | None, message: str, code: str | None) -> Problem:
    return Problem(
        status, {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}
    )
