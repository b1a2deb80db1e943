"""A run from the app: which requests of which files, what keeps it from starting, and its results one by one.

The engine is `replay.gather` and `replay.runner`; this puts the workspace's edits and the target bar's picks under it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from workbench.tui.controllers.aim import Picks, aimed, environment_of
from workbench.tui.controllers.overrides import Overrides

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import SavedRequest
    from workbench.model.errors import Problem
    from workbench.model.exchange import Exchange
    from workbench.replay.runner import Run, Work
    from workbench.replay.session import Session
    from workbench.tui.controllers.workspace import OpenFile


@dataclass(frozen=True, eq=False)
class Part:
    """What runs of one file; no ids are all of them."""

    file: OpenFile
    ids: tuple[str, ...] = ()

    @property
    def loaded(self) -> LoadedCollection:
        """The file with every unsaved edit in it.

        Raises:
            ValueError: the file is broken.
        """
        if self.file.loaded is None:
            raise ValueError(f"{self.file.path} is broken")
        return msgspec.structs.replace(self.file.loaded, collection=self.file.collection())

    def requests(self) -> list[SavedRequest]:
        """The requests that run, without what they need."""
        return [item.request for item in self.file.items if not self.ids or item.request.id in self.ids]


@dataclass(frozen=True, eq=False)
class RunOrder:
    """One run: its parts in order, where they go, and the values that hold for this run of the program alone."""

    title: str
    parts: tuple[Part, ...]
    environment: str | None = None
    picks: Picks = field(default_factory=Picks)
    overrides: Overrides = field(default_factory=Overrides)

    def only(self, failed: dict[str, list[str]]) -> RunOrder:
        """The same run with just these ids of each file; files without any are left out."""
        parts = tuple(
            replace(part, ids=tuple(failed[part.file.path])) for part in self.parts if part.file.path in failed
        )
        return replace(self, parts=parts)


async def works_of(session: Session, order: RunOrder) -> list[Work]:
    """The work of a run, with everything found that could keep it from starting.

    Raises:
        CollectionError, SecretError: with every problem of every file; nothing was sent.
        WorkbenchError: anything else that keeps a file from running.
    """
    from workbench.model.errors import CollectionError, SecretError
    from workbench.replay.gather import gather
    from workbench.replay.plan import Selection

    works: list[Work] = []
    problems: list[Problem] = []
    for part in order.parts:
        loaded = part.loaded
        view = aimed(session, order.picks, part.file.path)
        chosen = environment_of(loaded.collection, order.environment)
        try:
            works += await gather(
                view,
                [loaded],
                selection=Selection(only=part.ids),
                environment=chosen.name if chosen else None,
                given={**order.overrides.given, **order.overrides.of(part.file.path)},
            )
        except (CollectionError, SecretError) as error:
            problems += error.problems
    if problems:
        raise CollectionError(problems)
    return works


async def results(
    session: Session, works: list[Work], started: Callable[[Run], None], jobs: int = 1
) -> AsyncIterator[Exchange]:
    """The outcomes in file order, each as soon as it is there; `started` gets the run, to stop it."""
    from workbench.replay.runner import Run, RunOptions

    run = Run(session, works, RunOptions(jobs=jobs))
    started(run)
    async for exchange in run.results():
        yield exchange
