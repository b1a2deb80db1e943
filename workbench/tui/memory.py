"""What the app remembers between runs: theme and layout, in the state folder. Losing it costs a convenience."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Memory:
    """Values by name; it keeps nothing before `recall` has said what there was."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._keeps = False

    def recall(self, values: Mapping[str, Any]) -> None:
        """Begin with these, and keep what changes from now on."""
        self._values = dict(values)
        self._keeps = True

    def get(self, name: str) -> Any:
        """What was remembered under a name; None when nothing was."""
        return self._values.get(name)

    def change(self, parts: Mapping[str, Any]) -> bool:
        """Take new values; whether there is something to write."""
        if not self._keeps or all(self._values.get(name) == value for name, value in parts.items()):
            return False
        self._values.update(parts)
        return True

    async def write(self) -> str:
        """Write it, in a thread; what went wrong, or "": then it is not tried again."""
        from workbench.files.state import save_state

        wrong = await asyncio.to_thread(save_state, dict(self._values))
        self._keeps = self._keeps and not wrong
        return wrong
