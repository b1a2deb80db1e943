"""Widgets that know nothing of the workbench's screens: the body viewer, the code editor, the key/value table."""
