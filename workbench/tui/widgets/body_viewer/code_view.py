"""A read-only view of a text: line numbers, highlighting, wrap, folds, hits, selection.

`CodeView.load` is for text that is at hand; `BodyViewer` makes pages in a thread and shows them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.tui.widgets.body_viewer.document import Document
from workbench.tui.widgets.body_viewer.pages import TextPage
from workbench.tui.widgets.body_viewer.selecting import SelectingView

if TYPE_CHECKING:
    from textual import events

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


class CodeView(SelectingView):
    """Text as highlighted lines, read-only."""

    DEFAULT_CSS = """
    CodeView {
        height: 1fr; color: $foreground; background: $surface;
        overflow-x: auto; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size: 1 1;
        & > .code-view--gutter { color: $text-muted; }
        & > .code-view--note { color: $text-muted; text-style: italic; }
        & > .code-view--cursor { background: $boost; }
        & > .code-view--hit { text-style: underline; background: $warning-muted; color: $text-warning; }
        & > .code-view--current-hit { text-style: bold reverse; }
        &:focus > .code-view--cursor { background: $primary-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "toggle_wrap", "Wrap", id="viewer.wrap", show=False, tooltip="Wrap long lines, or do not"),
        *(
            Binding(
                str(level),
                f"fold_level({level})",
                f"Level {level}",
                id=f"viewer.fold_{level}",
                show=False,
                tooltip=f"Fold everything deeper than level {level}",
            )
            for level in range(1, 10)
        ),
        Binding("minus", "fold_all", "Fold all", id="viewer.fold_all", show=False, tooltip="Fold every block"),
        Binding("plus,equals_sign", "unfold_all", "Unfold all", id="viewer.unfold_all", show=False, tooltip="Unfold"),
        Binding("number_sign", "toggle_numbers", "Numbers", id="viewer.numbers", show=False, tooltip="Line numbers"),
    ]
    HELP: ClassVar[str] = (
        "Arrows, hjkl, page keys, g and G move; w wraps long lines; # hides line numbers; shift and arrows select, "
        "ctrl+c copies that."
    )

    class Moved(Message):
        """The cursor is on another byte: `place`, in the data of the page shown."""

        def __init__(self, view: CodeView, place: int) -> None:
            super().__init__()
            self.view = view
            self.place = place

        @property
        def control(self) -> CodeView:
            """The view it moved in."""
            return self.view

    def load(self, text: str, lexer: str) -> None:
        """Show a text, highlighted by the Pygments lexer of that name; "text" for none. Up to some megabytes."""
        data = text.translate(_SURROGATES).encode("utf-8") if not text.isascii() else text.encode("ascii")
        self.show_page(TextPage(Document(data, lexer)))

    def clear(self) -> None:
        """Show nothing."""
        self.load("", "text")

    def cursor_moved(self) -> None:
        """Say where the cursor is."""
        self.post_message(self.Moved(self, self.place))

    def action_fold_level(self, level: int) -> None:
        """Fold everything deeper than a level."""
        self.fold_level(level)

    def action_fold_all(self) -> None:
        """Fold every block but the one around everything; what is unfolded shows its own blocks folded."""
        page = self.page
        single = isinstance(page, TextPage) and page.structure is not None and page.structure.single
        self.fold_level(1 if single else 0, all_folded=True)

    def action_unfold_all(self) -> None:
        """Fold nothing away."""
        self.unfold_all()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where one clicks; a double click does not select the whole text."""
        event.prevent_default()
        content = event.get_content_offset(self)
        if self.page is None or content is None:
            return
        number = content.y + round(self.scroll_y)
        if number < self.page.rows.count:
            row = self.page.rows.row(number)
            column = max(0, content.x - self.gutter_width + round(self.scroll_x))
            self.put(number, self.page.offset_at(row, column))

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or do not."""
        self.wrap = not self.wrap

    def action_toggle_numbers(self) -> None:
        """Show or hide line numbers."""
        self.numbers = not self.numbers
