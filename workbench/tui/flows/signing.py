"""The way to a usable key: what is missing at the first start, a key typed in, or the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.errors import CredentialError
from workbench.model.login import Login
from workbench.model.profile import is_loopback, origin
from workbench.model.secrets import Secret
from workbench.replay.logins import Kept
from workbench.tui.screens.dialogs import Answer, Ask, AskText

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


async def welcome(desk: Desk) -> None:
    """Say what is missing, and offer a key, the demo, or going on without."""
    profile = desk.aim.profile
    where = profile.base_url if profile else "the platform"
    text = (
        f"There is no key for {where}, so nothing can be sent there yet.\n\n"
        f"{desk.catalog.message}\n{desk.catalog.hint}\n\n"
        "Demo: a built-in gateway with sample services and collections; nothing to set up, no account."
    )
    answers = [
        Answer("demo", "Open the demo", "primary"),
        Answer("key", "Enter a key"),
        Answer("", "Go on offline"),
    ]
    answer = await desk.ask(Ask("Welcome to cyberun-tui", text, answers))
    if answer in ("demo", "key"):
        desk.start(answer)


async def enter_key(desk: Desk) -> None:
    """Take a key for the platform of the request that is shown; it is kept in memory only."""
    profile = desk.aim.profile
    if profile is None:
        desk.say(f"{desk.aim.problem} {desk.aim.hint}".strip(), "warning")
        return
    plain = profile.base_url.startswith("http://") and not is_loopback(profile.base_url) and not profile.allow_http
    warning = "\n\nThis platform is reached over plain http: the key will not be sent there." if plain else ""
    text = (
        f"A key (sk-… or dk-…) or an access token for {profile.base_url}. It is kept in memory until the program ends, "
        f"and is sent nowhere else.{warning}"
    )
    token = await desk.ask(
        AskText("Enter a key", text, secret=True, check=lambda value: "" if value.strip() else "empty")
    )
    if not token:
        return
    try:
        desk.session.use_login(Kept(Login(origin=origin(profile.base_url), token=Secret(token.strip(), "credential"))))
    except CredentialError as error:
        desk.say(str(error), "error")
        return
    desk.look_up()


async def open_demo(desk: Desk) -> None:
    """Leave what is open, after asking about changes, for the built-in gateway."""
    from workbench.tui.flows.saving import may_leave

    if await may_leave(desk):
        desk.open_demo()
