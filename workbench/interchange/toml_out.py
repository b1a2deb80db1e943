"""A request as the table it has in a collection, written by the one editing function (FORMAT.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.files.editing import new_document
from workbench.interchange.masking import Copied
from workbench.model.collection import Collection, Entry, Source
from workbench.model.secrets import SENSITIVE_HEADERS
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from workbench.interchange.masking import Masking
    from workbench.model.collection import SavedRequest

_HEAD = "[[request]]"


def toml_table(request: SavedRequest, masking: Masking) -> Copied:
    """The `[[request]]` table with its placeholders as they are; a secret that stands there in clear is masked.

    Raises:
        CollectionError: the request is not one that a file can hold; has every problem.
    """
    if not masking.revealed:
        request = msgspec.structs.replace(
            request, headers=tuple(_masked_header(entry, masking) for entry in request.headers)
        )
    document = new_document(Collection(requests=(request,), source=Source("the request"))).decode()
    table = document[document.index(_HEAD) :]
    shown = table if masking.revealed else masking.redactor.redact(table)
    notes = ("what stands there in clear as a secret is masked",) if "[redacted:" in shown else ()
    return Copied(shown, notes)


def _masked_header(entry: Entry, masking: Masking) -> Entry:
    if entry.name.lower() not in SENSITIVE_HEADERS or not entry.value or any(placeholders(entry.value)):
        return entry
    return msgspec.structs.replace(entry, value=masking.redactor.header(entry.name, entry.value))
