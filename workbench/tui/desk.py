"""What the main screen offers to the flows: its state, and a few things to do with it.

A protocol, so that neither needs the other's module and a test can stand in for the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import App
    from textual.screen import Screen
    from textual.widget import Widget

    from workbench.model.catalog import Service
    from workbench.replay.session import Session
    from workbench.tui.controllers.aim import Aim, Picks
    from workbench.tui.controllers.answer import Answer, Flight
    from workbench.tui.controllers.archive import Archive
    from workbench.tui.controllers.catalog import Catalog
    from workbench.tui.controllers.history import Entry, History, Past
    from workbench.tui.controllers.layout import Layout, Zoom
    from workbench.tui.controllers.overrides import Overrides
    from workbench.tui.controllers.revealing import Revealed
    from workbench.tui.controllers.undoing import Step
    from workbench.tui.controllers.workspace import Ref, Workspace
    from workbench.tui.panes.collections_pane import Place
    from workbench.tui.said import Said

Result = TypeVar("Result")
Severity = Literal["information", "warning", "error"]


class Desk(Protocol):
    """The main screen as the flows see it. Setting an attribute shows it everywhere.

    Attributes:
        paths: what the program was opened on.
        captures: what earlier answers have left, by file.
        overrides: values of variables that hold for this run of the program.
        revealed: the secrets that may be shown now.
        place: what the cursor of the tree stands on.
        saving: the files that are being saved right now, so that the save is not taken for somebody else's.
        steps: changes of requests, files and folders that can be undone, the last one last.
        shown: the send of the past that is shown, or None for the request's own last one.
        past: what the history on disk has, as far as it is listed.
    """

    session: Session
    paths: tuple[str, ...]
    workspace: Workspace
    ref: Ref | None
    environment: str | None
    picks: Picks
    catalog: Catalog
    history: History
    past: Past
    shown: Entry | None
    captures: Mapping[str, Mapping[str, Any]]
    overrides: Overrides
    revealed: Revealed | None
    place: Place | None
    saving: set[str]
    steps: list[Step]
    layout_state: Layout

    @property
    def aim(self) -> Aim:
        """Where the request that is shown goes."""

    @property
    def answer(self) -> Answer:
        """What the response pane shows."""

    @property
    def archive(self) -> Archive:
        """The history on disk."""

    @property
    def flights(self) -> Mapping[Ref, Flight]:
        """The calls under way, one for a request at most."""

    @property
    def flight(self) -> Flight | None:
        """The call under way of the request that is shown."""

    def fly(self, flight: Flight) -> None:
        """A call has begun in this worker."""

    def progress(self, flight: Flight) -> None:
        """A call goes on; one that is over by now stays so."""

    def land(self, ref: Ref) -> None:
        """A call is over."""

    def keep(self, entries: Sequence[Entry]) -> list[Entry]:
        """Add these outcomes to the history; gives them back with their numbers."""

    def find_past(self, query: str) -> None:
        """List the sends that are looked for; all for an empty query."""

    def focus_search(self) -> None:
        """Open the line to search the history with."""

    def highlighted_past(self) -> str:
        """The key of the send under the cursor of the history, where it has the focus; else of the one shown, or ""."""

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds, for measuring."""

    @property
    def focused(self) -> Widget | None:
        """What has the focus."""

    def say(self, text: str, severity: Severity = "information") -> None:
        """A toast: it repeats what also stands somewhere, or reports what was done."""

    @property
    def said(self) -> Said:
        """What was said in passing."""

    async def ask(self, screen: Screen[Result]) -> Result | None:
        """Open a screen and wait for its answer; None when it was closed."""

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say how."""

    def start(self, name: str) -> None:
        """Start an action by its id, as its key does."""

    @property
    def app(self) -> App[Any]:
        """The app, for what belongs to the terminal."""

    def cancel(self) -> None:
        """Cancel the call under way of the request that is shown."""

    def go_to(self, ref: Ref) -> None:
        """Show a request."""

    def load_files(self) -> object:
        """Read the collections again, in a thread."""

    def look_up(self) -> object:
        """Ask the platform for teams and services, in the background."""

    def open_editor(self) -> None:
        """Open what is in focus in the external editor."""

    def take_body_file(self, path: str) -> None:
        """Send a file as the body of the request that is shown; what the body was before stays within reach."""

    def show_tab(self, name: str) -> None:
        """Show a tab of the request pane."""

    def show_filter(self) -> None:
        """Narrow the tree of collections to what is typed."""

    def find_in_body(self) -> None:
        """Open the line to find a text in the answer's body with."""

    def highlighted_service(self) -> Service | None:
        """The service under the cursor of the list, where the list has the focus; else the target's."""

    def focused_part(self) -> Zoom:
        """The part of the window that has the focus."""

    def put_half_typed(self, texts: Mapping[Ref, Mapping[str, str]]) -> None:
        """Put half-typed texts back into their fields, when their request is shown."""

    async def keep_drafts(self) -> None:
        """Keep what is unsaved as drafts, now."""

    def forget_drafts(self) -> None:
        """What is unsaved is not wanted: no draft of it stays."""

    def open_demo(self) -> None:
        """Start the built-in gateway and show the sample collections in place of everything else."""
