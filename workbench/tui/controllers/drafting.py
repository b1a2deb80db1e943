"""Which drafts there should be for a workspace, and what a workspace is with old drafts put back. Knows no widget.

Both may ask the disk where a file really is: work for a thread.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.tui.controllers import arranging
from workbench.tui.controllers.merging import three_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workbench.files.drafts import Draft, LeftBehind
    from workbench.tui.controllers.workspace import Item, OpenFile, Ref, Workspace

    HalfTyped = Mapping[Ref, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class Found:
    """Drafts of an earlier run, by what can be done with them.

    Attributes:
        here: those of files that are open; each with the file's path.
        same: those that say what their file says by now.
        elsewhere: the files of all others.
    """

    here: tuple[tuple[str, LeftBehind], ...] = ()
    same: tuple[LeftBehind, ...] = ()
    elsewhere: tuple[str, ...] = ()


def wanted(workspace: Workspace, half_typed: HalfTyped) -> dict[str, Draft]:
    """The draft of every request that is not as its file has it, and of every order that is not, by name."""
    from workbench.files.drafts import name_of

    drafts: dict[str, Draft] = {}
    half_typed_in = {ref.path for ref in half_typed}
    for file in workspace.files.values():
        if file.loaded is None or not (file.dirty or file.path in half_typed_in):
            continue
        place = os.path.realpath(file.path)
        for at, item in enumerate(file.items):
            texts = next(
                (texts for ref, texts in half_typed.items() if (ref.path, ref.key) == (file.path, item.key)), {}
            )
            if item.changed or texts:
                drafts[name_of(place, item.key)] = _draft(file, place, at, item, texts)
        if [item.origin for item in file.items] != list(range(len(file.loaded.written.requests))):
            drafts[name_of(place, "order")] = _order(file, place)
    return drafts


def _draft(file: OpenFile, place: str, at: int, item: Item, texts: Mapping[str, str]) -> Draft:
    from workbench.files.drafts import Draft

    return Draft(
        file=place,
        base_sha256=file.loaded.sha256 if file.loaded else "",
        saved_id=item.saved.id if item.saved else "",
        after=file.items[at - 1].request.id if at else "",
        request=item.request,
        base=item.saved,
        half_typed=dict(texts),
    )


def _order(file: OpenFile, place: str) -> Draft:
    from workbench.files.drafts import Draft

    ids = tuple(item.saved.id if item.saved else item.request.id for item in file.items)
    return Draft(file=place, base_sha256=file.loaded.sha256 if file.loaded else "", order=ids)


def sort_out(workspace: Workspace, left: Iterable[LeftBehind]) -> Found:
    """Which drafts belong to which open file."""
    at = {os.path.realpath(path): file for path, file in workspace.files.items()}
    here: list[tuple[str, LeftBehind]] = []
    same: list[LeftBehind] = []
    elsewhere: dict[str, None] = {}
    for each in left:
        file = at.get(each.draft.file)
        if file is None or file.loaded is None:
            elsewhere[each.draft.file] = None
        elif _says_the_same(file, each.draft):
            same.append(each)
        else:
            here.append((file.path, each))
    return Found(tuple(here), tuple(same), tuple(elsewhere))


def _says_the_same(file: OpenFile, draft: Draft) -> bool:
    saved = [item.saved for item in file.items if item.saved is not None]
    if draft.request is None:
        return [request.id for request in saved] == list(draft.order)
    return not draft.half_typed and draft.request in saved


def saved_text(workspace: Workspace, path: str, draft: Draft) -> str:
    """What the file has in place of a draft, as a text to compare."""
    from workbench.files.drafts import request_text

    file = workspace.files[path]
    if draft.request is None:
        return "".join(f"{item.saved.id}\n" for item in file.items if item.saved is not None)
    wanted_id = draft.saved_id or draft.request.id
    return request_text(next((item.saved for item in file.items if item.saved and item.saved.id == wanted_id), None))


def draft_text(draft: Draft) -> str:
    """A draft as a text to compare."""
    from workbench.files.drafts import request_text

    if draft.request is None:
        return "".join(f"{request_id}\n" for request_id in draft.order)
    half = "".join(f"# {name}, half typed: {text}\n" for name, text in draft.half_typed.items())
    return request_text(draft.request) + half


def put_back(
    workspace: Workspace, found: Iterable[tuple[str, LeftBehind]]
) -> tuple[Workspace, dict[Ref, dict[str, str]]]:
    """The workspace with these drafts as unsaved edits, and their half-typed texts.

    What was typed is put on top of the request as the file has it now, field by field. A request that the file has no
    longer, or that is being edited already, becomes a new one; nothing here is replaced.
    """
    half_typed: dict[Ref, dict[str, str]] = {}
    found = tuple(found)
    for path, each in found:
        if each.draft.request is not None:
            workspace, ref = _put_request(workspace, path, each.draft)
            if each.draft.half_typed:
                half_typed[ref] = dict(each.draft.half_typed)
    for path, each in found:
        if each.draft.request is None:
            loaded = workspace.files[path].loaded
            same = loaded is not None and loaded.sha256 == each.draft.base_sha256
            workspace = arranging.arranged(workspace, path, each.draft.order, drop=same)
    return workspace, half_typed


def _put_request(workspace: Workspace, path: str, draft: Draft) -> tuple[Workspace, Ref]:
    import msgspec

    request = draft.request
    if request is None:
        raise ValueError("an order is no request")
    here = workspace.find_saved(path, draft.saved_id) if draft.saved_id else None
    item = workspace.item(here)
    if here is not None and item is not None and item.saved is not None and not item.changed:
        typed = three_way(draft.base, request, item.saved) if draft.base is not None else request
        return workspace.edit(here, typed), here
    request_id = workspace.free_id(path, request.id)
    above = workspace.find(path, draft.after) if draft.after else None
    after = above.key if above else None
    return workspace.insert(path, msgspec.structs.replace(request, id=request_id), after)
