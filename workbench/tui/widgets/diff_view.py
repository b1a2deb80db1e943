"""`DiffView`: the lines of a comparison, scrolled both ways; n and N go from one difference to the next.

It is given lines and shows them; foreign text is made visible as it is painted. Colours never stand alone: every line
that differs has its mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.tui.controllers.text_diff import DiffLine

_TAB = "    "
_CLASSES = {"-": "diff-view--left", "+": "diff-view--right", "…": "diff-view--note", " ": "diff-view--both"}


class DiffView(ScrollView, can_focus=True):
    """Lines of two texts; `show` gives it others."""

    HELP: ClassVar[str] = (
        "Lines with - stand only in the first text, lines with + only in the second. n and N go to the next and the "
        "previous difference; arrows, h j k l, g, G and page keys scroll."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_CLASSES.values())
    DEFAULT_CSS = """
    DiffView {
        height: 1fr;
        & > .diff-view--left { color: $text-error; }
        & > .diff-view--right { color: $text-success; }
        & > .diff-view--note { color: $text-muted; text-style: italic; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "difference(1)", "Next difference"),
        Binding("N", "difference(-1)", "Previous difference", show=False),
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("h", "scroll_left", "Left", show=False),
        Binding("l", "scroll_right", "Right", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Bottom", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._texts: list[tuple[str, str]] = []
        self._starts: list[int] = []

    def show(self, lines: Sequence[DiffLine]) -> None:
        """Show these lines from the top."""
        width = len(str(max((max(line.left, line.right) for line in lines), default=0)))
        self._texts = []
        for line in lines:
            left, right = (str(number or "").rjust(width) for number in (line.left, line.right))
            text = one_line(line.text.replace("\t", _TAB))
            self._texts.append((_CLASSES[line.mark], f"{left} {right} {line.mark} {text}"))
        differs = [line.mark in "-+" for line in lines]
        self._starts = [at for at, now in enumerate(differs) if now and not (at and differs[at - 1])]
        self.virtual_size = Size(max((cell_len(text) for _, text in self._texts), default=0), len(self._texts))
        self.scroll_to(0, 0, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line, in the colours of its kind."""
        left, top = self.scroll_offset
        width = self.scrollable_content_region.width
        if top + y >= len(self._texts):
            return Strip.blank(width, self.rich_style)
        kind, text = self._texts[top + y]
        strip = Strip([Segment(text, self.get_component_rich_style(kind))])
        return strip.crop_extend(left, left + width, self.rich_style)

    def action_difference(self, step: int) -> None:
        """Scroll to the next or previous difference."""
        here = self.scroll_offset.y
        if step > 0:
            found = next((at for at in self._starts if at > here), None)
        else:
            found = next((at for at in reversed(self._starts) if at < here), None)
        if found is not None:
            self.scroll_to(y=found, animate=False)
