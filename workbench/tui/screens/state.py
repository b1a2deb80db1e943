"""The main screen's state: a few reactives with frozen values, and all that follows from them.

What a user or a worker changes is above the line; what `settle` works out of it is below, and is set nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from textual.reactive import reactive, var
from textual.screen import Screen

from workbench.model.collection import SavedRequest
from workbench.tui.controllers.aim import Aim, Picks, aim
from workbench.tui.controllers.answer import Answer, Flight
from workbench.tui.controllers.catalog import Catalog
from workbench.tui.controllers.history import Entry, History, Past
from workbench.tui.controllers.layout import Layout
from workbench.tui.controllers.overrides import Overrides
from workbench.tui.controllers.revealing import Revealed
from workbench.tui.controllers.sending import Order
from workbench.tui.controllers.variables import names_of
from workbench.tui.controllers.workspace import OpenFile, Ref, Workspace
from workbench.tui.panes.collections_pane import Place
from workbench.tui.panes.request_pane import Preview
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.replay.session import Session


_MOST_ELSEWHERE = 2_000
"""Requests of other files whose paths are offered."""


class StateScreen(Screen[None]):
    """A screen with the workbench's state. `session` is the way to everything outside."""

    workspace: reactive[Workspace] = reactive(Workspace(), init=False)
    ref: reactive[Ref | None] = reactive[Ref | None](None, init=False)
    environment: reactive[str | None] = reactive[str | None](None, init=False)
    picks: reactive[Picks] = reactive(Picks(), init=False)
    catalog: reactive[Catalog] = reactive(Catalog(), init=False)
    history: reactive[History] = reactive(History(), init=False)
    past: reactive[Past] = reactive(Past(), init=False)
    shown: reactive[Entry | None] = reactive[Entry | None](None, init=False)
    flights: reactive[Mapping[Ref, Flight]] = reactive[Mapping[Ref, Flight]](dict, init=False)
    captures: reactive[Mapping[str, Mapping[str, Any]]] = reactive[Mapping[str, Mapping[str, Any]]](dict, init=False)
    overrides: reactive[Overrides] = reactive(Overrides(), init=False)
    revealed: reactive[Revealed | None] = reactive[Revealed | None](None, init=False)
    layout_state: reactive[Layout] = reactive(Layout(), init=False)
    problem_file: reactive[OpenFile | None] = reactive[OpenFile | None](None, init=False)
    place: var[Place | None] = var[Place | None](None)

    aim: reactive[Aim] = reactive(Aim(), init=False)
    request: reactive[SavedRequest | None] = reactive[SavedRequest | None](None, init=False)
    ids: reactive[tuple[str, ...]] = reactive[tuple[str, ...]]((), init=False)
    names: reactive[Names] = reactive[Names](dict, init=False)
    answer: reactive[Answer] = reactive(Answer(), init=False)
    sending: reactive[bool] = reactive(default=False, init=False)
    preview: reactive[Preview | None] = reactive[Preview | None](None, init=False)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def watch_workspace(self, before: Workspace, now: Workspace) -> None:
        """Files were read, edited or saved; one that is mended is no problem any more."""
        del before
        if self.problem_file is not None:
            file = now.file(self.problem_file.path)
            self.problem_file = file if file is not None and (file.broken or file.bad_requests) else None
        self.settle()

    def watch_ref(self, before: Ref | None, now: Ref | None) -> None:
        """Another request: its own last answer, and nothing half typed of the one before."""
        del before, now
        self.shown = None
        self.problem_file = None
        self.request = None
        self.preview = None
        self.settle()

    def watch_environment(self) -> None:
        """Another environment."""
        self.settle()

    def watch_picks(self) -> None:
        """Another team or service."""
        self.settle()

    def watch_captures(self) -> None:
        """An answer has left values for later requests."""
        self.settle()

    def watch_overrides(self) -> None:
        """A variable has another value for this run of the program."""
        self.settle()

    def watch_history(self) -> None:
        """A send has an outcome."""
        self.answer = self._answer()

    def watch_shown(self) -> None:
        """Another entry of the history, or back to the request's own."""
        self.answer = self._answer()

    @property
    def flight(self) -> Flight | None:
        """The call under way of the request that is shown."""
        return self.flights.get(self.ref) if self.ref else None

    def watch_flights(self) -> None:
        """A call began, went on or ended."""
        self.sending = self.flight is not None
        self.answer = self._answer()
        self.refresh_bindings()

    def settle(self) -> None:
        """Work out everything that follows from the state."""
        file = self.workspace.file(self.ref.path) if self.ref else None
        item = self.workspace.item(self.ref)
        order = self._order(file, item.request) if file and item else None
        self.aim = aim(
            self.session,
            self.picks,
            order.collection if order else None,
            item.request if item else None,
            self.environment,
        )
        self.ids = file.ids() if file else ()
        self.names = names_of(self.session, order) if order else {}
        self.request = item.request if item else None
        self.sending = self.flight is not None
        self.answer = self._answer()

    def _order(self, file: OpenFile, request: SavedRequest) -> Order | None:
        if file.loaded is None:
            return None
        return Order(
            loaded=file.loaded,
            collection=file.collection(),
            request=request,
            environment=self.environment,
            picks=self.picks,
            captures=self.captures.get(file.path, {}),
            overrides=self.overrides,
        )

    def known_paths(self) -> Iterator[str]:
        """Paths used before, the nearest first: of this file, of what was sent, of the other files."""
        file = self.workspace.file(self.ref.path) if self.ref else None
        yield from (item.request.path for item in (file.items if file else ()))
        yield from (entry.request.path for entry in reversed(self.history.entries))
        yield from (item.request.path for _, item in islice(self.workspace.refs(), _MOST_ELSEWHERE))

    def order(self) -> Order | None:
        """What sending the request that is shown would send; None when there is none."""
        file = self.workspace.file(self.ref.path) if self.ref else None
        item = self.workspace.item(self.ref)
        return self._order(file, item.request) if file and item else None

    def _answer(self) -> Answer:
        item = self.workspace.item(self.ref)
        past = self.shown
        if past is not None:
            file = "" if past.ref == self.ref or not past.file else f" ({PurePath(past.file).name})"
            own = self.history.last.get(past.ref)
            return Answer(
                title=past.request.title + file,
                entry=past,
                past=own is not past,
                changed=past.ref == self.ref and item is not None and past.request != item.request,
                elsewhere=self._elsewhere(past),
            )
        entry = self.history.last.get(self.ref) if self.ref else None
        return Answer(
            title=item.request.title if item else "",
            entry=entry,
            changed=entry is not None and item is not None and entry.request != item.request,
            flight=self.flight,
            elsewhere=self._elsewhere(entry) if entry else "",
        )

    def _elsewhere(self, entry: Entry) -> str:
        """Where an answer came from, when that is not where the request goes now."""
        was, now = entry.exchange.request.target if entry.exchange.request else None, self.aim.target
        if was is None or now is None:
            return ""
        names = [
            (f"{kind} {before}" if before else f"no {kind}")
            for kind, before, after in (
                ("service", was.service, now.service),
                ("environment", was.environment, now.environment),
                ("route", was.route, now.route),
                ("platform", was.base_url, now.base_url),
            )
            if before != after
        ]
        return ", ".join(names)
