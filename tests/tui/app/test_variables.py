"""Variables: their layers and places, values of this session, the window, and what the header says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.app.support import Desktop, desktop, session_on
from workbench.files.collections import load
from workbench.tui.controllers.overrides import Overrides
from workbench.tui.controllers.running import Part, RunOrder, works_of
from workbench.tui.controllers.sending import Order
from workbench.tui.controllers.variables import names_of, scope_of, secrets_to_read, variables_of
from workbench.tui.screens.variables import VariablesScreen
from workbench.tui.widgets.templates import Known

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from workbench.gateway.server import GatewayThread

BILLING = """\
cyberun = 1
service = "echo"

[vars]
who = "Ada"
page = 20
mine = "theirs"

[env.staging]
who = "Grace"

[secrets]
password = { env = "CANARY_PASSWORD" }

[[request]]
id = "login"
path = "/anything/{{who}}/{{page}}"

[request.headers]
x-pass = "{{password}}"

[request.capture]
uid = "$.method"

[[request]]
id = "get"
path = "/anything/{{who}}/{{uid}}/{{nobody}}"
"""


def order_on(path: Path, request: str = "get", **fields: object) -> Order:
    loaded = load(path)
    found = loaded.collection.find(request)
    assert found is not None
    return Order(loaded, loaded.collection, found, **fields)  # type: ignore[arg-type]  # the dataclass checks them


def billing(folder: Path) -> Path:
    path = folder / "billing.toml"
    path.write_text(BILLING, encoding="utf-8")
    (folder / "billing.local.toml").write_text('[vars]\nmine = "own"\n', encoding="utf-8")
    return path


async def test_every_layer_of_a_name_and_where_it_stands(tmp_path: Path) -> None:
    path = billing(tmp_path)
    session = session_on("http://127.0.0.1:9", environ={"CYBERUN_VAR_WHO": "Env", "CANARY_PASSWORD": "hunter2hunter2"})
    overrides = Overrides({"who": "flag"}).with_value(str(path), "who", "typed")
    order = order_on(path, environment="staging", captures={"who": "kept"}, overrides=overrides)
    found = {each.name: each for each in variables_of(session, order)}
    assert [(each.name, each.shown, each.source) for each in found["who"].layers] == [
        ("session", "typed", "typed here, until the program ends"),
        ("captures", "kept", "an earlier answer"),
        ("--var", "flag", "the command line"),
        ("environment", "Env", "CYBERUN_VAR_WHO"),
        ("env staging", "Grace", "billing.toml:10"),
        ("vars", "Ada", "billing.toml:5"),
    ]
    assert found["mine"].layers[0].source == "billing.local.toml"
    assert (found["nobody"].state, found["nobody"].used) == ("missing", "path")
    assert (found["uid"].state, found["uid"].promised) == ("missing", "captured by login")
    assert found["password"].layers[0].source == "env CANARY_PASSWORD · billing.toml:13"
    assert found["password"].shown == "[redacted:password]"
    names = names_of(session, order)
    assert names["who"] == Known("typed", "session")
    assert names["uid"] == Known("", "captured by login", "missing")
    assert names["password"].state == "secret"
    assert "nobody" not in names
    assert (await scope_of(session, order)).lookup("who") == ("typed", "session")


async def test_a_secret_that_was_typed_over_is_not_read_and_stays_secret(tmp_path: Path) -> None:
    path = billing(tmp_path)
    session = session_on("http://127.0.0.1:9")  # not trusted: reading the secret would fail
    assert secrets_to_read(session, order_on(path, "login")) == {"password"}
    order = order_on(path, "login", overrides=Overrides().with_value(str(path), "password", "typed-canary"))
    assert secrets_to_read(session, order) == set()
    found = (await scope_of(session, order)).lookup("password")
    assert found is not None
    assert str(found[0]) == "[redacted:password]"
    assert found[0].reveal() == "typed-canary"
    assert session.redactor.redact("is typed-canary") == "is [redacted:password]"
    assert names_of(session, order)["password"].shown == "[redacted:password]"


def test_overrides_are_taken_back_one_by_one_and_belong_to_a_file() -> None:
    start = Overrides({"flag": "1"})
    changed = (
        start.with_value("a", "x", "1").with_value("a", "x", "2").with_value("b", "x", "3").with_value("a", "x", None)
    )
    assert (dict(changed.of("a")), dict(changed.of("b"))) == ({}, {"x": "3"})
    back = changed.undone("a")
    assert dict(back.of("a")) == {"x": "2"}
    assert dict(back.undone("a").undone("a").undone("a").of("a")) == {}
    assert start.with_value("a", "x", None) is start


async def copied(desk: Desktop, monkeypatch: pytest.MonkeyPatch, *keys: str) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(desk.app, "copy", lambda text, _: texts.append(text))
    await desk.press(*keys)
    return texts


async def test_the_window_gives_values_for_the_session(
    gateway: GatewayThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = billing(tmp_path)
    session = session_on(gateway.base_url)
    async with desktop(session, path, size=(80, 24), variables={"extra": "1"}) as desk:
        await desk.open("get")
        assert "env none · 1 overridden" in desk.text()
        await desk.press("ctrl+l")
        await desk.shows("who")
        screen = desk.app.screen
        assert isinstance(screen, VariablesScreen)
        assert screen.current is not None
        assert screen.current.used == "path"  # the first that the request uses
        await desk.press("slash", *"nob", "enter", "enter")
        await desk.shows("nobody for this session")
        await desk.press(*"zoe", "enter")
        await desk.until(lambda: dict(desk.main.overrides.of(str(path))) == {"nobody": "zoe"})
        await desk.shows("typed here, until the program ends")
        assert await copied(desk, monkeypatch, "c") == ["zoe"]
        await desk.press("u")
        assert desk.main.names.get("nobody") is None
        await desk.press("escape")  # the filter
        await desk.press("slash", *"password", "enter")
        assert await copied(desk, monkeypatch, "c") == ["{{password}}"]
        await desk.press("enter")
        await desk.shows("password for this session")
        await desk.press(*"canary-typed", "enter")
        await desk.until(lambda: desk.main.overrides.of(str(path)))
        assert "canary-typed" not in desk.text()
        await desk.press("x", "escape")
        assert dict(desk.main.overrides.of(str(path))) == {}
        await desk.press("e")
        await desk.shows("staging")
        await desk.press("down", "enter")
        await desk.until(lambda: desk.main.environment == "staging")
        await desk.shows("Grace")
        await desk.press("escape")
        await desk.shows("env staging · 1 overridden")


async def test_a_run_takes_the_values_of_the_session(gateway: GatewayThread, tmp_path: Path) -> None:
    path = billing(tmp_path)
    session = session_on(gateway.base_url, environ={"CANARY_PASSWORD": "hunter2hunter2"}, trusting=True)
    async with desktop(session, path) as desk:
        file = desk.main.workspace.files[str(path)]
        overrides = Overrides({"page": "7"}).with_value(str(path), "who", "typed")
        works = await works_of(session, RunOrder("all", (Part(file, ("login",)),), overrides=overrides))
        assert works[0].scope.lookup("who") == ("typed", "--var")
        assert works[0].scope.lookup("page") == ("7", "--var")
