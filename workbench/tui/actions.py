"""Every action of the app, declared once: id, keys, words. Footer, palette, help and keymap are made from this table.

An action is carried out by `screens.commands` (on the main screen) or by the screen that owns its scope; nothing here
knows how. Keys never used: ctrl+h/i/j/m/[ (they are Backspace, Tab, Enter and Esc in a plain terminal), ctrl+b, ctrl+a,
ctrl+z and the line-editing keys of inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from textual.binding import Binding

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = Literal["app", "main", "services", "collections", "history", "response", "run"]
"""Where an action's keys work: everywhere, on the main screen, or with the focus in one pane or screen."""

NEVER = frozenset(
    f"ctrl+{key}" for key in ("h", "i", "j", "m", "left_square_bracket", "b", "a", "z", "d", "e", "f", "k", "u", "w")
)
"""Keys that a plain terminal cannot tell from others, or that edit a line."""

_NO_KEY = "unbound-"
"""How a binding without a key is called: Textual remaps only what is bound to something."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a user can do.

    Attributes:
        id: its name in the keymap.
        scope: where its keys work.
        keys: Textual key names, separated by commas; may be empty.
        label: two or three words for footer and palette.
        help: one sentence.
        group: the heading in the help.
        footer: shown in the footer.
        pane_keys: keys that work only with the focus in a pane, by its scope.
    """

    id: str
    scope: Scope = "main"
    keys: str = ""
    label: str
    help: str
    group: str
    footer: bool = False
    pane_keys: dict[Scope, str] = {}


def _send() -> tuple[Action, ...]:
    return (
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
    )


def _edit() -> tuple[Action, ...]:
    return (
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
    )


def _requests() -> tuple[Action, ...]:
    return (
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
    )


def _target() -> tuple[Action, ...]:
    return (
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
            help="Give a key for this platform; it is kept in memory until the program ends.",
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
    )


def _response() -> tuple[Action, ...]:
    return (
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
            help="Open the answer's body in $VISUAL or $EDITOR.",
        ),
        Action(
            id="latest",
            label="Latest answer",
            group="Response",
            help="Go back from an answer out of the history to the request's last one.",
        ),
    )


def _view() -> tuple[Action, ...]:
    return (
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
        Action(
            id="narrower", keys="alt+left", label="Narrower side", group="View", help="A narrower column on the left."
        ),
        Action(id="theme", label="Theme", group="View", help="Choose the colours: light and dark ones."),
    )


def _program() -> tuple[Action, ...]:
    return (
        Action(
            id="palette",
            scope="app",
            keys="ctrl+p",
            label="Palette",
            group="Program",
            footer=True,
            help="Find any action, and any request by its name.",
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
            id="quit",
            scope="app",
            keys="ctrl+q",
            label="Quit",
            group="Program",
            help="Leave; asks when something is not saved.",
        ),
    )


def _run() -> tuple[Action, ...]:
    return (
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


ACTIONS: tuple[Action, ...] = (
    *_send(),
    *_edit(),
    *_requests(),
    *_target(),
    *_response(),
    *_view(),
    *_program(),
    *_run(),
)
"""Every action of the app."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def bindings(scope: Scope) -> list[Binding]:
    """The bindings of a screen or pane. On the main screen they come before the focused widget's own keys."""
    made = [_binding(action, action.keys, scope) for action in ACTIONS if action.scope == scope]
    panes = [
        Binding(
            action.pane_keys[scope],
            f"screen.do('{action.id}')",
            action.label,
            show=False,
            tooltip=action.help,
            id=f"{scope}.{action.id}",
        )
        for action in ACTIONS
        if scope in action.pane_keys
    ]
    return made + panes


def _binding(action: Action, keys: str, scope: Scope) -> Binding:
    return Binding(
        keys or _NO_KEY + action.id,
        f"do('{action.id}')",
        action.label,
        show=action.footer,
        priority=scope != "run",
        tooltip=action.help,
        id=action.id,
    )


def is_bound(key: str) -> bool:
    """Whether a key of a binding is one that can be pressed."""
    return not key.startswith(_NO_KEY)


def keymap_problems(keymap: Mapping[str, str]) -> list[str]:
    """What is wrong with a keymap: unknown actions, keys that cannot work, and keys given to two actions at once."""
    problems = []
    users: dict[str, str] = {}
    known = {binding.id: binding for scope in ("app", "main", "run") for binding in bindings(scope)}
    panes = {binding.id for scope in ("services", "collections", "history", "response") for binding in bindings(scope)}
    for name, keys in keymap.items():
        if name not in known and name not in panes and "." not in name:
            problems.append(f"keymap: there is no action {name!r}; the help lists their names")
            continue
        for key in (part.strip() for part in keys.split(",")):
            if key in NEVER:
                problems.append(f"keymap: {key} for {name} is not usable: it edits a line, or is another key")
            elif name in known and len(key) == 1:
                problems.append(f"keymap: {key!r} for {name} is not usable: it would act while text is typed")
    for action in ACTIONS:
        name = action.id
        for key in (part.strip() for part in keymap.get(name, action.keys).split(",") if part):
            other = users.setdefault(key, name)
            if other != name and _same_place(other, name) and (name in keymap or other in keymap):
                problems.append(f"keymap: {key} is given to both {other} and {name}; {other} has it")
    return problems


def _same_place(one: str, other: str) -> bool:
    """Whether two actions can be asked for at the same time: the run screen covers the main one."""
    scopes = {BY_ID[one].scope, BY_ID[other].scope}
    return scopes != {"run", "main"}
