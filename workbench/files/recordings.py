"""Recordings: the answer of each request as a file that reads and diffs well, one for each `FILE#ID[.row]`.

Owns the layout of the folder and of a file; what is compared is the caller's business, and what comes in is redacted
already. A file is JSON: the request in two words, the status, the headers that mean something, the body as JSON, as
lines of text, or as base64.
"""

from __future__ import annotations

import base64
import contextlib
from decimal import Decimal
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from workbench.files.atomic import write
from workbench.model.compare import Snapshot
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from workbench.model.secrets import Redactor

SCHEMA: Final = "cyberun-recording/1"
_LINE = 76

_encoder = msgspec.json.Encoder(decimal_format="number")


class _Request(msgspec.Struct, frozen=True):
    method: str
    path: str


class _Body(msgspec.Struct, frozen=True, omit_defaults=True):
    json: Any = msgspec.UNSET
    text: list[str] | msgspec.UnsetType = msgspec.UNSET
    base64: list[str] | msgspec.UnsetType = msgspec.UNSET
    size: int = 0
    sha256: str = ""


class _Document(msgspec.Struct, frozen=True):
    schema: Literal["cyberun-recording/1"]
    request: _Request
    status: int
    headers: list[str]
    body: _Body


_decoder = msgspec.json.Decoder(_Document, float_hook=Decimal)


def recording_path(folder: Path, file: str, request_id: str, row: int | None) -> Path:
    """Where the recording of a request stands: `FOLDER/path/to/collection/ID[.row].json`.

    A collection below the working folder keeps its path from there; of another one just the name counts.
    """
    path = PurePath("stdin") if file == "-" else PurePath(file)
    with contextlib.suppress(ValueError):
        path = PurePath(Path(file).resolve()).relative_to(Path.cwd().resolve()) if file != "-" else path
    if path.is_absolute() or ".." in path.parts:
        path = PurePath(path.name)
    return folder / path.with_suffix("") / (f"{request_id}.json" if row is None else f"{request_id}.{row}.json")


def encode_recording(answer: Snapshot, method: str, path: str, redactor: Redactor) -> bytes:
    """The text of a recording file; `answer` and `path` are redacted, bytes that are not text are redacted here."""
    if answer.kind == "json":
        body = _Body(json=answer.value)
    elif answer.kind == "text":
        body = _Body(text=answer.value.split("\n"))
    else:
        text = redactor.redact(base64.b64encode(answer.value).decode())
        lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
        body = _Body(base64=lines, size=answer.size, sha256=answer.sha256)
    headers = [f"{name}: {value}" for name, value in answer.headers]
    document = _Document(SCHEMA, _Request(method, path), answer.status, headers, body)
    return msgspec.json.format(_encoder.encode(document), indent=2) + b"\n"


def read_recording(path: Path) -> Snapshot | None:
    """What was recorded; None where nothing was.

    Raises:
        FileError: there is a file and it cannot be used.
    """
    try:
        document = _decoder.decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"the recording {path} cannot be read: {error.strerror}", path=str(path)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise FileError(
            f"the recording {path} cannot be used: {error}", path=str(path), hint="record it anew with --update"
        ) from error
    if document.body == _Body():
        raise FileError(f"the recording {path} cannot be used: it has no body", path=str(path))
    pairs = (line.partition(":") for line in document.headers)
    body = document.body
    kind: Literal["json", "text", "binary"] = "json"
    value: Any = body.json
    if body.text is not msgspec.UNSET:
        kind, value = "text", "\n".join(body.text)
    elif body.base64 is not msgspec.UNSET:
        kind, value = "binary", b""
    return Snapshot(
        status=document.status,
        headers=tuple((name, value.strip()) for name, _, value in pairs),
        kind=kind,
        value=value,
        size=body.size,
        sha256=body.sha256,
    )


def write_recording(path: Path, data: bytes) -> None:
    """Put a recording in its place, whole or not at all.

    Raises:
        FileError: it could not be written; the one before is intact.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"the folder {path.parent} cannot be made: {error.strerror}", path=str(path)) from error
    write(path, data, expected_sha256=None, overwrite=True, durable=False)
