"""Makes pages of a body: the long work between bytes and the screen, for a thread. Pure; knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from workbench.model.body.jsonplace import read_string
from workbench.model.body.kinds import recognise
from workbench.model.body.places import corresponding, corresponding_span
from workbench.model.body.reading import Reading, read
from workbench.model.body.structure import JsonStructure, MarkupStructure, Structure
from workbench.tui.widgets.body_viewer.document import Document
from workbench.tui.widgets.body_viewer.lexing import warm_up
from workbench.tui.widgets.body_viewer.pages import HexPage, Page, TextPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.body.jsonplace import Place
    from workbench.model.body.lines import LineIndex

_SHORT = 200

Mode = Literal["pretty", "raw", "hex"]


class Job(NamedTuple):
    """A body to open: what `BodyViewer.show` was given, and whether to lay it out."""

    data: bytes
    content_type: str = ""
    content_encoding: str = ""
    truncated: bool = False
    layout: bool = True

    @property
    def slow(self) -> bool:
        """Whether laying it out takes so long that it had better be shown as it is first: XML and HTML."""
        markup = ("xml", "html")
        return self.layout and not self.content_encoding and recognise(self.data, self.content_type).kind in markup

    def read(self, cancelled: Callable[[], bool] = bool) -> Reading:
        """Read the body.

        Raises:
            Cancelled: `cancelled` said so.
        """
        return read(
            self.data,
            self.content_type,
            self.content_encoding,
            truncated=self.truncated,
            layout=self.layout,
            cancelled=cancelled,
        )


class OpenBody:
    """A body that has been read, and its pages as far as someone wanted them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._pages: dict[Mode, Page] = {}

    def possible(self, mode: Mode) -> Mode:
        """That mode, or the one there is instead: bytes that are no text have hex only."""
        return mode if self.reading.text is not None else "hex"

    def has(self, mode: Mode) -> bool:
        """Whether `page` answers at once."""
        return mode in self._pages

    def page(self, mode: Mode, cancelled: Callable[[], bool] = bool) -> Page:
        """The page for a possible mode; the same one each time.

        Raises:
            Cancelled: `cancelled` said so.
        """
        if mode not in self._pages:
            self._pages[mode] = self._make(mode, cancelled)
        return self._pages[mode]

    def _make(self, mode: Mode, cancelled: Callable[[], bool]) -> Page:
        text, laid_out = self.reading.text, self.reading.pretty
        if mode == "hex" or text is None or laid_out is None:
            return HexPage(self.reading.content)
        other: Mode = "raw" if mode == "pretty" else "pretty"
        if text.utf8 is laid_out.data and other in self._pages:
            return self._pages[other]
        lexer = self.reading.media.lexer
        warm_up(lexer)
        data = laid_out.data if mode == "pretty" else text.utf8
        document = Document(data, lexer, cancelled)
        return TextPage(document, self._structure(document.index) if mode == "pretty" else None)

    def _structure(self, index: LineIndex) -> Structure | None:
        laid_out = self.reading.pretty
        if not self.has_paths or laid_out is None:
            return None
        return (
            MarkupStructure(index, laid_out.outline)
            if laid_out.outline is not None
            else JsonStructure(index, lines=laid_out.kind == "ndjson")
        )

    @property
    def has_paths(self) -> bool:
        """Whether it is JSON, XML or HTML that was laid out, so that a line of it has a path."""
        return self.is_json or (self.reading.pretty is not None and self.reading.pretty.outline is not None)

    @property
    def is_json(self) -> bool:
        """Whether it is JSON that was laid out."""
        laid_out = self.reading.pretty
        return laid_out is not None and laid_out.kind in ("json", "ndjson") and laid_out.data is not self._utf8

    @property
    def _utf8(self) -> bytes:
        return self.reading.text.utf8 if self.reading.text else b""

    def text(self, mode: Mode) -> bytes:
        """The bytes that a mode shows."""
        if mode == "hex" or self.reading.pretty is None:
            return self.reading.content
        return self.reading.pretty.data if mode == "pretty" else self._utf8

    def moved(self, place: int, before: Mode, after: Mode, cancelled: Callable[[], bool] = bool) -> int:
        """The place in one mode that corresponds to one in another; 0 between text and bytes in another charset.

        Raises:
            Cancelled: `cancelled` said so.
        """
        source, target = self.text(before), self.text(after)
        if "hex" in (before, after) and self.reading.content is not self._utf8:
            return 0
        return corresponding(source, place, target, cancelled)

    def locate(self, place: int, mode: Mode, cancelled: Callable[[], bool] = bool) -> Place | None:
        """Path and value at a place, in what was laid out; None where there are none.

        Raises:
            Cancelled: `cancelled` said so.
        """
        page = self.page("pretty", cancelled)
        if mode == "hex" or not isinstance(page, TextPage) or page.structure is None:
            return None
        return page.structure.place(self.moved(place, mode, "pretty", cancelled), cancelled)

    def title(self, place: Place) -> str:
        """The path of a place; among lines of JSON also which of them, as received, it is in."""
        if self.reading.media.kind != "ndjson" or self.reading.pretty is None:
            return place.path
        received = corresponding(self.text("pretty"), place.start, self._utf8)
        line = self._utf8.count(b"\n", 0, received) + 1
        return f"line {line:,} · {place.path}"

    def value(self, place: Place) -> str:
        """The value or element at a place as it was received; a JSON string without quotes and escapes."""
        start, end = corresponding_span(self.text("pretty"), place.start, place.end, self._utf8)
        literal = self._utf8[start:end]
        text = read_string(literal) if literal.startswith(b'"') else None
        return literal.decode("utf-8") if text is None else text

    def literal(self, place: Place) -> str | None:
        """The value at a place as it was received, when it is a number, a short string, true, false or null."""
        return short_scalar(self.text("pretty")[place.start : place.end])


def short_scalar(data: bytes) -> str | None:
    """A JSON text of one line, when it is no object or array and not long."""
    return None if data[:1] in (b"{", b"[") or len(data) > _SHORT else data.decode("utf-8", "replace")
