"""Find: literal, without case, as an expression, over blocks; and nothing typed can make it run for ever."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.lines import Cancelled
from workbench.model.body.pattern import PatternError, Query, compile_query
from workbench.model.body.search import Hit, Search


def search(data: bytes, text: str, **options: bool) -> Search:
    return Search(data, compile_query(Query(text, **options)))


def small_blocks(data: bytes, query: Query, size: int) -> Search:
    import msgspec

    return Search(data, msgspec.structs.replace(compile_query(query), block=size))


def hits(found: Search) -> list[str]:
    return [found.data[hit.start : hit.end].decode() for hit in found.between(0, len(found.data), 10_000)]


TEXT = 'Name: "Zoë", name: "ZOË", straße, a.c, abc, 日本語, a+b [x]\nnext line: abc ABC\n'.encode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query("name"), ["Name", "name"]),
        (Query("name", case=True), ["name"]),
        (Query("zoë"), ["Zoë", "ZOË"]),
        (Query("Zoë", case=True), ["Zoë"]),
        (Query("a.c"), ["a.c"]),
        (Query("a+b [x]"), ["a+b [x]"]),
        (Query("a.c", regex=True), ["a.c", "abc", "abc", "ABC"]),
        (Query("a.c", regex=True, case=True), ["a.c", "abc", "abc"]),
        (Query("日.語", regex=True), ["日本語"]),
        (Query("[日本]+", regex=True), ["日本"]),
        (Query("[^ -~\n]+", regex=True), ["ë", "Ë", "ß", "日本語"]),
        (Query("Zo[^é]", regex=True), ["Zoë", "ZOË"]),
        (Query("Zo[^éë]", regex=True), ["ZOË"]),
        (Query("^next", regex=True), ["next"]),
        (Query("ABC$", regex=True, case=True), ["ABC"]),
        (Query("é?x", regex=True), ["x", "x"]),
        (Query("日{1}本?", regex=True), ["日本"]),
        (Query(r"\bABC\b", regex=True, case=True), ["ABC"]),
        (Query("(?:abc|日本)", regex=True), ["abc", "日本", "abc", "ABC"]),
        (Query("line: (?P<w>abc) (?P=w)", regex=True), ["line: abc ABC"]),
        (Query("x*", regex=True), ["x", "x"]),
        (Query("^next.*: a", regex=True), ["next line: a"]),
        (Query("zoë.*abc$", regex=True), []),
        (Query("next.*abc$", regex=True), ["next line: abc ABC"]),
        (Query("q*abc ?", regex=True), ["abc", "abc ", "ABC"]),
        (Query("q+|日.", regex=True), ["日本"]),
        (Query("(?x) a b c # *", regex=True), ["abc", "abc", "ABC"]),
        (Query("(?:q*a)?bc", regex=True), ["abc", "abc", "ABC"]),
        (Query("ë.*?本", regex=True), ['ë", name: "ZOË", straße, a.c, abc, 日本']),
        (Query(".+?e", regex=True, case=True), ["Name", ': "Zoë", name', ': "ZOË", straße', "ne", "xt line"]),
        (Query(r"\n", regex=True), ["\n", "\n"]),
        (Query("zzz"), []),
    ],
)
def test_finds(query: Query, expected: list[str]) -> None:
    found = Search(TEXT, compile_query(query))
    assert hits(found) == expected
    assert found.count() == len(expected)


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+$",
        "(a*)*",
        "(a|aa)+",
        "(?:a+b?)*c",
        "((a)+x)*",
        "(.*)*x",
        "(a{2,}){3,}",
        "(?P<n>a+)+",
        "(a+){2,100}b",
        "([a]+)*",
    ],
)
def test_what_could_run_for_ever_is_refused(text: str) -> None:
    with pytest.raises(PatternError, match="for ever"):
        compile_query(Query(text, regex=True))


@pytest.mark.parametrize(
    "text", ["(a+)?", "(?:a+)*+x", "(ab)+", "(a|b)", "a+b+c+", "(a{1,3})*", r"\(a+\)+", "[(a+)]+", "(?>a|b)+"]
)
def test_what_cannot_is_not(text: str) -> None:
    if text == "(?>a|b)+":
        with pytest.raises(PatternError):
            compile_query(Query(text, regex=True))
    else:
        compile_query(Query(text, regex=True))


@pytest.mark.parametrize(
    "text", ["(", "[", "*", "a{2", "(?P<", "\\", "[b-a]", "(?<=a*)b", "x" * 2000, "", "[é-z]", r"(?P=x)"]
)
def test_what_is_no_expression_says_so(text: str) -> None:
    if text == "a{2":
        assert hits(search(b"a{2", text, regex=True)) == ["a{2"]
        return
    with pytest.raises(PatternError) as caught:
        compile_query(Query(text, regex=True))
    assert len(str(caught.value)) < 200


def test_an_expression_that_backtracks_is_bounded() -> None:
    """`.*.*x` over one line of a megabyte would take hours at once; a block at a time it can be stopped any moment."""
    started = time.monotonic()
    with pytest.raises(Cancelled):
        search(b"x" + b"a" * 1_000_000, "a.*.*x|b", regex=True).count(lambda: time.monotonic() - started > 0.2)
    assert time.monotonic() - started < 120


def test_steps_and_numbers() -> None:
    found = search(b"ab..ab..ab", "AB")
    assert found.following(0) == Hit(0, 2)
    assert found.following(1) == Hit(4, 6)
    assert found.following(9) == Hit(0, 2)
    assert found.preceding(8) == Hit(4, 6)
    assert found.preceding(0) == Hit(8, 10)
    assert not found.counted
    assert found.count() == found.total == 3
    assert [found.number(Hit(at, at + 2)) for at in (0, 4, 8)] == [1, 2, 3]


def test_nothing_there() -> None:
    found = search(b"abc", "x")
    assert (found.following(0), found.preceding(0), found.between(0, 3)) == (None, None, [])
    assert found.counted
    assert found.total == 0
    empty = search(b"", "x")
    assert (empty.following(0), empty.preceding(0), empty.count()) == (None, None, 0)


def test_a_hit_over_the_edge_of_a_block_is_found_once() -> None:
    for size in range(1, 12):
        found = small_blocks(b"..needle....needle", Query("needle"), size)
        assert found.count() == 2
        assert [hit.start for hit in found.between(0, 18)] == [2, 12]


def test_hits_that_only_reach_into_a_part() -> None:
    found = search(b"abcdef", "bcd")
    assert found.between(3, 4) == [Hit(1, 4)]
    assert found.between(4, 6) == []
    assert found.between(0, 1) == []


def test_at_most_so_many() -> None:
    assert len(search(b"a" * 5000, "a").between(0, 5000)) == 1000


def test_can_be_cancelled() -> None:
    found = small_blocks(b"x" * 5000, Query("y"), 100)
    for work in (found.count, lambda stop: found.following(0, stop), lambda stop: found.preceding(0, stop)):
        with pytest.raises(Cancelled):
            work(lambda: True)


@given(
    st.text("abAB é\n", max_size=60),
    st.text("abAB é", min_size=1, max_size=3),
    st.booleans(),
    st.integers(1, 20),
    st.integers(0, 70),
)
@settings(max_examples=200, deadline=None)
def test_like_a_plain_search_when_one_block_holds_it_all(
    text: str, needle: str, case: bool, size: int, at: int
) -> None:
    data = text.encode()
    expected = [
        Hit(len(text[: found.start()].encode()), len(text[: found.end()].encode()))
        for found in re.finditer(re.escape(needle), text, 0 if case else re.IGNORECASE)
    ]
    query = Query(needle, case=case)
    whole = Search(data, compile_query(query))
    assert whole.between(0, len(data)) == expected
    assert whole.count() == len(expected)
    assert whole.following(at) == next((hit for hit in expected if hit.start >= at), expected[0] if expected else None)
    cut = small_blocks(data, query, size)
    found: list[Any] = cut.between(0, len(data))
    assert cut.count() == len(found)
    assert [cut.number(hit) for hit in found] == list(range(1, len(found) + 1))
    assert bool(found) == bool(expected)


@given(st.text(max_size=12), st.text(max_size=40), st.booleans())
@settings(max_examples=300, deadline=None)
def test_anything_typed_over_anything(typed: str, text: str, case: bool) -> None:
    for regex in (False, True):
        try:
            needle = compile_query(Query(typed, regex=regex, case=case))
        except PatternError:
            continue
        found = Search(text.encode("utf-8", "replace"), needle)
        assert found.count() == len(found.between(0, len(found.data)))
