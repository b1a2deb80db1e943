"""Help: what the widget in focus is for, the keys that work there, and every action; searchable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from workbench.model.visible import visible
from workbench.tui.actions import ACTIONS, BY_ID, is_bound
from workbench.tui.screens.dialogs import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

_KEY_WIDTH = 16
_LABEL_WIDTH = 20
_HERE = "In focus"


@dataclass(frozen=True)
class Line:
    """One action: under which heading, its keys, its name, what it does."""

    group: str
    keys: str
    label: str
    text: str


@dataclass(frozen=True)
class Help:
    """What the help shows: words about what is in focus, and the lines."""

    about: tuple[str, ...]
    lines: tuple[Line, ...]


def help_for(screen: Screen[object]) -> Help:
    """The help for the widget that has the focus on a screen, gathered from it and everything around it."""
    nodes = screen.focused.ancestors_with_self if screen.focused is not None else [screen]
    about = tuple(
        dict.fromkeys(
            text
            for node in nodes
            if isinstance(text := getattr(node, "help_text", None) or getattr(node, "HELP", None), str)
        )
    )
    keys: dict[str, list[str]] = {}
    here: dict[str, Line] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        name = binding.id or binding.action
        if not is_bound(key):
            continue
        keys.setdefault(name, []).append(screen.app.get_key_display(binding))
        own = name.partition(".")[2] or name
        if name not in BY_ID and binding.description:
            text = binding.tooltip or (BY_ID[own].help if own in BY_ID else "")
            here[name] = Line(_HERE, " ".join(dict.fromkeys(keys[name])), binding.description, text)
    actions = [
        Line(action.group, " ".join(dict.fromkeys(keys.get(action.id, ()))) or "–", action.label, action.help)
        for action in ACTIONS
    ]
    return Help(about, (*here.values(), *actions))


class HelpScreen(Dialog[None]):
    """The help in a window; what is typed narrows it."""

    HELP: ClassVar[str] = "Type to search; arrows and page keys scroll; Esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll('cursor_down')", "Down", show=False),
        Binding("up", "scroll('cursor_up')", "Up", show=False),
        Binding("pagedown", "scroll('page_down')", "Page down", show=False),
        Binding("pageup", "scroll('page_up')", "Page up", show=False),
        Binding("enter", "dismiss", "Close", show=False),
    ]

    def __init__(self, content: Help) -> None:
        super().__init__("Help")
        self._content = content

    def compose(self) -> ComposeResult:
        """The words, the field, the lines."""
        with self.window(classes="-tall"):
            yield Input(placeholder="type to search", compact=True)
            yield OptionList(id="help-lines", compact=True)

    def on_mount(self) -> None:
        """Everything, before anything is typed."""
        self.query_one(OptionList).can_focus = False
        self._narrow("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.reply(None)

    def _narrow(self, query: str) -> None:
        words = query.casefold().split()
        options = self.query_one(OptionList)
        options.clear_options()
        if self._content.about and not words:
            about = "\n".join(visible(text) for text in self._content.about)
            options.add_option(Option(Content(f"{about}\n"), disabled=True))
        group = ""
        for line in self._content.lines:
            text = f"{line.group} {line.keys} {line.label} {line.text}".casefold()
            if not all(word in text for word in words):
                continue
            if line.group != group:
                group = line.group
                options.add_option(Option(Content.styled(group, "bold underline"), disabled=True))
            options.add_option(Option(_shown(line)))
        if not options.option_count:
            options.add_option(Option(Content("nothing fits"), disabled=True))

    def action_scroll(self, how: str) -> None:
        """Move the lines while the field keeps the focus."""
        getattr(self.query_one(OptionList), f"action_{how}")()


def _shown(line: Line) -> Content:
    return Content.assemble(
        Content.styled(f"{visible(line.keys):<{_KEY_WIDTH}} ", "bold"),
        f"{visible(line.label):<{_LABEL_WIDTH}} ",
        Content.styled(visible(line.text), "$text-muted"),
    )
