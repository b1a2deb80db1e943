"""`list`: the plan of collections, without sending anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.completing import files
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.loading import chosen, load_readable, references
from workbench.cli.output import Output
from workbench.model.errors import CollectionError
from workbench.model.visible import visible
from workbench.replay.plan import Selection, make_plan

if TYPE_CHECKING:
    from workbench.files.collections import LoadedCollection
    from workbench.replay.plan import Step


@click.command("list")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=files)
@click.option("--json", "as_json", is_flag=True, help="A JSON array, one object a request.")
@click.pass_obj
def command(diagnostics: Diagnostics, paths: tuple[str, ...], *, as_json: bool) -> int:
    """Show what would run: id, method, path, tags, needs. A broken file hides no other, and is exit 2."""
    named, ids = references(paths)
    collections, problems = load_readable(named)
    selection = Selection(named=chosen(collections, ids))
    rows = [_row(loaded, step) for loaded in collections for step in make_plan(loaded.collection, selection).steps]
    output = Output()
    if as_json:
        output.text(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n")
    elif rows:
        output.text(_table(rows))
    elif not problems:
        diagnostics.note("there are no requests")
    if problems:
        raise CollectionError(problems)
    return Exit.OK


def _row(loaded: LoadedCollection, step: Step) -> dict[str, Any]:
    request = step.request
    return {
        "file": loaded.path,
        "id": request.id,
        "name": request.name,
        "line": step.line,
        "method": request.method,
        "path": request.path,
        "service": request.service or loaded.collection.service,
        "tags": [*loaded.collection.tags, *request.tags],
        "needs": list(request.needs),
        "uses": dict(sorted(step.captured.items())),
        "skip": request.skip,
        "always": request.always,
    }


def _table(rows: list[dict[str, Any]]) -> str:
    id_width = max(len(row["id"]) for row in rows)
    path_width = max(len(visible(row["path"])) for row in rows)
    lines = []
    file = None
    for row in rows:
        if row["file"] != file:
            file = row["file"]
            lines.append(visible(file))
        extra = []
        if row["tags"]:
            extra.append("tags " + ", ".join(row["tags"]))
        if row["needs"]:
            extra.append("needs " + ", ".join(row["needs"]))
        if row["uses"]:
            extra.append("uses " + ", ".join(f"{name} of {maker}" for name, maker in row["uses"].items()))
        if row["skip"]:
            extra.append("skip" if row["skip"] is True else f"skip: {row['skip']}")
        if row["always"]:
            extra.append("always")
        line = f"  {row['id']:<{id_width}}  {row['method']:<7} {visible(row['path']):<{path_width}}  "
        lines.append((line + visible(" · ".join(extra))).rstrip())
    return "\n".join(lines) + "\n"
