"""Another tool's requests made into a new collection: a file, a curl command, or a service's own OpenAPI document."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import msgspec

from workbench.model.errors import WorkbenchError
from workbench.tui.flows import filing
from workbench.tui.flows.places import folder_here
from workbench.tui.screens.dialogs import AskText

if TYPE_CHECKING:
    from workbench.interchange.building import Imported
    from workbench.tui.desk import Desk

_MOST_LISTED = 4


async def import_requests(desk: Desk) -> None:
    """Ask for what to import, show what would be left out, and write a new collection."""
    service = desk.highlighted_service()
    target = desk.aim.target
    slug = service.slug if service else target.service if target else None
    own = f"\nA path such as /openapi.json is a document of the service {slug}." if slug else ""
    text = f"A file (OpenAPI, HAR, Postman, curl commands), or a curl command itself.{own}"
    source, problem = service.openapi_url if service else "", ""
    while True:
        given = await desk.ask(AskText("Import", f"{text}{problem}", value=source))
        if not given or not given.strip():
            return
        source = given.strip()
        try:
            imported = await _read(desk, source, slug)
        except (WorkbenchError, ValueError) as error:
            problem = f"\n\nNothing was imported: {error}"
            continue
        collection = imported.collection
        if collection.requests:
            break
        problem = "\n\nNothing was imported: there is no request in it"
    named = slug or PurePath(source).stem or "imported"
    suggested = f"{folder_here(desk)}/{named}.toml"
    title = f"Import {len(collection.requests)} request{'' if len(collection.requests) == 1 else 's'}"
    path = await desk.ask(
        AskText(title, _summary(imported), value=suggested, check=filing.check_file),
    )
    if path:
        await filing.make_file(desk, path, collection, said=f"imported {path}")


async def _read(desk: Desk, source: str, slug: str | None) -> Imported:
    """What the source comes to; heavy work is a thread's."""
    from workbench.interchange import curl_in
    from workbench.interchange.any_in import from_any
    from workbench.replay.fetching import fetched

    if curl_in.is_curl(source):
        data = source.encode("utf-8", "surrogateescape")
    elif source.startswith("/") and slug and not await asyncio.to_thread(Path(source).exists):
        overrides = msgspec.structs.replace(desk.session.overrides, service=slug)
        if desk.picks.team is not None:
            overrides = msgspec.structs.replace(overrides, team=desk.picks.team.id)
        data = await fetched(desk.session.with_overrides(overrides), source)
    else:
        data = await asyncio.to_thread(_bytes, source)
    return await asyncio.to_thread(from_any, data, service=slug)


def _bytes(source: str) -> bytes:
    try:
        return Path(source).expanduser().read_bytes()
    except OSError as error:
        raise ValueError(f"{source} cannot be read: {error.strerror}") from error


def _summary(imported: Imported) -> str:
    """What to know before the file is written."""
    shown = imported.warnings[:_MOST_LISTED]
    more = len(imported.warnings) - len(shown)
    lines = ["The path of the new collection; its folder is made where there is none.", ""]
    lines += [f"· {each}" for each in shown]
    lines += [f"· and {more} more; `cyberun-tui import` in a shell lists them all"] * bool(more)
    return "\n".join(lines).rstrip()
