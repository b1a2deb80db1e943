"""Actions about where requests go: team, service, environment, key."""

from workbench.tui.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action(id="team", keys="f2", label="Team", group="Target", help="Choose the team."),
    Action(id="service", keys="f3", label="Service", group="Target", help="Choose the service."),
    Action(id="environment", keys="f6", label="Environment", group="Target", help="Choose the environment."),
    Action(
        id="service_details",
        label="Service details",
        group="Target",
        help="Show how a service wants to be called, its port, image and replicas.",
        pane_keys={"services": "i,space"},
    ),
    Action(
        id="refresh_services",
        label="Refresh services",
        group="Target",
        help="Ask the platform again for teams and services.",
        pane_keys={"services": "r"},
    ),
    Action(
        id="key",
        label="Enter a key",
        group="Target",
        help="Give a key for this platform.",
    ),
    Action(
        id="sign_in",
        label="Sign in",
        group="Target",
        help="Sign in to this platform: in a browser, with e-mail and password, or with a key.",
    ),
    Action(id="sign_out", label="Sign out", group="Target", help="Forget the login for this platform; asks first."),
    Action(
        id="who_am_i",
        label="Who am I",
        group="Target",
        help="Show which key is in use, where it came from, whom it stands for and when it ends.",
    ),
    Action(
        id="demo",
        label="Open the demo",
        group="Target",
        help="Start the built-in gateway with sample services and collections.",
    ),
    Action(
        id="forget_captures",
        label="Forget captures",
        group="Target",
        help="Forget the values that earlier answers of this file have left for later requests.",
    ),
    Action(
        id="variables",
        keys="ctrl+l",
        label="Variables",
        group="Target",
        help="Show every variable with its value and where it comes from; give one another value for this session.",
    ),
    Action(
        id="reveal",
        label="Show secrets",
        group="Target",
        help="Show the secrets that the request uses for half a minute, after asking; again hides them at once.",
        pane_keys={"preview": "r"},
    ),
)
