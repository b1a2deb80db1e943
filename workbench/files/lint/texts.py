"""Every text of a collection with the key it stands at, and warnings with their place. Judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workbench.files.positions import KeyPath, Positions
from workbench.files.validation.report import Report
from workbench.files.validation.syntax import place_in_text
from workbench.model.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workbench.model.collection import Collection, Defaults, Entry, Retry, SavedRequest


class Text(NamedTuple):
    """One text: its key, what it is called there (a header's or variable's name), and whether it is a template.

    `sent` is False for entries that are switched off.
    """

    key: KeyPath
    name: str
    value: str
    template: bool = True
    sent: bool = True


class Texts:
    """The texts of one collection."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        lines = collection.source.lines
        self._positions = lines if isinstance(lines, Positions) else Positions("")
        self._report = Report(collection.source.path, self._positions)
        for number, request in enumerate(collection.requests):
            self._report.name_request(number, request.id)

    def warn(self, key: KeyPath, message: str, hint: str, *, offset: int | None = None) -> Problem:
        """A warning at a key, or at a character of its text."""
        return self.problem(key, message, hint, offset=offset, severity="warning")

    def problem(
        self,
        key: KeyPath,
        message: str,
        hint: str,
        *,
        offset: int | None = None,
        severity: Literal["error", "warning"] = "error",
    ) -> Problem:
        """What is wrong at a key, or at a character of its text."""
        line, column = self._positions.place(key) if offset is None else place_in_text(self._positions, key, offset)
        return Problem(
            message=message,
            path=self.collection.source.path,
            line=line,
            column=column,
            key=self._report.label(key),
            hint=hint,
            severity=severity,
        )

    def of_request(self, number: int) -> Iterator[Text]:
        """The texts of a request, assertions included."""
        request = self.collection.requests[number]
        key: KeyPath = ("request", number)
        yield Text((*key, "path"), "path", request.path)
        if request.body is not None and request.body.kind in ("json", "text"):
            yield Text((*key, request.body.kind), request.body.kind, request.body.text)
        if request.body is not None:
            yield from _entries((*key, "form"), request.body.form)
        yield from _shared(key, request)

    def of_answer(self, number: int) -> Iterator[Text]:
        """The lines that a request's answer is held against, those of `[defaults]` where it has none of its own."""
        request, defaults = self.collection.requests[number], self.collection.defaults
        key: KeyPath = ("request", number)
        yield from _asserts(key if request.asserts else ("defaults",), request.asserts or defaults.asserts)
        yield from _retry(key if request.retry else ("defaults",), request.retry or defaults.retry)

    def of_defaults(self) -> Iterator[Text]:
        """The texts of `[defaults]`."""
        yield from _shared(("defaults",), self.collection.defaults)

    def of_variables(self) -> Iterator[Text]:
        """The texts inside `[vars]` and `[env.NAME]`; no placeholder is filled in there."""
        yield from _inside(("vars",), "", self.collection.vars)
        for name, environment in self.collection.environments.items():
            yield from _inside(("env", name), "", environment.vars)

    def of_secrets(self) -> Iterator[Text]:
        """The arguments of `[secrets]`."""
        for name, reference in self.collection.secrets.items():
            key: KeyPath = ("secrets", name, reference.kind)
            arguments = reference.argument if isinstance(reference.argument, tuple) else (reference.argument,)
            yield from (Text(key, reference.kind, argument, template=False) for argument in arguments)


def _shared(key: KeyPath, part: SavedRequest | Defaults) -> Iterator[Text]:
    if part.service:
        yield Text((*key, "service"), "service", part.service)
    yield from _entries((*key, "query"), part.query)
    yield from _entries((*key, "headers"), part.headers)
    yield from _asserts(key, part.asserts)
    yield from _retry(key, part.retry)


def _asserts(key: KeyPath, lines: tuple[str, ...]) -> Iterator[Text]:
    for number, line in enumerate(lines):
        yield Text((*key, "assert", number), "assert", line)


def _retry(key: KeyPath, retry: Retry | None) -> Iterator[Text]:
    if retry is not None and retry.until:
        yield Text((*key, "retry", "until"), "until", retry.until)


def _entries(key: KeyPath, entries: tuple[Entry, ...]) -> Iterator[Text]:
    for entry in entries:
        yield Text((*key, entry.name), entry.name, entry.value, sent=not entry.off)


def _inside(key: KeyPath, name: str, value: Any) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(key, name, value, template=False)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _inside((*key, at), name, item)
    else:
        yield from _table(key, value)


def _table(key: KeyPath, value: Any) -> Iterator[Text]:
    table: Mapping[str, Any] = value if isinstance(value, dict) else {}
    for name, item in table.items():
        yield from _inside((*key, name), name, item)
