"""The pure parts of the editor: placeholders, query strings, JSON, lists, rows, completion."""

import json
import random
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from textual.document._document import Document

from workbench.model.collection import Body, Entry, SavedRequest
from workbench.model.request import Target
from workbench.model.secrets import reveal
from workbench.model.variables import Dynamic, Scope, resolve
from workbench.tui.panes.request_pane.body_notes import BodyNotes, badge, body_notes, file_problem
from workbench.tui.panes.request_pane.header_catalogue import NAMES, lexer_for, values_for
from workbench.tui.panes.request_pane.json_text import JsonProblem, check_json, format_json
from workbench.tui.panes.request_pane.kept_bodies import KeptBodies
from workbench.tui.panes.request_pane.language_tables import complete_line, line_problem
from workbench.tui.panes.request_pane.lists import join_list, split_list
from workbench.tui.panes.request_pane.option_rules import complete_id, id_problem, needs_problem, service_problem
from workbench.tui.panes.request_pane.pane import without_added_line_break
from workbench.tui.panes.request_pane.query_string import in_path, into_path, into_table
from workbench.tui.panes.request_pane.target_fields import is_foreign, path_template_problems
from workbench.tui.widgets.exact_text import holds
from workbench.tui.widgets.highlighting import highlight
from workbench.tui.widgets.templates import Known, complete_placeholder, describe, fill, pictured, rank, spans, state_of

SECRET_NAMES = {
    "user": Known("ci-bot", "vars"),
    "token": Known("[redacted:token]", "secrets", "secret"),
    "uid": Known("", "captured by login", "missing"),
}
SCOPE = Scope((("vars", {"a": "x y", "b": "1&2", "page": 20}),))


def sent_path(path: str, query: tuple[Entry, ...]) -> str:
    """The path as the container gets it."""
    request = SavedRequest(id="r", path=path, query=query)
    target = Target(base_url="http://127.0.0.1", service="svc")
    dynamic = Dynamic(datetime(2026, 1, 1, tzinfo=UTC), random.Random(1))  # noqa: S311 - a test repeats itself
    return reveal(resolve(request, target=target, scope=SCOPE, dynamic=dynamic).path)


# Placeholders


def test_spans_leave_escaped_braces_alone() -> None:
    assert [(s.start, s.end, s.name) for s in spans(r"a {{ x }} \{{ y }} {{z}}")] == [(2, 9, "x"), (19, 24, "z")]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("user", "resolved"),
        ("token", "secret"),
        ("nobody", "missing"),
        ("$uuid", "resolved"),
        ("$randint 1 9", "resolved"),
        ("$randint", "missing"),
        ("$nope", "missing"),
        ("", "missing"),
    ],
)
def test_state_of(name: str, state: str) -> None:
    assert state_of(name, SECRET_NAMES) == state


def test_describe() -> None:
    assert describe("user", SECRET_NAMES) == "{{user}} = ci-bot (vars)"
    assert describe("nope", SECRET_NAMES) == "{{nope}} has no value"
    assert describe("uid", SECRET_NAMES) == "{{uid}} has no value yet: captured by login"
    assert "made for each request" in describe("$now", SECRET_NAMES)
    assert "expected one of" in describe("$then", SECRET_NAMES)


def test_complete_placeholder_takes_the_closing_braces_along() -> None:
    found = complete_placeholder("x {{us}} y", 6, SECRET_NAMES)
    assert found is not None
    assert (found.start, found.end) == (2, 8)
    assert found.candidates[0] == "{{user}}"
    assert complete_placeholder("x {{zzz", 7, SECRET_NAMES) is None
    assert complete_placeholder(r"x \{{us", 7, SECRET_NAMES) is None
    assert complete_placeholder("no braces", 4, SECRET_NAMES) is None
    everything = complete_placeholder("{{", 2, SECRET_NAMES)
    assert everything is not None
    assert "{{$uuid}}" in everything.candidates


def test_rank_prefers_beginnings_and_ignores_case() -> None:
    assert rank("TY", ["content-type", "type", "x"]) == ["type", "content-type"]


@given(st.text(alphabet='{}"\\ab \n', max_size=60))
@settings(max_examples=200, deadline=None)
def test_fill_keeps_every_position(text: str) -> None:
    filled = fill(text)
    assert len(filled) == len(text)
    assert filled.count("\n") == text.count("\n") or "{{" in text
    assert not list(spans(filled))


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_pictured_is_one_for_one_and_shows_no_control(text: str) -> None:
    painted = pictured(text)
    assert len(painted) == len(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in painted)


# The query string


