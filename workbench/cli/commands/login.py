"""`login`: sign in by pairing, by password or with a key, and keep what comes of it.

A key or a password is read from the terminal, hidden, or from standard input; never from an argument.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import click

from workbench.cli.asking import agreed, answer
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, open_session, platform_options
from workbench.cli.output import Output
from workbench.model.errors import CredentialError, WorkbenchError
from workbench.model.secrets import Secret
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.invoke.signin import Pairing
    from workbench.model.login import Place
    from workbench.model.profile import Profile
    from workbench.replay.session import Session
    from workbench.replay.signing_in import SignedIn


@click.command("login")
@click.option("--pair", "how", flag_value="pair", help="Approve this device on a web page (what happens by default).")
@click.option("--password", "how", flag_value="password", help="With an e-mail address and a password.")
@click.option("--key", "how", flag_value="key", help="With an sk- or dk- key, or an access token.")
@click.option("--email", metavar="ADDRESS", help="The address for --password; asked for when left out.")
@click.option(
    "--store",
    type=click.Choice(["keyring", "file"]),
    help="Where to keep the login; `file` agrees to a file that only you may read.",
)
@platform_options
@click.pass_obj
def command(
    diagnostics: Diagnostics, target: TargetFlags, how: str | None, email: str | None, store: Place | None
) -> int:
    """Sign in to the platform of a profile, and keep the login in the system's key store.

    Keys and passwords are asked for, hidden, or read from standard input: `cyberun-tui login --key < key.txt`.
    Where there is no key store, a file with mode 0600 has to be agreed to: by answering the question, on the next line
    of standard input, or with --store file.
    """
    return asyncio.run(_login(diagnostics, target, how or "pair", email, store))


async def _login(
    diagnostics: Diagnostics, target: TargetFlags, how: str, email: str | None, store: Place | None
) -> int:
    async with open_session(target, diagnostics) as session:
        profile = session.profile()
        secret = None
        if how == "password":
            email = email or _needed("E-mail address", "--email gives it too")
            secret = Secret(_needed("Password", "it is read from the terminal or from standard input", hidden=True))
        elif how == "key":
            words = f"A key or access token for {visible(profile.base_url)}"
            secret = Secret(_needed(words, "it is read from the terminal or from standard input", hidden=True))
        place = await asyncio.to_thread(_place) if store is None else store
        signed = await _signed_in(diagnostics, session, profile, how, email or "", secret)
        await asyncio.to_thread(_keep, signed, place, named=store is not None)
        _say(diagnostics, profile, signed, place)
    return Exit.OK


def _needed(question: str, hint: str, *, hidden: bool = False) -> str:
    given = answer(question, hidden=hidden)
    if not given.strip():
        raise WorkbenchError(f"{question}: nothing was given", hint=hint)
    return given


def _place() -> Place:
    """Where to keep the login: the key store, else a file after an explicit yes. Asked before anything is sent."""
    from workbench.replay import logins

    usual = logins.usual_place()
    if usual is not None:
        return usual
    where = logins.describe("file")
    question = f"There is no key store here. Keep the login in {where}, in clear, readable by you alone?"
    if agreed(question):
        return "file"
    raise CredentialError(
        "there is no key store here to keep the login in, and no yes to a file; nothing was sent",
        hint=f"--store file keeps it in {where}; or use CYBERUN_API_KEY, or credential = {{ … }} in a profile",
    )


async def _signed_in(
    diagnostics: Diagnostics, session: Session, profile: Profile, how: str, email: str, secret: Secret | None
) -> SignedIn:
    from workbench.replay import signing_in

    if how == "password" and secret is not None:
        return await signing_in.with_password(session, profile, email, secret)
    if secret is not None:
        return await signing_in.with_key(session, profile, secret)

    def show(pairing: Pairing) -> None:
        diagnostics.note(f"Open {pairing.verification_uri}")
        diagnostics.note(f"and enter the code {pairing.user_code}")
        diagnostics.note(f"It is good for {_span(pairing.expires_in)}; Ctrl-C gives up.")

    return await signing_in.by_pairing(session, profile, show)


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"  # noqa: PLR2004 - two minutes


def _keep(signed: SignedIn, place: Place, *, named: bool) -> None:
    from workbench.replay import logins

    try:
        logins.keep(signed.login, place)
    except CredentialError as error:
        if named:
            raise
        hint = f"{error.hint}; or sign in again with --store file, which keeps it in {logins.describe('file')}"
        raise CredentialError(f"signed in, but it could not be kept: {error.message}", hint=hint) from error


def _say(diagnostics: Diagnostics, profile: Profile, signed: SignedIn, place: Place) -> None:
    from workbench.replay import logins

    user = signed.user
    who = (user.name or user.email or user.id) if user else "a key of one team"
    Output().text(f"signed in to {visible(profile.base_url)} as {visible(who)}; kept in {logins.describe(place)}\n")
    if user and len(user.teams) > 1 and signed.login.refresh is not None and not profile.team:
        names = ", ".join(team.title for team in user.teams)
        diagnostics.note(f"your teams: {names}; name one with --team, CYBERUN_TEAM_ID or team in the profile")
    if os.environ.get("CYBERUN_API_KEY"):
        diagnostics.warning("CYBERUN_API_KEY is set, and is used before this login where it belongs")
    elif profile.credential is not None:
        diagnostics.warning(f"the profile {profile.name} has a credential of its own, which is used before this login")
