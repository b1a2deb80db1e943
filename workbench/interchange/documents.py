"""JSON and YAML documents of other tools, read so that whatever stands in them can be asked for safely. Pure."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_TRUTH = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")

MAX_DEPTH = 200
"""How deep a document may be nested."""


def read(data: bytes, *, yaml: bool = False) -> Any:
    """The value of a document.

    Args:
        data: its bytes.
        yaml: YAML is understood beside JSON.

    Raises:
        ValueError: it is neither; the message says where.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if not yaml or data.lstrip()[:1] in (b"{", b"["):
            raise ValueError(f"this is not JSON: {error}") from error
    except RecursionError as error:
        raise ValueError("this JSON is nested too deep") from error
    return _yaml(data)


def table(value: Any) -> dict[str, Any]:
    """A JSON object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The items of a JSON array; none where something else stands."""
    return value if isinstance(value, list) else []


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a JSON array; none where something else stands."""
    return [each for each in items(value) if isinstance(each, dict)]


def text(value: Any) -> str:
    """A text, or how a number or truth value is written; empty for everything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    return str(value) if isinstance(value, (int, float)) else ""


def _yaml(data: bytes) -> Any:
    import yaml

    try:
        return _as_json(yaml.load(data, _loader(yaml)), 0)  # noqa: S506 - a safe loader with fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        raise ValueError(f"this is neither JSON nor YAML: {what}{place}") from error
    except (RecursionError, ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"this YAML cannot be used: {error}") from error


def _loader(yaml: Any) -> Any:
    """YAML's JSON types alone (YAML 1.2, 10.2): a date stays a text, and `no` is no truth value."""

    class Loader(yaml.SafeLoader):  # type: ignore[misc]  # the module is loaded late, so its types are not known here
        pass

    kept = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in kept]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    import re

    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
    )
    return Loader


def _as_json(value: Any, depth: int) -> Any:
    """The value with the keys and types that JSON has; aliases in circles are refused by their depth."""
    if depth > MAX_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        return {text(key): _as_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item, depth + 1) for item in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
