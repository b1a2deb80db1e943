"""One difference between two answers, and how its two sides read beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from workbench.model.jsontext import json_text
from workbench.model.secrets import beginning

if TYPE_CHECKING:
    from workbench.model.secrets import Redactor

DifferenceKind = Literal["changed", "added", "removed"]

MARKS = {"changed": "~", "added": "+", "removed": "-"}
"""How each kind of difference is marked, for every place that shows one."""

LONGEST = 160
"""Characters of a side that are shown at most."""

_SHORT = 12
"""A text of no more characters than this is always shown whole."""

_KEPT = 4
"""Characters of a common beginning or end that stay, so that a reader finds the place."""


class Difference(msgspec.Struct, frozen=True):
    """One thing that differs.

    Attributes:
        where: `status`, `header NAME`, `body`, `body line N`, or a JSONPath such as `$.phone[0].number`.
        kind: `added` is only in the new answer, `removed` only in the old one.
        old, new: JSON values; a number with a fraction is a `Decimal`, so that it shows as it was sent.
    """

    where: str
    kind: DifferenceKind
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        """`~ $.phone[0].number  "…1234" → "…1233"`; foreign text in it is not made visible yet."""
        old, new = sides(self)
        shown = {"changed": f"{old} → {new}", "added": new, "removed": old}[self.kind]
        return f"{MARKS[self.kind]} {self.where}  {shown}"

    def redacted(self, redactor: Redactor) -> Difference:
        """The same with every secret masked."""
        return Difference(
            redactor.redact(self.where), self.kind, old=redactor.value(self.old), new=redactor.value(self.new)
        )


def sides(difference: Difference) -> tuple[str, str]:
    """Both values as JSON text, short: of two long texts only what differs and a little around it.

    `"+49 151 0001234"` and `"+49 151 0001233"` read as `"…1234"` and `"…1233"`.
    """
    old, new = difference.old, difference.new
    if isinstance(old, str) and isinstance(new, str) and difference.where != "body":
        old, new = _around_the_difference(old, new)
    return _shown(old), _shown(new)


def _around_the_difference(old: str, new: str) -> tuple[str, str]:
    if max(len(old), len(new)) <= _SHORT:
        return old, new
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    after = next((at for at in range(shorter - same) if old[-1 - at] != new[-1 - at]), shorter - same)
    before = same - _KEPT + 1 if same > _KEPT else 0
    behind = after - _KEPT + 1 if after > _KEPT else 0

    def part(text: str) -> str:
        return ("…" if before else "") + text[before : len(text) - behind] + ("…" if behind else "")

    return part(old), part(new)


def _shown(value: Any) -> str:
    text = json_text(value)
    return beginning(text, LONGEST)
