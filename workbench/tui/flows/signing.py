"""Who one is on the platform: the first start, signing in and out, and what is known of the credential in use."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.errors import WorkbenchError
from workbench.model.profile import is_loopback, origin
from workbench.model.secrets import Secret
from workbench.model.visible import visible
from workbench.tui.screens.dialogs import Answer, Ask, Show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbench.invoke.signin import Pairing
    from workbench.model.login import Place
    from workbench.model.profile import Profile
    from workbench.replay.session import Session
    from workbench.replay.signing_in import SignedIn
    from workbench.replay.standing import Standing
    from workbench.tui.desk import Desk

_LABEL_WIDTH = 9


async def welcome(desk: Desk) -> None:
    """Say what is missing, and offer to sign in, a key, the demo, or going on without."""
    text = (
        f"Nothing can be sent yet: {desk.catalog.message}.\n\n{desk.catalog.hint}\n\n"
        "Demo: a built-in gateway with sample services and collections; nothing to set up, no account."
    )
    answers = [
        Answer("demo", "Open the demo", "primary"),
        Answer("sign_in", "Sign in"),
        Answer("key", "Enter a key"),
        Answer("", "Go on offline"),
    ]
    answer = await desk.ask(Ask("Welcome to cyberun-tui", text, answers))
    if answer:
        desk.start(answer)


async def sign_in(desk: Desk) -> None:
    """Choose how to sign in to the platform of the request that is shown, and do it."""
    profile = _platform(desk)
    if profile is None:
        return
    text = f"{profile.base_url}\n\nIn a browser is how a device is signed in without typing a secret."
    answers = [
        Answer("pair", "In a browser", "primary"),
        Answer("password", "E-mail and password"),
        Answer("key", "Enter a key"),
        Answer("", "Cancel"),
    ]
    how = await desk.ask(Ask("Sign in", text + _plain_http(profile), answers))
    if how == "pair":
        await _pair(desk, profile)
    elif how == "password":
        await _password(desk, profile)
    elif how == "key":
        await enter_key(desk)


async def enter_key(desk: Desk) -> None:
    """Take a key for the platform of the request that is shown, once the platform accepts it."""
    from workbench.tui.screens.signing import Field, SignInForm

    profile = _platform(desk)
    if profile is None:
        return
    text = f"A key (sk-… or dk-…) or an access token for {profile.base_url}. It is sent nowhere else."
    submit = partial(_try_key, desk.session, profile)
    field = Field("Key", secret=True)
    signed = await desk.ask(SignInForm("Enter a key", text + _plain_http(profile), [field], submit))
    await _finish(desk, profile, signed)


async def sign_out(desk: Desk) -> None:
    """Forget the login for the platform of the request that is shown, here and where it is kept; asks first."""
    from workbench.replay import logins

    profile = _platform(desk)
    if profile is None:
        return
    where = origin(profile.base_url)
    text = f"Forget the login for {where}?\n\nA key stays valid until it is revoked on the platform."
    if await desk.ask(Ask("Sign out", text, [Answer("", "Cancel"), Answer("out", "Sign out", "warning")])) != "out":
        return
    try:
        removed = await asyncio.to_thread(logins.forget, where)
    except WorkbenchError as error:
        desk.say(str(error), "error")
        return
    await desk.session.drop_credential(profile)
    desk.say(
        f"signed out of {where}: removed from {removed}" if removed else f"signed out of {where}: no login was kept"
    )
    desk.look_up()


async def who_am_i(desk: Desk) -> None:
    """Show which credential is in use, where it came from, whom it stands for and how long."""
    from workbench.replay.standing import standing

    profile = _platform(desk)
    if profile is None:
        return
    try:
        found = await standing(desk.session, profile)
    except WorkbenchError as error:
        desk.say(str(error), "warning")
        return
    await desk.ask(Show("Who am I", describe(found)))


async def open_demo(desk: Desk) -> None:
    """Leave what is open, after asking about changes, for the built-in gateway."""
    from workbench.tui.flows.saving import may_leave

    if await may_leave(desk):
        desk.open_demo()


def describe(found: Standing) -> Content:
    """A standing in words; never the credential's value."""
    from workbench.replay.standing import rows

    lines = [
        Content.assemble(Content.styled(name.ljust(_LABEL_WIDTH), "bold"), visible(value))
        for name, value in rows(found)
    ]
    if found.failure is not None:
        lines += [Content(""), Content.styled(visible(found.failure.message), "$text-error")]
        lines += [Content(visible(found.failure.hint))]
    return Content("\n").join(lines)


