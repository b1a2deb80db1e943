"""One collection on two targets: two runs side by side, and one Exchange for each request with what differs.

Each target has captures of its own: what was logged in on one is not used on the other. Generated values
(`{{$uuid}}` …) are the same on both.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbench.replay.baseline import paired
from workbench.replay.runner import Run

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor
    from workbench.replay.baseline import RuleBook
    from workbench.replay.runner import RunOptions, Work
    from workbench.replay.session import Session


class Twin:
    """The other target of a run.

    Args:
        name: what people call it, such as `env=prod`.
        session: the way to it.
        works: the same steps as those of the first target, in the same order.
        book: what does not count.
    """

    def __init__(self, name: str, session: Session, works: Iterable[Work], book: RuleBook) -> None:
        self.name = name
        self.session = session
        self.works = works
        self.book = book


class PairedRun(Run):
    """A run on the first target, with the second one's beside it. `rate` counts the calls to both together."""

    def __init__(self, session: Session, works: Iterable[Work], options: RunOptions, twin: Twin) -> None:
        options = msgspec.structs.replace(
            options,
            rate=options.rate / 2 if options.rate else None,
            seed=(datetime.now(UTC), secrets.token_hex(8)),
        )
        super().__init__(session, works, options)
        self._twin = twin
        self._other = Run(twin.session, twin.works, options)
        self._redactor: Redactor = session.redactor

    def stop(self, reason: str = "interrupted") -> None:
        """End both runs; their Exchanges still come."""
        super().stop(reason)
        self._other.stop(reason)

    def note(self, exchange: Exchange) -> None:
        """A failure on one target ends both with `--fail-fast`."""
        super().note(exchange)
        self._other.note(exchange)

    async def results(self) -> AsyncGenerator[Exchange]:
        """The outcome of every step on both targets, in file order."""
        first, second = super().results(), self._other.results()
        try:
            while True:
                one, two = await asyncio.gather(anext(first, None), anext(second, None))
                if one is None or two is None:
                    break
                yield paired(one, two, self._twin.book, self._redactor, self._twin.name)
        finally:
            await first.aclose()
            await second.aclose()
