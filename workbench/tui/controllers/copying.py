"""A request as a text to copy: curl, Python, TOML, MCP arguments. The formats are `interchange`'s; no widget here.

Secrets stay references unless they were revealed; nothing is sent, and unrevealed nothing is read either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import msgspec

from workbench.model.errors import CredentialError
from workbench.tui.controllers.aim import aimed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.interchange.masking import Copied, Masking
    from workbench.replay.session import Session
    from workbench.replay.stand_ins import WithStandIns
    from workbench.tui.controllers.sending import Order

Form: TypeAlias = Literal["curl", "curl-proxy", "httpx", "toml", "mcp"]
FORMS: tuple[Form, ...] = get_args(Form)

WORDS: Mapping[Form, tuple[str, str]] = {
    "curl": ("curl, invoke", "the call as this program sends it, for a shell"),
    "curl-proxy": ("curl, proxy", "the plain call through the proxy route, for a shell"),
    "httpx": ("Python", "an httpx client over InvokeTransport"),
    "toml": ("TOML", "the [[request]] table of a collection"),
    "mcp": ("MCP arguments", "JSON for the tool call_container_service"),
}
"""What each form is called, and what it is."""


async def copied(session: Session, order: Order, form: Form, *, revealed: bool) -> Copied:
    """The request in a form, and what to know before using it.

    Raises:
        WorkbenchError: it cannot be made ready: variables without a value, no service, secrets that cannot be read.
    """
    from workbench.interchange.masking import Masking
    from workbench.interchange.toml_out import toml_table

    references = order.collection.secrets
    if form == "toml":
        return toml_table(order.request, Masking(session.redactor, references=references, revealed=revealed))
    from workbench.model.secrets import Redactor
    from workbench.replay.stand_ins import prepare_with_stand_ins

    view = aimed(session, order.picks, order.loaded.path)
    ready = await prepare_with_stand_ins(
        view,
        msgspec.structs.replace(order.loaded, collection=order.collection),
        order.request,
        environment=order.chosen.name if order.chosen else None,
        given={**order.overrides.given, **order.captures, **order.overrides.of(order.loaded.path)},
        reveal=revealed,
    )
    masking = Masking(
        Redactor(ready.stand_ins) if revealed else session.redactor.including(ready.stand_ins),
        references=references,
        revealed=revealed,
    )
    if revealed:
        try:
            masking.credential = (await view.credential(ready.profile)).secret
        except CredentialError:
            masking.credential = None  # it stays the name of a variable
    return _written(form, ready, masking)


def _written(form: Form, ready: WithStandIns, masking: Masking) -> Copied:
    from workbench.interchange.curl_out import curl
    from workbench.interchange.httpx_out import httpx_code
    from workbench.interchange.mcp_out import mcp_arguments

    request, envelope = ready.prepared.request, ready.prepared.envelope
    if form == "httpx":
        return httpx_code(request, envelope, masking)
    if form == "mcp":
        return mcp_arguments(request, envelope, masking)
    return curl(request, envelope, masking, route="proxy" if form == "curl-proxy" else "invoke")
