"""An OpenAPI document as its parts are asked for: references followed, examples found or made. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from workbench.interchange.documents import table
from workbench.interchange.schemas import Examples
from workbench.model.variables import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_REFERENCES = 20


class Document:
    """One document.

    Args:
        root: its value.
        warn: told of references that lead nowhere or out of the document.
    """

    def __init__(self, root: dict[str, Any], warn: Callable[[str], None]) -> None:
        self.root = root
        self._warn = warn
        self._examples = Examples(self.resolve)

    def example(self, part: dict[str, Any]) -> Any:
        """The example of a parameter or of a kind of body."""
        if "example" in part:
            return part["example"]
        for each in table(part.get("examples")).values():
            given = self.followed(each)
            if "value" in given:
                return given["value"]
        if "schema" in part:
            return self._examples.of(part["schema"])
        content = next(iter(table(part.get("content")).values()), None)
        return None if content is None else text_of(self.example(table(content)))

    def followed(self, value: Any) -> dict[str, Any]:
        """The table behind any number of references; an empty one where there is none."""
        found = table(value)
        for _ in range(_MOST_REFERENCES):
            reference = found.get("$ref")
            if not isinstance(reference, str):
                return found
            beside = {key: each for key, each in found.items() if key != "$ref"}
            found = {**self.resolve(reference), **beside}
        return {}

    def resolve(self, reference: str) -> dict[str, Any]:
        """What a reference leads to; an empty table where it leads nowhere in this document."""
        if not reference.startswith("#"):
            self._warn(f"the reference {reference} is not followed: it leads out of the document")
            return {}
        found: Any = self.root
        for part in reference.removeprefix("#").split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            found = table(found).get(key)
        if not isinstance(found, dict):
            self._warn(f"the reference {reference} leads nowhere")
        return table(found)
