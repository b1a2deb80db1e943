"""The main screen: gives its state down by `data_bind`, and turns the messages of the panes into changes of it.

What an action does stands in `commands` and the flows, the state in `state`, the work on it in `working`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers import watching
from workbench.tui.flows import body_files, editing, keeping, outside, past
from workbench.tui.panes.broken_file import BrokenFile
from workbench.tui.panes.collections_pane import CollectionsPane, CollectionsTree
from workbench.tui.panes.file_notice import FileNotice
from workbench.tui.panes.header_bar import HeaderBar
from workbench.tui.panes.history_pane import HistoryList, HistoryPane
from workbench.tui.panes.request_pane import TAB_BINDINGS, MethodSelect, PathField, RequestPane, is_foreign
from workbench.tui.panes.response import ResponsePane
from workbench.tui.panes.services_pane import ServiceList, ServicesPane
from workbench.tui.panes.target_bar import TargetBar
from workbench.tui.screens.arranging import ArrangingScreen
from workbench.tui.widgets.body_viewer import BodyViewer
from workbench.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from workbench.model.catalog import Service
    from workbench.tui.controllers.workspace import Ref
    from workbench.tui.panes.request_pane.messages import Edited, EditorRequested, FileRequested


BEGIN = """\
How to begin

ctrl+n   a new request, in a collection of its own
ctrl+p   then "import": OpenAPI, HAR, Postman or curl
ctrl+p   then "demo": sample services, no account

