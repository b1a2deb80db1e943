"""What can be wrong with a line: `AssertionSyntaxError` before it runs, `EvaluationError` while it does.

A leaf of the package: it must import nothing of it.
"""

from __future__ import annotations


class AssertionSyntaxError(ValueError):
    """A line that is not of the language (FORMAT.md, "Assertions and captures").

    Attributes:
        message: what was expected and what stands there instead, without the place.
        column: where, in characters from 1; one past the end where something is missing at the end.
        expected: what could have stood there, in words.
    """

    def __init__(self, message: str, *, column: int, expected: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.expected = expected

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


class EvaluationError(Exception):
    """A line that cannot be answered for this response: body not JSON, wrong type, text too long for a regex.

    It fails the line whether or not it is negated. Never leaves the package: `evaluate` and `capture` turn it into
    data.
    """
