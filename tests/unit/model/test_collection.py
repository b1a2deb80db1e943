"""The values of a collection: durations both ways, defaults, places in the file."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.model.collection import (
    ID_PATTERN,
    SLUG_PATTERN,
    Collection,
    Defaults,
    Entry,
    Retry,
    SavedRequest,
    Source,
    format_duration,
    parse_duration,
    with_defaults,
)


class TestDurations:
    @given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
    @example(0.009)
    @example(0.1)
    @example(1.001)
    @example(1e-9)
    @example(5e-324)
    @example(60.00000000000001)
    @example(1e300)
    @example(-0.0)
    def test_what_is_written_is_read_as_the_same_float(self, seconds: float) -> None:
        assert parse_duration(format_duration(seconds)) == seconds

    @given(st.integers(0, 10**6))
    def test_whole_milliseconds_are_the_nearest_float(self, milliseconds: int) -> None:
        assert parse_duration(f"{milliseconds}ms") == milliseconds / 1000
        assert parse_duration(format_duration(milliseconds / 1000)) == milliseconds / 1000

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [(0, "0s"), (0.5, "500ms"), (0.009, "9ms"), (1, "1s"), (1.5, "1500ms"), (10, "10s"), (60, "1m"), (90, "90s"),
         (120, "2m"), (3600, "60m"), (0.0005, "0.5ms"), (0.0123456, "12.3456ms"), (0.1 + 0.2, "300.00000000000004ms")],
    )  # fmt: skip
    def test_how_they_are_written(self, seconds: float, text: str) -> None:
        assert format_duration(seconds) == text

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("500ms", 0.5),
            ("10s", 10.0),
            ("1.5m", 90.0),
            (" 2 m ", 120.0),
            ("0s", 0.0),
            ("0.25s", 0.25),
            ("9ms", 0.009),
            ("007s", 7.0),
        ],
    )
    def test_how_they_are_read(self, text: str, seconds: float) -> None:
        assert parse_duration(text) == seconds

    @pytest.mark.parametrize(
        "text", ["", "5", "s", "-1s", "+1s", "1h", "1 second", ".5s", "1.s", "1e3s", "1,5s", "1sm", "٣s", "nan s"]
    )
    def test_what_is_no_duration(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a duration: expected a number with a unit, such as 500ms"):
            parse_duration(text)

    def test_a_duration_without_end(self) -> None:
        with pytest.raises(ValueError, match="too long a duration"):
            parse_duration("9" * 400 + "s")
        with pytest.raises(ValueError, match="too long a duration"):
            parse_duration("9" * 308 + "m")
        assert math.isfinite(parse_duration("9" * 308 + "ms"))


class TestDefaults:
    COLLECTION = Collection(
        defaults=Defaults(
            service="svc",
            route="proxy",
            headers=(Entry("Accept", "a/b"), Entry("X-Trace", "1")),
            query=(Entry("page", "1"), Entry("size", "20")),
            asserts=("status == 200",),
            retry=Retry(3),
            timeout=10.0,
            delay=1.0,
            snapshot_ignore=("$.t",),
        )
    )

    def test_they_fill_in_what_the_request_does_not_say(self) -> None:
        request = with_defaults(self.COLLECTION, SavedRequest(id="r"))
        defaults = self.COLLECTION.defaults
        assert request == SavedRequest(
            id="r", service="svc", route="proxy", headers=defaults.headers, query=defaults.query,
            asserts=defaults.asserts, retry=defaults.retry, timeout=10.0, delay=1.0, snapshot_ignore=("$.t",),
        )  # fmt: skip

    def test_the_request_wins(self) -> None:
        own = SavedRequest(
            id="r", service="other", route="invoke", headers=(Entry("accept", "c/d"), Entry("accept", "e/f")),
            query=(Entry("size", "5"),), asserts=("status == 404",), retry=Retry(1), timeout=0.0, delay=0.0,
            snapshot_ignore=("$.u",),
        )  # fmt: skip
        request = with_defaults(self.COLLECTION, own)
        assert request.headers == (Entry("X-Trace", "1"), Entry("accept", "c/d"), Entry("accept", "e/f"))
        assert request.query == (Entry("page", "1"), Entry("size", "5"))
        assert (request.timeout, request.delay) == (0.0, 0.0)
        assert (request.service, request.route, request.asserts, request.retry) == (
            "other",
            "invoke",
            own.asserts,
            Retry(1),
        )
        assert request.snapshot_ignore == ("$.u",)

    def test_a_header_switched_off_is_not_brought_back(self) -> None:
        request = with_defaults(self.COLLECTION, SavedRequest(id="r", headers=(Entry("ACCEPT", "", off=True),)))
        assert request.headers == (Entry("X-Trace", "1"), Entry("ACCEPT", "", off=True))

    def test_names_of_query_parameters_are_exact(self) -> None:
        request = with_defaults(self.COLLECTION, SavedRequest(id="r", query=(Entry("Page", "9"),)))
        assert request.query == (Entry("page", "1"), Entry("size", "20"), Entry("Page", "9"))

    @given(st.sampled_from(["accept", "Accept", "x-trace", "other"]), st.booleans())
    def test_applying_them_twice_is_applying_them_once(self, name: str, off: bool) -> None:
        once = with_defaults(self.COLLECTION, SavedRequest(id="r", headers=(Entry(name, "v", off=off),)))
        assert with_defaults(self.COLLECTION, once) == once


class TestPlaces:
    LINES = {("request", 0): 10, ("request", 0, "assert", 1): 14, ("request", 1): 20, ("vars",): 3}  # noqa: RUF012 - constant

    def test_the_nearest_part_that_has_a_line(self) -> None:
        source = Source("c.toml", self.LINES)
        assert source.line("request", 0, "assert", 1) == 14
        assert source.line("request", 0, "assert", 0) == 10
        assert source.line("request", 0, "headers", "x") == 10
        assert source.line("vars", "a") == 3
        assert source.line("env", "b") == 0
        assert source.line() == 0

    def test_where_a_text_stands_is_not_part_of_what_it_says(self) -> None:
        here, there = Source("a", self.LINES), Source("b")
        assert here == there
        assert hash(here) == hash(there)
        assert here != "a"
        assert Collection(name="x", source=here) == Collection(name="x", source=there)

    def test_finding_requests(self) -> None:
        collection = Collection(
            requests=(SavedRequest(id="a"), SavedRequest(id="b")), source=Source("c.toml", self.LINES)
        )
        assert collection.find("b") is collection.requests[1]
        assert collection.find("c") is None
        assert (collection.index("b"), collection.index("c")) == (1, -1)
        assert collection.line("b") == 20
        assert collection.line("a", "assert", 1) == 14
        assert collection.line("c") == 0


def test_the_title_of_a_request() -> None:
    assert SavedRequest(id="a").title == "a"
    assert SavedRequest(id="a", name="The A").title == "The A"


def test_values_are_frozen_and_changed_by_making_new_ones() -> None:
    request = SavedRequest(id="a")
    with pytest.raises(AttributeError):
        request.id = "b"  # type: ignore[misc]  # that is the point
    assert msgspec.structs.replace(request, path="/x") == SavedRequest(id="a", path="/x")


@pytest.mark.parametrize(
    ("text", "ok"),
    [("a", True), ("get-user_1.x", True), ("0", True), ("A", False), ("-a", False), ("", False), ("é", False)],
)
def test_ids(text: str, ok: bool) -> None:
    assert (ID_PATTERN.fullmatch(text) is not None) is ok


@pytest.mark.parametrize(
    ("text", "ok"),
    [("abc", True), ("my-llm-2", True), ("0a0", True), ("ab", False), ("-ab", False), ("ab-", False), ("Abc", False),
     ("a_b", False), ("a" * 100, True), ("a" * 101, False)],
)  # fmt: skip
def test_slugs(text: str, ok: bool) -> None:
    assert (SLUG_PATTERN.fullmatch(text) is not None) is ok
