"""Secrets that the user has asked to see: which ones, for how long, and the request's values with them. No widget here.

Nothing is revealed by itself: `flows.revealing` asks first, and hides everything again after `SECONDS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.model.secrets import Secret
from workbench.tui.controllers.variables import scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.replay.session import Session
    from workbench.tui.controllers.sending import Order

SECONDS = 30.0
"""How long secrets are shown."""


@dataclass(frozen=True, eq=False)
class Revealed:
    """What is shown now.

    Attributes:
        path: the collection whose secrets they are.
        values: by the name of the variable.
    """

    path: str
    values: Mapping[str, Secret] = field(default_factory=dict)

    def of(self, order: Order) -> Mapping[str, Secret]:
        """The values that may be shown for a request; none where they are another collection's."""
        return self.values if self.path == order.loaded.path else {}


async def read(session: Session, order: Order) -> Revealed:
    """The secrets that a request uses.

    Raises:
        SecretError: secrets that cannot be read.
    """
    scope = await scope_of(session, order)
    found = {name: scope.lookup(name) for name in scope.names()}
    values = {name: each[0] for name, each in found.items() if each is not None and isinstance(each[0], Secret)}
    return Revealed(order.loaded.path, values)
