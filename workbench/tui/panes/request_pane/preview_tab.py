"""The Preview tab: the three layers of what would be sent, sizes, missing variables. It only shows; nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.model.visible import visible
from workbench.tui.panes.request_pane.tab import EditorTab
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from workbench.tui.panes.request_pane.preview import Preview

_LAYERS = (("inner", "Inner"), ("envelope", "Envelope"), ("wire", "Wire"))
_HELD_BACK = "Nothing to show yet."


class PreviewTab(EditorTab):
    """`Inner | Envelope | Wire`, and above them all that stands in the way."""

    HELP: ClassVar[str] = (
        "Inner is the request the container gets, Envelope the JSON of the invoke call, Wire the call to the platform. "
        "Secrets are masked, missing variables are all listed, and nothing is sent."
    )
    DEFAULT_CSS = """
    PreviewTab {
        Horizontal { height: 1; }
        #preview-sizes { width: 1fr; padding: 0 1; color: $text-muted; }
        #preview-facts { height: auto; max-height: 40%; display: none; padding: 0 1; &.-shown { display: block; } }
        #preview-facts > Static { color: $text-warning; height: auto; }
        CodeEditor { height: 1fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None

    def compose(self) -> ComposeResult:
        """The layers to choose from, the sizes, what is missing, the text."""
        with Horizontal():
            yield ChoiceBar(_LAYERS, value="inner")
            yield Static("", id="preview-sizes", markup=False)
        with VerticalScroll(id="preview-facts"):
            yield Static("", markup=False)
        yield CodeEditor(locked=True)

    def show_preview(self, preview: Preview | None) -> None:
        """Show what the screen has computed; None while it has not."""
        self._preview = preview
        facts = _facts(preview) if preview else []
        self.query_one("#preview-facts").set_class(bool(facts), "-shown")
        self.query_one("#preview-facts > Static", Static).update(Content("\n".join(map(visible, facts))))
        self._show_layer()

    def _show_layer(self) -> None:
        layer = self.query_one(ChoiceBar).value
        preview = self._preview
        text = {"inner": preview.inner, "envelope": preview.envelope, "wire": preview.wire}[layer] if preview else ""
        sizes = "" if preview is None else _sizes(preview)
        self.query_one("#preview-sizes", Static).update(Content(sizes))
        self.query_one(CodeEditor).show(text or _HELD_BACK, lexer="json" if layer == "envelope" and text else "")

    def on_choice_bar_changed(self, event: ChoiceBar.Changed) -> None:
        """Another layer."""
        event.stop()
        self._show_layer()

    def first(self) -> Widget:
        """The layers."""
        return self.query_one(ChoiceBar)


def _sizes(preview: Preview) -> str:
    return f"{preview.inner_size:,} · {preview.envelope_size:,} · {preview.wire_size:,} bytes"


def _facts(preview: Preview) -> list[str]:
    return [
        *(f"✗ {problem}" for problem in preview.problems),
        *(f"✗ no value for {missing}" for missing in preview.missing),
        *(f"! {hint}" for hint in preview.hints),
    ]
