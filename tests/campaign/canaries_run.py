"""Canary secrets planted in collections, their captures and their answers, looked for in everything a run writes.

The service echoes what it gets, as text, as JSON and in base64, so that every secret comes back in the answers too.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from tests.campaign.row import Outcome, Row
from tests.campaign.secrets import canary, hits
from workbench.cli.main import run
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

COLLECTION = """\
cyberun = 1
service = "echo"

[vars]
n = "1"

[env.other]
n = "2"

[secrets]
env = { env = "CANARY_ENV" }
file = { file = "secret.txt" }
command = { command = ["cat", "command.txt"] }
given = { env = "NOT_SET" }
row = { env = "NOT_SET" }

[[request]]
id = "capture"
method = "POST"
path = "/anything?key={{env}}&n={{n}}"
headers = { authorization = "Bearer {{env}}", x-file = "{{header}}", cookie = "session={{header}}" }
json = '{"captured": "CAPTURED", "deep": [{"command": "{{command}}"}], "pad": "PAD", "n": {{n}}}'
assert = ['$.json.pad == "other {{env}}"', '$.text contains "never"', '$.target startsWith "x"', 'status == 201']

[request.capture]
kept = { from = "$.json.captured", secret = true }

[[request]]
id = "uses"
path = "/anything/{{given}}?kept={{kept}}&n={{n}}"
always = true
assert = ['$.path isNull', '$.target matches /never/', '$ isEmpty', '$.target | toInt == 1', 'body == "{{row}}"']

[[request]]
id = "bytes"
method = "PUT"
path = "/anything?n={{n}}"
always = true
text = "{{command}} {{row}} {{n}}"

[[request]]
id = "refused"
service = "no-such-service"
path = "/{{given}}"
always = true
"""
FORMATS = ("tree", "json", "ndjson", "junit", "tap")


def artefacts(random: Random, base_url: str, folder: Path) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Everything that some runs write, each with the secrets that must not be in it."""
    odd = "\"'<>&/+= ?%\\é"
    names = ("env", "file", "command", "given", "row", "captured")
    values = {name: canary(random, "" if name in {"file", "captured"} else odd) for name in names}
    pad = "p" * random.randrange(100, 240) + values["env"]
    text = COLLECTION.replace("CAPTURED", values["captured"]).replace("PAD", pad.replace(values["env"], "p{{env}}"))
    text = text.replace("{{header}}", "{{file}}")
    (folder / "c.toml").write_text(text, encoding="utf-8")
    (folder / "secret.txt").write_text(values["file"], encoding="utf-8")
    (folder / "command.txt").write_text(values["command"], encoding="utf-8")
    (folder / "rows.json").write_text(json.dumps([{"row": values["row"]}]), encoding="utf-8")
    environ = {
        "CYBERUN_BASE_URL": base_url,
        "CYBERUN_API_KEY": SK_ALPHA,
        "CYBERUN_CONFIG_DIR": str(folder / "config"),
        "CYBERUN_STATE_DIR": str(folder / "state"),
        "CANARY_ENV": values["env"],
        "CYBERUN_VAR_GIVEN": values["given"],
    }
    values["credential"] = SK_ALPHA
    reports = [f"--report={name}=out/{name}" for name in ("json", "ndjson", "junit", "html", "tap")]
    common = ["run", "c.toml", "--trust", "--data", "rows.json", "--show-body", "always"]
    with mock.patch.dict(os.environ, environ), contextlib.chdir(folder):
        for shown in FORMATS:
            yield (
                f"run --format {shown}",
                called([*common, "-v", "--format", shown, *reports, "--record", "rec"]),
                values,
            )
        # What is to be captured is a secret only once it is: before that it is a text of the collection.
        known = {name: value for name, value in values.items() if name != "captured"}
        yield "--dry-run", called([*common, "--dry-run"]), known
        yield "--compare", called([*common, "--compare", "rec", "--env", "other"]), values
        yield "--compare-target", called([*common, "--compare-target", "env=other", "--report", "html=out/two"]), values
        yield "report merge", called(["report", "merge", "out/json", "--report", "html=out/merged"]), values
        for path in [*folder.glob("out/*"), *folder.rglob("rec/**/*.json"), *folder.glob(".cyberun/*")]:
            yield str(path.relative_to(folder)), path.read_bytes(), values


def called(words: list[str]) -> bytes:
    """What a command writes to both streams."""
    out, err = io.BytesIO(), io.StringIO()
    stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    with mock.patch.object(sys, "stdout", stdout), contextlib.redirect_stderr(err):
        run(words)
    return out.getvalue() + err.getvalue().encode()


def beginnings(where: str, data: bytes, secrets: dict[str, str]) -> Iterator[str]:
    """A secret that was cut is one all the same: its first ten characters are looked for in front of every cut."""
    for found in re.finditer("([^ \n]{10,60})…".encode(), data):
        for name, secret in secrets.items():
            if secret[:10].encode() in found[1]:
                yield f"the beginning of {name} in {where}: {found[0].decode('utf-8', 'replace')}"


def canaries(count: int, random: Random) -> Outcome:
    """Each case is a collection with six new secrets, run nine ways."""
    failures: list[str] = []
    looked = 0
    with GatewayThread() as gateway:
        for _ in range(count):
            with tempfile.TemporaryDirectory() as folder:
                for where, data, secrets in artefacts(random, gateway.base_url, Path(folder)):
                    looked += 1
                    if len(data) == 0:
                        failures.append(f"{where} is empty")
                    failures += hits(where, data, secrets)
                    failures += beginnings(where, data, secrets)
            if len(failures) > 20:
                break
    return Outcome(looked, tuple(failures), f"{count * 6} secrets in ten encodings")


ROWS = (Row("canary secrets in what runs write", canaries, full=200, short=1),)
