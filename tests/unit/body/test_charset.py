"""Any bytes under any charset name become text; what the charset was, and whether all of it fitted, is said."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.charset import _ALIASES, _codec, decode, known

JAPANESE = "これは日本語のテキストです。カタカナもあります。"
RUSSIAN = "Это русский текст для проверки кодировки."
SAMPLES = {
    "shift_jis": JAPANESE,
    "euc-jp": JAPANESE,
    "gb18030": "这是一个中文的文本，我们在这里测试编码。",
    "big5": "這是一個中文的文字，我們在這裡測試編碼。",
    "euc-kr": "이것은 한국어 텍스트입니다. 인코딩을 시험합니다.",
    "koi8-r": RUSSIAN,
    "windows-1251": RUSSIAN,
    "ibm866": RUSSIAN,
    "windows-1252": "Voilà un texte français où l’on mange des crêpes — déjà vu.",
}
NAMES = [
    *("zlib", "rot13", "idna", "hex", "base64", "bz2", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"),
    *("undefined", "mbcs", "utf_8_sig", "utf-16", "UTF-32BE", "", "x" * 500, "../../etc", "latin1", "Shift_JIS"),
]


@pytest.mark.parametrize("charset", SAMPLES)
def test_declared(charset: str) -> None:
    text = SAMPLES[charset]
    done = decode(text.encode(_codec(charset)), f"text/plain; charset={charset}")
    assert (done.text, done.charset, done.source, done.replaced) == (text, charset, "header", False)


@pytest.mark.parametrize("charset", SAMPLES)
@pytest.mark.parametrize("frame", ["{}", '{{"name": "{}", "id": 17, "text": "hello world"}}'])
def test_guessed(charset: str, frame: str) -> None:
    text = frame.format(SAMPLES[charset])
    done = decode(text.encode(_codec(charset)), "application/json")
    assert (done.text, done.charset, done.source) == (text, charset, "guess")


@pytest.mark.parametrize("text", ["café très", "Müller größe", "El niño está aquí", "smørrebrød på gården", "naïve"])
def test_few_accents_are_western(text: str) -> None:
    assert decode(text.encode("latin-1")).text == text


def test_utf8_is_not_copied() -> None:
    for data in (b"ascii", "日本 é".encode()):
        done = decode(data, "text/plain")
        assert done.utf8 is data
        assert (done.charset, done.source, done.refused) == ("utf-8", "default", "")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_byte_order_mark(charset: str) -> None:
    done = decode("\ufeffé€😀".encode(charset))
    assert (done.text, done.charset, done.source) == ("é€😀", charset, "bom")


@pytest.mark.parametrize("charset", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["-le", "-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_of_a_declared_charset(charset: str, order: str, mark: str) -> None:
    done = decode((mark + '{"a": "é"}').encode(charset + order), f"application/json;charset={charset}")
    assert done.text == '{"a": "é"}'


def test_utf16_without_a_word() -> None:
    done = decode('{"name": "value"}'.encode("utf-16-be"))
    assert (done.text, done.source) == ('{"name": "value"}', "guess")


@pytest.mark.parametrize("name", ["zlib", "rot13", "idna", "utf-7", "undefined"])
def test_a_codec_that_is_no_charset_is_refused(name: str) -> None:
    done = decode(b"abc", f"text/plain; charset={name}")
    assert (done.text, done.charset, done.refused) == ("abc", "utf-8", name)


def test_a_declared_charset_that_does_not_fit() -> None:
    done = decode("日本".encode(), "text/plain; charset=utf-16")
    assert (done.text, done.source) != ("", "default")
    wrong = decode("日本語é".encode(), "text/plain; charset=euc-jp")
    assert (wrong.text, wrong.charset, wrong.refused) == ("日本語é", "utf-8", "euc-jp")


def test_bad_bytes_become_the_replacement_and_their_place_is_known() -> None:
    done = decode(b"abc\xffdef", "text/plain; charset=utf-8")
    assert (done.text, done.bad_at, done.source) == ("abc�def", 3, "header")
    cut = decode("日本".encode()[:-1], "text/plain; charset=utf-8")
    assert (cut.text, cut.bad_at) == ("日�", 5)


def test_damage_in_much_utf8_is_damage() -> None:
    data = "日本語のテキスト".encode() * 5 + b"\xff"
    done = decode(data)
    assert (done.charset, done.bad_at) == ("utf-8", len(data) - 1)


def test_place_of_bad_bytes_far_into_a_large_body() -> None:
    data = b"x" * ((1 << 20) - 1) + "é".encode() + b"y" * 100 + b"\xff"
    assert decode(data, "text/plain;charset=utf-8").bad_at == len(data) - 1


def test_latin_1_is_read_as_browsers_read_it() -> None:
    done = decode(b"\x80\x81\x93\xe9", "text/plain; charset=iso-8859-1")
    assert (done.text, done.charset) == ("€\x81“é", "windows-1252")


def test_every_charset_of_the_table_has_a_codec_of_text() -> None:
    for name in _ALIASES:
        info = codecs.lookup(_codec(name))
        assert info.decode(b"")[0] == ""
        assert known(name) == name


def test_large_bodies_in_other_charsets() -> None:
    text = JAPANESE * 30_000
    assert decode(text.encode("cp932"), "text/plain;charset=sjis").text == text


@given(st.binary(max_size=200), st.sampled_from(NAMES) | st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_bytes_any_name(data: bytes, name: str) -> None:
    done = decode(data, f"text/plain; charset={name}")
    assert done.utf8.decode("utf-8") == done.text
    assert done.replaced == (done.bad_at is not None)
    if done.bad_at is not None:
        assert 0 <= done.bad_at <= len(data)
        assert "�" in done.text


@given(st.text(max_size=50), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"]))
@settings(max_examples=100, deadline=None)
def test_text_comes_back(text: str, charset: str) -> None:
    text = text.lstrip("\ufeff")
    done = decode(text.encode(charset), f"text/plain; charset={charset}")
    assert done.text == text
