"""The screens: the main one, the run, the first start, and the dialogs. A screen owns state; panes show it."""
