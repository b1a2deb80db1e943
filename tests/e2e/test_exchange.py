"""`curl` and `import`, as processes: what is printed runs in a shell, what is imported runs as a collection."""

import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.e2e.conftest import Cli, collection
from workbench.gateway.demo import SK_ALPHA

WITH_SECRET = collection(
    'id = "first"\npath = "/anything"\n[request.capture]\nuid = "$.size"',
    'id = "a"\nmethod = "POST"\npath = "/anything/{{uid}}?t={{token}}"\n'
    'text = "it\'s {{token}}"\n[request.headers]\nx-token = "{{token}}"',
    head=['secrets = { token = { env = "SHOP_TOKEN" } }'],
)
TOKEN = 'c4n4ry "x"'


def shell(command: bytes, **environ: str) -> bytes:
    return subprocess.run(
        ["/bin/sh"], input=command, capture_output=True, check=True, env={"PATH": os.environ["PATH"], **environ}
    ).stdout


def test_curl_prints_a_command_that_runs(cli: Cli) -> None:
    file = cli.write("c.toml", WITH_SECRET)
    done = cli("curl", f"{file}#a", "--route", "proxy")
    assert done.code == 0, done.err
    for name in ("SHOP_TOKEN", "CYBERUN_VAR_UID", "CYBERUN_API_KEY"):
        assert f"set {name}" in done.err
    assert done.text.count("\n") == 1, "one line for programs"
    said = msgspec.json.decode(shell(done.out, CYBERUN_API_KEY=SK_ALPHA, SHOP_TOKEN=TOKEN, CYBERUN_VAR_UID="7"))
    assert said["path"] == "/anything/7"
    assert said["query"] == {"t": TOKEN}
    assert said["headers"]["x-token"] == TOKEN
    assert said["text"] == f"it's {TOKEN}"
    revealed = cli("curl", f"{file}#a", "--reveal", "--trust", SHOP_TOKEN=TOKEN)
    assert SK_ALPHA in revealed.text
    assert "$CYBERUN_VAR_UID" in revealed.text
    hidden = cli("curl", f"{file}#a", SHOP_TOKEN=TOKEN, CYBERUN_VAR_TOKEN=TOKEN)
    assert "c4n4ry" not in hidden.text + hidden.err


@pytest.mark.parametrize(
    ("words", "said"),
    [(("c.toml#nobody",), "nobody"), (("c.toml",), "FILE#ID"), (("absent.toml#a",), "absent.toml")],
)
def test_curl_says_what_is_wrong(cli: Cli, words: tuple[str, ...], said: str) -> None:
    cli.write("c.toml", WITH_SECRET)
    done = cli("curl", *words)
    assert done.code == 2
    assert said in done.err
    assert done.out == b""


def test_an_imported_command_is_a_collection_that_runs(cli: Cli) -> None:
    text = b"curl 'https://a.example/anything?x=1' -H 'authorization: Bearer c4n4ry' -d n=2 -k"
    done = cli("import", "curl", "-", "--service", "echo", "-o", "new.toml", stdin=text)
    assert done.code == 0, done.err
    assert "-k" in done.err
    assert done.out == b""
    assert "c4n4ry" not in (cli.folder / "new.toml").read_text()
    assert cli("check", "new.toml").code == 0
    assert cli("run", "new.toml", "--trust", ECHO_TOKEN="x").code == 0
    again = cli("import", "curl", "curl a.example", "-o", "new.toml")
    assert again.code == 2
    assert "--force" in again.err
    assert cli("import", "curl", "curl a.example", "-o", "new.toml", "--force").code == 0
    assert b"a.example" in (cli.folder / "new.toml").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("curl", "wget x"), "wget x"),
        (("curl", "curl -s"), "URL"),
        (("curl", "https://a.example/x.sh"), "not fetched"),
        (("curl", "curl a.example", "--service", "Not_A_Slug"), "--service"),
        (("curl", "curl a.example", "-o", "."), "folder"),
    ],
)
def test_import_says_what_is_wrong(cli: Cli, words: tuple[str, ...], said: str) -> None:
    done = cli("import", *words)
    assert done.code == 2
    assert said in done.err


def test_a_running_services_openapi_document_becomes_a_collection(cli: Cli) -> None:
    done = cli("import", "openapi", "/openapi.json", "--service", "llm", "-o", "llm.toml")
    assert done.code == 0, done.err
    assert cli("check", "llm.toml").code == 0
    ran = cli("run", "llm.toml")
    assert ran.code == 0, ran.text
    assert "create-chat-completion" in ran.text
    absent = cli("import", "openapi", "/absent.json", "--service", "shop")
    assert absent.code == 2
    assert "404" in absent.err


@pytest.mark.parametrize(("kind", "case"), [("har", "session.har"), ("postman", "shop.postman_collection.json")])
def test_other_tools_files_become_collections(cli: Cli, kind: str, case: str) -> None:
    source = str(Path(__file__).parents[1] / "cases" / "imports" / case)
    done = cli("import", kind, source, "--service", "shop", "-o", "new.toml")
    assert done.code == 0, done.err
    assert "c4n4ry" not in done.err + (cli.folder / "new.toml").read_text()
    assert cli("check", "new.toml").code == 0
    assert cli("run", "new.toml", "--dry-run").code == 2  # its secrets are not set
