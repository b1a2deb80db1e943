"""Actions that change, keep and read requests and their files."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        id="save",
        keys="ctrl+s",
        label="Save",
        group="Requests",
        footer=True,
        help="Save the changed requests of this file; comments and order of the file stay.",
    ),
    Action(id="save_all", label="Save all", group="Requests", help="Save every file with changes."),
    Action(
        id="revert",
        label="Drop changes",
        group="Requests",
        help="Go back to the request as its file has it; asks first.",
    ),
    Action(
        id="editor",
        keys="f4",
        label="External editor",
        group="Requests",
        help="Open the text in focus in $VISUAL or $EDITOR; in the tree, the file.",
    ),
    Action(
        id="reload",
        label="Reload files",
        group="Requests",
        help="Read the collections again; edits that are not saved stay.",
        pane_keys={"collections": "r"},
    ),
    Action(
        id="new",
        keys="ctrl+n",
        label="New request",
        group="Requests",
        help="Add a request after the selected one.",
    ),
    Action(
        id="new_file",
        label="New collection",
        group="Requests",
        help="Make a new collection file, with a first request.",
    ),
    Action(
        id="duplicate",
        label="Duplicate request",
        group="Requests",
        help="Add a copy of the request after it.",
        pane_keys={"collections": "c"},
    ),
    Action(
        id="delete",
        label="Delete request",
        group="Requests",
        help="Take the request out of its file at the next save; asks first.",
        pane_keys={"collections": "delete,d"},
    ),
    Action(
        id="mine",
        label="Keep mine",
        group="Requests",
        help="A file has changed on disk and here: put your changes on top of theirs, and save.",
    ),
    Action(
        id="theirs",
        label="Take theirs",
        group="Requests",
        help="A file has changed on disk and here: take it as it is on disk; your changes are put aside.",
    ),
    Action(
        id="compare_file",
        label="Compare with disk",
        group="Requests",
        help="A file has changed on disk and here: see both, line by line, and choose.",
    ),
)
