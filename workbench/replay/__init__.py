"""Use cases: prepare a request, send it, run a collection, report what came of it.

The one engine under the terminal app, the command line and the library. Nothing here prompts, prints or draws: a front
end answers questions before `prepare`, and reads what came of a request from its `Exchange`.
"""
