"""Actions on past sends, and comparing answers."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        id="history_search",
        label="Search history",
        group="History",
        help="Look for past sends by text, status, service and time.",
        pane_keys={"history": "slash"},
    ),
    Action(
        id="history_replay",
        label="Send again",
        group="History",
        help="Send a past send again: the same bytes, with current variables, or to another target; asks how.",
        pane_keys={"history": "r"},
    ),
    Action(
        id="compare",
        label="Compare",
        group="History",
        help="Compare the answer with another one: of the history, or of another service, team or route.",
        pane_keys={"history": "c", "response": "v"},
    ),
    Action(
        id="history_delete",
        label="Forget this send",
        group="History",
        help="Delete the send under the cursor from the history; asks first.",
        pane_keys={"history": "delete,d"},
    ),
    Action(
        id="history_clear",
        label="Clear history",
        group="History",
        help="Delete every past send for good; asks first.",
    ),
)
