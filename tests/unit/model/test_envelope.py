"""The invoke envelope: the platform's rules before anything is sent, and both directions of the wire."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.collection import METHODS
from workbench.model.envelope import (
    Envelope,
    Reply,
    build,
    check,
    decode,
    encode,
    from_base64,
    header_hints,
    header_problems,
    path_problems,
)
from workbench.model.errors import EnvelopeError
from workbench.model.request import ResolvedRequest, Target
from workbench.model.secrets import Secret

TARGET = Target(base_url="http://127.0.0.1:1", service="svc")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


class TestPath:
    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/a/b",
            "/a?x=1&y=%20",
            "/?",
            "/a//b",
            "/é",
            "/" + "a" * 2047,
            "/a#b",
            "/http://x",
            "/.",
            "/..",
            "/%2F",
            "/a:b@c",
            "/\\x",
        ],
    )
    def test_good(self, path: str) -> None:
        assert path_problems(path) == []

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("", "must begin with one /"),
            ("a", "must begin with one /"),
            ("?x=1", "must begin with one /"),
            (" /a", "must begin with one /"),
            ("//", "begins with //, which names a host"),
            ("//host/a", "begins with //, which names a host"),
            ("///a", "begins with //, which names a host"),
            ("http://host/a", "is an absolute URL"),
            ("HTTPS://host", "is an absolute URL"),
            ("ws+x://host", "is an absolute URL"),
            ("host:80/a", "must begin with one /"),
            ("/" + "a" * 2048, "has 2049 characters: the platform takes at most 2048"),
            ("/a b", "U+0020 at position 3"),
            ("/a\n", "U+000A at position 3"),
            ("/\x00", "U+0000 at position 2"),
            ("/a\x7f", "U+007F at position 3"),
        ],
    )
    def test_bad(self, path: str, words: str) -> None:
        assert any(words in problem for problem in path_problems(path))

    @given(path=TEXTS)
    def test_good_paths_are_those_of_the_platform_s_pattern(self, path: str) -> None:
        good = path.startswith("/") and not path.startswith("//") and not any(c <= " " or c == "\x7f" for c in path)
        assert (path_problems(path) == []) is good


class TestHeaders:
    @pytest.mark.parametrize(
        ("name", "value", "ok"),
        [
            ("x", "v", True),
            ("X-A_b.c!#$%&'*+^`|~9", "", True),
            ("x", "a\tb", True),
            ("x", "é ☺", True),
            ("", "v", False),
            ("a b", "v", False),
            ("a:", "v", False),
            ("é", "v", False),
            ("a\n", "v", False),
            ("(x)", "v", False),
            ("x", "a\r\nb: c", False),
            ("x", "a\n", False),
            ("x", "\x00", False),
            ("x", "\x1b[31m", False),
            ("x", "\x7f", False),
        ],
    )
    def test_rules(self, name: str, value: str, ok: bool) -> None:
        assert (header_problems(name, value) == []) is ok

    def test_the_position_and_never_the_value(self) -> None:
        problem = header_problems("x", "hunter2\r\n")[0]
        assert "U+000D at position 8" in problem
        assert "hunter2" not in problem

    def test_hints(self) -> None:
        names = ["Host", "TE", "connection", "Content-Length", "Authorization", "accept"]
        hints = header_hints([(name, "") for name in names])
        assert len(hints) == 5
        assert hints[0].startswith("Host is a hop-by-hop header")
        assert hints[3].startswith("Content-Length belongs to the connection")
        assert hints[4].startswith("Authorization is forwarded")


class TestCheck:
    def test_every_problem_at_once(self) -> None:
        envelope = Envelope(method="get", path="//x y", headers=(("a b", "c\n"),))
        with pytest.raises(EnvelopeError) as caught:
            check(envelope)
        assert len(caught.value.problems) == 5
        assert "method 'get' is not one the platform invokes: expected one of GET, POST" in caught.value.problems[0]

    @pytest.mark.parametrize("method", METHODS)
    def test_methods(self, method: str) -> None:
        check(Envelope(method=method, path="/"))

    @pytest.mark.parametrize(
        ("method", "ok"), [("GET", False), ("DELETE", False), ("POST", True), ("HEAD", True), ("OPTIONS", True)]
    )
    def test_bodies(self, method: str, ok: bool) -> None:
        if ok:
            check(Envelope(method=method, path="/", body=b"x"))
        else:
            with pytest.raises(EnvelopeError, match='remove the body, or set route = "proxy"'):
                check(Envelope(method=method, path="/", body=b"x"))
        check(Envelope(method=method, path="/", body=b""))
        check(Envelope(method=method, path="/", body=b"x"), invoke=False)

    def test_the_proxy_takes_any_method_that_is_one(self) -> None:
        check(Envelope(method="PROPFIND", path="/"), invoke=False)
        for method in ("", "GET /", "A\n", "é"):
            with pytest.raises(EnvelopeError, match="not an HTTP method name"):
                check(Envelope(method=method, path="/"), invoke=False)


class TestBuild:
    def test_secrets_come_out_here_and_are_not_shown(self) -> None:
        request = ResolvedRequest(
            target=TARGET, method="POST", path=Secret("/p?t=hunter2", "t"),
            headers=(("x", Secret("hunter2", "t")), ("y", "z")), body=Secret("hunter2é", "t"),
        )  # fmt: skip
        envelope = build(request)
        assert envelope == Envelope(
            method="POST", path="/p?t=hunter2", headers=(("x", "hunter2"), ("y", "z")), body="hunter2é".encode()
        )
        assert "hunter2" not in repr(envelope)
        assert "hunter2" not in repr(request)

    def test_errors_show_no_secret(self) -> None:
        request = ResolvedRequest(
            target=TARGET, method="GET", path=Secret("/hunter2 x", "t"), headers=(("x", Secret("hunter2\n", "t")),)
        )
        with pytest.raises(EnvelopeError) as caught:
            build(request)
        assert "hunter2" not in str(caught.value)

    def test_the_route_decides_which_rules(self) -> None:
        proxy = Target(base_url="http://127.0.0.1:1", service="svc", route="proxy")
        assert build(ResolvedRequest(target=proxy, method="GET", path="/", body=b"x")).body == b"x"
        with pytest.raises(EnvelopeError):
            build(ResolvedRequest(target=TARGET, method="GET", path="/", body=b"x"))


class TestWire:
    @given(
        path=TEXTS,
        headers=st.dictionaries(st.text("abc-", min_size=1), TEXTS, max_size=4),
        body=st.none() | st.binary(max_size=60),
    )
    def test_the_call_says_exactly_what_the_envelope_says(
        self, path: str, headers: dict[str, str], body: bytes | None
    ) -> None:
        sent = json.loads(encode(Envelope(method="PUT", path=f"/{path}", headers=tuple(headers.items()), body=body)))
        assert (sent["method"], sent["path"], sent.get("headers", {})) == ("PUT", f"/{path}", headers)
        assert ("body_base64" in sent) is bool(body)
        assert base64.b64decode(sent.get("body_base64", ""), validate=True) == (body or b"")

    def test_repeated_headers_are_joined(self) -> None:
        headers = (("A", "1"), ("a", "2"), ("Cookie", "x=1"), ("cookie", "y=2"), ("b", "3"))
        sent = json.loads(encode(Envelope(method="GET", path="/", headers=headers)))
        assert sent["headers"] == {"A": "1, 2", "Cookie": "x=1; y=2", "b": "3"}

    @given(
        status=st.integers(100, 999),
        headers=st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS, max_size=3), max_size=4),
        body=st.binary(max_size=60),
    )
    def test_a_reply_is_read_as_it_was_written(self, status: int, headers: dict[str, Any], body: bytes) -> None:
        pairs = tuple(
            (name, item) for name, value in headers.items() for item in (value if isinstance(value, list) else [value])
        )
        wire = msgspec.json.encode({"headers": headers, "status_code": status, "body_base64": body, "other": [1]})
        assert decode(wire) == Reply(status=status, headers=pairs, body=body)

    @pytest.mark.parametrize(
        ("wire", "reply"),
        [
            (b'{"status_code": 204}', Reply(status=204)),
            (b'{"status_code": 204, "headers": null, "body_base64": null}', Reply(status=204)),
            (b'{"status_code": 204, "headers": {}, "body_base64": ""}', Reply(status=204)),
            (b' {"status_code": 204, "status_code": 205} \n', Reply(status=205)),
            (
                b'{"status_code": 200, "headers": {"a": ["1", "2"], "n": 5, "x": null, "t": true}}',
                Reply(status=200, headers=(("a", "1"), ("a", "2"), ("n", "5"), ("t", "true"))),
            ),
        ],
    )
    def test_replies_taken_tolerantly(self, wire: bytes, reply: Reply) -> None:
        assert decode(wire) == reply

    @pytest.mark.parametrize(
        ("wire", "words"),
        [
            (b"", "(it is empty)"),
            (b"<html>", "it begins '<html>'"),
            (b"{}", "missing required field `status_code`"),
            (b"[]", "Expected `object`, got `array`"),
            (b'{"status_code": null}', "Expected `int`, got `null` - at `$.status_code`"),
            (b'{"status_code": "200"}', "got `str`"),
            (b'{"status_code": true}', "got `bool`"),
            (b'{"status_code": 99}', "has status_code 99: expected three digits"),
            (b'{"status_code": 1000}', "expected three digits"),
            (b'{"status_code": -1}', "expected three digits"),
            (b'{"status_code": 200, "body_base64": "a"}', "at `$.body_base64`"),
            (b'{"status_code": 200, "body_base64": "%%%%"}', "at `$.body_base64`"),
            (b'{"status_code": 200, "body_base64": 5}', "at `$.body_base64`"),
            (b'{"status_code": 200, "headers": []}', "at `$.headers`"),
            (b'{"status_code": 200', "truncated"),
            (b'{"status_code": 200, "headers": {"a": "\xff"}}', "codec can't decode"),
            (b'{"status_code": 200, "headers": {"a": ' + b"[" * 100_000, "recursion"),
            (b'{"status_code": ' + b"9" * 5000 + b"}", "out of range"),
        ],
        ids=lambda value: repr(value)[:40],
    )
    def test_replies_that_are_none(self, wire: bytes, words: str) -> None:
        with pytest.raises(EnvelopeError) as caught:
            decode(wire)
        assert words in str(caught.value)
        assert len(str(caught.value)) < 2000

    def test_mutated_replies_give_a_reply_or_our_error(self) -> None:
        rng = random.Random(20261123)  # noqa: S311 - a seed that is always the same
        good = msgspec.json.encode(
            {
                "status_code": 200,
                "headers": {"a": ["1", "é"], "b": "x", "d": {"e": [1, None]}},
                "body_base64": b"\x00\xffhello",
            }
        )
        pieces = [
            b'"',
            b"{",
            b"}",
            b"[",
            b"]",
            b"\\",
            b"\\ud800",
            b"\xff",
            b"\x00",
            b"9" * 30,
            b"1e999",
            b"null",
            b"-",
            b",",
            b"[" * 1200,
        ]
        replies = 0
        for _ in range(2000):
            wire = bytearray(good)
            for _ in range(rng.randint(1, 3)):
                at = rng.randrange(len(wire) + 1)
                wire[at : at + rng.choice((0, 0, 1, 5))] = rng.choice([*pieces, bytes([rng.randrange(256)]), b""])
            replies += _is_reply(bytes(wire))
        assert 20 < replies < 1980

    def test_header_values_of_any_depth(self) -> None:
        depths = (1, *range(900, 1010), 200_000)
        wires = [b'{"status_code": 200, "headers": {"a": ' + b"[" * n + b"]" * n + b"}}" for n in depths]
        assert {_is_reply(wire) for wire in wires} == {True, False}


def _is_reply(wire: bytes) -> bool:
    """Whether the bytes are read as a reply; any error but ours fails the test."""
    try:
        return isinstance(decode(wire), Reply)
    except EnvelopeError as error:
        return not str(error)


class TestBase64:
    @given(st.binary(max_size=100), st.integers(1, 76))
    def test_white_space_does_not_count(self, data: bytes, width: int) -> None:
        text = base64.b64encode(data).decode()
        assert from_base64(" \n".join(text[at : at + width] for at in range(0, len(text), width))) == data

    @pytest.mark.parametrize("text", ["a", "abc", "a-_b", "====", "é", "aGk=x", "aGk=="])
    def test_what_is_none(self, text: str) -> None:
        with pytest.raises(ValueError, match="this is not base64"):
            from_base64(text)
