"""The gateway's own OpenAPI 3.1 document, served at `/api/v1/openapi.json`; its schemas are in `openapi_schemas`.

It says what this gateway does, switches included; it is no document of Cyberun's.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from workbench.gateway.discovery import DEFAULT_PER_PAGE, MAX_PAGE, MAX_PER_PAGE
from workbench.gateway.openapi_schemas import Document, ref, schemas
from workbench.gateway.web import BASE

if TYPE_CHECKING:
    from workbench.gateway.config import Switches

_SLUG: Document = {
    "name": "service_slug",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    "example": "echo",
}
_TEAM: Document = {
    "name": "X-Team-ID",
    "in": "header",
    "required": False,
    "description": "Required from a JWT caller (400 without it); ignored with sk- and dk- keys.",
    "schema": {"type": "string"},
}
_PROXIED = ("get", "put", "post", "delete", "options", "head", "patch")


def openapi_document(switches: Switches) -> Document:
    """The document for a gateway with these switches."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Local gateway",
            "version": "1.0.0",
            "description": "A local stand-in for the Cyberun platform; what that does not document is a switch.",
        },
        "servers": [{"url": BASE}],
        "security": [{"bearer": []}],
        "paths": {
            "/users/me": {"get": _users_me(switches)},
            "/r/containers": {"get": _list(switches)},
            "/r/containers/{service_slug}": {"get": _get(switches)},
            "/r/containers/{service_slug}/{path}": {method: _proxy(method) for method in _PROXIED},
            "/r/invoke/{service_slug}": {"post": _invoke(switches)},
            "/auth/login": {"post": _login()},
            "/auth/refresh": {"post": _refresh()},
            "/desktop/pair/start": {"post": _pair_start()},
            "/desktop/pair/poll": {"post": _pair_poll()},
        },
        "components": {
            "schemas": schemas(switches),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A JWT, an sk- key or a dk- key."}
            },
        },
    }


def _users_me(switches: Switches) -> Document:
    return _operation(
        "usersMe",
        "The user behind a JWT or dk- key",
        {"200": _json("The user", ref("User")), **_errors(switches, 401, 403)},
    )


def _list(switches: Switches) -> Document:
    clamped = switches.per_page_above_limit == "clamp"
    statuses = (400, 401, 403, switches.foreign_team_status)
    return _operation(
        "listContainers",
        "One page of the team's services",
        {"200": _json("The page", ref("ServicePage")), **_errors(switches, *statuses)},
        parameters=[
            _TEAM,
            _page("current_page", 1, MAX_PAGE),
            _page("per_page", DEFAULT_PER_PAGE, MAX_PAGE if clamped else MAX_PER_PAGE),
        ],
    )


def _get(switches: Switches) -> Document:
    statuses = (400, 401, 403, switches.foreign_team_status, switches.unknown_slug_status)
    return _operation(
        "getContainer",
        "One service of the team",
        {"200": _json("The service", ref("Service")), **_errors(switches, *statuses)},
        parameters=[_SLUG, _TEAM],
    )


def _invoke(switches: Switches) -> Document:
    statuses = (
        *(400, 401, 403, 413),
        *(switches.foreign_team_status, switches.unknown_slug_status, switches.not_running_status),
        *(switches.agent_offline_status, switches.unreachable_status, switches.timeout_status),
        switches.too_large_status,
    )
    return _operation(
        "invokeContainer",
        "Send one HTTP request into the container",
        {"200": _json("The container's answer", ref("InvokeAnswer")), **_errors(switches, *statuses)},
        parameters=[_SLUG, _TEAM],
        body=ref("InvokeRequest"),
    )


def _proxy(method: str) -> Document:
    path = {"name": "path", "in": "path", "required": True, "schema": {"type": "string"}, "example": "anything"}
    return _operation(
        f"proxy{method.title()}",
        "Hand a request through to the container, streamed both ways",
        {
            "default": {
                "description": "Whatever the container answers, or the platform's error for a refused call.",
                "content": {"*/*": {}},
            }
        },
        parameters=[_SLUG, path, _TEAM],
    )


def _login() -> Document:
    return _open(
        "login",
        "Tokens for an e-mail address and a password",
        {"200": _json("Tokens", ref("Tokens")), "400": _bad(), "401": _json("A wrong pair", ref("Error"))},
        ref("Login"),
    )


def _refresh() -> Document:
    return _open(
        "refresh",
        "Tokens for a refresh token, which dies",
        {"200": _json("Tokens", ref("Tokens")), "400": _bad(), "401": _json("No such token", ref("Error"))},
        ref("Refresh"),
    )


def _pair_start() -> Document:
    return _open("pairStart", "Begin to pair a device", {"200": _json("The codes", ref("PairStart"))})


def _pair_poll() -> Document:
    return _open(
        "pairPoll",
        "Whether the pairing is approved; the keys come once",
        {"200": _json("Its state", ref("PairState")), "400": _bad(), "404": _json("No such code", ref("Error"))},
        ref("PairPoll"),
    )


def _operation(
    operation_id: str,
    summary: str,
    responses: Document,
    *,
    parameters: list[Document] | None = None,
    body: Document | None = None,
) -> Document:
    made: Document = {"operationId": operation_id, "summary": summary, "responses": responses}
    if parameters:
        made["parameters"] = parameters
    if body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def _open(operation_id: str, summary: str, responses: Document, body: Document | None = None) -> Document:
    """An operation that needs no credential."""
    return {**_operation(operation_id, summary, responses, body=body), "security": []}


def _errors(switches: Switches, *statuses: int) -> Document:
    found = {str(status): _json(_PHRASES.get(status, "Refused"), ref("Error")) for status in statuses}
    if "401" in found:
        found["401"]["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    if switches.rate_limit:
        found["429"] = _json("Too many calls", ref("Error"))
        if switches.retry_after != "none":
            found["429"]["headers"] = {"Retry-After": {"required": True, "schema": {"type": "string"}}}
    return found


def _bad() -> Document:
    return _json("The body is not as it must be", ref("Error"))


def _json(description: str, schema: Document) -> Document:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _page(name: str, default: int, most: int) -> Document:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return {"name": name, "in": "query", "required": False, "schema": schema}


_PHRASES = {status.value: status.phrase for status in HTTPStatus}
