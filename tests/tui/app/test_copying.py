"""Preview, reveal and copy: what would be sent, secrets only after a question and for a while, other forms of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.app.support import desktop, session_on
from workbench.tui.controllers import revealing

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.gateway.server import GatewayThread

SECRETS = """\
cyberun = 1
service = "echo"

[vars]
who = "Ada O'Neil"

[secrets]
tok = { env = "CANARY_TOK" }

[[request]]
id = "post"
method = "POST"
path = "/anything/{{who}}"
json = '{"name": "{{who}}", "t": "{{tok}}"}'

[request.headers]
authorization = "Bearer {{tok}}"
host = "elsewhere"

[[request]]
id = "gaps"
path = "/anything/{{nobody}}"
route = "proxy"
query.q = "{{nothing}}"
"""
CANARY = "canary-token-value"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    path = tmp_path / "secrets.toml"
    path.write_text(SECRETS, encoding="utf-8")
    return path


async def test_secrets_are_masked_until_they_are_asked_for_and_again_after_a_while(
    gateway: GatewayThread, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_on(gateway.base_url, environ={"CANARY_TOK": CANARY}, trusting=True)
    async with desktop(session, secrets) as desk:
        copies: list[str] = []
        monkeypatch.setattr(desk.app, "copy", lambda text, _: copies.append(text))
        await desk.press("alt+v")
        await desk.shows("POST /anything/Ada%20O'Neil")
        await desk.shows("host is a hop-by-hop header")
        assert CANARY not in desk.text()
        await desk.press("c")
        await desk.shows("secrets become references")
        await desk.press("enter")
        await desk.until(lambda: copies)
        assert CANARY not in copies[0]
        assert '"$CANARY_TOK"' in copies[0]
        assert "/r/invoke/echo" in copies[0]

        await desk.press("r")
        await desk.shows("Show secrets?")
        await desk.press("right", "enter")
        await desk.shows("SECRETS SHOWN")
        await desk.shows(f"authorization: Bearer {CANARY}")
        await desk.press("ctrl+l", "slash", *"tok", "enter")
        await desk.shows(f"{CANARY}  (env CANARY_TOK")
        await desk.press("c")
        await desk.until(lambda: copies[-1] == CANARY)
        copies.pop()
        await desk.press("escape", "escape", "c")
        await desk.shows("they will be in the copy")
        await desk.press("down", "enter")
        await desk.until(lambda: len(copies) > 1)
        assert CANARY in copies[1]
        assert "/r/containers/echo/anything/Ada%20O" in copies[1]
        await desk.press("r")
        await desk.until(lambda: CANARY not in desk.text() and desk.main.revealed is None)

        monkeypatch.setattr(revealing, "SECONDS", 0.05)
        seen: list[object] = []

        def note(shown: object) -> None:
            seen.append(shown)

        desk.main.watch(desk.main, "revealed", note, init=False)
        await desk.press("r")
        await desk.shows("Show secrets?")
        await desk.press("right", "enter")
        await desk.until(lambda: len(seen) > 1)
        assert seen[0] is not None
        assert seen[1] is None
        for form, words in (("py", "InvokeTransport"), ("toml", "[[request]]"), ("mcp", '"service_slug"')):
            copies.clear()
            await desk.press("c", *form, "enter")
            await desk.until(lambda: copies)
            assert words in copies[-1]
            assert CANARY not in copies[-1]


async def test_a_request_with_gaps_is_previewed_with_its_placeholders(gateway: GatewayThread, secrets: Path) -> None:
    async with desktop(session_on(gateway.base_url), secrets, size=(80, 24)) as desk:
        await desk.open("gaps")
        await desk.press("alt+v")
        await desk.shows("no value for {{nobody}} in path")
        await desk.shows("no value for {{nothing}} in query.q")
        assert desk.main.preview is not None
        assert desk.main.preview.inner.startswith("GET /anything/{{nobody}}?q=")
        await desk.press("right", "enter")
        await desk.shows("The proxy route has no envelope")
