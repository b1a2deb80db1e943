"""What runs, in which order, and what waits for what.

A plan is made once per collection, before anything is sent: it selects requests, pulls in what they need, knows whose
captures each one uses, and lists every name that would have no value (`Plan.problems`). Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import UNSAFE_METHODS, Collection, SavedRequest, with_defaults
from workbench.model.errors import Problem
from workbench.model.variables import fields, placeholders

if TYPE_CHECKING:
    from collections.abc import Collection as Names
    from collections.abc import Iterable, Sequence

    from workbench.model.variables import Scope


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests of a collection run; empty tuples select everything.

    Attributes:
        named: the ids of those collections that are not meant as a whole, by path.
        only: ids.
        tags, skip_tags: a request runs when it has one of the first and none of the second.
        failed: (path, id) of those that failed last time; None for all.
        shard: (I, N), part I of N from 1; requests that belong together stay together.
    """

    named: Mapping[str, frozenset[str]] = {}
    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    failed: frozenset[tuple[str, str]] | None = None
    shard: tuple[int, int] | None = None

    def takes(self, collection: Collection, request: SavedRequest) -> bool:
        """Whether a request is selected by itself; a collection's tags are tags of each of its requests."""
        tags = {*collection.tags, *request.tags}
        if self.only and request.id not in self.only:
            return False
        if request.id not in self.named.get(collection.source.path, (request.id,)):
            return False
        if self.failed is not None and (collection.source.path, request.id) not in self.failed:
            return False
        if self.tags and not tags.intersection(self.tags):
            return False
        return not tags.intersection(self.skip_tags)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a plan.

    Attributes:
        index: its position in the file, from 0.
        request: with the collection's defaults applied.
        requires: ids that must have passed, or it is skipped with that reason.
        after: ids that must be over, however they went.
        captured: variable → id of the request that captures it.
        placeholders: where each one stands and what is between its braces, as `names_in` finds them.
        pulled_in: it was not selected itself but is needed by one that was.
    """

    index: int
    request: SavedRequest
    line: int
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    captured: dict[str, str] = {}
    placeholders: tuple[tuple[str, str], ...] = ()
    pulled_in: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of one collection in file order."""

    collection: Collection
    steps: tuple[Step, ...]

    def problems(self, scope: Scope, secrets: Names[str]) -> list[Problem]:
        """What keeps the plan from running: a placeholder that nothing fills, a need that comes too late."""
        undefined = [problem for step in self.steps for problem in _undefined(self.collection, step, scope, secrets)]
        return [*_needed_too_late(self), *undefined]

    def secrets_used(self) -> set[str]:
        """The names of the collection's secrets that the plan's requests use."""
        used = {name for step in self.steps for _, name in step.placeholders}
        return used.intersection(self.collection.secrets)


def make_plan(collection: Collection, selection: Selection = Selection()) -> Plan:  # noqa: B008 - frozen, so one default serves all
    """Select requests, pull in what they need, and find what each one waits for."""
    every = [with_defaults(collection, request) for request in collection.requests]
    found = [names_in(request) for request in every]
    sources = list(_sources(every, found))
    relations = {
        request.id: tuple(dict.fromkeys([*request.needs, *sources[at].values()])) for at, request in enumerate(every)
    }
    wanted = {request.id for request in every if selection.takes(collection, request)}
    if selection.shard is not None:
        wanted &= _in_shard(collection, relations, *selection.shard)
    selected = _with_needs(wanted, relations)
    steps: list[Step] = []
    for at, request in enumerate(every):
        if request.id not in selected:
            continue
        steps.append(
            Step(
                index=at,
                request=request,
                line=collection.source.line("request", at),
                requires=relations[request.id],
                after=_after(request, steps, relations, parallel=collection.parallel),
                captured=sources[at],
                placeholders=found[at],
                pulled_in=request.id not in wanted,
            )
        )
    return Plan(collection=collection, steps=tuple(steps))


def names_in(request: SavedRequest) -> tuple[tuple[str, str], ...]:
    """Every placeholder of a request: where it stands, and what is between its braces."""
    return tuple((where, name) for where, text in fields(request) for name in placeholders(text))


