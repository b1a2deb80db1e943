"""The sample service `echo`."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.gateway.services.echo_answers import json_of

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client


async def get(client: Client, path: str) -> Any:
    answer = await client.invoke("echo", "GET", path)
    assert answer.status == 200
    return answer


async def test_anything_says_everything(client: Client) -> None:
    headers = {"X-One": "1", "Content-Type": "application/json"}
    answer = await client.invoke("echo", "PUT", "/anything/a%20b?x=1&x=2&y=%C3%A9&z", body=b'{"n": 1}', headers=headers)
    assert answer.container_json == {
        "method": "PUT",
        "path": "/anything/a b",
        "target": "/anything/a%20b?x=1&x=2&y=%C3%A9&z",
        "query": {"x": ["1", "2"], "y": "\u00e9", "z": ""},
        "headers": {"x-one": "1", "content-type": "application/json"},
        "size": 8,
        "text": '{"n": 1}',
        "base64": "eyJuIjogMX0=",
        "json": {"n": 1},
    }


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"[" * 100_000, b"{", b"1" * (2 << 20), b"NaN", b'"\xed\xa0\x80"'],
    ids=["no text", "deep", "cut off", "large", "no number", "surrogate"],
)
async def test_anything_takes_any_body(client: Client, body: bytes) -> None:
    answer = await client.invoke("echo", "POST", "/anything", body=body)
    assert answer.container_status == 200
    assert (answer.container_json["size"], answer.container_json["json"]) == (len(body), None)


async def test_small_answers(client: Client) -> None:
    assert (await get(client, "/ping")).container_json == {"ok": True}
    assert (await get(client, "/headers")).container_json == {"headers": {}}
    for path, kind in {
        "/html": "text/html; charset=utf-8",
        "/xml": "application/xml",
        "/text": "text/plain; charset=utf-8",
        "/latin-1": "text/plain; charset=iso-8859-1",
        "/openapi.json": "application/json",
    }.items():
        answer = await get(client, path)
        assert answer.container_headers["content-type"] == kind
        assert len(answer.container_body) == int(answer.container_headers["content-length"])
    assert b"\xef" in (await get(client, "/latin-1")).container_body
    assert b"\x1b[31m" in (await get(client, "/escapes")).container_body


@pytest.mark.parametrize("size", [0, 1, 1000, 3_000_000])
async def test_bytes_are_the_same_each_time_and_differ_by_seed(client: Client, size: int) -> None:
    first = (await get(client, f"/bytes/{size}")).container_body
    assert len(first) == size
    assert (await get(client, f"/bytes/{size}")).container_body == first
    if size > 1:
        assert (await get(client, f"/bytes/{size}?seed=7")).container_body != first


@pytest.mark.parametrize("size", [2, 25, 26, 100, 4096, 250_000, 3_000_000])
async def test_json_has_exactly_the_size_asked_for(client: Client, size: int) -> None:
    answer = await get(client, f"/json/{size}")
    assert len(answer.container_body) == size
    json.loads(answer.container_body)


@given(size=st.integers(2, 20_000))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_every_size_of_json_is_json(size: int) -> None:
    made = json_of(size)
    assert len(made) == size
    assert isinstance(msgspec.json.decode(made), dict)


async def test_compressed_json_unpacks(client: Client) -> None:
    answer = await get(client, "/gzip?size=5000")
    assert len(gzip.decompress(answer.container_body)) == 5000
    assert len(answer.container_body) < 5000


async def test_redirects_lead_on(client: Client) -> None:
    path, seen = "/redirect/3", []
    for _ in range(3):
        answer = await get(client, path)
        assert answer.container_status == 302
        path = answer.container_headers["location"]
        seen.append(path)
    assert seen == ["/redirect/2", "/redirect/1", "/anything"]
    away = await get(client, "/redirect-to?url=https://example.com/x%3Fy&status_code=307")
    assert (away.container_status, away.container_headers["location"]) == (307, "https://example.com/x?y")


async def test_cookies_are_set_and_read(client: Client) -> None:
    answer = await client.invoke("echo", "GET", "/cookies", headers={"Cookie": "a=1; b=2; nonsense"})
    assert answer.container_json == {"cookies": {"a": "1", "b": "2"}}
    assert "session=demo" in (await get(client, "/cookies/set")).container_headers["set-cookie"]


async def test_any_header_can_be_asked_for(client: Client) -> None:
    answer = await get(client, "/response-headers?X-A=1&X-A=2&X-B=%20")
    assert answer.container_headers["X-A"] == "1, 2"


async def test_flaky_fails_the_first_calls_of_each_key(client: Client) -> None:
    async def statuses(query: str, times: int) -> list[int]:
        return [(await get(client, f"/flaky?{query}")).container_status for _ in range(times)]

    assert await statuses("key=a&fail=2", 4) == [503, 503, 200, 200]
    assert await statuses("key=b&fail=1&status=500", 2) == [500, 200]
    assert await statuses("key=c&fail=0", 1) == [200]
    assert (await get(client, "/flaky?key=a")).container_json == {"ok": True, "calls": 5}


async def test_forms_of_both_kinds(client: Client) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.invoke("echo", "POST", "/form", body=b"a=1&b=%20x&a=2&c", headers=kind)
    assert answer.container_json == {"form": {"a": ["1", "2"], "b": " x", "c": ""}, "files": {}}
    body = (
        b'--sep\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
        b'--sep\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\x00\x01\xff\r\n--sep--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=sep"}
    answer = await client.invoke("echo", "POST", "/form", body=body, headers=kind)
    assert answer.container_json["form"] == {"note": "hello"}
    assert answer.container_json["files"]["file"]["filename"] == "a.bin"
    assert answer.container_json["files"]["file"]["size"] == 3
    assert (await client.invoke("echo", "POST", "/form", body=b"{}")).container_status == 415


async def test_credentials_of_the_container(client: Client) -> None:
    refused = await get(client, "/basic-auth/user/pass")
    assert (refused.container_status, refused.container_headers["www-authenticate"]) == (401, 'Basic realm="echo"')
    headers = {"Authorization": "Basic dXNlcjpwYXNz"}
    granted = await client.invoke("echo", "GET", "/basic-auth/user/pass", headers=headers)
    assert granted.container_json == {"authenticated": True, "user": "user"}
    assert (await get(client, "/bearer")).container_status == 401


async def test_delays_and_drips_take_their_time(client: Client) -> None:
    assert (await get(client, "/delay/0.05")).container_json == {"delayed": 0.05}
    assert (await get(client, "/drip?bytes=4&duration=0.1")).container_body == b"****"
    lines = (await get(client, "/stream/3")).container_body.splitlines()
    assert [json.loads(line)["line"] for line in lines] == [1, 2, 3]


async def test_uploads_are_measured(client: Client) -> None:
    answer = await client.invoke("echo", "POST", "/upload", body=b"abc")
    assert answer.container_json == {"size": 3, "parts": 1, "sha256": hashlib.sha256(b"abc").hexdigest()}
    assert (await client.invoke("echo", "POST", "/upload")).container_json["size"] == 0


@pytest.mark.parametrize(
    "path",
    [
        *("/status/99", "/status/600", "/status/x", "/delay/61", "/delay/-1", "/delay/nan", "/delay/x", "/bytes/-1"),
        *("/bytes/999999999999", "/json/1", "/redirect/0", "/redirect/51", "/redirect-to", "/redirect-to?url=a%0d%0ab"),
        *("/redirect-to?url=/&status_code=200", "/sse/-1", "/sse/3?pause=99", "/drip?bytes=0", "/flaky?status=200"),
        *(
            "/cookies/set?a%20b=1",
            "/cookies/set?a=%0d%0aX:1",
            "/response-headers?X%0d=1",
            "/response-headers?Connection=x",
        ),
    ],
)
async def test_what_cannot_be_is_422(client: Client, path: str) -> None:
    answer = await get(client, path)
    assert answer.container_status == 422
    assert answer.container_json["detail"]


async def test_unknown_paths_and_methods(client: Client) -> None:
    assert (await get(client, "/nothing")).container_json == {"detail": "Not Found"}
    refused = await client.invoke("echo", "DELETE", "/ping")
    assert (refused.container_status, refused.container_headers["allow"]) == (405, "GET, HEAD")
    asked = await client.invoke("echo", "OPTIONS", "/ping")
    assert (asked.container_status, asked.container_headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (await client.invoke("echo", "HEAD", "/nothing")).container_body == b""


@pytest.mark.parametrize("slug", ["echo", "shop", "llm"])
async def test_the_openapi_documents_describe_what_is_there(client: Client, slug: str) -> None:
    path = (await client.get(f"/r/containers/{slug}")).json()["openapi_url"]
    document = (await client.invoke(slug, "GET", path)).container_json
    assert document["openapi"].startswith("3.1")
    for template, item in document["paths"].items():
        for method, operation in item.items():
            target = template
            for parameter in operation.get("parameters", []):
                target = target.replace(f"{{{parameter['name']}}}", str(parameter.get("example", "x")))
            answer = await client.invoke(slug, "OPTIONS", target)
            allowed = answer.container_headers.get("allow", method.upper())
            assert answer.container_status != 404, target
            assert method.upper() in allowed
