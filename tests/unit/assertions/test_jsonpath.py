"""JSONPath as RFC 9535 has it: the examples of its sections, by our own hand, through the language's own front door."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.assertions.build import run, subject
from workbench.model.assertions import AssertionSyntaxError, compile_query
from workbench.model.assertions.values import MISSING

BOOKS = [
    {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
    {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
    {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99},
    {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8",
     "price": 22.99},
]  # fmt: skip
BICYCLE = {"color": "red", "price": 399}
STORE = {"store": {"book": BOOKS, "bicycle": BICYCLE}}
AUTHORS = [book["author"] for book in BOOKS]
LETTERS = ["a", "b", "c", "d", "e", "f", "g"]
NAMES = {"o": {"j j": {"k.k": 3}}, "'": {"@": 2}}
WILD = {"o": {"j": 1, "k": 2}, "a": [5, 3]}
OBJ = {"obj": {"x": "y"}, "arr": [2, 3]}
FILTER = {
    "a": [3, 5, 1, 2, 4, 6, {"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}],
    "o": {"p": 1, "q": 2, "r": 3, "s": 5, "t": {"u": 6}},
    "e": "f",
}
DEEP = {"o": {"j": 1, "k": 2}, "a": [5, 3, [{"j": 4}, {"k": 6}]]}
NULLS: dict[str, Any] = {"a": None, "b": [None], "c": [{}], "null": 1}


def nodes(path: str, document: Any) -> list[Any]:
    """The values of the nodes that a path selects."""
    source = compile_query(path).source
    found = source.select(subject(document))
    if found is MISSING:
        return []
    return [found] if source.singular else list(found)


SECTIONS: list[tuple[str, str, Any, list[Any]]] = [
    # 1.5, table 2
    ("1.5", "$.store.book[*].author", STORE, AUTHORS),
    ("1.5", "$..author", STORE, AUTHORS),
    ("1.5", "$.store.*", STORE, [BOOKS, BICYCLE]),
    ("1.5", "$.store..price", STORE, [8.95, 12.99, 8.99, 22.99, 399]),
    ("1.5", "$..book[2]", STORE, [BOOKS[2]]),
    ("1.5", "$..book[2].author", STORE, ["Herman Melville"]),
    ("1.5", "$..book[2].publisher", STORE, []),
    ("1.5", "$..book[-1]", STORE, [BOOKS[3]]),
    ("1.5", "$..book[0,1]", STORE, BOOKS[:2]),
    ("1.5", "$..book[:2]", STORE, BOOKS[:2]),
    ("1.5", "$..book[?@.isbn]", STORE, BOOKS[2:]),
    ("1.5", "$..book[?@.price<10]", STORE, [BOOKS[0], BOOKS[2]]),
    # 2.2.3
    ("2.2.3", "$", {"k": "v"}, [{"k": "v"}]),
    # 2.3.1.3, table 5
    ("2.3.1.3", "$.o['j j']", NAMES, [{"k.k": 3}]),
    ("2.3.1.3", "$.o['j j']['k.k']", NAMES, [3]),
    ("2.3.1.3", '$.o["j j"]["k.k"]', NAMES, [3]),
    ("2.3.1.3", '$["\'"]["@"]', NAMES, [2]),
    ("2.3.1.3", "$['\\'']['@']", NAMES, [2]),
    ("2.3.1.3", "$['\\u006f']['j j']['k.k']", NAMES, [3]),
    # 2.3.2.3, table 6
    ("2.3.2.3", "$[*]", WILD, [{"j": 1, "k": 2}, [5, 3]]),
    ("2.3.2.3", "$.o[*]", WILD, [1, 2]),
    ("2.3.2.3", "$.o[*, *]", WILD, [1, 2, 1, 2]),
    ("2.3.2.3", "$.a[*]", WILD, [5, 3]),
    # 2.3.3.3, table 7
    ("2.3.3.3", "$[1]", ["a", "b"], ["b"]),
    ("2.3.3.3", "$[-2]", ["a", "b"], ["a"]),
    ("2.3.3.3", "$[2]", ["a", "b"], []),
    ("2.3.3.3", "$[-3]", ["a", "b"], []),
    # 2.3.4.3, table 9
    ("2.3.4.3", "$[1:3]", LETTERS, ["b", "c"]),
    ("2.3.4.3", "$[5:]", LETTERS, ["f", "g"]),
    ("2.3.4.3", "$[1:5:2]", LETTERS, ["b", "d"]),
    ("2.3.4.3", "$[5:1:-2]", LETTERS, ["f", "d"]),
    ("2.3.4.3", "$[::-1]", LETTERS, LETTERS[::-1]),
    ("2.3.4.3", "$[0:0]", LETTERS, []),
    ("2.3.4.3", "$[::0]", LETTERS, []),
    ("2.3.4.3", "$[-2:]", LETTERS, ["f", "g"]),
    # 2.3.5.3, table 12
    ("2.3.5.3", "$.a[?@.b == 'kilo']", FILTER, [{"b": "kilo"}]),
    ("2.3.5.3", "$.a[?(@.b == 'kilo')]", FILTER, [{"b": "kilo"}]),
    ("2.3.5.3", "$.a[?@>3.5]", FILTER, [5, 4, 6]),
    ("2.3.5.3", "$.a[?@.b]", FILTER, [{"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}]),
    ("2.3.5.3", "$[?@.*]", FILTER, [FILTER["a"], FILTER["o"]]),
    ("2.3.5.3", "$[?@[?@.b]]", FILTER, [FILTER["a"]]),
    ("2.3.5.3", "$.o[?@<3, ?@<3]", FILTER, [1, 2, 1, 2]),
    ("2.3.5.3", '$.a[?@<2 || @.b == "k"]', FILTER, [1, {"b": "k"}]),
    ("2.3.5.3", '$.a[?match(@.b, "[jk]")]', FILTER, [{"b": "j"}, {"b": "k"}]),
    ("2.3.5.3", '$.a[?search(@.b, "[jk]")]', FILTER, [{"b": "j"}, {"b": "k"}, {"b": "kilo"}]),
    ("2.3.5.3", "$.o[?@>1 && @<4]", FILTER, [2, 3]),
    ("2.3.5.3", "$.o[?@.u || @.x]", FILTER, [{"u": 6}]),
    ("2.3.5.3", "$.a[?@.b == $.x]", FILTER, [3, 5, 1, 2, 4, 6]),
    ("2.3.5.3", "$.a[?@ == @]", FILTER, FILTER["a"]),  # type: ignore[list-item]  # a list, as the table writes it
    ("2.3.5.3", "$.a[?!@.b]", FILTER, [3, 5, 1, 2, 4, 6]),
    ("2.3.5.3", "$.o[?@==1||@==2&&@==3]", FILTER, [1]),
    # 2.4: functions
    ("2.4.4", "$[?length(@) > 2]", ["ab", "abc", [1, 2, 3], {"a": 1}, 7], ["abc", [1, 2, 3]]),
    ("2.4.5", "$[?count(@.*) == 1]", [[1], [1, 2], {"a": 3}], [[1], {"a": 3}]),
    ("2.4.6", "$[?match(@.d, '1974-05-..')]", [{"d": "1974-05-11"}, {"d": "x1974-05-11"}], [{"d": "1974-05-11"}]),
    ("2.4.7", "$[?search(@.a, '[BR]ob')]", [{"a": "Uncle Bob"}, {"a": "Ann"}], [{"a": "Uncle Bob"}]),
    ("2.4.8", '$[?value(@..c) == "red"]', [{"x": {"c": "red"}}, {"c": "blue"}], [{"x": {"c": "red"}}]),
    # 2.5.1.3, table 15
    ("2.5.1.3", "$[0, 3]", LETTERS, ["a", "d"]),
    ("2.5.1.3", "$[0:2, 5]", LETTERS, ["a", "b", "f"]),
    ("2.5.1.3", "$[0, 0]", LETTERS, ["a", "a"]),
    # 2.5.2.3, table 16
    ("2.5.2.3", "$..j", DEEP, [1, 4]),
    ("2.5.2.3", "$..[0]", DEEP, [5, {"j": 4}]),
    ("2.5.2.3", "$..o", DEEP, [{"j": 1, "k": 2}]),
    ("2.5.2.3", "$.o..[*, *]", DEEP, [1, 2, 1, 2]),
    ("2.5.2.3", "$.a..[0, 1]", DEEP, [5, 3, {"j": 4}, {"k": 6}]),
    # 2.6.1, table 17
    ("2.6.1", "$.a", NULLS, [None]),
    ("2.6.1", "$.a[0]", NULLS, []),
    ("2.6.1", "$.a.d", NULLS, []),
    ("2.6.1", "$.b[0]", NULLS, [None]),
    ("2.6.1", "$.b[*]", NULLS, [None]),
    ("2.6.1", "$.b[?@]", NULLS, [None]),
    ("2.6.1", "$.b[?@==null]", NULLS, [None]),
    ("2.6.1", "$.c[?@.d==null]", NULLS, []),
    ("2.6.1", "$.null", NULLS, [1]),
    # names in any script (2.5.1.1)
    ("2.5.1.1", "$.日本", {"日本": 1}, [1]),
    ("2.5.1.1", "$..日本[*].größe", {"a": {"日本": [{"größe": 5}]}}, [5]),
    ("2.5.1.1", "$[?@.이름 == 1 && @.a日b]", [{"이름": 1, "a日b": 0}, {"이름": 1}], [{"이름": 1, "a日b": 0}]),
    ("2.5.1.1", "$..😀_1", {"😀_1": None}, [None]),
    # white space between segments and inside brackets (2.1.1)
    ("2.1.1", "$ .o [ 'k' ]", WILD, [2]),
    ("2.1.1", "$\n.a\n[\t-1\r]", WILD, [3]),
    ("2.1.1", "$.a[ 0 , 1 ]", WILD, [5, 3]),
]


@pytest.mark.parametrize(("section", "path", "document", "expected"), SECTIONS)
def test_the_examples_of_the_rfc(section: str, path: str, document: Any, expected: list[Any]) -> None:
    assert nodes(path, document) == expected, f"RFC 9535, {section}"


def test_every_descendant_is_selected_once() -> None:
    everything = nodes("$..*", STORE)
    assert len(everything) == 27
    assert nodes("$..[*]", STORE) == everything
    assert len(nodes("$..*", DEEP)) == 11


COMPARISONS: list[tuple[str, bool]] = [
    ("$.absent1 == $.absent2", True),
    ("$.absent1 <= $.absent2", True),
    ("$.absent == 'g'", False),
    ("$.absent1 != $.absent2", False),
    ("$.absent != 'g'", True),
    ("1 <= 2", True),
    ("1 > 2", False),
    ("13 == '13'", False),
    ("'a' <= 'b'", True),
    ("'a' > 'b'", False),
    ("$.obj == $.arr", False),
    ("$.obj != $.arr", True),
    ("$.obj == $.obj", True),
    ("$.obj != $.obj", False),
    ("$.arr == $.arr", True),
    ("$.arr != $.arr", False),
    ("$.obj == 17", False),
    ("$.obj != 17", True),
    ("$.obj <= $.arr", False),
    ("$.obj < $.arr", False),
    ("$.obj <= $.obj", True),
    ("$.arr <= $.arr", True),
    ("1 <= $.arr", False),
    ("1 >= $.arr", False),
    ("1 > $.arr", False),
    ("1 < $.arr", False),
    ("true <= true", True),
    ("true > true", False),
    ("1 == true", False),
    ("null == false", False),
    ("1.0 == 1", True),
]


@pytest.mark.parametrize(("comparison", "holds"), COMPARISONS)
def test_comparisons_of_the_rfc(comparison: str, holds: bool) -> None:
    """RFC 9535, 2.3.5.3, table 11, and the rules of 2.3.5.2.2."""
    assert nodes(f"$.arr[?{comparison}]", OBJ) == ([2, 3] if holds else [])


@pytest.mark.parametrize(
    ("number", "literal", "equal"),
    [
        (12345678901234567890123, "12345678901234567890123", True),
        (12345678901234567890123, "12345678901234567890124", False),
        (9007199254740993, "9007199254740992", False),
        (9007199254740993, "9007199254740993", True),
        (100000, "1e5", True),
        (1200, "12E+2", True),
        (0, "-0", True),
        (0.05, "5e-2", True),
        (-7, "-7", True),
    ],
)
def test_numbers_in_filters_are_exact(number: float, literal: str, equal: bool) -> None:
    assert nodes(f"$[?@ == {literal}]", [number]) == ([number] if equal else [])


INVALID = [
    "$.",
    "$..",
    "$.1a",
    "$.-a",
    "$[",
    "$[]",
    "$[01]",
    "$[-0]",
    "$[1.0]",
    "$[a]",
    "$['a]",
    '$["a]',
    "$['\\x']",
    "$[1:2:3:4]",
    "$[::01]",
    "$[1,]",
    "$[,1]",
    "$[9007199254740992]",
    "$[?]",
    "$[?@.a = 1]",
    "$[?@.a == 1 == 2]",
    "$[?'a']",
    "$[?true]",
    "$[?@.a == ]",
    "$[?@.* == 1]",
    "$[?length(@.*) < 3]",
    "$[?count(1) == 1]",
    "$[?count(foo(@.*)) == 1]",
    "$[?match(@.timezone, 'Europe/.*') == true]",
    "$[?value(@..color)]",
    "$[?nope(@)]",
    "$[?(@.a]",
    "$[?@.a == 01]",
    "$[?@.a == -01]",
    "$['\\ud800']",
    "$[?@.a === 1]",
    "$[?length() == 1]",
    "$[?@.a == [1]]",
    "$[?@.a == {}]",
    "$[?@.a & @.b]",
    "$[(@.a)]",
    "$. a",
    "$.. a",
    "$['a' 'b']",
    "$[?(@.a == 1) == true]",
    "$[?@.a == !@.b]",
]


@pytest.mark.parametrize("path", INVALID)
def test_what_is_no_jsonpath(path: str) -> None:
    with pytest.raises(AssertionSyntaxError) as caught:
        compile_query(path)
    assert 1 <= caught.value.column <= len(path) + 1
    assert str(caught.value).startswith(f"column {caught.value.column}: ")


@pytest.mark.parametrize(
    ("path", "column", "words"),
    [
        ("$.a[?@.b = 1]", 10, "this is not a JSONPath (RFC 9535)"),
        ("  $.a[?@.b = 1]", 12, "this is not a JSONPath (RFC 9535)"),
        ("$.a[0", 4, "the '[' here is never closed"),
        ("$.a[?(@.b]", 10, "expected ')' for the one at column 6, found ']'"),
        ('$.a["b', 5, 'the quote " here is never closed'),
        ("$.", 3, 'expected a name after the dot (any other name is written ["like-this"]), found the end of the line'),
        ("$.content-type", 10, 'a name with other characters is written ["content-…"]'),
    ],
)
def test_where_a_path_goes_wrong(path: str, column: int, words: str) -> None:
    with pytest.raises(AssertionSyntaxError) as caught:
        compile_query(path)
    assert caught.value.column == column
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('$..book[?@.price < 10 || @.isbn == "x"].title | count == 2', '$..book[?@.price < 10 || @.isbn == "x"].title'),
        ("$.a==1", "$.a"),
        ("$.a|count==1", "$.a"),
        ("$['a|b']==1", "$['a|b']"),
        ('$["]"] | count == 1', '$["]"]'),
        ('$["a\\"]"] exists', '$["a\\"]"]'),
        ("$['it\\'s [x'] exists", "$['it\\'s [x']"),
        ("$[?(@.a == ')')] exists", "$[?(@.a == ')')]"),
        ("$[?@['x y'] == \"]|\"] | first exists", "$[?@['x y'] == \"]|\"]"),
        ("$.a [0] .b contains 1", "$.a [0] .b"),
        ("$[?count(@[*]) > 1 && (@.x || !@.y)] exists", "$[?count(@[*]) > 1 && (@.x || !@.y)]"),
        ("$.in in [1]", "$.in"),
        ("$.not not exists", "$.not"),
        ("$ exists", "$"),
        ("$.* isArray", "$.*"),
        ("$..* isArray", "$..*"),
        ("$..[0] isArray", "$..[0]"),
        ("$.größe == 1", "$.größe"),
        ("$.☺ == 1", "$.☺"),
    ],
)
def test_where_a_path_ends(line: str, path: str) -> None:
    from workbench.model.assertions import compile_assertion

    assert compile_assertion(line).query.source.argument == path


class TestLimits:
    def test_too_deep_for_a_descendant_path(self) -> None:
        raw = b"[" * 300 + b"]" * 300
        assert run("$ isArray", raw=raw).ok
        assert run("$[0][0] isArray", raw=raw).ok
        result = run("$..x not exists", raw=raw)
        assert not result.ok
        assert "nested too deeply for this path" in result.message

    def test_too_many_nodes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from workbench.model.assertions import rfc9535

        monkeypatch.setattr(rfc9535, "MAX_NODES", 1000)
        assert run("$[*] | count == 1000", [0] * 1000).ok
        result = run("$[*] | count == 1001", [0] * 1001)
        assert not result.ok
        assert result.message == "the path selects more than 1,000 nodes"

    def test_a_path_nested_without_end(self) -> None:
        for path in ("$[?" + "(" * 5000 + "@.a" + ")" * 5000 + "]", "$[?@" + "[?@" * 3000 + "]" * 3001):
            with pytest.raises(AssertionSyntaxError, match="nested too deeply"):
                compile_query(path)
