"""The first line: which program, which profile, which key, which environment. It only shows."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from workbench.model.visible import one_line
from workbench.tui.controllers.aim import Aim
from workbench.tui.controllers.catalog import Catalog

_NARROW = 100


class HeaderBar(Widget):
    """`cyberun-tui` on the left; profile, key and environment on the right; a guard when the target is protected."""

    HELP: ClassVar[str] = "The profile and key in use, and the environment (F6)."
    COMPONENT_CLASSES: ClassVar[set[str]] = {"header-bar--name", "header-bar--guard"}

    aim: reactive[Aim] = reactive(Aim())
    catalog: reactive[Catalog] = reactive(Catalog())
    environment: reactive[str | None] = reactive[str | None](None)

    def render(self) -> Content:
        """The line, cut to its width from the left part first."""
        right = " · ".join(self._parts())
        name = "cyberun-tui" if self.size.width >= _NARROW else "cyberun"
        guard = " PROTECTED " if self.aim.target is not None and self.aim.target.protected else ""
        space = self.size.width - len(name) - len(guard) - 1
        text = Content(one_line(right))
        if text.cell_length > space:
            text = text.truncate(max(0, space), ellipsis=True)
        gap = " " * max(1, self.size.width - len(name) - len(guard) - text.cell_length)
        return Content.assemble(Content.styled(name, "bold"), Content.styled(guard, "reverse bold"), Content(gap), text)

    def _parts(self) -> list[str]:
        profile = self.aim.profile.name if self.aim.profile is not None else self.catalog.profile
        parts = [f"profile {profile or 'none'}"]
        identity = self.catalog.identity
        if identity is not None:
            parts.append(f"key {identity.prefix} ({identity.kind})")
        elif self.catalog.status == "no_credential":
            parts.append("no key")
        chosen = self.aim.environment
        if chosen is not None:
            parts.append(f"env {chosen.name}")
        elif self.environment:
            parts.append(f"env none (not {self.environment})")
        else:
            parts.append("env none")
        return parts

    def on_click(self) -> None:
        """A click on the line changes the environment."""
        self.app.call_later(self.screen.run_action, "do('environment')")
