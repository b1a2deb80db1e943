"""The main screen's work: what the flows ask of it (`desk.Desk`), and workers that ask the platform."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work

from workbench.tui import commands
from workbench.tui.collecting import keep_what_is_there
from workbench.tui.controllers import catalog as catalogs
from workbench.tui.controllers import previewing
from workbench.tui.flows import restoring, signing
from workbench.tui.screens.filing import FilingScreen
from workbench.tui.typing_ahead import typed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from workbench.model.catalog import Service
    from workbench.replay.session import Session
    from workbench.tui.controllers.archive import Archive
    from workbench.tui.controllers.layout import Zoom
    from workbench.tui.controllers.loading import Begun
    from workbench.tui.controllers.workspace import Ref


class WorkingScreen(FilingScreen):
    """The state with the work on it; a subclass draws it and has its panes."""

    def __init__(
        self,
        session: Session,
        paths: Sequence[str],
        archive: Archive,
        *,
        environment: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        welcome: str = "",
        begun: Begun | None = None,
    ) -> None:
        super().__init__(session, paths, archive, begun)
        self.clock = clock
        self.welcome = welcome
        self._offered_a_key = self._offered_drafts = False
        self._looked_up: object = None
        self.set_reactive(FilingScreen.environment, environment)

    def start(self, name: str) -> None:
        """Start an action by its id; one that takes time runs as a worker."""
        coroutine = commands.COMMANDS[name](self)
        if coroutine is not None:
            self.run_worker(self._after_typing(coroutine), name=name, group=name)

    async def _after_typing(self, action: Coroutine[Any, Any, object]) -> None:
        """Carry out an action on what was typed before its key: keys of a field take a few steps to get here."""
        try:
            await typed(self.focused)
        except asyncio.CancelledError:
            action.close()
            raise
        await action

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say how."""
        self.app.copy(text, what)  # type: ignore[attr-defined]  # WorkbenchApp's

    def open_demo(self) -> None:
        """Start the built-in gateway and show the sample collections in place of everything else."""
        self.app.open_demo()  # type: ignore[attr-defined]  # WorkbenchApp's

    def files_read(self) -> None:
        """What an earlier run left unsaved is offered once its files are there."""
        if not self._offered_drafts:
            self._offered_drafts = True
            self.run_worker(restoring.offer(self), name="offer drafts", group="offer drafts")

    # The platform

    def watch_aim(self) -> None:
        """Another profile or team has other services."""
        wanted = (self.aim.profile, self._team())
        if self._looked_up is not None and self._looked_up != wanted:
            self.look_up()

    def _team(self) -> str | None:
        if self.picks.team is not None:
            return self.picks.team.id
        profile = self.aim.profile
        if self.aim.target is not None:
            return self.aim.target.team
        return self.session.overrides.team or (profile.team if profile else None)

    @work(exclusive=True, group="catalog")
    async def look_up(self) -> None:
        """Ask the platform for teams and services; whatever fails is said in the pane."""
        profile, team = self.aim.profile, self._team()
        again, self._looked_up = self._looked_up == (profile, team), (profile, team)
        if profile is None:
            self.catalog = catalogs.Catalog(status="failed", message=self.aim.problem, hint=self.aim.hint)
            return
        if again and self.catalog.status == "ready":
            self.catalog = replace(self.catalog, status="loading")
        else:
            self.catalog = catalogs.Catalog(profile=profile.name)
            self.catalog = await catalogs.begin(self.session, profile, team)
        await asyncio.to_thread(_preload)
        keep_what_is_there()
        self.catalog = await catalogs.settle(profile, team, await catalogs.load(self.session, profile, team))
        if self.catalog.status == "no_credential" and not self._offered_a_key:
            self._offered_a_key = True
            await signing.welcome(self)

    @work(exclusive=True, group="states")
    async def look_at_states(self) -> None:
        """See how the services that are changing are by now."""
        profile, before = self.aim.profile, self.catalog
        if profile is not None and before.status == "ready":
            found = await catalogs.refresh(self.session, profile, before)
            if self.catalog is before:  # else there is a newer list by now
                self.catalog = found

    # What a subclass with panes knows better

    def highlighted_past(self) -> str:
        """The key of the send that is shown; a list may have its cursor on another."""
        entry = self.answer.entry
        return entry.key if entry is not None and entry.sent else ""

    def focus_search(self) -> None:
        """Open the line to search the history with."""

    def go_to(self, ref: Ref) -> None:
        """Show a request."""

    def highlighted_service(self) -> Service | None:
        """The service of the target; a list may have its cursor on another."""
        return self.catalog.service(self.aim.target.service) if self.aim.target else None

    def focused_part(self) -> Zoom:
        """The part of the window that has the focus."""
        return "request"

    def open_editor(self) -> None:
        """Open what is in focus in the external editor."""

    def show_filter(self) -> None:
        """Narrow the tree of collections to what is typed."""

    def find_in_body(self) -> None:
        """Open the line to find a text in the answer's body with."""

    def take_body_file(self, path: str) -> None:
        """Send a file as the body of the request that is shown."""

    def show_tab(self, name: str) -> None:
        """Show a tab of the request pane."""

    # The preview

    def watch_revealed(self) -> None:
        """Secrets are shown, or masked again."""
        if self.preview is not None:
            self.look_ahead()

    @work(exclusive=True, group="preview")
    async def look_ahead(self) -> None:
        """Work out what would be sent."""
        order = self.order()
        if order is not None:
            self.preview = await asyncio.to_thread(previewing.preview, self.session, order, self.aim, self.revealed)


def _preload() -> None:
    """The network's modules, which no frame should wait for."""
    from workbench import invoke

    invoke.preload()
