"""The schemas of the gateway's own OpenAPI document; the envelope's rules come from `envelope`, which checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from workbench.gateway import envelope
from workbench.gateway.config import SLUG_PATTERN

if TYPE_CHECKING:
    from workbench.gateway.config import Switches

Document: TypeAlias = dict[str, Any]

STRING: Document = {"type": "string"}
_UUID: Document = {"type": "string", "format": "uuid"}
_TIME: Document = {"type": "string", "format": "date-time"}
_INTEGER: Document = {"type": "integer"}
_PORT: Document = {"type": "integer", "minimum": 1, "maximum": 65535}
_BASE64: Document = {"type": "string", "contentEncoding": "base64", "pattern": envelope.BASE64_PATTERN}
_STATES = ("created", "deploying", "running", "stopping", "stopped", "failed")


def ref(name: str) -> Document:
    """A reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(switches: Switches) -> Document:
    """All of them, for a gateway with these switches."""
    tokens = _object(access_token=STRING, refresh_token=STRING, expires_in={"type": "integer", "minimum": 1})
    return {
        "Error": {**_object(error_message=STRING), "additionalProperties": False},
        "User": _user(),
        "Service": _service(),
        "ServicePage": _page(switches.list_key),
        "InvokeRequest": _invoke_request(switches),
        "InvokeAnswer": _invoke_answer(switches),
        "Login": _object(email_address=STRING, user_password=STRING),
        "Tokens": tokens,
        "Refresh": _object(refresh_token=STRING),
        "PairStart": _pair_start(),
        "PairPoll": _object(device_code=STRING),
        "PairState": _pair_state(),
    }


def _object(**properties: Document) -> Document:
    """An object whose named members are all required; others are tolerated."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _user() -> Document:
    team = _object(id=_UUID, display_name=STRING)
    return _object(
        id=_UUID,
        first_name=STRING,
        last_name=STRING,
        display_name=STRING,
        email_address=STRING,
        team_list={"type": "array", "items": team},
    )


def _service() -> Document:
    required = _object(
        id=_UUID,
        service_slug={"type": "string", "pattern": SLUG_PATTERN},
        display_name=STRING,
        service_type={"type": "string", "enum": ["deployed", "external"]},
        service_status={"type": "string", "enum": list(_STATES)},
        created_at=_TIME,
        updated_at=_TIME,
        env_config={"type": "array", "items": _object(env_name=STRING, env_value=STRING)},
        volume_config={"type": "array", "items": {"type": "object"}},
        required_labels={"type": "array", "items": STRING},
    )
    required["properties"].update(
        service_desc=STRING,
        docker_image=STRING,
        health_path=STRING,
        usage_prompt=STRING,
        external_url=STRING,
        openapi_url=STRING,
        exposed_port=_PORT,
        gpu_count={"type": "integer", "minimum": -1},
        replica_count={"type": "integer", "minimum": 0},
    )
    return required


def _page(list_key: str) -> Document:
    meta = _object(current_page=_INTEGER, per_page=_INTEGER, total_count=_INTEGER)
    return _object(**{list_key: {"type": "array", "items": ref("Service")}, "page_meta": meta})


def _invoke_request(switches: Switches) -> Document:
    path = {"type": "string", "maxLength": envelope.MAX_PATH, "pattern": envelope.PATH_PATTERN}
    headers = {
        "type": "object",
        "propertyNames": {"pattern": envelope.NAME_PATTERN},
        "additionalProperties": {"type": "string", "pattern": envelope.VALUE_PATTERN},
    }
    whole = _object(method={"type": "string", "enum": list(envelope.METHODS)}, path=path)
    whole["properties"].update(body_base64=_BASE64, headers=headers)
    if switches.body_on_get_and_delete == "forward":
        return whole
    with_body = [method for method in envelope.METHODS if method not in envelope.BODYLESS]
    whole["anyOf"] = [
        {"properties": {"method": {"enum": with_body}}},
        {"properties": {"method": {"enum": sorted(envelope.BODYLESS)}, "body_base64": {"maxLength": 0}}},
    ]
    return whole


def _invoke_answer(switches: Switches) -> Document:
    value = {
        "strings": STRING,
        "lists": {"type": "array", "items": STRING, "minItems": 1},
        "mixed": {"anyOf": [STRING, {"type": "array", "items": STRING, "minItems": 2}]},
    }[switches.header_values]
    whole = _object(
        status_code={"type": "integer", "minimum": 100, "maximum": 999},
        headers={"type": "object", "additionalProperties": value},
    )
    nullable = {"anyOf": [_BASE64, {"type": "null"}]}
    whole["properties"]["body_base64"] = nullable if switches.empty_body == "null" else _BASE64
    if switches.empty_body != "omitted":
        whole["required"].append("body_base64")
    return whole


def _pair_start() -> Document:
    return _object(
        device_code=STRING,
        user_code={"type": "string", "pattern": "^[A-Z0-9]{4}-[A-Z0-9]{4}$"},
        verification_uri={"type": "string", "format": "uri"},
        expires_in={"type": "number"},
        interval={"type": "number"},
    )


def _pair_state() -> Document:
    approved = _object(
        status={"const": "approved"},
        raw_key={"type": "string", "pattern": "^dk-"},
        agent_key={"type": "string", "pattern": "^ak-"},
    )
    return {"anyOf": [_object(status={"const": "pending"}), approved]}
