"""`send`, `list`, `check`, `teams`, `services`, `gateway`, and the app where there is no terminal."""

import base64
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.e2e.conftest import COMMAND, LIMIT, Cli, Done, collection
from workbench.gateway.demo import JWT_OWNER, SK_ALPHA
from workbench.gateway.server import GatewayThread


def test_send_writes_the_exact_bytes(cli: Cli) -> None:
    done = cli("send", "images", "GET", "/plasma.png?w=8&h=8")
    assert done.code == 0, done.err
    assert done.out.startswith(b"\x89PNG\r\n\x1a\n")
    cli("send", "images", "GET", "/plasma.png?w=8&h=8", "-o", "out.png")
    assert (cli.folder / "out.png").read_bytes() == done.out


def test_send_takes_a_request_of_a_file(cli: Cli) -> None:
    file = cli.write("c.toml", collection('id = "a"\npath = "/anything?n={{n}}"', head=["vars = {n = 1}"]))
    done = cli("send", f"{file}#a", "--var", "n=7", "-H", "x-added: yes")
    document = msgspec.json.decode(done.out)
    assert document["query"] == {"n": "7"}
    assert document["headers"]["x-added"] == "yes"


def test_send_says_where_in_the_file_what_cannot_be_sent_stands(cli: Cli) -> None:
    cli.write("c.toml", collection('id = "a"\nmethod = "POST"\nfile = "absent.bin"', 'id = "b"\ntext = "x"'))
    assert "c.toml:7: a.file: absent.bin: there is no such file" in cli("send", "c.toml#a").err
    assert "c.toml:10: b: a GET carries no body" in cli("send", "c.toml#b").err


def test_send_bodies(cli: Cli) -> None:
    raw = bytes(range(256))
    (cli.folder / "raw.bin").write_bytes(raw)
    for words, stdin in ((("-d", "@raw.bin"), b""), (("-d", "-"), raw)):
        done = cli("send", "echo", "POST", "/anything", *words, stdin=stdin)
        assert base64.b64decode(msgspec.json.decode(done.out)["base64"]) == raw
    done = cli("send", "echo", "POST", "/anything", "--json", '{"a": [1, "{{b}}"]}')
    document = msgspec.json.decode(done.out)
    assert document["json"] == {"a": [1, "{{b}}"]}
    assert document["headers"]["content-type"] == "application/json"


def test_send_shows_the_head_and_checks_the_status(cli: Cli) -> None:
    done = cli("send", "echo", "GET", "/status/418", "-i", "--check-status")
    assert done.code == 1
    assert done.text.startswith("HTTP/1.1 418")
    assert cli("send", "echo", "GET", "/status/418").code == 0


def test_send_prints_the_envelope(cli: Cli) -> None:
    document = msgspec.json.decode(cli("send", "echo", "GET", "/bytes/3", "--envelope").out)
    assert document["status_code"] == 200
    assert len(base64.b64decode(document["body_base64"])) == 3


def test_send_dry_run_sends_nothing(cli: Cli, gateway: GatewayThread) -> None:
    before = len(gateway.calls)
    done = cli("send", "echo", "POST", "/x", "--json", "{}", "-H", "authorization: Bearer abc", "--dry-run")
    shown = msgspec.json.decode(done.out)
    assert (shown["service"], shown["method"], shown["path"]) == ("echo", "POST", "/x")
    assert "abc" not in done.text
    assert len(gateway.calls) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("echo", "GET", "http://elsewhere.example/"), "absolute URL"),
        (("echo", "GET", "//host/x"), "//"),
        (("echo", "BREW", "/"), "BREW"),
        (("echo", "GET", "/" + "x" * 2048), "2048"),
        (("echo", "GET", "/", "-H", "x: a\nb"), "U+000A"),
        (("echo", "POST", "/", "--json", "{"), "JSON"),
        (("echo", "GET"), "SERVICE METHOD PATH"),
        (("Not A Slug", "GET", "/"), "slug"),
        (("absent.toml#a",), "absent.toml"),
        (("echo", "GET", "/", "-e", "staging"), "--env"),
        (("echo", "GET", "/{{n}}", "--var", "m=1"), "{{n}}"),
        (("echo", "GET", "/", "--base-url", "nonsense"), "--base-url"),
    ],
)
def test_send_refuses_before_sending(cli: Cli, gateway: GatewayThread, words: tuple[str, ...], said: str) -> None:
    before = len(gateway.calls)
    done = cli("send", *words)
    assert done.code == 2, done.err
    assert said in done.err
    assert len(gateway.calls) == before


