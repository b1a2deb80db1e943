"""From loaded collections to work that can start: everything that can be wrong is found here, before the first call.

Targets, teams, credentials, secrets, undefined variables, the platform's rules and missing body files are all checked,
and all problems of all collections come in one error: nothing is sent unless everything could be (CLI.md, exit code 2).
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbench.files.lint.named_files import unreadable_files
from workbench.files.lint.texts import Texts
from workbench.model.collection import with_defaults
from workbench.model.errors import (
    CollectionError,
    EnvelopeError,
    FileError,
    Problem,
    SecretError,
    TargetError,
    WorkbenchError,
)
from workbench.model.secrets import Secret
from workbench.model.variables import Dynamic, Renderer
from workbench.replay.plan import Plan, Selection, Step, make_plan, names_in
from workbench.replay.prepare import Prepared, prepare
from workbench.replay.runner import Work
from workbench.replay.scope import base_scope, is_overridden
from workbench.replay.targeting import find_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import Environment, SavedRequest, Value
    from workbench.model.profile import Profile
    from workbench.model.request import Target
    from workbench.model.variables import Scope
    from workbench.replay.session import Session


async def gather(
    session: Session,
    loaded: Sequence[LoadedCollection],
    *,
    selection: Selection,
    environment: str | None = None,
    given: Mapping[str, Value] | None = None,
    row: Mapping[str, Value] | None = None,
    row_number: int | None = None,
    online: bool = True,
) -> list[Work]:
    """The work of several collections; those of which nothing is selected are left out.

    Args:
        session: the way to the platform.
        loaded: the collections, in the order in which they run.
        selection: which requests.
        environment: the name of the `[env.NAME]` to use, or None.
        given: variables of `--var`.
        row: one row of data.
        row_number: its number, from 1.
        online: look up the credential and the team's id; without, only files and the process environment are read.

    Raises:
        CollectionError: with every problem of every collection, also where it is not clear where requests go.
        SecretError: secrets that cannot be read, of every collection.
        CredentialError: nothing may go there.
        PlatformError: a team's name had to be looked up and could not.
    """
    works: list[Work] = []
    problems: list[Problem] = []
    secret_problems: list[Problem] = []
    for each in loaded:
        plan = make_plan(each.collection, selection)
        if not plan.steps:
            continue
        try:
            work = await _work(
                session, each, plan, environment=environment, given=given, row=row, row_number=row_number
            )
        except SecretError as error:
            secret_problems.extend(error.problems)
        except CollectionError as error:
            problems.extend(error.problems)
        except TargetError as error:
            problems.append(Problem(path=each.path, message=error.message, hint=error.hint))
        else:
            works.append(work)
    if problems:
        raise CollectionError([*problems, *secret_problems])
    if secret_problems:
        raise SecretError(secret_problems)
    return await _with_teams(session, works) if online else works


async def single(
    session: Session,
    loaded: LoadedCollection,
    request: SavedRequest,
    *,
    environment: str | None = None,
    given: Mapping[str, Value] | None = None,
    body: bytes | None = None,
    online: bool = True,
) -> tuple[Prepared, Profile]:
    """One request of a collection, ready to go, and the profile it goes by.

    Args:
        session: the way to the platform.
        loaded: the collection.
        request: one of its requests, possibly edited; the defaults are applied here.
        environment: the name of the `[env.NAME]` to use, or None.
        given: variables that win over the collection's, captures of earlier calls among them.
        body: exact bytes to send in place of the request's own body.
        online: look up the credential and the team's id as well.

    Raises:
        WorkbenchError: of any kind that `gather` and `prepare` raise; nothing was sent.
    """
    collection = loaded.collection
    effective = with_defaults(collection, request)
    if body is not None:
        effective = msgspec.structs.replace(effective, body=None)
    step = Step(
        index=max(collection.index(request.id), 0),
        request=effective,
        line=collection.line(request.id),
        placeholders=names_in(effective),
    )
    plan = Plan(collection=collection, steps=(step,))
    chosen = find_environment(collection, environment)
    profile = session.profile(collection, chosen)
    problems, scope = await _scope(session, loaded, plan, chosen, given=given, row=None)
    if problems:
        raise CollectionError(problems)
    target = session.target(collection, chosen, effective)
    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    try:
        prepared = prepare(collection, effective, target=target, scope=scope, dynamic=dynamic, body=body)
    except (EnvelopeError, FileError) as error:
        raise CollectionError([_problem(plan, step, error)]) from error
    return prepared.at(await session.ready(profile, target)) if online else prepared, profile


async def _work(
    session: Session,
    loaded: LoadedCollection,
    plan: Plan,
    *,
    environment: str | None,
    given: Mapping[str, Value] | None,
    row: Mapping[str, Value] | None,
    row_number: int | None,
) -> Work:
    """The work of one collection as far as it can be known without the network."""
    collection = loaded.collection
    chosen = find_environment(collection, environment)
    profile = session.profile(collection, chosen)
    problems, scope = await _scope(session, loaded, plan, chosen, given=given, row=row)
    targets, nowhere = _targets(session, plan, chosen)
    if problems or nowhere:
        raise CollectionError([*problems, *nowhere])
    static, refused = _static(plan, targets, scope)
    if refused:
        raise CollectionError(refused)
    return Work(plan=plan, profile=profile, targets=targets, scope=scope, row=row_number, static=static)


async def _with_teams(session: Session, works: Sequence[Work]) -> list[Work]:
    """The same work with the ids of its teams and a credential for every platform: the one part that may ask there."""
    ready: list[Work] = []
    problems: list[Problem] = []
    for work in works:
        try:
            targets = {name: await session.ready(work.profile, target) for name, target in work.targets.items()}
        except TargetError as error:
            problems.append(Problem(path=work.plan.collection.source.path, message=error.message, hint=error.hint))
            continue
        static = {name: prepared.at(targets[name]) for name, prepared in work.static.items()}
        ready.append(msgspec.structs.replace(work, targets=targets, static=static))
    if problems:
        raise CollectionError(problems)
    return ready


async def _scope(
    session: Session,
    loaded: LoadedCollection,
    plan: Plan,
    environment: Environment | None,
    *,
    given: Mapping[str, Value] | None,
    row: Mapping[str, Value] | None,
) -> tuple[list[Problem], Scope]:
    """The layers of a plan, with just those secrets read that it uses and nothing overrides."""
    collection = loaded.collection
    without = base_scope(collection, environment, environ=session.environ, secrets={}, row=row, given=given)
    used = plan.secrets_used()
    problems = plan.problems(without, used)
    overridden = {name for name in used if is_overridden(without, name)}
    secrets = await session.references.values(loaded, used - overridden)
    secrets.update({name: session.references.out_of(without, name) for name in overridden})
    return problems, base_scope(collection, environment, environ=session.environ, secrets=secrets, row=row, given=given)


def _targets(session: Session, plan: Plan, environment: Environment | None) -> tuple[dict[str, Target], list[Problem]]:
    """Where each request goes, by id, and those of which that is not clear."""
    targets: dict[str, Target] = {}
    problems: list[Problem] = []
    for step in plan.steps:
        if step.request.skip:
            continue
        try:
            targets[step.request.id] = session.target(plan.collection, environment, step.request)
        except TargetError as error:
            problems.append(_problem(plan, step, error))
    return targets, problems


def _static(plan: Plan, targets: Mapping[str, Target], scope: Scope) -> tuple[dict[str, Prepared], list[Problem]]:
    """The requests that are the same at every call, prepared once; and whatever keeps a request from being sent."""
    static: dict[str, Prepared] = {}
    problems: list[Problem] = []
    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    texts = Texts(plan.collection)
    for step in plan.steps:
        files = list(unreadable_files(texts, step.index, fill=lambda line: _filled(line, scope, dynamic)))
        problems.extend(files)
        if step.request.skip or step.captured or files:
            continue
        try:
            prepared = prepare(
                plan.collection, step.request, target=targets[step.request.id], scope=scope, dynamic=dynamic
            )
        except CollectionError as error:
            problems.extend(error.problems)
        except WorkbenchError as error:
            problems.append(_problem(plan, step, error))
        else:
            if not _has_dynamic(step):
                static[step.request.id] = prepared
    return static, list(dict.fromkeys(problems))


def _filled(line: str, scope: Scope, dynamic: Dynamic) -> str | None:
    """An assertion with its placeholders filled in; None where one is a capture, without a value yet, or a secret."""
    renderer = Renderer(scope, dynamic)
    text = renderer.render(line, "assert", json_body=True)
    return None if renderer.missing or isinstance(text, Secret) else text


def _has_dynamic(step: Step) -> bool:
    own = {capture.name for capture in step.request.captures}
    return any(name.startswith("$") or name in own for _, name in step.placeholders)


def _problem(plan: Plan, step: Step, error: WorkbenchError) -> Problem:
    line, key = step.line, step.request.id
    if isinstance(error, FileError):
        line, key = plan.collection.source.line("request", step.index, "file"), f"{key}.file"
    return Problem(path=plan.collection.source.path, line=line, key=key, message=error.message, hint=error.hint)
