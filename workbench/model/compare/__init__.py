"""Compares two answers: status, headers, JSON by path, else text by line or bytes. Pure; what differs is data.

`snapshot` takes of an answer what is compared, `differences` lists what differs between two of them, and `rules` says
what does not count. A replay against a recording, a run against two targets and the app's compare view all use these.
"""

from workbench.model.compare.answers import Snapshot, differences, equal, snapshot
from workbench.model.compare.json_values import json_differences
from workbench.model.compare.rules import VOLATILE_HEADERS, Rules, rules
from workbench.model.difference import MARKS, Difference, sides

__all__ = [
    "MARKS",
    "VOLATILE_HEADERS",
    "Difference",
    "Rules",
    "Snapshot",
    "differences",
    "equal",
    "json_differences",
    "rules",
    "sides",
    "snapshot",
]
