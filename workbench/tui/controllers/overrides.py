"""Values of variables that hold for this run of the program alone: typed in the app, or given with `--var`. Pure.

They are never written to a file. What is typed belongs to one collection and wins over everything, captures included;
`--var` is for every collection and stands where FORMAT.md puts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_UNDO = 100


@dataclass(frozen=True)
class Typed:
    """What was typed for one collection, and what undo goes back to, the latest last."""

    values: Mapping[str, str] = field(default_factory=dict)
    past: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Overrides:
    """The values of this run of the program.

    Attributes:
        given: of `--var`, for every collection.
        files: what was typed, by the path of the collection.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Typed] = field(default_factory=dict)

    def of(self, path: str) -> Mapping[str, str]:
        """What was typed for a collection."""
        return self._typed(path).values

    def _typed(self, path: str) -> Typed:
        return self.files.get(path, Typed())

    def with_value(self, path: str, name: str, text: str | None) -> Overrides:
        """The overrides with another value for a name in a collection; None goes back to what the layers say."""
        typed = self._typed(path)
        values = {known: value for known, value in typed.values.items() if known != name}
        if text is not None:
            values[name] = text
        if values == typed.values:
            return self
        return self._with(path, Typed(values, (*typed.past, typed.values)[-_MOST_UNDO:]))

    def renamed(self, path: str, to: str) -> Overrides:
        """The overrides with those of a collection under its new path."""
        return replace(self, files={to if each == path else each: typed for each, typed in self.files.items()})

    def undone(self, path: str) -> Overrides:
        """The overrides before the last change for a collection."""
        typed = self._typed(path)
        return self._with(path, Typed(typed.past[-1], typed.past[:-1])) if typed.past else self

    def _with(self, path: str, typed: Typed) -> Overrides:
        return replace(self, files={**self.files, path: typed})
