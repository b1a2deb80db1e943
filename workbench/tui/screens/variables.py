"""The variables window: every name with its value, layer and place; values for this session; the environment.

It shows what its `VariableSource` gives and asks it for changes; it knows neither files nor the main screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.model.visible import one_line
from workbench.tui.screens.dialogs import AskText, Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.dom import DOMNode

    from workbench.tui.controllers.variables import Variable

_MARKS = {"missing": "✗", "secret": "◆", "resolved": " "}
_STYLES = {"missing": "$text-error", "secret": "$text-warning italic", "resolved": ""}
_NAME_WIDTH = 24
_LAYER_WIDTH = 14


class VariableSource(Protocol):
    """Where the window has its variables from, and what it asks for."""

    @property
    def variables(self) -> Sequence[Variable]:
        """Every variable as it is now."""

    @property
    def environment(self) -> str:
        """The environment in use, in words."""

    def override(self, name: str, text: str | None) -> None:
        """Give a name another value for this session; None takes it back."""

    def undo(self) -> None:
        """Take back the last change."""

    def copy(self, variable: Variable) -> None:
        """Put a value on the clipboard; of a secret, its placeholder."""

    def show_secrets(self) -> None:
        """Show the secrets for a while, or hide them."""

    async def choose_environment(self) -> None:
        """Let the user choose another environment."""


class VariableList(OptionList):
    """The names, one a line, and the keys that act on the one under the cursor."""

    HELP: ClassVar[str] = (
        "Enter gives the variable another value for this session, x takes that back, u takes the last change back, "
        "c copies the value (of a secret its placeholder), r shows the secrets that are used for half a minute, "
        "e chooses the environment, / filters. ✗ has no value, ◆ is a secret, * has a value of this session."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,delete", "screen.drop", "Drop", id="variables.drop", tooltip="Take the session's value back"),
        Binding("u", "screen.undo", "Undo", id="variables.undo", tooltip="Take back the last change"),
        Binding("c", "screen.copy_value", "Copy", id="variables.copy", tooltip="Copy the value; never a secret's"),
        Binding("e", "screen.environment", "Environment", id="variables.env", tooltip="Choose the environment"),
        Binding("r", "screen.reveal", "Show secrets", id="variables.reveal", tooltip="Show secrets for half a minute"),
        Binding("slash", "screen.filter", "Filter", id="variables.filter", tooltip="Show only what fits"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]


class VariablesScreen(Dialog[None]):
    """A list of variables, the layers of the one under the cursor below it."""

    HELP: ClassVar[str] = VariableList.HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("f6", "environment", "Environment", show=False),
    ]

    def __init__(self, source: VariableSource, main: DOMNode) -> None:
        """`main` is the screen whose state the source looks at."""
        super().__init__("Variables")
        self._source = source
        self._main = main
        self._shown: tuple[Variable, ...] = ()

    def compose(self) -> ComposeResult:
        """The environment, the filter, the names, the layers of one, the keys."""
        with self.window(classes="-tall"):
            yield Static("", id="variables-environment", markup=False)
            yield Input(placeholder="/ filters by name, value, layer or place", compact=True, id="variables-filter")
            yield VariableList(id="variables-list", compact=True)
            yield Static("", id="variables-layers", markup=False)
            yield Static(
                "enter set · x drop · u undo · c copy · r show secrets · e env · / filter · esc",
                id="variables-keys",
                markup=False,
            )

    def on_mount(self) -> None:
        """Show everything, with the cursor on the first name that the request uses."""
        self._list.focus()
        self.show()
        self.watch(self._main, "revealed", self.show, init=False)
        used = (at for at, variable in enumerate(self._shown) if variable.used)
        self._list.highlighted = next(used, 0 if self._shown else None)

    @property
    def _list(self) -> VariableList:
        return self.query_one(VariableList)

    @property
    def current(self) -> Variable | None:
        """The variable under the cursor."""
        at = self._list.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def show(self) -> None:
        """Show the variables as they are now; the cursor stays on its name."""
        words = self.query_one("#variables-filter", Input).value.casefold().split()
        name = self.current.name if self.current else ""
        self._shown = tuple(each for each in self._source.variables if all(word in _text(each) for word in words))
        width = max(10, self._list.size.width - _NAME_WIDTH - _LAYER_WIDTH - 4)
        self._list.set_options(Option(_line(variable, width)) for variable in self._shown)
        at = next((at for at, variable in enumerate(self._shown) if variable.name == name), 0)
        self._list.highlighted = at if self._shown else None
        self.query_one("#variables-environment", Static).update(
            Content.assemble(Content.styled("environment ", "$text-muted"), one_line(self._source.environment))
        )
        self._explain()

    def _explain(self) -> None:
        layers = self.query_one("#variables-layers", Static)
        variable = self.current
        layers.update(_layers(variable) if variable else Content.styled("no variable fits", "$text-muted"))

    def on_resize(self, event: events.Resize) -> None:
        """The value takes the room there is."""
        del event
        self.call_after_refresh(self.show)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._explain()

    @on(Input.Changed, "#variables-filter")
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self.show()

    @on(Input.Submitted, "#variables-filter")
    def _to_the_list(self, event: Input.Submitted) -> None:
        event.stop()
        self._list.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._edit()

    @work(exclusive=True)
    async def _edit(self) -> None:
        variable = self.current
        if variable is None:
            return
        secret = variable.state == "secret"
        text = await self.app.push_screen_wait(
            AskText(
                f"{variable.name} for this session",
                "The value holds until the program ends, for this collection alone, and is written nowhere. An empty "
                "text is a value too; x in the list takes it back.",
                value="" if secret else variable.shown,
                secret=secret,
            )
        )
        if text is not None:
            self._source.override(variable.name, text)
            self.show()

    def action_drop(self) -> None:
        """Take the session's value back."""
        if self.current is not None:
            self._source.override(self.current.name, None)
            self.show()

    def action_undo(self) -> None:
        """Take back the last change."""
        self._source.undo()
        self.show()

    def action_copy_value(self) -> None:
        """Copy the value under the cursor."""
        if self.current is not None:
            self._source.copy(self.current)

    def action_reveal(self) -> None:
        """Show the secrets for a while, or hide them."""
        self._source.show_secrets()

    def action_filter(self) -> None:
        """Type what should fit."""
        self.query_one("#variables-filter", Input).focus()

    def action_leave(self) -> None:
        """Esc clears the filter first, then closes."""
        field = self.query_one("#variables-filter", Input)
        if field.value or field.has_focus:
            field.value = ""
            self._list.focus()
        else:
            self.reply(None)

    @work(exclusive=True)
    async def action_environment(self) -> None:
        """Choose another environment."""
        await self._source.choose_environment()
        self.show()


