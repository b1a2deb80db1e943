"""What the request pane posts. Handlers are named as if these stood inside `RequestPane`, as they do for its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from workbench.model.collection import SavedRequest


class Edited(Message, namespace="request_pane"):
    """The user changed something: the request as it is now, a new value."""

    def __init__(self, request: SavedRequest) -> None:
        self.request = request
        super().__init__()


class SendRequested(Message, namespace="request_pane"):
    """The user wants the request to be sent."""


class PreviewRequested(Message, namespace="request_pane"):
    """The Preview tab is shown, and what it shows is not there or no longer up to date."""


class FileRequested(Message, namespace="request_pane"):
    """The user wants to choose the file of the body; with a `path`, to open that file in $EDITOR."""

    def __init__(self, path: str = "") -> None:
        self.path = path
        super().__init__()


class EditorRequested(Message, namespace="request_pane"):
    """The user wants $EDITOR: run it, then call `RequestPane.replace_text(field, new_text)`.

    Attributes:
        text: what the file holds; write and read it as UTF-8 without changing line ends.
        suffix: the file's suffix, with its dot.
        field: which text it is; opaque.
    """

    def __init__(self, text: str, suffix: str, field: str) -> None:
        self.text = text
        self.suffix = suffix
        self.field = field
        super().__init__()
