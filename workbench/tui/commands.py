"""What each action of the main screen does: the table between `actions` and the flows. Lines, no logic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from workbench.tui.flows import (
    arranging,
    body_files,
    comparing,
    conflicts,
    copying,
    editing,
    filing,
    importing,
    messages,
    outside,
    past,
    picking,
    places,
    revealing,
    running,
    saving,
    sending,
    signing,
    undoing,
    variables,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from workbench.tui.controllers.layout import Layout
    from workbench.tui.desk import Desk

    Work: TypeAlias = Coroutine[Any, Any, object] | None


def _send(desk: Desk) -> Work:
    if desk.flight is not None:
        desk.say("a call is under way: esc cancels it", "warning")
        return None
    if desk.layout_state.zoom in ("side", "request"):
        desk.layout_state = replace(desk.layout_state, zoom="")  # so that the answer can be seen
    return sending.send(desk)


def _preview(desk: Desk) -> Work:
    desk.show_tab("preview")
    return None


def _cancel(desk: Desk) -> Work:
    desk.cancel()
    return None


def _reload(desk: Desk) -> Work:
    desk.load_files()
    return None


def _refresh(desk: Desk) -> Work:
    desk.look_up()
    return None


def _editor(desk: Desk) -> Work:
    desk.open_editor()
    return None


def _filter(desk: Desk) -> Work:
    desk.show_filter()
    return None


def _body(act: Callable[[Desk], None]) -> Callable[[Desk], Work]:
    def acted(desk: Desk) -> Work:
        act(desk)
        return None

    return acted


def _stop_stream(desk: Desk) -> Work:
    flight = desk.flight
    if flight is None or flight.watch is None or not flight.watch.coming:
        desk.say("nothing is coming that could be stopped", "warning")
    else:
        flight.watch.halt()
    return None


def _find(desk: Desk) -> Work:
    desk.find_in_body()
    return None


def _latest(desk: Desk) -> Work:
    desk.shown = None
    return None


def _search(desk: Desk) -> Work:
    desk.focus_search()
    return None


def _forget(desk: Desk) -> Work:
    path = desk.ref.path if desk.ref else ""
    desk.captures = {file: kept for file, kept in desk.captures.items() if file != path}
    desk.say("forgot what earlier answers of this file had left")
    return None


def _layout(change: Callable[[Layout, Desk], Layout]) -> Callable[[Desk], Work]:
    def changed(desk: Desk) -> Work:
        desk.layout_state = change(desk.layout_state, desk)
        return None

    return changed


def _zoomed(layout: Layout, desk: Desk) -> Layout:
    return replace(layout, zoom="" if layout.zoom else desk.focused_part())


COMMANDS: Mapping[str, Callable[[Desk], Work]] = {
    "send": _send,
    "cancel": _cancel,
    "run": running.run,
    "preview": _preview,
    "save": saving.save,
    "save_all": saving.save_all,
    "new": editing.new,
    "new_file": filing.new_file,
    "new_folder": filing.new_folder,
    "import": importing.import_requests,
    "duplicate": editing.duplicate,
    "delete": filing.delete,
    "rename": filing.rename,
    "move_up": lambda desk: arranging.move(desk, -1),
    "move_down": lambda desk: arranging.move(desk, 1),
    "move_to": arranging.move_to,
    "undo": undoing.undo,
    "filter": _filter,
    "file_menu": places.menu,
    "revert": editing.revert,
    "mine": lambda desk: conflicts.choose(desk, "mine"),
    "theirs": lambda desk: conflicts.choose(desk, "theirs"),
    "compare_file": lambda desk: conflicts.choose(desk, "compare"),
    "editor": _editor,
    "reload": _reload,
    "team": picking.team,
    "service": picking.service,
    "environment": picking.environment,
    "service_details": lambda desk: picking.details(desk, desk.highlighted_service()),
    "refresh_services": _refresh,
    "key": signing.enter_key,
    "sign_in": signing.sign_in,
    "sign_out": signing.sign_out,
    "who_am_i": signing.who_am_i,
    "demo": signing.open_demo,
    "forget_captures": _forget,
    "variables": variables.variables,
    "copy_as": copying.copy_as,
    "reveal": revealing.reveal,
    "body_file": body_files.choose,
    "save_body": outside.save_body,
    "copy_body": _body(outside.copy_body),
    "copy_headers": _body(outside.copy_headers),
    "open_body": outside.open_body,
    "page_body": outside.page_body,
    "follow": editing.follow,
    "stop_stream": _stop_stream,
    "find_body": _find,
    "latest": _latest,
    "history_search": _search,
    "history_replay": past.replay,
    "history_delete": past.forget,
    "history_clear": past.clear,
    "compare": comparing.compare,
    "jump": picking.jump,
    "zoom": _layout(_zoomed),
    "side": _layout(lambda layout, _: replace(layout, hidden=not layout.hidden)),
    "taller": _layout(lambda layout, _: layout.taller(-1)),
    "shorter": _layout(lambda layout, _: layout.taller(1)),
    "wider": _layout(lambda layout, desk: layout.wider(desk.app.size.width, 1)),
    "narrower": _layout(lambda layout, desk: layout.wider(desk.app.size.width, -1)),
    "theme": picking.theme,
    "messages": messages.show,
}
"""What each action of the scope `main` does; a coroutine is run as a worker of the screen."""
