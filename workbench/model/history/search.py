"""Which sends are looked for: text, status, service, time. Read from one line of words, or put together from flags."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.history.record import Line

_STATUS = re.compile(r"[1-5](?:[0-9]{2}|xx)", re.IGNORECASE)
_AGO = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_OUTCOMES = ("passed", "failed", "error")

STATUS_HELP = "a container status such as 200 or 4xx, or one of passed, failed, error, cancelled, unknown"
"""What `status` may be; `unknown` is "sent, outcome unknown"."""

TIME_HELP = "a time ago such as 30m, 2h or 3d, or a date such as 2026-11-25 or 2026-11-25T20:00"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; an empty one fits everything.

    Attributes:
        words: each has to stand somewhere in the send: names, path, headers, bodies, error.
        status: see `STATUS_HELP`; empty for any.
        service, method, environment, request: exactly these (`request` is an id).
        since, until: RFC 3339 in UTC; empty for no limit.
    """

    words: tuple[str, ...] = ()
    status: str = ""
    service: str = ""
    method: str = ""
    environment: str = ""
    request: str = ""
    since: str = ""
    until: str = ""


def parse_search(text: str, now: datetime) -> Wanted:
    """What one line of words asks for: `timeout status:5xx service:my-llm since:2h method:POST env:staging id:chat`.

    Raises:
        ValueError: a status or a time that cannot be read; the message says what was expected.
    """
    words: list[str] = []
    found: dict[str, str] = {}
    for word in text.split():
        name, colon, value = word.partition(":")
        if not colon or name not in _FIELDS:
            words.append(word)
        elif value:
            field = _FIELDS[name]
            read = _READ.get(field)
            found[field] = read(value, now) if read else value
    return Wanted(words=tuple(words), **found)


def status(value: str, _: object = None) -> str:
    """A status filter, checked.

    Raises:
        ValueError: it is none.
    """
    wanted = value.lower()
    if _STATUS.fullmatch(wanted) or wanted in (*_OUTCOMES, "cancelled", "unknown"):
        return wanted
    raise ValueError(f"{value!r} is no status: expected {STATUS_HELP}")


def moment(value: str, now: datetime) -> str:
    """A point in time, from "so long ago" or a date in the local time zone; RFC 3339 in UTC.

    Raises:
        ValueError: it is neither.
    """
    ago = _AGO.fullmatch(value)
    try:
        if ago:
            found = now - timedelta(seconds=float(ago[1]) * _SECONDS[ago[2]])
        else:
            found = datetime.fromisoformat(value).astimezone()
        return found.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{value!r} is no time: expected {TIME_HELP}") from error


_FIELDS = {
    "status": "status",
    "service": "service",
    "method": "method",
    "env": "environment",
    "id": "request",
    "since": "since",
    "until": "until",
}
_READ: dict[str, Callable[[str, datetime], str]] = {
    "status": status,
    "since": moment,
    "until": moment,
    "method": lambda value, _: value.upper(),
}

_SAID = ("title", "id", "file", "method", "path", "service", "team", "kind")


def fits(line: Line, wanted: Wanted) -> bool:
    """Whether a send is one that is looked for, as far as its line tells: words are looked for in what a list shows."""
    said = "\n".join(getattr(line, name) for name in _SAID).casefold()
    return (
        all(word.casefold() in said for word in wanted.words)
        and fits_status(line, wanted.status)
        and wanted.service in ("", line.service)
        and wanted.method in ("", line.method)
        and wanted.environment in ("", line.environment)
        and wanted.request in ("", line.id)
        and (not wanted.since or line.started >= wanted.since)
        and (not wanted.until or line.started < wanted.until)
    )


def fits_status(line: Line, wanted: str) -> bool:
    """Whether the outcome is the one looked for."""
    if not wanted:
        return True
    if wanted in _OUTCOMES:
        return line.outcome == wanted
    if wanted == "unknown":
        return line.in_doubt
    if wanted == "cancelled":
        return line.kind == "cancelled"
    return line.status is not None and (str(line.status) == wanted or f"{line.status // 100}xx" == wanted)
