"""A collection that reads secrets of this machine is asked about once, and again when what it reads has changed."""

from pathlib import Path

import pytest

from tests.tui.app.support import desktop, session_on, write
from tests.tui.app.test_files import answer
from workbench.gateway.server import GatewayThread
from workbench.tui.screens.dialogs import Ask

SECRET = """\
cyberun = 1
service = "echo"

[secrets]
pw = { env = "FX_PASSWORD" }

[[request]]
id = "hello"
path = "/anything"

[request.headers]
x-password = "{{pw}}"
"""


async def test_secrets_are_read_after_a_yes_that_holds_until_the_references_change(
    gateway: GatewayThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.tui.controllers.watching.EVERY", 0.05)
    path = tmp_path / "secret.toml"
    write(path, SECRET)
    environ = {"FX_PASSWORD": "canary-one", "FX_OTHER": "canary-two"}
    async with desktop(session_on(gateway.base_url, environ=environ), path) as desk:
        await desk.open("hello")
        await desk.press("f5")
        await desk.shows("pw: env FX_PASSWORD")
        await answer(desk, "Cancel")
        await desk.until(lambda: desk.app.screen is desk.main)
        assert not desk.main.history.entries
        await desk.press("f5")
        await answer(desk, "Trust it")
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        await desk.until(lambda: desk.main.flight is None)
        await desk.send()
        assert len(desk.main.history.entries) == 2
        await desk.until(lambda: desk.main._stamps)
        write(path, SECRET.replace("FX_PASSWORD", "FX_OTHER"))
        await desk.until(lambda: any("was read again" in each.message for each in desk.app._notifications))
        await desk.press("f5")
        await desk.shows("pw: env FX_OTHER")
        assert isinstance(desk.app.screen, Ask)
        await answer(desk, "Cancel")
    # Another run of the program remembers the yes, for what it was said to.
    write(path, SECRET)
    async with desktop(session_on(gateway.base_url, environ=environ), path) as desk:
        await desk.open("hello")
        await desk.send()
        assert len(desk.main.history.entries) == 1
