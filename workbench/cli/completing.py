"""What the shell offers while a command line is typed (`_CYBERUN_TUI_COMPLETE`): files, `FILE#ID`, profiles.

Must stay silent: whatever goes wrong while it looks, nothing is offered. Sends nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from workbench.model.errors import WorkbenchError

if TYPE_CHECKING:
    import click


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, which the shell lists by itself."""
    del ctx, param
    return [CompletionItem(incomplete, type="file")]


def references(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`FILE#ID`: files, and behind the # the ids of that file's requests."""
    file, mark, begun = incomplete.rpartition("#")
    if not mark:
        return files(ctx, param, incomplete)
    from workbench.files.collections import load_tolerant

    try:
        loaded, _, _ = load_tolerant(file)
    except WorkbenchError:
        return []
    requests = loaded.collection.requests if loaded else ()
    return [
        CompletionItem(f"{file}#{request.id}", help=request.name or f"{request.method} {request.path}")
        for request in requests
        if request.id.startswith(begun)
    ]


def profiles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The profiles of the user's settings."""
    del ctx, param
    from workbench.files.settings import load_settings

    try:
        known = load_settings().profiles
    except WorkbenchError:
        return []
    return [CompletionItem(name) for name in sorted(known) if name.startswith(incomplete)]
