"""Placeholders: one pass, all missing names at once, nothing evaluated twice, secrets kept wrapped."""

from __future__ import annotations

import datetime
import random
import re
import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.collection import Body, Entry, Retry, SavedRequest
from workbench.model.errors import VariableError
from workbench.model.request import ResolvedRequest, Target
from workbench.model.secrets import Secret, reveal
from workbench.model.urls import quote_unsafe
from workbench.model.variables import (
    Dynamic,
    Renderer,
    Scope,
    names_used,
    placeholders,
    quoted_after,
    resolve,
    text_of,
)

TARGET = Target(base_url="http://127.0.0.1:1", service="svc")
NOW = datetime.datetime(2026, 11, 23, 17, 20, 50, 259000, tzinfo=datetime.UTC)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=15)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def dynamic() -> Dynamic:
    return Dynamic(NOW, random.Random(7))  # noqa: S311 - no secret is made of it


def scope(**values: Any) -> Scope:
    return Scope((("vars", values),))


def render(template: str, *, json_body: bool = False, url: bool = False, **values: Any) -> str:
    renderer = Renderer(scope(**values), dynamic())
    text = renderer.render(template, "here", json_body=json_body, url=url)
    assert not renderer.missing
    return reveal(text)


def resolved(request: SavedRequest, **values: Any) -> ResolvedRequest:
    return resolve(request, target=TARGET, scope=scope(**values), dynamic=dynamic())


class TestRender:
    @given(text=TEXTS)
    def test_a_text_without_placeholders_is_itself(self, text: str) -> None:
        if "{{" not in text:
            assert render(text) == text
            assert render(text, json_body=True) == text
            assert render(text, url=True) == text

    @given(
        parts=st.lists(
            st.sampled_from(["{{a}}", "{{ b }}", "{{c.d-e_f}}", "x", '"', " ", "é", "}", "{", "\n"]), max_size=8
        )
    )
    def test_no_placeholder_is_left_behind(self, parts: list[str]) -> None:
        template = "".join(parts)
        text = reveal(Renderer(scope(**{"a": "1", "b": "2", "c.d-e_f": "3"}), dynamic()).render(template, "here"))
        assert not re.search(r"\{\{\s*[a-z][^{}]*\}\}", text.replace("x", ""))
        if "{" not in "".join(part for part in parts if len(part) == 1):
            assert text == template.replace("{{a}}", "1").replace("{{ b }}", "2").replace("{{c.d-e_f}}", "3")

    @given(value=TEXTS)
    def test_values_are_never_looked_at_again(self, value: str) -> None:
        for smuggled in (value, "{{b}}", "{{a}}", r"\{{b}}", "{{$uuid}}", "{" + "{b}}"):
            assert render("<{{a}}>", a=smuggled, b="no") == f"<{smuggled}>"
        assert render("{{a}}b}}", a="{{", b="no") == "{{b}}"
        assert render("{{{b}}{b}}", b="no") == "{no{b}}"

    @pytest.mark.parametrize(
        ("template", "text"),
        [
            (r"\{{a}}", "{{a}}"),
            (r"\{{a}} {{a}}", "{{a}} 1"),
            (r"\{{{{a}}}}", "{{1}}"),
            (r"{{a}}\{{", "1{{"),
            ("{{a}}{{a}}", "11"),
            ("{{\ta\n}}", "1"),
            ("{ {a} }", "{ {a} }"),
            ("{{a", "{{a"),
            ("a}}", "a}}"),
            ("{a}", "{a}"),
            ("", ""),
        ],
    )
    def test_escapes_and_near_misses(self, template: str, text: str) -> None:
        assert render(template, a="1") == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [("x", "x"), ("", ""), (5, "5"), (1.5, "1.5"), (True, "true"), (None, "null"), ([1, "a"], '[1,"a"]'),
         ({"k": 1}, '{"k":1}'), (12345678901234567890123, "12345678901234567890123")],
    )  # fmt: skip
    def test_how_values_are_written(self, value: Any, text: str) -> None:
        assert text_of(value) == text
        assert render("{{a}}", a=value) == text

    @given(values=st.lists(TEXTS, min_size=3, max_size=3), other=JSON.filter(lambda value: not isinstance(value, str)))
    def test_a_json_body_stays_json_whatever_the_values(self, values: list[str], other: Any) -> None:
        template = '{"k{{a}}": "x{{b}}\\"{{c}}y", "n": {{n}}, "l": ["{{a}}", "\\\\"], "lit": "\\{{a}}"}'
        a, b, c = values
        text = render(template, json_body=True, a=a, b=b, c=c, n=other)
        decoded = msgspec.json.decode(text)
        expected = {f"k{a}": f'x{b}"{c}y', "n": other, "l": [a, "\\"], "lit": "{{a}}"}
        assert decoded == msgspec.json.decode(msgspec.json.encode(expected))

    def test_only_values_inside_quotes_are_escaped(self) -> None:
        assert render('{"a": "{{a}}", "b": {{a}}}', json_body=True, a='"') == '{"a": "\\"", "b": "}'
        assert render('"{{a}}"', a='"') == '"""'

    @given(value=TEXTS)
    def test_what_cannot_stand_in_a_url_is_encoded(self, value: str) -> None:
        text = render("/p/{{a}}", url=True, a=value)
        assert all("!" <= character <= "~" for character in text)
        assert quote_unsafe(text) == text
        assert render("/{{a}}", url=True, a="x/y?z=1&%20#é ") == "/x/y?z=1&%20#%C3%A9%20"

    def test_placeholders_of_a_template(self) -> None:
        assert list(placeholders(r"{{a}} \{{b}} {{ c }} {{$randint 1 9}} {{}}")) == ["a", "c", "$randint 1 9", ""]