def test_a_key_with_a_line_break_is_taken_without_it_and_that_is_said(cli: Cli) -> None:
    done = cli("send", "echo", "GET", "/status/200", CYBERUN_API_KEY=f"{SK_ALPHA}\n")
    assert done.code == 0
    assert "white space around the credential was left out (CYBERUN_API_KEY)" in done.err
    assert SK_ALPHA not in done.err


def test_the_key_goes_only_to_its_own_origin(cli: Cli, gateway: GatewayThread) -> None:
    config = cli.folder.parent / "home" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text(f'[profile.lab]\nbase_url = "{gateway.base_url}"\n')
    done = cli("send", "echo", "GET", "/", "--profile", "lab", CYBERUN_BASE_URL="http://127.0.0.1:9/api/v1")
    assert done.code == 2
    assert "127.0.0.1:9" in done.err
    assert SK_ALPHA not in done.err


def test_a_stopped_service_is_said_with_its_layer(cli: Cli) -> None:
    done = cli("send", "reports", "GET", "/")
    assert done.code == 3
    assert "running" in done.err


def test_list_shows_the_plan(cli: Cli) -> None:
    first = 'id = "a"\ntags = ["x"]\ncapture = { n = "$.n" }'
    second = 'id = "b"\nmethod = "POST"\npath = "/{{n}}"\nneeds = ["a"]'
    file = cli.write("c.toml", collection(first, second))
    rows = msgspec.json.decode(cli("list", file, "--json").out)
    assert [row["uses"] for row in rows] == [{}, {"n": "a"}]
    assert [(row["id"], row["method"], row["tags"], row["needs"]) for row in rows] == [
        ("a", "GET", ["x"], []),
        ("b", "POST", [], ["a"]),
    ]
    assert "needs a · uses n of a" in cli("list", file).text


def test_list_shows_the_rest_beside_a_broken_file(cli: Cli) -> None:
    bad = cli.write("bad.toml", "cyberun = 1\nservise = 'x'\n")
    good = cli.write("good.toml", collection('id = "a"'))
    done = cli("list", bad, good, "--json")
    assert (done.code, [row["id"] for row in msgspec.json.decode(done.out)]) == (2, ["a"])
    assert "servise" in done.err


def test_check_reports_problems_and_warnings(cli: Cli) -> None:
    bad = cli.write("bad.toml", "cyberun = 1\nservise = 'x'\n")
    done = cli("check", bad, "--json")
    document = msgspec.json.decode(done.out)
    assert (done.code, document["files"][0]["ok"]) == (2, False)
    assert "service" in document["files"][0]["problems"][0]["hint"] + document["files"][0]["problems"][0]["message"]
    clear = cli.write("clear.toml", collection('id = "a"\nheaders = {authorization = "Bearer sk-c4n4ry-in-clear"}'))
    warned = cli("check", clear)
    assert warned.code == 0
    assert "warning" in warned.text
    assert "sk-c4n4ry-in-clear" not in warned.text + warned.err


def test_teams_and_services(cli: Cli) -> None:
    teams = msgspec.json.decode(cli("teams", "--json", CYBERUN_API_KEY=JWT_OWNER).out)
    assert [team["name"] for team in teams] == ["Alpha", "Beta"]
    assert "one team" in cli("teams").err
    services = msgspec.json.decode(cli("services", "--json").out)
    states = {service["slug"]: service["state"] for service in services}
    assert states["llm"] == "running"
    assert states["reports"] == "stopped"
    details = cli("services", "llm")
    assert "usage_prompt" in details.text
    assert cli("services", "absent-one").code == 3


