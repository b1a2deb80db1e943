"""What an action of the tree is about: the place under its cursor while it has the focus, else the request shown."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.content import Content
from textual.keys import format_key

from workbench.tui.actions import BY_ID
from workbench.tui.controllers.workspace import Ref
from workbench.tui.panes.collections_tree import CollectionsTree, File, Folder
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk
    from workbench.tui.panes.collections_tree import Place

_REQUEST = ("rename", "move_up", "move_down", "move_to", "duplicate", "delete", "revert")
_FILE = ("rename", "delete", "editor")
_FOLDER = ("rename", "delete")
_ALWAYS = ("new", "new_file", "new_folder", "import", "undo", "reload")


def here(desk: Desk) -> Place | None:
    """The folder, file or request that is meant."""
    if isinstance(desk.focused, CollectionsTree) and desk.place is not None:
        return desk.place
    return desk.ref if desk.ref is not None else desk.place


def request_here(desk: Desk) -> Ref | None:
    """The request that is meant; says so where it is none."""
    place = here(desk)
    if isinstance(place, Ref) and desk.workspace.item(place) is not None:
        return place
    desk.say("choose a request first", "warning")
    return None


def file_here(desk: Desk) -> OpenFile | None:
    """The file that is meant, or that the request stands in; the only one where there is just one."""
    place = here(desk)
    found = desk.workspace.file(place.path) if isinstance(place, (File, Ref)) else None
    if found is None and not isinstance(place, Folder) and len(desk.workspace.files) == 1:
        found = next(iter(desk.workspace.files.values()))
    return found


def folder_here(desk: Desk) -> str:
    """The folder that is meant, or that the file stands in; where there is none yet, the usual one."""
    place = here(desk)
    if isinstance(place, Folder):
        return place.path
    if place is not None:
        return str(PurePath(place.path).parent)
    given = next((path for path in desk.paths if not path.endswith(".toml")), "")
    return given or "collections"


async def menu(desk: Desk) -> None:
    """What can be done with the place that is meant, to choose from."""
    place = here(desk)
    own = _REQUEST if isinstance(place, Ref) else _FILE if isinstance(place, File) else _FOLDER if place else ()
    choices = [
        Choice(
            name,
            Content.assemble(f"{BY_ID[name].label:<24}", Content.styled(_keys(name), "$text-muted")),
            f"{BY_ID[name].label} {BY_ID[name].help}",
        )
        for name in (*own, *_ALWAYS)
    ]
    title = desk.workspace.name(place) if isinstance(place, Ref) else place.path if place else "Collections"
    chosen = await desk.ask(Pick(title, choices))
    if chosen:
        desk.start(chosen)


def _keys(name: str) -> str:
    """The keys of an action in the tree, as they are called in the help."""
    action = BY_ID[name]
    keys = [*action.pane_keys.get("collections", "").split(","), *action.keys.split(",")]
    return " ".join(format_key(key) for key in keys if key)
