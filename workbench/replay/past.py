"""A kept send once more: the same bytes, or its request with today's values; where it went, or somewhere else.

Prepares only, as `gather.single` does: sending is the caller's, and asking before an unsafe method as well.
"""

from __future__ import annotations

import copy
import random
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import Collection
from workbench.model.errors import CredentialError, WorkbenchError
from workbench.model.history import hidden_parts, refilled, resolved
from workbench.model.profile import is_loopback
from workbench.model.variables import Dynamic, Scope
from workbench.replay.gather import single
from workbench.replay.prepare import Prepared, prepare
from workbench.replay.targeting import Overrides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import SavedRequest, Value
    from workbench.model.envelope import Envelope
    from workbench.model.history import Record
    from workbench.model.profile import Profile
    from workbench.model.request import Target
    from workbench.model.secrets import Secret
    from workbench.replay.session import Session

_MASK = re.compile(r"\[redacted:([^\]]*)\]")


def aimed_again(session: Session, target: Target) -> Session:
    """The session as it goes where a send went, unless its own overrides say otherwise.

    The platform is the one with the same base URL: the profile of that name, else the one in use, else just that URL;
    a credential belongs to its origin, so none goes astray.
    """
    own = session.overrides
    view = copy.copy(session)
    view.overrides = Overrides(
        profile=own.profile or (None if own.base_url else _profile(session, target)),
        base_url=own.base_url or (None if own.profile or _profile(session, target) else target.base_url),
        team=own.team or target.team_name or target.team,
        service=own.service or target.service,
        route=own.route or target.route,
    )
    return view


def _profile(session: Session, target: Target) -> str | None:
    """The profile of the send, where it still is the same platform."""
    known = session.settings.profiles.get(target.profile)
    return target.profile if known is not None and known.base_url.rstrip("/") == target.base_url else None


async def same_bytes(session: Session, record: Record, loaded: LoadedCollection | None) -> tuple[Prepared, Profile]:
    """Exactly what was sent, for the session's target; parts that held secrets are filled in when they fit.

    Args:
        session: aimed at where it is to go (`aimed_again`).
        record: the send.
        loaded: its collection, where it is still there: it knows the secrets.

    Raises:
        WorkbenchError: it never came so far, or a part cannot be had again; nothing was sent.
    """
    if record.target is None:
        raise WorkbenchError("this send has no bytes: it was never put together", hint="send its request instead")
    target, profile = await ready_again(session, record.target)
    envelope, missing = refilled(record)
    if missing and loaded is not None:
        envelope, missing = refilled(record, secrets=await _secrets(session, record, loaded))
    if missing and loaded is not None:
        envelope, missing = refilled(record, fresh=await _fresh(session, record, loaded))
    if missing:
        raise WorkbenchError(
            f"the same bytes cannot be had again: what was not kept of {', '.join(missing)} (a secret, or too long) "
            "cannot be filled in",
            hint="replay it with the current variables instead",
        )
    return Prepared(request=resolved(record, envelope, target), envelope=envelope), profile


async def ready_again(session: Session, target: Target) -> tuple[Target, Profile]:
    """Where a send went, as the session's overrides have it now, checked before the call; and the profile it goes by.

    Raises:
        WorkbenchError: of the kinds of `Session.ready`; nothing was sent.
    """
    overrides, profile = session.overrides, session.profile()
    now = msgspec.structs.replace(
        target,
        base_url=profile.base_url.rstrip("/"),
        profile=profile.name,
        service=overrides.service or target.service,
        team=overrides.team,
        team_name=(target.team_name or target.team or "") if overrides.team in (target.team, target.team_name) else "",
        route=overrides.route or target.route,
        protected=profile.protected or target.protected,
    )
    try:
        return await session.ready(profile, now), profile
    except CredentialError as error:
        if _profile(session, now) is not None:
            raise
        raise _gone(target, now) from error


def _gone(target: Target, now: Target) -> CredentialError:
    """Why there is no credential for a send that none of the profiles made."""
    left = "a demo's or another local gateway may be gone: " if is_loopback(now.base_url) else ""
    named = f" by the profile {target.profile!r} of then" if target.profile else ""
    return CredentialError(
        f"this send went to {now.base_url}{named}; no profile goes there now, and there is no credential for it",
        hint=f"{left}replay it with the current variables, which sends it where its request goes now",
    )


async def _secrets(session: Session, record: Record, loaded: LoadedCollection) -> dict[str, Secret]:
    texts = [record.path, *(value for _, value in record.headers), (record.body or b"").decode("utf-8", "replace")]
    named = {name for text in texts for name in _MASK.findall(text)}
    return await session.references.values(loaded, named.intersection(loaded.collection.secrets))


async def _fresh(session: Session, record: Record, loaded: LoadedCollection) -> Envelope | None:
    request = _request(record, loaded)
    if request is None:
        return None
    try:
        prepared, _ = await single(session, loaded, request, environment=environment_of(record, loaded), online=False)
    except WorkbenchError:
        return None  # the parts stay missing, and the caller says so
    return prepared.envelope


def environment_of(record: Record, loaded: LoadedCollection) -> str | None:
    """The environment of the send, where the collection still has it."""
    return record.environment if record.environment in loaded.collection.environments else None


def _request(record: Record, loaded: LoadedCollection | None) -> SavedRequest | None:
    """The request as it stood then; with a literal secret in it, as it stands now."""
    if record.template is not None and not record.template_masked:
        return record.template
    return loaded.collection.find(record.id) if loaded is not None else None


async def current_values(
    session: Session,
    record: Record,
    loaded: LoadedCollection | None,
    *,
    environment: str | None = None,
    given: Mapping[str, Value] | None = None,
) -> tuple[Prepared, Profile]:
    """The request of a send with today's variables and secrets.

    Raises:
        WorkbenchError: of any kind that preparing a request has; nothing was sent.
    """
    request = _request(record, loaded)
    if request is None:
        why = (
            f"{', '.join(hidden_parts(record)) or 'its request'} held a secret" if record.template else "it is not kept"
        )
        raise WorkbenchError(
            f"the request of this send cannot be used: {why}, and {record.file or 'its collection'} does not have "
            f"{record.id!r} any more",
            hint="replay its exact bytes instead",
        )
    if loaded is not None:
        return await single(
            session, loaded, request, environment=environment or environment_of(record, loaded), given=given
        )
    profile = session.profile()
    target = await session.ready(profile, session.target(request=request))
    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    scope = Scope().with_layer("--var", dict(given)) if given else Scope()
    return prepare(Collection(), request, target=target, scope=scope, dynamic=dynamic), profile
