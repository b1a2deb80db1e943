"""The response body viewer: text of any size, pretty or raw or hex, with find, fold, paths and copies.

`BodyViewer` takes a body's bytes; `CodeView` inside it shows any text of some megabytes to whoever needs that.
"""

from workbench.tui.widgets.body_viewer.code_view import CodeView
from workbench.tui.widgets.body_viewer.viewer import BodyViewer

__all__ = ["BodyViewer", "CodeView"]