@pytest.mark.parametrize(
    ("path", "entries", "left"),
    [
        ("/x?a=1&b=2", (Entry("a", "1"), Entry("b", "2")), ""),
        ("/x?a=x%20y+z", (Entry("a", "x y z"),), ""),
        ("/x?flag&a=1", (Entry("a", "1"),), "/x?flag"),
        ("/x?a={{page}}", (Entry("a", "{{page}}"),), ""),
        ("/x?{{a}}=1&b=2", (Entry("b", "2"),), "/x?{{a}}=1"),
        ("/x?a=%FF&b=2", (Entry("b", "2"),), "/x?a=%FF"),
        ("/x?a=%7B%7Bno%7D%7D", (Entry("a", r"\{{no}}"),), ""),
        ("/x?a=1#top", (), "/x?a=1#top"),
        ("/x?=1", (), "/x?=1"),
        ("/{{a?b}}?c=1", (Entry("c", "1"),), "/{{a?b}}"),
        ("/x", (), "/x"),
    ],
)
def test_into_table(path: str, entries: tuple[Entry, ...], left: str) -> None:
    moved = into_table(path, (Entry("last", "z"),))
    assert moved.entries == (*entries, Entry("last", "z"))
    assert moved.path == (left or path.partition("?")[0])


def test_into_path_keeps_what_is_off_and_joins_rightly() -> None:
    entries = (Entry("a b", "1&2 {{page}}"), Entry("off", "x", off=True))
    moved = into_path("/x", entries)
    assert moved.path == "/x?a%20b=1%262%20{{page}}"
    assert moved.entries == (Entry("off", "x", off=True),)
    assert into_path("/x?z=1", entries[:1]).path == "/x?z=1&a%20b=1%262%20{{page}}"
    assert into_path("/x?", entries[:1]).path.startswith("/x?a%20b")
    assert into_path("/x#top", entries).entries == entries
    assert into_path("/x", (Entry("a", r"\{{lit}}"),)).path == "/x?a=%7B%7Blit%7D%7D"


QUERY_TEXT = st.text(alphabet="ab{}\\%&=+# é?{{page}}\x00", max_size=12)


@given(st.lists(st.tuples(QUERY_TEXT, QUERY_TEXT), max_size=4))
@settings(max_examples=300, deadline=None)
def test_moving_parameters_never_changes_what_is_sent(pairs: list[tuple[str, str]]) -> None:
    """Into the path and back: the container gets the same parameters.

    What has to stay in the path comes before what moves to the table; within each the order stays.
    """
    entries = tuple(Entry(name, value.replace("{{", "").replace("}}", "")) for name, value in pairs)
    moved = into_path("/x", entries)
    assert sent_path(moved.path, moved.entries) == sent_path("/x", entries)
    back = into_table(moved.path, moved.entries)
    assert sorted(in_path(sent_path(back.path, back.entries))) == sorted(in_path(sent_path("/x", entries)))


def test_in_path_lists_the_pieces_as_written() -> None:
    assert in_path("/x?a=%20&b&&c={{d}}") == ("a=%20", "b", "", "c={{d}}")
    assert in_path("/x") == ()


# JSON


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1,\n "b": }', 2, 7),
        ('{"a": {{n}},\n "b": }', 2, 7),
        ('{"a": "{{long_name}}", "b" 1}', 1, 28),
        ("[1, NaN]", 1, 5),
        ("[1,\n Infinity]", 2, 2),
        ('{"a": "x\ny"}', 1, 9),
        ("[1] x", 1, 5),
        ('{"a": \\{{ }', 1, 8),
    ],
)
def test_check_json_says_where(text: str, line: int, column: int) -> None:
    problem = check_json(text)
    assert problem is not None
    assert (problem.line, problem.column) == (line, column)
    assert f"line {line}, column {column}: " in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a": {{n}}, "b": "{{user}}"}',
        r'{"a": "\{{ literal"}',
        "{{all}}",
        "9" * 5000,
        '{"a":1,"a":1.0}',
        '["\\ud800"]',
    ],
)
def test_check_json_takes_placeholders_as_values(text: str) -> None:
    assert check_json(text) is None


def test_check_json_survives_depth_and_emptiness() -> None:
    assert check_json("[" * 200_000) is not None
    assert check_json("[" * 200_000 + "]" * 200_000) is not None
    assert "empty" in str(check_json(" \n"))
    assert str(JsonProblem("x")) == "x"


def test_format_json_changes_no_value() -> None:
    text = '{"a":1.0,"a":12345678901234567890123,"b":[{{n}},"{{user}} \\u00e9 \\/",{{$randint 1 9}}],"c":"\\{{x"}'
    laid_out = format_json(text)
    assert laid_out.split() != [text]
    assert "".join(laid_out.split()) == "".join(text.split())
    assert laid_out.splitlines()[1] == '  "a": 1.0,'
    assert format_json(laid_out) == laid_out


