"""What the tabs of the request pane have in common: a request comes down, changed fields go up.

A tab shows part of a request and never changes it: it posts the fields that the user changed, and the pane makes the
new value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from workbench.model.collection import SavedRequest
from workbench.tui.panes.request_pane.form_fields import Field
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.widget import Widget

    from workbench.tui.panes.request_pane.preview import Preview


class FieldsChanged(Message):
    """The user changed these fields of the request that `tab` shows."""

    def __init__(self, tab: EditorTab, fields: Mapping[str, Any]) -> None:
        self.tab = tab
        self.fields = fields
        super().__init__()


class HalfTyped(Message):
    """A field holds a text that the request cannot take over as it stands."""


class External(msgspec.Struct, frozen=True):
    """A text for $EDITOR: which one (opaque outside the pane), what it says, and the suffix its file should have."""

    field: str
    text: str
    suffix: str = ".txt"


class EditorTab(Vertical):
    """A part of the request. `request` is what it shows, its own changes included."""

    names: reactive[Names] = reactive[Names](dict)
    ids: reactive[tuple[str, ...]] = reactive[tuple[str, ...]]((), repaint=False)
    """The ids of the other requests of the file."""

    def __init__(self) -> None:
        super().__init__()
        self.request = SavedRequest(id="")

    def show(self, request: SavedRequest, *, fresh: bool) -> None:
        """Show a request without posting anything.

        Args:
            request: the value to show.
            fresh: it is another request than before, so that half-typed text does not belong to it.
        """
        before, self.request = self.request, request
        self.refill(before, fresh=fresh)

    def refill(self, before: SavedRequest, *, fresh: bool) -> None:
        """Put `self.request` into the widgets where it differs from `before`, or everywhere when it is `fresh`."""

    def show_preview(self, preview: Preview | None) -> None:
        """Show what would be sent, in the tab that is for it."""

    def take_file(self, path: str) -> None:
        """Send a file as the body, in the tab that is for it."""

    def change(self, **fields: Any) -> None:
        """Post what the user changed; nothing when it is no change."""
        changed = msgspec.structs.replace(self.request, **fields)
        if changed != self.request:
            self.request = changed
            self.post_message(FieldsChanged(self, fields))

    def half_typed(self) -> dict[str, str]:
        """The texts of fields that the request could not take over, by the field's name."""
        return {field.id or "": field.value for field in self.query(Field) if self.is_half_typed(field)}

    def is_half_typed(self, field: Field) -> bool:
        """Whether a field holds more than the request."""
        return bool(field.problem)

    def check_half_typed(self) -> None:
        """Tell that there is text which stands in no request; after a key in a field."""
        if self.half_typed():
            self.post_message(HalfTyped())

    def type_again(self, texts: Mapping[str, str]) -> None:
        """Put half-typed texts back into their fields, as the user would type them."""
        for field in self.query(Field):
            if field.id is not None and field.id in texts:
                field.input.value = texts[field.id]

    def first(self) -> Widget:
        """The widget that gets the focus when the tab is shown."""
        raise NotImplementedError

    def external(self, focused: Widget | None) -> External | None:
        """The text that $EDITOR should open for the widget in focus."""
        del focused
        return None

    def replace_external(self, field: str, text: str) -> bool:
        """Take over a text that $EDITOR changed; False when the field is not one of this tab."""
        del field, text
        return False
