"""`check`: everything at once, in the order of the file, for people and for programs; exit 0 or 2."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from workbench.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

SUSPICIOUS = """\
cyberun = 1
service = "echo"

[vars]
api_token = "sk-canary-1234567890abcdef"

[secrets]
pw = { env = "FX_PW" }
unused_one = { env = "NOPE" }

[[request]]
id = "a"
path = "/x/{{missing}}"
needs = ["b"]

[request.headers]
authorization = "Bearer {{pw}}"
assert = "status == 200"

[request.capture]
never = "$.x"

[[request]]
id = "b"
method = "POST"
path = "/y?z={{api_token}}"
json = '{"password": "hunter2"}'
"""
WRONG = """\
cyberun = 1
[[request]]
id = "a"
methdo = "GET"
path = "/"
needs = ["zzz"]
[request.headers]
json = "a trap"
[[request]]
id = "a"
path = "/"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.toml").write_text(SUSPICIOUS)
    (tmp_path / "d.toml").write_text(WRONG)
    return tmp_path


def test_what_looks_wrong_is_listed_in_the_order_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "c.toml"]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split(": ")[1].removeprefix("c.toml:") for line in lines] == [
        "5:14",  # a credential in clear
        "9:1",  # an unused secret
        "13:12",  # an undefined variable
        "14:10",  # a need that stands below
        "18:1",  # a trap
        "21:1",  # an unused capture
        "27:10",  # a credential in a body
    ]
    assert "hunter2" not in said.out
    assert "canary" not in said.out
    assert said.err == "1 file checked: 0 errors, 7 warnings\n"


def test_errors_and_warnings_of_a_file_come_together_and_the_exit_code_is_2(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "d.local.toml").write_text("[var]\nx = 1\n")
    (here / "circle.toml").symlink_to("circle.toml")
    assert run(["check", "d.toml", "c.toml", "nowhere.toml", "circle.toml", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "cyberun-check/1"
    by_path = {file["path"]: file for file in document["files"]}
    found = [(each["path"], each["severity"], each["line"], each["key"]) for each in by_path["d.toml"]["problems"]]
    assert found == [
        ("d.toml", "error", 4, "a.methdo"),
        ("d.toml", "error", 6, "a.needs 1"),
        ("d.toml", "warning", 8, "a.headers.json"),
        ("d.toml", "error", 10, "a.id"),
        ("d.local.toml", "error", 1, "var"),
    ]
    assert 'did you mean "method"?' in by_path["d.toml"]["problems"][0]["hint"]
    assert (by_path["d.toml"]["ok"], by_path["c.toml"]["ok"], by_path["nowhere.toml"]["ok"]) == (False, True, False)
    assert by_path["circle.toml"]["problems"][0]["message"] == "its symbolic links lead in a circle"
    assert (document["errors"], document["warnings"]) == (6, 8)


def test_personal_values_that_git_would_take_along_are_a_warning(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed here")
    (here / "e.toml").write_text("cyberun = 1\n")
    (here / "e.local.toml").write_text("[vars]\nuser = 'me'\n")
    assert run(["check", "e.toml"]) == 0
    assert capsys.readouterr().out == "", "no repository, no risk"
    subprocess.run([git, "init", "-q", str(here)], check=True)
    assert run(["check", "e.toml"]) == 0
    assert capsys.readouterr().out.startswith("warning: e.local.toml:1:1: git would take this file along")
    (here / ".gitignore").write_text("*.local.toml\n")
    assert run(["check", "e.toml"]) == 0
    assert capsys.readouterr().out == ""


NAMES_FILES = """\
cyberun = 1
[vars]
name = "absent"

[defaults]
assert = ['$ matchesSchema "absent.json"']

[[request]]
id = "a"
method = "PUT"
file = "absent.bin"

[[request]]
id = "b"
route = "proxy"
file = "leads-out"
assert = [
  '$.a matchesSchema "leads-out"',
  '$.a not matchesSchema "no-json.json"',
  '$.a matchesSchema "no-schema.json"',
  '$.{{name}} matchesSchema "{{name}}.json"',
]
retry = { max = 1, until = '$.{{name}} matchesSchema "absent.json"' }

[[request]]
id = "c"
skip = "not yet"
file = "absent.bin"

[[request]]
id = "d"
method = "PUT"
file = "there.json"

[secrets]
p = { file = "../p" }
q = { file = "not-yet" }
"""


def test_files_that_cannot_be_used_are_said_where_they_are_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = here / "f"
    folder.mkdir()
    (folder / "c.toml").write_text(NAMES_FILES)
    (folder / "there.json").write_text('{"type": "string"}')
    (folder / "no-json.json").write_text("{")
    (folder / "no-schema.json").write_text('{"type": 3}')
    (folder / "leads-out").symlink_to(here / "c.toml")
    assert run(["check", "f", "--json"]) == 2
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [(each["line"], each["column"], each["key"], each["severity"]) for each in file["problems"]] == [
        (6, 14, "defaults.assert 1", "warning"),
        (11, 9, "a.file", "warning"),
        (16, 9, "b.file", "error"),
        (18, 8, "b.assert 1", "error"),
        (19, 12, "b.assert 2", "warning"),
        (20, 8, "b.assert 3", "warning"),
        (23, 40, "b.retry.until", "warning"),
        (36, 1, "secrets.p", "warning"),
        (36, 7, "secrets.p.file", "error"),
        (37, 1, "secrets.q", "warning"),
    ]
    messages = [each["message"] for each in file["problems"]]
    assert "there is no such file" in messages[1]
    assert "not inside the collection's folder" in messages[2]
    (folder / "c.toml").write_text("cyberun = 1\n[[request]]\nid = 'a'\nmethod = 'PUT'\nfile = 'absent'\n")
    assert run(["check", "f"]) == 0, "it may be there when it is sent"
    assert capsys.readouterr().out.startswith("warning: f/c.toml:5:9: a.file: the body cannot be read: absent: there")


DAMAGED = """\
cyberun = 1
nmae = "x"

[vars]
huge = 99999999999999999999
api_password = "canary-in-clear"

[secrets]
pw = { env = "PW" }
unused = { env = "U" }

[[request]]
id = "login"
methdo = "POST"
text = "{{pw}}"
[request.capture]
token = "$.token"
never = "$.never"

[[request]]
id = "b"
path = "/{{token}}/{{huge}}/{{nowhere}}"
headers = { cookie = "a=b", assert = "x" }
needs = ["c"]

[[request]]
id = "c"
file = 3
assert = ["status == 200", '$ matchesSchema "absent.json"', "{{unclosed}} =="]
"""


def test_an_error_hides_no_warning_and_makes_none(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "e.toml").write_text(DAMAGED)
    assert run(["check", "e.toml", "--json"]) == 2
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [(each["severity"], each["line"], each["key"]) for each in file["problems"]] == [
        ("error", 2, "nmae"),
        ("error", 5, "vars.huge"),
        ("warning", 6, "vars.api_password"),
        ("warning", 10, "secrets.unused"),
        ("error", 14, "login.methdo"),
        ("warning", 18, "login.capture.never"),
        ("warning", 22, "b.path"),
        ("warning", 23, "b.headers.cookie"),
        ("warning", 23, "b.headers.assert"),
        ("warning", 24, "b.needs 1"),
        ("error", 28, "c.file"),
        ("warning", 29, "c.assert 2"),
        ("error", 29, "c.assert 3"),
        ("warning", 29, "c.assert 3"),
    ]
