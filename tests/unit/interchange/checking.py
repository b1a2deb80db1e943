"""What holds for every import: it is a collection that can be written, read back, and checked without an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from workbench.files.collections import loads
from workbench.files.editing import new_document
from workbench.files.lint import lint

if TYPE_CHECKING:
    from workbench.interchange.building import Imported


def checked(imported: Imported) -> Imported:
    """The same, after it was written, read and linted."""
    loaded = loads(new_document(imported.collection), path="x.toml")
    assert loaded.collection.requests == imported.collection.requests
    serious = [str(each) for each in lint(loaded) if "clear" in each.message or "gives {{" in each.message]
    assert serious == []
    return imported


def documents(keys: str, texts: list[str]) -> st.SearchStrategy[Any]:
    """JSON values with these keys and texts at any place, most of them where they make no sense."""
    return st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", *texts]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys.split()), inner, max_size=4),
        max_leaves=12,
    )
