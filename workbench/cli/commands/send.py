"""`send`: one call, of a collection's request or made up on the spot; the answer's exact bytes go to stdout."""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.completing import references
from workbench.cli.diagnostics import Diagnostics, Exit, exit_code
from workbench.cli.keeping import send_and_keep
from workbench.cli.loading import load_one
from workbench.cli.options import Duration, TargetFlags, note_ignored_team, open_session, target_options
from workbench.cli.output import Output
from workbench.model.collection import METHODS, Collection, Entry, SavedRequest
from workbench.model.errors import Failure, FileError, PlatformError
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.model.catalog import Service
    from workbench.model.exchange import ServiceResponse
    from workbench.model.profile import Profile
    from workbench.model.request import Target
    from workbench.replay.prepare import Prepared
    from workbench.replay.session import Session

_BAD_STATUS = 400


class SendFlags(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of `send` beside the target's."""

    headers: tuple[str, ...]
    data: str | None
    json: str | None
    include: bool
    check_status: bool
    output: str | None
    envelope: bool
    dry_run: bool
    timeout: float | None
    wait: float | None


@click.command("send")
@click.argument("words", nargs=-1, required=True, metavar="FILE#ID | SERVICE METHOD PATH", shell_complete=references)
@click.option("-H", "--header", metavar="'NAME: VALUE'", multiple=True, help="Add a header. Repeatable.")
@click.option("-d", "--data", metavar="DATA|@FILE|-", help="The body: a text, a file, or standard input.")
@click.option("--json", "json_", metavar="DATA", help="A JSON body, with its content type.")
@click.option("-i", "--include", is_flag=True, help="Status line and headers before the body.")
@click.option("--check-status", is_flag=True, help="Exit 1 when the container's status is 400 or above.")
@click.option("-o", "--output", metavar="FILE", help="Write the body to a file.")
@click.option("--envelope", is_flag=True, help="Print the platform's envelope instead of the body.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, redacted; send nothing.")
@click.option("--timeout", type=Duration(), help="Limit of the call, such as 30s.")
@click.option("--wait", type=Duration(), help="Wait this long for a service that does not run yet, then send.")
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, /, target: TargetFlags, words: tuple[str, ...], **given: Any) -> int:
    """Make one call; its body goes to stdout."""
    flags = SendFlags(
        headers=given["header"],
        data=given["data"],
        json=given["json_"],
        include=given["include"],
        check_status=given["check_status"],
        output=given["output"],
        envelope=given["envelope"],
        dry_run=given["dry_run"],
        timeout=given["timeout"],
        wait=given["wait"],
    )
    if flags.data is not None and flags.json is not None:
        raise click.UsageError("--data and --json are two bodies: give one of them")
    return asyncio.run(_send(diagnostics, target, words, flags))


async def _send(diagnostics: Diagnostics, target: TargetFlags, words: tuple[str, ...], flags: SendFlags) -> int:
    async with open_session(target, diagnostics) as session:
        prepared, profile, request = await _prepare(session, target, words, flags)
        for hint in prepared.hints:
            diagnostics.warning(hint)
        if flags.dry_run:
            show_prepared(session, prepared)
            return Exit.OK
        await note_ignored_team(session, profile, diagnostics)
        if flags.wait is not None:
            await _wait(session, profile, prepared.request.target, flags.wait, diagnostics)
        response = await send_and_keep(
            session,
            profile,
            prepared,
            diagnostics,
            file=words[0].rpartition("#")[0] if len(words) == 1 else "",
            request=request,
            timeout=flags.timeout or prepared.request.timeout,
        )
    if response.notice:
        diagnostics.warning(response.notice)
    if response.platform_status != 200 and prepared.request.target.route == "invoke":  # noqa: PLR2004 - OK
        diagnostics.note(f"platform status {response.platform_status}")
    reasons = {Exit.FAILED} if flags.check_status and response.status >= _BAD_STATUS else set()
    if not _write(response, flags, diagnostics):
        reasons.add(Exit.NOT_WRITTEN)
    return exit_code(reasons)


async def _wait(session: Session, profile: Profile, target: Target, most: float, diagnostics: Diagnostics) -> None:
    """Wait until the service runs, and say what it does meanwhile.

    Raises:
        PlatformError: it does not run in time, or cannot be asked about.
    """
    from workbench.replay.waiting import until_running

    seen = [""]

    def see(service: Service) -> None:
        if service.state not in ("running", seen[-1]):
            diagnostics.note(f"waiting: {service.slug} is {service.state}")
        seen.append(service.state)

    try:
        async with asyncio.timeout(most):
            await until_running(session, profile, target.service, target.team, see)
    except TimeoutError as error:
        message = (
            f"the service {target.service!r} does not run after {most:g} s: it is {seen[-1] or 'not known how it is'}"
        )
        hint = "start it, or wait longer; nothing was sent"
        raise PlatformError(Failure(kind="not_running", message=message, layer="platform", hint=hint)) from error


