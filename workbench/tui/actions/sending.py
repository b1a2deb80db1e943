"""Actions that send, run and cancel."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(id="send", keys="f5,ctrl+r", label="Send", group="Send", footer=True, help="Send the request shown."),
    Action(
        id="cancel",
        keys="escape",
        label="Cancel",
        group="Send",
        footer=True,
        help="Cancel the call in flight; the container may have run it all the same.",
    ),
    Action(
        id="run",
        keys="f8",
        label="Run",
        group="Send",
        footer=True,
        help="Run the request, file or folder that is selected in the tree, with a table of results.",
    ),
    Action(
        id="preview",
        label="Preview",
        group="Send",
        help="Show what would be sent, in three layers; nothing is sent.",
    ),
    Action(
        id="copy_as",
        label="Copy as",
        group="Send",
        help="Copy the request as curl, Python, TOML or MCP arguments; secrets become references.",
        pane_keys={"preview": "c"},
    ),
)
