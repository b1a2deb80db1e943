"""`run` as CLI.md says: streams, exit codes and their mixtures, interruption, selection."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tests.e2e.conftest import COMMAND, LIMIT, Cli, Done, collection
from workbench.gateway.demo import JWT_OWNER
from workbench.gateway.server import GatewayThread

SAMPLES = Path(__file__).parents[2] / "collections"
PASSES = 'id = "good"\npath = "/status/200"'
FAILS = 'id = "bad"\npath = "/status/200"\nassert = ["status == 201"]'
CAPTURES = 'id = "first"\npath = "/status/200"\ncapture = { code = "status" }'
LATER_BODY = 'id = "a"\nmethod = "POST"\npath = "/{{code}}"\nfile = "absent.bin"'
USES_KEY = 'id = "a"\npath = "/{{key}}"'
NO_ANSWER = 'id = "lost"\nservice = "reports"\npath = "/"'


def invoked(gateway: GatewayThread) -> int:
    return len(gateway.calls)


@pytest.mark.parametrize("name", ["echo", "llm", "shop"])
def test_every_sample_collection_passes(cli: Cli, name: str) -> None:
    done = cli("run", str(SAMPLES / f"{name}.toml"))
    assert done.code == 0, done.text + done.err
    assert "PASSED" in done.text


def test_json_goes_to_stdout_alone(cli: Cli) -> None:
    done = cli("run", cli.write("c.toml", collection(PASSES, FAILS)), "--format", "json")
    document = msgspec.json.decode(done.out)
    assert done.code == document["exit"]["code"] == 1
    assert [each["outcome"] for each in document["results"]] == ["passed", "failed"]
    assert document["results"][1]["assertions"][0]["actual"] == 200


def test_every_report_file_is_written_and_said_on_stderr(cli: Cli) -> None:
    reports = [f"--report={name}=out/{name}.txt" for name in ("json", "ndjson", "junit", "html", "tap")]
    done = cli("run", cli.write("c.toml", collection(PASSES, FAILS)), *reports)
    assert done.code == 1
    assert done.err.count("wrote report") == 5
    assert "wrote report" not in done.text
    out = cli.folder / "out"
    assert msgspec.json.decode((out / "json.txt").read_bytes())["totals"]["failed"] == 1
    assert len((out / "ndjson.txt").read_text().splitlines()) == 4
    assert ET.parse(out / "junit.txt").getroot().find("testsuite") is not None  # noqa: S314 - our own document
    assert (out / "tap.txt").read_text().endswith("1..2\n")
    assert (out / "html.txt").read_text().endswith("</html>\n")


def test_standard_input_is_a_collection(cli: Cli) -> None:
    done = cli("run", "-", stdin=collection(PASSES).encode())
    assert done.code == 0, done.err
    assert "good" in done.text


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("cyberun = 1\nservice = 3\n[[request]]\nid = 'A!'\n", (), "c.toml:2"),
        ("cyberun = 1\n[[request]\n", (), "c.toml:2"),
        (collection('id = "a"\npath = "/{{nowhere}}"'), (), "nowhere"),
        (collection('id = "a"\nassert = ["status === 200"]'), (), "c.toml:6"),
        (collection(PASSES), ("--env", "none"), "none"),
        (collection(PASSES), ("--only", "absent"), "absent"),
        (collection(PASSES), ("--jobs", "0"), "--jobs"),
        (collection(PASSES), ("--no-such-flag",), "--no-such-flag"),
        (collection(USES_KEY, head=['secrets = {key = {env = "NOT_SET"}}']), ("--trust",), "NOT_SET"),
        (collection(USES_KEY, head=['secrets = {key = {env = "HOME"}}']), (), "--trust"),
        (collection('id = "a"\nmethod = "DELETE"\ntext = "body"'), (), "DELETE"),
        (collection('id = "a"\nmethod = "POST"\nfile = "absent.bin"'), (), "c.toml:7:9: a.file"),
        (collection(CAPTURES, LATER_BODY), (), "c.toml:14:9: a.file"),
        (collection("id = 'a'\nassert = ['$ matchesSchema \"absent.json\"']"), (), "c.toml:6:14: a.assert 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_before_the_first_call_is_2_and_nothing_is_sent(
    cli: Cli, gateway: GatewayThread, text: str, words: tuple[str, ...], said: str
) -> None:
    before = invoked(gateway)
    done = cli("run", cli.write("c.toml", text), *words)
    assert done.code == 2, done.err
    assert said in done.err
    assert done.out == b""
    assert invoked(gateway) == before


def test_every_problem_of_every_file_is_listed(cli: Cli) -> None:
    cli.write("many/a.toml", collection('id = "a"\npath = "/{{one}}/{{two}}"'))
    cli.write("many/b.toml", collection('id = "b"\npath = "/{{three}}"'))
    done = cli("run", "many")
    assert done.code == 2
    assert all(name in done.err for name in ("one", "two", "three", "a.toml:6", "b.toml:6"))


def test_problems_of_every_kind_are_listed_at_once(cli: Cli, gateway: GatewayThread) -> None:
    before = invoked(gateway)
    cli.write("many/a.toml", collection('id = "a"\npath = "/{{one}}"'))
    cli.write("many/b.toml", collection(USES_KEY, head=['secrets = {key = {env = "NOT_SET"}}', "env = {x = {}}"]))
    cli.write("many/c.toml", 'cyberun = 1\n[env.x]\n[[request]]\nid = "nowhere"\npath = "/"\n')
    done = cli("run", "many", "--trust", "--env", "x", "--only", "a,nowhere,absent")
    assert done.code == 2
    for said in (
        "many/a.toml",
        "'x'",
        "NOT_SET",
        "many/c.toml:3",
        "no service",
        "--only: there is no request 'absent'",
    ):
        assert said in done.err, done.err
    assert invoked(gateway) == before


def test_a_jwt_without_a_team_says_what_to_set(cli: Cli, gateway: GatewayThread) -> None:
    before = invoked(gateway)
    done = cli("run", cli.write("c.toml", collection(PASSES)), CYBERUN_API_KEY=JWT_OWNER)
    assert done.code == 2
    assert "CYBERUN_TEAM_ID" in done.err
    assert "--team" in done.err
    assert JWT_OWNER not in done.err
    assert invoked(gateway) == before


def test_a_jwt_takes_a_team_by_name(cli: Cli) -> None:
    file = cli.write("c.toml", collection(PASSES))
    assert cli("run", file, "--team", "Alpha", CYBERUN_API_KEY=JWT_OWNER).code == 0
    wrong = cli("run", file, "--team", "Gamma", CYBERUN_API_KEY=JWT_OWNER)
    assert wrong.code == 2
    assert "Alpha" in wrong.err


def test_without_a_key_it_says_what_to_set(cli: Cli) -> None:
    done = cli("run", cli.write("c.toml", collection(PASSES)), CYBERUN_API_KEY="")
    assert done.code == 2
    assert "CYBERUN_API_KEY" in done.err


@pytest.mark.parametrize(
    ("request_text", "kind", "layer"),
    [
        (NO_ANSWER, "not_running", "platform"),
        ('id = "x"\nservice = "no-such-service"\npath = "/"', "unknown_service", "platform"),
        ('id = "x"\npath = "/delay/5"\ntimeout = "800ms"', "timeout", "network"),
    ],
)
def test_no_usable_answer_is_3_and_says_which_layer(cli: Cli, request_text: str, kind: str, layer: str) -> None:
    done = cli("run", cli.write("c.toml", collection(request_text)), "--format", "json")
    (result,) = msgspec.json.decode(done.out)["results"]
    assert (done.code, result["outcome"]) == (3, "error")
    assert (result["error"]["kind"], result["error"]["layer"]) == (kind, layer)


def test_an_unreachable_platform_is_3(cli: Cli) -> None:
    done = cli("run", cli.write("c.toml", collection(PASSES)), CYBERUN_BASE_URL="http://127.0.0.1:9/api/v1")
    assert done.code == 3
    assert "127.0.0.1" in done.text


def test_no_answer_outweighs_a_failed_assertion(cli: Cli) -> None:
    done = cli("run", cli.write("c.toml", collection(FAILS, NO_ANSWER)), "--format", "json")
    assert msgspec.json.decode(done.out)["exit"] == {"code": 3, "reasons": [3, 1]}


def test_a_report_that_cannot_be_written_is_4(cli: Cli) -> None:
    done = cli("run", cli.write("c.toml", collection(FAILS)), "--report", "json=/dev/full")
    assert done.code == 4
    assert "/dev/full" in done.err
    assert "FAILED" in done.text


@pytest.mark.parametrize(
    ("requests", "words", "reasons"),
    [
        ((FAILS, NO_ANSWER), ("--report", "junit=/dev/full"), [4, 3, 1]),
        ((NO_ANSWER, PASSES), ("--report", "html=/dev/full", "--report", "tap=t.tap"), [4, 3]),
        ((PASSES,), ("--record", "taken"), [4]),
    ],
)
def test_what_could_not_be_written_outweighs_how_it_went(
    cli: Cli, requests: tuple[str, ...], words: tuple[str, ...], reasons: list[int]
) -> None:
    file = cli.write("c.toml", collection(*requests))
    cli.write("taken/c", "a file where the folder of the recordings has to be")
    done = cli("run", file, "--format", "json", *words)
    assert msgspec.json.decode(done.out)["exit"] == {"code": 4, "reasons": reasons}
    assert done.code == 4
    assert "could not be written" in done.err or "cannot be made" in done.err


def test_a_full_standard_output_is_4_and_the_run_goes_on(cli: Cli) -> None:
    file = cli.write("c.toml", collection(FAILS, PASSES))
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [*COMMAND, "run", file, "--report", "json=out.json"],
            stdout=full, stderr=subprocess.PIPE, cwd=cli.folder, env=dict(cli.environ), check=False,
        )  # fmt: skip
    assert process.returncode == 4
    assert b"standard output" in process.stderr
    assert b"Traceback" not in process.stderr
    assert msgspec.json.decode((cli.folder / "out.json").read_bytes())["totals"]["requests"] == 2


def test_a_bug_is_70_and_hides_what_variables_hold(cli: Cli) -> None:
    cli.write("sitecustomize.py", "import workbench.replay.runner as r\nr.Run.why_not = lambda *_: 1 / 0\n")
    file = cli.write("c.toml", collection(FAILS))
    paths = f"{cli.folder}:{cli.environ['PYTHONPATH']}"
    done = cli("run", file, "--report", "json=/dev/full", PYTHONPATH=paths)
    assert done.code == 70
    assert "ZeroDivisionError" in done.err
    assert "bug" in done.err


def test_two_hundred_rows_are_two_hundred_testcases(cli: Cli) -> None:
    cli.write("rows.jsonl", "".join(f'{{"n": {n}, "code": {200 if n % 10 else 500}}}\n' for n in range(200)))
    file = cli.write("c.toml", collection('id = "a"\npath = "/status/{{code}}?n={{n}}"'))
    done = cli("run", file, "--data", "rows.jsonl", "--jobs", "8", "--format", "junit")
    cases = list(ET.fromstring(done.out).iter("testcase"))  # noqa: S314 - our own document
    assert done.code == 1
    assert len({case.attrib["name"] for case in cases}) == len(cases) == 200
    assert len([case for case in cases if case.find("failure") is not None]) == 20


def test_recordings_and_a_second_target(cli: Cli) -> None:
    text = collection(
        'id = "a"\npath = "/anything?w={{word}}"\nsnapshot = { ignore = ["$.target"] }',
        head=["vars = {word = 'one'}", "env = {two = {word = 'two'}}"],
    )
    file = cli.write("c.toml", text)
    assert cli("run", file, "--compare", "rec").code == 2, "there are no recordings yet"
    assert "wrote 1 recording" in cli("run", file, "--record", "rec").err
    assert cli("run", file, "--compare", "rec").code == 0
    done = cli("run", file, "--compare", "rec", "-e", "two")
    assert done.code == 1
    assert '~ $.query.w  "one" → "two"' in done.text
    both = cli("run", file, "--compare-target", "env=two", "--format", "json")
    (result,) = msgspec.json.decode(both.out)["results"]
    assert result["diff"] == [{"path": "$.query.w", "kind": "changed", "old": "one", "new": "two"}]
    assert cli("run", file, "--compare", "rec", "-e", "two", "--update").code == 0
    assert cli("run", file, "--compare", "rec", "-e", "two").code == 0


@pytest.mark.parametrize("words", [["json=./c.toml"], ["tap=rows.jsonl"], ["json=out", "tap=./out"]])
def test_a_report_never_replaces_what_the_run_reads(cli: Cli, gateway: GatewayThread, words: list[str]) -> None:
    before = invoked(gateway)
    text = collection(PASSES)
    file, rows = cli.write("c.toml", text), cli.write("rows.jsonl", '{"a": 1}\n')
    done = cli("run", file, f"./{file}", "--data", rows, *(f"--report={each}" for each in words))
    assert done.code == 2
    assert "would replace" in done.err
    assert (cli.folder / file).read_text() == text
    assert (cli.folder / rows).read_text() == '{"a": 1}\n'
    assert invoked(gateway) == before


def test_a_report_that_cannot_be_opened_sends_nothing(cli: Cli, gateway: GatewayThread) -> None:
    before = invoked(gateway)
    done = cli("run", cli.write("c.toml", collection(PASSES)), "--report", "json=/dev/null/x.json")
    assert done.code == 2
    assert invoked(gateway) == before


def test_a_selection_of_nothing_is_5(cli: Cli) -> None:
    assert cli("run", cli.write("c.toml", collection(PASSES)), "--tag", "absent").code == 5


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_the_middle_leaves_whole_reports(
    cli: Cli,
    gateway: GatewayThread,
    interrupt: Callable[[subprocess.Popen[bytes], signal.Signals], Done],
    number: signal.Signals,
    code: int,
) -> None:
    file = cli.write(
        "c.toml", collection(PASSES, 'id = "slow"\npath = "/delay/30"', 'id = "after"\npath = "/status/200"')
    )
    reports = ("--report", "junit=j.xml", "--report", "ndjson=n.txt", "--report", "tap=/dev/full")
    before = len(gateway.calls)
    process = cli.start("run", file, "--format", "json", *reports)
    events = cli.folder / "n.txt"
    deadline = time.monotonic() + LIMIT
    while len(gateway.calls) < before + 2 or not events.exists() or "request_end" not in events.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    done = interrupt(process, number)
    document = msgspec.json.decode(done.out)
    assert (done.code, document["interrupted"], document["exit"]) == (
        code, True, {"code": code, "reasons": [code, 4, 3]},
    )  # fmt: skip
    assert [each["outcome"] for each in document["results"]] == ["passed", "error", "skipped"]
    assert document["results"][1]["error"]["kind"] == "cancelled"
    assert len(list(ET.parse(cli.folder / "j.xml").iter("testcase"))) == 3  # noqa: S314 - our own document
    assert "Traceback" not in done.err


def test_a_closed_pipe_ends_the_output_and_not_the_run(cli: Cli) -> None:
    requests = [f'id = "r{number}"\npath = "/status/200"' for number in range(60)]
    file = cli.write("c.toml", collection(*requests, FAILS))
    process = cli.start("run", file, "--report", "json=out.json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=LIMIT) == 1
    assert "Traceback" not in errors
    assert msgspec.json.decode((cli.folder / "out.json").read_bytes())["totals"]["requests"] == 61


def test_dry_run_sends_nothing_and_hides_secrets(cli: Cli, gateway: GatewayThread) -> None:
    before = invoked(gateway)
    text = collection(
        'id = "a"\nmethod = "POST"\npath = "/x?k={{key}}"\njson = \'{"k": "{{key}}"}\'',
        head=['secrets = {key = {env = "THE_KEY"}}'],
    )
    done = cli("run", cli.write("c.toml", text), "--dry-run", "--trust", THE_KEY="c4n4ry-of-the-run")
    assert done.code == 0, done.err
    assert "c4n4ry" not in done.text + done.err
    assert "[redacted:key]" in done.text
    assert invoked(gateway) == before


def test_secrets_and_secret_captures_stay_out_of_every_output(cli: Cli) -> None:
    text = collection(
        'id = "a"\nmethod = "POST"\npath = "/anything?k={{key}}"\njson = \'{"k": "{{key}}", "t": "t0ken-c4n4ry-2"}\'\n'
        'assert = ["status == 500"]\n[request.capture]\nkept = { from = "$.json.t", secret = true }\n'
        '[request.headers]\nauthorization = "Bearer {{key}}"',
        'id = "b"\npath = "/anything/{{kept}}"\nassert = ["status == 500"]',
        head=['secrets = {key = {env = "THE_KEY"}}'],
    )
    reports = [f"--report={name}={name}.txt" for name in ("json", "ndjson", "junit", "tap")]
    done = cli(
        "run",
        cli.write("c.toml", text),
        "--trust",
        "--show-body",
        "always",
        "-v",
        *reports,
        THE_KEY="c4n4ry-of-the-run",
    )
    assert done.code == 1, done.err
    assert "/anything?k=[redacted:key]" in done.text, "what is not secret of a path can be read"
    written = (
        done.text
        + done.err
        + "".join((cli.folder / f"{name}.txt").read_text() for name in ("json", "ndjson", "junit", "tap"))
    )
    assert "c4n4ry-of-the-run" not in written
    assert "t0ken-c4n4ry-2" not in written


def test_rows_of_data_run_once_each(cli: Cli) -> None:
    cli.write("rows.csv", "code,word\n200,a\n201,b\n404,c\n")
    file = cli.write(
        "c.toml", collection('id = "a"\npath = "/status/{{code}}?w={{word}}"\nassert = ["status == {{code}}"]')
    )
    done = cli("run", file, "--data", "rows.csv", "--jobs", "3", "--format", "json")
    results = msgspec.json.decode(done.out)["results"]
    assert (done.code, [each["row"] for each in results]) == (0, [1, 2, 3])
    assert [each["response"]["status"] for each in results] == [200, 201, 404]


def test_a_row_without_a_name_that_others_have_is_2(cli: Cli) -> None:
    cli.write("rows.jsonl", '{"code": 200}\n{"kode": 200}\n')
    file = cli.write("c.toml", collection('id = "a"\npath = "/status/{{code}}"'))
    done = cli("run", file, "--data", "rows.jsonl")
    assert done.code == 2
    assert "row 2" in done.err


def test_failed_runs_only_what_failed_and_what_it_needs(cli: Cli) -> None:
    key = f"k{time.time_ns()}"
    file = cli.write("c.toml", collection(PASSES, f'id = "flaky"\npath = "/flaky?key={key}&fail=1"\nneeds = ["good"]'))
    assert cli("run", file).code == 1
    again = cli("run", file, "--failed", "--format", "json")
    assert [each["id"] for each in msgspec.json.decode(again.out)["results"]] == ["good", "flaky"]
    assert again.code == 0
    assert cli("run", file, "--failed").code == 5


def test_shards_cover_everything_once(cli: Cli) -> None:
    requests = [f'id = "r{number}"\npath = "/status/200"' for number in range(12)]
    file = cli.write("c.toml", collection(*requests))
    seen: list[str] = []
    for part in (1, 2, 3):
        done = cli("run", file, "--shard", f"{part}/3", "--format", "json")
        seen += [each["id"] for each in msgspec.json.decode(done.out)["results"]] if done.code == 0 else []
    assert sorted(seen) == sorted(f"r{number}" for number in range(12))


def test_a_retry_that_helps_is_flaky_and_passes(cli: Cli) -> None:
    key = f"k{time.time_ns()}"
    file = cli.write("c.toml", collection(f'id = "a"\npath = "/flaky?key={key}&fail=2"'))
    done = cli("run", file, "--retry", "3", "--format", "json")
    (result,) = msgspec.json.decode(done.out)["results"]
    assert (done.code, result["flaky"], len(result["attempts"])) == (0, True, 3)


def test_file_and_id_name_one_request_and_what_it_needs(cli: Cli, gateway: GatewayThread) -> None:
    uses = 'id = "second"\npath = "/status/{{code}}"'
    one = cli.write("one.toml", collection(CAPTURES, uses, FAILS))
    two = cli.write("sub/two.toml", collection(PASSES, FAILS))

    def ran(*words: str) -> list[tuple[str, str]]:
        results = msgspec.json.decode(cli("run", *words, "--format", "json").out)["results"]
        return [(Path(result["file"]).name, result["id"]) for result in results]

    assert ran(f"{one}#second") == [("one.toml", "first"), ("one.toml", "second")]
    assert ran(f"./{one}#first", f"{two}#good") == [("one.toml", "first"), ("two.toml", "good")]
    assert ran(f"{one}#first", two) == [("one.toml", "first"), ("two.toml", "good"), ("two.toml", "bad")]
    assert ran(f"{two}#good", "sub") == [("two.toml", "good"), ("two.toml", "bad")]
    assert cli("run", f"{two}#good", "--only", "bad").code == 5
    listed = msgspec.json.decode(cli("list", f"{one}#second", "--json").out)
    assert [row["id"] for row in listed] == ["first", "second"]
    before = invoked(gateway)
    done = cli("run", f"{one}#nowhere", f"{two}#absent", f"{one}#first")
    assert (done.code, invoked(gateway)) == (2, before)
    assert f"{one}: there is no request 'nowhere' (its requests: first, second, bad)" in done.err
    assert f"{two}: there is no request 'absent'" in done.err
    odd = cli.write("a#good", collection(PASSES))
    assert cli("run", odd).code == 0
    assert "there is no such file" in cli("run", "gone.toml#good").err
