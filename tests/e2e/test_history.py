"""`history` on the command line: what `send` leaves there, how it is found, and how it is sent again."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.cli.main import run
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread

ECHO = """\
cyberun = 1
service = "echo"
[vars]
who = "Ada"
[secrets]
token = { env = "TEST_TOKEN" }
[[request]]
id = "hello"
path = "/anything/{{who}}"
headers.x-token = "{{token}}"
[[request]]
id = "post"
method = "POST"
path = "/anything"
json = '{"name": "{{who}}", "t": "{{token}}"}'
"""

Call = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def call(
    gateway: GatewayThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Call:
    """Runs a command line in this process: code, stdout, stderr."""
    for name in [name for name in os.environ if name.startswith("CYBERUN_")]:
        monkeypatch.delenv(name)
    known = {"BASE_URL": gateway.base_url, "API_KEY": SK_ALPHA}
    for name, value in {**known, "STATE_DIR": str(tmp_path / "state"), "CONFIG_DIR": str(tmp_path / "config")}.items():
        monkeypatch.setenv(f"CYBERUN_{name}", value)
    monkeypatch.setenv("TEST_TOKEN", "canary-of-history")
    (tmp_path / "echo.toml").write_text(ECHO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def called(*words: str) -> tuple[int, bytes, str]:
        code = run(words)
        captured = capfdbinary.readouterr()
        return code, captured.out, captured.err.decode()

    return called


def listed(call: Call, *words: str) -> list[dict[str, Any]]:
    code, out, _ = call("history", "list", "--json", *words)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_send_leaves_every_outcome_and_list_finds_it(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("history") == (0, b"", "there are no past sends\n")
    assert call("send", "--trust", "echo.toml#hello", "-e", "nothing")[0] == 2
    assert call("send", "--trust", "echo.toml#hello")[0] == 0
    assert call("send", "echo", "GET", "/status/503")[0] == 0
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("CYBERUN_BASE_URL", "http://127.0.0.1:9/api/v1")
        assert call("send", "echo", "GET", "/x")[0] == 3
    everything = listed(call)
    assert [(each["status"], each["outcome"], each["error"]) for each in everything] == [
        (None, "error", "connect"),
        (503, "failed", None),
        (200, "passed", None),
    ]
    assert everything[2]["file"] == str(Path("echo.toml").absolute())
    assert [each["request_id"] for each in listed(call, "--status", "2xx")] == ["hello"]
    assert len(listed(call, "--since", "1h", "--service", "echo", "--limit", "2")) == 2
    assert listed(call, "--until", "1h") == []
    assert [each["request_id"] for each in listed(call, "anything/ada")] == ["hello"]
    assert call("history", "list", "--status", "9")[0] == 2
    _, out, _ = call("history")
    assert b"/status/503" not in out.splitlines()[2]
    assert all(each["id"].encode() in out for each in everything)


def test_a_replay_has_the_same_bytes_or_the_values_of_today(call: Call, gateway: GatewayThread) -> None:
    assert call("send", "--trust", "echo.toml#post")[0] == 0
    (past,) = listed(call)
    key = past["id"]
    code, out, err = call("history", "show", key[:6])
    assert code == 0
    assert b"[redacted:token]" in out
    assert b"canary-of-history" not in out + b"".join(path.read_bytes() for path in Path("state").iterdir())
    full = json.loads(call("history", "show", key, "--json")[1])
    assert (full["id"], full["request"]["method"], full["response"]["status"]) == (key, "POST", 200)
    assert full["response"]["body"]["json"]["json"] == {"name": "Ada", "t": "[redacted:token]"}

    gateway.calls.clear()
    code, _, err = call("history", "replay", "--trust", key)
    assert (code, "--yes" in err) == (2, True), "an unsafe method asks, and there is nobody to ask"
    assert not gateway.calls.all()
    code, out, _ = call("history", "replay", "--trust", "--yes", key)
    assert (code, json.loads(out)["json"]) == (0, {"name": "Ada", "t": "canary-of-history"})
    code, out, _ = call("history", "replay", "--trust", "--yes", "--current", "--var", "who=Bob", key)
    assert json.loads(out)["json"] == {"name": "Bob", "t": "canary-of-history"}
    code, _, err = call("history", "replay", "--yes", key)
    assert code == 2, "an untrusted collection reads no secret for a replay either"
    assert len(listed(call)) == 3


def test_a_replay_whose_secret_is_another_one_by_now_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("send", "--trust", "echo.toml#hello")[0] == 0
    (past,) = listed(call)
    monkeypatch.setenv("TEST_TOKEN", "another-canary")
    code, _, err = call("history", "replay", "--trust", past["id"])
    assert (code, "the header x-token" in err) == (2, True)
    Path("echo.toml").unlink()
    code, out, _ = call("history", "replay", "--dry-run", "--trust", past["id"])
    assert (code, out) == (2, b"")


def test_what_a_request_captures_as_a_secret_is_masked(call: Call, tmp_path: Path) -> None:
    login = """
[[request]]
id = "login"
path = "/anything?token=canary-of-a-login"
capture.token = { from = "$.query.token", secret = true }
"""
    Path("login.toml").write_text(f'cyberun = 1\nservice = "echo"\n{login}', encoding="utf-8")
    code, out, err = call("send", "login.toml#login")
    assert (code, b"canary-of-a-login" in out, err) == (0, True, "")
    (past,) = listed(call)
    assert b"[redacted:token]" in call("history", "show", past["id"])[1]
    kept = [file.read_bytes() for file in (tmp_path / "state").rglob("*") if file.is_file()]
    assert kept
    assert not any(b"canary-of-a-login" in data for data in kept)


def test_a_replay_goes_to_another_target_and_survives_the_file(call: Call) -> None:
    assert call("send", "echo", "GET", "/anything?x=%20y")[0] == 0
    (past,) = listed(call)
    code, out, _ = call("history", "replay", "-i", past["id"])
    assert code == 0
    assert out.startswith(b"HTTP/1.1 200\n")
    assert call("history", "replay", "--service", "nowhere-at-all", past["id"])[0] == 3
    assert [each["service"] for each in listed(call)] == ["nowhere-at-all", "echo", "echo"]


def test_deleting_and_switching_it_off(call: Call) -> None:
    for _ in range(2):
        call("send", "echo", "GET", "/anything")
    one, other = (each["id"] for each in listed(call))
    assert call("history", "delete", "nothing-like-it")[0] == 2
    assert call("history", "delete", one) == (0, b"", "deleted 1\n")
    assert [each["id"] for each in listed(call)] == [other]
    assert call("history", "clear")[0] == 2
    assert call("history", "clear", "--yes")[0] == 0
    Path("config").mkdir()
    Path("config/settings.toml").write_text("[history]\nenabled = false\n", encoding="utf-8")
    assert call("send", "echo", "GET", "/anything")[0] == 0
    assert listed(call) == []


def test_a_history_that_fails_keeps_no_call_from_being_made(call: Call) -> None:
    Path("state").write_text("a file where the folder should be", encoding="utf-8")
    code, out, err = call("send", "echo", "GET", "/anything")
    assert code == 0
    assert json.loads(out)["path"] == "/anything"
    assert err.startswith("warning: the history")
