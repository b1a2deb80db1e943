"""A request written as a curl command and read back is the same request."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.interchange.requests import ready
from workbench.interchange.curl_in import from_curl
from workbench.interchange.curl_out import curl
from workbench.interchange.masking import Masking
from workbench.model.collection import METHODS, Collection
from workbench.model.envelope import BODYLESS, Envelope
from workbench.model.request import Target
from workbench.model.secrets import Redactor, Secret
from workbench.model.variables import Dynamic, Scope
from workbench.replay.prepare import prepare

REVEALED = Masking(Redactor(), revealed=True, credential=Secret("sk-c4n4ry", "credential"))
PRINTABLE = st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp"])
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=30)
SEGMENT = st.text(st.sampled_from(string.ascii_letters + string.digits + "-_.~'!$(){}[]\"\\`|^<>*;:@,%20"), max_size=8)
PARAMETER = st.tuples(st.sampled_from("abcdef"), st.text(st.sampled_from(string.ascii_letters + "-_.~"), max_size=5))
VALUE = st.text(PRINTABLE, max_size=20).map(str.strip)


def again(text: str) -> Envelope:
    """What would be sent for the imported command."""
    collection = from_curl(text).collection
    [request] = collection.requests
    target = Target(base_url="http://h", service="svc", route="proxy")
    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    return prepare(Collection(), request, target=target, scope=Scope(), dynamic=dynamic).envelope


@given(
    method=st.sampled_from(METHODS),
    segments=st.lists(SEGMENT, min_size=1, max_size=3),
    parameters=st.lists(PARAMETER, max_size=3, unique_by=lambda pair: pair[0]),
    headers=st.dictionaries(st.sampled_from(["accept", "x-One", "x-two", "content-type"]), VALUE),
    body=PLAIN | st.binary(max_size=20),
)
def test_the_invoke_call(
    method: str, segments: list[str], parameters: list[tuple[str, str]], headers: dict[str, str], body: str | bytes
) -> None:
    content = None if method in BODYLESS else (body if isinstance(body, bytes) else body.encode()) or None
    looks_like_json = content is not None and content.lstrip()[:1] in (b"{", b"[")
    assume(headers.get("content-type") or not looks_like_json)  # then it is taken as JSON, with its content type
    path = "/" + "/".join(filter(None, segments))
    query = "&".join(f"{name}={value}" for name, value in parameters)
    request, envelope = ready(
        method, f"{path}?{query}" if query else path, headers=tuple(headers.items()), body=content, service="svc"
    )
    written = curl(request, envelope, REVEALED).text
    assert again(written) == envelope


@given(
    method=st.sampled_from([each for each in METHODS if each != "HEAD"]),
    headers=st.dictionaries(st.sampled_from(["accept", "x-One", "x-two"]), VALUE),
    body=PLAIN,
)
def test_the_call_by_the_proxy(method: str, headers: dict[str, str], body: str) -> None:
    headers = {**headers, "content-type": "text/x-odd"}
    request, envelope = ready(method, "/a/b", headers=tuple(headers.items()), body=body.encode() or None, service="svc")
    written = curl(request, envelope, REVEALED, route="proxy").text
    assert again(written) == envelope
