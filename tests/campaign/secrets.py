"""Canary secrets in ten encodings, looked for in everything that the app and the commands write.

The artefacts of runs are another row's. An answer's body is the user's own data and is shown, so no call goes where
anything is echoed.
"""

from __future__ import annotations

import base64
import html
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from tests.campaign.row import Outcome, Row
from tests.integration.invoke.servers import answering, envelope_json, reply, threaded
from tests.support.terminal import CLI, Terminal, app_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

COLLECTION = """\
cyberun = 1
service = "llm"
secrets = { key = { env = "THE_KEY" }, other = { env = "THE_OTHER" } }

[[request]]
id = "a"
method = "POST"
path = "/v1/{{other}}?key={{other}}"
headers = { x-secret = "{{key}}", authorization = "Bearer {{key}}", x-both = "a {{other}} b" }
json = '{"inner": {"key": "{{key}}", "more": ["{{other}}"]}}'

[[request]]
id = "b"
method = "POST"
path = "/form"
form = { password = "{{key}}" }
"""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ODD = "\"'<>&/+= ?%\\é"


def canary(random: Random, odd: str) -> str:
    """A secret that nobody else has, with characters that each encoding treats in its own way."""
    body = [random.choice(LETTERS) for _ in range(16)]
    for letter in odd:
        body.insert(random.randrange(1, len(body)), letter)
    return "c4n4ry" + "".join(body)


def forms(secret: str) -> dict[str, bytes]:
    """The ten encodings, made independently of the program's own."""
    raw = secret.encode()
    found = {
        "raw": raw,
        "url": quote(secret, safe="").encode(),
        "form": quote_plus(secret).encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "xml": html.escape(secret).encode(),
        "basic": base64.b64encode(b"user:" + raw)[8:-4],
        "hex-free base64url": base64.urlsafe_b64encode(raw)[:-4],
    }
    for offset in range(3):
        found[f"base64 at {offset}"] = base64.b64encode(b"x" * offset + raw)[4:-4]
    return found


def hits(where: str, data: bytes, secrets: Mapping[str, str]) -> Iterator[str]:
    """Where a secret stands in what was written."""
    for name, secret in secrets.items():
        for form, needle in forms(secret).items():
            if needle in data:
                yield f"{name} as {form} in {where}"


def on_disk(folder: Path, secrets: Mapping[str, str]) -> Iterator[str]:
    """Every file below a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield from hits(str(path.relative_to(folder)), path.read_bytes(), secrets)


class Scene:
    """A folder with a collection, and an environment that holds three canaries."""

    def __init__(self, folder: Path, url: str, random: Random) -> None:
        self.folder = folder
        self.secrets = {
            "credential": f"sk-{canary(random, '+/=')}",
            "key": canary(random, ODD),
            "other": canary(random, "+/="),
        }
        self.file = folder / "c.toml"
        self.file.write_text(COLLECTION, encoding="utf-8")
        self.environ = {
            "CYBERUN_STATE_DIR": str(folder / "state"),
            "CYBERUN_CONFIG_DIR": str(folder / "config"),
            "CYBERUN_BASE_URL": url,
            "CYBERUN_API_KEY": self.secrets["credential"],
            "THE_KEY": self.secrets["key"],
            "THE_OTHER": self.secrets["other"],
            "TMPDIR": str(folder),
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """A command, with its output caught."""
        environ = {**os.environ, **self.environ}
        return subprocess.run(
            [*CLI, *words], stdin=subprocess.DEVNULL, capture_output=True, cwd=self.folder, env=environ, check=False
        )

    def found(self) -> Iterator[str]:
        """What stands on the disk."""
        return on_disk(self.folder, self.secrets)


def commands(count: int, random: Random) -> Outcome:
    """The commands, with calls that are answered, refused and dropped; what they print and leave."""
    failures: list[str] = []
    replies = [
        reply(envelope_json(b'{"ok": true}')),
        reply(b'{"error_message": "no"}', status="401 Unauthorized"),
        reply(b"this is no envelope"),
    ]
    for _ in range(count):
        with tempfile.TemporaryDirectory() as name, threaded(answering(*replies), seconds=300) as url:
            scene = Scene(Path(name), url, random)
            for words in LINES:
                done = scene.run(*words)
                if done.returncode not in (0, 1, 2, 3):
                    failures.append(f"{words}: {done.returncode}: {done.stderr[-300:]!r}")
                failures += hits(f"what {words} prints", done.stdout + done.stderr, scene.secrets)
            listed = scene.run("history", "list", "--json")
            for entry in json.loads(listed.stdout):
                shown = scene.run("history", "show", entry["id"], "--json")
                if b"[redacted:" not in shown.stdout:
                    failures.append(f"nothing is masked in {shown.stdout!r}")
                failures += hits("a history entry", shown.stdout + shown.stderr, scene.secrets)
            failures += scene.found()
    return Outcome(count * len(LINES), tuple(failures))


LINES = (
    ("send", "c.toml#a", "--trust"),
    ("send", "c.toml#a", "--trust", "-i"),
    ("send", "c.toml#b", "--trust", "--envelope"),
    ("send", "c.toml#a", "--trust", "--dry-run"),
    ("send", "c.toml#a"),
    ("curl", "c.toml#a", "--trust"),
    ("curl", "c.toml#a", "--trust", "--route", "proxy"),
    ("whoami",),
    ("services",),
    ("config", "show"),
    ("list", "c.toml"),
    ("check", "c.toml"),
)

CRASH = """
def boom():
    hidden = os.environ["THE_KEY"]
    raise RuntimeError("boom " + hidden)
