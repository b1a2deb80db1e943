"""The last line: the keys that matter here, as many as fit; palette and help always do. A click presses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

_GAP = 2


class KeyLine(Widget, can_focus=False):
    """`F5 Send  F8 Run  ^s Save …`, made from the bindings that are active and meant to be shown."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, Binding]] = []

    def on_mount(self) -> None:
        """Follow the bindings, which change with the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        """The screen goes."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, _: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """The keys, dropped from the middle until the rest fits."""
        shown: dict[str, Binding] = {}
        always: dict[str, Binding] = {}
        for node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if binding.show and enabled:
                (always if node is self.app else shown).setdefault(binding.action, binding)
        chosen = fitting(
            [self._words(each) for each in shown.values()],
            [self._words(each) for each in always.values()],
            self.size.width,
        )
        bindings = [*list(shown.values())[:chosen], *always.values()]
        return self._line(bindings)

    def _words(self, binding: Binding) -> str:
        return f"{self.app.get_key_display(binding)} {binding.description}"

    def _line(self, bindings: Sequence[Binding]) -> Content:
        parts: list[Content] = []
        self._places = []
        at = 0
        for binding in bindings:
            key = Content.styled(self.app.get_key_display(binding), "bold $footer-key-foreground")
            text = Content.assemble(key, f" {binding.description}")
            self._places.append((at, at + text.cell_length, binding))
            parts += [text, Content(" " * _GAP)]
            at += text.cell_length + _GAP
        return Content.assemble(*parts)

    def _at(self, x: int) -> Binding | None:
        return next((binding for start, end, binding in self._places if start <= x < end), None)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say what a key does."""
        binding = self._at(event.x)
        self.tooltip = Content(binding.tooltip or binding.description) if binding else None

    def on_click(self, event: events.Click) -> None:
        """Press the key."""
        binding = self._at(event.x)
        if binding is not None:
            self.app.simulate_key(binding.key)


def fitting(words: Sequence[str], always: Sequence[str], width: int) -> int:
    """How many of `words` fit into a line that has all of `always` at its end."""
    room = width - sum(len(each) + _GAP for each in always) + _GAP
    count = 0
    for each in words:
        room -= len(each) + _GAP
        if room < 0:
            break
        count += 1
    return count
