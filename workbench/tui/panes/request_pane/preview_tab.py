"""The Preview tab: the three layers of what would be sent, sizes, missing variables. It only shows; nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.model.visible import visible
from workbench.tui.actions import bindings
from workbench.tui.controllers.answer import size
from workbench.tui.panes.request_pane.preview import Preview
from workbench.tui.panes.request_pane.tab import EditorTab
from workbench.tui.widgets.choice_bar import ChoiceBar
from workbench.tui.widgets.code_editor import CodeEditor

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget


_LAYERS = (("inner", "Inner"), ("envelope", "Envelope"), ("wire", "Wire"))
_HELD_BACK = "Nothing to show: see above what stands in the way."
_WORKING = "Nothing to show yet."
_NO_ENVELOPE = "The proxy route has no envelope: the request travels as it is."


class PreviewTab(EditorTab):
    """`Inner | Envelope | Wire`, and above them all that stands in the way."""

    HELP: ClassVar[str] = (
        "Inner is the request the container gets, Envelope the JSON of the invoke call, Wire the call to the platform. "
        "Secrets are masked, missing variables are all listed and stay as they are written, and nothing is sent. "
        "c copies the request as curl, Python, TOML or MCP arguments; r shows the secrets for half a minute."
    )
    DEFAULT_CSS = """
    PreviewTab {
        Horizontal { height: 1; }
        #preview-keys { width: 1fr; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        #preview-facts { height: auto; max-height: 40%; display: none; padding: 0 1; &.-shown { display: block; } }
        #preview-facts > Static { color: $text-warning; height: auto; }
        CodeEditor { height: 1fr; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("preview")]

    def __init__(self) -> None:
        super().__init__()
        self._preview: Preview | None = None

    def compose(self) -> ComposeResult:
        """The layers to choose from, the sizes, what is missing, the text."""
        with Horizontal():
            yield ChoiceBar(_LAYERS, value="inner")
            yield Static("c copies · r shows secrets", id="preview-keys", markup=False)
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
        bar, preview = self.query_one(ChoiceBar), self._preview
        bar.label(_labels(preview))
        layer = bar.value
        text = {"inner": preview.inner, "envelope": preview.envelope, "wire": preview.wire}[layer] if preview else ""
        if not text:
            no_envelope = preview is not None and preview.inner and layer == "envelope"
            text = _NO_ENVELOPE if no_envelope else _HELD_BACK if preview else _WORKING
        self.query_one(CodeEditor).show(text, lexer="json" if layer == "envelope" and text[:1] == "{" else "")

    def on_choice_bar_changed(self, event: ChoiceBar.Changed) -> None:
        """Another layer."""
        event.stop()
        self._show_layer()

    def first(self) -> Widget:
        """The layers."""
        return self.query_one(ChoiceBar)


def _labels(preview: Preview | None) -> dict[str, str]:
    """The layers with the size of each, where there is one."""
    shown = preview or Preview()
    sizes = {
        "inner": shown.inner_size,
        "envelope": shown.envelope_size if shown.envelope else 0,
        "wire": shown.wire_size,
    }
    return {layer: f"{label} {size(sizes[layer])}" if sizes[layer] else label for layer, label in _LAYERS}


def _facts(preview: Preview) -> list[str]:
    return [
        *(f"✗ {problem}" for problem in preview.problems),
        *(f"✗ no value for {missing}" for missing in preview.missing),
        *(["  the variables (ctrl+l) give a value for this session"] if preview.missing else []),
        *(f"! {hint}" for hint in preview.hints),
    ]
