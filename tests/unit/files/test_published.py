"""What is published about the format: the JSON Schema, the samples and the page, each against the code."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.files import strategies as make
from tests.unit.files.styles import document
from workbench.files import format as document_types
from workbench.files import schema
from workbench.files.collections import discover, load, loads
from workbench.files.editing import apply, intent, new_document
from workbench.files.lint import lint
from workbench.files.samples import samples_folder
from workbench.files.validation.report import Report
from workbench.files.validation.requests import read_request
from workbench.model.collection import METHODS, Collection
from workbench.model.errors import CollectionError

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "collections.md"
SAMPLES = [str(path) for path in discover([str(samples_folder()), str(CASES / "collections"), str(CASES / "edits")])]


def plain(value: Any) -> Any:
    """TOML as JSON: dates are texts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value


def validator() -> jsonschema.Draft202012Validator:
    published = json.loads(schema.FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    return jsonschema.Draft202012Validator(published)


def test_the_schema_is_in_step() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run python -m workbench.files.schema"


def test_the_schema_is_written_by_its_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "FILE", tmp_path / "schema.json")
    schema.main()
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == schema.text()


@pytest.mark.parametrize("path", SAMPLES)
def test_samples_load_fit_the_schema_and_survive(path: str) -> None:
    loaded = load(path)
    assert list(validator().iter_errors(plain(tomllib.loads(loaded.data.decode("utf-8-sig"))))) == []
    assert intent.equal(loads(new_document(loaded.written), path=path).written, intent.normal(loaded.written))
    assert apply(loaded.data, loaded.written, loaded.written) == loaded.data


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'cyberun' is a required property"),
        ("cyberun = 2", "is not one of"),
        ("cyberun = 1\nx = 1", "'x' was unexpected"),
        ("cyberun = 1\n[[request]]\nid = 'a'\njson = ''\ntext = ''", "should not be valid under"),
        ("cyberun = 1\n[secrets]\nx = {}", "should be non-empty"),
        ("cyberun = 1\n[secrets]\nx = 'y'", "is not of type 'object'"),
        ("cyberun = 1\n[[request]]\nid = 'A'", "does not match"),
        ("cyberun = 1\n[[request]]\nid = 'a'\npath = '//x'", "does not match"),
        ("cyberun = 1\n[[request]]\nid = 'a'\nmethod = 'get'", "is not one of"),
        ("cyberun = 1\n[[request]]\nid = 'a'\ntimeout = '5'", "does not match"),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(text: str, words: str) -> None:
    errors = list(validator().iter_errors(plain(tomllib.loads(text))))
    assert any(words in error.message for error in errors), [error.message for error in errors]
    with pytest.raises(CollectionError):
        loads(text.encode(), path="x")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(make.collections)
def test_whatever_can_be_written_fits_the_schema(collection: Collection) -> None:
    assert list(validator().iter_errors(plain(tomllib.loads(new_document(collection).decode())))) == []


_JUNK = st.recursive(
    st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=5), st.just(datetime.date(2030, 1, 1))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([*document_types.keys_of(document_types.RequestDoc), "value", "off", "max"]), inner
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from([*document_types.keys_of(document_types.RequestDoc), "x"]), _JUNK, max_size=5))
def test_the_walk_finds_what_the_fast_way_refuses(table: dict[str, Any]) -> None:
    """Whatever msgspec refuses has a problem in our own words, and none of msgspec's."""
    from workbench.files.positions import Positions

    report = Report("x", Positions(""))
    read_request(table, 0, report)
    assert not [problem for problem in report.problems if problem.message.startswith(("Expected", "Object", "Invalid"))]


def test_methods_are_those_of_the_platform() -> None:
    assert set(get_args(document_types.Method)) == set(METHODS)


def test_the_document_of_a_collection_is_what_the_program_writes() -> None:
    collection = load(CASES / "collections" / "billing.toml").written
    written = tomllib.loads(new_document(collection).decode())
    assert {key for request in written["request"] for key in request} <= document_types.REQUEST_KEYS
    assert document(collection)["request"][0]["id"] == written["request"][0]["id"]


def blocks() -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_every_document_on_the_page_loads() -> None:
    assert len(blocks()) >= 10
    for block in blocks():
        text = block if "cyberun = 1" in block else _completed(block)
        loaded = loads(text.encode(), path="docs/collections.md")
        assert loaded.warnings == (), [str(each) for each in loaded.warnings]


def _completed(block: str) -> str:
    """A part of a collection on the page, with what it leaves out."""
    inside_a_request = not block.lstrip().startswith(("[[request]]", "[vars]", "[env", "[secrets]", "[defaults"))
    head = "cyberun = 1\n[[request]]\nid = 'shown'\n" if inside_a_request else "cyberun = 1\n"
    return head + block


def test_whole_documents_on_the_page_have_nothing_to_warn_about() -> None:
    whole = [block for block in blocks() if "cyberun = 1" in block]
    assert whole
    for block in whole:
        assert [str(each) for each in lint(loads(block.encode(), path="x"))] == []


def test_every_key_stands_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    types = (
        document_types.CollectionDoc,
        document_types.RequestDoc,
        document_types.DefaultsDoc,
        document_types.EnvironmentDoc,
        document_types.SecretDoc,
        document_types.RetryDoc,
        document_types.SnapshotDoc,
    )
    missing = {
        key
        for each in types
        for key in document_types.keys_of(each)
        if f"`{key}`" not in page and f"{key} = " not in page
    }
    assert missing == set()