def _text(variable: Variable) -> str:
    layers = " ".join(f"{layer.name} {layer.shown} {layer.source}" for layer in variable.layers)
    return f"{variable.name} {layers} {variable.promised}".casefold()


def _line(variable: Variable, width: int) -> Content:
    """Mark, name, value, layer."""
    mark = "*" if variable.overridden else _MARKS[variable.state]
    layer = variable.layers[0].name if variable.layers else variable.promised
    value = variable.shown if variable.layers else "no value"
    return Content.assemble(
        f"{mark} ",
        Content.styled(_cut(variable.name, _NAME_WIDTH), "bold" if variable.used else ""),
        Content.styled(_cut(value, width), _STYLES[variable.state]),
        " ",
        Content.styled(one_line(layer), "$text-muted"),
    )


def _cut(text: str, width: int) -> str:
    """A text in a column of that many cells, with a space behind it."""
    content = Content(one_line(text))
    if content.cell_length >= width:
        content = content.truncate(width - 1, ellipsis=True)
    return content.plain + " " * max(1, width - content.cell_length)


def _layers(variable: Variable) -> Content:
    """Each layer that has the name, the one that holds first; or what can be done about one that has no value."""
    used = f"  used in {one_line(variable.used)}" if variable.used else "  not used by this request"
    rows = [Content.assemble(Content.styled(one_line(variable.name), "bold"), Content.styled(used, "$text-muted"))]
    if not variable.layers:
        promise = f" It is {variable.promised}: send that first." if variable.promised else ""
        rows.append(Content(one_line(f"No value.{promise} Enter gives it one for this session.")))
    for at, layer in enumerate(variable.layers):
        holds = "holds" if at == 0 else "below"
        style = "" if at == 0 else "$text-muted"
        text = f"{holds}  {layer.name:<{_LAYER_WIDTH}} {layer.shown}  ({layer.source})"
        rows.append(Content.styled(one_line(text), style))
    return Content("\n").join(rows)
