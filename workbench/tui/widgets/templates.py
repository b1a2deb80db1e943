"""Placeholders in a text that is being edited: where they stand, whether they have a value, and what completes them.

Pure functions over texts; knows no widget. Filling in values is `workbench.model.variables`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import msgspec

from workbench.model.variables import Dynamic, quoted_after
from workbench.model.visible import REPLACEMENT, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.style import Style
    from rich.text import Text

State = Literal["resolved", "missing", "secret"]

COMPONENT_CLASSES = frozenset({"template--resolved", "template--missing", "template--secret", "template--control"})
"""What a widget that paints templates adds to its own component classes; the names of `State` and of `paint`."""

DYNAMIC = ("$uuid", "$now", "$timestamp", "$randint 1 9")
"""The generated values (FORMAT.md, "Variables"), as a completion offers them."""

_PLACEHOLDER = re.compile(r"\\\{\{|\{\{([^{}]*)\}\}")
_OPEN = re.compile(r"(?<!\\)\{\{([^{}]*)$")
_MOST_CANDIDATES = 50


class Known(msgspec.Struct, frozen=True):
    """What may be shown of a variable.

    Attributes:
        shown: its value, secrets masked; empty for one that has none yet.
        origin: where it comes from, or for one without a value where it will.
        state: `missing` for a name that is known and has no value yet, such as a capture of a request not yet sent.
    """

    shown: str = ""
    origin: str = ""
    state: State = "resolved"

    def __str__(self) -> str:
        return f"{self.shown} ({self.origin})" if self.origin else self.shown


Names: TypeAlias = Mapping[str, Known]
"""The variables that a text can use, by name."""


class Span(NamedTuple):
    """One placeholder of a text: `[start:end]` holds the braces, `name` what stands between them."""

    start: int
    end: int
    name: str


class Completion(NamedTuple):
    """What could replace `[start:end]` of a text; best first, never empty."""

    start: int
    end: int
    candidates: tuple[str, ...]


def spans(template: str) -> Iterator[Span]:
    r"""Every placeholder of a template in order; `\{{` is literal text and none."""
    for match in _PLACEHOLDER.finditer(template):
        if match[1] is not None:
            yield Span(match.start(), match.end(), match[1].strip())


def state_of(name: str, names: Names) -> State:
    """Whether a placeholder has a value."""
    if name.startswith("$"):
        known = Dynamic(datetime(2000, 1, 1, tzinfo=UTC), random.Random(0)).value(name)  # noqa: S311 - not for keeping
        return "missing" if known is None else "resolved"
    return names[name].state if name in names else "missing"


def describe(name: str, names: Names) -> str:
    """A placeholder in words: `{{user}} = ci-bot (env staging)`, or that it has no value."""
    written = f"{{{{{name}}}}}"
    if name.startswith("$"):
        made = state_of(name, names) == "resolved"
        return f"{written}: made for each request" if made else f"{written}: expected one of {', '.join(DYNAMIC)}"
    known = names.get(name)
    if known is None:
        return f"{written} has no value"
    return f"{written} has no value yet: {known.origin}" if known.state == "missing" else f"{written} = {known}"


def complete_placeholder(text: str, cursor: int, names: Iterable[str]) -> Completion | None:
    """The variables that could complete an open `{{` before the cursor; None when there is none, or nothing fits."""
    opened = text.rfind("{{", 0, cursor)  # quick in a long text, where the expression is not
    match = _OPEN.search(text, max(0, opened - 1), cursor) if opened >= 0 else None
    if match is None:
        return None
    typed = match[1].strip()
    found = rank(typed, [*sorted(names), *DYNAMIC])
    if not found:
        return None
    end = cursor + (2 if text[cursor : cursor + 2] == "}}" else 0)
    return Completion(match.start(), end, tuple(f"{{{{{name}}}}}" for name in found))


def rank(typed: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that fit what was typed, in any case: those that begin with it, then those that hold it."""
    wanted = typed.casefold()
    folded = [(candidate.casefold(), candidate) for candidate in dict.fromkeys(candidates)]
    begins = [candidate for fold, candidate in folded if fold.startswith(wanted)]
    holds = [candidate for fold, candidate in folded if wanted in fold and not fold.startswith(wanted)]
    return [*begins, *holds][:_MOST_CANDIDATES]


def fill(template: str) -> str:
    """A JSON text of the same length without placeholders, for checking what surrounds them: positions stay true.

    Inside double quotes a placeholder becomes letters; outside it becomes a number.
    """
    parts: list[str] = []
    at = 0
    quoted = False
    for match in _PLACEHOLDER.finditer(template):
        literal = template[at : match.start()]
        quoted = quoted_after(literal, inside=quoted)
        length = match.end() - match.start()
        if quoted:
            filler = "x" * length
        elif match[1] is None:
            filler = "{{ "
        else:
            filler = "1" * length
        parts += [literal, filler]
        at = match.end()
    return "".join(parts) + template[at:]


def bare_spans(template: str) -> Iterator[Span]:
    r"""The pieces that are not JSON as they stand: placeholders outside quotes, and `\{{` (named `\`) inside."""
    at = 0
    quoted = False
    for match in _PLACEHOLDER.finditer(template):
        quoted = quoted_after(template[at : match.start()], inside=quoted)
        at = match.end()
        if quoted and match[1] is None:
            yield Span(match.start(), match.end(), "\\")
        elif not quoted and match[1] is not None:
            yield Span(match.start(), match.end(), match[1].strip())


def pictured(text: str) -> str:
    """The text with every character shown that a terminal would act on, one for one, so that positions stay true."""
    if text.isprintable():
        return text
    return "".join(shown if len(shown := one_line(character)) == 1 else REPLACEMENT for character in text)


def paint(text: Text, names: Names, style: Callable[[str], Style], *, source: str | None = None) -> None:
    """Colour the placeholders and control characters of a text.

    Args:
        text: changed in place; its characters must stand where those of `source` do.
        names: known variables, as in `state_of`.
        style: a component class of `COMPONENT_CLASSES` → its style.
        source: the text as it really is, where `text` shows it `pictured`.
    """
    template = text.plain if source is None else source
    for span in spans(template):
        text.stylize(style(f"template--{state_of(span.name, names)}"), span.start, span.end)
    if not template.isprintable():
        for at, character in enumerate(template):
            if one_line(character) != character:
                text.stylize(style("template--control"), at, at + 1)


def placeholders_in(template: str) -> int:
    """How many placeholders a text has."""
    return sum(1 for _ in spans(template))
