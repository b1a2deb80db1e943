"""An example value out of a JSON Schema, as OpenAPI 3.0 and 3.1 have it. Pure.

What the author says comes first (`example`, `examples`, `default`, `const`, `enum`); only then is a value made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.interchange.documents import items, table

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 12
_MOST_VALUES = 2000
_SAID = ("example", "default", "const")
_TEXTS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "duration": "PT1H",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "ada@example.com",
    "idn-email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/",
    "byte": "",
    "binary": "",
}


class Examples:
    """Makes examples for the schemas of one document.

    Args:
        resolve: what a `$ref` leads to; an empty table where it leads nowhere.
    """

    def __init__(self, resolve: Callable[[str], dict[str, Any]]) -> None:
        self._resolve = resolve
        self._left = _MOST_VALUES

    def of(self, schema: Any) -> Any:
        """One value that the schema allows, as far as it can be told."""
        self._left = _MOST_VALUES
        return self._value(schema, ())

    def _value(self, schema: Any, above: tuple[str, ...]) -> Any:
        self._left -= 1
        schema = table(schema)
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in above:
                return None
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema, above = {**self._resolve(reference), **beside}, (*above, reference)
            if "$ref" in schema:
                return self._value(schema, above) if len(above) < _DEEPEST else None
        said = _said(schema)
        if said is not None:
            return said[0]
        if len(above) > _DEEPEST or self._left < 0:
            return None
        return self._made(schema, (*above, ""))

    def _made(self, schema: dict[str, Any], above: tuple[str, ...]) -> Any:
        parts = schema.get("allOf")
        if isinstance(parts, list) and parts:
            return self._joined(schema, parts, above)
        for key in ("oneOf", "anyOf"):
            choices = schema.get(key)
            if isinstance(choices, list) and choices:
                some = next((each for each in choices if table(each).get("type") != "null"), choices[0])
                made = self._value(some, above)
                return {**made, **self._object(schema, above)} if isinstance(made, dict) else made
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, above)
        if kind == "array":
            return self._array(schema, above)
        return _scalar(kind, schema)

    def _joined(self, schema: dict[str, Any], parts: list[Any], above: tuple[str, ...]) -> Any:
        made = [self._value(part, above) for part in parts]
        objects = [each for each in made if isinstance(each, dict)]
        if not objects:
            return next((each for each in made if each is not None), None)
        joined: dict[str, Any] = {}
        for each in [*objects, self._object(schema, above)]:
            joined.update(each)
        return joined

    def _object(self, schema: dict[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        properties = table(schema.get("properties"))
        made = {name: self._value(each, above) for name, each in properties.items() if not table(each).get("readOnly")}
        more = schema.get("additionalProperties")
        if not made and isinstance(more, dict) and more:
            made["key"] = self._value(more, above)
        required = items(schema.get("required"))
        return {name: value for name, value in made.items() if value is not None or name in required}

    def _array(self, schema: dict[str, Any], above: tuple[str, ...]) -> list[Any]:
        first = schema.get("prefixItems")
        if isinstance(first, list):
            return [self._value(each, above) for each in first]
        item = self._value(schema.get("items"), above)
        least = schema.get("minItems")
        return [] if item is None else [item] * (min(least, 10) if isinstance(least, int) and least > 1 else 1)


def _said(schema: dict[str, Any]) -> tuple[Any] | None:
    """The value that the author gives, in a tuple: it may be None."""
    for key in _SAID:
        if key in schema:
            return (schema[key],)
    for key in ("examples", "enum"):
        given = schema.get(key)
        if isinstance(given, list) and given:
            return (given[0],)
    return None


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else ""


def _scalar(kind: str, schema: dict[str, Any]) -> Any:
    if kind in ("integer", "number"):
        return _number(kind, schema)
    if kind == "boolean":
        return True
    if kind == "string":
        made = _TEXTS.get(str(schema.get("format")), "string")
        least, most = schema.get("minLength"), schema.get("maxLength")
        if made == "string" and isinstance(least, int) and len(made) < least <= 1000:  # noqa: PLR2004 - as long as an example may be
            made = made.ljust(least, "x")
        return made[:most] if made == "string" and isinstance(most, int) and most >= 0 else made
    return None


def _number(kind: str, schema: dict[str, Any]) -> int | float:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    if isinstance(above, (int, float)) and not isinstance(above, bool):
        return above + 1
    if isinstance(low, (int, float)) and not isinstance(low, bool):
        return low + 1 if above is True else low
    most, step = schema.get("maximum"), schema.get("multipleOf")
    if isinstance(step, (int, float)) and not isinstance(step, bool):
        return step
    made: int | float = 1 if kind == "integer" else 1.5
    return min(made, most) if isinstance(most, (int, float)) and not isinstance(most, bool) else made
