"""The variables of one request: each layer that has a value for a name, and where it stands. No widget is known here.

`scope_of` reads the secrets that a send needs. All else takes masks in their place, so that looking at variables never
needs trust, a key store or a prompt; and everything shown went through the session's redactor.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from workbench.model.secrets import Secret, reveal
from workbench.model.variables import Scope, fields, names_used, placeholders, text_of
from workbench.tui.widgets.templates import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.model.collection import Collection, SavedRequest, SecretRef
    from workbench.replay.session import Session
    from workbench.tui.controllers.sending import Order
    from workbench.tui.widgets.templates import State

SESSION = "session"
"""The layer of what was typed in the app."""

_ABOVE_SECRETS = ("environment", "--var", "captures", SESSION)


@dataclass(frozen=True)
class Layer:
    """One layer's value of a variable.

    Attributes:
        name: the layer's, as FORMAT.md orders them.
        shown: the value, secrets masked.
        source: where it stands: a line of a file, a name of the process environment, a request.
    """

    name: str
    shown: str
    source: str


@dataclass(frozen=True)
class Variable:
    """One name.

    Attributes:
        name: between the braces.
        state: whether it has a value that may be shown.
        layers: those that have it, the one that holds first.
        used: where the request uses it first; empty where it does not.
        promised: which requests will capture it, for a name without a value.
    """

    name: str
    state: State
    layers: tuple[Layer, ...] = ()
    used: str = ""
    promised: str = ""

    @property
    def shown(self) -> str:
        """The value that holds; empty where there is none."""
        return self.layers[0].shown if self.layers else ""

    @property
    def overridden(self) -> bool:
        """Whether a value typed in the app holds."""
        return bool(self.layers) and self.layers[0].name == SESSION


def secrets_used(collection: Collection, requests: Iterable[SavedRequest]) -> set[str]:
    """The names of the collection's secrets that these requests use."""
    used = {name for request in requests for _, text in fields(request) for name in placeholders(text)}
    return used.intersection(collection.secrets)


def layered(session: Session, order: Order, secrets: Mapping[str, Secret]) -> Scope:
    """Every layer of one request, with these secrets."""
    from workbench.replay.scope import base_scope

    given = order.overrides.given
    scope = base_scope(order.collection, order.chosen, environ=session.environ, secrets=secrets, given=given)
    scope = scope.with_layer("captures", order.captures) if order.captures else scope
    typed = order.overrides.of(order.loaded.path)
    return scope.with_layer(SESSION, typed) if typed else scope


def masks(order: Order) -> dict[str, Secret]:
    """A mask for each secret of the collection: nothing is read, nothing asked."""
    return {name: Secret(f"[redacted:{name}]", name) for name in order.collection.secrets}


def secrets_to_read(session: Session, order: Order) -> set[str]:
    """The secrets that a request uses and no layer above them gives a value."""
    without = layered(session, order, {})
    used = secrets_used(order.collection, [order.full])
    return {name for name in used if (found := without.lookup(name)) is None or found[1] not in _ABOVE_SECRETS}


async def scope_of(session: Session, order: Order) -> Scope:
    """Every layer of variables for one request, with just those secrets read that it uses and nothing overrides.

    Raises:
        SecretError: secrets that could not be read.
    """
    to_read = secrets_to_read(session, order)
    overridden = secrets_used(order.collection, [order.full]) - to_read
    secrets = await session.references.values(order.loaded, to_read)
    if overridden:
        without = layered(session, order, {})
        secrets.update({name: session.references.out_of(without, name) for name in overridden})
    return layered(session, order, secrets)


def names_of(session: Session, order: Order) -> dict[str, Known]:
    """What editors paint and complete with: every name that has a value, or will have one."""
    scope = layered(session, order, masks(order))
    names = {name: Known("", f"captured by {ids}", "missing") for name, ids in _captured_by(order.collection).items()}
    for name in scope.names():
        found = scope.lookup(name)
        if found is not None:
            names[name] = Known(_shown(session, name, found[0]), found[1], _state(scope, name))
    return names


def variables_of(session: Session, order: Order, revealed: Mapping[str, Secret] | None = None) -> tuple[Variable, ...]:
    """Every variable of a request: those that have a value, those it uses without one, those that will be captured.

    `revealed` are the values of secrets that may be shown.
    """
    scope = layered(session, order, masks(order))
    shown = revealed or {}
    used = names_used(order.full)
    promised = _captured_by(order.collection)
    names = {*scope.names(), *used, *promised}
    return tuple(
        Variable(
            name=name,
            state=_state(scope, name),
            layers=tuple(_layers(session, order, scope, name, shown.get(name))),
            used=used.get(name, ""),
            promised=f"captured by {promised[name]}" if name in promised else "",
        )
        for name in sorted(names, key=lambda name: (name.casefold(), name))
    )


def _captured_by(collection: Collection) -> dict[str, str]:
    """Which requests capture a name."""
    found: dict[str, list[str]] = {}
    for request in collection.requests:
        for capture in request.captures:
            found.setdefault(capture.name, []).append(request.id)
    return {name: ", ".join(ids) for name, ids in found.items()}


def _state(scope: Scope, name: str) -> State:
    found = scope.lookup(name)
    if found is None:
        return "missing"
    return "secret" if isinstance(found[0], Secret) else "resolved"


def _layers(session: Session, order: Order, scope: Scope, name: str, revealed: Secret | None) -> Iterable[Layer]:
    """The layers that have a name, the one that holds first; just that one may show a secret."""
    secret = _state(scope, name) == "secret"
    for layer, values in reversed(scope.layers):
        if name in values:
            hidden = f"[redacted:{name}]" if revealed is None else reveal(revealed)
            revealed = None
            shown = hidden if secret else _shown(session, name, values[name])
            yield Layer(layer, shown, _source(session, order, layer, name))


def _shown(session: Session, name: str, value: Any) -> str:
    return f"[redacted:{name}]" if isinstance(value, Secret) else session.redactor.redact(text_of(value))


def _source(session: Session, order: Order, layer: str, name: str) -> str:
    if layer in ("vars", "secrets"):
        reference = order.collection.secrets.get(name) if layer == "secrets" else None
        return " · ".join(filter(None, [_reference(reference), _place(order, (layer, name))]))
    if order.chosen is not None and layer == f"env {order.chosen.name}":
        return _place(order, ("env", order.chosen.name, name))
    if layer == "environment":
        from workbench.replay.scope import process_name

        return process_name(session.environ, name)
    if layer == "captures":
        requests = _captured_by(order.collection).get(name)
        return f"an answer to {requests}" if requests else "an earlier answer"
    return "typed here, until the program ends" if layer == SESSION else "the command line"


def _place(order: Order, key: tuple[str, ...]) -> str:
    """The line of the file; or the personal file, where its value holds."""
    path = PurePath(order.loaded.path)
    written, merged = order.loaded.written, order.loaded.collection
    if key[0] == "env":
        before, after = written.environments.get(key[1]), merged.environments.get(key[1])
        mine = (before.vars.get(key[2]) if before else None) != (after.vars.get(key[2]) if after else None)
    else:
        mine = key[0] == "vars" and written.vars.get(key[1]) != merged.vars.get(key[1])
    if mine:
        return f"{path.stem}.local{path.suffix}"
    line = order.collection.source.lines.get(key, 0)
    return f"{path.name}:{line}" if line else path.name


def _reference(reference: SecretRef | None) -> str:
    if reference is None:
        return ""
    argument = reference.argument
    return f"{reference.kind} {argument if isinstance(argument, str) else ' '.join(argument)}"
