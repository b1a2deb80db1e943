"""What `check` warns about beyond what keeps a collection from being used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workbench.files.collections import load, loads
from workbench.files.lint import lint

if TYPE_CHECKING:
    from pathlib import Path


def warnings(body: str) -> list[tuple[int, int, str, str]]:
    found = lint(loads(f"cyberun = 1\n{body}".encode(), path="x.toml"))
    assert all(problem.severity == "warning" and problem.path == "x.toml" for problem in found)
    return [(each.line, each.column, each.key, each.message) for each in found]


def keys(body: str) -> list[str]:
    return [key for _, _, key, _ in warnings(body)]


REQUEST = "[[request]]\nid = 'a'\n"
POST = f"{REQUEST}method = 'POST'\n"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (REQUEST + "[request.headers]\nAuthorization = 'Bearer abc'\n", (5, 18, "a.headers.Authorization")),
        (REQUEST + "[request.headers]\ncookie = 'a=b'\n", (5, 11, "a.headers.cookie")),
        (REQUEST + "[request.headers]\nX-Api-Key = { value = 'abc', off = true }\n", (5, 13, "a.headers.X-Api-Key")),
        (REQUEST + "[request.query]\naccess_token = 'abc'\n", (5, 17, "a.query.access_token")),
        (POST + "[request.form]\npassword = 'abc'\n", (6, 13, "a.form.password")),
        (POST + 'json = \'\'\'\n{"user": "x",\n "password": "abc"}\'\'\'\n', (7, 2, "a.json")),
        (REQUEST + "path = '/x?k=sk-abcdefgh12345'\n", (4, 14, "a.path")),
        (POST + "text = 'dk-abcdefgh12345'\n", (5, 9, "a.text")),
        (REQUEST + "assert = ['body == \"ak-abcdefgh12345\"']\n", (4, 21, "a.assert 1")),
        ("[defaults.headers]\nauthorization = 'Basic abc'\n", (3, 18, "defaults.headers.authorization")),
        ("[vars]\nx = { y = ['eyJhbGciOiJIUzI1NiJ9.e30.abc'] }\n", (3, 13, "vars.x.y 1")),
        ("[env.e]\nadmin_password = 'abc'\n", (3, 19, "env.e.admin_password")),
    ],
)
def test_credentials_in_clear(body: str, place: tuple[int, int, str]) -> None:
    found = warnings(body)
    assert [each[:3] for each in found] == [place]
    assert all("abc" not in message for *_, message in found)


@pytest.mark.parametrize(
    "body",
    [
        "[vars]\nt = 1\n" + REQUEST + "[request.headers]\nauthorization = 'Bearer {{t}}'\n",
        REQUEST + "[request.query]\nmax_tokens = 100\n",
        REQUEST + "[request.headers]\naccept = 'application/json'\ncookie = ''\n",
        POST + 'json = \'{"max_tokens": 5, "token": ""}\'\n',
        "[vars]\ntoken_limit = 5\nx = 'risk-management'\n",
        REQUEST + "path = '/task-list/disk-usage-report'\n",
    ],
)
def test_what_is_no_credential(body: str) -> None:
    assert warnings(body) == []


def test_a_credential_in_a_reference() -> None:
    body = "[secrets]\nx = { command = ['echo', 'sk-abcdefgh12345'] }\n" + REQUEST + "path = '/{{x}}'\n"
    assert keys(body) == ["secrets.x.command"]


def test_undefined_variables_have_their_place() -> None:
    body = (
        POST
        + "path = '/{{nope}}/{{nope}}'\njson = '''\n[{{x}},\n {{y}}]'''\n"
        + "[request.headers]\noff = { value = '{{z}}', off = true }\n"
    )
    assert [each[:3] for each in warnings(body)] == [(5, 10, "a.path"), (7, 2, "a.json"), (8, 2, "a.json")]


@pytest.mark.parametrize(
    "given",
    ["[vars]\nx = 1\n", "[env.e]\nx = 1\n", "[secrets]\nx = { prompt = 'X' }\n"],
)
def test_variables_that_have_a_value(given: str) -> None:
    assert warnings(f"{given}{REQUEST}path = '/{{{{x}}}}'\n") == []


def test_captures_count_from_the_next_request_on() -> None:
    capture = "[request.capture]\nx = '$.x'\n"
    after = f"{REQUEST}{capture}[[request]]\nid = 'b'\npath = '/{{{{x}}}}'\n"
    assert keys(after) == []
    before = f"{REQUEST}path = '/{{{{x}}}}'\n[[request]]\nid = 'b'\n{capture}"
    assert keys(before) == ["a.path", "b.capture.x"]
    own = f"{REQUEST}assert = ['$.y == {{{{x}}}}']\nretry = {{ max = 2, until = 'var \"x\" exists' }}\n{capture}"
    assert keys(own) == []
    default = f"[defaults.headers]\nx-a = '{{{{x}}}}'\n{REQUEST}{capture}"
    assert keys(default) == []


def test_unused_captures_and_secrets() -> None:
    body = f"[secrets]\ns = {{ env = 'S' }}\n{REQUEST}[request.capture]\nx = '$.x'\n"
    assert [each[:3] for each in warnings(body)] == [(3, 1, "secrets.s"), (7, 1, "a.capture.x")]


def test_a_literal_brace_is_no_placeholder() -> None:
    assert warnings(REQUEST + "path = '/\\{{x}}'\n") == []


@pytest.mark.parametrize("expression", ["$uuid", "$now", "$timestamp", "$randint 1 9", " $uuid "])
def test_expressions(expression: str) -> None:
    assert warnings(f"{REQUEST}path = '/{{{{{expression}}}}}'\n") == []


@pytest.mark.parametrize("expression", ["$uid", "$randint", "$randint 9 1", "$now 5"])
def test_unknown_expressions(expression: str) -> None:
    ((_, _, key, message),) = warnings(f"{REQUEST}path = '/{{{{{expression}}}}}'\n")
    assert key == "a.path"
    assert "no expression" in message


def test_needs_on_later_requests() -> None:
    assert keys(f"{REQUEST}needs = ['b']\n[[request]]\nid = 'b'\n") == ["a.needs 1"]
    assert keys(f"{REQUEST}[[request]]\nid = 'b'\nneeds = ['a']\n") == []


def test_paths_that_would_not_be_sent() -> None:
    assert [each[:3] for each in warnings(REQUEST + "path = '/a b'\n")] == [(4, 1, "a.path")]
    assert keys(REQUEST + f"path = '/{'x' * 2048}'\n") == ["a.path"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (REQUEST + "text = 'x'\n", [(4, 1, "a.text")]),
        (REQUEST + "method = 'DELETE'\n[request.form]\nx = '1'\n", [(5, 1, "a.form")]),
        (REQUEST + "text = ''\n", []),
        (REQUEST + "text = 'x'\nroute = 'proxy'\n", []),
        ("[env.x]\nroute = 'proxy'\n" + REQUEST + "text = 'x'\n", []),
        (REQUEST + "text = 'x'\nskip = true\n", []),
        (REQUEST + '[request.headers]\nx = "a\\nb"\ny = { value = "\\u0000", off = true }\n', [(5, 1, "a.headers.x")]),
        (REQUEST + "[request.headers]\nAccept = 'x'\nx = '1'\naccept = 'y'\n", [(7, 1, "a.headers.accept")]),
        (REQUEST + "[request.headers]\nAccept = 'x'\naccept = { value = 'y', off = true }\n", []),
        ('[defaults.headers]\nx = "\\u007f"\n' + REQUEST, [(3, 1, "defaults.headers.x")]),
    ],
)
def test_what_the_platform_would_refuse(body: str, found: list[tuple[int, int, str]]) -> None:
    assert [each[:3] for each in warnings(body)] == found


def test_a_local_file_gives_values_and_may_hold_credentials(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("cyberun = 1\n[[request]]\nid = 'a'\npath = '/{{token}}'\n")
    assert [each.key for each in lint(load(path))] == ["a.path"]
    (tmp_path / "c.local.toml").write_text("[vars]\ntoken = 'sk-abcdefgh12345'\n")
    assert lint(load(path)) == []


def test_many_requests_take_linear_time() -> None:
    body = "".join(f"[[request]]\nid = 'r{n}'\n[request.capture]\nx{n} = '$.x'\n" for n in range(3000))
    assert len(warnings(body)) == 3000
