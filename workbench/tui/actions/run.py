"""Actions of the run screen."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        id="run_stop",
        scope="run",
        keys="escape",
        label="Stop or close",
        group="Run",
        footer=True,
        help="Stop the run; when it is over, go back.",
    ),
    Action(
        id="run_again",
        scope="run",
        keys="f8",
        label="Run again",
        group="Run",
        footer=True,
        help="Run the same requests again.",
    ),
    Action(
        id="run_failed",
        scope="run",
        keys="f5",
        label="Rerun failed",
        group="Run",
        footer=True,
        help="Run those that failed, and what they need.",
    ),
    Action(
        id="run_report",
        scope="run",
        keys="ctrl+s",
        label="Save report",
        group="Run",
        footer=True,
        help="Save the run as JSON, NDJSON, JUnit or TAP, by the suffix of the file.",
    ),
)
