"""The response body viewer: its keys, copies and folds, over what loads, finds, filters and locates.

It never writes to the terminal and never touches a file: what is to be copied or kept goes up as a message.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.model.visible import one_line
from workbench.tui.widgets.body_viewer.pages import TextPage
from workbench.tui.widgets.body_viewer.picturing import PicturingViewer


class BodyViewer(PicturingViewer):
    """Shows a response body of any size: pretty, raw or hex."""

    DEFAULT_CSS = """
    BodyViewer {
        height: 1fr; layout: vertical;
        & > Static { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > #viewer-notice {
            display: none; height: auto; max-height: 3; text-wrap: wrap;
            background: $warning-muted; color: $text-warning;
        }
        & > #viewer-status { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that what is typed right after it goes into the bar, however fast it comes.
        Binding("slash", "find", "Find", id="viewer.find", tooltip="Find in the body", priority=True),
        Binding("f", "filter", "Filter", id="viewer.filter", tooltip="Filter by JSONPath", priority=True),
        Binding("n", "find_next", "Next", id="viewer.find_next", show=False, tooltip="The next hit"),
        Binding("N", "find_previous", "Previous", id="viewer.find_previous", show=False, tooltip="The hit before"),
        Binding("r", "toggle_raw", "Raw", id="viewer.raw", tooltip="Laid out, or as it was received"),
        Binding("x", "toggle_hex", "Hex", id="viewer.hex", show=False, tooltip="The bytes, or the text"),
        Binding("z", "toggle_coding", "Decoded", id="viewer.coding", show=False, tooltip="Decoded, or as received"),
        Binding("y", "copy_value", "Copy value", id="viewer.copy_value", tooltip="Copy the value under the cursor"),
        Binding("Y", "copy_path", "Copy path", id="viewer.copy_path", show=False, tooltip="Copy the value's JSONPath"),
        Binding(
            "enter", "toggle_fold", "Fold", id="viewer.fold", show=False, tooltip="Fold a block away, or unfold it"
        ),
        Binding("a", "keep('assertion')", "Assert", id="viewer.assert", show=False, tooltip="Keep it as an assertion"),
        Binding("c", "keep('capture')", "Capture", id="viewer.capture", show=False, tooltip="Keep it as a capture"),
        Binding("escape", "escape", "Close", id="viewer.escape", show=False, tooltip="Stop formatting; close find"),
    ]
    HELP: ClassVar[str] = (
        "The body of the answer. Arrows, hjkl, page keys, g and G move; / finds, n and N go on; r shows it as it was "
        "received, x its bytes, z with its content coding on; w wraps, # hides line numbers. Enter folds a block, 1 to "
        "9 fold to a level, - folds all and + nothing. y copies the value under the cursor, Y its path. f filters by "
        "JSONPath; a keeps that path, or the one under the cursor, as an assertion of the request, c as a capture. Esc "
        "stops formatting, and closes the bars."
    )

    class CopyRequested(Message):
        """Something is to be copied.

        Attributes:
            text: the text itself: a value as received, a string without quotes and escapes, or a path.
            what: what it is, for a sentence ("value of $.id").
        """

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

    class KeepRequested(Message):
        """A path is to be kept in the request.

        Attributes:
            kind: as what.
            path: the JSONPath.
            literal: the value there, when it is one short scalar, as JSON.
            count: how many values it selects.
        """

        def __init__(self, kind: Literal["assertion", "capture"], path: str, literal: str | None, count: int) -> None:
            super().__init__()
            self.kind = kind
            self.path = path
            self.literal = literal
            self.count = count

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the app's, unless there is something of the viewer's to stop or close; / is a letter in a bar."""
        if action in ("find", "filter"):
            return not (self._ready and (self.bar.has_focus_within or self.filter_bar.has_focus_within))
        if action == "escape":
            return self.loading_body or self.finding or self.filtering
        return super().check_action(action, parameters)

    def action_escape(self) -> None:
        """Stop formatting, or close the find bar, or else the filter."""
        if self.loading_body:
            self.stop_loading()
        elif self.finding:
            self.close_find()
        else:
            self.close_filter()

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or do not."""
        self.wrap = not self.wrap

    def action_toggle_fold(self) -> None:
        """Fold the block that begins on the cursor's line, or unfold it; elsewhere fold the block around the line."""
        page = self.view.page
        if not isinstance(page, TextPage) or page.structure is None:
            self.app.bell()
        elif not self.view.unfold():
            line = page.rows.row(self.view.cursor_row).line
            self._find_out(lambda cancelled: page.block_at(line, cancelled), self._fold)

    def _fold(self, block: tuple[int, int] | None) -> None:
        if block is None:
            self.app.bell()
        else:
            self.view.fold(*block)

    def action_copy_value(self) -> None:
        """Ask for a copy of the value under the cursor; in what is no JSON, of the line."""
        body = self.source
        if body is None:
            return
        if not body.has_paths or self.mode == "hex":
            page = self.view.page
            if page is not None:
                row = page.rows.row(self.view.cursor_row)
                self.post_message(self.CopyRequested(self._received(row.start, row.end), "line"))
            return
        self._at_place(lambda place: (body.value(place), f"value of {one_line(place.path)}"), self._request_copy)

    def _request_copy(self, found: tuple[str, str] | None) -> None:
        if found is not None:
            self.post_message(self.CopyRequested(*found))
        self._locate()

    def _received(self, start: int, end: int) -> str:
        page = self.view.page
        if isinstance(page, TextPage):
            return page.document.text(start, end)
        return page.data[start:end].hex(" ") if page else ""

    def action_copy_path(self) -> None:
        """Ask for a copy of the path of the value under the cursor."""
        if self.source is None or not self.source.has_paths or self.mode == "hex":
            self.app.bell()
            return
        self._at_place(lambda place: (place.path, "path"), self._request_copy)

    def action_keep(self, kind: Literal["assertion", "capture"]) -> None:
        """Ask that the filter, or else the path under the cursor, be kept in the request."""
        body, filtered = self._body, self._filtered
        if body is None or not body.is_json or body.reading.media.kind != "json":
            self.app.bell()
        elif filtered is not None:
            found = (filtered.path, filtered.literal(), filtered.selection.count)
            self.post_message(self.KeepRequested(kind, *found))
        else:
            self._at_place(
                lambda place: (place.path, body.literal(place), 1),
                lambda found: self._request_keep(kind, found),
            )

    def _request_keep(self, kind: Literal["assertion", "capture"], found: tuple[str, str | None, int] | None) -> None:
        if found is not None:
            self.post_message(self.KeepRequested(kind, *found))
        self._locate()
