"""An app with nothing but the viewer, and what a terminal would show of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from tests.tui.quiet import at_rest
from workbench.tui.safe import ControlFilter
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.filter import LineFilter
    from textual.message import Message
    from textual.pilot import Pilot
    from textual.strip import Strip

JSON = b'{"name":"Zo\xc3\xab","n":[1.0,1e2,{"deep key":null}],"empty":{},"dup":1,"dup":2,"s":"a\\nb"}'


class ViewerApp(App[None]):
    """The viewer behind the app's belt; keeps the messages it posts."""

    CSS = "Screen { layers: base; }"

    def __init__(self, *, belt: bool = True) -> None:
        super().__init__()
        self._belt = [ControlFilter()] if belt else []
        self.heard: list[Message] = []
        self.bells = 0

    def compose(self) -> ComposeResult:
        yield BodyViewer()

    def on_mount(self) -> None:
        self.query_one(CodeView).focus()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._belt]

    def on_body_viewer_copy_requested(self, event: BodyViewer.CopyRequested) -> None:
        self.heard.append(event)

    def on_body_viewer_keep_requested(self, event: BodyViewer.KeepRequested) -> None:
        self.heard.append(event)

    def on_body_viewer_loaded(self, event: BodyViewer.Loaded) -> None:
        self.heard.append(event)

    def bell(self) -> None:
        self.bells += 1


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after the other."""
    await pilot.press(*keys)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until workers, threads and messages are done."""
    await at_rest(pilot.app)


async def show(pilot: Pilot[Any], data: bytes, content_type: str = "application/json", **options: Any) -> BodyViewer:
    """Show a body and wait for it."""
    viewer = pilot.app.query_one(BodyViewer)
    viewer.show(data, content_type=content_type, **options)
    await settle(pilot)
    return viewer


def strips(app: App[Any]) -> list[Strip]:
    """What a terminal would get."""
    return app.screen._compositor.render_strips()


def lines(app: App[Any]) -> list[str]:
    """The same as text, without the spaces at the ends."""
    return [strip.text.rstrip() for strip in strips(app)]


def text_lines(app: App[Any]) -> list[str]:
    """The lines of the text alone, without gutter, notice, status and find bar."""
    view = app.query_one(CodeView)
    return [view.render_line(y).text[view.gutter_width :].rstrip() for y in range(view.size.height)]


def notice(app: App[Any]) -> str:
    return str(app.query_one("#viewer-notice").render()) if app.query_one("#viewer-notice").display else ""


def status(app: App[Any]) -> str:
    return str(app.query_one("#viewer-status").render()).strip()


def count(app: App[Any]) -> str:
    return str(app.query_one("#find-count").render()).strip()
