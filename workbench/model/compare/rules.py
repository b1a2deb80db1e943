"""What a comparison leaves out: JSONPaths, headers, the status, and headers that differ every time.

An entry of `snapshot.ignore` or `--ignore` is a JSONPath (`$.id`, `$..updated_at`), `header "name"`, `status` or
`body`: the words of an assertion's query (FORMAT.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.assertions.errors import AssertionSyntaxError, EvaluationError
from workbench.model.assertions.paths import plain_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Location = tuple[str | int, ...]
    Locate = Callable[[Any], Iterable[Location]]

VOLATILE_HEADERS = frozenset(
    {
        "age",
        "alt-svc",
        "cf-ray",
        "connection",
        "content-length",
        "date",
        "etag",
        "expires",
        "keep-alive",
        "last-modified",
        "nel",
        "report-to",
        "retry-after",
        "server-timing",
        "set-cookie",
        "traceparent",
        "tracestate",
        "transfer-encoding",
        "via",
        "x-amz-cf-id",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-cache",
        "x-cloud-trace-context",
        "x-correlation-id",
        "x-envoy-upstream-service-time",
        "x-process-time",
        "x-request-id",
        "x-response-time",
        "x-runtime",
        "x-served-by",
        "x-timer",
        "x-trace-id",
    }
)
"""Headers that differ from call to call, or follow from the body, which is compared itself."""

_VOLATILE = re.compile(r"(x-)?ratelimit-.*")
_HEADER = re.compile(r'header\s+"([^"]+)"')


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What does not count.

    Attributes:
        headers: names in lower case, beside the volatile ones.
        status, body: leave it out whole.
        any_order: arrays with the same items in another order are equal.
    """

    headers: frozenset[str] = frozenset()
    status: bool = False
    body: bool = False
    any_order: bool = False
    paths: tuple[Locate, ...] = ()

    def counts(self, header: str) -> bool:
        """Whether a header (in lower case) is compared."""
        return header not in VOLATILE_HEADERS and header not in self.headers and not _VOLATILE.fullmatch(header)

    def ignored(self, document: Any) -> Iterator[Location]:
        """The places of a JSON document that are left out."""
        for locate in self.paths:
            yield from locate(document)


def rules(ignore: Iterable[str] = (), *, any_order: bool = False) -> Rules:
    """The rules of a list of entries.

    Raises:
        ValueError: an entry is none of the four forms; the message names it and says what was expected.
    """
    headers: set[str] = set()
    words: set[str] = set()
    paths: list[Locate] = []
    for entry in ignore:
        text = entry.strip()
        header = _HEADER.fullmatch(text)
        if text in ("status", "body"):
            words.add(text)
        elif header:
            headers.add(header[1].lower())
        elif text.startswith("$"):
            paths.append(_locator(text))
        else:
            raise ValueError(f'{entry!r} cannot be ignored: expected a JSONPath ($.id), header "name", status or body')
    return Rules(
        headers=frozenset(headers),
        status="status" in words,
        body="body" in words,
        any_order=any_order,
        paths=tuple(paths),
    )


def _locator(text: str) -> Locate:
    steps = plain_steps(text)
    if steps is not None and not any(isinstance(step, int) and step < 0 for step in steps):
        return lambda _: (steps,)
    from workbench.model.assertions import rfc9535

    try:
        query = rfc9535.compile_path(text, 0)
    except AssertionSyntaxError as error:
        raise ValueError(f"{text!r} cannot be ignored: {error.message}") from error

    def locate(document: Any) -> Iterable[Location]:
        try:
            return rfc9535.places(query, document)
        except EvaluationError:
            return ()  # too deep to be walked: everything of it counts

    return locate
