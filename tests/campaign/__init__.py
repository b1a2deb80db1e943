"""The reliability campaign: each row tries something many times and counts what went wrong.

`make campaign` runs all of it.

A module here has `ROWS`, a tuple of `row.Row`; nothing has to be registered. `test_short.py` runs a short form of every
row in `make test`.
"""
