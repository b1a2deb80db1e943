"""The part of the body viewer that shows an image as a picture, where that can be done, and its bytes on request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from workbench.tui.widgets.body_viewer import picture
from workbench.tui.widgets.body_viewer.locating import LocatingViewer
from workbench.tui.widgets.body_viewer.picture import PictureView

if TYPE_CHECKING:
    from workbench.tui.widgets.body_viewer.opening import OpenBody


class PicturingViewer(LocatingViewer):
    """Shows a picture in place of the hex dump."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._as_bytes = False  # the hex dump was asked for

    @property
    def picture(self) -> PictureView | None:
        """The picture; None before the first image."""
        return next(iter(self.query(PictureView)), None)

    def body_changed(self) -> None:
        """The text again, until it turns out to be an image."""
        super().body_changed()
        self._show_picture(shown=False)

    def page_changed(self) -> None:
        """An image is read in a thread, and shown when that is done."""
        super().page_changed()
        body = self._body
        if body is None or body.reading.media.kind != "image" or self._as_bytes:
            return
        if picture.available():
            self._open_picture(body)
        else:
            self._notice([*body.reading.notices, "cyberun-tui[images] shows it as a picture"])

    @work(group="picture", exclusive=True)
    async def _open_picture(self, body: OpenBody) -> None:
        try:
            image = await asyncio.to_thread(picture.open_picture, body.reading.content)
        except picture.PictureError as error:
            if body is self._body:
                self._notice([*body.reading.notices, f"no picture: {error}"])
            return
        if body is not self._body or self._as_bytes:
            return
        if self.picture is None:
            await self.mount(PictureView(id="viewer-picture"), after=self.view)
        if self.picture is not None:
            self.picture.show(image)
            self._show_picture(shown=True)

    def _show_picture(self, *, shown: bool) -> None:
        view = self.picture
        if view is None or view.display == shown:
            return
        focused = view.has_focus or self.view.has_focus
        view.display, self.view.display = shown, not shown
        if focused:
            (view if shown else self.view).focus()

    def action_toggle_hex(self) -> None:
        """The bytes, or the text or picture."""
        body = self._body
        if body is None or body.reading.media.kind != "image":
            super().action_toggle_hex()
            return
        self._as_bytes = not self._as_bytes
        self._show_picture(shown=False)
        if not self._as_bytes:
            self.page_changed()
