"""The platform's JSON about users, teams and services, as values of `workbench.model.catalog`.

Pure. What is not documented is taken tolerantly: unknown members are left out, members of another type count as
missing, unknown states become `unknown`. Only what nothing works without is an error, with its path in the document.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from workbench.invoke.refusals import CHECK_URL
from workbench.model.catalog import Service, ServiceState, Team, User
from workbench.model.errors import Failure, PlatformError
from workbench.model.secrets import beginning

_STATES = frozenset(get_args(ServiceState))
_EXCERPT = 2048
_LISTS = ("container_service_list", "service_list", "container_list")


class Page(msgspec.Struct, frozen=True):
    """One page of a list: its entries, and how many there are in all (None when the platform does not say)."""

    services: tuple[Service, ...]
    total: int | None


def user(data: bytes) -> User:
    """The answer of `GET /users/me` (CYBERUN-API.md, 4).

    Raises:
        PlatformError: of kind `envelope`, with the path of what is wrong.
    """
    found = _whole(_json(data, what := "the answer of /users/me"), what)
    teams = [
        Team(
            id=_required(_object(item, f"$.team_list[{at}]"), "id", f"$.team_list[{at}]"),
            name=_str(item, "display_name"),
        )
        for at, item in enumerate(_list(found, "team_list"))
    ]
    full = f"{_str(found, 'first_name')} {_str(found, 'last_name')}".strip()
    return User(
        id=_str(found, "id"),
        name=_str(found, "display_name") or full,
        email=_str(found, "email_address"),
        teams=tuple(teams),
    )


def page(data: bytes) -> Page:
    """One page of `GET /r/containers` (CYBERUN-API.md, 3): the list is the one member that is an array.

    Raises:
        PlatformError: as `user`.
    """
    document = _json(data, what := "the list of services")
    if isinstance(document, list):
        return Page(_services(document, "$"), None)
    found = _whole(document, what)
    arrays = [key for key, value in found.items() if isinstance(value, list)]
    key = next((name for name in _LISTS if name in arrays), arrays[0] if len(arrays) == 1 else None)
    meta = found.get("page_meta")
    total = _int(meta, "total_count") if isinstance(meta, dict) else None
    # An empty list may come as null, or not at all: nothing is missing where nothing is counted.
    if not arrays and (total == 0 or any(found.get(name, "") is None for name in _LISTS)):
        return Page((), total)
    if key is None:
        raise _error(f"the list of services has {len(arrays)} arrays at $: expected one, such as {_LISTS[0]}", data)
    return Page(_services(found[key], f"$.{key}"), total)


def service(data: bytes) -> Service:
    """The answer of `GET /r/containers/{slug}` (CYBERUN-API.md, 3), bare or as the one object in a wrapper.

    Raises:
        PlatformError: as `user`.
    """
    found = _whole(_json(data, what := "the answer about a service"), what)
    if "service_slug" not in found:
        inner = [(key, value) for key, value in found.items() if isinstance(value, dict) and "service_slug" in value]
        if len(inner) == 1:
            return _service(inner[0][1], f"$.{inner[0][0]}")
    return _service(found, "$")


def _services(items: list[Any], path: str) -> tuple[Service, ...]:
    return tuple(_service(_object(item, f"{path}[{at}]"), f"{path}[{at}]") for at, item in enumerate(items))


def _service(found: dict[str, Any], path: str) -> Service:
    state = _str(found, "service_status")
    return Service(
        slug=_required(found, "service_slug", path),
        id=_str(found, "id"),
        name=_str(found, "display_name"),
        type=_str(found, "service_type") or "deployed",
        state=state if state in _STATES else "unknown",  # type: ignore[arg-type]  # it is one of them
        description=_str(found, "service_desc"),
        image=_str(found, "docker_image"),
        health_path=_str(found, "health_path"),
        usage_prompt=_str(found, "usage_prompt"),
        external_url=_str(found, "external_url"),
        openapi_url=_str(found, "openapi_url"),
        port=_int(found, "exposed_port"),
        gpus=_int(found, "gpu_count"),
        replicas=_int(found, "replica_count"),
        env=tuple((_str(item, "env_name"), _str(item, "env_value")) for item in _list(found, "env_config")),
        created=_str(found, "created_at"),
        updated=_str(found, "updated_at"),
    )


def _json(data: bytes, what: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _error(f"{what} is not JSON: {error}", data) from error


def _whole(value: Any, what: str) -> dict[str, Any]:
    """The object that an answer as a whole has to be."""
    if isinstance(value, dict):
        return value
    raise _error(f"{what} is {_kind(value)}: expected an object", msgspec.json.encode(value))


def _object(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _error(f"at {path} stands {_kind(value)}: expected an object", msgspec.json.encode(value))


def _required(found: dict[str, Any], key: str, path: str) -> str:
    text = _str(found, key)
    if not text:
        problem = "is missing" if found.get(key) is None else f"is {_kind(found[key])}: expected a text"
        raise _error(f"{path}.{key} {problem}", msgspec.json.encode(found))
    return text


def _str(found: Any, key: str) -> str:
    """A text member; numbers are taken as texts, since ids are opaque; anything else counts as missing."""
    value = found.get(key) if isinstance(found, dict) else None
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _int(found: dict[str, Any], key: str) -> int | None:
    value = found.get(key)
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 20:  # noqa: PLR2004 - 64 bits
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _list(found: dict[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    return value if isinstance(value, list) else []


def _kind(value: Any) -> str:
    names = {bool: "true or false", str: "a text", list: "an array", dict: "an object", type(None): "null"}
    return names.get(type(value), "a number")


def _error(message: str, data: bytes) -> PlatformError:
    excerpt = beginning(data, _EXCERPT)
    return PlatformError(Failure(kind="envelope", message=message, layer="platform", hint=CHECK_URL, detail=excerpt))
