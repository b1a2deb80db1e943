"""The OpenAPI document of the sample service `llm`, which it serves at `/openapi.json`."""

from __future__ import annotations

from workbench.gateway.services.openapi_parts import (
    STRING,
    Document,
    answer,
    content,
    document,
    integer,
    number,
    operation,
    parameter,
    ref,
)

_PROBLEMS = {"400": answer("A bad request", ref("Error")), "404": answer("No such model", ref("Error"))}
_SAMPLING: Document = {
    "max_tokens": integer(1, 4096),
    "temperature": number(0, 2, 1),
    "top_p": number(0, 1, 1),
    "n": integer(1, 8, 1),
    "stream": {"type": "boolean", "default": False},
}

_PATHS: Document = {
    "/health": {"get": operation("health", "Whether it is ready")},
    "/v1/models": {
        "get": operation("listModels", "The models there are", answers={"200": answer("Models", ref("ModelList"))})
    },
    "/v1/models/{model}": {
        "get": operation(
            "getModel",
            "One model",
            parameters=[parameter("path", "model", STRING, example="demo-small")],
            answers={"200": answer("The model", ref("Model")), "404": _PROBLEMS["404"]},
        )
    },
    "/v1/chat/completions": {
        "post": operation(
            "createChatCompletion",
            "Answer a conversation",
            body=content(
                ref("ChatRequest"),
                example={"model": "demo-small", "messages": [{"role": "user", "content": "Hello"}]},
            ),
            answers={"200": answer("The answer", {"type": "object"}), **_PROBLEMS},
        )
    },
    "/v1/completions": {
        "post": operation(
            "createCompletion",
            "Continue a text",
            body=content(ref("CompletionRequest"), example={"model": "demo-small", "prompt": "Once upon a time"}),
            answers={"200": answer("The answer", {"type": "object"}), **_PROBLEMS},
        )
    },
    "/v1/embeddings": {
        "post": operation(
            "createEmbedding",
            "Turn texts into vectors",
            body=content(ref("EmbeddingRequest"), example={"model": "demo-embed", "input": ["red", "green"]}),
            answers={"200": answer("The vectors", {"type": "object"}), **_PROBLEMS},
        )
    },
}

_SCHEMAS: Document = {
    "Model": {"type": "object", "required": ["id", "object"], "properties": {"id": STRING, "object": STRING}},
    "ModelList": {
        "type": "object",
        "required": ["object", "data"],
        "properties": {"object": STRING, "data": {"type": "array", "items": ref("Model")}},
    },
    "Message": {
        "type": "object",
        "required": ["role", "content"],
        "properties": {"role": {"type": "string", "enum": ["system", "user", "assistant"]}, "content": STRING},
    },
    "ChatRequest": {
        "type": "object",
        "required": ["model", "messages"],
        "properties": {
            "model": STRING,
            "messages": {"type": "array", "minItems": 1, "items": ref("Message")},
            **_SAMPLING,
        },
    },
    "CompletionRequest": {
        "type": "object",
        "required": ["model"],
        "properties": {"model": STRING, "prompt": STRING, **_SAMPLING},
    },
    "EmbeddingRequest": {
        "type": "object",
        "required": ["model", "input"],
        "properties": {
            "model": STRING,
            "input": {"anyOf": [STRING, {"type": "array", "minItems": 1, "items": STRING}]},
            "dimensions": integer(1, 1024, 16),
        },
    },
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["message", "type"],
                "properties": {"message": STRING, "type": STRING},
            }
        },
    },
}

DOCUMENT = document(
    "Demo LLM",
    "An OpenAI-compatible API with a model that always says the same.",
    _PATHS,
    {"schemas": _SCHEMAS},
)
