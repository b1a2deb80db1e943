"""Actions on the answer that is shown."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        id="save_body",
        label="Save body",
        group="Response",
        help="Save the exact bytes of the answer's body to a file.",
        pane_keys={"response": "s"},
    ),
    Action(id="copy_body", label="Copy body", group="Response", help="Copy the answer's body as it was received."),
    Action(
        id="copy_headers",
        label="Copy headers",
        group="Response",
        help="Copy the headers of the answer, secrets masked.",
    ),
    Action(
        id="open_body",
        label="Body in editor",
        group="Response",
        help="Open a copy of the answer's body in $VISUAL or $EDITOR.",
        pane_keys={"response": "e"},
    ),
    Action(
        id="page_body",
        label="Body in pager",
        group="Response",
        help="Read the answer's body in $PAGER, laid out, control characters made visible.",
        pane_keys={"response": "p"},
    ),
    Action(
        id="stop_stream",
        label="Stop the stream",
        group="Response",
        help="Read no more of the answer that is coming, and keep what has come.",
        pane_keys={"response": "S"},
    ),
    Action(
        id="find_body",
        label="Find in body",
        group="Response",
        help="Find a text in the answer's body; / anywhere in the response does it too.",
    ),
    Action(
        id="latest",
        label="Latest answer",
        group="Response",
        help="Go back from an answer out of the history to the request's last one.",
    ),
    Action(
        id="follow",
        label="Follow redirect",
        group="Response",
        help="Add a request that goes where a redirect points to, without credentials; nothing is sent.",
    ),
)
