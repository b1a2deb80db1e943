"""Keys that arrive in a burst take effect in the order they were pressed.

Textual inserts a character in the widget at once, but runs a key's binding only when the event has gone up to the app,
so that of `down x` typed ahead over a slow line the `x` comes first. Here a widget runs its own bindings itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget as _Mixed
else:
    _Mixed = object  # a second widget among the bases would hide the styles of the first


class InOrder(_Mixed):
    """For widgets that text is typed into; it stands before Textual's own class among the bases."""

    async def _on_key(self, event: events.Key) -> None:
        """Run the binding of a key here; one that has no use for it lets it go on."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
