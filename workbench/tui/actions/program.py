"""Actions that work everywhere in the program."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        id="palette",
        scope="app",
        keys="ctrl+p",
        label="Palette",
        group="Program",
        footer=True,
        help="Find any action, and any request or service by its name.",
    ),
    Action(
        id="help",
        scope="app",
        keys="f1",
        label="Help",
        group="Program",
        footer=True,
        help="Help for what is in focus, and every key.",
    ),
    Action(
        id="messages",
        label="Messages",
        group="Program",
        help="Read again what was said in passing; the last message first.",
    ),
    Action(
        id="quit",
        scope="app",
        keys="ctrl+q",
        label="Quit",
        group="Program",
        help="Leave; asks when something is not saved.",
    ),
)
