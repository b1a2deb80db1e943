"""XML and HTML are laid out where white space says nothing, and nowhere else."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import pretty

SPACE = b" \t\r\n"


def meaning(element: ET.Element) -> tuple[Any, ...]:
    """An XML element without the white space between elements that have no text of their own."""
    texts = [element.text or "", *(child.tail or "" for child in element)]
    if len(element) and not "".join(texts).strip():
        texts = []
    return element.tag, sorted(element.attrib.items()), texts, [meaning(child) for child in element]


def test_xml() -> None:
    done = pretty(
        b'<?xml version="1.0"?><!DOCTYPE feed><feed xmlns="a"><!-- c --><entry a="1" b=">"><t>x</t>'
        b'<m>a <b>c</b> d</m><e/><n></n><p xml:space="preserve"> <q/> </p> </entry><s><![CDATA[<x>]]></s></feed>\n',
        "xml",
    )
    assert done.reason == ""
    assert done.data == (
        b'<?xml version="1.0"?>\n<!DOCTYPE feed>\n<feed xmlns="a">\n  <!-- c -->\n  <entry a="1" b=">">\n'
        b"    <t>x</t>\n    <m>a <b>c</b> d</m>\n    <e/>\n    <n></n>\n"
        b'    <p xml:space="preserve"> <q/> </p>\n  </entry>\n  <s><![CDATA[<x>]]></s>\n</feed>\n'
    )


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (b"<a>\n<b></a>", "mismatched tag", (2, 6)),
        (b"<a>", "no element found", (1, 4)),
        (b"<a>&nope;</a>", "undefined entity", (1, 4)),
        (b"<a/>\n<b/>", "junk after document element", (2, 1)),
        (
            b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
            "it declares entities of its own, which are not followed",
            (1, 14),
        ),
        (b"plain", "syntax error", (1, 1)),
    ],
    ids=["tags", "end", "entity", "two", "declared", "text"],
)
def test_what_is_no_xml_stays_with_reason_and_place(data: bytes, reason: str, place: tuple[int, int]) -> None:
    done = pretty(data, "xml")
    assert done.data is data
    assert (done.reason, done.line, done.column) == (reason, *place)


def test_html() -> None:
    done = pretty(
        b"<!doctype html><html><head><title> a  b </title><meta charset=utf-8><script>if (a<b) {}</script></head>"
        b"<body class=x><h1>Hi <b>you</b></h1><ul><li>one<li>two <ul><li>in</ul></ul><div>x<pre> a\n   b</pre>y</div>"
        b"<!-- c --><table><tr><td>1<td>2<tr><td>3</table>tail <i>a</i><script>1</script>b <i>c</i></body></html>",
        "html",
    )
    assert done.data.decode() == (
        "<!doctype html>\n<html>\n  <head>\n    <title> a  b </title>\n    <meta charset=utf-8>\n"
        "    <script>if (a<b) {}</script>\n  </head>\n  <body class=x>\n    <h1>Hi <b>you</b></h1>\n    <ul>\n"
        "      <li>one\n      <li>two\n        <ul>\n          <li>in\n        </ul>\n    </ul>\n    <div>x\n"
        "      <pre> a\n   b</pre>\n      y\n    </div>\n    <!-- c -->\n    <table>\n      <tr>\n        <td>1\n"
        "        <td>2\n      <tr>\n        <td>3\n    </table>\n"
        "    tail <i>a</i><script>1</script>b <i>c</i>\n  </body>\n</html>"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"<p>a <b>b</b><i>c</i> d</p>",
        b"<span>a</span><span>b</span> <em>c</em>",
        b"<pre>  x\n <div> y </div>\n</pre>",
        b"<textarea> a\n  <p> b </textarea>",
        b'<span style="white-space: pre">  a  <div>  b </div></span>',
        b"a<script> 1 </script>b<!-- c -->d",
        b"<a <b> c",
        b"<pre> never closed",
    ],
    ids=["inline", "siblings", "pre", "textarea", "style", "script", "broken", "open"],
)
def test_running_text_is_left_alone(data: bytes) -> None:
    assert pretty(data, "html").data == data


def test_the_outline_knows_paths_and_blocks() -> None:
    done = pretty(b"<a><b><c/></b><b><c/><d>x</d></b></a>", "xml")
    outline = done.outline
    assert outline is not None
    assert done.data.splitlines() == [
        b"<a>",
        b"  <b>",
        b"    <c/>",
        b"  </b>",
        b"  <b>",
        b"    <c/>",
        b"    <d>x</d>",
        b"  </b>",
        b"</a>",
    ]
    found = outline.at(done.data.index(b"x"))
    assert outline.path(done.data, found) == "/a/b[2]/d"
    assert done.data[slice(*outline.span(found))] == b"<d>x</d>"
    assert outline.path(done.data, outline.at(done.data.index(b"</b>"))) == "/a/b[1]"
    assert [outline.block(line) for line in range(9)] == [8, 3, None, None, 7, None, None, None, None]
    firsts, lasts = outline.blocks(1)
    assert (list(firsts), list(lasts)) == ([1, 4], [3, 7])


@pytest.mark.parametrize(
    "unit", [b"<a ", b"<!--", b'<a "', b"<script>", b'<a ""', b"<div>", b"<p><td></x>", b"<![CDATA["]
)
def test_text_made_to_be_slow_is_not(unit: bytes) -> None:
    data = unit * 30_000
    done = pretty(data, "html")
    assert len(done.data) <= len(data) * 5 + 20_000_000
    assert done.data.translate(None, SPACE) == data.translate(None, SPACE)


def test_a_small_text_cannot_become_a_huge_one() -> None:
    done = pretty(b"<div>" * 400_000, "html")
    assert "many times its size" in done.reason


def test_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        pretty(b"<p>x</p>" * 3000, "html", lambda: True)
    with pytest.raises(Cancelled):
        pretty(b"<a/>", "xml", lambda: True)


names = st.sampled_from(["a", "b", "x:y", "é"])
texts = st.sampled_from(["", " ", "\n  ", "text", " t ", "<![CDATA[ c ]]>", "<!-- n -->", "&lt;", "<?p i?>"])


def elements(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inner = st.lists(st.tuples(texts, children), max_size=4).map(lambda pairs: "".join(a + b for a, b in pairs))
    return st.tuples(names, st.sampled_from(["", ' k="1 > 0"', ' xml:space="preserve"']), inner, texts).map(
        lambda made: f"<{made[0]}{made[1]}>{made[2]}{made[3]}</{made[0]}>"
    )


@given(st.recursive(st.just("<e/>"), elements, max_leaves=12))
@settings(max_examples=150, deadline=None)
def test_xml_means_the_same_afterwards(text: str) -> None:
    data = f'<root xmlns:x="u">{text}</root>'.encode()
    done = pretty(data, "xml")
    assert done.reason == ""
    assert meaning(ET.fromstring(done.data)) == meaning(ET.fromstring(data))  # noqa: S314 - a text of our own
    assert pretty(done.data, "xml").data == done.data


NAMES = ("p", "div", "li", "b", "pre", "script", "br", "hr", "td", "tr", "table")
TAGS = [form.format(name) for name in NAMES for form in ("<{}>", "</{}>")]
pieces = st.sampled_from([*TAGS, "<!-- x -->", "<!--", "<a href='", "'>", " ", "\n", "x", "&amp;", "<", ">", "</"])


@given(st.lists(pieces, max_size=30).map("".join), st.sampled_from(["html", "xml"]))
@settings(max_examples=300, deadline=None)
def test_any_markup(text: str, kind: Any) -> None:
    data = text.encode()
    done = pretty(data, kind)
    assert done.data.translate(None, SPACE) == data.translate(None, SPACE)
    if done.outline is not None:
        for element in range(len(done.outline)):
            start, stop = done.outline.span(element)
            assert 0 <= start <= stop <= len(done.data)
            assert done.outline.path(done.data, element).startswith("/")