class TestSecretsInTemplates:
    def test_a_text_with_a_secret_is_one(self) -> None:
        renderer = Renderer(scope(token=Secret("hunter2", "api"), user="ada"), dynamic())
        text = renderer.render("{{user}}:{{token}}", "here")
        assert isinstance(text, Secret)
        assert (text.reveal(), str(text), text.label) == ("ada:hunter2", "ada:[redacted:api]", "api")

    def test_a_secret_without_a_label_is_still_one(self) -> None:
        text = Renderer(scope(token=Secret("hunter2", "")), dynamic()).render("{{token}}", "here")
        assert isinstance(text, Secret)
        assert "hunter2" not in str(text)

    def test_it_stays_one_through_every_part_of_a_request(self) -> None:
        request = SavedRequest(
            id="r",
            method="POST",
            path="/{{token}}",
            query=(Entry("q", "{{token}}"), Entry("plain", "1")),
            headers=(Entry("x", "{{token}}"),),
            body=Body("json", '{"t": "{{token}}"}'),
        )
        result = resolved(request, token=Secret('hu"n ter2', "api"))
        assert isinstance(result.path, Secret)
        assert result.path.reveal() == '/hu"n%20ter2?q=hu%22n%20ter2&plain=1'
        assert str(result.path) == "/[redacted:api]?q=[redacted:api]&plain=1"
        assert isinstance(result.body, Secret)
        assert msgspec.json.decode(result.body.reveal()) == {"t": 'hu"n ter2'}
        form = resolved(
            SavedRequest(id="r", body=Body("form", form=(Entry("t", "{{token}}"),))), token=Secret("hunter2")
        )
        assert isinstance(form.body, Secret)
        for part in (result, form):
            assert "hunter2" not in repr(part)
            assert "ter2" not in repr(part)

    def test_a_secret_of_a_lower_layer_makes_the_name_secret(self) -> None:
        layers = Scope((("secrets", {"t": Secret("a", "t")}), ("--var", {"t": "b"})))
        found = layers.lookup("t")
        assert found is not None
        assert isinstance(found[0], Secret)
        assert (found[0].reveal(), found[1]) == ("b", "--var")


