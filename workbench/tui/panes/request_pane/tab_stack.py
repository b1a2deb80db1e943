"""The tabs side by side: made when they are first looked at, and kept in step with the request."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import TabbedContent, TabPane

from workbench.tui.panes.request_pane.form_fields import Field
from workbench.tui.panes.request_pane.params_tab import ParamsTab
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.widget import Widget

    from workbench.model.collection import SavedRequest
    from workbench.tui.panes.request_pane.preview import Preview
    from workbench.tui.panes.request_pane.tab import EditorTab, External

TabName: TypeAlias = Literal["params", "headers", "body", "tests", "options", "preview"]
TABS: tuple[TabName, ...] = get_args(TabName)


def _made(name: TabName) -> EditorTab:
    """A tab; the modules of all but the first are large, and are imported when they are first looked at."""
    module = import_module(f"workbench.tui.panes.request_pane.{name}_tab")
    tab: EditorTab = getattr(module, f"{name.title()}Tab")()
    return tab


class TabStack(TabbedContent):
    """Six tabs on one line above the one that is shown. Their labels count what is in them."""

    DEFAULT_CSS = """
    TabStack, TabStack > ContentSwitcher { height: 1fr; }
    TabStack ContentTabs { height: 1; }
    TabStack Underline { display: none; }
    TabStack ContentTab.-active { text-style: bold underline; }
    TabStack TabPane { padding: 0; height: 1fr; }
    """

    names: reactive[Names] = reactive[Names](dict)
    ids: reactive[tuple[str, ...]] = reactive[tuple[str, ...]](())
    preview: reactive[Preview | None] = reactive["Preview | None"](None)

    def __init__(self) -> None:
        super().__init__(initial="tab-params")
        self._request: SavedRequest | None = None
        self._building = asyncio.Lock()
        self._half_typed: dict[str, str] = {}
        self.tabs: dict[TabName, EditorTab] = {"params": ParamsTab()}

    def compose(self) -> ComposeResult:
        """A place for each tab; only the first is filled, for each would delay the first frame."""
        for name in TABS:
            pane = TabPane(Content(name.title()), id=f"tab-{name}")
            if name == "params":
                pane.compose_add_child(self.tabs[name])
            self.compose_add_child(pane)
        yield from super().compose()

    def on_mount(self) -> None:
        """Show in the first tab what was set before it was there."""
        self._fill("params")

    async def build(self, name: TabName) -> EditorTab:
        """The tab, made now if it has not been looked at yet."""
        async with self._building:  # another call may be in the middle of making it
            tab = self.tabs.get(name)
            if tab is None or not tab.is_attached:
                tab = self.tabs[name] = _made(name)
                await self.query_one(f"#tab-{name}", TabPane).mount(tab)
                self._fill(name)
        return tab

    def _fill(self, name: TabName) -> None:
        tab = self.tabs[name]
        tab.names = self.names
        tab.ids = self.ids
        tab.show_preview(self.preview)
        if self._request is not None:
            tab.show(self._request, fresh=True)
            tab.type_again(self._half_typed)

    def half_typed(self) -> dict[str, str]:
        """What stands in fields of any tab and is in no request; of tabs not made yet what was given."""
        found = {name: text for tab in self.built for name, text in tab.half_typed().items()}
        known = {field.id for tab in self.built for field in tab.query(Field)}
        return {**{name: text for name, text in self._half_typed.items() if name not in known}, **found}

    def type_again(self, texts: Mapping[str, str]) -> None:
        """Put half-typed texts back, into tabs that are made later as well."""
        self._half_typed = dict(texts)
        for tab in self.built:
            tab.type_again(texts)

    @property
    def built(self) -> Iterator[EditorTab]:
        """The tabs that there are so far."""
        return (tab for tab in self.tabs.values() if tab.is_mounted)

    @property
    def shown(self) -> TabName:
        """The name of the tab that is shown."""
        return next((name for name in TABS if self.active == f"tab-{name}"), "params")

    def watch_names(self, names: Names) -> None:
        """Every tab paints and completes with these."""
        for tab in self.built:
            tab.names = names

    def watch_ids(self, ids: tuple[str, ...]) -> None:
        """The other requests, for `needs` and for an id that is free."""
        for tab in self.built:
            tab.ids = ids

    def watch_preview(self, preview: Preview | None) -> None:
        """What would be sent."""
        for tab in self.built:
            tab.show_preview(preview)

    def show(self, request: SavedRequest, *, fresh: bool, but: EditorTab | None = None) -> None:
        """Show a request in every tab but one, which has it already."""
        self._request = request
        if fresh:
            self._half_typed = {}
        for tab in self.built:
            if tab is not but:
                tab.show(request, fresh=fresh)
        self._label(request)

    def _label(self, request: SavedRequest) -> None:
        labels = {
            "params": _counted("Params", sum(not entry.off for entry in request.query)),
            "headers": _counted("Headers", sum(not entry.off for entry in request.headers)),
            "body": f"Body·{request.body.kind}" if request.body else "Body",
            "tests": _counted("Tests", len(request.asserts)),
        }
        for name, label in labels.items():
            tab = self.get_tab(f"tab-{name}")
            if tab.label_text != label:
                tab.label = Content(label)

    async def take_body_file(self, path: str) -> None:
        """Send a file as the body, as if its path had been typed in the Body tab."""
        tab = await self.build("body")
        tab.take_file(path)

    def external(self, focused: Widget | None) -> External | None:
        """The text of the shown tab that $EDITOR should open."""
        tab = self.tabs.get(self.shown)
        return tab.external(focused) if tab is not None else None

    def replace_external(self, field: str, text: str) -> bool:
        """Put a text back where it came from; False when that place is gone."""
        return any(tab.replace_external(field, text) for tab in self.built)


def _counted(label: str, count: int) -> str:
    return f"{label}·{count}" if count else label
