"""Foreign text in every place of the app and the command line that shows some, on a real pty.

What the viewer shows of an answer's body and headers is the viewer's own row. Here: names, descriptions, states and
errors of the platform, names of files, requests, tags and variables, error messages, dialogs, lists and toasts.
"""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaign.row import Outcome, Row
from tests.integration.invoke.servers import reply, threaded
from tests.support.terminal import CLI, Terminal, app_on, foreign
from tests.tui.viewer.payloads import PAYLOADS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from random import Random

    from tests.integration.invoke.servers import Handler, Server

TOKEN = "dk-canary-0123456789"
ALL = "all of them"
LONG, FEW = 500, 5
CALM = 0.08
ESC, ESC_TIME = b"\x1b", 0.4  # Textual waits whether more of a sequence comes

COLLECTION = """\
cyberun = 1
name = {text}
description = {text}
service = "echo"

[vars]
who = {text}

[env.staging]
who = {text}

[[request]]
id = "hello"
name = {text}
description = {text}
path = "/anything"
tags = ["smoke"]
assert = ["status == 200"]

[[request]]
id = "other"
name = {text}
method = "POST"
path = "/{{{{nobody}}}}"
"""


def platform(text: str) -> Handler:
    """A platform that puts the text wherever it can, and refuses every call with it."""
    service = {
        "service_slug": "echo",
        "display_name": text,
        "service_status": "running",
        "service_desc": text,
        "docker_image": text,
        "usage_prompt": text,
        "health_path": text,
        "external_url": text,
        "created_at": text,
        "env_config": [{"env_name": text, "env_value": text}],
    }
    team = {"id": "t-1", "display_name": text}
    user = {"id": text, "display_name": text, "email_address": text, "team_list": [team, {"id": text}]}
    pairing = {"device_code": "d", "user_code": text, "verification_uri": text, "expires_in": 300, "interval": 60}
    answers = {
        "/users/me": (user, "200 OK"),
        "/r/containers": ({"container_service_list": [service]}, "200 OK"),
        "/r/containers/echo": (service, "200 OK"),
        "/desktop/pair/start": (pairing, "200 OK"),
    }

    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await server.take(reader):
            path = head.split()[1].decode().removeprefix("/api/v1").partition("?")[0]
            document, status = answers.get(path, ({"error_message": text}, "403 Forbidden"))
            writer.write(reply(json.dumps(document).encode(), status=status))
            await writer.drain()

    return handler


def files(folder: Path, text: str) -> list[str]:
    """A collection with the text in every string, one that is broken by it, and both with it in their names."""
    name = "".join(letter for letter in text if letter not in "/\0\n")[:40]
    string = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
    good, broken = folder / f"a{name}.toml", folder / f"b{name}.toml"
    good.write_text(COLLECTION.format(text=string), encoding="utf-8")
    broken.write_text(f"cyberun = 1\n{string} = 7\n[[request]]\nid = {string}\nfoo = {string}\n", encoding="utf-8")
    return [str(good), str(broken)]


STEPS: tuple[tuple[bytes | str, str], ...] = (
    (b"\x1b[15~", "platform"),  # send: refused with the text
    (b"\x1bOR", "Service"),  # the list of services
    (ESC, ""),
    (b"\x1bOQ", "belongs to one team"),  # the team
    (ESC, ""),
    ("who_am_i", "kind"),
    (ESC, ""),
    ("sign_in", "without typing a secret"),
    (b"\r", "waiting for it"),  # pairing: code and address
    (ESC, ""),
    ("service_details", "How to call it"),
    (ESC, ""),
    (b"\x1b[17~", "Environment"),  # the environment
    (ESC, ""),
    (b"\x1b[19~", "Run"),  # the run
    (ESC, ""),
)
"""Keys or the id of an action, and what is seen then."""


