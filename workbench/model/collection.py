"""A collection as values: what FORMAT.md says, without the file it stands in.

Everything here is frozen; an edit makes a new value (`msgspec.structs.replace`). Reading and writing files is
`workbench.files.collections`; filling in placeholders is `workbench.model.variables`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

Value: TypeAlias = Any
"""A variable's value: any JSON value."""

Route = Literal["invoke", "proxy"]
"""How a request travels: in the invoke envelope, or through the transparent proxy (CYBERUN-API.md, 1 and 2)."""

BodyKind = Literal["json", "text", "form", "file", "base64"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
"""The methods the platform's invoke call takes (CYBERUN-API.md, 1)."""

UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods that may change something on the container (RFC 9110, 9.2.1)."""

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]*")
"""A request's id (FORMAT.md, "Keys of a request")."""

SLUG_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{1,98}[a-z0-9]")
"""A service's slug (CYBERUN-API.md, 3)."""

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m)")


class Entry(msgspec.Struct, frozen=True):
    """One header, query parameter or form field; a repeated name is several entries. `off`: kept, not sent."""

    name: str
    value: str
    off: bool = False


class Body(msgspec.Struct, frozen=True):
    """A request's body as the author wrote it.

    `text` holds the text of `json` and `text`, the path of `file` and the encoded text of `base64`; `form` holds the
    fields of `form`.
    """

    kind: BodyKind
    text: str = ""
    form: tuple[Entry, ...] = ()


class Retry(msgspec.Struct, frozen=True):
    """Repeat a call at most `max` times, `every` seconds apart, until it passes or the assertion `until` holds."""

    max: int
    every: float = 1.0
    until: str = ""


class Capture(msgspec.Struct, frozen=True):
    """Keep what `query` selects in the answer as the variable `name`; a `secret` one is masked everywhere."""

    name: str
    query: str
    secret: bool = False


class SavedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it is kept: placeholders and all. Durations are seconds; None means "not said here"."""

    id: str
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    service: str | None = None
    route: Route | None = None
    method: str = "GET"
    path: str = "/"
    query: tuple[Entry, ...] = ()
    headers: tuple[Entry, ...] = ()
    body: Body | None = None
    asserts: tuple[str, ...] = ()
    captures: tuple[Capture, ...] = ()
    needs: tuple[str, ...] = ()
    retry: Retry | None = None
    timeout: float | None = None
    delay: float | None = None
    skip: bool | str = False
    always: bool = False
    snapshot_ignore: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What a list shows: the name where there is one, else the id."""
        return self.name or self.id


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """The `[defaults]` of a collection; a request's own key wins (`with_defaults`)."""

    service: str | None = None
    route: Route | None = None
    query: tuple[Entry, ...] = ()
    headers: tuple[Entry, ...] = ()
    asserts: tuple[str, ...] = ()
    retry: Retry | None = None
    timeout: float | None = None
    delay: float | None = None
    snapshot_ignore: tuple[str, ...] = ()


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """One `[env.NAME]`: where requests go, whether unsafe methods are asked about, and variables."""

    name: str
    profile: str | None = None
    team: str | None = None
    service: str | None = None
    route: Route | None = None
    protected: bool = False
    vars: Mapping[str, Value] = {}


class SecretRef(msgspec.Struct, frozen=True):
    """Where a secret's value comes from. `argument`: a name, path, keyring entry, prompt label, or an argv."""

    kind: Literal["env", "file", "command", "keyring", "prompt"]
    argument: str | tuple[str, ...]


class Source(msgspec.Struct, frozen=True, eq=False):
    """Where the parts of a collection stand in its file: key path → line (from 1).

    Key paths are tuples as in the document: `("request", 0)`, `("request", 0, "assert", 2)`,
    `("request", 0, "headers", "accept")`, `("vars", "page_size")`. Two sources are always equal: where a text stands
    is not part of what it says.
    """

    path: str = ""
    lines: Mapping[tuple[str | int, ...], int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source)

    def __hash__(self) -> int:
        return hash(Source)

    def line(self, *key: str | int) -> int:
        """The line of `key`, or of the nearest part above it that has one; 0 when nothing is known."""
        for end in range(len(key), 0, -1):
            line = self.lines.get(key[:end])
            if line:
                return line
        return 0


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One file: an ordered list of requests with their variables, environments, defaults and secret references."""

    name: str = ""
    description: str = ""
    profile: str | None = None
    team: str | None = None
    service: str | None = None
    route: Route | None = None
    tags: tuple[str, ...] = ()
    parallel: bool = False
    vars: Mapping[str, Value] = {}
    defaults: Defaults = Defaults()
    environments: Mapping[str, Environment] = {}
    secrets: Mapping[str, SecretRef] = {}
    requests: tuple[SavedRequest, ...] = ()
    source: Source = Source()

    def find(self, request_id: str) -> SavedRequest | None:
        """The request with that id, or None."""
        return next((request for request in self.requests if request.id == request_id), None)

    def index(self, request_id: str) -> int:
        """The position of the request with that id, from 0; -1 when there is none."""
        return next((at for at, request in enumerate(self.requests) if request.id == request_id), -1)

    def line(self, request_id: str, *key: str | int) -> int:
        """The line of a request, or of one of its keys; 0 when nothing is known."""
        return self.source.line("request", self.index(request_id), *key)


def with_defaults(collection: Collection, request: SavedRequest) -> SavedRequest:
    """The request as it is sent: the collection's `[defaults]` filled in where the request says nothing itself.

    Headers and query parameters are added name by name (header names without regard to case); a header that the
    request switches off is not brought back by the defaults.
    """
    defaults = collection.defaults
    own_headers = {entry.name.lower() for entry in request.headers}
    own_query = {entry.name for entry in request.query}
    return msgspec.structs.replace(
        request,
        service=request.service or defaults.service,
        route=request.route or defaults.route,
        headers=tuple(e for e in defaults.headers if e.name.lower() not in own_headers) + request.headers,
        query=tuple(e for e in defaults.query if e.name not in own_query) + request.query,
        asserts=request.asserts or defaults.asserts,
        retry=request.retry or defaults.retry,
        timeout=defaults.timeout if request.timeout is None else request.timeout,
        delay=defaults.delay if request.delay is None else request.delay,
        snapshot_ignore=request.snapshot_ignore or defaults.snapshot_ignore,
    )


def parse_duration(text: str) -> float:
    """Seconds of a duration such as `500ms`, `10s` or `1.5m` (FORMAT.md, "Keys of a request").

    Raises:
        ValueError: the text is not a number with one of the units.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration: expected a number with a unit, such as 500ms, 10s or 2m")
    number, unit = match[1], match[2]
    # The exponent, not a division or a product, gives the float nearest to what was written.
    seconds = float(f"{number}e-3") if unit == "ms" else float(number) * (60 if unit == "m" else 1)
    if math.isinf(seconds):
        raise ValueError(f"{text[:20]!r}… is too long a duration")
    return seconds


def format_duration(seconds: float) -> str:
    """The shortest exact way to write a duration, for a file: `500ms`, `10s`, `2m`.

    `parse_duration` of it is the same float again, for every finite number of seconds that is not negative.
    """
    seconds = float(seconds) + 0.0  # a negative zero is written like the other one
    if seconds and seconds % 60 == 0 and seconds // 60 * 60 == seconds:
        return f"{seconds // 60:.0f}m"
    if seconds.is_integer():
        return f"{seconds:.0f}s"
    return f"{Decimal(repr(seconds)).scaleb(3).normalize():f}ms"
