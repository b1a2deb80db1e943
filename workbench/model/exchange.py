"""What came of a request: the container's answer with its timing, and the whole as one value (`Exchange`).

Two statuses live here and are never merged: `platform_status` is the HTTP status of the call to the platform,
`status` the one the container answered with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from workbench.model.difference import Difference
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure
from workbench.model.request import ResolvedRequest

Outcome = Literal["passed", "failed", "error", "skipped"]
"""CLI.md, "JSON": `error` means no usable answer, which is never the same as a failed assertion."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """How long a call took. All durations are seconds; a phase that was not observed is None.

    Attributes:
        started: when the call began, RFC 3339 in UTC; empty when unknown.
        total: from before the connection was asked for until the last byte was read.
        queue, dns, connect, tls, send, wait, receive: the phases; `connect` covers TLS where the two are not told
            apart.
        reused: the call went over an open connection, so that `dns`, `connect` and `tls` did not happen.
        bytes_sent, bytes_received: the size of the platform call's body and of its reply's body on the wire.
    """

    started: str = ""
    total: float = 0.0
    queue: float | None = None
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    send: float | None = None
    wait: float | None = None
    receive: float | None = None
    reused: bool = False
    bytes_sent: int = 0
    bytes_received: int = 0


class ServiceResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The container's answer.

    Attributes:
        platform_status: HTTP status of the call to the platform; through the proxy route it is the container's own.
        status: the container's status.
        headers: the container's headers, repeats kept, names as received.
        body: the container's body, exactly as received (still encoded where it has a content-encoding).
        platform_headers: headers of the platform's reply; for the proxy route the same as `headers`.
        truncated: the body ended early or was cut at the limit; `notice` says which.
        notice: one sentence for people, or empty.
        arrivals: of an event stream that someone watched: how many bytes of it had come, and when, in seconds from the
            beginning of the call.
        reply: the body of the platform's reply to an invoke call, byte for byte; empty where it was not kept.
    """

    platform_status: int
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    platform_headers: tuple[tuple[str, str], ...] = ()
    timing: Timing = Timing()
    truncated: bool = False
    notice: str = ""
    arrivals: tuple[tuple[int, float], ...] = ()
    reply: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name, without regard to case; None when there is none."""
        lower = name.lower()
        return next((value for key, value in self.headers if key.lower() == lower), None)

    def __repr__(self) -> str:
        return f"<ServiceResponse {self.status} via platform {self.platform_status}, {len(self.body)} bytes>"


class AssertionResult(msgspec.Struct, frozen=True, kw_only=True):
    """One assertion line and how it went.

    Attributes:
        text: the line as written.
        line: where it stands in its file, from 1; 0 when unknown.
        ok: whether it held.
        expected, actual: JSON values for a reader; `actual` is None where the query found nothing (`found` is False).
        found: whether the query selected anything.
        message: why it failed, in words; empty when it held.
    """

    text: str
    line: int = 0
    ok: bool
    expected: Any = None
    actual: Any = None
    found: bool = True
    message: str = ""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a request that may have needed several. `total` in seconds."""

    n: int
    started: str
    total: float
    outcome: Outcome


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its outcome.

    Attributes:
        file: the collection's path as it was given; `FILE#ID` names the request everywhere.
        line: where the request stands in its file, from 1; 0 when unknown.
        row: number of the data row, from 1; None without data.
        repeat: number of the repeat, from 1; None without repeats.
        request, envelope: what was sent; None when it never came so far.
        response: the container's answer; None when there was none.
        error: why there was no usable answer; None when there was one.
        captures: what was kept; secret ones as `Secret`.
        skipped: why it was not sent; empty when it was.
        flaky: it passed, though not at the first attempt.
        differences: what differs from the recording, or from the other target's answer.
        compared_with: what it was compared with, such as `env=prod`; empty for a recording, or when it was not.
        other: what came of the same request on the other target.
        started: RFC 3339 in UTC. `elapsed`: seconds over all attempts and the waits between them.
    """

    file: str = ""
    id: str = ""
    name: str = ""
    line: int = 0
    row: int | None = None
    repeat: int | None = None
    tags: tuple[str, ...] = ()
    outcome: Outcome
    method: str = ""
    path: str = ""
    service: str = ""
    request: ResolvedRequest | None = None
    envelope: Envelope | None = None
    response: ServiceResponse | None = None
    error: Failure | None = None
    assertions: tuple[AssertionResult, ...] = ()
    captures: Mapping[str, Any] = {}
    attempts: tuple[Attempt, ...] = ()
    skipped: str = ""
    flaky: bool = False
    differences: tuple[Difference, ...] = ()
    compared_with: str = ""
    other: Exchange | None = None
    started: str = ""
    elapsed: float = 0.0

    @property
    def ref(self) -> str:
        """`FILE#ID`, with the data row where there is one."""
        row = "" if self.row is None else f".{self.row}"
        return f"{self.file}#{self.id}{row}"

    @property
    def variant(self) -> str:
        """The data row and the repeat, for names that must be unique; empty without."""
        return variant(self.row, self.repeat)


def variant(row: int | None, repeat: int | None) -> str:
    """A data row and a repeat as they stand in names, with a space in front; empty without."""
    shown = "" if row is None else f" [row {row}]"
    return shown if repeat is None else f"{shown} [repeat {repeat}]"
