"""The target bar: team, service, method, path, send. A target, not a URL.

It shows what it is given and says what was asked for; picking and sending are the screen's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from workbench.model.catalog import SYMBOLS
from workbench.model.visible import one_line
from workbench.tui.controllers.aim import Aim
from workbench.tui.controllers.catalog import Catalog
from workbench.tui.panes.request_pane import MethodSelect, PathField
from workbench.tui.widgets.candidates import Candidates, Completing
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from workbench.model.collection import SavedRequest

_NARROW = 100
_LONGEST = 24


class Chip(Static, can_focus=True):
    """A word that can be pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Press", show=False)]

    class Pressed(Message):
        """The chip was pressed; `chip` is the one."""

        def __init__(self, chip: Chip) -> None:
            self.chip = chip
            super().__init__()

        @property
        def control(self) -> Chip:
            """The chip that was pressed."""
            return self.chip

    def __init__(self, action: str, help_text: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, markup=False)
        self.does = action
        self.help_text = help_text

    def action_press(self) -> None:
        """Say that it was pressed."""
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """A click presses it."""
        self.action_press()


class TargetBar(Horizontal):
    """`Alpha ▾ / my-llm ▾ ● running   POST ▾  /v1/chat   Send`."""

    aim: reactive[Aim] = reactive(Aim())
    catalog: reactive[Catalog] = reactive(Catalog())
    request: reactive[SavedRequest | None] = reactive["SavedRequest | None"](None)
    names: reactive[Names] = reactive[Names](dict)
    sending: reactive[bool] = reactive(default=False)

    def compose(self) -> ComposeResult:
        """Team, service, method, path, send, in one line."""
        yield Chip("team", "The team whose services these are; Enter chooses another (F2).", id="team-chip")
        yield Static("/", id="target-slash")
        yield Chip("service", "The service the request goes to; Enter chooses another (F3).", id="service-chip")
        yield MethodSelect(id="method")
        with Vertical(id="path-box"):
            yield PathField(id="path")
            yield Candidates()
        yield Chip("send", "Send the request (F5, ctrl+r).", id="send-chip")

    def on_completing(self, event: Completing) -> None:
        """Show below the path what fits."""
        event.stop()
        self.query_one(Candidates).show(event)

    def on_mount(self) -> None:
        """Show the first state."""
        self._show_target()
        self._show_request()
        self.watch_sending()

    def watch_aim(self) -> None:
        """Another target."""
        self._show_target()

    def watch_catalog(self) -> None:
        """The platform's lists came."""
        self._show_target()

    def watch_request(self) -> None:
        """Another request, or an edit of it."""
        self._show_request()

    def watch_names(self) -> None:
        """Other variables are known."""
        if self.is_mounted:
            self.query_one(PathField).names = self.names

    def watch_sending(self) -> None:
        """A call has begun or ended."""
        if self.is_mounted:
            self.query_one("#send-chip", Chip).update(Content("Cancel esc" if self.sending else "Send F5"))

    def on_resize(self) -> None:
        """Less is said on a narrow screen."""
        self._show_target()

    def _show_target(self) -> None:
        if not self.is_mounted:
            return
        self.query_one("#team-chip", Chip).update(Content(one_line(self._team()) + " ▾"))
        self.query_one("#service-chip", Chip).update(self._service())

    def _team(self) -> str:
        identity = self.catalog.identity
        target = self.aim.target
        if identity is not None and not identity.needs_team:
            return "key's team"
        name = self.catalog.team.title if self.catalog.team else ""
        if target is not None and (target.team_name or target.team):
            name = target.team_name or name or target.team or ""
        return _short(name or "no team")

    def _service(self) -> Content:
        target = self.aim.target
        if target is None:
            return Content("no service ▾")
        service = self.catalog.service(target.service)
        picked = "*" if self.aim.picked else ""
        name = one_line(_short(target.service)) + picked
        if service is None:
            return Content(f"{name} ▾")
        state = "" if self.app.size.width < _NARROW else f" {service.state}"
        return Content.assemble(
            f"{name} ▾ ", Content.styled(SYMBOLS[service.state] + state, state_style(service.state))
        )

    def _show_request(self) -> None:
        if not self.is_mounted:
            return
        path, method = self.query_one(PathField), self.query_one(MethodSelect)
        path.disabled = method.disabled = self.request is None
        path.show(self.request.path if self.request else "")
        method.show(self.request.method if self.request else "GET")

    @on(Chip.Pressed)
    def _pressed(self, event: Chip.Pressed) -> None:
        event.stop()
        self.app.call_later(self.screen.run_action, f"do('{event.chip.does}')")


def state_style(state: str) -> str:
    """The style of a service's state; its symbol says the same."""
    if state == "running":
        return "$text-success"
    if state == "failed":
        return "$text-error"
    return "$text-muted" if state in ("stopped", "unknown") else "$text-warning"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
