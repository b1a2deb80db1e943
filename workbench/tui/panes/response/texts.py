"""The texts of the response pane's tabs, as `Content`; every foreign text in them is made visible and redacted first.

Pure: from an `Exchange` to what is read. What is drawn how is the tabs' business.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from textual.content import Content

from workbench.model.body.coding import unpack
from workbench.model.secrets import Secret, beginning
from workbench.model.variables import text_of
from workbench.model.visible import one_line, visible
from workbench.tui.controllers.answer import LAYERS, did_it_run, phases, seconds, size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.model.errors import Failure
    from workbench.model.exchange import AssertionResult, Exchange, ServiceResponse
    from workbench.model.secrets import Redactor

_LONGEST = 2000
_LONGEST_LAYER = 20_000
_LOOKED_AT = 256 * 1024
_UNPACKED = 8 * 1024 * 1024
_BAR = 40
_BEFORE_BAR = 14
"""Cells of a phase's line besides its name and its bar."""
_LABEL = 14
"""Cells of the labels of a problem."""


def lines(rows: Iterable[Content]) -> Content:
    """Rows one below the other."""
    return Content("\n").join(rows)


def problem(exchange: Exchange, failure: Failure, redactor: Redactor, width: int = 0) -> Content:
    """What happened, in which layer, whether the container may have run it, what to do.

    `width`: the cells there are, so that what does not fit goes on below its beginning; 0 where that is not known.
    """

    def say(text: str) -> str:
        return visible(redactor.redact(text))

    def field(label: str, text: str) -> Content:
        return _hanging(Content.from_markup("[b]$label[/]", label=label.ljust(_LABEL)), Content(text), width)

    what = Content.from_markup("[b $text-error]$what[/]", what=say(failure.message))
    rows = [_hanging(Content.from_markup("[b $text-error]✗ [/]"), what, width), Content("")]
    where = LAYERS[failure.layer]
    if failure.layer == "client" and failure.in_doubt:
        where = "this program, while the call was under way"
    status = f" (platform {failure.platform_status})" if failure.platform_status is not None else ""
    rows += [field("Where", where + status), field("Did it run", did_it_run(failure))]
    if failure.hint:
        rows.append(field("What to do", say(failure.hint)))
    if exchange.elapsed:
        rows.append(field("After", seconds(exchange.elapsed)))
    if len(exchange.attempts) > 1:
        rows.append(field("Attempts", str(len(exchange.attempts))))
    if failure.detail:
        shown = say(beginning(failure.detail, _LONGEST))
        rows += [Content(""), Content.from_markup("[b]What came instead[/]"), Content(shown)]
    return lines(rows)


def _hanging(label: Content, text: Content, width: int) -> Content:
    """A text after its label, whose further lines begin where it does."""
    indent = label.cell_length
    room = width - indent
    if room < _LABEL:
        return label + text  # too narrow to give cells away
    first, *more = text.wrap(room)
    return lines([label + first, *(line.pad_left(indent) for line in more)])


def tests(exchange: Exchange, redactor: Redactor, width: int) -> Content:
    """Each assertion with what was expected and what came, then the captures, secrets masked; `width` as above."""
    rows: list[Content] = []
    for result in exchange.assertions:
        rows += _assertion(result, exchange.file, redactor, width)
    if not rows:
        rows.append(Content("This request has no tests: it passes when the container answers below 400."))
    if exchange.captures:
        rows += [Content(""), Content.from_markup("[b]Captured[/], for later requests of this file:")]
        for name, value in exchange.captures.items():
            rows.append(
                Content.from_markup("  [b]$name[/] = $value", name=one_line(name), value=_json(value, redactor))
            )
    if len(exchange.attempts) > 1:
        rows += [Content(""), Content(f"{len(exchange.attempts)} attempts")]
        rows += [
            Content(f"  {attempt.n}  {attempt.outcome}  {seconds(attempt.total)}  {attempt.started}")
            for attempt in exchange.attempts
        ]
    return lines(rows)


def _assertion(result: AssertionResult, file: str, redactor: Redactor, width: int) -> list[Content]:
    place = f"{file}:{result.line}" if result.line else file
    style = "$text-success" if result.ok else "b $text-error"
    mark = Content.from_markup(f"[{style}]$mark [/]", mark="✓" if result.ok else "✗")
    text = Content.from_markup(
        f"[{style}]$text[/]  [$text-muted]$place[/]",
        text=one_line(redactor.redact(result.text)),
        place=one_line(place),
    )
    rows = [_hanging(mark, text, width)]
    if result.ok:
        return rows
    if result.message and not result.message.startswith("expected "):
        rows.append(_hanging(Content("    "), Content(visible(redactor.redact(result.message))), width))
    actual = _json(result.actual, redactor) if result.found else "nothing was found"
    for label, what in (("    expected  ", _json(result.expected, redactor)), ("    actual    ", actual)):
        rows.append(_hanging(Content(label), Content(what), width))
    return rows