async def _prepare(
    session: Session, target: TargetFlags, words: tuple[str, ...], flags: SendFlags
) -> tuple[Prepared, Any, SavedRequest]:
    """What is sent, the profile it is sent by, and the request it was made from."""
    if len(words) == 1 and "#" in words[0]:
        return await _from_file(session, target, words[0], flags)
    if len(words) != 3:  # noqa: PLR2004 - SERVICE METHOD PATH
        raise click.UsageError("expected FILE#ID, or the three words SERVICE METHOD PATH")
    if target.environment is not None:
        raise click.UsageError("--env chooses an [env.NAME] of a collection, and there is none: give FILE#ID")
    return await _from_words(session, words, flags, target.variables)


async def _from_file(
    session: Session, target: TargetFlags, reference: str, flags: SendFlags
) -> tuple[Prepared, Any, SavedRequest]:
    from workbench.replay.gather import single

    loaded, request = load_one(reference)
    body, content_type = _given_body(flags)
    changed = _with_headers(request, flags.headers, content_type if body is not None else "")
    prepared, profile = await single(
        session,
        loaded,
        changed,
        environment=target.environment,
        given=target.variables,
        body=body,
        online=not flags.dry_run,
    )
    return prepared, profile, changed


async def _from_words(
    session: Session, words: tuple[str, ...], flags: SendFlags, variables: dict[str, str]
) -> tuple[Prepared, Any, SavedRequest]:
    """A request of the command line alone: its words hold placeholders only where `--var` gives values for them."""
    from workbench.model.variables import Dynamic, Scope
    from workbench.replay.prepare import prepare

    service, method, path = words
    if method.upper() in METHODS:
        method = method.upper()
    request = SavedRequest(
        id="send", service=session.overrides.service or service, method=method, path=_literal(path, variables)
    )
    body, content_type = _given_body(flags)
    headers = tuple(_literal(header, variables) for header in flags.headers)
    request = _with_headers(request, headers, content_type)
    profile = session.profile()
    target = session.target(request=request)
    prepared = prepare(
        Collection(),
        request,
        target=target,
        scope=Scope((("--var", variables),)),
        dynamic=Dynamic(datetime.now(UTC), random.SystemRandom()),
        body=body,
    )
    if flags.dry_run:
        return prepared, profile, request
    ready = await session.ready(profile, target)
    resolved = msgspec.structs.replace(prepared.request, target=ready)
    return msgspec.structs.replace(prepared, request=resolved), profile, request


def _literal(text: str, variables: dict[str, str]) -> str:
    """A word of the command line as a template: without variables it is meant as it is."""
    return text if variables else text.replace("{{", "\\{{")


def _with_headers(request: SavedRequest, headers: tuple[str, ...], content_type: str) -> SavedRequest:
    """The request with the headers of `-H` in place of its own of the same name."""
    added: list[Entry] = []
    for text in headers:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise click.BadParameter(f"{text!r} is not 'NAME: VALUE'", param_hint="--header")
        added.append(Entry(name.strip(), value.strip()))
    names = {entry.name.lower() for entry in added}
    kept = tuple(entry for entry in request.headers if entry.name.lower() not in names)
    has_type = "content-type" in names or any(entry.name.lower() == "content-type" for entry in kept)
    if content_type and not has_type:
        added.append(Entry("content-type", content_type))
    return msgspec.structs.replace(request, headers=(*kept, *added))


def _given_body(flags: SendFlags) -> tuple[bytes | None, str]:
    """The body of `--json` or `--data` with the content type it brings; None when neither is given."""
    if flags.json is not None:
        try:
            msgspec.json.decode(flags.json)
        except (msgspec.DecodeError, RecursionError) as error:
            raise click.BadParameter(f"this is not JSON: {error}", param_hint="--json") from error
        return flags.json.encode("utf-8", "surrogateescape"), "application/json"
    if flags.data is None:
        return None, ""
    if flags.data == "-":
        return sys.stdin.buffer.read(), ""
    if not flags.data.startswith("@"):
        return flags.data.encode("utf-8", "surrogateescape"), ""
    path = flags.data[1:]
    try:
        return Path(path).read_bytes(), ""
    except OSError as error:
        raise FileError(
            f"the body file {path} cannot be read: {error.strerror}; nothing was sent", path=path
        ) from error


def show_prepared(session: Session, prepared: Prepared) -> None:
    """Print what would be sent, redacted, as `--dry-run` does."""
    from workbench.replay.prepare import shown_envelope

    target = prepared.request.target
    shown = {
        "base_url": target.base_url,
        "service": target.service,
        "team": target.team,
        "route": target.route,
        **shown_envelope(prepared, session.redactor),
    }
    Output().text(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode() + "\n")


def _write(response: ServiceResponse, flags: SendFlags, diagnostics: Diagnostics) -> bool:
    """Write the answer where it was asked for; False where that was a file which could not be written."""
    from workbench.cli.body_output import envelope_bytes, head_text, terminal_text

    output = Output()
    body = envelope_bytes(response) if flags.envelope else response.body
    if flags.output:
        try:
            Path(flags.output).write_bytes(body)
        except OSError as error:
            diagnostics.usage(f"the call was made, but {flags.output} could not be written: {error.strerror}")
            return False
        return True
    if flags.include:
        output.text(head_text(response, terminal=output.is_terminal))
    if output.is_terminal and flags.envelope:
        output.text(visible(body.decode("utf-8", "replace")) + "\n")
    elif output.is_terminal:
        output.text(terminal_text(response, colour=output.colour("auto")))
    else:
        output.bytes(body)
    return True
