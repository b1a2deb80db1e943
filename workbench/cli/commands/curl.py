"""`curl`: one request of a collection as a curl command. Nothing is sent, and no secret is read unless asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from workbench.cli.completing import references
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.loading import load_one
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.model.errors import CredentialError

if TYPE_CHECKING:
    from workbench.model.profile import Profile
    from workbench.model.secrets import Secret
    from workbench.replay.session import Session


@click.command("curl")
@click.argument("reference", metavar="FILE#ID", shell_complete=references)
@click.option("--reveal", is_flag=True, help="Write secrets and the platform's key as they are.")
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, reference: str, *, reveal: bool) -> int:
    """Print a request as a curl command: the invoke call, or with --route proxy the plain one.

    Secrets become variables of the shell, such as "$CYBERUN_API_KEY"; which ones to set is said on stderr.
    """
    return asyncio.run(_curl(diagnostics, target, reference, reveal=reveal))


async def _curl(diagnostics: Diagnostics, target: TargetFlags, reference: str, *, reveal: bool) -> int:
    from workbench.interchange.curl_out import curl
    from workbench.interchange.masking import Masking
    from workbench.model.secrets import Redactor
    from workbench.replay.stand_ins import prepare_with_stand_ins

    loaded, request = load_one(reference)
    async with open_session(target, diagnostics) as session:
        ready = await prepare_with_stand_ins(
            session, loaded, request, environment=target.environment, given=target.variables, reveal=reveal
        )
        credential = await _credential(session, diagnostics, ready.profile) if reveal else None
    masking = Masking(
        Redactor(ready.stand_ins) if reveal else session.redactor.including(ready.stand_ins),
        references=loaded.collection.secrets,
        revealed=reveal,
        credential=credential,
    )
    output = Output()
    prepared = ready.prepared
    copied = curl(prepared.request, prepared.envelope, masking, one_line=not output.is_terminal)
    for hint in prepared.hints:
        diagnostics.warning(hint)
    for note in copied.notes:
        diagnostics.note(note)
    output.text(copied.text + "\n")
    return Exit.OK


async def _credential(session: Session, diagnostics: Diagnostics, profile: Profile) -> Secret | None:
    """The platform's key; None, and said so, where there is none."""
    try:
        return (await session.credential(profile)).secret
    except CredentialError as error:
        diagnostics.warning(error.message)
        return None