def _platform(desk: Desk) -> Profile | None:
    """The profile of the request that is shown; None, and a word about it, when there is none."""
    if desk.aim.profile is None:
        desk.say(f"{desk.aim.problem} {desk.aim.hint}".strip(), "warning")
    return desk.aim.profile


def _plain_http(profile: Profile) -> str:
    plain = profile.base_url.startswith("http://") and not is_loopback(profile.base_url) and not profile.allow_http
    return "\n\nThis platform is reached over plain http: no key will be sent there." if plain else ""


async def _pair(desk: Desk, profile: Profile) -> None:
    from workbench.replay.signing_in import by_pairing
    from workbench.tui.screens.signing import PairForm

    async def pair(show: Callable[[Pairing], None]) -> SignedIn:
        return await by_pairing(desk.session, profile, show)

    signed = await desk.ask(PairForm("Sign in in a browser", pair))
    await _finish(desk, profile, signed)


async def _password(desk: Desk, profile: Profile) -> None:
    from workbench.tui.screens.signing import Field, SignInForm

    fields = [Field("E-mail address"), Field("Password", secret=True)]
    submit = partial(_try_password, desk.session, profile)
    text = f"For {profile.base_url}. The password is sent there once and not kept."
    signed = await desk.ask(SignInForm("Sign in", text + _plain_http(profile), fields, submit))
    await _finish(desk, profile, signed)


async def _try_key(session: Session, profile: Profile, values: Sequence[str]) -> SignedIn:
    from workbench.replay.signing_in import with_key

    return await with_key(session, profile, Secret(values[0], "credential"))


async def _try_password(session: Session, profile: Profile, values: Sequence[str]) -> SignedIn:
    from workbench.replay.signing_in import with_password

    return await with_password(session, profile, values[0].strip(), Secret(values[1], "password"))


async def _finish(desk: Desk, profile: Profile, signed: SignedIn | None) -> None:
    """Use a login, and keep it where the user wants it."""
    from workbench.replay import logins
    from workbench.replay.logins import Kept

    if signed is None:
        return
    place = await asyncio.to_thread(logins.usual_place) or await _in_a_file(desk)
    if place == "keyring" and not await _kept(desk, signed, place):
        place = await _in_a_file(desk)
    if place == "file" and not await _kept(desk, signed, place):
        place = None
    desk.session.use_login(Kept(signed.login, place))
    who = (signed.user.name or signed.user.email) if signed.user else "a key of one team"
    desk.say(f"signed in as {who}; kept in {logins.describe(place)}")
    if place is not None and (profile.credential or desk.session.environ.get("CYBERUN_API_KEY")):
        first = "the profile's own credential" if profile.credential else "CYBERUN_API_KEY"
        desk.say(f"the next time {first} is used before this login", "warning")
    desk.look_up()


async def _kept(desk: Desk, signed: SignedIn, place: Place) -> bool:
    """Whether a login could be kept; why not is said."""
    from workbench.replay import logins

    try:
        await asyncio.to_thread(logins.keep, signed.login, place)
    except WorkbenchError as error:
        desk.say(f"the login could not be kept in {logins.describe(place)}: {error}", "error")
        return False
    return True


async def _in_a_file(desk: Desk) -> Place | None:
    """Ask whether to keep a login in a file; None to keep it in memory alone."""
    from workbench.replay import logins

    text = (
        "There is no key store here that can be used. The login can be kept in\n\n"
        f"  {logins.describe('file').removeprefix('the file ')}\n\n"
        "in clear, readable by you alone, or only until the program ends."
    )
    answers = [Answer("", "Until the program ends", "primary"), Answer("file", "Keep it in the file", "warning")]
    return "file" if await desk.ask(Ask("Keep the login?", text, answers)) == "file" else None
