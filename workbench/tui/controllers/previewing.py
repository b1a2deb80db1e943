"""The Preview tab's value: the request prepared with what is known. Nothing is sent, read from secrets, or asked.

Secrets stand as their masks, so that looking at a request never needs trust, a key store or a prompt.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.model.errors import EnvelopeError, VariableError, WorkbenchError
from workbench.model.variables import Dynamic
from workbench.tui.controllers.variables import masked
from workbench.tui.panes.request_pane import Preview

if TYPE_CHECKING:
    from workbench.replay.session import Session
    from workbench.tui.controllers.aim import Aim
    from workbench.tui.controllers.sending import Order


def preview(session: Session, order: Order, aim: Aim) -> Preview:
    """The three layers of a request, or everything that stands in its way. May read its body file: a thread's work."""
    from workbench.replay.prepare import prepare
    from workbench.replay.preview import layers
    from workbench.replay.runner import NOWHERE

    scope = masked(session, order)
    problems = (f"{aim.problem}: {aim.hint}".strip(": "),) if aim.problem else ()
    dynamic = Dynamic(datetime.now(UTC), random.SystemRandom())
    try:
        prepared = prepare(order.collection, order.full, target=aim.target or NOWHERE, scope=scope, dynamic=dynamic)
    except VariableError as error:
        return Preview(missing=tuple(str(each) for each in error.missing), problems=problems)
    except EnvelopeError as error:
        return Preview(problems=(*problems, *error.problems))
    except WorkbenchError as error:
        return Preview(problems=(*problems, str(error)))
    shown = layers(prepared, session.redactor)
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
        hints=hints,
        problems=problems,
    )