def test_format_json_keeps_line_ends_and_the_final_break() -> None:
    assert format_json('{"a":1}\r\n') == '{\r\n  "a": 1\r\n}\r\n'
    assert format_json('{"a":1}') == '{\n  "a": 1\n}'
    assert format_json('\n{"a":1}\n') == '{\n  "a": 1\n}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": }', "line 1, column 7"),
        ("[1{{n}}]", "a placeholder outside quotes does not stand for a whole value"),
        ("", "the body is empty"),
    ],
)
def test_format_json_says_why_not(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="not formatted") as caught:
        format_json(text)
    assert said in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_format_json_is_lossless(value: object) -> None:
    text = json.dumps(value)
    assume("\\{{" not in text)  # that escapes a placeholder: what is left of it is no JSON
    assert json.loads(format_json(text)) == value
    assert check_json(text) is None


@given(st.text(alphabet='{}[]",:\\ab1 \n\r\t', max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_text_crashes_json(text: str) -> None:
    check_json(text)
    try:
        laid_out = format_json(text)
    except ValueError:
        return
    assert "".join(laid_out.split()) == "".join(text.split())


# Bodies


def test_what_is_said_about_bodies() -> None:
    assert body_notes(None, "POST") == BodyNotes()
    assert body_notes(Body("json", '{"a": 1}'), "POST") == BodyNotes("", "valid JSON · 8 bytes")
    assert "line 1, column 7" in body_notes(Body("json", '{"a": }'), "POST")[0]
    assert "carries no body" in body_notes(Body("text", "x"), "GET")[1]
    assert body_notes(Body("text", "é{{user}}"), "POST")[1] == "10 bytes and a placeholder"
    assert "and 2 placeholders" in body_notes(Body("text", "{{a}}{{b}}"), "POST")[1]
    assert "1.5 kB" in body_notes(Body("text", "x" * 1500), "POST")[1]
    assert body_notes(Body("base64", "aGVsbG8="), "POST") == BodyNotes("", "5 bytes decoded")
    assert "not base64" in body_notes(Body("base64", "!!"), "POST")[0]
    assert "F4" in body_notes(Body("text", "a\rb\n"), "POST", readable=False)[1]
    assert "1 field," in body_notes(Body("form", form=(Entry("a", "1"), Entry("b", "", off=True))), "POST")[1]
    assert body_notes(Body("file", "data/x.bin"), "PUT")[0] == ""
    assert body_notes(Body("json", '{"a":\n }'), "POST").place == (1, 1)


def test_a_badge_says_which_secrets_a_body_holds() -> None:
    assert badge(Body("json", '{"a": "{{token}}", "b": "{{user}}", "c": "{{token}}"}'), SECRET_NAMES) == ("◆ token")
    assert badge(Body("text", "{{user}}"), SECRET_NAMES) == badge(None, SECRET_NAMES) == ""
    assert badge(Body("form", form=(Entry("a", "{{token}}", off=True), Entry("b", "x"))), SECRET_NAMES) == ""
    assert badge(Body("json", '{"password": "CANARY"}'), SECRET_NAMES) == "◆ a clear credential"


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../x", "~/x", "C:\\x", "\\\\host\\x", "a\x00b"])
def test_a_file_may_not_leave_the_folder(path: str) -> None:
    assert file_problem(path)


def test_every_kind_keeps_what_it_had() -> None:
    kept = KeptBodies()
    written = Body("json", "{}")
    assert "json body is kept" in kept.leaving(written, "form")
    form = kept.body_for("form")
    assert form == Body("form")
    assert kept.leaving(form, "text") == ""
    assert kept.body_for("text") == Body("text", "{}")
    assert kept.leaving(Body("text", "{}"), "none")
    assert kept.body_for("none") is None
    assert kept.undo(None) == Body("text", "{}")
    assert kept.undo(Body("text", "{}")) == form
    assert kept.undo(form) == written
    assert not kept.can_undo


# Lists, options, language


@given(st.lists(st.text(min_size=1, max_size=8), max_size=5, unique=True))
@settings(max_examples=300, deadline=None)
def test_a_list_is_the_same_after_its_line(items: list[str]) -> None:
    assert split_list(join_list(items)) == tuple(items)


def test_a_line_that_a_person_wrote() -> None:
    assert split_list(" smoke,read ,, smoke\n x ") == ("smoke", "read", "x")
    assert split_list('"a, b", "c""d", "open') == ("a, b", 'c"d', '"open')
    assert split_list("") == ()


def test_option_rules() -> None:
    assert id_problem("Bad Id", "old", ())
    assert id_problem("taken", "old", ("taken", "old"))
    assert id_problem("old", "old", ("old",)) == ""
    assert "itself" in needs_problem(("a",), "a", ("a",))
    assert "nobody" in needs_problem(("nobody",), "a", ("a",))
    assert needs_problem(("nobody",), "a", ()) == ""
    assert service_problem("UPPER")
    assert service_problem("{{svc}}") == ""
    found = complete_id("login, lo", 9, ("login", "logout", "chat"), own="chat")
    assert found is not None
    assert (found.start, found.candidates) == (7, ("logout",))
    assert complete_id("chat", 4, ("login", "chat"), own="chat") is None


def test_lines_of_the_language() -> None:
    assert line_problem("status == 200", "assertion") == ""
    assert line_problem("status == {{code}}", "assertion") == ""
    assert line_problem("status ==", "assertion").startswith("column 10: ")
    assert line_problem("nonsense", "query").startswith("column 1: ")
    at_start = complete_line("st", 2, "assertion", ["x"])
    assert at_start is not None
    assert at_start.candidates[0] == "status"
    after = complete_line("status st", 9, "assertion", [])
    assert after is not None
    assert after.candidates[0] == "startsWith"
    piped = complete_line("$.a | co", 8, "query", [])
    assert piped is not None
    assert piped.candidates[0] == "count"
    variable = complete_line("var", 3, "assertion", ["uid"])
    assert variable is not None
    assert 'var "uid"' in variable.candidates


def test_the_header_catalogue() -> None:
    assert "content-type" in NAMES
    assert list(NAMES) == sorted(set(NAMES))
    assert "application/json" in values_for("Content-Type")
    assert values_for("x-unknown") == ()
    assert lexer_for("application/problem+JSON") == "json"
    assert lexer_for("text/plain") == ""


# Paths and pastes


@pytest.mark.parametrize(
    ("path", "fine"),
    [
        ("/", True),
        ("/a?b={{x}}&c={{$randint 1 9}}", True),
        ("{{base}}/x", True),
        ("{{base}}", True),
        ("//host/x", False),
        ("x", False),
        ("", False),
        ("/a b", False),
        ("http://h/x", False),
        ("/" + "x" * 2048, False),
        ("/\x1b[31m", False),
    ],
)
def test_path_problems_before_placeholders_have_values(path: str, *, fine: bool) -> None:
    assert (path_template_problems(path) == []) is fine


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("curl -X POST https://x/y", True),
        ("  $ curl 'https://x'\n  -d a", True),
        ("https://api.example/r/invoke/my-llm", True),
        ("http://127.0.0.1:8080/r/containers/echo/x?y=1 ", True),
        ("/curl/x", False),
        ("/v1/chat?u=https://x", False),
        ("curling", False),
        ("see https://x for more", False),
    ],
)
def test_what_counts_as_a_whole_request(text: str, *, foreign: bool) -> None:
    assert is_foreign(text) is foreign


