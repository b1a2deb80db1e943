"""Secrets hide themselves, and the redactor finds them in every form in which they may have travelled."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import traceback
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.model.envelope import Envelope, encode
from workbench.model.secrets import SHORTEST, Redactor, Secret, reveal
from workbench.model.urls import quote_unsafe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VALUE = "hunter2/+&\"é'\n<tag>"
MASK = "[redacted:api]"

# No brackets: a secret that looks like the end or the beginning of a mask is found in the mask itself.
SECRETS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]:"), min_size=6, max_size=24)
SURROUNDINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def text_forms(value: str) -> Iterator[str]:
    """How a text looks after the encodings it may go through, as their own libraries write them."""
    yield value
    yield quote(value)
    yield quote(value, safe="")
    yield quote_plus(value)
    yield quote_unsafe(value)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield msgspec.json.encode(value).decode()[1:-1]
    yield escape(value)
    yield escape(value, quote=False)
    yield repr(value)[1:-1]
    yield repr(json.dumps(value))[1:-1]
    yield json.dumps(json.dumps(json.dumps(value)))


class TestSecret:
    def test_it_shows_its_mask_everywhere(self) -> None:
        secret = Secret(VALUE, "api")
        shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{secret!s:>40}", format(secret, "^30"),
                 "%s %r" % (secret, secret), f"{secret:.5}", repr([secret]), repr({"k": secret})]  # noqa: UP031 - the old form too  # fmt: skip
        for text in shown:
            assert "hunter2" not in text
        assert str(secret) == MASK
        assert f"{secret:>20}" == MASK.rjust(20)
        assert reveal(secret) == secret.reveal() == VALUE
        assert reveal("plain") == "plain"

    def test_a_text_with_a_secret_in_it_shows_the_rest(self) -> None:
        assert str(Secret("Bearer " + VALUE, "api", shown=f"Bearer {MASK}")) == f"Bearer {MASK}"

    def test_it_is_in_no_traceback(self) -> None:
        def fail(token: Secret) -> None:
            header = f"Bearer {token}"
            raise ValueError(f"cannot use {token!r} in {header}")

        try:
            fail(Secret(VALUE, "api"))
        except ValueError as error:
            trace = traceback.TracebackException.from_exception(error, capture_locals=True)
            assert "hunter2" not in "".join(trace.format())

    def test_it_is_written_nowhere(self) -> None:
        secret = Secret(VALUE)
        with pytest.raises(TypeError, match="not written anywhere"):
            pickle.dumps(secret)
        with pytest.raises(TypeError, match="not written anywhere"):
            copy.deepcopy(secret)
        with pytest.raises(TypeError) as caught:
            json.dumps({"a": secret})
        assert "hunter2" not in str(caught.value)
        with pytest.raises(TypeError) as refused:
            msgspec.json.encode(secret)
        assert "hunter2" not in str(refused.value)

    def test_it_is_compared_by_value_and_has_no_attributes_to_print(self) -> None:
        assert Secret("a", "x") == Secret("a", "y")
        assert Secret("a") != Secret("b")
        assert Secret("a") != "a"
        assert len({Secret("a"), Secret("a", "y")}) == 1
        assert not Secret("")
        assert not hasattr(Secret("a"), "__dict__")


class TestRedactor:
    @given(value=SECRETS, before=SURROUNDINGS, after=SURROUNDINGS)
    def test_no_form_of_a_secret_is_left(self, value: str, before: str, after: str) -> None:
        redactor = Redactor([Secret(value, "api")])
        for form in text_forms(value):
            assume(form not in MASK)
            redacted = redactor.redact(before + form + after)
            assert MASK in redacted
            for other in text_forms(value):
                assert other not in redacted
            assert redactor.holds_secret(before + form + after)

    @given(value=SECRETS, before=st.binary(max_size=10), after=st.binary(max_size=10))
    def test_base64_hides_no_secret_at_any_offset(self, value: str, before: bytes, after: bytes) -> None:
        redactor = Redactor([Secret(value, "api")])
        raw = value.encode()
        for offset in range(3):
            prefix = before + bytes((offset - len(before)) % 3)
            assert len(prefix) % 3 == offset
            for write in (base64.b64encode, base64.urlsafe_b64encode):
                encoded = write(prefix + raw + after).decode()
                redacted = redactor.redact(encoded)
                assert MASK in redacted
                left = redacted.replace(MASK, "")
                # Of the secret at most a few bits at its ends are left, shared with the bytes around it.
                assert len(left) <= len(encoded) - (len(raw) * 8 - 10) // 6

    @given(value=st.text(min_size=SHORTEST, max_size=20), before=SURROUNDINGS, after=SURROUNDINGS)
    def test_redacting_twice_is_redacting_once(self, value: str, before: str, after: str) -> None:
        redactor = Redactor([Secret(value, "api"), Secret("redacted", "api"), Secret("[redacted:", "api")])
        once = redactor.redact(before + value + after)
        assert redactor.redact(once) == once

    @given(text=st.text())
    def test_a_text_without_a_secret_stays(self, text: str) -> None:
        assume("hunter2" not in text)
        assert Redactor([Secret("hunter2-hunter2", "api")]).redact(text) == text
        assert Redactor().redact(text) == text

    def test_a_secret_inside_an_envelope(self) -> None:
        secret = Secret("hunter2-hunter2", "api")
        redactor = Redactor([secret])
        for padding in ("", "a", "ab", "abc"):
            body = json.dumps({"p": padding, "token": secret.reveal()}).encode()
            wire = encode(Envelope(method="POST", path="/", headers=(("x", secret.reveal()),), body=body)).decode()
            redacted = redactor.redact(wire)
            assert redacted.count(MASK) == 2
            before, _, after = json.loads(redacted)["body_base64"].partition(MASK)
            assert "hunter" not in base64.b64decode(before[: len(before) // 4 * 4]).decode("latin-1")
            assert len(after) <= 6

    @pytest.mark.parametrize(
        "write",
        [
            lambda value: json.dumps({"token": value}),
            lambda value: json.dumps({"token": value}, ensure_ascii=False),
            lambda value: "token=" + quote_plus(value),
            lambda value: "/path/" + quote(value, safe=""),
        ],
    )
    def test_a_body_inside_an_envelope_that_wrote_the_secret_in_its_own_way(self, write: Callable[[str], str]) -> None:
        redactor = Redactor([Secret(VALUE, "api")])
        for padding in ("", "a", "ab"):
            encoded = base64.b64encode(f"{padding}{write(VALUE)}".encode()).decode()
            before, _, after = redactor.redact(encoded).partition(MASK)
            assert b"hunter2" not in base64.b64decode(before[: len(before) // 4 * 4])
            assert len(after) <= 8

    def test_basic_credentials(self) -> None:
        for user in ("a", "ab", "abc", "abcd"):
            header = "Basic " + base64.b64encode(f"{user}:hunter2-hunter2".encode()).decode()
            assert MASK in Redactor([Secret("hunter2-hunter2", "api")]).redact(header)

    def test_lower_case_percent_encoding(self) -> None:
        redactor = Redactor([Secret("pa/ss+word&é", "api")])
        assert redactor.redact("?t=pa%2fss%2bword%26%c3%a9&x=1") == f"?t={MASK}&x=1"

    def test_the_label_of_each_secret_and_the_longest_first(self) -> None:
        redactor = Redactor([Secret("hunter2", "short"), Secret("hunter2-and-more", "long")])
        assert redactor.redact("hunter2 hunter2-and-more") == "[redacted:short] [redacted:long]"

    def test_a_secret_added_later_and_one_with_white_space_around_it(self) -> None:
        redactor = Redactor()
        assert redactor.redact("hunter2") == "hunter2"
        redactor.add(Secret("hunter2\n", "file"))
        assert redactor.redact("hunter2") == "[redacted:file]"
        assert redactor.redact("a hunter2\nb") == "a [redacted:file]b"

    def test_values_too_short_to_replace_are_left_alone(self) -> None:
        assert Redactor([Secret("abc"), Secret(""), Secret("  ab  \n")]).redact("abc ab") == "abc ab"

    def test_a_secret_that_is_no_valid_unicode(self) -> None:
        redactor = Redactor([Secret("abc\udc80def", "env")])
        assert redactor.redact("x abc\udc80def") == "x [redacted:env]"
        assert redactor.redact("abc%ED%B2%80def") == "[redacted:env]"

    @pytest.mark.parametrize(
        ("name", "value", "shown"),
        [
            ("Authorization", "Bearer xyz", "[redacted:authorization]"),
            ("authorization", "Bearer hunter2-hunter2", MASK),
            ("Proxy-Authorization", "x", "[redacted:proxy-authorization]"),
            ("COOKIE", "a=b", "[redacted:cookie]"),
            ("set-cookie", "a=b", "[redacted:set-cookie]"),
            ("X-API-Key", "x", "[redacted:x-api-key]"),
            ("x-api-key", Secret("short", "key"), "[redacted:key]"),
            ("x-other", "v1", "v1"),
            ("x-other", "a hunter2-hunter2 b", f"a {MASK} b"),
            ("x-other", Secret("hunter2-hunter2", "z"), MASK),
        ],
    )
    def test_headers(self, name: str, value: str | Secret, shown: str) -> None:
        redactor = Redactor([Secret("hunter2-hunter2", "api")])
        assert redactor.header(name, value) == shown
        assert redactor.headers([(name, value)]) == [(name, shown)]

    def test_a_header_name_that_holds_a_secret(self) -> None:
        redactor = Redactor([Secret("hunter2-hunter2", "api")])
        assert redactor.headers([("x-hunter2-hunter2", "v")]) == [(f"x-{MASK}", "v")]

    def test_json_values(self) -> None:
        redactor = Redactor([Secret("hunter2", "api"), Secret("123456", "pin")])
        value = {"hunter2": [1, "x hunter2", None, True, 123456, 1.5, ("hunter2",)], "k": Secret("zzz", "other")}
        assert redactor.value(value) == {
            MASK: [1, f"x {MASK}", None, True, "[redacted:pin]", 1.5, [MASK]],
            "k": "[redacted:other]",
        }


class TestFind:
    def test_it_says_where_under_which_label_and_in_which_form(self) -> None:
        redactor = Redactor([Secret('a "b"/c', "api")])
        text = 'x a "b"/c y a%20%22b%22%2Fc z a%20"b"/c {"k": "a \\"b\\"/c"} [redacted:api]'
        found = redactor.find(text)
        assert [(each.label, each.form) for each in found] == [
            ("api", "raw"),
            ("api", "url"),
            ("api", "path"),
            ("api", "json"),
        ]
        assert text[found[2].start : found[2].end] == 'a%20"b"/c'

    def test_including_leaves_the_first_as_it_is(self) -> None:
        first = Redactor([Secret("hunter22", "one")])
        second = first.including([Secret("swordfish", "two")])
        assert second.redact("hunter22 swordfish") == "[redacted:one] [redacted:two]"
        assert first.redact("swordfish") == "swordfish"


@pytest.mark.parametrize("kept", range(SHORTEST, len(VALUE)))
def test_what_a_cut_leaves_of_a_secret_is_masked(kept: int) -> None:
    redactor = Redactor([Secret(VALUE, "api")])
    for cut in (VALUE[:kept], quote(VALUE)[:kept], base64.b64encode(VALUE.encode()).decode()[:kept]):
        assert redactor.redact(f"before {cut}… (90 characters in all), hun…") == (
            f"before {MASK}… (90 characters in all), hun…"
        )
    assert redactor.redact(f"before {MASK}… hunter") == f"before {MASK}… hunter"


@pytest.mark.parametrize(("kept", "hidden"), [(SHORTEST, False), (7, False), (8, True), (len(VALUE) - 1, True)])
def test_what_a_body_that_broke_off_has_of_a_secret_is_one_too(kept: int, hidden: bool) -> None:
    for written in (VALUE, quote(VALUE), base64.b64encode(VALUE.encode()).decode()):
        redactor = Redactor([Secret(VALUE, "api")])
        body = b"x" * 100_000 + written[:kept].encode()
        redactor.add_cut(body)
        assert redactor.redact(body.decode()).endswith(MASK) == hidden
    assert Redactor([Secret(VALUE, "api")]).redact(VALUE[:8]) == VALUE[:8]