class TestScope:
    def test_the_last_layer_wins(self) -> None:
        layers = Scope((("vars", {"a": 1, "b": 1}), ("env", {"a": 2}))).with_layer("row", {"c": None})
        assert layers.lookup("a") == (2, "env")
        assert layers.lookup("b") == (1, "vars")
        assert layers.lookup("c") == (None, "row")
        assert layers.lookup("d") is None
        assert layers.names() == {"a", "b", "c"}


class TestMissing:
    def test_every_missing_name_is_in_one_error(self) -> None:
        request = SavedRequest(
            id="r",
            path="/{{a}}/{{b}}",
            query=(Entry("q", "{{c}}"), Entry("off", "{{unused}}", off=True)),
            headers=(Entry("h", "{{d}} {{a}}"),),
            body=Body("json", '{"x": "{{e}}"}'),
            asserts=("status == {{f}}",),
        )
        with pytest.raises(VariableError) as caught:
            resolved(request)
        assert caught.value.request_id == "r"
        assert [(item.name, item.where) for item in caught.value.missing] == [
            ("a", "path"),
            ("b", "path"),
            ("c", "query.q"),
            ("d", "headers.h"),
            ("a", "headers.h"),
            ("e", "json"),
        ]
        assert "no value for {{a}} in path, {{b}} in path" in str(caught.value)
        assert "--var NAME=VALUE" in str(caught.value)

    @pytest.mark.parametrize(
        ("template", "words"),
        [
            ("{{}}", "{{}} in path is not a variable name"),
            ("{{a b}}", "{{a b}} in path is not a variable name"),
            ("{{1a}}", "is not a variable name"),
            ("{{$nope}}", "{{$nope}} in path: expected $uuid, $now, $timestamp or $randint LOW HIGH"),
            ("{{$randint 9 1}}", "expected $uuid"),
            ("{{$randint 1}}", "expected $uuid"),
            ("{{$uuid 1}}", "expected $uuid"),
            ("{{$randint 1 " + "9" * 5000 + "}}", "expected $uuid"),
        ],
        ids=lambda value: value[:20],
    )
    def test_what_is_no_name(self, template: str, words: str) -> None:
        with pytest.raises(VariableError) as caught:
            resolved(SavedRequest(id="r", path=f"/{template}"))
        assert words in str(caught.value)

    def test_a_value_that_cannot_be_written_is_an_error_and_no_traceback(self) -> None:
        for request in (
            SavedRequest(id="r", path="/{{a}}"),
            SavedRequest(id="r", query=(Entry("q", "{{a}}"),)),
            SavedRequest(id="r", body=Body("json", '"{{a}}"')),
            SavedRequest(id="r", body=Body("text", "{{a}}")),
        ):
            with pytest.raises(VariableError, match=r"not valid Unicode \(U\+DC80 stands alone\)"):
                resolved(request, a="x\udc80")


