"""A workspace of 200 files of 50 requests each: first frame, complete list, finding and opening any request.

Run it by hand: `python -m tests.bench.workspace`. The app runs without a terminal, where no platform answers.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.tui.app.support import session_on
from tests.tui.quiet import POLL
from workbench.tui.app import WorkbenchApp
from workbench.tui.controllers import watching
from workbench.tui.panes.collections_pane import CollectionsPane, CollectionsTree
from workbench.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import Callable

FILES, REQUESTS = 200, 50
SIZE = (140, 42)
REQUEST = """
[[request]]
id = "request-{number}"
name = "Request {number} of file {file}"
method = "POST"
path = "/files/{file}/requests/{number}"
json = '''
{{"number": {number}, "text": "{{{{who}}}}"}}
'''
assert = ['status == 200', '$.number == {number}']

[request.headers]
accept = "application/json"
"""


def write(folder: Path) -> None:
    """The workspace, in ten folders."""
    folder.mkdir()
    for file in range(FILES):
        below = folder / f"part-{file % 10}"
        below.mkdir(exist_ok=True)
        head = f'cyberun = 1\nname = "File {file}"\nservice = "echo"\n\n[vars]\nwho = "Ada"\n'
        requests = "".join(REQUEST.format(file=file, number=number) for number in range(REQUESTS))
        (below / f"file-{file:03}.toml").write_text(head + requests, encoding="utf-8")


async def until(holds: Callable[[], object]) -> None:
    """Let the app work until something holds."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(POLL / 10)


async def measure(paths: list[str], files: int) -> dict[str, float]:
    """Seconds to the main screen's first frame, to the whole list, to find and to open the last request."""
    app = WorkbenchApp(session_on("http://127.0.0.1:9/api/v1"), paths)
    began = time.perf_counter()
    figures: dict[str, float] = {}
    async with app.run_test(size=SIZE) as pilot:
        await until(lambda: isinstance(app.screen, MainScreen) and app.screen.is_mounted)
        main = app.screen
        assert isinstance(main, MainScreen)
        figures["first frame"] = time.perf_counter() - began
        await until(lambda: len(main.workspace.files) == files)
        figures["complete"] = time.perf_counter() - began - figures["first frame"]
        await pilot.pause()
        tree = main.query_one(CollectionsTree)
        last = list(main.workspace.refs())[-1][0]
        began = time.perf_counter()
        main.go_to(last)
        await until(lambda: main.request is not None and tree.cursor_node is not None and tree.cursor_node.data == last)
        figures["open"] = time.perf_counter() - began
        began = time.perf_counter()
        main.show_filter()
        main.query_one("#collections-filter", Input).value = f"file-{files - 1:03} request-{REQUESTS - 1}"
        pane = main.query_one(CollectionsPane)
        await until(lambda: [len(nodes) for nodes in pane._filled.values()] == [1])
        figures["find"] = time.perf_counter() - began
        began = time.perf_counter()
        seen = watching.look(main.workspace, {}, paths)
        figures["first look"] = time.perf_counter() - began
        began = time.perf_counter()
        watching.look(main.workspace, seen.stamps, paths)
        figures["look"] = time.perf_counter() - began
        app.exit(0)
    return figures


async def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["CYBERUN_STATE_DIR"] = f"{name}/state"
        folder = Path(name, "work")
        await asyncio.to_thread(write, folder)
        one = str(folder / "part-0" / "file-000.toml")
        await measure([one], 1)  # imports
        small = await measure([one], 1)
        large = await measure([str(folder)], FILES)
    rows = (
        ("the main screen, one file open", small["first frame"], None),
        (f"the main screen, {FILES} × {REQUESTS} open", large["first frame"], 1.15 * small["first frame"] + 0.05),
        ("… its list complete, after that", large["complete"], 1.0),
        ("… open its last request", large["open"], 0.1),
        ("… narrow the tree to one request", large["find"], 0.1),
        ("… a look at the disk, in a thread", large["look"], 0.02),
    )
    for label, seconds, budget in rows:
        limit = f"≤ {budget * 1000:.0f} ms" if budget is not None else "–"
        over = " OVER" if budget is not None and seconds > budget else ""
        print(f"{label:<44}{seconds * 1000:>8.1f} ms   {limit}{over}")  # noqa: T201 - the table is what was asked for


if __name__ == "__main__":
    asyncio.run(main())