def test_without_a_terminal_the_app_says_what_to_use(cli: Cli) -> None:
    for words in ((), ("demo",), ("open",)):
        done = cli(*words)
        assert done.code == 2
        assert "run" in done.err


def test_the_gateway_command_serves_until_it_is_told_to_stop(
    cli: Cli, interrupt: Callable[[subprocess.Popen[bytes], signal.Signals], Done]
) -> None:
    process = cli.start("gateway", "--port", "0")
    assert process.stdout is not None
    address = process.stdout.readline().decode().split()[-1]
    done = cli("send", "echo", "GET", "/status/204", "-i", CYBERUN_BASE_URL=address)
    assert done.text.startswith("HTTP/1.1 204")
    assert interrupt(process, signal.SIGTERM).code == 143


def test_a_wrong_map_is_explained(cli: Cli) -> None:
    done = cli("gateway", "--map", "nonsense")
    assert done.code == 2
    assert "nonsense" in done.err


def test_version_and_help(cli: Cli) -> None:
    assert cli("--version").text.startswith("cyberun-tui")
    assert "run" in cli("--help").text
    assert "--jobs" in cli("run", "--help").text
    unknown = cli("rnu")
    assert unknown.code == 2


def test_a_dry_run_needs_no_credential(cli: Cli) -> None:
    file = cli.write("c.toml", collection('id = "a"\npath = "/x"'))
    for words in ((f"{file}#a",), ("echo", "GET", "/x")):
        done = cli("send", *words, "--dry-run", CYBERUN_API_KEY="")
        assert done.code == 0, done.err
        assert msgspec.json.decode(done.out)["path"] == "/x"


def test_words_have_placeholders_where_variables_are_given(cli: Cli) -> None:
    done = cli("send", "echo", "GET", "/anything/{{n}}", "-H", "x-n: {{n}}", "--var", "n=7")
    document = msgspec.json.decode(done.out)
    assert (document["path"], document["headers"]["x-n"]) == ("/anything/7", "7")


def test_an_answer_that_cannot_be_written_is_exit_4(cli: Cli) -> None:
    done = cli("send", "echo", "GET", "/anything", "-o", "absent/out.json")
    assert done.code == 4
    assert "absent/out.json" in done.err
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [*COMMAND, "send", "echo", "GET", "/status/404", "--check-status"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=cli.folder,
            env={**cli.environ},
            check=False,
        )
    assert process.returncode == 4
    assert b"standard output" in process.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_send(
    cli: Cli,
    gateway: GatewayThread,
    interrupt: Callable[[subprocess.Popen[bytes], signal.Signals], Done],
    number: signal.Signals,
    code: int,
) -> None:
    before = len(gateway.calls)
    process = cli.start("send", "echo", "GET", "/delay/30")
    deadline = time.monotonic() + LIMIT
    while len(gateway.calls) == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert interrupt(process, number).code == code


def test_the_shell_completes(cli: Cli) -> None:
    file = cli.write("c.toml", collection('id = "alpha"', 'id = "beta"'))

    def offered(*words: str) -> list[str]:
        found = cli(_CYBERUN_TUI_COMPLETE="bash_complete", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1))
        return found.text.split()

    assert "complete" in cli(_CYBERUN_TUI_COMPLETE="bash_source").text
    assert "plain,services" in offered("cyberun-tui", "se")
    assert offered("cyberun-tui", "run", "--comp") == ["plain,--compare", "plain,--compare-target"]
    assert offered("cyberun-tui", "run", "c") == ["file,c"]
    assert offered("cyberun-tui", "curl", f"{file}#a") == [f"plain,{file}#alpha"]
    assert offered("cyberun-tui", "send", "absent.toml#") == []
