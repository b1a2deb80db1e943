"""A small app around `RequestPane` that does what the main screen does: it owns the request and hands edits back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from workbench.model.collection import Body, Capture, Entry, Retry, SavedRequest
from workbench.tui.panes.request_pane import TAB_BINDINGS, MethodSelect, PathField, Preview, RequestPane
from workbench.tui.panes.request_pane.form_fields import Field
from workbench.tui.safe import ControlFilter
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.note import Note
from workbench.tui.widgets.templates import Known, Names

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.filter import LineFilter
    from textual.message import Message
    from textual.pilot import Pilot
    from textual.widget import Widget
    from textual.widgets import Input

    from workbench.tui.panes.request_pane.messages import Edited, EditorRequested, PreviewRequested, SendRequested

NAMES = {
    "user": Known("ci-bot", "env staging"),
    "token": Known("[redacted:token]", "secrets", "secret"),
    "page_size": Known("20", "vars"),
}

FULL = SavedRequest(
    id="chat",
    name="Chat",
    description="Ask.\nTwice.",
    tags=("smoke", "llm"),
    service="my-llm",
    route="invoke",
    method="POST",
    path="/v1/chat?model=tiny&stream",
    query=(Entry("limit", "{{page_size}}"), Entry("debug", "1", off=True)),
    headers=(
        Entry("Accept", "application/json"),
        Entry("authorization", "Bearer {{token}}"),
        Entry("x-off", "1", off=True),
    ),
    body=Body("json", '{"user": "{{user}}", "n": 1.0}\n'),
    asserts=("status == 200", '$.name == "Ada"'),
    captures=(Capture("uid", "$.id"), Capture("key", "$.key", secret=True)),
    needs=("login",),
    retry=Retry(3, 0.5, "$.done == true"),
    timeout=10.0,
    delay=0.25,
    skip="not today",
    always=True,
    snapshot_ignore=("$.id",),
)


class Harness(App[None]):
    """The pane below a target bar, in a box of a given size."""

    BINDINGS: ClassVar[list[BindingType]] = [*TAB_BINDINGS]

    request: reactive[SavedRequest | None] = reactive[SavedRequest | None](None)
    names: reactive[Names] = reactive[Names](dict)
    preview: reactive[Preview | None] = reactive[Preview | None](None)
    ids: reactive[tuple[str, ...]] = reactive[tuple[str, ...]](())

    def __init__(self, request: SavedRequest | None = FULL, *, height: int = 12, echo: bool = True) -> None:
        super().__init__()
        self.set_reactive(Harness.request, request)
        self.set_reactive(Harness.names, NAMES)
        self.set_reactive(Harness.ids, ("login", "chat", "logout"))
        self.pane = RequestPane()
        self._height = height
        self._echo = echo
        self._belt = ControlFilter()
        self.edited: list[SavedRequest] = []
        self.previews = 0
        self.sends = 0
        self.editors: list[EditorRequested] = []
        self.leaked: list[Message] = []

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), self._belt]

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.styles.height = self._height
            yield self.pane.data_bind(Harness.request, Harness.names, Harness.preview, Harness.ids)

    def on_mount(self) -> None:
        self.screen.styles.scrollbar_size_vertical = 0

    def on_request_pane_edited(self, event: Edited) -> None:
        self.edited.append(event.request)
        if self._echo:
            self.request = event.request

    def on_request_pane_preview_requested(self, _: PreviewRequested) -> None:
        self.previews += 1

    def on_request_pane_send_requested(self, _: SendRequested) -> None:
        self.sends += 1

    def on_request_pane_editor_requested(self, event: EditorRequested) -> None:
        self.editors.append(event)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.leaked.append(event)

    def action_show_tab(self, name: str) -> None:
        self.pane.show_tab(name)

    @property
    def last(self) -> SavedRequest:
        """The request after the last edit."""
        return self.edited[-1]


class BarHarness(App[None]):
    """The two fields of the target bar."""

    def __init__(self, path: str = "/", method: str = "GET") -> None:
        super().__init__()
        self.path = PathField(path)
        self.method = MethodSelect(method)
        self.got: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.method
        yield self.path

    def on_path_field_path_changed(self, event: PathField.PathChanged) -> None:
        self.got.append((event.path, event.problems))

    def on_path_field_pasted(self, event: PathField.Pasted) -> None:
        self.got.append(event.text)

    def on_method_select_method_changed(self, event: MethodSelect.MethodChanged) -> None:
        self.got.append(event.method)


async def settle(pilot: Pilot[None]) -> None:
    """Let everything that is under way be done, and the screen be drawn."""
    await pilot.pause()


async def go(pilot: Pilot[None], app: Harness, tab: str) -> None:
    """Show a tab, and wait until it is there."""
    app.pane.show_tab(tab)
    await settle(pilot)


def shown(app: App[None]) -> str:
    """What is on the screen, as text."""
    return "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())


def changed(**fields: object) -> SavedRequest:
    return msgspec.structs.replace(FULL, **fields)


def said(widget: Widget, selector: str = "Note") -> str:
    return "\n".join(note.said for note in widget.query(selector).results(Note) if note.said)


def field(app: Harness, name: str) -> Field:
    return app.pane.query_one(f"#{name}", Field)


async def retype(pilot: Pilot[None], target: Field, text: str) -> None:
    """Replace what stands in a field through the input's own edit, which is what a key calls; many keys take long."""
    target.input.focus()
    await pilot.pause()
    target.input.replace(text, 0, len(target.value))
    await settle(pilot)


async def pick(pilot: Pilot[None], app: Harness, selector: str, label: str) -> None:
    """Choose in a bar with the keyboard."""
    bar = app.pane.query_one(selector, ChoiceBar)
    bar.focus()
    labels = [name.split()[0] for _, name in bar._choices]  # a size may stand behind the name
    steps = (labels.index(label) - bar._index(bar.value)) % len(labels)
    await pilot.press(*["right"] * steps, "enter")
    await settle(pilot)
