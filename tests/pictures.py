"""Draws the pictures of README and docs: the real app on the real local gateway, as SVG. Run by `make picture`."""

import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from workbench.gateway.demo import ALPHA, JWT_OWNER
from workbench.gateway.server import GatewayThread
from workbench.invoke.credentials import Credential
from workbench.model.profile import Profile, Settings
from workbench.replay.session import Session
from workbench.replay.targeting import Overrides
from workbench.tui.app import WorkbenchApp

ROOT = Path(__file__).parents[1]
SIZE = (140, 42)

Scene = Callable[[Pilot[int]], Awaitable[None]]


async def until(pilot: Pilot[int], shown: str) -> None:
    """Wait until a text stands on the screen; a picture of a hanging app is no picture."""
    for _ in range(200):
        await pilot.pause(0.05)
        if shown in pilot.app.export_screenshot():
            return
    raise RuntimeError(f"{shown!r} did not come up")


async def go_to(pilot: Pilot[int], request: str) -> None:
    """Show a request, by the palette."""
    await pilot.press("ctrl+p", *f"go to {request}")
    await pilot.pause(0.8)
    await pilot.press("enter")
    await pilot.pause(0.4)


async def sent(pilot: Pilot[int]) -> None:
    """The chat request with its answer."""
    await until(pilot, "running")
    await go_to(pilot, "post chat")
    await pilot.press("f5")
    await until(pilot, "container")
    await pilot.pause(0.5)


async def ran(pilot: Pilot[int]) -> None:
    """The run of a collection."""
    await until(pilot, "running")
    await pilot.press("f8")
    await pilot.pause(0.5)
    await pilot.press("down", "enter")
    await until(pilot, "logout")
    await pilot.pause(1.5)


async def looked_up(pilot: Pilot[int]) -> None:
    """The history, searched."""
    await sent(pilot)
    for request in ("models", "chat"):
        await go_to(pilot, request)
        await pilot.press("f5")
        await pilot.pause(0.8)
    await pilot.press("ctrl+p", *"search history")
    await pilot.pause(0.6)
    await pilot.press("enter", *"status:200 since:1h")
    await pilot.pause(0.8)


async def compared(pilot: Pilot[int]) -> None:
    """The same request by invoke and by the proxy."""
    await until(pilot, "running")
    await go_to(pilot, "post json")
    await pilot.press("f5")
    await until(pilot, "container")
    await pilot.press("ctrl+p", *"compare")
    await pilot.pause(0.6)
    await pilot.press("enter")
    await until(pilot, "Compare")
    await pilot.press(*"proxy")
    await pilot.pause(0.3)
    await pilot.press("enter")
    await until(pilot, "more")
    await pilot.press("right", "enter")
    await until(pilot, "differences")
    await pilot.pause(0.5)


async def asked(pilot: Pilot[int]) -> None:
    """The palette, halfway through a word."""
    await until(pilot, "running")
    await pilot.press("ctrl+p", *"service")
    await pilot.pause(0.8)


PICTURES: dict[str, tuple[str, Scene]] = {
    "screen": ("llm.toml", sent),
    "run": ("shop.toml", ran),
    "history": ("llm.toml", looked_up),
    "compare": ("echo.toml", compared),
    "palette": ("llm.toml", asked),
}


async def draw(name: str, collection: str, scene: Scene, gateway: GatewayThread) -> None:
    """Draw one picture into `docs/NAME.svg`."""
    profile = Profile(name="demo", base_url=gateway.base_url, team=ALPHA.display_name)
    credential = Credential(JWT_OWNER, base_url=gateway.base_url, source="the demo")
    session = Session(
        Settings(profiles={"demo": profile}, default_profile="demo"),
        Overrides(),
        environ={},
        credentials={credential.origin: credential},
    )
    app = WorkbenchApp(session, [str(ROOT / "collections" / collection)])
    async with app.run_test(size=SIZE) as pilot:
        await scene(pilot)
        svg = app.export_screenshot(title="cyberun-tui")
    text = re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE).replace(str(ROOT), "").replace(str(gateway.port), "8787")
    (ROOT / "docs" / f"{name}.svg").write_text(text, encoding="utf-8")


async def main() -> None:
    """Draw them all."""
    with tempfile.TemporaryDirectory() as home, GatewayThread() as gateway:
        os.environ["CYBERUN_CONFIG_DIR"] = home
        for name, (collection, scene) in PICTURES.items():
            os.environ["CYBERUN_STATE_DIR"] = f"{home}/{name}"
            await draw(name, collection, scene, gateway)
            print(f"docs/{name}.svg")  # noqa: T201 - a script that says what it did


if __name__ == "__main__":
    asyncio.run(main())
