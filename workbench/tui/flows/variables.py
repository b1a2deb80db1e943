"""The variables window over the main screen: what it shows is worked out from the desk, what it changes goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.secrets import Secret
from workbench.tui.controllers.variables import Variable, variables_of
from workbench.tui.flows import picking
from workbench.tui.flows.sending import order_of
from workbench.tui.screens.variables import VariablesScreen

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


async def variables(desk: Desk) -> None:
    """Open the window for the request that is shown."""
    if order_of(desk, desk.ref) is None:
        desk.say("no request is selected: variables belong to a request's file", "warning")
        return
    await desk.ask(VariablesScreen(_Desk(desk), desk.app.screen))


class _Desk:
    """The desk as the window sees it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._path = desk.ref.path if desk.ref else ""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable of the request that is shown."""
        order = order_of(self._desk, self._desk.ref)
        if order is None:
            return ()
        revealed = self._desk.revealed.of(order) if self._desk.revealed else None
        return variables_of(self._desk.session, order, revealed)

    @property
    def environment(self) -> str:
        """The environment in use, and how many values are this session's."""
        typed = len(self._desk.overrides.of(self._path))
        name = self._desk.aim.environment.name if self._desk.aim.environment else "none"
        return f"{name} · {typed} of this session" if typed else name

    def override(self, name: str, text: str | None) -> None:
        """Give a name another value for this session; None takes it back."""
        file = self._desk.workspace.file(self._path)
        if text and file is not None and name in file.collection().secrets:
            self._desk.session.redactor.add(Secret(text, name))
        self._desk.overrides = self._desk.overrides.with_value(self._path, name, text)

    def undo(self) -> None:
        """Take back the last change."""
        self._desk.overrides = self._desk.overrides.undone(self._path)

    def copy(self, variable: Variable) -> None:
        """Put a value on the clipboard; of a secret that is not revealed, or of none, its placeholder."""
        masked = variable.state == "secret" and variable.shown == f"[redacted:{variable.name}]"
        if variable.layers and not masked:
            self._desk.copy(variable.shown, f"value of {variable.name}")
        else:
            self._desk.copy(f"{{{{{variable.name}}}}}", f"placeholder of {variable.name}, not a value")

    def show_secrets(self) -> None:
        """Show the secrets for a while, or hide them."""
        self._desk.start("reveal")

    async def choose_environment(self) -> None:
        """Let the user choose another environment."""
        await picking.environment(self._desk)
