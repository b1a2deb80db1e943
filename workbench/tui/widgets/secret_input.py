"""A line for a secret: masked, and its text can be pasted in and never copied out."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class SecretInput(Input):
    """An `Input` that shows dots and keeps its text away from every clipboard (RELIABILITY.md, "The terminal")."""

    def __init__(self, **options: Any) -> None:
        """Takes what `Input` takes; the mask is always on."""
        super().__init__(**{**options, "password": True})

    def action_copy(self) -> None:
        """Copying is refused, with a word about why."""
        self.app.notify("a secret is not copied", markup=False)

    def action_cut(self) -> None:
        """Cutting is refused as copying is; delete it instead."""
        self.action_copy()
