"""Keeps drafts of what is typed on the disk: a moment after the last key, and at least once a second while typing.

`files.drafts` writes them, `controllers.drafting` says which; here is only when, and what to do when it fails.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench.model.errors import FileError
from workbench.tui.controllers import drafting

if TYPE_CHECKING:
    from textual.app import App
    from textual.timer import Timer

    from workbench.files.drafts import Box
    from workbench.tui.controllers.workspace import Workspace
    from workbench.tui.screens.filing import FilingScreen

QUIET = 0.3
"""Seconds after the last key."""

LONGEST = 0.9
"""Seconds between two drafts while keys keep coming; with the write itself less than one."""

MOST_WAITING = 0.5
"""Seconds that keys which have arrived get to become edits, when the program is asked to end."""


async def quiet(app: App[Any]) -> None:
    """Wait until no message waits anywhere, a bounded time."""
    until = time.monotonic() + MOST_WAITING
    calm = 0
    while calm < 3 and time.monotonic() < until:  # noqa: PLR2004 - a key is handed on a few times before it is an edit
        await asyncio.sleep(0)
        waiting = app.message_queue_size + sum(node.message_queue_size for node in app.screen.walk_children())
        calm = 0 if waiting or app.screen.message_queue_size else calm + 1
        if waiting:
            await asyncio.sleep(0.005)


class Drafting:
    """The drafts of one screen's workspace."""

    def __init__(self, screen: FilingScreen) -> None:
        self._screen = screen
        self._box: Box | None = None
        self._timer: Timer | None = None
        self._waiting_since: float | None = None
        self._failed = ""
        self._over = False

    def touch(self) -> None:
        """Something was typed: a draft is due."""
        if self._over:
            return
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        due = min(now + QUIET, self._waiting_since + LONGEST)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if due <= now:
            self._due()  # a timer of no length is none that Textual has
        else:
            self._timer = self._screen.set_timer(due - now, self._due)

    def _due(self) -> None:
        self._timer = self._waiting_since = None
        self._screen.run_worker(self.keep(), name="drafts", group="drafts")

    async def keep(self) -> None:
        """Keep what stands there now, in a thread."""
        self._report(await asyncio.to_thread(self._write, self._screen.workspace, self._screen.half_typed_texts()))

    def keep_now(self) -> None:
        """Keep what stands there now before the process ends; blocks, and never raises for a disk that refuses."""
        half_typed = self._screen.half_typed_texts()
        if self._box is not None or self._screen.workspace.dirty or half_typed:
            self._write(self._screen.workspace, half_typed)

    def forget(self) -> None:
        """What is unsaved is not wanted: from now on there are no drafts."""
        if self._box is not None:
            self._box.end()
        self._over = True

    def _write(self, workspace: Workspace, half_typed: drafting.HalfTyped) -> str:
        from workbench.files.drafts import Box

        if self._over:
            return ""
        if self._box is None:
            self._box = Box()
        drafts = drafting.wanted(workspace, half_typed)
        try:
            self._box.keep(drafts, at=datetime.now(UTC).isoformat(timespec="seconds"))
        except FileError as error:
            return str(error)
        return ""

    def _report(self, failed: str) -> None:
        """Say once that drafts cannot be kept, and once that they can again."""
        if failed and failed != self._failed:
            self._screen.say(f"no draft is kept of what you type: {failed}", "error")
        elif self._failed and not failed:
            self._screen.say("drafts are kept again")
        self._failed = failed