def test_an_editor_s_final_line_break_is_left_out_only_where_there_was_none() -> None:
    assert without_added_line_break("a", "b\n") == "b"
    assert without_added_line_break("a", "b\r\n") == "b"
    assert without_added_line_break("a\n", "b\n") == "b\n"
    assert without_added_line_break("a\n", "b") == "b"
    assert without_added_line_break("", "x\ny\n") == "x\ny"


# What an editor can hold


@given(st.text(alphabet="ab \t\n\r\x0b\x1b\x85\u2028é😀\x00\ufeff", max_size=20))
@settings(max_examples=400, deadline=None)
def test_a_text_that_is_held_is_held_exactly(text: str) -> None:
    if holds(text):
        assert Document(text).text == text


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\nb", "a\r\nb\r\n", "\t \n", "😀\u200d", "\n\n\n", "\r\n"])
def test_ordinary_texts_are_held(text: str) -> None:
    assert holds(text)
    assert Document(text).text == text


@pytest.mark.parametrize("text", ["a\nb\r\n", "\x1b[31m", "a\x00", "\x85", "a\u2028b", "\ud800", "a\rb\n"])
def test_other_texts_are_not(text: str) -> None:
    assert not holds(text)


def test_highlights_stand_where_the_text_does() -> None:
    lines = ['{"ä": 1.5,', ' "b": [true, "x"] }']
    for row, found in highlight(lines, "json").items():
        for start, end, name in found:
            piece = lines[row][start:end]
            assert piece
            assert name != "string" or piece.startswith('"')
    assert highlight(["x"], "no-such-lexer") == {}
    assert highlight(["<a", 'b="c"/>'], "xml")[1]
