"""The fixtures of the app's tests."""

from tests.tui.app.conftest import echo, own_folders

__all__ = ["echo", "own_folders"]