A curl command or a gateway URL that is pasted into the path of a request fills it in."""
"""What stands in place of an answer while there is no request at all."""


LATEST_LOOK = 1.0
"""Seconds after which the platform is asked even if no file could be read by then."""


class MainScreen(ArrangingScreen):
    """Services, collections and history on the left; the request above its response on the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("main"),
        *TAB_BINDINGS,
        Binding("question_mark", "app.do('help')", "Help", show=False),
    ]
    _began = _styled = False

    def compose(self) -> ComposeResult:
        """The panes, each with the values it shows."""
        super().settle()
        cls = MainScreen
        yield HeaderBar().data_bind(cls.aim, cls.catalog, cls.environment, cls.overrides, cls.revealed, cls.ref)
        yield TargetBar(id="target-bar").data_bind(cls.aim, cls.catalog, cls.request, cls.names, cls.sending)
        with Horizontal(id="columns"):
            with Vertical(id="side"):
                yield ServicesPane(id="services-pane").data_bind(cls.catalog, cls.aim)
                yield CollectionsPane(id="collections-pane").data_bind(cls.workspace, cls.ref)
                yield HistoryPane(id="history-pane").data_bind(cls.history, cls.past, cls.flights)
            with Vertical(id="work"):
                yield FileNotice(id="file-notice").data_bind(cls.workspace, cls.ref)
                yield RequestPane(id="request-pane").data_bind(cls.request, cls.names, cls.preview, cls.ids)
                yield BrokenFile(id="broken-file").data_bind(file=cls.problem_file)
                yield ResponsePane(self.session.redactor, id="response-pane").data_bind(cls.answer)
        yield KeyLine()
        yield Static("", id="too-small", markup=False)

    def on_mount(self) -> None:
        """The first frame comes before the disk and the network."""
        self.query_one(PathField).known_paths = self.known_paths
        response = self.query_one(ResponsePane)
        response.clock, response.welcome = self.clock, self.welcome
        self.query_one(HistoryPane).clock = self.clock
        self.query_one("#request-pane").border_title = "Request"
        self.settle()
        self.watch_layout_state()
        self.set_interval(watching.EVERY, self.look_at_the_disk)
        if self.ref is not None:
            self.opened(self.ref)
        self.call_after_refresh(self.load_files)
        self.set_timer(LATEST_LOOK, self._look_around)
        self.call_after_refresh(self.find_past, "")

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """All has been styled as it was mounted: the first time it is not done again."""
        event.refresh_styles = event.refresh_styles and self._styled
        self._styled = True

    # Messages up

    def action_do(self, name: str) -> None:
        """What a key, the palette or a chip asks for."""
        self.start(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Cancel is there only while there is something to cancel."""
        if action == "do" and parameters == ("cancel",):
            return self.flight is not None
        return super().check_action(action, parameters)

    def opened(self, first: Ref) -> None:
        """Typing edits the path of a file that was named; a folder is looked at first."""
        single = len(self.paths) == 1 and self.paths[0] == first.path
        self.call_after_refresh(self._begin_in, PathField if single else CollectionsTree)

    def _begin_in(self, kind: type[Widget]) -> None:
        for place in self.query(kind):  # none are left when the app is ending
            self.set_focus(place)  # at once: what was typed meanwhile goes where the focus is
        self._taken()

    def _taken(self) -> None:
        """There is something to work with: what was typed meanwhile goes there, and the network may be asked."""
        self.app.ready()  # type: ignore[attr-defined]  # WorkbenchApp's
        self._look_around()

    def _look_around(self) -> None:
        """Ask the platform, and make what the first answer needs.

        The modules for it are large: imported any earlier, they would make the first request come later.
        """
        if not self._began:
            self._began = True
            self.look_up()
            for pane in self.query(ResponsePane):
                pane.prepare()

    def _unread(self, reason: str) -> None:
        if self.ref is None:  # else there is a place for what was typed in a moment
            self._taken()
        for pane in self.query(CollectionsPane):
            pane.empty = reason
        nothing = next(self.workspace.refs(), None) is None
        for response in self.query(ResponsePane):
            response.begin = BEGIN if nothing else ""

    def watch_problem_file(self) -> None:
        """A broken file stands in place of the request."""
        self.set_class(self.problem_file is not None, "-broken")

    def settle(self) -> None:
        """The title of the request pane follows from the state too."""
        super().settle()
        item = self.workspace.item(self.ref)
        title = f"Request ─ {item.request.title}{' ●' if item.changed else ''}" if item else "Request"
        self.query_one("#request-pane").border_title = Content(one_line(title))

    @on(FileNotice.Chosen)
    def _file_chosen(self, event: FileNotice.Chosen) -> None:
        self.start(event.action)

    @on(RequestPane.Edited)
    def _edited(self, event: Edited) -> None:
        if self.ref is not None:
            self.workspace = self.workspace.edit(self.ref, event.request)

    @on(PathField.PathChanged)
    def _path_changed(self, event: PathField.PathChanged) -> None:
        self._change(path=event.path)

    @on(MethodSelect.MethodChanged)
    def _method_changed(self, event: MethodSelect.MethodChanged) -> None:
        self._change(method=event.method)

    @on(PathField.Pasted)
    def _pasted(self, event: PathField.Pasted) -> None:
        editing.paste(self, event.text)

    def on_paste(self, event: events.Paste) -> None:
        """A whole request that is pasted where no text is typed fills in the one that is shown."""
        if is_foreign(event.text):
            event.stop()
            editing.paste(self, event.text)

    def _change(self, **fields: Any) -> None:
        if self.ref is not None and self.request is not None:
            self.workspace = self.workspace.edit(self.ref, msgspec.structs.replace(self.request, **fields))

    @on(RequestPane.SendRequested)
    @on(PathField.Submitted)
    def _send_requested(self) -> None:
        self.start("send")

    @on(RequestPane.PreviewRequested)
    def _preview_requested(self) -> None:
        self.look_ahead()

    @on(CollectionsPane.RequestOpened)
    def _request_opened(self, event: CollectionsPane.RequestOpened) -> None:
        self.problem_file, self.shown, self.ref = None, None, event.ref

    @on(CollectionsPane.FileSelected)
    def _file_selected(self, event: CollectionsPane.FileSelected) -> None:
        self.problem_file = self.workspace.file(event.path)

    @on(CollectionsPane.PlaceHighlighted)
    def _place_highlighted(self, event: CollectionsPane.PlaceHighlighted) -> None:
        self.place = event.place

    @on(CollectionsPane.MenuRequested)
    def _menu_requested(self) -> None:
        self.start("file_menu")

    @on(ServicesPane.ServiceSelected)
    def _service_selected(self, event: ServicesPane.ServiceSelected) -> None:
        self.use_service(event.slug)

    @on(ServicesPane.StatesWanted)
    def _states_wanted(self) -> None:
        self.look_at_states()

    @on(HistoryPane.PastSelected)
    def _past_selected(self, event: HistoryPane.PastSelected) -> None:
        self.run_worker(past.show(self, event.key), group="past", exclusive=True)

    @on(HistoryPane.FlightSelected)
    def _flight_selected(self, event: HistoryPane.FlightSelected) -> None:
        self.go_to(event.ref)

    @on(HistoryPane.SearchChanged)
    def _search_changed(self, event: HistoryPane.SearchChanged) -> None:
        self.find_past(event.query)

    @on(BodyViewer.KeepRequested)
    def _keep_requested(self, event: BodyViewer.KeepRequested) -> None:
        keeping.keep(self, event)

    @on(RequestPane.EditorRequested)
    def _editor_requested(self, event: EditorRequested) -> None:
        text, wrong = outside.edit_text(self.app, event.text, event.suffix, self.session.environ)
        if text is not None:
            self.query_one(RequestPane).replace_text(event.field, text)
        elif wrong:
            self.say(wrong, "error")

    @on(RequestPane.FileRequested)
    def _file_requested(self, event: FileRequested) -> None:
        if event.path:
            body_files.edit(self, event.path)
        else:
            self.start("body_file")

    # What the flows ask of the panes

    def use_service(self, slug: str) -> None:
        """Send the requests of the file that is shown to another service."""
        self.picks = self.picks.with_service(self.ref.path if self.ref else "", slug)

    def go_to(self, ref: Ref) -> None:
        """Show a request, and put the focus where it can be read."""
        self.problem_file, self.shown, self.ref = None, None, ref
        self.query_one(PathField).focus()

    def open_editor(self) -> None:
        """In the tree and on a broken file: the file itself; else the text in focus."""
        file = self.problem_file
        path = file.path if file else getattr(self.place, "path", "")
        if file is not None or (isinstance(self.focused, CollectionsTree) and self.workspace.file(path)):
            problems = file.problems if file is not None else ()
            line = getattr(self.place, "line", 0) or next((each.line for each in problems if each.line), 0)
            outside.edit_open_file(self, path, line)
        else:
            self.query_one(RequestPane).action_open_editor()

    def show_tab(self, name: str) -> None:
        """Show a tab of the request pane."""
        self.query_one(RequestPane).show_tab(name)

    def focus_search(self) -> None:
        """Open the line to search the history with."""
        if self.layout_state.hidden or self.layout_state.zoom in ("request", "response"):
            self.layout_state = replace(self.layout_state, hidden=False, zoom="")
        self.query_one(HistoryPane).open_search()

    def find_in_body(self) -> None:
        """Open the line to find a text in the answer's body with."""
        if self.layout_state.zoom in ("side", "request"):
            self.layout_state = replace(self.layout_state, zoom="")
        if not self.query_one(ResponsePane).find():
            self.say("there is no body to find anything in", "warning")

    def highlighted_past(self) -> str:
        """The key of the send under the cursor of the history, where it has the focus; else of the one shown."""
        if isinstance(self.focused, HistoryList):
            return self.query_one(HistoryPane).highlighted
        return super().highlighted_past()

    def take_body_file(self, path: str) -> None:
        """Send a file as the body of the request that is shown."""
        self.query_one(RequestPane).take_body_file(path)

    def action_show_tab(self, name: str) -> None:
        """Show a tab of the request pane, by its key."""
        self.show_tab(name)

    def show_filter(self) -> None:
        """Narrow the tree of collections to what is typed."""
        self.query_one(CollectionsPane).show_filter()

    def highlighted_service(self) -> Service | None:
        """The service under the cursor of the list, where the list has the focus; else the target's."""
        if isinstance(self.focused, ServiceList):
            return self.query_one(ServicesPane).highlighted
        return super().highlighted_service()
