"""The request editor: `RequestPane`, what its Preview tab shows, and the two fields of the target bar."""

from workbench.tui.panes.request_pane.pane import TAB_BINDINGS, RequestPane
from workbench.tui.panes.request_pane.preview import Preview
from workbench.tui.panes.request_pane.target_fields import MethodSelect, PathField, is_foreign

MethodChanged = MethodSelect.MethodChanged
PathChanged = PathField.PathChanged
Pasted = PathField.Pasted

__all__ = [
    "TAB_BINDINGS",
    "MethodChanged",
    "MethodSelect",
    "Pasted",
    "PathChanged",
    "PathField",
    "Preview",
    "RequestPane",
    "is_foreign",
]
