"""The border to the JSONPath library: the only module that imports `jsonpath_rfc9535`, and only when it is needed.

It must be imported inside functions: the library costs more start-up time than everything else in `model` together.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathNode, JSONPathQuery, JSONPathSyntaxError, Parser
from jsonpath_rfc9535.exceptions import JSONPathError, JSONPathRecursionError
from jsonpath_rfc9535.filter_expressions import (
    ComparisonExpression,
    Expression,
    FilterContext,
    IntegerLiteral,
    LogicalExpression,
    PrefixExpression,
)
from jsonpath_rfc9535.lex import RE_PROPERTY, Lexer
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment
from jsonpath_rfc9535.selectors import (
    FilterSelector,
    IndexSelector,
    JSONPathSelector,
    NameSelector,
    SliceSelector,
)
from jsonpath_rfc9535.tokens import Token, TokenStream, TokenType

from workbench.model.assertions.errors import AssertionSyntaxError, EvaluationError
from workbench.model.assertions.paths import NAME
from workbench.model.assertions.values import MISSING, Missing, Nodes

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_NODES: Final = 1_000_000
"""Nodes a path may select; a path that multiplies its nodes (`$..*..*`) ends here."""

_INTEGER = re.compile(r"(-?(?:0|[1-9][0-9]*))(?:[eE]\+?([0-9]{1,4}))?")


class _ExactParser(Parser):
    """The library's parser, made as strict as the RFC where it is looser: exact numbers, comparisons of values only."""

    def parse_integer_literal(self, stream: TokenStream) -> Expression:
        """A whole number, with or without an exponent (RFC 9535, 2.3.5.1); exact, not by way of a float."""
        token = stream.current
        match = _INTEGER.fullmatch(token.value)
        if match is None:
            raise JSONPathSyntaxError("invalid integer literal", token=token)
        try:
            return IntegerLiteral(token, int(match[1] + "0" * int(match[2] or 0)))
        except ValueError as error:
            raise JSONPathSyntaxError("integer literal too large", token=token) from error

    def parse_infix_expression(self, stream: TokenStream, left: Expression) -> Expression:
        """A comparison or a logical operation; the sides of a comparison are values (RFC 9535, 2.3.5.1)."""
        expression = super().parse_infix_expression(stream, left)
        if isinstance(expression, ComparisonExpression):
            for side in (expression.left, expression.right):
                if isinstance(side, (ComparisonExpression, LogicalExpression, PrefixExpression)):
                    raise JSONPathSyntaxError("only values can be compared", token=expression.token)
        return expression


class _Lexer(Lexer):
    """The library's lexer, with names of all characters that the RFC gives them: it leaves out U+1100 to U+DFFF."""

    def accept_match(self, pattern: re.Pattern[str]) -> bool:
        return super().accept_match(NAME if pattern is RE_PROPERTY else pattern)


class _Environment(JSONPathEnvironment):
    parser_class = _ExactParser

    def compile(self, query: str) -> JSONPathQuery:
        lexer = _Lexer(query)
        lexer.run()
        tokens = lexer.tokens
        if tokens and tokens[-1].type_ == TokenType.ERROR:
            raise JSONPathSyntaxError(tokens[-1].message, token=tokens[-1])
        if lexer.bracket_stack:
            bracket, at = lexer.bracket_stack[-1]
            raise JSONPathSyntaxError("unbalanced brackets", token=Token(TokenType.ERROR, bracket, at, query))
        return JSONPathQuery(env=self, segments=tuple(self.parser.parse(TokenStream(tokens))))


_ENVIRONMENT = _Environment()


