"""cyberun-tui: a request workbench for container services behind the Cyberun gateway.

The rooms, from the bottom up: `model` (values and pure functions), `invoke` (the network) and `files` (the disk),
`replay` and `interchange` (use cases), `cli` and `tui` (the two front ends). `gateway` is a local stand-in for the
platform and shares no code with the client. Imports go down only; `docs/architecture.md` has the drawing.
"""

__version__ = "0.1.0"