class TestResolve:
    def test_without_placeholders_everything_is_as_written(self) -> None:
        request = SavedRequest(
            id="r", method="PUT", path="/a b?x=1#é", headers=(Entry("X", " v "),),
            body=Body("text", "é\r\n"), timeout=2.5, asserts=("status == 200",),
        )  # fmt: skip
        assert resolved(request) == ResolvedRequest(
            target=TARGET, method="PUT", path="/a b?x=1#é",
            headers=(("X", " v "), ("content-type", "text/plain; charset=utf-8")),
            body="é\r\n".encode(), timeout=2.5, asserts=("status == 200",),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("path", "result"),
        [("/a", "/a?q=1&q=2&%C3%A9%20=a%26b"), ("/a?x=1", "/a?x=1&q=1&q=2&%C3%A9%20=a%26b"),
         ("/a?", "/a?q=1&q=2&%C3%A9%20=a%26b"), ("/a?x&", "/a?x&q=1&q=2&%C3%A9%20=a%26b")],
    )  # fmt: skip
    def test_the_query_is_added_to_the_path(self, path: str, result: str) -> None:
        query = (Entry("q", "1"), Entry("q", "{{two}}"), Entry("off", "x", off=True), Entry("é ", "a&b"))
        assert resolved(SavedRequest(id="r", path=path, query=query), two=2).path == result

    def test_switched_off_entries_are_not_sent(self) -> None:
        request = SavedRequest(
            id="r",
            query=(Entry("q", "1", off=True),),
            headers=(Entry("a", "1", off=True), Entry("b", "2")),
            body=Body("form", form=(Entry("f", "1", off=True), Entry("g", "a b"))),
        )
        result = resolved(request)
        assert (result.path, result.body) == ("/", b"g=a%20b")
        assert result.headers == (("b", "2"), ("content-type", "application/x-www-form-urlencoded"))

    @pytest.mark.parametrize(
        ("kind", "content_type"),
        [
            ("json", "application/json"),
            ("text", "text/plain; charset=utf-8"),
            ("form", "application/x-www-form-urlencoded"),
        ],
    )
    def test_a_content_type_only_where_none_is_set(self, kind: Any, content_type: str) -> None:
        body = Body(kind, "1", form=(Entry("a", "1"),))
        assert resolved(SavedRequest(id="r", body=body)).headers == (("content-type", content_type),)
        own = (Entry("Content-Type", "x/y"),)
        assert resolved(SavedRequest(id="r", body=body, headers=own)).headers == (("Content-Type", "x/y"),)

    def test_files_are_handed_in_as_bytes(self) -> None:
        request = SavedRequest(id="r", method="POST", body=Body("file", "a.png"))
        result = resolve(request, target=TARGET, scope=Scope(), dynamic=dynamic(), file=(b"\x89PNG", "image/png"))
        assert (result.body, result.headers) == (b"\x89PNG", (("content-type", "image/png"),))

    def test_assertions_wait_for_the_answer(self) -> None:
        """Their placeholders may name what this very answer gives, so they are filled in when it is there."""
        assert resolved(SavedRequest(id="r", asserts=("$.a == {{later}}",))).asserts == ("$.a == {{later}}",)

    def test_names_used_says_where_first(self) -> None:
        request = SavedRequest(
            id="r", path="/{{a}}", service="{{s}}", query=(Entry("q", "{{b}} {{$uuid}}"),),
            headers=(Entry("h", "{{a}}"),), body=Body("form", form=(Entry("f", "{{c}}"),)),
            asserts=("status == {{d}}",), retry=Retry(2, until="$.x == {{e}}"),
        )  # fmt: skip
        assert names_used(request) == {
            "a": "path", "s": "service", "b": "query.q", "c": "form.f", "d": "assert 1", "e": "retry.until",
        }  # fmt: skip


class TestDynamic:
    def test_each_is_made_once(self) -> None:
        made = dynamic()
        for expression in ("$uuid", "$now", "$timestamp", "$randint 1 1000000"):
            assert made.value(expression) == made.value(expression)
            assert made.value(expression)

    def test_what_they_are(self) -> None:
        made = dynamic()
        assert uuid.UUID(str(made.value("$uuid"))).version == 4
        assert made.value("$now") == "2026-11-23T17:20:50.259Z"
        assert made.value("$timestamp") == "1795454450"
        assert all(str(dynamic().value(f"$randint -3 {high}")) in {"-3", "-2", "-1", "0", "1"} for high in (-3, 0, 1))

    def test_now_is_utc_whatever_the_clock_says(self) -> None:
        elsewhere = NOW.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
        rng = random.Random(1)  # noqa: S311 - no secret is made of it
        assert Dynamic(elsewhere, rng).value("$now") == "2026-11-23T17:20:50.259Z"

    def test_the_same_in_every_part_of_one_request(self) -> None:
        request = SavedRequest(id="r", path="/{{$uuid}}", headers=(Entry("x", "{{$uuid}}"),))
        result = resolved(request)
        assert f"/{reveal(result.headers[0][1])}" == result.path


@given(st.text(alphabet='"\\a{} \n', max_size=30), st.booleans())
def test_whether_a_text_ends_inside_quotes(literal: str, inside: bool) -> None:
    """Against one character after the other."""
    now, at = inside, 0
    while at < len(literal):
        if literal[at] == "\\" and now:
            at += 1
        elif literal[at] == '"':
            now = not now
        at += 1
    assert quoted_after(literal, inside=inside) == now
