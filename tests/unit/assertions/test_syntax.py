"""Lines that are not of the language: what is said, at which column; and the free choice in how a line is spaced."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.assertions.build import subject
from workbench.model.assertions import (
    AssertionSyntaxError,
    capture,
    check_syntax,
    compile_assertion,
    compile_query,
    evaluate,
)
from workbench.model.assertions.filters import FILTERS
from workbench.model.assertions.predicates import NAMES

if TYPE_CHECKING:
    from typing import Literal

PREDICATE = "a predicate (==, !=, <, contains, exists, …)"

TRAILING_COMMA = 13 if sys.version_info >= (3, 13) else 14
"""Python has the comma for wrong, or what follows it."""

WRONG = [
    # no query
    ("", 1, "expected a query (status,"),
    ("   ", 4, "found the end of the line"),
    ("== 200", 1, "found '=='"),
    ("stats == 200", 1, "found 'stats'; did you mean status?"),
    ('Header "x" exists', 1, "found 'Header'; did you mean header?"),
    ("platform.stat == 1", 1, "did you mean platform.status?"),
    ('jsonpath "$.x" == 1', 1, "write the JSONPath itself: $.name"),
    ('variable "x" == 1', 1, 'write var "name"'),
    ("header == 1", 8, "expected the name of a header in double quotes"),
    ("header content-type == 1", 8, "found 'content-type'"),
    ("header 'x' == 1", 8, "expected the name of a header in double quotes"),
    ('header "x == 1', 8, "the closing quote is missing"),
    ('header "x\\q" exists', 10, "this is not JSON: invalid \\escape"),
    ('header "\\ud83d" exists', 8, "half of a character (U+D83D)"),
    ("var exists", 5, "expected the name of a variable"),
    # filters
    ("body | == 1", 8, "expected a filter (count, first, last,"),
    ("body |", 7, "found the end of the line"),
    ("body | | count == 1", 8, "found '|'"),
    ("body | conut == 1", 8, "found 'conut'; did you mean count?"),
    ("body | length == 1", 8, "did you mean count?"),
    ("body | nth == 1", 12, "expected a position: 0 is the first, -1 the last, found '=='"),
    ("body | nth 1.5 == 1", 12, "found '1.5'"),
    ("body | split == 1", 14, "expected a separator in double quotes"),
    ('body | split "" == 1', 14, "expected a separator that is not empty"),
    ("body | regex x == 1", 14, "expected a regular expression between slashes"),
    ("body | regex /x == 1", 14, "the closing / is missing"),
    ("body | regex /x/g == 1", 17, "unknown flag 'g': expected i, m or s"),
    ("body | regex /a(b/ == 1", 16, "this is not a regular expression: missing ), unterminated subpattern"),
    ("body | regex /a{99999999999}/ == 1", 14, "this is not a regular expression"),
    ("body | replace /x/ == 1", 20, "expected the replacement in double quotes"),
    ('body | replace /x/ "$1" == 1', 20, "the replacement names a group that is not there"),
    ('body | replace /x/ "${y}" == 1', 20, "the replacement names a group that is not there"),
    ('body | jsonpath "x" == 1', 18, "expected a JSONPath, which begins with $, found 'x'"),
    ('body | jsonpath "$.a[0" == 1', 21, "the '[' here is never closed"),
    ('body | jsonpath "$.a b" == 1', 22, "expected the end of the JSONPath, found 'b'"),
    ('body | jsonpath "$[\\"a]" == 1', 17, "never closed"),
    # predicates
    ("status", 7, f"expected {PREDICATE}, found the end of the line"),
    ("status not", 11, f"expected {PREDICATE}, found the end of the line"),
    ("status contians 2", 8, f"expected {PREDICATE}, found 'contians'; did you mean contains?"),
    ("status not contians 2", 12, "did you mean contains?"),
    ("status isnull", 8, "found 'isnull'; did you mean isNull?"),
    ("status not not exists", 12, "found 'not'"),
    ("status = 200", 8, "found '='; write =="),
    ("status === 200", 8, "found '==='; write =="),
    ("status =< 200", 8, "found '=<'"),
    ("status equals 200", 8, "found 'equals'; write =="),
    ("status ! exists", 8, "found '!'"),
    ("$.a count == 2", 5, "a filter stands behind a bar: | count"),
    ("$.a && $.b", 5, "found '&&'"),
    # values
    ("status ==", 10, "expected a value: JSON such as 200"),
    ("status == 200 201", 15, "expected the end of the line, found '201'"),
    ("status exists 5", 15, "expected the end of the line, found '5'"),
    ("status == 0200", 12, "expected the end of the line, found '200'"),
    ("status == Ada", 11, 'a text stands in double quotes: "…"'),
    ("status == 'Ada'", 11, "texts stand in double quotes"),
    ("status == True", 11, "found 'True'; write true"),
    ("status == None", 11, "write null"),
    ("status == NaN", 11, "NaN is not JSON"),
    ("status == -Infinity", 11, "-Infinity is not JSON"),
    ("status == [1, 2", 16, "this is not JSON"),
    ('status == {"a" 1}', 16, "this is not JSON: expecting ':' delimiter"),
    ("status == [1,]", TRAILING_COMMA, "this is not JSON"),
    ('status == "a\nb"', 13, "this is not JSON: invalid control character"),
    ("status < true", 10, "expected a number, a string or a duration after <"),
    ("status < [1]", 10, "expected a number, a string or a duration after <"),
    ("status < 5ms", 10, "a duration is for the query duration only, found '5ms'"),
    ("$.a == 5s", 8, "a duration is for the query duration only"),
    ("duration | toInt < 5ms", 20, "a duration is for the query duration only"),
    ('duration < "5ms"', 12, "expected a time: a duration such as 500ms"),
    ("duration == null", 13, "expected a time"),
    ("duration < 5h", 13, "expected the end of the line, found 'h'"),
    ("$.a startsWith 5", 16, "expected a text in double quotes after startsWith, found '5'"),
    ("$.a endsWith null", 14, "expected a text in double quotes after endsWith"),
    ("$.a in 5", 8, "expected an array after in, such as in [200, 204]"),
    ("$.a in", 7, "expected a value"),
    ('$.a matches "x"', 13, "write matches /…/"),
    ("$.a matches", 12, "expected a regular expression between slashes"),
    ("$.a matchesSchema user.json", 19, "expected the file of a JSON Schema in double quotes"),
    ('$.a matchesSchema ""', 19, "expected the name of a file"),
]


@pytest.mark.parametrize(("line", "column", "words"), WRONG)
def test_what_is_wrong_and_where(line: str, column: int, words: str) -> None:
    with pytest.raises(AssertionSyntaxError) as caught:
        compile_assertion(line)
    error = caught.value
    assert words in error.message
    assert error.column == column
    assert error.expected
    assert str(error) == f"column {column}: {error.message}"
    result = evaluate(line, subject(), line=9)
    assert (result.ok, result.found, result.text, result.line) == (False, False, line, 9)
    assert result.message == f"this is not an assertion: {error}"


@pytest.mark.parametrize(
    ("value", "words"),
    [("1" + "0" * 5000, "this value cannot be read"), ("[" * 100_000, "it is nested too deeply")],
    ids=["digits", "depth"],
)
def test_values_beyond_what_can_be_read(value: str, words: str) -> None:
    error = check_syntax(f"status == {value}", kind="assertion")
    assert error is not None
    assert (error.column, words in error.message) == (11, True)


def test_the_message_as_documented() -> None:
    with pytest.raises(AssertionSyntaxError) as caught:
        compile_assertion("$.a.b.cd.e contians 1")
    assert str(caught.value) == (
        "column 12: expected a predicate (==, !=, <, contains, exists, …), found 'contians'; did you mean contains?"
    )


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("$.a == 1", 5, "a capture has no predicate"),
        ("$.a exists", 5, "a capture has no predicate"),
        ("$.a not", 5, "a capture has no predicate"),
        ("$.a | count 5", 13, "a capture has no predicate"),
        ("", 1, "expected a query"),
    ],
)
def test_what_is_no_query(line: str, column: int, words: str) -> None:
    error = check_syntax(line, kind="query")
    assert error is not None
    assert (error.column, words in error.message) == (column, True)
    assert capture(line, subject()) == (False, None, f"this is not a query: {error}")


@pytest.mark.parametrize(
    "line",
    [
        "status==200",
        " status  ==  200 ",
        "\tstatus\n==\r\n200\n",
        "status!=404",
        "status<=200",
        "$.a|count==2",
        "$.a| count ==2",
        '$.a[0]startsWith"x"',
        "status in[200]",
        "status not==404",
        'header"x"exists',
        "$.a isString",
        "duration<500 ms",
    ],
)
def test_white_space_is_free(line: str) -> None:
    compile_assertion(line)


def test_the_text_of_a_line_is_kept() -> None:
    assertion = compile_assertion('  $.a |  split ","|nth 0  not ==  "x" ')
    assert assertion.text == '$.a |  split ","|nth 0  not ==  "x"'
    assert assertion.query.text == '$.a |  split ","|nth 0'
    assert [step.text for step in assertion.query.filters] == ['split ","', "nth 0"]
    assert (assertion.negated, assertion.predicate.name) == (True, "==")


def test_compiled_lines_are_kept() -> None:
    assert compile_assertion("status == 299") is compile_assertion("status == 299")
    assert compile_query("$.kept") is compile_query("$.kept")


def test_every_name_is_spelled_as_in_the_format() -> None:
    assert set(FILTERS) == {
        "count", "first", "last", "nth", "split", "regex", "replace", "toInt", "toFloat", "lower", "trim",
        "base64Decode", "jsonpath",
    }  # fmt: skip
    assert set(NAMES) == {
        "==", "!=", "<", "<=", ">", ">=", "contains", "startsWith", "endsWith", "matches", "in", "exists", "isNull",
        "isEmpty", "isString", "isNumber", "isInteger", "isBoolean", "isArray", "isObject", "isUuid", "isDate",
        "matchesSchema",
    }  # fmt: skip


class TestTemplates:
    """`check_syntax` judges a line before its placeholders are filled in."""

    @pytest.mark.parametrize(
        "line",
        [
            "status == {{code}}",
            "status == {{ code }}",
            "status == 2{{xx}}",
            "status == -{{n}}",
            "status == {{a}}{{b}}",
            "status == {{whole}}.5",
            "status == {{$randint 200 299}}",
            'var "{{which}}" == 1',
            'header "{{name}}" contains "{{a}} and {{b}}"',
            '$.name == "{{user}}"',
            '$.id == "\\{{literal}}"',
            "$.a == {{any_json_value}}",
            "$.a not == {{x}}",
            "$.items[{{a_name_that_is_far_longer_than_an_index_may_be}}].id exists",
            "$.items[-{{n}}] exists",
            "$.items[{{a}}:{{b}}] exists",
            "$.{{name}} exists",
            "$.{{name}}.x_{{suffix}}.y exists",
            "$..{{name}} | count == {{n}}",
            '$["{{name}}"] exists',
            "$['{{name}}'] exists",
            '$[?@.id == {{id}} && @.n == "{{name}}"].x == {{x}}',
            "duration < {{limit}}",
            "duration < {{limit}}ms",
            "$.a in {{list}}",
            "$.a in [{{a}}, {{b}}, {{c}}]",
            '$.a == {"x": {{x}}, "y": ["{{y}}"]}',
            "$.a startsWith {{quoted}}",
            '$.a startsWith "{{x}}"',
            "$.a contains {{x}}",
            "$.a < {{x}}",
            "body matches /id: {{id}}$/",
            "body matches {{pattern}}",
            "body | regex {{pattern}} == {{x}}",
            'body | split "{{sep}}" | nth {{n}} == "x"',
            'body | replace /{{a}}/ "{{b}}" exists',
            'body | jsonpath "$.{{name}}" exists',
            '$ matchesSchema "{{name}}.json"',
        ],
    )
    def test_placeholders_may_stand_for_values_and_parts(self, line: str) -> None:
        assert check_syntax(line, kind="assertion") is None

    @pytest.mark.parametrize(
        ("line", "column", "found"),
        [
            ("status contians {{x}}", 8, "'contians'"),
            ("$.a == {{x}} {{y}}", 14, "'{{y}}'"),
            ("{{query}} == 1", 1, "'{{query}}'"),
            ("status {{predicate}} 1", 8, "'{{predicate}}'"),
            ("header {{name}} == 1", 8, "'{{name}}'"),
            ('body | nth "{{n}}" == 1', 12, "'\"{{n}}\"'"),
            ("body | split {{x}} == 1", 14, "'{{x}}'"),
            ("$.a == {{x", 9, ""),
            ("$.a startsWith 5{{x}}", 16, "'5'"),
        ],
    )
    def test_columns_are_those_of_the_template(self, line: str, column: int, found: str) -> None:
        error = check_syntax(line, kind="assertion")
        assert error is not None
        assert error.column == column
        assert f"found {found}" in error.message or "this is not JSON" in error.message

    @pytest.mark.parametrize("kind", ["assertion", "query"])
    def test_a_good_line_has_nothing_wrong(self, kind: Literal["assertion", "query"]) -> None:
        assert check_syntax("$.a[?@.b > 1]" + (" exists" if kind == "assertion" else ""), kind=kind) is None