def _json(value: Any, redactor: Redactor) -> str:
    if isinstance(value, Secret):
        return str(value)
    text = redactor.redact(value if isinstance(value, str) else text_of(redactor.value(value)))
    shown = json.dumps(text, ensure_ascii=False) if isinstance(value, str) else text
    return visible(beginning(shown, _LONGEST))


def timing(exchange: Exchange, width: int = 0) -> Content:
    """The phases as bars no longer than `width` has room for, both statuses, the sizes on the wire and decoded."""
    response = exchange.response
    rows = [Content.from_markup("[b]Total[/]  $time", time=seconds(exchange.elapsed))]
    if exchange.started:
        rows.append(Content.from_markup("[b]Began[/]  $when", when=exchange.started))
    if response is None:
        return lines(rows)
    measured = response.timing
    rows.append(Content(""))
    secure = exchange.request is not None and exchange.request.target.base_url.startswith("https:")
    name_width = max((len(name) for name, _, _ in phases(measured, _BAR, secure=secure)), default=0)
    room = width - name_width - _BEFORE_BAR if width else _BAR
    table = phases(measured, max(1, min(_BAR, room)), secure=secure)
    for name, took, bar in table:
        rows.append(
            Content.from_markup(
                "  $name  $took  [$text-primary]$bar[/]", name=name.ljust(name_width), took=took.rjust(8), bar=bar
            )
        )
    if measured.reused:
        rows.append(Content("  over a connection that was open already"))
    rows.append(Content(""))
    for label, text in (
        ("Platform status", str(response.platform_status)),
        ("Container status", str(response.status)),
        ("Body", _body_size(response)),
        ("Call on the wire", size(measured.bytes_sent)),
        ("Reply on the wire", size(measured.bytes_received)),
    ):
        rows.append(Content.from_markup("  [b]$label[/]  $text", label=label.ljust(17), text=visible(text)))
    return lines(rows)


def _body_size(response: ServiceResponse) -> str:
    """The body's size as it came out of the envelope, and decoded where it has a content coding that is undone."""
    text = f"{size(len(response.body))} ({len(response.body):,} bytes)"
    encoding = response.header("content-encoding") or ""
    if encoding and len(response.body) <= _LOOKED_AT:
        plain = unpack(response.body, encoding, limit=_UNPACKED)
        if plain.applied:
            more = "more than " if plain.limited else ""
            text += f", {more}{size(len(plain.data))} without its {', '.join(plain.applied)}"
    return f"{text} (cut short: {response.notice})" if response.truncated else text


def holds_secret(response: ServiceResponse, redactor: Redactor) -> bool:
    """Whether the body, which is shown as it came, has a known secret in it; of a long one the beginning."""
    return redactor.holds_secret(response.body[:_LOOKED_AT].decode("utf-8", "replace"))


def received(exchange: Exchange, redactor: Redactor) -> str:
    """The reply decoded: the platform's status and headers, then the container's; bodies by their size."""
    response = exchange.response
    if response is None:
        return ""
    proxied = exchange.request is not None and exchange.request.target.route == "proxy"
    rows = [f"platform {response.platform_status}"]
    if not proxied:
        rows += [f"{name}: {value}" for name, value in redactor.headers(response.platform_headers)]
        rows += ["", f"status_code {response.status}"]
    rows += [f"{name}: {value}" for name, value in redactor.headers(response.headers)]
    rows += ["", f"body: {size(len(response.body))}, shown under Body"]
    return "\n".join(redactor.redact(row) for row in rows)


def envelope(exchange: Exchange, redactor: Redactor) -> str:
    """What was sent, in its three layers, and what came back; redacted. A long body is cut, for reading only."""
    from workbench.replay.prepare import Prepared
    from workbench.replay.preview import layers

    rows = []
    if exchange.request is not None and exchange.envelope is not None:
        shown = layers(Prepared(request=exchange.request, envelope=exchange.envelope), redactor)
        rows += ["── sent: the call to the platform", shown.wire.rstrip(), ""]
        if exchange.request.target.route == "invoke":
            rows += ["── sent: the envelope", _cut(shown.envelope), ""]
        rows += ["── sent: what the container gets", _cut(shown.inner.rstrip()), ""]
    if exchange.response is not None:
        rows += ["── received", received(exchange, redactor)]
        if exchange.response.reply:
            rows += ["", "── received: the platform's reply, byte for byte", _raw(exchange.response.reply, redactor)]
    return visible("\n".join(rows))


def _raw(reply: bytes, redactor: Redactor) -> str:
    """The beginning of a reply as text, looked at beyond the cut so that no secret is cut in two and shown by half."""
    text = redactor.redact(reply[: 2 * _LONGEST_LAYER].decode("utf-8", "replace"))
    shown = text[:_LONGEST_LAYER]
    left = len(reply) - len(shown.encode("utf-8", "replace"))
    return f"{shown}\n… (about {size(max(0, left))} more)" if len(reply) > _LONGEST_LAYER else shown


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_LAYER:
        return text
    return f"{text[:_LONGEST_LAYER]}\n… ({len(text) - _LONGEST_LAYER:,} more characters)"
