"""Copies of requests: that curl commands run unchanged, and that no secret gets into any form."""

import base64
import os
import subprocess
from random import Random
from urllib.parse import quote, unquote

import msgspec

from tests.campaign.row import Outcome, Row
from tests.unit.interchange.requests import ready
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread
from workbench.interchange.curl_out import curl
from workbench.interchange.httpx_out import httpx_code
from workbench.interchange.masking import Masking
from workbench.interchange.mcp_out import mcp_arguments
from workbench.interchange.toml_out import toml_table
from workbench.model.collection import Body, Entry, SavedRequest
from workbench.model.envelope import Envelope
from workbench.model.request import ResolvedRequest
from workbench.model.secrets import Redactor, Secret

CHARACTERS = "abc019 \"'\\$`!{}[]()<>|&;*?#~%^=@:,.-_/\t\né🦊"
IN_A_TOKEN = CHARACTERS.replace("\n", "").replace("\t", "")  # it may have to stand in a header
IN_A_PATH = "abc019-._~!$'()*+,;:@{}[]\"\\`|^%20/"
METHODS = ("GET", "POST", "PUT", "PATCH", "OPTIONS")


def text(chance: Random, characters: str, most: int) -> str:
    return "".join(chance.choices(characters, k=chance.randrange(most)))


def request(chance: Random, token: Secret, base_url: str) -> tuple[ResolvedRequest, Envelope]:
    """A request with the token somewhere in it, in one of its encodings."""
    route = chance.choice(["invoke", "proxy"])
    method = chance.choice(METHODS if route == "proxy" else METHODS[1:])
    value = token.reveal()
    path = "/anything/" + text(chance, IN_A_PATH, 12).replace("//", "/")
    query = f"?t={quote(value, safe='')}" if chance.random() < 0.5 else ""
    header = "".join(each for each in text(chance, CHARACTERS, 20) if each.isascii() and each.isprintable()).strip()
    plain = header + value if chance.random() < 0.5 else header
    content = chance.choice(
        [
            text(chance, CHARACTERS, 40),
            text(chance, CHARACTERS, 20) + value + text(chance, CHARACTERS, 20),
            msgspec.json.encode({text(chance, CHARACTERS, 9): value}).decode(),
        ]
    )
    body: bytes | Secret = Secret(content, token.label, shown=content.replace(value, "[redacted:token]"))
    if chance.random() < 0.2:
        body = chance.randbytes(chance.randrange(1, 60))
    shown = f"{path}?t=[redacted:token]" if query else path
    return ready(
        method,
        Secret(path + query, token.label, shown=shown),
        headers=(("x-some", plain), ("content-type", "application/odd")),
        body=body if content else None,
        base_url=base_url,
        route=route,
    )


def commands_run(count: int, chance: Random) -> Outcome:
    """Random requests as curl commands, run by a shell: the container gets the same."""
    failures = []
    with GatewayThread() as gateway:
        for number in range(count):
            value = text(chance, IN_A_TOKEN, 20).strip() + "c4n4ry"
            token = Secret(value, "token")
            asked, envelope = request(chance, token, gateway.base_url)
            copied = curl(asked, envelope, Masking(Redactor([token])))
            done = subprocess.run(
                ["/bin/sh"],
                input=copied.text.encode(),
                capture_output=True,
                check=False,
                env={"PATH": os.environ["PATH"], "CYBERUN_API_KEY": SK_ALPHA, "CYBERUN_VAR_TOKEN": value},
            )
            if "CYBERUN_VAR_BODY" in copied.text:
                wrong = []  # the token could not be told from what is around it, so all of the body is left to the user
            elif done.returncode:
                wrong = [done.stderr.decode()]
            else:
                wrong = differences(envelope, done.stdout, invoke=asked.target.route == "invoke")
            if "c4n4ry" in copied.text:
                wrong.append("the secret stands in the command")
            if wrong:
                failures.append(f"no. {number}: {'; '.join(wrong)}: {copied.text!r}")
    return Outcome(count, tuple(failures))


def differences(envelope: Envelope, answer: bytes, *, invoke: bool) -> list[str]:
    """In what the container's account differs from the envelope."""
    try:
        inner = base64.b64decode(msgspec.json.decode(answer)["body_base64"]) if invoke else answer
        said = msgspec.json.decode(inner)
        found = {
            "method": (said["method"], envelope.method),
            "path": (said["target"].partition("?")[0], envelope.path.partition("?")[0]),
            "query": (unquote(said["target"].partition("?")[2]), unquote(envelope.path.partition("?")[2])),
            "header": (said["headers"].get("x-some", ""), envelope.headers[0][1]),
            "body": (base64.b64decode(said["base64"]), envelope.body or b""),
        }
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        return [f"{error!r} in {answer[:200]!r}"]
    return [f"{part} {got!r}, not {sent!r}" for part, (got, sent) in found.items() if got != sent]


def nothing_leaks(count: int, chance: Random) -> Outcome:
    """Random requests in every form, a canary in one of ten encodings at a random place: it is nowhere in the text."""
    failures = []
    for number in range(count):
        token = Secret(f"c4n4ry{text(chance, IN_A_TOKEN, 12).strip()}c4n4ry", "token")
        redactor = Redactor([token])
        asked, envelope = request(chance, token, "http://127.0.0.1:1/api/v1")
        value = token.reveal()
        masking = Masking(redactor)
        saved = SavedRequest(
            id="a",
            path="/x",
            headers=(Entry("x-some", value), Entry("authorization", f"Bearer {value}")),
            body=Body("json", msgspec.json.encode({"a": value}).decode()),
        )
        copies = [writer(asked, envelope, masking).text for writer in (curl, httpx_code, mcp_arguments)]
        copies.append(toml_table(saved, masking).text)
        failures += [f"no. {number}: {each!r}" for each in copies if "c4n4ry" in each or redactor.holds_secret(each)]
    return Outcome(count, tuple(failures))


ROWS = (
    Row("curl commands of random requests, run in sh", commands_run, full=3000, short=25, needs="curl"),
    Row("copies in four forms, a canary in each", nothing_leaks, full=10_000, short=100),
)
