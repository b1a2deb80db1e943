"""The JSON Schema of the collection format, from the same types that validation uses.

`python -m workbench.files.schema` writes it to `docs/collection.schema.json`; a test fails when that is out of step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from workbench.files.format import BODY_KEYS, CollectionDoc

FILE = Path(__file__).resolve().parent.parent.parent / "docs" / "collection.schema.json"


def schema() -> dict[str, Any]:
    """The schema as a JSON value (JSON Schema 2020-12)."""
    made = msgspec.json.schema(CollectionDoc)
    definitions = {name.removesuffix("Doc"): _renamed(each) for name, each in made["$defs"].items()}
    root = definitions.pop("Collection")
    definitions["Secret"] |= {"minProperties": 1, "maxProperties": 1}
    definitions["Request"]["allOf"] = [
        {"not": {"required": [one, other]}} for at, one in enumerate(BODY_KEYS) for other in BODY_KEYS[at + 1 :]
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "title": "A cyberun-tui collection, format version 1",
        "$defs": dict(sorted(definitions.items())),
    }


def _renamed(value: Any) -> Any:
    """References and titles without the types' own ending."""
    if isinstance(value, dict):
        return {
            key: item.removesuffix("Doc") if key in ("$ref", "title") and isinstance(item, str) else _renamed(item)
            for key, item in value.items()
        }
    return [_renamed(item) for item in value] if isinstance(value, list) else value


def text() -> str:
    """The schema as the file has it."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def main() -> None:
    """Write the schema to its file."""
    FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
