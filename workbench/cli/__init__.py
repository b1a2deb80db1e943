"""The command line: thin commands over `replay`, one file each.

`output` is the only writer of stdout, `diagnostics` the only writer of stderr and the only place that turns an error
into an exit code. Nothing here imports Textual; `open` and `demo` load the terminal app when they run.
"""
