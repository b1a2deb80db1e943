"""The part of the body viewer that changes between pretty, raw and hex, and takes a content coding off or leaves it on.

What it shows is the same place of the same body; what takes long for a large one is done in a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.tui.widgets.body_viewer.loading import LoadingViewer

if TYPE_CHECKING:
    from workbench.tui.widgets.body_viewer.opening import Mode, OpenBody
    from workbench.tui.widgets.body_viewer.pages import Page


class ModesViewer(LoadingViewer):
    """Shows the body in another way."""

    def watch_mode(self, before: Mode, after: Mode) -> None:
        """Show the same place of the body in another way."""
        if after != "hex":
            self._wanted = after
        body = self._body
        if body is None:
            return
        mode, place = body.possible(after), self.view.place
        if mode != after:
            self.set_reactive(LoadingViewer.mode, mode)
        if mode == before:
            return
        stop = self._restart()

        def prepare() -> tuple[OpenBody, Mode, Page, int]:
            return body, mode, body.page(mode, stop.asked), body.moved(place, before, mode, stop.asked)

        if self.small:
            self._present(*prepare())
        else:
            self._notice([f"preparing {mode}…"], busy=True)
            self._present_later(prepare, stop)

    def toggle_coding(self) -> bool:
        """Show the body as it was received, or without its content coding; whether it has one."""
        if not self._given.content_encoding:
            return False
        packed = self._job.content_encoding == ""
        self._job = self._given if packed else self._given._replace(content_type="", content_encoding="")
        self._open()
        return True

    def action_toggle_raw(self) -> None:
        """Laid out, or as it was received."""
        self.mode = "raw" if self.mode == "pretty" else "pretty"

    def action_toggle_coding(self) -> None:
        """Without its content coding, or as it was received."""
        if not self.toggle_coding():
            self.app.bell()

    def action_toggle_hex(self) -> None:
        """The bytes, or the text."""
        self.mode = self._wanted if self.mode == "hex" else "hex"
