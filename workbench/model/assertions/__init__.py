"""The assertion and capture language (FORMAT.md, "Assertions and captures"; for users: docs/assertions.md).

A line is compiled (`compile_assertion`, `compile_query`), a response is wrapped once (`Subject`), and each line is
held against it (`evaluate`, `capture`), which never raises: a failure is data. `check_syntax` judges a line with its
placeholders still in it. Pure: no I/O, no clock; the libraries for JSONPath and JSON Schema are imported when a line
needs them. The parts, from the bottom: `errors`, `values` · `scanner` · `paths` (`rfc9535`), `content` · `queries`
(`subject`), `filters`, `predicates` (`dates`, `schemas`) · `compile` · `evaluate`.
"""

from __future__ import annotations

from workbench.model.assertions.compile import (
    Assertion,
    Query,
    check_syntax,
    compile_assertion,
    compile_query,
    schema_named,
)
from workbench.model.assertions.errors import AssertionSyntaxError
from workbench.model.assertions.evaluate import capture, evaluate
from workbench.model.assertions.schemas import schema_problem
from workbench.model.assertions.subject import Subject

__all__ = [
    "Assertion",
    "AssertionSyntaxError",
    "Query",
    "Subject",
    "capture",
    "check_syntax",
    "compile_assertion",
    "compile_query",
    "evaluate",
    "schema_named",
    "schema_problem",
]
