"""Shell text taken apart as a shell does it, without running anything."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.interchange.shell_in import commands


def words(text: str) -> list[str]:
    [command] = commands(text)
    return command.words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' d", ["a", "b c", "d"]),
        ("a 'it'\\''s' \"q\\\"$\"", ["a", "it's", 'q"$']),
        ("a \\\n  b \\\r\n c", ["a", "b", "c"]),
        ("a $'l\\n\\t\\x41\\u00e9\\'\\\\ \\101' b", ["a", "l\n\tAé'\\ A", "b"]),
        ("a $'\\xc3\\xa9'", ["a", "é"]),
        ('a "$TOKEN" ${HOST}/x ${N:-1}', ["a", "{{TOKEN}}", "{{HOST}}/x", "{{N}}"]),
        ("a '$TOKEN {{x}}' \"{{y}}\" {\\{z}}", ["a", "$TOKEN \\{{x}}", "\\{{y}}", "\\{{z}}"]),
        ("a b # c", ["a", "b"]),
        ("a b#c", ["a", "b#c"]),
        ("a 2>/dev/null b > out", ["a", "b"]),
        ('a ^"b c^" ^\n  ^"d^\\^"e^"', ["a", "b c", 'd"e']),
        ("a '' \"\"", ["a", "", ""]),
        ("a '^' b^ '^\"'", ["a", "^", "b^", '^"']),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_commands_are_told_apart() -> None:
    found = commands("a 1 | b 2; c 3 && d\ne")
    assert [(each.words, each.end) for each in found] == [
        (["a", "1"], "|"),
        (["b", "2"], ";"),
        (["c", "3"], "&&"),
        (["d"], "\n"),
        (["e"], ""),
    ]


def test_here_documents_are_the_input() -> None:
    [first, second, third] = commands(
        "a -d @- <<'EOF'\n{\"x\": \"$y\"}\nEOF\nb <<-E x\n\tz $q {{r}}\n\tE\nc <<< 'one line'"
    )
    assert first.words == ["a", "-d", "@-"]
    assert first.stdin == '{"x": "$y"}\n'
    assert (second.words, second.stdin, second.variables) == (["b", "x"], "z {{q}} \\{{r}}\n", ["q"])
    assert third.stdin == "one line\n"


def test_what_a_shell_would_run_is_said() -> None:
    [command] = commands('a "$(id)" > out')
    assert command.words == ["a", "$(id)"]
    assert len(command.notes) == 2


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a $'b"])
def test_an_open_quote_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not closed"):
        commands(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20), max_size=4))
def test_quoted_words_come_back(given_words: list[str]) -> None:
    text = shlex.join(["x", *given_words])
    if " ^" in text or "\r" in text:
        return  # the marks of a Windows command line
    assert words(text) == ["x", *(each.replace("{{", "\\{{") for each in given_words)]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        commands(text)
    except ValueError as error:
        assert "not closed" in str(error)  # noqa: PT017 - most texts are no error


SAMPLES = ["'a b'\"c\"d", "$'\\u00e9\\n\\'x\\\\'", "a\\ b", '"x\\\\y\\`z"', "$'\\x41\\102\\cA'"]


@pytest.mark.parametrize("text", SAMPLES)
def test_bash_agrees(text: str) -> None:
    shown = subprocess.run(
        ["/bin/bash", "-c", f"printf '%s' {text}"],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    assert words(f"x {text}")[1] == shown.stdout.decode()
