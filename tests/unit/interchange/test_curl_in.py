"""curl commands as browsers and documents have them, as requests."""

from __future__ import annotations

import pytest

from tests.unit.interchange.checking import checked
from workbench.interchange.curl_in import from_curl
from workbench.model.collection import Body, Collection, Entry, SavedRequest, SecretRef


def one(text: str) -> SavedRequest:
    [request] = checked(from_curl(text, service="shop")).collection.requests
    return request


CHROME = """curl 'https://shop.example.com/api/cart?expand=items&q=a%20b' \\
  -X 'PUT' \\
  -H 'accept: application/json' \\
  -H 'accept-language: en-US,en;q=0.9' \\
  -H 'authorization: Bearer c4n4ry-not-a-key' \\
  -H 'content-type: application/json' \\
  -b 'sid=c4n4ry; theme=dark' \\
  -H 'sec-ch-ua: "Chromium";v="128", "Not;A=Brand";v="24"' \\
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \\
  --data-raw $'{"name":"it\\'s \\u00e9","note":"a\\\\nb"}' \\
  --compressed"""


def test_a_browsers_command() -> None:
    imported = checked(from_curl(CHROME, service="shop"))
    [request] = imported.collection.requests
    assert (request.method, request.path) == ("PUT", "/api/cart")
    assert request.query == (Entry("expand", "items"), Entry("q", "a b"))
    headers = {entry.name: entry.value for entry in request.headers}
    assert headers["authorization"] == "Bearer {{token}}"
    assert headers["cookie"] == "{{cookie}}"
    assert headers["sec-ch-ua"].startswith('"Chromium"')
    assert "content-type" not in headers
    assert request.body == Body("json", '{"name":"it\'s é","note":"a\\nb"}')
    assert imported.collection.secrets["token"] == SecretRef("env", "SHOP_TOKEN")
    assert "c4n4ry" not in repr(imported.collection)
    assert any("shop.example.com" in each for each in imported.warnings)
    assert "shop.example.com" in imported.collection.description


WINDOWS = (
    'curl --request POST ^"https://a.example/x^" ^\r\n  -H ^"content-type: application/json^" ^\r\n'
    '  --data-raw ^"^{^\\^"a^\\^":1^}^"'
)


def test_a_windows_command() -> None:
    assert one(WINDOWS).body == Body("json", '{"a":1}')


@pytest.mark.parametrize(
    ("flags", "method", "body"),
    [
        ("-d a=1 -d b=2", "POST", Body("form", form=(Entry("a", "1"), Entry("b", "2")))),
        ("-d a=1 --data-urlencode 'q=x & y/é'", "POST", Body("form", form=(Entry("a", "1"), Entry("q", "x & y/é")))),
        ("--json '{\"a\":' --json ' 1}'", "POST", Body("json", '{"a": 1}')),
        ("--data-binary @photo.png -H 'content-type: image/png'", "POST", Body("file", "photo.png")),
        ("-T up.bin", "PUT", Body("file", "up.bin")),
        ("-d '[1]' -H 'content-type: application/vnd.api+json'", "POST", Body("json", "[1]")),
        ("-d 'plain text'", "POST", Body("text", "plain text")),
        ("-d '{\"t\": \"{{x}}\"}'", "POST", Body("json", '{"t": "\\{{x}}"}')),
        ("-I", "HEAD", None),
        ("-sSLXDELETE", "DELETE", None),
    ],
)  # fmt: skip
def test_bodies_and_methods(flags: str, method: str, body: Body | None) -> None:
    request = one(f"curl {flags} https://a.example/x")
    assert (request.method, request.body) == (method, body)


def test_a_multipart_form_is_written_out() -> None:
    imported = checked(
        from_curl("curl a.example/up -F 'a=1;type=text/x' -F 'b=@photo.png' --form-string 'c=@x'", service="s-1")
    )
    [request] = imported.collection.requests
    assert request.method == "POST"
    assert request.body is not None
    assert request.body.text.count("Content-Disposition") == 2
    assert 'name="a"\r\nContent-Type: text/x\r\n\r\n1\r\n' in request.body.text
    assert 'name="c"\r\n\r\n@x\r\n' in request.body.text
    assert request.headers[0].value.startswith("multipart/form-data; boundary=")
    assert any("photo.png" in each for each in imported.warnings)


