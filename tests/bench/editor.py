"""Times typing into a large body in the request pane, without a terminal: from the key to the frame that shows it.

Run it by hand: `python -m tests.bench.editor`. Prints one row for each body beside its budget (PERFORMANCE.md).
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import msgspec
from textual import events

from tests.bench.viewer import SIZE, Taken, painted, row_of_key
from tests.tui.editor.harness import FULL, Harness, go
from workbench.model.collection import Body
from workbench.tui.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

KEY = 0.05
"""Seconds that any key may take."""

ROUNDS = 15
_ITEM = {"name": "item", "value": 1, "ref": "{{user}}"}
BODIES = {
    "100 kB JSON body": json.dumps([_ITEM] * 1_100, indent=2),
    "1 MB JSON body": json.dumps([_ITEM] * 11_500, indent=2),
    "100 kB JSON body on one line": json.dumps([_ITEM] * 2_000),
}


class Bench(Harness):
    """The pane, counting its frames."""

    frames = 0

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """One more frame."""
        self.frames += 1
        super()._display(screen, renderable)


async def typed(app: Bench, editor: CodeEditor) -> Taken:
    """From a key until the frame after the change that it makes."""
    before, frames = editor.text_length, app.frames
    begin, work = time.perf_counter(), time.process_time()
    app.post_message(events.Key("x", "x"))
    while editor.text_length == before or app.frames == frames:  # noqa: ASYNC110 - neither tells an event
        await asyncio.sleep(0.0005)
    painted(app)
    return Taken(time.perf_counter() - begin, time.process_time() - work)


async def measure(name: str, text: str) -> None:
    """One row: a letter typed several times at the beginning of a body."""
    app = Bench(msgspec.structs.replace(FULL, body=Body("json", text)), height=SIZE[1])
    async with app.run_test(size=SIZE) as pilot:
        await go(pilot, app, "body")
        editor = app.pane.query_one("#body-text", CodeEditor)
        await app.workers.wait_for_complete()
        taken = [await typed(app, editor) for _ in range(ROUNDS)]
        row_of_key(name, "x", taken[1:], KEY)


def main() -> None:
    """Every body."""
    for name, text in BODIES.items():
        asyncio.run(measure(name, text))


if __name__ == "__main__":
    main()
