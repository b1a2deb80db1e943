"""The services of the team, each with its state by symbol and colour; or why there are none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.model.visible import one_line, visible
from workbench.tui.actions import bindings
from workbench.tui.controllers.aim import Aim
from workbench.tui.controllers.catalog import Catalog, age
from workbench.tui.panes.target_bar import state_style
from workbench.tui.steady import is_there

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from workbench.model.catalog import Service


LOOK_EVERY = 5.0
"""Seconds between two looks at services that are changing."""


class ServiceList(OptionList):
    """The list itself, with a reader's keys beside the arrows."""

    HELP: ClassVar[str] = (
        "Enter sends this file's requests to the service under the cursor; i shows how it wants to be called; "
        "r asks the platform again. ● running ◐ deploying ◌ created ◑ stopping ○ stopped ✗ failed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]

    def on_resize(self) -> None:
        """What the cursor is on stays in view."""
        self.scroll_to_highlight()


class Reason(Static, can_focus=True):
    """Why there are none; it takes the focus, so that the keys of the pane work."""

    HELP: ClassVar[str] = "Why no services are listed; r asks the platform again."


class ServicesPane(Widget):
    """The list of services, or a sentence where there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("services")]

    catalog: reactive[Catalog] = reactive(Catalog())
    aim: reactive[Aim] = reactive(Aim())

    class ServiceSelected(Message):
        """A service was chosen for the requests of the file that is shown."""

        def __init__(self, slug: str) -> None:
            self.slug = slug
            super().__init__()

    class StatesWanted(Message):
        """Services are changing, and somebody looks at them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._lines: tuple[tuple[str, str, bool], ...] = ()
        self._used: int | None = None

    def compose(self) -> ComposeResult:
        """The list, and the sentence that stands in for it."""
        self.border_title = "Services"
        yield ServiceList(id="services", compact=True)
        yield Reason("", id="services-note", markup=False)

    def on_mount(self) -> None:
        """Show the first state, and look now and then at what is changing."""
        self.watch_catalog()
        self.set_interval(LOOK_EVERY, self._look)

    def _look(self) -> None:
        """Ask for the states of services that are changing; only while somebody can see them."""
        seen = self.app.screen is self.screen and self.app.app_focus and self.region.area > 0
        if seen and self.catalog.status == "ready" and self.catalog.changing:
            self.post_message(self.StatesWanted())

    @property
    def highlighted(self) -> Service | None:
        """The service under the cursor."""
        at = self.query_one(ServiceList).highlighted
        return self.catalog.services[at] if at is not None and at < len(self.catalog.services) else None

    def watch_catalog(self) -> None:
        """The platform's list came, or the reason why it did not."""
        if not self.is_mounted:
            return
        self._fill()
        note = self.query_one("#services-note", Static)
        note.display = not self.catalog.services
        note.update(Content(visible(self._reason())))
        old = age(self.catalog.as_of, datetime.now(UTC)) if self.catalog.as_of else ""
        self.border_title = Content(f"Services · {old}" if old else "Services")
        self.query_one(ServiceList).tooltip = Content(visible(self._reason())) if old else None

    def watch_aim(self) -> None:
        """The service in use is marked."""
        if self.is_mounted:
            self._fill()

    def _fill(self) -> None:
        """Put the lines into the list; of one that has the same services only those that changed.

        The cursor goes to the service in use when that is another one, unless somebody is moving it.
        """
        options = self.query_one(ServiceList)
        options.display = bool(self.catalog.services)
        lines = tuple((service.slug, service.state, self._uses(service)) for service in self.catalog.services)
        before, self._lines = self._lines, lines
        if [slug for slug, *_ in before] == [slug for slug, *_ in lines]:
            for number, (old, new) in enumerate(zip(before, lines, strict=True)):
                if old != new:
                    options.replace_option_prompt_at_index(number, self._line(self.catalog.services[number]))
        else:
            at = options.highlighted
            options.clear_options()
            options.add_options([Option(self._line(service)) for service in self.catalog.services])
            options.highlighted = min(at or 0, len(lines) - 1) if lines else None
        used = next((number for number, (*_, uses) in enumerate(lines) if uses), None)
        if used is not None and used != self._used and not options.has_focus:
            options.highlighted = used  # in view, however long the list is
        self._used = used

    def _uses(self, service: Service) -> bool:
        return self.aim.target is not None and self.aim.target.service == service.slug

    def _line(self, service: Service) -> Content:
        used = self._uses(service)
        return Content.assemble(
            Content.styled(service.symbol, state_style(service.state)),
            " ",
            Content.styled(one_line(service.slug), "bold" if used else ""),
            Content.styled(" ◂", "$text-accent") if used else "",
        )

    def _reason(self) -> str:
        catalog = self.catalog
        if catalog.status == "loading":
            return "asking the platform…"
        return f"{catalog.message}\n{catalog.hint}".strip()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if is_there(event):
            self.post_message(self.ServiceSelected(self.catalog.services[event.option_index].slug))
