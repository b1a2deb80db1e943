"""`RequestPane`: shows one request in tabs, and posts a new value after every change.

It keeps no state of its own: the screen owns the request, sets `request`, and gets `Edited`. The pane never changes a
value, asks nothing of other panes, and does no I/O.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from workbench.model.collection import SavedRequest
from workbench.tui.panes.request_pane import messages
from workbench.tui.panes.request_pane.preview import Preview
from workbench.tui.panes.request_pane.tab_stack import TABS, TabName, TabStack
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.widgets import TabbedContent

    from workbench.tui.panes.request_pane.tab import FieldsChanged

_MOST_AWAITED = 256
_LETTERS = "phytov"
"""Not alt+b for the body: in a terminal that is "one word back"."""
_NO_REQUEST = "No request is open. Choose one in Collections, or press ctrl+n for a new one."


TAB_BINDINGS = tuple(
    Binding(
        f"alt+{at},alt+{letter}",
        f"show_tab('{name}')",
        name.title(),
        show=False,
        priority=True,  # an input would take alt+h for the letter h
        id=f"request.tab_{name}",
        tooltip=f"The {name.title()} tab of the request",
    )
    for at, (name, letter) in enumerate(zip(TABS, _LETTERS, strict=True), 1)
)
"""For the screen that holds the pane, which gives them to `RequestPane.show_tab`: they work wherever the focus is."""


class RequestPane(Widget):
    """The request, in six tabs."""

    HELP: ClassVar[str] = (
        "Every part of a request. Ctrl+PageUp and Ctrl+PageDown turn the tabs; alt+1 to alt+6, or alt with one of "
        "p h y t o v, go to Params, Headers, Body, Tests, Options and Preview; so do the arrow keys on the line of "
        "tabs. F4 opens the text in focus in $EDITOR. Ctrl+Enter sends, where the terminal can tell it from Enter."
    )
    DEFAULT_CSS = """
    RequestPane {
        layout: vertical;
        #no-request { padding: 1 2; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"turn({by})", label, show=False, priority=True, id=f"request.{name}_tab", tooltip=label)
            for key, by, label, name in (
                ("ctrl+pagedown", 1, "Next tab", "next"),
                ("ctrl+pageup", -1, "Previous tab", "previous"),
            )
        ),
        Binding(
            "f4", "open_editor", "$EDITOR", show=False, id="request.editor", tooltip="The text in focus in $EDITOR"
        ),
        Binding(
            "ctrl+enter",
            "send",
            "Send",
            show=False,
            id="request.send",
            tooltip="Send the request from within an editor",
        ),
    ]

    Edited = messages.Edited
    SendRequested = messages.SendRequested
    PreviewRequested = messages.PreviewRequested
    EditorRequested = messages.EditorRequested
    FileRequested = messages.FileRequested

    request: reactive[SavedRequest | None] = reactive[SavedRequest | None](None)
    names: reactive[Names] = reactive[Names](dict)
    preview: reactive[Preview | None] = reactive[Preview | None](None)
    ids: reactive[tuple[str, ...]] = reactive[tuple[str, ...]](())
    """The ids of the requests of the file, for `needs` and for an id that is free."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._stack = TabStack()
        self._shown: SavedRequest | None = None
        self._awaited: deque[SavedRequest] = deque(maxlen=_MOST_AWAITED)
        self._given: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The tabs, and what stands there while there is no request."""
        yield Static(_NO_REQUEST, id="no-request", markup=False)
        yield self._stack.data_bind(RequestPane.names, RequestPane.ids, RequestPane.preview)

    def on_mount(self) -> None:
        """Show what was set before there was anything to show it in."""
        self._show(self.request)

    # Values down

    def watch_request(self, request: SavedRequest | None) -> None:
        """Show it, unless it is one of our own edits coming back: then the widgets hold it already, or a newer one."""
        if not self.is_mounted:
            return
        if request is not None and request in self._awaited:
            while self._awaited.popleft() != request:
                pass
        else:
            self._show(request)
        self._ask_for_preview()

    def _show(self, request: SavedRequest | None) -> None:
        self._awaited.clear()
        before, self._shown = self._shown, request
        self.query_one("#no-request").display = request is None  # a class would style every tab anew
        self._stack.display = request is not None
        if request is not None:
            self._stack.show(request, fresh=before is None or not _same_but_for_target(before, request))

    def watch_names(self) -> None:
        """Other values make another preview."""
        if self.is_mounted:
            self._ask_for_preview()

    # Changes up

    def on_fields_changed(self, event: FieldsChanged) -> None:
        """Make the new value, tell the other tabs and the screen."""
        event.stop()
        if self._shown is None:
            return
        request = msgspec.structs.replace(self._shown, **event.fields)
        if request != self._shown:
            self._shown = request
            self._awaited.append(request)
            self._stack.show(request, fresh=False, but=event.tab)
            self.post_message(self.Edited(request))

    def replace_text(self, field: str, text: str) -> None:
        """Take over what $EDITOR left of a text that `EditorRequested` gave out; nothing when the field is gone."""
        given = self._given.pop(field, None)
        if self._shown is not None and given is not None:
            kept = without_added_line_break(given, text)
            if kept != given:
                self._stack.replace_external(field, kept)

    def half_typed(self) -> dict[str, str]:
        """Texts of fields that the request could not take over, by the field's name."""
        return self._stack.half_typed() if self._shown is not None else {}

    def type_again(self, texts: Mapping[str, str]) -> None:
        """Put half-typed texts back into their fields."""
        self._stack.type_again(texts)

    def take_body_file(self, path: str) -> None:
        """Send a file as the body; the body before stays within reach of the Body tab's undo."""
        self.run_worker(self._take_body_file(path))

    async def _take_body_file(self, path: str) -> None:
        await self._stack.take_body_file(path)
        self.show_tab("body")

    # Tabs and keys

    @property
    def active(self) -> TabName:
        """The tab that is shown."""
        return self._stack.shown

    def show_tab(self, name: str) -> None:
        """Show a tab by its name out of `TABS`, and give it the focus once it is there.

        Raises:
            KeyError: there is no such tab.
        """
        known = {str(known): known for known in TABS}[name]
        self._stack.active = f"tab-{name}"
        self.call_later(self._enter, known)

    async def _enter(self, name: TabName) -> None:
        tab = await self._stack.build(name)
        if self._shown is not None and self.active == name:
            tab.first().focus()

    def action_turn(self, by: int) -> None:
        """Show the next or previous tab."""
        self.show_tab(TABS[(TABS.index(self.active) + by) % len(TABS)])

    def action_send(self) -> None:
        """Ask for the request to be sent."""
        if self._shown is not None:
            self.post_message(self.SendRequested())

    def action_open_editor(self) -> None:
        """Ask for the text in focus to be opened in $EDITOR."""
        if self._shown is None:
            return
        body = self._shown.body
        if self.active == "body" and body is not None and body.kind == "file" and body.text:
            self.post_message(self.FileRequested(body.text))
            return
        external = self._stack.external(self.screen.focused)
        if external is None:
            self.app.notify("nothing here is a text for $EDITOR: choose a row, a body or the description", markup=False)
            return
        self._given[external.field] = external.text
        self.post_message(self.EditorRequested(external.text, external.suffix, external.field))

    async def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        """Make the tab when it is first looked at; what would be sent is asked for whenever it is."""
        event.stop()
        await self._stack.build(self.active)
        self._ask_for_preview()

    def _ask_for_preview(self) -> None:
        if self._shown is not None and self.active == "preview":
            self.post_message(self.PreviewRequested())


def _same_but_for_target(before: SavedRequest, request: SavedRequest) -> bool:
    """Whether only what the target bar edits has changed; else it may be another request of the same id."""
    method, path, service, route = request.method, request.path, request.service, request.route
    return msgspec.structs.replace(before, method=method, path=path, service=service, route=route) == request


def without_added_line_break(given: str, text: str) -> str:
    """A text from an editor without the line break that most editors put at the end of a file that has none."""
    if given.endswith(("\n", "\r")) or not text.endswith("\n"):
        return text
    return text[:-2] if text.endswith("\r\n") else text[:-1]
