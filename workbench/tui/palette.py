"""The palette's content: every action, what the widget in focus can do, every request and every service by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from workbench.model.visible import one_line
from workbench.tui.actions import ACTIONS, BY_ID, is_bound
from workbench.tui.screens.main import MainScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.types import IgnoreReturnCallbackType

MOST_REQUESTS = 50
"""Requests offered for one query."""


class Actions(Provider):
    """Every action of the table, and those of the widget in focus."""

    def _commands(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        """Name, help, and what to call."""
        active = self.screen.active_bindings
        bound = {each.binding.id: each.binding for key, each in active.items() if is_bound(key)}
        here = self.screen.active_bindings.values()
        scopes = {action.scope for each in here if (action := BY_ID.get(each.binding.id or ""))}
        for action in ACTIONS:
            if action.scope in scopes:
                node = "app" if action.scope == "app" else "screen"
                binding = bound.get(action.id)
                shown = f"{action.label}  ({self.app.get_key_display(binding)})" if binding else action.label
                yield shown, action.help, partial(self.app.run_action, f"{node}.do('{action.id}')")
        ours = {action.id for action in ACTIONS}
        for owner, binding, enabled, tooltip in active.values():
            own = binding.id in ours or "do(" in binding.action
            if enabled and not own and binding.id and binding.description:
                yield f"Here: {binding.description}", tooltip, partial(self.app.run_action, binding.action, owner)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, text, run in self._commands():
            yield DiscoveryHit(Content(name), run, text=name, help=text)

    async def search(self, query: str) -> Hits:
        """What fits the query."""
        matcher = self.matcher(query)
        for name, text, run in self._commands():
            score = max(matcher.match(name), matcher.match(text) * 0.5)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, text=name, help=text)


class Requests(Provider):
    """Go to a request by its id, name or path."""

    async def search(self, query: str) -> Hits:
        """The requests that fit; only those that hold every letter in order are scored."""
        screen = self.screen
        if not isinstance(screen, MainScreen):
            return
        matcher = self.matcher(query)
        letters = [letter for letter in query.casefold() if not letter.isspace()]
        found = 0
        for ref, item in screen.workspace.refs():
            request = item.request
            text = one_line(f"Go to {request.method} {request.title} {request.path} ({screen.workspace.name(ref)})")
            folded = iter(text.casefold())
            if not all(letter in folded for letter in letters):
                continue
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), partial(screen.go_to, ref), text=text, help="a request")
                found += 1
                if found == MOST_REQUESTS:
                    return


class Services(Provider):
    """Choose a service by its slug or name, for the file that is shown."""

    async def search(self, query: str) -> Hits:
        """The services that fit."""
        screen = self.screen
        if not isinstance(screen, MainScreen):
            return
        matcher = self.matcher(query)
        for service in screen.catalog.services:
            text = one_line(f"Use service {service.slug} {service.name}")
            score = matcher.match(text)
            if score > 0:
                help_text = f"{service.symbol} {service.state}"
                yield Hit(score, matcher.highlight(text), partial(screen.use_service, service.slug), text, help_text)
