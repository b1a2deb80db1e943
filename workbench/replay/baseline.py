"""Record answers, compare a run with what was recorded, compare two targets: what differs becomes part of the Exchange.

A comparison never touches the calls. What `snapshot.ignore`, `--ignore` and the volatile headers name does not count;
secrets are masked on both sides before they are compared.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from workbench.files.recordings import encode_recording, read_recording, recording_path, write_recording
from workbench.model.compare import Rules, differences, rules, snapshot
from workbench.model.difference import Difference
from workbench.model.errors import CollectionError, FileError, Problem
from workbench.model.exchange import AssertionResult
from workbench.model.secrets import reveal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from workbench.model.collection import Collection
    from workbench.model.compare import Snapshot
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
    from workbench.replay.plan import Step
    from workbench.replay.runner import Work

MOST = 200
"""Differences of one request that are kept; a body that is all different shows as many."""


class RuleBook:
    """What does not count, for each request of a run.

    Args:
        works: every collection of the run.
        ignore: entries of `--ignore`, which hold for every request.
        any_order: arrays may come in any order.

    Raises:
        CollectionError: with one problem for each entry of `snapshot.ignore` that is not one.
        ValueError: an entry of `ignore` is not one.
    """

    def __init__(self, works: Iterable[Work], ignore: Sequence[str] = (), *, any_order: bool = False) -> None:
        rules(ignore)
        self._rules: dict[tuple[str, str], Rules] = {}
        problems: list[Problem] = []
        made: dict[tuple[str, ...], Rules] = {}
        for work in works:
            path = work.plan.collection.source.path
            for step in work.plan.steps:
                own = step.request.snapshot_ignore
                wrong = [] if own in made else list(_wrong(work.plan.collection, step))
                problems += wrong
                if not wrong:
                    if own not in made:
                        made[own] = rules((*own, *ignore), any_order=any_order)
                    self._rules[path, step.request.id] = made[own]
        if problems:
            raise CollectionError(problems)

    def of(self, exchange: Exchange) -> Rules:
        """The rules of a request."""
        return self._rules.get((exchange.file, exchange.id)) or Rules()


def _wrong(collection: Collection, step: Step) -> Iterable[Problem]:
    """What is wrong with the entries of a request's `snapshot.ignore`."""
    for number, entry in enumerate(step.request.snapshot_ignore):
        try:
            rules([entry])
        except ValueError as error:
            yield Problem(
                path=collection.source.path,
                line=collection.source.line("request", step.index, "snapshot", "ignore", number),
                key=f"{step.request.id}.snapshot.ignore",
                message=str(error),
            )


class Baseline:
    """A folder of recordings: writes what came (`record`), compares it with what is there (`compare`), or both.

    Attributes:
        written: recordings written. lost: why some were not; each is also said through `complain`.
    """

    def __init__(
        self,
        book: RuleBook,
        redactor: Redactor,
        complain: Callable[[FileError], object],
        *,
        record: Path | None = None,
        compare: Path | None = None,
        update: bool = False,
    ) -> None:
        self.written = 0
        self.lost = 0
        self._book = book
        self._redactor = redactor
        self._complain = complain
        self._record = record
        self._compare = compare
        self._update = update

    def take(self, exchange: Exchange) -> Exchange:
        """The Exchange with what differs in it; a request without an answer is neither compared nor recorded."""
        if exchange.response is None:
            return exchange
        answer = snapshot(exchange.response, self._redactor)
        if self._compare is not None:
            exchange = self._compared(exchange, answer, self._compare)
        if self._record is not None:
            self._write(exchange, answer, self._record)
        return exchange

    def _compared(self, exchange: Exchange, answer: Snapshot, folder: Path) -> Exchange:
        path = recording_path(folder, exchange.file, exchange.id, exchange.row)
        try:
            before = read_recording(path)
        except FileError as error:
            if not self._update:
                return _failed(exchange, error.message)
            before = None
        if before is None:
            if self._update:
                self._write(exchange, answer, folder)
                return exchange
            return _failed(exchange, f"there is no recording {path}: make one with --record or --update")
        found = tuple(islice(differences(before, answer, self._book.of(exchange)), MOST))
        if found and self._update:
            self._write(exchange, answer, folder)
            return msgspec.structs.replace(exchange, differences=found)
        return _with_differences(exchange, found)

    def _write(self, exchange: Exchange, answer: Snapshot, folder: Path) -> None:
        path = recording_path(folder, exchange.file, exchange.id, exchange.row)
        plain = Rules()
        kept = tuple((name, value) for name, value in answer.headers if plain.counts(name))
        sent = self._redactor.redact(reveal(exchange.request.path) if exchange.request else exchange.path)
        answer = msgspec.structs.replace(answer, headers=kept)
        try:
            write_recording(path, encode_recording(answer, exchange.method, sent, self._redactor))
        except FileError as error:
            self.lost += 1
            self._complain(error)
        else:
            self.written += 1


def paired(exchange: Exchange, other: Exchange, book: RuleBook, redactor: Redactor, name: str) -> Exchange:
    """One Exchange of the same request on two targets; `other` came from the one called `name`.

    Where the other target gave no usable answer, that is the outcome; where an assertion held on the first alone, that
    is a difference.
    """
    exchange = msgspec.structs.replace(exchange, other=other, compared_with=name)
    if exchange.response is not None and other.error is not None:
        failure = msgspec.structs.replace(other.error, message=f"{name}: {other.error.message}")
        return msgspec.structs.replace(exchange, outcome="error", error=failure)
    if exchange.response is None or other.response is None:
        if other.skipped and exchange.outcome == "passed":
            return _with_differences(
                exchange, (Difference("outcome", "changed", "passed", f"skipped: {other.skipped}"),)
            )
        return exchange
    answers = snapshot(exchange.response, redactor), snapshot(other.response, redactor)
    found = tuple(islice(differences(*answers, book.of(exchange)), MOST))
    return _with_differences(exchange, (*_assertions(exchange, other, redactor), *found))


def _assertions(exchange: Exchange, other: Exchange, redactor: Redactor) -> Iterable[Difference]:
    for one, two in zip(exchange.assertions, other.assertions, strict=False):
        if one.ok != two.ok:
            yield Difference(f"assert {redactor.redact(one.text)}", "changed", _held(one), _held(two))


def _held(result: AssertionResult) -> str:
    return "holds" if result.ok else "fails"


def _with_differences(exchange: Exchange, found: tuple[Difference, ...]) -> Exchange:
    if not found:
        return exchange
    outcome = "failed" if exchange.outcome == "passed" else exchange.outcome
    return msgspec.structs.replace(exchange, outcome=outcome, differences=found)


def _failed(exchange: Exchange, message: str) -> Exchange:
    result = AssertionResult(text="a recording", line=exchange.line, ok=False, found=False, message=message)
    outcome = "failed" if exchange.outcome == "passed" else exchange.outcome
    return msgspec.structs.replace(exchange, outcome=outcome, assertions=(*exchange.assertions, result))
