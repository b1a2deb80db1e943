"""Files that cannot be used: bodies (`file`), JSON Schemas (`matchesSchema`), and secrets out of the folder.

Such a request cannot be sent, or its answer not be judged. Looks at the disk, and sends nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from workbench.files.bodies import ensure_readable, locate, read_body
from workbench.files.errors import OutsideError
from workbench.model.assertions import schema_named, schema_problem
from workbench.model.errors import FileError
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workbench.files.lint.texts import Texts
    from workbench.model.collection import Collection
    from workbench.model.errors import Problem

_SCHEMA = "matchesSchema"


def unreadable_files(
    texts: Texts,
    number: int,
    *,
    fill: Callable[[str], str | None] = lambda _: None,
    severity: Literal["error", "warning"] = "error",
) -> Iterator[Problem]:
    """The files of one request that cannot be used, each at the place where it is named.

    Args:
        texts: those of the collection.
        number: the request's position in it.
        fill: a line with its placeholders filled in, or None where they have no value yet. Such a line is passed over
            when its file's name depends on them.
        severity: of a file that is not there or cannot be read; one that is not inside the folder is always an error.
    """
    collection, request = texts.collection, texts.collection.requests[number]
    if request.skip:
        return
    if request.body is not None and request.body.kind == "file":
        try:
            ensure_readable(collection.source.path, request.body.text)
        except FileError as error:
            message = f"the body cannot be read: {error.message}"
            kind = _severity(error, severity)
            yield texts.problem(("request", number, "file"), message, error.hint, offset=0, severity=kind)
    for text in texts.of_answer(number):
        name = _schema(text.value, fill)
        reason = schema_problem(name, lambda name: read_schema(collection, name)) if name else ""
        if reason:
            kind = _severity(_unreadable(collection, name), severity)
            yield texts.problem(text.key, reason, "", offset=text.value.rfind(_SCHEMA), severity=kind)


def _unreadable(collection: Collection, name: str) -> FileError | None:
    try:
        ensure_readable(collection.source.path, name)
    except FileError as error:
        return error
    return None


def _severity(error: FileError | None, otherwise: Literal["error", "warning"]) -> Literal["error", "warning"]:
    return "error" if isinstance(error, OutsideError) else otherwise


def secrets_outside(texts: Texts) -> Iterator[Problem]:
    """The secrets whose file is not inside the collection's folder. One that is not there yet is no problem here."""
    for name, reference in texts.collection.secrets.items():
        if reference.kind == "file" and isinstance(reference.argument, str):
            try:
                locate(texts.collection.source.path, reference.argument)
            except OutsideError as error:
                yield texts.problem(("secrets", name, "file"), error.message, error.hint)
            except FileError:
                continue


def read_schema(collection: Collection, name: str) -> Any:
    """The JSON document of a schema beside a collection.

    Raises:
        FileError: it cannot be read, or leads out of the collection's folder.
        ValueError: it is not JSON.
    """
    return msgspec.json.decode(read_body(collection.source.path, name)[0])


def _schema(line: str, fill: Callable[[str], str | None]) -> str:
    """The file of a line's `matchesSchema`; empty where there is none, or where nobody can tell yet."""
    _, named, behind = line.rpartition(_SCHEMA)
    filled = fill(line) if named and any(placeholders(behind)) else line
    return schema_named(filled or "")
