"""The invoke call: its schema's rules, what reaches the container, the shape of the answer (CYBERUN-API.md, 1)."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.gateway.client import until
from workbench.gateway.calls import KEPT_BODY
from workbench.gateway.config import GatewayConfig, ServiceSpec, Switches

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client
    from tests.integration.gateway.conftest import Connect

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
GET_PING = {"method": "GET", "path": "/ping"}


@pytest.mark.parametrize("method", METHODS)
async def test_every_method_reaches_the_container(client: Client, method: str) -> None:
    answer = await client.invoke("echo", method, "/anything?x=1")
    assert (answer.status, answer.container_status) == (200, 200)
    if method == "HEAD":
        assert answer.container_body == b""
    else:
        assert answer.container_json["method"] == method


@pytest.mark.parametrize("method", ["get", "TRACE", "CONNECT", "", "G", "GET ", "POST\r\n"])
async def test_any_other_method_is_refused(client: Client, method: str) -> None:
    answer = await client.envelope("echo", {"method": method, "path": "/ping"})
    assert answer.status == 400
    assert answer.error.startswith("method: expected one of GET, POST,")


@pytest.mark.parametrize(
    "path",
    [
        "/anything",
        "/anything/",
        "/anything//double//slash",
        "/anything/../up/./here",
        "/anything/%2F%20%00%zz",
        "/anything/caf\u00e9/\u2603",
        "/anything?",
        "/anything?a=1&a=2&b",
        "/anything?url=http://example.com//x?y",
        "/anything/#fragment",
        "/anything/@:!$'()*+,;=[]{}|^`<>\"\\",
        pytest.param("/anything/" + "x" * 2038, id="2048 characters"),
    ],
)
async def test_the_path_reaches_the_container_exactly_as_written(client: Client, path: str) -> None:
    answer = await client.invoke("echo", "GET", path)
    assert (answer.status, answer.container_status) == (200, 200), answer.body
    assert answer.container_json["target"] == path
    assert client.calls.all()[-1].path == path


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "expected one / at the start"),
        ("ping", "expected one / at the start"),
        (" /ping", "expected one / at the start"),
        ("http://example.com/ping", "no scheme or host"),
        ("https:/ping", "no scheme or host"),
        ("//example.com/ping", "names a host"),
        ("/\\example.com/ping", "names a host"),
        ("/a b", "position 3"),
        ("/a\r\nX: y", "position 3"),
        ("/\x00", "position 2"),
        ("/\x7f", "position 2"),
        pytest.param("/" + "x" * 2048, "2049 characters, expected at most 2048", id="2049 characters"),
    ],
)
async def test_a_path_against_the_rules_is_refused(client: Client, path: str, said: str) -> None:
    answer = await client.envelope("echo", {"method": "GET", "path": path})
    assert answer.status == 400
    assert answer.error.startswith("path: ")
    assert said in answer.error


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("", b""),
        ("AA==", b"\0"),
        ("+/8=", b"\xfb\xff"),
        (base64.b64encode(bytes(range(256))).decode(), bytes(range(256))),
    ],
)
async def test_the_body_reaches_the_container_byte_for_byte(client: Client, text: str, body: bytes) -> None:
    answer = await client.envelope("echo", {"method": "POST", "path": "/anything", "body_base64": text})
    assert answer.container_json["size"] == len(body)
    assert base64.b64decode(answer.container_json["base64"]) == body
    assert client.calls.all()[-1].body == body


@pytest.mark.parametrize(
    "text", ["A", "AA", "AA=", "AAA", "A===", "AA==AA==", "AA\n==", "AA ==", "-_8=", "\u00e9", "===="]
)
async def test_what_is_not_base64_is_refused(client: Client, text: str) -> None:
    answer = await client.envelope("echo", {"method": "POST", "path": "/anything", "body_base64": text})
    assert answer.status == 400
    assert answer.error.startswith("body_base64: is not base64")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_get_and_delete_carry_no_body_unless_the_switch_says_so(connect: Connect, method: str) -> None:
    strict, lenient = await connect(), await connect(switches=Switches(body_on_get_and_delete="forward"))
    answer = await strict.invoke("echo", method, "/anything", body=b"x")
    assert (answer.status, answer.error) == (400, f"body_base64: expected empty or omitted for {method}")
    answer = await lenient.invoke("echo", method, "/anything", body=b"x")
    assert answer.container_json["text"] == "x"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "method"),
        ({"method": "GET"}, "path"),
        ({"path": "/ping"}, "method"),
        ({**GET_PING, "method": 1}, "$.method"),
        ({**GET_PING, "path": None}, "$.path"),
        ({**GET_PING, "body_base64": None}, "$.body_base64"),
        ({**GET_PING, "body_base64": 5}, "$.body_base64"),
        ({**GET_PING, "headers": []}, "$.headers"),
        ({**GET_PING, "headers": "x"}, "$.headers"),
        ({**GET_PING, "headers": None}, "$.headers"),
        ({**GET_PING, "headers": {"X-A": 1}}, "'X-A'"),
        ({**GET_PING, "headers": {"X-A": ["1", "2"]}}, "'X-A'"),
        ({**GET_PING, "headers": {"X-A": None}}, "'X-A'"),
        ({**GET_PING, "headers": {"X A": "1"}}, "'X A'"),
        ({**GET_PING, "headers": {"": "1"}}, "''"),
        ({**GET_PING, "headers": {"X-A": "1\r\nX-B: 2"}}, "position 2"),
        ({**GET_PING, "headers": {"X-A": "\x00"}}, "position 1"),
        ([], "object"),
        ("text", "object"),
        (7, "object"),
    ],
)
async def test_an_envelope_against_the_schema_is_refused(client: Client, document: Any, said: str) -> None:
    answer = await client.envelope("echo", document)
    assert answer.status == 400
    assert said in answer.error


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"null", b'{"method":"GET","path":"\xff"}', b"[" * 5000, b'{"path":"\\ud800"}'],
    ids=["empty", "cut off", "null", "no UTF-8", "deep", "surrogate"],
)
async def test_a_body_that_is_no_json_object_is_refused(client: Client, data: bytes) -> None:
    answer = await client.call("POST", "/r/invoke/echo", data=data)
    assert answer.status == 400
    assert answer.error.startswith("the request body")


async def test_unknown_fields_are_tolerated(client: Client) -> None:
    answer = await client.envelope("echo", {**GET_PING, "timeout": 5, "nested": {"a": [1]}})
    assert answer.container_json == {"ok": True}


async def test_headers_reach_the_container_without_hop_by_hop_ones(client: Client) -> None:
    sent = {
        "X-Demo": "yes",
        "Authorization": "Bearer inner",
        "Content-Type": "text/plain",
        "Accept": "*/*",
        "x-empty": "",
        "Host": "evil.example",
        "Connection": "close",
        "Upgrade": "h2c",
        "transfer-ENCODING": "chunked",
        "TE": "trailers",
        "Trailer": "X-T",
    }
    answer = await client.invoke("echo", "POST", "/anything", body=b"text", headers=sent)
    assert answer.container_json["headers"] == {
        "x-demo": "yes",
        "authorization": "Bearer inner",
        "content-type": "text/plain",
        "accept": "*/*",
        "x-empty": "",
    }


async def test_the_inner_authorization_can_be_stripped(connect: Connect) -> None:
    headers = {"authorization": "Bearer inner", "X-Kept": "1"}
    kept, stripped = await connect(), await connect(switches=Switches(strip_inner_authorization=True))
    assert (await kept.invoke("echo", "GET", "/bearer", headers=headers)).container_json["token"] == "inner"
    answer = await stripped.invoke("echo", "GET", "/headers", headers=headers)
    assert answer.container_json == {"headers": {"x-kept": "1"}}


async def test_the_two_statuses_stay_apart(client: Client) -> None:
    for status in (200, 201, 204, 302, 400, 401, 403, 404, 418, 429, 500, 503, 599):
        answer = await client.invoke("echo", "GET", f"/status/{status}")
        assert (answer.status, answer.container_status) == (200, status)


async def test_redirects_are_not_followed(client: Client) -> None:
    answer = await client.invoke("echo", "GET", "/redirect/2")
    assert (answer.container_status, answer.container_headers["location"]) == (302, "/redirect/1")


@pytest.mark.parametrize(
    ("shape", "repeated", "cookies", "kind"),
    [
        ("strings", "join", "a=1; Path=/; HttpOnly, b=2; Path=/; HttpOnly", "application/json"),
        ("strings", "first", "a=1; Path=/; HttpOnly", "application/json"),
        ("strings", "last", "b=2; Path=/; HttpOnly", "application/json"),
        ("lists", "join", ["a=1; Path=/; HttpOnly", "b=2; Path=/; HttpOnly"], ["application/json"]),
        ("mixed", "join", ["a=1; Path=/; HttpOnly", "b=2; Path=/; HttpOnly"], "application/json"),
    ],
)
async def test_header_values_have_the_shape_of_the_switch(
    connect: Connect, shape: Any, repeated: Any, cookies: Any, kind: Any
) -> None:
    client = await connect(switches=Switches(header_values=shape, repeated_headers=repeated))
    headers = (await client.invoke("echo", "GET", "/cookies/set?a=1&b=2")).container_headers
    assert headers["set-cookie"] == cookies
    assert headers["content-type"] == kind


@pytest.mark.parametrize(
    ("shape", "there", "value"), [("empty", True, ""), ("omitted", False, None), ("null", True, None)]
)
async def test_an_empty_body_has_the_shape_of_the_switch(connect: Connect, shape: Any, there: bool, value: Any) -> None:
    client = await connect(switches=Switches(empty_body=shape))
    found = (await client.invoke("echo", "GET", "/status/204")).json()
    assert set(found) == {"status_code", "headers"} | ({"body_base64"} if there else set())
    assert found.get("body_base64") == value
    full = await client.invoke("echo", "GET", "/ping")
    assert full.container_json == {"ok": True}


async def test_the_answer_has_exactly_the_documented_members(client: Client) -> None:
    found = (await client.invoke("echo", "GET", "/ping")).json()
    assert set(found) == {"status_code", "headers", "body_base64"}
    assert isinstance(found["status_code"], int)


async def test_compressed_and_binary_bodies_come_as_they_are(client: Client) -> None:
    packed = await client.invoke("echo", "GET", "/gzip")
    assert packed.container_headers["content-encoding"] == "gzip"
    assert packed.container_body[:2] == b"\x1f\x8b"
    once, again = [(await client.invoke("echo", "GET", "/bytes/5000")).container_body for _ in range(2)]
    assert once == again
    assert len(once) == 5000


async def test_a_stream_arrives_whole(client: Client) -> None:
    answer = await client.invoke("echo", "GET", "/sse/3?pause=0")
    assert answer.container_body.count(b"event: tick") == 3
    assert answer.container_headers["content-type"] == "text/event-stream"


@pytest.mark.parametrize("status", ["created", "deploying", "stopping", "stopped", "failed"])
@pytest.mark.parametrize("code", [409, 503])
async def test_a_service_that_is_not_running_is_refused(connect: Connect, status: Any, code: int) -> None:
    client = await connect(switches=Switches(not_running_status=code))
    client.platform.set_status("echo", status)
    for answer in (await client.invoke("echo", "GET", "/ping"), await client.get("/r/containers/echo/ping")):
        assert answer.status == code
        assert answer.error == f"the service 'echo' is not running: it is {status}"


async def test_an_agent_that_is_offline_is_refused(connect: Connect) -> None:
    for code in (503, 502):
        client = await connect(switches=Switches(agent_offline_status=code))
        assert client.platform.set_agent_online("echo", online=False) == 1
        for answer in (await client.invoke("echo", "GET", "/ping"), await client.get("/r/containers/echo/ping")):
            assert (answer.status, "offline" in answer.error) == (code, True)
        client.platform.set_agent_online("echo", online=True)
        assert (await client.invoke("echo", "GET", "/ping")).status == 200


async def test_a_container_that_takes_too_long_is_a_timeout(connect: Connect) -> None:
    for code in (504, 408):
        client = await connect(switches=Switches(container_timeout=0.1, timeout_status=code))
        for path in ("/delay/5", "/sse/5?pause=1"):
            answer = await client.invoke("echo", "GET", path)
            assert (answer.status, "0.1 seconds" in answer.error) == (code, True)
        assert (await client.get("/r/containers/echo/delay/5")).status == code


async def test_bodies_above_the_limit_are_refused(connect: Connect) -> None:
    for code in (413, 400):
        client = await connect(switches=Switches(request_limit=10, too_large_status=code))
        assert (await client.invoke("echo", "POST", "/anything", body=b"x" * 10)).status == 200
        answer = await client.invoke("echo", "POST", "/anything", body=b"x" * 11)
        assert (answer.status, "11 bytes, expected at most 10" in answer.error) == (code, True)


async def test_answers_above_the_limit_are_refused(connect: Connect) -> None:
    client = await connect(switches=Switches(response_limit=100))
    assert (await client.invoke("echo", "GET", "/bytes/100")).status == 200
    for path in ("/bytes/101", "/stream/100"):
        answer = await client.invoke("echo", "GET", path)
        assert (answer.status, "more than 100 bytes" in answer.error) == (502, True)


async def test_a_large_body_goes_there_and_back(client: Client) -> None:
    body = bytes(range(256)) * (16 << 10)
    answer = await client.invoke("echo", "POST", "/loop", body=body)
    assert answer.container_body == body
    call = client.calls.all()[-1]
    assert (call.size, len(call.body)) == (len(body), KEPT_BODY)


async def test_a_container_with_a_defect_answers_500_itself(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    client = await connect(GatewayConfig(services=(ServiceSpec(service_slug="broken", sample="echo"),)))

    async def broken(_: object) -> None:
        raise RuntimeError("the demo is over")

    for service in client.platform.catalog.everywhere("broken"):
        service.container = broken  # type: ignore[assignment]  # it never answers
    answer = await client.invoke("broken", "GET", "/")
    assert (answer.status, answer.container_status) == (200, 500)
    proxied = await client.get("/r/containers/broken/x")
    assert (proxied.status, proxied.json()) == (500, {"detail": "Internal Server Error"})
    assert "the demo is over" in caplog.text


async def test_every_call_is_counted_refused_ones_too(client: Client) -> None:
    assert len(client.calls) == 0
    await client.get("/r/containers")
    assert len(client.calls) == 0
    await client.invoke("echo", "POST", "/anything?x=1", body=b"hi", headers={"X-A": "1"})
    await client.as_("sk-wrong").invoke("echo", "GET", "/ping")
    await client.envelope("echo", {"method": "GET"})
    await client.get("/r/containers/echo/status/418")
    await client.invoke("no-such", "GET", "/ping")
    sent, unknown, malformed, proxied, missing = client.calls.all()
    assert (sent.route, sent.method, sent.path, sent.body) == ("invoke", "POST", "/anything?x=1", b"hi")
    assert (sent.headers, sent.authorization) == ([("X-A", "1")], "Bearer sk-demo-alpha")
    statuses = [call.platform_status for call in (sent, unknown, malformed, proxied, missing)]
    assert statuses == [200, 401, 400, 418, 404]
    assert (proxied.route, proxied.path) == ("proxy", "/status/418")
    assert client.calls.all("no-such") == [missing]
    client.calls.clear()
    assert (len(client.calls), client.calls.all()) == (0, [])


async def test_a_call_that_is_given_up_stays_in_the_log(client: Client) -> None:
    call = asyncio.create_task(client.invoke("echo", "GET", "/delay/30"))
    await until(lambda: [call.path for call in client.calls.all()] == ["/delay/30"])
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [(call.path, call.platform_status) for call in client.calls.all()] == [("/delay/30", None)]
    assert (await client.invoke("echo", "GET", "/ping")).status == 200


async def test_many_calls_at_once(client: Client) -> None:
    answers = await asyncio.gather(*(client.invoke("echo", "GET", f"/anything?n={number}") for number in range(200)))
    assert [answer.container_json["query"]["n"] for answer in answers] == [str(number) for number in range(200)]
    assert len(client.calls) == 200
