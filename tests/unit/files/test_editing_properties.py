"""Properties of the editing function, for any collection, any author's way of writing, and any edit."""

from __future__ import annotations

from random import Random  # noqa: TC003 - hypothesis looks at it
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.unit.files import strategies as make
from tests.unit.files.mutations import mutate
from tests.unit.files.styles import Author, document
from workbench.files.collections import loads
from workbench.files.editing import apply, intent, new_document
from workbench.files.editing.changes import Changes
from workbench.files.editing.tree import Tree
from workbench.files.positions import Positions
from workbench.model.collection import Body, Collection, SavedRequest

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject

quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(make.collections)
def test_a_new_document_says_what_was_meant(collection: Collection) -> None:
    data = new_document(collection)
    assert intent.equal(loads(data, path="x").written, intent.normal(collection))


@quick
@given(make.collections, st.randoms(use_true_random=False), st.data())
def test_any_edit_of_any_document_says_what_was_meant(collection: Collection, random: Random, data: DataObject) -> None:
    before = Author(random).write(document(collection))
    written = loads(before, path="x").written
    wanted = mutate(data, written)
    after = apply(before, written, wanted)
    assert intent.equal(loads(after, path="x").written, intent.normal(wanted))


@quick
@given(make.collections, st.randoms(use_true_random=False))
def test_a_document_is_the_sum_of_its_pieces(collection: Collection, random: Random) -> None:
    data = Author(random).write(document(collection))
    assert str(Tree(data.decode())).encode() == data
    written = loads(data, path="x").written
    assert apply(data, written, written) == data


@quick
@given(make.collections, st.randoms(use_true_random=False), st.data())
def test_bytes_outside_a_changed_value_are_the_same(collection: Collection, random: Random, data: DataObject) -> None:
    """For a value that stands in one place: all that is not its own span stays."""
    before = Author(random).write(document(collection))
    written = loads(before, path="x").written
    positions = Positions(before.decode())
    spots = [path for path in positions if positions.value(path) is not None and _is_spot(path)]
    assume(spots)
    path = data.draw(st.sampled_from(spots))
    wanted = _changed(written, path, data)
    value = positions.value(path)
    assert value is not None
    text = before.decode()
    after = apply(before, written, wanted).decode()
    assert after.startswith(text[: value.start])
    assert after.endswith(text[value.end :])


def _is_spot(path: tuple[Any, ...]) -> bool:
    if path[0] == "request":
        return len(path) == 3 and path[2] in ("path", "method", "text", "json", "skip")
    return path == ("name",) or (path[0] == "vars" and len(path) == 2)


def _changed(collection: Collection, path: tuple[Any, ...], data: DataObject) -> Collection:
    from msgspec.structs import replace

    if path == ("name",):
        return replace(collection, name=data.draw(make.nasty.filter(bool)))
    if path[0] == "vars":
        return replace(collection, vars={**collection.vars, path[1]: data.draw(make.json_values)})
    at, key = path[1], path[2]
    values: dict[str, Any] = {
        "path": "/changed",
        "method": "OPTIONS",
        "skip": "because",
        "text": Body("text", data.draw(make.nasty)),
        "json": Body("json", data.draw(make.nasty)),
    }
    field = "body" if key in ("text", "json") else key
    requests = list(collection.requests)
    requests[at] = replace(requests[at], **{field: values[key]})
    return replace(collection, requests=tuple(requests))


@settings(quick, max_examples=12)
@given(make.collections, make.collections)
def test_any_collection_can_become_any_other(one: Collection, other: Collection) -> None:
    data = new_document(one)
    changed = apply(data, loads(data, path="x").written, other)
    assert intent.equal(loads(changed, path="x").written, intent.normal(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "'",
        "''",
        "'''",
        "a'",
        '"',
        '"""',
        '""""""',
        "\\",
        "\\\n",
        "\n",
        "\n\n",
        "\r",
        "\r\n",
        "a\r\nb\n",
        "\t",
        " \n ",
        "trailing  \n",
        "no end",
        "\x00",
        "\x1b[0m'''",
        "\x7f",
        "\u2028",
        "\ufeff",
        "👩‍💻",
        '{"a": "b"}\n',
        "'''\"\"\"\\",
    ],
)
@pytest.mark.parametrize("kind", ["json", "text"])
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_body_is_kept_byte_for_byte(kind: Any, text: str, eol: str) -> None:
    data = f'cyberun = 1{eol}[[request]]{eol}id = "a"{eol}text = "old"{eol}'.encode()
    written = loads(data, path="x").written
    body = Body(kind, text)
    wanted = Collection(requests=(SavedRequest(id="a", body=body),))
    after = apply(data, written, wanted)
    assert loads(after, path="x").written.requests[0].body == body
    assert (b"\r\n" in after) == (eol == "\r\n")
    assert after.count(b"\n") == after.count(eol.encode())


def test_a_bug_of_the_editor_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.files.errors import EditingBug

    data = b"cyberun = 1\n"
    monkeypatch.setattr(Changes, "collection", lambda *_: None)
    with pytest.raises(EditingBug):
        apply(data, Collection(), Collection(name="x"))
