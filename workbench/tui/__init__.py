"""The terminal app: screens, panes and widgets over `replay`. Attributes go down by `data_bind`, messages come up.

`app.run_app` is the way in; `workbench.cli` calls it and nothing here imports `workbench.cli`. Nothing that talks to
the network is imported before the first frame.
"""
