"""What an action is: one thing a user can do, with its keys and its words."""

from __future__ import annotations

from typing import Literal

import msgspec

Scope = Literal["app", "main", "services", "collections", "history", "response", "preview", "run", "compare"]
"""Where an action's keys work: everywhere, on the main screen, or with the focus in one pane or screen."""


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
