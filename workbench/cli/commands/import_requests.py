"""`import`: requests of other tools as a collection. Nothing is sent, unless a document is fetched from a service."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.completing import files
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.examples import epilog
from workbench.cli.loading import STDIN
from workbench.cli.options import TargetFlags, open_session, target_options
from workbench.cli.output import Output
from workbench.model.collection import SLUG_PATTERN
from workbench.model.errors import CollectionError, FileError, WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.interchange.building import Imported


@click.group("import")
def command() -> None:
    """Make a collection of another tool's requests: curl, openapi, har or postman.

    SOURCE is a file, or - for standard input. Hosts are dropped: requests go to the service behind the gateway.
    Credentials become references under [secrets]; what cannot be taken over is said on stderr.
    """


def _slug(ctx: click.Context, param: click.Parameter | None, value: str | None) -> str | None:
    """A service's slug, checked before anything is read."""
    if value is not None and not SLUG_PATTERN.fullmatch(value):
        message = f"{value!r} is not a service slug: expected 3 to 100 of a-z, 0-9 and -, not at the ends"
        raise click.BadParameter(message, ctx, param, param_hint="--service")
    return value


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        [
            click.option("-o", "--output", metavar="FILE.toml", help="The new collection; else it goes to stdout."),
            click.option("--force", is_flag=True, help="Overwrite FILE.toml."),
            click.option("--name", default="", help="The collection's name."),
        ]
    ):
        function = option(function)
    return function


_service = click.option("--service", metavar="SLUG", callback=_slug, help="The service that the requests go to.")


@command.command("curl", epilog=epilog("import curl"))
@click.argument("source", metavar="SOURCE", shell_complete=files)
@_service
@_common
@click.pass_obj
def from_curl(diagnostics: Diagnostics, /, source: str, service: str | None, **given: Any) -> int:
    """Import curl commands: SOURCE is a command, a file with commands, or - for standard input."""
    from workbench.interchange import curl_in

    text = source if curl_in.is_curl(source) else _text(_read(source), source)
    return _write(diagnostics, _converted(lambda: curl_in.from_curl(text, service=service, name=given["name"])), given)


@command.command("har", epilog=epilog("import har"))
@click.argument("source", metavar="SOURCE", shell_complete=files)
@_service
@_common
@click.pass_obj
def from_har(diagnostics: Diagnostics, /, source: str, service: str | None, **given: Any) -> int:
    """Import a browser's recorded traffic (HAR 1.2)."""
    from workbench.interchange.har_in import from_har as convert

    data = _read(source)
    return _write(diagnostics, _converted(lambda: convert(data, service=service, name=given["name"])), given)


@command.command("postman", epilog=epilog("import postman"))
@click.argument("source", metavar="SOURCE", shell_complete=files)
@_service
@_common
@click.pass_obj
def from_postman(diagnostics: Diagnostics, /, source: str, service: str | None, **given: Any) -> int:
    """Import a Postman collection (v2.0, v2.1)."""
    from workbench.interchange.postman_in import from_postman as convert

    data = _read(source)
    return _write(diagnostics, _converted(lambda: convert(data, service=service, name=given["name"])), given)


@command.command("openapi", epilog=epilog("import openapi"))
@click.argument("source", metavar="SOURCE", shell_complete=files)
@_common
@target_options
@click.pass_obj
def from_openapi(diagnostics: Diagnostics, /, source: str, target: TargetFlags, **given: Any) -> int:
    """Import an OpenAPI document (3.0, 3.1; JSON or YAML).

    SOURCE may also be a path on a running service, such as /openapi.json, with --service SLUG.
    """
    from workbench.interchange.openapi_in import from_openapi as convert

    _slug(click.get_current_context(), None, target.service)
    if source.startswith("/") and target.service and not Path(source).exists():
        data = asyncio.run(_fetched(diagnostics, target, source))
    else:
        data = _read(source)
    return _write(diagnostics, _converted(lambda: convert(data, service=target.service, name=given["name"])), given)


def _read(source: str) -> bytes:
    if source == STDIN:
        return sys.stdin.buffer.read()
    if "://" in source:
        raise WorkbenchError(
            f"{source} is not fetched: calls go to the platform only", hint="save it first, or give its text with -"
        )
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileError(f"{source} cannot be read: {reason}", path=source) from error


def _text(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{source} is not UTF-8 text: {error.reason} at byte {error.start}", path=source) from error


async def _fetched(diagnostics: Diagnostics, target: TargetFlags, path: str) -> bytes:
    """A document that a service itself has."""
    from workbench.replay.fetching import fetched

    async with open_session(target, diagnostics) as session:
        return await fetched(session, path)


def _converted(convert: Callable[[], Imported]) -> Imported:
    try:
        return convert()
    except ValueError as error:
        raise WorkbenchError(f"this cannot be imported: {error}") from error


def _write(diagnostics: Diagnostics, imported: Imported, given: dict[str, Any]) -> int:
    from workbench.files.editing import ConflictError, create, new_document

    for warning in imported.warnings:
        diagnostics.warning(warning)
    collection = imported.collection
    if not collection.requests:
        raise WorkbenchError("there is no request in it; nothing was written")
    output: str | None = given["output"]
    if output is None:
        Output().bytes(new_document(collection))
        return Exit.OK
    try:
        create(output, collection, overwrite=given["force"])
    except ConflictError as error:
        raise FileError(error.message, path=output, hint="give another name, or --force to replace it") from error
    except CollectionError as error:
        raise WorkbenchError(
            f"what was imported cannot be written: {error.message}", hint="import a part of it; nothing was written"
        ) from error
    count = len(collection.requests)
    diagnostics.note(f"wrote {output}: {count} request{'' if count == 1 else 's'}; try `cyberun-tui check {output}`")
    return Exit.OK
