"""The first line: which program, which profile, which key, which environment. It only shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from workbench.model.visible import one_line
from workbench.tui.controllers.aim import Aim
from workbench.tui.controllers.catalog import Catalog
from workbench.tui.controllers.overrides import Overrides

if TYPE_CHECKING:
    from workbench.tui.controllers.revealing import Revealed
    from workbench.tui.controllers.workspace import Ref

_NARROW = 100


class HeaderBar(Widget):
    """`cyberun-tui` on the left; profile, key and environment on the right; a guard when the target is protected."""

    HELP: ClassVar[str] = (
        "The profile and key in use, the environment (F6), and how many variables have a value that holds for this "
        "session alone (ctrl+l)."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {"header-bar--name", "header-bar--guard"}

    aim: reactive[Aim] = reactive(Aim())
    catalog: reactive[Catalog] = reactive(Catalog())
    environment: reactive[str | None] = reactive[str | None](None)
    overrides: reactive[Overrides] = reactive(Overrides())
    revealed: reactive[Revealed | None] = reactive["Revealed | None"](None)
    ref: reactive[Ref | None] = reactive["Ref | None"](None)

    def render(self) -> Content:
        """The line; where it is cut, environment and values of this session still stand."""
        name = "cyberun-tui" if self.size.width >= _NARROW else "cyberun"
        guard = " PROTECTED " if self.aim.target is not None and self.aim.target.protected else ""
        guard += " SECRETS SHOWN " if self.revealed is not None else ""
        space = self.size.width - len(name) - len(guard) - 1
        held = Content(one_line(" · ".join(self._held())))
        text = Content(one_line(" · ".join(self._who())) + " · ")
        if text.cell_length + held.cell_length > space:
            text = text.truncate(max(0, space - held.cell_length - 3), ellipsis=True) + Content(" · ")
        text = (text + held).truncate(max(0, space), ellipsis=True)
        gap = " " * max(1, self.size.width - len(name) - len(guard) - text.cell_length)
        return Content.assemble(Content.styled(name, "bold"), Content.styled(guard, "reverse bold"), Content(gap), text)

    def _who(self) -> list[str]:
        profile = self.aim.profile.name if self.aim.profile is not None else self.catalog.profile
        parts = [f"profile {profile or 'none'}"]
        identity = self.catalog.identity
        if identity is not None:
            parts.append(f"key {identity.prefix} ({identity.kind})")
            if identity.proxy:
                parts.append(f"proxy {identity.proxy.partition('://')[2]}")
        elif self.catalog.status == "no_credential":
            parts.append("no key")
        return parts

    def _held(self) -> list[str]:
        chosen = self.aim.environment
        environment = chosen.name if chosen else f"none (not {self.environment})" if self.environment else "none"
        count = len({*self.overrides.given, *(self.overrides.of(self.ref.path) if self.ref else ())})
        return [f"env {environment}", *([f"{count} overridden"] if count else [])]

    def on_click(self) -> None:
        """A click on the line changes the environment."""
        self.app.call_later(self.screen.run_action, "do('environment')")