def in_the_app(url: str, folder: Path, text: str, *, steps: int) -> list[str]:
    """What a terminal would obey of what the app writes, while one looks everywhere."""
    environ = {"CYBERUN_STATE_DIR": str(folder / "state"), "CYBERUN_CONFIG_DIR": str(folder / "config")}
    terminal = Terminal([*app_on(url, TOKEN), *files(folder, text)], environ, size=(140, 42))
    try:
        terminal.until("not sent yet")
        for keys, seen in STEPS[:steps]:
            since = len(terminal.output)
            if isinstance(keys, str):
                terminal.act(keys)
            else:
                terminal.type(keys)
            if seen:
                terminal.until(seen, since=since)
            if keys == ESC:
                terminal.until("", since=since + 1)  # a window closes; a key before that would be of the same sequence
            terminal.quiet(ESC_TIME if keys == ESC else CALM)
        if terminal.process.poll() is not None:
            return [f"the app ended: {terminal.screen()}"]
        begin = terminal.output.index(b"Services")  # before the outline: modes and questions of Textual's own
        return obeyed(terminal.output[begin:], text)
    except AssertionError as error:
        return [str(error)]
    finally:
        terminal.close()


def obeyed(output: bytes, text: str) -> list[str]:
    """What of an output is not of our own grammar, or is a payload as it came."""
    came = [each for each in PAYLOADS.values() if each in text and not each.isprintable() and each.encode() in output]
    return [*foreign(output), *(f"{each!r} as it came" for each in came)]


def on_the_command_line(url: str, folder: Path, text: str) -> list[str]:
    """The same for the commands, each on a pty."""
    paths = files(folder, text)
    lines = (
        ("teams",),
        ("services",),
        ("services", "echo"),
        ("whoami",),
        ("send", "echo", "GET", "/x"),
        ("list", paths[0]),
        ("check", *paths),
        ("run", paths[0], "--no-progress"),
        ("run", paths[0], "--color", "always"),
    )
    environ = {
        "CYBERUN_BASE_URL": url,
        "CYBERUN_API_KEY": TOKEN,
        "CYBERUN_STATE_DIR": str(folder / "state"),
        "CYBERUN_CONFIG_DIR": str(folder / "config"),
    }
    found = []
    running = [(words[0], Terminal([*CLI, *words], environ, size=(120, 40), cwd=folder)) for words in lines]
    for name, terminal in running:
        try:
            if terminal.end() not in (0, 1, 2, 3):
                found.append(f"{name}: {terminal.screen()}")
            found += [f"{name}: {each}" for each in obeyed(terminal.output.replace(b"\x1b[K", b""), text)]
        finally:
            terminal.close()
    return found


def cases(count: int, random: Random) -> list[tuple[str, str]]:
    """All payloads together, then some of them alone."""
    singles = random.sample(sorted(PAYLOADS.items()), min(count - 1, len(PAYLOADS)))
    return [(ALL, " ".join(text for text in PAYLOADS.values() if len(text) < LONG)), *singles]


def app(count: int, random: Random) -> Outcome:
    """Every payload in every place of the app; in the short form in some places."""
    look = partial(in_the_app, steps=len(STEPS) if count > 1 else FEW)
    return _outcome(look, cases(count, random))


def commands(count: int, random: Random) -> Outcome:
    """Every payload in the output of every command."""
    return _outcome(on_the_command_line, cases(count, random))


def _outcome(look: Callable[[str, Path, str], list[str]], tried: list[tuple[str, str]]) -> Outcome:
    failures = []
    for name, text in tried:
        with tempfile.TemporaryDirectory() as folder, threaded(platform(text), seconds=300) as url:
            failures += [f"{name}: {each}" for each in look(url, Path(folder), text)[:3]]
    return Outcome(len(tried), tuple(failures))


ROWS: tuple[Row, ...] = (
    Row("escape payloads in every place of the app but the viewer", app, full=36, short=1),
    Row("escape payloads in the output of every command", commands, full=36, short=1),
)
