"""A send as the history keeps it: without its secrets, with a way back to what was sent, and findable.

Values and pure functions; where they are kept is `workbench.files.history`.
"""

from workbench.model.history.record import Line, Record, exchange_of, line_of, record_of
from workbench.model.history.replay import hidden_parts, refilled, resolved
from workbench.model.history.search import Wanted, fits, parse_search

__all__ = [
    "Line",
    "Record",
    "Wanted",
    "exchange_of",
    "fits",
    "hidden_parts",
    "line_of",
    "parse_search",
    "record_of",
    "refilled",
    "resolved",
]