def test_query_flags_join_the_url() -> None:
    request = one("curl -G 'https://a.example/x?a=1' -d b=2 --data-urlencode 'c=d e' --url-query f=g")
    assert request.method == "GET"
    assert {entry.name: entry.value for entry in request.query} == {"a": "1", "b": "2", "c": "d e", "f": "g"}
    assert one("curl 'https://a.example/x?flag&b=1'").path == "/x?flag&b=1"


def test_credentials_become_references() -> None:
    imported = checked(
        from_curl('curl -u ada:c4n4ry https://a.example/x?api_key=c4n4ry -d \'{"password": "c4n4ry"}\'', service="shop")
    )
    [request] = imported.collection.requests
    assert "c4n4ry" not in repr(imported)
    assert Entry("authorization", "Basic {{basic_credentials}}") in request.headers
    assert request.query == (Entry("api_key", "{{api_key}}"),)
    assert request.body == Body("json", '{"password": "{{password}}"}')
    assert any("SHOP_PASSWORD" in each for each in imported.warnings)


def test_shell_variables_stay_variables() -> None:
    imported = checked(from_curl('curl "https://$HOST/users/$ID" -H "Authorization: Bearer $TOKEN"', service="shop"))
    [request] = imported.collection.requests
    assert request.path == "/users/{{ID}}"
    assert request.headers == (Entry("Authorization", "Bearer {{TOKEN}}"),)
    assert imported.collection.secrets == {name: SecretRef("env", name) for name in ("ID", "TOKEN")}


def test_every_flag_that_is_not_taken_over_is_named() -> None:
    imported = from_curl(
        "curl -k -o out --proxy http://p:1 --retry 3 -L -w '%{http_code}' --unheard-of https://a.example/ | jq . > x"
    )
    said = " ".join(imported.warnings)
    for flag in ("-k", "-o", "--proxy", "--retry", "-L", "-w", "--unheard-of", "jq"):
        assert flag in said, flag
    said = " ".join(from_curl("curl a.example -d @/etc/passwd -b jar.txt -H @h.txt").warnings)
    for file in ("/etc/passwd", "jar.txt", "h.txt"):
        assert file in said
    assert one("curl a.example -d @../secret").body is None


def test_several_commands_are_several_requests() -> None:
    text = (
        "# first\ncurl https://a.example/one\n$ curl -X POST https://b.example/one \\\n  -d x=1\n"
        "curl a.example/2 --next a.example/3"
    )
    imported = checked(from_curl(text, service="shop"))
    assert [(each.id, each.method, each.path) for each in imported.collection.requests] == [
        ("get-one", "GET", "/one"),
        ("post-one", "POST", "/one"),
        ("get-2", "GET", "/2"),
        ("get-3", "GET", "/3"),
    ]


def test_a_gateways_call_is_taken_apart() -> None:
    imported = checked(
        from_curl(
            "curl https://core.example/api/v1/r/invoke/my-llm -H 'Authorization: Bearer sk-c4n4ry-00000' "
            '-H "X-Team-ID: t" -d \'{"method": "PUT", "path": "/x?y=1", '
            '"headers": {"authorization": "Bearer abc"}, "body_base64": "/w=="}\''
        )
    )
    [request] = imported.collection.requests
    assert imported.collection.service == "my-llm"
    assert (request.method, request.path, request.body) == ("PUT", "/x", Body("base64", "/w=="))
    assert request.headers == (Entry("authorization", "Bearer {{token}}"),)
    assert "sk-c4n4ry" not in repr(imported)


def test_a_time_limit_and_odd_methods() -> None:
    request = one("curl -m 2.5 https://a.example/x")
    assert request.timeout == 2.5
    imported = from_curl("curl -X PURGE https://a.example/x", service="shop")
    assert imported.collection.requests == ()
    assert any("PURGE" in each for each in imported.warnings)


@pytest.mark.parametrize("text", ["", "wget x", "curl 'x", "curl -s"])
def test_what_is_no_curl_command_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="curl"):
        from_curl(text)


def test_without_a_service_that_is_said() -> None:
    imported = from_curl("curl https://a.example/")
    assert isinstance(imported.collection, Collection)
    assert any("--service" in each for each in imported.warnings)
