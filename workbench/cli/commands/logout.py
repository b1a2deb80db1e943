"""`logout`: remove the login that is kept for a platform from where it is kept."""

from __future__ import annotations

import os

import click

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.options import TargetFlags, open_session, platform_options
from workbench.cli.output import Output
from workbench.model.profile import origin
from workbench.model.visible import visible


@click.command("logout")
@platform_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags) -> int:
    """Forget the login that is kept for the platform of a profile.

    The key itself stays valid until it is revoked on the platform.
    """
    from workbench.replay import logins

    session = open_session(target, diagnostics)
    profile = session.profile()
    where = origin(profile.base_url)
    removed = logins.forget(where)
    if removed:
        Output().text(f"signed out of {visible(where)}: removed from {removed}\n")
        diagnostics.note("a key stays valid until it is revoked on the platform")
    else:
        diagnostics.note(f"no login is kept for {where}")
    if os.environ.get("CYBERUN_API_KEY"):
        diagnostics.note("CYBERUN_API_KEY is still set")
    if profile.credential is not None:
        diagnostics.note(f"the profile {profile.name} still has a credential of its own in your settings")
    return Exit.OK
