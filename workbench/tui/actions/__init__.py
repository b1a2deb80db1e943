"""Every action of the app, declared once: id, keys, words. Footer, palette, help and keymap are made from this table.

An action is carried out by `screens.commands` (on the main screen) or by the screen that owns its scope; nothing here
knows how. Keys never used: ctrl+h/i/j/m/[ (they are Backspace, Tab, Enter and Esc in a plain terminal), ctrl+b, ctrl+a,
ctrl+z and the line-editing keys of inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from workbench.tui.actions import compare, history, program, requests, response, run, sending, target, view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.tui.actions.action import Action, Scope

NEVER = frozenset(
    f"ctrl+{key}" for key in ("h", "i", "j", "m", "left_square_bracket", "b", "a", "z", "d", "e", "f", "k", "u", "w")
)
"""Keys that a plain terminal cannot tell from others, or that edit a line."""

_NO_KEY = "unbound-"
"""How a binding without a key is called: Textual remaps only what is bound to something."""

ACTIONS: tuple[Action, ...] = (
    *sending.ACTIONS,
    *requests.ACTIONS,
    *target.ACTIONS,
    *response.ACTIONS,
    *history.ACTIONS,
    *view.ACTIONS,
    *program.ACTIONS,
    *run.ACTIONS,
    *compare.ACTIONS,
)
"""Every action of the app."""

PANES: tuple[Scope, ...] = ("services", "collections", "history", "response", "preview")
"""The scopes that are panes."""

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
        priority=scope in ("app", "main"),
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
    known = {binding.id: binding for scope in ("app", "main", "run", "compare") for binding in bindings(scope)}
    panes = {binding.id for scope in PANES for binding in bindings(scope)}
    for name, keys in keymap.items():
        if name not in known and name not in panes and "." not in name:
            problems.append(f"keymap: there is no action {name!r}; the help lists their names")
            continue
        for key in (part.strip() for part in keys.split(",")):
            if key in NEVER:
                problems.append(f"keymap: {key} for {name} is not usable: it edits a line, or is another key")
            elif len(key) == 1 and name in BY_ID and BY_ID[name].scope in ("app", "main"):
                problems.append(f"keymap: {key!r} for {name} is not usable: it would act while text is typed")
    for action in ACTIONS:
        name = action.id
        for key in (part.strip() for part in keymap.get(name, action.keys).split(",") if part):
            other = users.setdefault(key, name)
            if other != name and _same_place(other, name) and (name in keymap or other in keymap):
                problems.append(f"keymap: {key} is given to both {other} and {name}; {other} has it")
    return problems + _pane_problems(keymap)


def _pane_problems(keymap: Mapping[str, str]) -> list[str]:
    """Keys given to two actions of one pane."""
    problems = []
    for scope in PANES:
        users: dict[str, str] = {}
        for binding in bindings(scope):
            name = binding.id or ""
            for key in (part.strip() for part in keymap.get(name, binding.key).split(",")):
                other = users.setdefault(key, name)
                if other != name and (name in keymap or other in keymap):
                    problems.append(f"keymap: {key} is given to both {other} and {name}; {other} has it")
    return problems


def _same_place(one: str, other: str) -> bool:
    """Whether two actions can be asked for at the same time: a screen of its own covers the main one."""
    scopes = {BY_ID[one].scope, BY_ID[other].scope}
    return len(scopes) == 1 or "app" in scopes