def compile_path(text: str, offset: int) -> JSONPathQuery:
    """Compile a JSONPath.

    Args:
        text: the path, from `$` to its end.
        offset: where it begins in its line, from 0, for the column of an error.

    Raises:
        AssertionSyntaxError: it is not one.
    """
    try:
        return _ENVIRONMENT.compile(text)
    except JSONPathError as error:
        at = error.token.index if error.token else 0
        reason = str(error.args[0]) if error.args else "it is malformed"
    except RecursionError:
        at, reason = 0, "it is nested too deeply"
    except Exception as error:  # noqa: BLE001 - foreign code on arbitrary text: whatever it trips over, the path is wrong
        at, reason = 0, f"{type(error).__name__}: {error}"
    column = offset + min(max(at, 0), len(text)) + 1
    raise AssertionSyntaxError(f"this is not a JSONPath (RFC 9535): {reason}", column=column, expected="a JSONPath")


def select(path: JSONPathQuery, document: Any) -> Nodes | Missing:
    """The values of the nodes a path selects, in document order; `MISSING` where it selects none.

    Raises:
        EvaluationError: the document is too deep, or too many nodes are selected.
    """
    nodes = Nodes(node.value for node in _nodes(path, document))
    return nodes or MISSING


def places(path: JSONPathQuery, document: Any) -> list[tuple[str | int, ...]]:
    """Where the nodes stand that a path selects, in document order: the names and indices that lead to each.

    Raises:
        EvaluationError: the document is too deep, or too many nodes are selected.
    """
    return [node.location for node in _nodes(path, document)]


def _nodes(path: JSONPathQuery, document: Any) -> list[JSONPathNode]:
    try:
        nodes = list(islice(path.finditer(document), MAX_NODES + 1))
    except (JSONPathRecursionError, RecursionError) as error:
        limit = _Environment.max_recursion_depth
        raise EvaluationError(f"the JSON is nested too deeply for this path (`..` goes down {limit} levels)") from error
    except Exception as error:  # foreign code on foreign data: its failure is this line's failure
        raise EvaluationError(f"the JSONPath cannot be applied to this JSON: {error}") from error
    if len(nodes) > MAX_NODES:
        raise EvaluationError(f"the path selects more than {MAX_NODES:,} nodes")
    return nodes


class Selector(NamedTuple):
    """One selector of a segment (RFC 9535, 2.3), for whoever walks a document that is not decoded.

    Attributes:
        kind: which of the five it is.
        name: of a name selector.
        number: of an index selector.
        part: of an array slice.
        test: of a filter: takes the value of a child and of the document's root, says whether it is selected.
        looks_at_root: the filter has a `$` in it; otherwise the root it is given does not matter.
    """

    kind: Literal["name", "index", "slice", "all", "filter"]
    name: str = ""
    number: int = 0
    part: slice = slice(None)
    test: Callable[[Any, Any], bool] | None = None
    looks_at_root: bool = False


class Step(NamedTuple):
    """One segment: its selectors, and whether it goes down to all descendants."""

    selectors: tuple[Selector, ...]
    descends: bool


def steps(path: JSONPathQuery) -> tuple[Step, ...]:
    """A compiled path as values that say nothing of the library."""
    return tuple(
        Step(tuple(_selector(each) for each in segment.selectors), isinstance(segment, JSONPathRecursiveDescentSegment))
        for segment in path.segments
    )


def _selector(selector: JSONPathSelector) -> Selector:
    if isinstance(selector, NameSelector):
        return Selector("name", name=selector.name)
    if isinstance(selector, IndexSelector):
        return Selector("index", number=selector.index)
    if isinstance(selector, SliceSelector):
        return Selector("slice", part=selector.slice)
    if not isinstance(selector, FilterSelector):
        return Selector("all")
    expression = selector.expression

    def test(value: Any, root: Any) -> bool:
        try:
            return bool(expression.evaluate(FilterContext(env=_ENVIRONMENT, current=value, root=root)))
        except Exception as error:  # foreign code on foreign data: its failure is the query's failure
            raise EvaluationError(f"the filter cannot be applied to this JSON: {error}") from error

    return Selector("filter", test=test, looks_at_root="$" in str(expression))
