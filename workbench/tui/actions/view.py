"""Actions that change how things look, and where the focus is."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        id="jump",
        keys="ctrl+o",
        label="Jump",
        group="View",
        footer=True,
        help="Put a letter on every place; press it to go there.",
    ),
    Action(id="zoom", keys="f7", label="Zoom", group="View", help="Give the whole window to the pane in focus."),
    Action(id="side", keys="f9", label="Side column", group="View", help="Hide or show the column on the left."),
    Action(id="taller", keys="alt+up", label="Taller response", group="View", help="More room for the response."),
    Action(id="shorter", keys="alt+down", label="Taller request", group="View", help="More room for the request."),
    Action(id="wider", keys="alt+right", label="Wider side", group="View", help="A wider column on the left."),
    Action(id="narrower", keys="alt+left", label="Narrower side", group="View", help="A narrower column on the left."),
    Action(id="theme", label="Theme", group="View", help="Choose the colours: light and dark ones."),
)
