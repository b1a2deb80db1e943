"""Short ways to write the parts of an OpenAPI 3.1 document, shared by the sample services' own documents."""

from __future__ import annotations

from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]


def document(title: str, description: str, paths: Document, components: Document | None = None) -> Document:
    """A whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1.0.0", "description": description},
        "paths": paths,
        "components": components or {},
    }


def operation(
    operation_id: str,
    summary: str,
    *,
    parameters: list[Document] | None = None,
    body: Document | None = None,
    answers: dict[str, Document] | None = None,
    secured: bool = False,
) -> Document:
    """One operation.

    Args:
        operation_id: its name.
        summary: one line.
        parameters: made with `parameter`.
        body: made with `content`.
        answers: status to what `answer` makes; a plain 200 when left out.
        secured: it wants the document's `bearer` scheme.
    """
    made: Document = {"operationId": operation_id, "summary": summary}
    if parameters:
        made["parameters"] = parameters
    if body:
        made["requestBody"] = {"required": True, **body}
    if secured:
        made["security"] = [{"bearer": []}]
    made["responses"] = answers or {"200": {"description": "OK"}}
    return made


def parameter(where: str, name: str, schema: Document, *, example: object = None, description: str = "") -> Document:
    """A parameter in `path`, `query` or `header`."""
    made: Document = {"name": name, "in": where, "required": where == "path", "schema": schema}
    if description:
        made["description"] = description
    if example is not None:
        made["example"] = example
    return made


def content(schema: Document, *, example: object = None, kind: str = "application/json") -> Document:
    """A body of one content type."""
    media: Document = {"schema": schema}
    if example is not None:
        media["example"] = example
    return {"content": {kind: media}}


def answer(description: str, schema: Document | None = None, kind: str = "application/json") -> Document:
    """One answer of an operation."""
    return {"description": description, **(content(schema, kind=kind) if schema else {})}


def ref(name: str) -> Document:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def integer(low: int, high: int, default: int | None = None) -> Document:
    """A whole number in a range."""
    made: Document = {"type": "integer", "minimum": low, "maximum": high}
    return made if default is None else {**made, "default": default}


def number(low: float, high: float, default: float | None = None) -> Document:
    """A number in a range."""
    made: Document = {"type": "number", "minimum": low, "maximum": high}
    return made if default is None else {**made, "default": default}


STRING: Document = {"type": "string"}
BEARER: Document = {"bearer": {"type": "http", "scheme": "bearer"}}
