"""The panes of the main screen. A pane imports and queries no other pane."""
