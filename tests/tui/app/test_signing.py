"""Signing in and out in the app: the first start, a key, a password, pairing, and who one is."""

import re
from pathlib import Path

import pytest
from textual.widgets import Button, Input, Static

from tests.tui.app.support import LARGE, SMALL, Desktop, desktop, session_on
from tests.tui.app.test_files import answer
from workbench.gateway.config import GatewayConfig, SignIn
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread
from workbench.invoke import keystore
from workbench.model.errors import CredentialError
from workbench.model.profile import origin
from workbench.replay import logins
from workbench.tui.clipboard import copy
from workbench.tui.screens.dialogs import Ask, Show
from workbench.tui.screens.signing import SignInForm


@pytest.fixture(autouse=True)
def no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of a test may have one, which tests have no business with."""
    monkeypatch.setattr(logins, "usual_place", lambda: None)


async def fill(desk: Desktop, *values: str) -> None:
    """Fill in the lines of the form, and sign in."""
    await desk.until(lambda: isinstance(desk.app.screen, SignInForm) and list(desk.app.screen.query(Input)))
    for field, value in zip(desk.app.screen.query(Input), values, strict=True):
        field.value = value
    await desk.press("enter")


def wrong(desk: Desktop) -> str:
    return str(desk.app.screen.query_one("#wrong").render())


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_first_start_offers_ways_on_and_a_key_is_tried_before_it_is_taken(
    gateway: GatewayThread, echo: Path, size: tuple[int, int]
) -> None:
    async with desktop(session_on(gateway.base_url, token=None), echo, size=size) as desk:
        await desk.shows("Nothing can be sent yet: there is no credential for")
        asked = str(desk.app.screen.query_one(".dialog-text Static", Static).render())
        assert asked.casefold().count("there is no") == 1
        labels = [str(button.label) for button in desk.app.screen.query(Button)]
        assert labels == ["Open the demo", "Sign in", "Enter a key", "Go on offline"]
        await desk.shows("Go on offline")  # all of it fits
        await answer(desk, "Enter a key")
        await fill(desk, "sk-with a c4n4ry")
        await desk.until(lambda: "blank" in wrong(desk))
        assert desk.app.screen.query_one(Input).password
        await fill(desk, "sk-nobody-c4n4ry")
        await desk.until(lambda: "refused the credential" in wrong(desk))
        assert "c4n4ry" not in desk.text()
        await fill(desk, SK_ALPHA)
        await desk.shows("Keep the login?")
        await answer(desk, "Until the program ends")
        await desk.until(lambda: desk.main.catalog.status == "ready")
        assert logins.find(origin(gateway.base_url)) is None
        assert SK_ALPHA not in desk.text()
        await desk.send()
        await desk.shows("container 200")


async def test_a_password_a_login_that_is_kept_who_one_is_and_signing_out(
    gateway: GatewayThread, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise CredentialError("the key store is locked")

    monkeypatch.setattr(logins, "usual_place", lambda: "keyring")
    monkeypatch.setattr(keystore, "write", broken)
    async with desktop(session_on(gateway.base_url, token=None), echo) as desk:
        await answer(desk, "Sign in")
        await desk.shows("E-mail and password")
        await answer(desk, "E-mail and password")
        await fill(desk, "ada@example.com", "")
        await desk.press("enter")
        await desk.until(lambda: desk.app.screen.query_one("#field-1").has_focus)
        await fill(desk, "ada@example.com", "hunter2-c4n4ry")
        await desk.until(lambda: "address or the password" in wrong(desk))
        await fill(desk, "ada@example.com", "lovelace")
        await desk.shows("Keep the login?")
        await answer(desk, "Keep it in the file")  # since the key store cannot be used
        await desk.until(lambda: desk.main.catalog.status == "ready")
        kept = logins.find(origin(gateway.base_url))
        assert kept is not None
        assert kept.login.account == "ada@example.com"
        desk.main.start("who_am_i")
        await desk.until(lambda: isinstance(desk.app.screen, Show))
        await desk.shows("Ada Lovelace <ada@example.com>")
        assert "renewed by itself" in desk.text()
        assert kept.login.token.reveal() not in desk.text()
        await desk.press("escape")
        desk.main.start("sign_out")
        await desk.until(lambda: isinstance(desk.app.screen, Ask))
        await answer(desk, "Sign out")
        await desk.until(lambda: desk.main.catalog.status == "no_credential")
        assert logins.find(origin(gateway.base_url)) is None


async def test_pairing_shows_code_and_address_runs_out_starts_again_and_can_be_given_up(
    echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def note(text: str, *rest: object) -> str:
        copied.append(text)
        return copy.__doc__ or ""

    monkeypatch.setattr("workbench.tui.clipboard.copy", note)
    times = SignIn(pair_interval=0.05, pair_ttl=0.8, approve_after=0)
    with GatewayThread(GatewayConfig(sign_in=times)) as gateway:
        async with desktop(session_on(gateway.base_url, token=None), echo) as desk:
            await answer(desk, "Sign in")
            await desk.shows("In a browser")
            await answer(desk, "In a browser")
            await desk.shows("/local/pair")
            await desk.press("c")
            await desk.until(lambda: copied == [gateway.base_url.replace("/api/v1", "/local/pair")])
            await desk.until(lambda: "expired" in wrong(desk))
            assert gateway.calls.total == 0
            await desk.press("enter")  # start again
            await desk.shows("/local/pair")
            code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", desk.text())
            assert code is not None
            assert gateway.approve_pairing(code[0])
            await desk.shows("Keep the login?")
            await desk.press("escape")
            await desk.until(lambda: desk.main.catalog.status == "ready")
            assert desk.main.catalog.identity is not None
            assert desk.main.catalog.identity.kind == "dk"
            desk.main.start("sign_in")
            await desk.until(lambda: isinstance(desk.app.screen, Ask))
            await answer(desk, "In a browser")
            await desk.shows("/local/pair")
            await desk.press("escape")  # given up
            await desk.until(lambda: desk.app.screen is desk.main)
