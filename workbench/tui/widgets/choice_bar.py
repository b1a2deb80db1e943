"""One line of choices of which one holds; picked with the arrow keys and Enter, or with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events


class ChoiceBar(Widget, can_focus=True):
    """`○ none ● json ○ text`: moving the cursor changes nothing, so that passing over a choice has no effect."""

    HELP: ClassVar[str] = (
        "Left and right move, Enter or Space picks the choice under the cursor. The mouse picks directly."
    )
    DEFAULT_CSS = """
    ChoiceBar { height: 1; width: auto; padding: 0 1; }
    ChoiceBar > .choice-bar--chosen { text-style: bold; color: $text-primary; }
    ChoiceBar > .choice-bar--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice-bar--chosen", "choice-bar--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Left", show=False),
        Binding("right,l", "move(1)", "Right", show=False),
        Binding("enter,space", "pick", "Pick", id="choice.pick", tooltip="Choose what the cursor is on"),
    ]

    value: reactive[str] = reactive("")
    _cursor: reactive[int] = reactive(0)

    class Changed(Message):
        """The user picked another choice."""

        def __init__(self, bar: ChoiceBar, value: str) -> None:
            self.bar = bar
            self.value = value
            super().__init__()

        @property
        def control(self) -> ChoiceBar:
            """The bar the choice was made in."""
            return self.bar

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        *,
        value: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """`choices` are pairs of value and label."""
        super().__init__(id=id, classes=classes)
        self._choices = tuple(choices)
        self.set_reactive(ChoiceBar.value, value)
        self.set_reactive(ChoiceBar._cursor, self._index(value))

    def _index(self, value: str) -> int:
        return next((at for at, (choice, _) in enumerate(self._choices) if choice == value), 0)

    def label(self, labels: Mapping[str, str]) -> None:
        """Call the choices otherwise; those that are not named keep their label."""
        choices = tuple((value, labels.get(value, label)) for value, label in self._choices)
        if choices != self._choices:
            self._choices = choices
            self.refresh(layout=True)

    def watch_value(self, value: str) -> None:
        """The cursor stands on the choice that holds."""
        self._cursor = self._index(value)

    def on_blur(self) -> None:
        """The cursor goes back to the choice that holds."""
        self._cursor = self._index(self.value)

    def get_content_width(self, *_: object) -> int:
        """The width of all choices on one line."""
        return self._content().cell_length

    def render(self) -> Content:
        """All choices; the one that holds has a full circle."""
        return self._content()

    def _content(self) -> Content:
        parts: list[Content] = []
        for at, (value, label) in enumerate(self._choices):
            chosen = value == self.value
            part = Content(f"{'●' if chosen else '○'} {label}")
            if chosen:
                part = part.stylize(self.get_visual_style("choice-bar--chosen", partial=True))
            if self.has_focus and at == self._cursor:
                part = part.stylize(self.get_visual_style("choice-bar--cursor", partial=True))
            parts.append(part)
        return Content("  ").join(parts)

    def action_move(self, by: int) -> None:
        """Move the cursor, around the ends."""
        self._cursor = (self._cursor + by) % len(self._choices)

    def action_pick(self) -> None:
        """Choose what the cursor is on."""
        self._pick(self._cursor)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked on."""
        event.stop()
        x = event.x - self.gutter.left
        for at, (_, label) in enumerate(self._choices):
            x -= Content(label).cell_length + 4
            if x < 0:
                self._pick(at)
                return

    def _pick(self, index: int) -> None:
        value = self._choices[index][0]
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self, value))
