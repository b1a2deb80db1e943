"""Foreign text in an answer: bodies of every kind, headers, events, errors; on a real pty, and strings by chance."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tests.campaign.escapes import TOKEN, cases, obeyed
from tests.campaign.row import TOO_MANY, Outcome, Row
from tests.integration.invoke.servers import envelope_json, reply, threaded
from tests.support.terminal import Terminal, app_on
from tests.tui.viewer.payloads import PAYLOADS, SURROGATES
from workbench.model.body.events import EventLog
from workbench.model.errors import Failure
from workbench.model.exchange import AssertionResult, Exchange, ServiceResponse
from workbench.model.secrets import Redactor
from workbench.model.visible import one_line, visible
from workbench.tui.controllers.answer import Answer, headline
from workbench.tui.panes.response import texts
from workbench.tui.widgets.body_viewer.opening import Job, OpenBody
from workbench.tui.widgets.body_viewer.pages import TextPage

if TYPE_CHECKING:
    import asyncio
    from random import Random

    from tests.integration.invoke.servers import Handler, Server

BODIES = ("json", "text", "html", "xml", "binary", "events", "refused")
FEW = ("json",)
COLLECTION = 'cyberun = 1\nservice = "echo"\n'
REQUEST = (
    '\n[[request]]\nid = "{name}"\nroute = "{route}"\npath = "/{name}"\nassert = [\'$.a == "x"\', \'body == "x"\']\n'
)
OUTLINE = b"Services"


def body_of(name: str, text: str) -> tuple[bytes, str]:
    """A body with the text in it, and its type, which has the text in it as well where a header may."""
    data = text.encode("utf-8", "surrogatepass")
    return {
        "json": (
            json.dumps({text: [text, {text: text}]}, ensure_ascii=False).encode("utf-8", "replace"),
            "application/json",
        ),
        "text": (data, "text/plain; charset=utf-8"),
        "html": (b"<p title='" + data + b"'>" + data + b"</p>\n<!--" + data + b"-->", "text/html; charset=utf-8"),
        "xml": (b"<a><b>" + data.replace(b"<", b"") + b"</b></a>", "application/xml"),
        "binary": (b"\x00\x01" + data, "application/octet-stream"),
        "events": (b"event: " + data[:99] + b"\ndata: " + data + b"\n\ndata: x\n\n", "text/event-stream"),
    }[name]


def container(text: str) -> Handler:
    """A container that answers with the text in body and headers, behind a platform that refuses with it."""

    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while call := await server.take(reader):
            head, _, sent = call.partition(b"\r\n\r\n")
            path = head.split()[1].decode()
            name = (
                path.rpartition("/")[2] if "containers/echo/" in path else json.loads(sent)["path"][1:] if sent else ""
            )
            if name == "events":
                data, kind = body_of(name, text)
                writer.write(reply(data, headers=f"Content-Type: {kind}\r\n"))
            elif name in BODIES[:-1]:
                data, kind = body_of(name, text)
                headers = {"Content-Type": kind, "x-text": text, "x-many": [text, text], text: "a name"}
                writer.write(reply(envelope_json(data, headers=headers)))
            else:
                writer.write(reply(json.dumps({"error_message": text}).encode(), status="403 Forbidden"))
            await writer.drain()

    return handler


def on_a_pty(count: int, random: Random) -> Outcome:
    """Every payload in every pane of an answer, as a terminal gets it."""
    failures: list[str] = []
    tried = cases(count, random)
    names = BODIES if count > 1 else FEW
    requests = "".join(REQUEST.format(name=name, route="proxy" if name == "events" else "invoke") for name in names)
    for name, text in tried:
        with tempfile.TemporaryDirectory() as folder, threaded(container(text), seconds=300) as url:
            path = Path(folder) / "answers.toml"
            path.write_text(COLLECTION + requests, encoding="utf-8")
            environ = {"CYBERUN_STATE_DIR": f"{folder}/state", "CYBERUN_CONFIG_DIR": f"{folder}/config"}
            walk = "from tests.campaign._walk import begin\nbegin(app)"
            terminal = Terminal([*app_on(url, TOKEN, walk), str(path)], environ, size=(120, 40))
            try:
                if terminal.end(90):
                    failures.append(f"{name}: it ended with {terminal.process.returncode}: {terminal.screen()}")
                begin = terminal.output.index(OUTLINE)
                end = terminal.output.rindex(b"\x1b[?2004l")  # from here on the terminal is put back
                failures += [f"{name}: {each}" for each in obeyed(terminal.output[begin:end], text)[:3]]
            except (AssertionError, ValueError) as error:
                failures.append(f"{name}: {error}")
            finally:
                terminal.close()
    return Outcome(len(tried) * len(names), tuple(failures), f"{len(tried)} payloads, {len(names)} answers each")


PIECES = (
    *(text for text in PAYLOADS.values() if len(text) < 500),
    *SURROGATES.values(),
    *("[", "]", "[/", "\\[", "$x", "[b]", "{", "}", '"', "\t", "\n", "\r\n", "<a>", "</a>", "&", "data: ", "\n\n", ":"),
)


def string(random: Random) -> str:
    """A text that is likely to hurt someone."""
    parts = []
    for _ in range(random.randint(1, 6)):
        if random.random() < 0.7:
            parts.append(random.choice(PIECES))
        else:
            parts.append("".join(chr(random.randrange(0x110000)) for _ in range(random.randint(1, 8))))
    return "".join(parts)


def many_strings(count: int, random: Random) -> Outcome:
    """Random texts through everything that makes rows, titles and panels of an answer."""
    failures: list[str] = []
    for _ in range(count):
        text = string(random)
        try:
            wrong = _through_the_sinks(text)
        except Exception as error:  # noqa: BLE001 - no text may make a sink raise: it is the failure that is counted
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            failures.append(f"{text!r}: {wrong}")
            if len(failures) >= TOO_MANY:
                break
    return Outcome(count, tuple(failures))


def _through_the_sinks(text: str) -> str:
    """What is wrong with how a text is shown; "" when nothing is."""
    clean = text.encode("utf-8", "replace").decode()
    for kind in ("text/plain; charset=utf-8", "application/json", "text/html; charset=utf-8"):
        body = OpenBody(Job(clean.encode(), kind).read())
        page = body.page(body.possible("raw"))
        if isinstance(page, TextPage):
            shown = "\n".join(page.text_of(page.rows.row(number)) for number in range(page.rows.count))
            if _unsafe(shown):
                return f"{kind}: {shown!r}"
        painted = page.paint(page.rows.row(0), 0, 80, lambda _start, _end: (), None)
        if _unsafe("".join(run.text for run in painted.runs)):
            return "a painted row"
    answer = ServiceResponse(
        platform_status=200, status=200, headers=((text, text),), body=clean.encode(), reply=clean.encode()
    )
    failure = Failure(kind="envelope", message=text, layer="platform", hint=text, detail=text)
    result = AssertionResult(text=text, ok=False, expected=text, actual={clean: clean}, message=text)
    exchange = Exchange(outcome="failed", file=text, response=answer, assertions=(result,), captures={text: clean})
    redactor = Redactor()
    panels = (
        (texts.problem(exchange, failure, redactor).plain, visible(text)),
        (texts.tests(exchange, redactor, 0).plain, one_line(text)),
        (texts.timing(exchange).plain, ""),
        (texts.envelope(exchange, redactor), ""),
        (one_line(" · ".join(headline(Answer(title=text)))), one_line(text)),
    )
    for shown, wanted in panels:
        if _unsafe(shown):
            return f"a panel has {shown!r}"
        if wanted not in shown:
            return f"{wanted!r} is not in {shown!r}"
    log = EventLog.of(clean.encode())
    for index in range(len(log)):
        event = log.event(index)
        if cell_len(one_line(event.data)) < 0 or _unsafe(one_line(event.data + event.kind)):
            return "an event"
    return ""


def _unsafe(shown: str) -> bool:
    return visible(shown) != shown


ROWS: tuple[Row, ...] = (
    Row("escape payloads in every pane of an answer", on_a_pty, full=36, short=1),
    Row("random strings through every part of an answer", many_strings, full=30_000, short=60),
)
