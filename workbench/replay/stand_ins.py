"""A request made ready without reading a secret: a stand-in for each of them, and for each capture of other requests.

For what is written down and not sent, such as a copy of the request as a command: the stand-ins are secrets, so that
they are masked wherever they come out, and the places and forms in which they come out are those of the real values.
"""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import with_defaults
from workbench.model.profile import Profile
from workbench.model.secrets import Secret
from workbench.model.variables import Dynamic, names_used
from workbench.replay.prepare import Prepared, prepare
from workbench.replay.scope import base_scope, is_overridden
from workbench.replay.targeting import find_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import Collection, SavedRequest, Value
    from workbench.replay.session import Session


def stand_ins(names: Iterable[str]) -> dict[str, Secret]:
    """A stand-in for each name; its quote and its space show which encoding the place asks for."""
    return {name: Secret(f'" {secrets.token_hex(12)}', name) for name in names}


class WithStandIns(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is ready to be written down.

    `stand_ins` is what stands for values in it; with `reveal` just for those that nobody knows before a run.
    """

    prepared: Prepared
    profile: Profile
    stand_ins: tuple[Secret, ...]


async def prepare_with_stand_ins(
    session: Session,
    loaded: LoadedCollection,
    request: SavedRequest,
    *,
    environment: str | None = None,
    given: Mapping[str, Value] | None = None,
    reveal: bool = False,
) -> WithStandIns:
    """Make a request ready without the network; without `reveal` no secret is read either.

    Args:
        session: settings, flags and the process environment.
        loaded: the collection.
        request: one of its requests; the defaults are applied here.
        environment: the name of the `[env.NAME]` to use, or None.
        given: variables of `--var`.
        reveal: read the secrets that the request uses and put them in.

    Raises:
        VariableError: with every placeholder that has no value and that no request of the collection captures.
        SecretError: with `reveal`, secrets that cannot be read.
        WorkbenchError: of any kind that `prepare` raises.
    """
    collection = loaded.collection
    effective = with_defaults(collection, request)
    chosen = find_environment(collection, environment)
    known: dict[str, Secret] = {}
    scope = base_scope(collection, chosen, environ=session.environ, secrets=known, given=given)
    if reveal:
        used = {name for name in names_used(effective) if name in collection.secrets}
        known.update(await session.references.values(loaded, {name for name in used if not is_overridden(scope, name)}))
        made = stand_ins(_captured(collection, request) - scope.names())
    else:
        made = stand_ins(collection.secrets.keys() | (_captured(collection, request) - scope.names()))
    prepared = prepare(
        collection,
        effective,
        target=session.target(collection, chosen, effective),
        scope=scope.with_layer("stand-ins", made),
        dynamic=Dynamic(datetime.now(UTC), random.SystemRandom()),
    )
    profile = session.profile(collection, chosen)
    return WithStandIns(prepared=prepared, profile=profile, stand_ins=tuple(made.values()))


def _captured(collection: Collection, request: SavedRequest) -> set[str]:
    """What other requests of the collection keep."""
    return {capture.name for each in collection.requests if each.id != request.id for capture in each.captures}