import signal
signal.signal(signal.SIGUSR1, lambda *_: app.call_later(boom))
"""

ACTIONS = {"copy_headers": "\x1b]52;c;", "preview": "redacted:key", "copy_body": "\x1b]52;c;", "variables": "used in"}
"""What is done, and what the terminal gets when it is."""

FEW = 2


def app(count: int, random: Random) -> Outcome:
    """The app on a pty: sends, copies, looks at preview and variables, and ends by a bug; what it writes and leaves."""
    failures: list[str] = []
    for _ in range(count):
        with tempfile.TemporaryDirectory() as name:
            replying = answering(reply(envelope_json(b'{"ok": true}', headers={"Set-Cookie": "session=abc"})))
            with threaded(replying, seconds=300) as url:
                few = FEW if count == 1 else len(ACTIONS)
                failures += _in_the_app(Scene(Path(name), url, random), list(ACTIONS)[:few])
    return Outcome(count, tuple(failures))


def _in_the_app(scene: Scene, actions: Sequence[str]) -> list[str]:
    argv = app_on(scene.environ["CYBERUN_BASE_URL"], scene.secrets["credential"], CRASH, trusting=True)
    terminal = Terminal([*argv, str(scene.file)], scene.environ, size=(140, 42), cwd=scene.folder)
    try:
        terminal.until("not sent yet")
        since = len(terminal.output)
        terminal.type(b"\x1b[15~")
        terminal.until("platform 200", since=since)
        for name in actions:
            since = len(terminal.output)
            terminal.act(name)
            terminal.until(ACTIONS[name], since=since)
        terminal.process.send_signal(signal.SIGUSR1)
        terminal.end()
        if not list(scene.folder.glob("state/crash-*.txt")):
            return ["there is no report of the crash"]
    except AssertionError as error:
        return [str(error)]
    finally:
        terminal.close()
    return [*hits("the terminal", terminal.output, scene.secrets), *copies(terminal.output, scene), *scene.found()]


def copies(output: bytes, scene: Scene) -> Iterator[str]:
    """What was put on the clipboard through the terminal (OSC 52)."""
    for part in output.split(b"\x1b]52;c;")[1:]:
        data = base64.b64decode(part.partition(b"\x07")[0].partition(b"\x1b")[0])
        yield from hits("a copy", data, scene.secrets)


ROWS: tuple[Row, ...] = (
    Row("canary secrets: what commands print and leave", commands, full=20, short=1),
    Row("canary secrets: what the app writes, copies and leaves", app, full=20, short=1),
)
