"""The Preview tab's value: the request prepared with what is known. Nothing is sent, read from secrets, or asked.

Secrets stand as their masks, so that looking at a request never needs trust, a key store or a prompt; those that the
user has asked to see come as values.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.model.errors import EnvelopeError, VariableError, WorkbenchError
from workbench.model.variables import Dynamic
from workbench.tui.controllers.variables import layered, masks
from workbench.tui.panes.request_pane import Preview

if TYPE_CHECKING:
    from workbench.model.request import Target
    from workbench.model.secrets import Redactor
    from workbench.model.variables import Scope
    from workbench.replay.prepare import Prepared
    from workbench.replay.session import Session
    from workbench.tui.controllers.aim import Aim
    from workbench.tui.controllers.revealing import Revealed
    from workbench.tui.controllers.sending import Order


def preview(session: Session, order: Order, aim: Aim, revealed: Revealed | None = None) -> Preview:
    """The three layers of a request, and everything that stands in its way. May read its body file: a thread's work.

    Where variables have no value, the layers have their placeholders. `revealed` are the secrets that may be shown.
    """
    values = revealed.of(order) if revealed else {}
    scope = layered(session, order, {**masks(order), **values})
    problems = (f"{aim.problem}: {aim.hint}".strip(": "),) if aim.problem else ()
    target = aim.target or _nowhere()
    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    missing: tuple[str, ...] = ()
    prepared: Prepared | None = None
    try:
        try:
            prepared = _prepared(order, target, scope, dynamic)
        except VariableError as error:
            missing = tuple(str(each) for each in error.missing)
            unfilled = {each.name: f"{{{{{each.name}}}}}" for each in error.missing}
            prepared = _prepared(order, target, scope.with_layer("unfilled", unfilled), dynamic)
    except VariableError:
        pass  # what cannot be a name is listed with the rest
    except EnvelopeError as error:
        problems = (*problems, *error.problems)
    except WorkbenchError as error:
        problems = (*problems, str(error))
    if prepared is None:
        return Preview(missing=missing, problems=problems)
    return _shown(prepared, None if values else session.redactor, order, missing, problems)


def _prepared(order: Order, target: Target, scope: Scope, dynamic: Dynamic) -> Prepared:
    from workbench.replay.prepare import prepare

    return prepare(order.collection, order.full, target=target, scope=scope, dynamic=dynamic)


def _nowhere() -> Target:
    from workbench.replay.runner import NOWHERE

    return NOWHERE


def _shown(
    prepared: Prepared,
    redactor: Redactor | None,
    order: Order,
    missing: tuple[str, ...],
    problems: tuple[str, ...],
) -> Preview:
    from workbench.replay.preview import layers

    shown = layers(prepared, redactor)
    hints = tuple(prepared.hints)
    used = sorted(name for name in order.collection.secrets if f"[redacted:{name}]" in shown.inner)
    if used:
        hints += (f"sizes count the masks of {', '.join(used)}, not their values",)
    return Preview(
        inner=shown.inner,
        envelope="" if prepared.request.target.route == "proxy" else shown.envelope,
        wire=shown.wire,
        inner_size=shown.inner_size,
        envelope_size=shown.envelope_size,
        wire_size=shown.wire_size,
        missing=missing,
        hints=hints,
        problems=problems,
    )
