"""`matchesSchema`: a JSON value against a JSON Schema. Draft 2020-12 unless the schema names another (`$schema`).

Nothing is fetched: a `$ref` reaches the schema itself and the published meta-schemas, and any other is an error.
`format` is an annotation, as the draft has it. The library is imported with the first schema, never before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec

from workbench.model.assertions.errors import EvaluationError
from workbench.model.assertions.values import clip, show

MAX_ERRORS: Final = 5
"""Violations that a message lists."""

SchemaLoader = Callable[[str], Any]
"""From the name in `matchesSchema` to the parsed document; it confines the name to the collection's folder itself."""


def violations(value: Any, name: str, loader: SchemaLoader | None) -> list[str]:
    """What is wrong with a value by the schema of that name, each as `POINTER: reason`; empty when nothing is.

    Raises:
        EvaluationError: the schema cannot be loaded or used.
    """
    document = _document(name, loader)
    try:
        return _check(_validator(document), value)
    except EvaluationError as error:
        raise EvaluationError(f"the schema {show(name)} {error}") from error
    except RecursionError as error:
        problem = "refers to itself without end, or it or the value is nested too deeply"
        raise EvaluationError(f"the schema {show(name)} {problem}") from error
    except Exception as error:  # foreign code on a foreign schema: its failure is this line's failure
        raise EvaluationError(f"the schema {show(name)} cannot be used: {clip(str(error), 300)}") from error


def schema_problem(name: str, loader: SchemaLoader) -> str:
    """Why no value could be held against the schema of that name; empty when some can. Never raises."""
    try:
        violations(None, name, loader)
    except EvaluationError as error:
        return str(error)
    return ""


def _document(name: str, loader: SchemaLoader | None) -> bytes:
    """A schema as JSON."""
    if loader is None:
        raise EvaluationError(f"the schema {show(name)} cannot be read here: there is no folder to read it from")
    try:
        document = loader(name)
    except Exception as error:  # the caller's reader: however it fails, this line fails and says why
        raise EvaluationError(f"the schema {show(name)} cannot be read: {error}") from error
    if not isinstance(document, (dict, bool)):
        raise EvaluationError(f"the schema {show(name)} is {show(document, 60)}: expected an object, true or false")
    return msgspec.json.encode(document)


@lru_cache(maxsize=64)
def _validator(document: bytes) -> Any:
    import jsonschema
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships no types

    schema = msgspec.json.decode(document)
    draft = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        draft.check_schema(schema)
    except jsonschema.SchemaError as error:
        reason = f"{_pointer(error.absolute_path)}: {clip(error.message)}"
        raise EvaluationError(f"is not a valid JSON Schema: {reason}") from error
    # A registry of our own: the default one goes to the network for a remote `$ref`.
    return draft(schema, registry=REGISTRY)


def _check(validator: Any, value: Any) -> list[str]:
    errors = list(islice(validator.iter_errors(value), MAX_ERRORS + 1))
    listed = [f"{_pointer(error.absolute_path)}: {clip(error.message)}" for error in errors[:MAX_ERRORS]]
    return [*listed, "and more"] if len(errors) > MAX_ERRORS else listed


def _pointer(path: Any) -> str:
    """The JSON pointer (RFC 6901) of a place; words for the whole value, whose pointer is empty."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in escaped) or "the whole value"
