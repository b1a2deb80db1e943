"""Walks through every tab of every answer in the real app; runs inside the app that a row of the campaign starts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import TabbedContent, TabPane
from textual.widgets._tabbed_content import ContentTab

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.collection import SavedRequest
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.controllers.workspace import Ref
    from workbench.tui.screens.main import MainScreen

KEYS = {
    "tab-body": ("j", "w", "w", "x", "x", "r", "r", "1", "plus", "n", "G", "end", "home", "slash", "e", "enter", "f"),
    "tab-events": ("g", "j", "enter", "G", "enter"),
    "tab-headers": ("j", "G"),
    "tab-envelope": ("G", "end", "w", "g"),
}
STEP, PATIENCE = 0.01, 20.0


async def walk(app: WorkbenchApp) -> None:
    """Send every request, look at everything, and leave."""
    from workbench.tui.screens.main import MainScreen

    async with asyncio.timeout(PATIENCE * 4):
        await until(lambda: isinstance(app.screen, MainScreen) and app.screen.is_mounted and app.screen.ref is not None)
        main = app.screen
        assert isinstance(main, MainScreen)
        for ref, item in list(main.workspace.refs()):
            main.go_to(ref)
            await answered(main, ref, item.request)
            await look(app, main)
    app.exit(0)


async def until(holds: Callable[[], bool]) -> None:
    """Let the app work until something holds."""
    while not holds():  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(STEP)


async def answered(main: MainScreen, ref: Ref, request: SavedRequest) -> None:
    """Send a request, and wait for what comes of it."""
    await until(lambda: main.request == request)
    main.start("send")
    await until(lambda: ref in main.history.last and main.flight is None)


async def look(app: WorkbenchApp, main: MainScreen) -> None:
    """Every tab of the answer, and the keys that change what it shows."""
    await until(lambda: any(each.is_mounted for each in main.query("#response-tabs TabPane")))  # made after the start
    tabs = main.query_one("#response-tabs", TabbedContent)
    await until(lambda: tabs.is_mounted and len(tabs.query(ContentTab)) == len(tabs.query(TabPane)))
    for pane in list(tabs.query("TabPane").results()):
        name = pane.id or ""
        if not tabs.get_tab(name).display:
            continue
        tabs.active = name
        await asyncio.sleep(STEP * 3)
        place = next((widget for widget in pane.query("*").results() if widget.focusable), None)
        if place is None:
            continue
        place.focus()
        for key in KEYS.get(name, ()):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
            await asyncio.sleep(STEP)
        app.post_message(events.Key("escape", None))
        app.post_message(events.Key("escape", None))
        await asyncio.sleep(STEP)


def begin(app: WorkbenchApp) -> None:
    """Walk as soon as the app stands."""
    before = app._begin

    def started() -> None:
        before()
        app.run_worker(walk(app), name="walk")

    app._begin = started  # type: ignore[method-assign,assignment]  # the walk has to be in the app
    app.bell = lambda: None  # type: ignore[method-assign]  # a bell of ours is not to be taken for one of theirs