def _sources(
    requests: Sequence[SavedRequest], found: Sequence[tuple[tuple[str, str], ...]]
) -> Iterable[dict[str, str]]:
    """For each request: the captures it uses, and the nearest request above that makes each."""
    makers: dict[str, str] = {}
    for request, names in zip(requests, found, strict=True):
        used = {name for _, name in names} | _variables_read(request)
        yield {name: makers[name] for name in used if name in makers}
        makers.update((capture.name, request.id) for capture in request.captures)


def _variables_read(request: SavedRequest) -> set[str]:
    """Names that the assertions read with `var "name"`."""
    lines = [*request.asserts, *([request.retry.until] if request.retry and request.retry.until else [])]
    return {name for line in lines for name in _var_names(line)}


def _var_names(line: str) -> Iterable[str]:
    if not line.lstrip().startswith("var"):
        return ()
    rest = line.lstrip()[3:].lstrip()
    return (rest[1:].split('"', 1)[0],) if rest.startswith('"') else ()


def _in_shard(collection: Collection, relations: dict[str, tuple[str, ...]], part: int, parts: int) -> set[str]:
    """The ids of one shard: whole chains, dealt out by a hash of the file's name and the chain's first id."""
    chain: dict[str, str] = {}
    for request_id, needed in relations.items():
        roots = {chain[each] for each in needed if each in chain} or {request_id}
        root = min(roots)
        chain[request_id] = root
        for each, other in chain.items():
            if other in roots:
                chain[each] = root
    name = PurePath(collection.source.path).name
    return {
        request_id
        for request_id, root in chain.items()
        if int.from_bytes(hashlib.sha256(f"{name}#{root}".encode()).digest()[:8]) % parts == part - 1
    }


def _with_needs(wanted: set[str], relations: dict[str, tuple[str, ...]]) -> set[str]:
    selected: set[str] = set()
    todo = list(wanted)
    while todo:
        request_id = todo.pop()
        if request_id not in selected:
            selected.add(request_id)
            todo.extend(relations.get(request_id, ()))
    return selected


def _after(
    request: SavedRequest, earlier: Sequence[Step], relations: dict[str, tuple[str, ...]], *, parallel: bool
) -> tuple[str, ...]:
    """What a request waits for without needing it: CLI.md's rule for unsafe methods, and teardown after all else."""
    if request.always:
        return tuple(step.request.id for step in earlier)
    if parallel or request.method not in UNSAFE_METHODS or relations[request.id]:
        return ()
    for step in reversed(earlier):
        if step.request.method in UNSAFE_METHODS and not relations[step.request.id]:
            return (step.request.id,)
    return ()


def _needed_too_late(plan: Plan) -> Iterable[Problem]:
    """A request runs in file order, so it cannot need one that stands below it."""
    place = {step.request.id: step.index for step in plan.steps}
    for step in plan.steps:
        for needed in step.request.needs:
            if place.get(needed, -1) >= step.index:
                yield Problem(
                    path=plan.collection.source.path,
                    line=plan.collection.source.line("request", step.index, "needs"),
                    key=f"{step.request.id}.needs",
                    message=f"{needed!r} does not stand above it",
                    hint=f"requests run in file order: move {needed!r} up",
                )


def _undefined(collection: Collection, step: Step, scope: Scope, secrets: Names[str]) -> Iterable[Problem]:
    captured_here = {capture.name for capture in step.request.captures}
    for where, name in dict.fromkeys(step.placeholders):
        known = name.startswith("$") or name in secrets or name in step.captured or scope.lookup(name) is not None
        after_the_answer = name in captured_here and where.startswith(("assert", "retry"))
        if not known and not after_the_answer:
            yield Problem(
                path=collection.source.path,
                line=collection.source.line("request", step.index, *_key(where)),
                key=f"{step.request.id}.{where}",
                message=f"no value for {{{{{name}}}}}",
                hint=f"set it in [vars] or [env.NAME], give --var {name}=VALUE, capture it in an earlier request, "
                "or write \\{{ for a literal {{",
            )


def _key(where: str) -> tuple[str | int, ...]:
    """The key path of a place as `variables.fields` names it."""
    if where.startswith("assert "):
        return ("assert", int(where.removeprefix("assert ")) - 1)
    head, _, rest = where.partition(".")
    return (head, rest) if rest else (head,)
