"""What differs between two JSON values, each difference with its path.

The order of keys never counts. Arrays of the same length are compared item by item; of different lengths, items that
are equal are matched first, so that one inserted item is one difference. In any order, equal items match wherever they
stand.
"""

from __future__ import annotations

from collections import defaultdict, deque
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

import msgspec

from workbench.model.assertions.paths import NAME
from workbench.model.compare.rules import Rules
from workbench.model.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from workbench.model.compare.rules import Location

    Pair = tuple[int | None, int | None]

DEEPEST = 150
"""Levels that a value may have; a deeper one is compared as text (`too_deep`)."""

LONGEST_MATCHED = 1000
"""Items of an array that are matched with each other; those of a longer one are compared by position."""


class _Ignored:
    """Stands where a place is left out: equal to whatever stands there on the other side."""


_IGNORED: Final = _Ignored()
_encoder = msgspec.json.Encoder(order="sorted", decimal_format="number", enc_hook=lambda _: None)


def json_differences(old: Any, new: Any, rules: Rules = Rules()) -> Iterator[Difference]:  # noqa: B008 - frozen, so one default serves all
    """Every difference of two JSON values as `msgspec.json.decode` gives them; numbers may be `Decimal`.

    Neither may be `too_deep`.
    """
    old = _without(old, rules.ignored(old))
    new = _without(new, rules.ignored(new))
    return _walk(old, new, "$", any_order=rules.any_order)


def too_deep(value: Any) -> bool:
    """Whether a JSON value has more levels than can be walked."""
    level = [value] if type(value) in (dict, list) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in (dict, list)
        ]
        if not level:
            return False
    return True


def _without(document: Any, places: Iterable[Location]) -> Any:
    """The document with `_IGNORED` at these places; only what leads to them is copied."""
    copied: dict[int, Any] = {}
    root = document
    for place in places:
        if not place:
            return _IGNORED
        root = _copy(root, copied)
        value = root
        for step in place[:-1]:
            if not _has(value, step):
                break
            value[step] = value = _copy(value[step], copied)
        else:
            if _has(value, place[-1]):
                value[place[-1]] = _IGNORED
    return root


def _copy(value: Any, copied: dict[int, Any]) -> Any:
    """A copy of a container that may be written to, made once; `copied` keeps the copies alive."""
    if id(value) in copied or not isinstance(value, (dict, list)):
        return value
    new = value.copy()
    copied[id(new)] = new
    return new


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _walk(old: Any, new: Any, where: str, *, any_order: bool) -> Iterator[Difference]:
    if old is _IGNORED or new is _IGNORED:
        return
    if type(old) is dict and type(new) is dict:
        yield from _objects(old, new, where, any_order=any_order)
    elif type(old) is list and type(new) is list:
        yield from _arrays(old, new, where, any_order=any_order)
    elif not same(old, new):
        yield Difference(where, "changed", old, new)


def _objects(old: dict[str, Any], new: dict[str, Any], where: str, *, any_order: bool) -> Iterator[Difference]:
    for key, value in old.items():
        place = where + member_step(key)
        if key in new:
            yield from _walk(value, new[key], place, any_order=any_order)
        elif value is not _IGNORED:
            yield Difference(place, "removed", old=_plain(value))
    for key, value in new.items():
        if key not in old and value is not _IGNORED:
            yield Difference(where + member_step(key), "added", new=_plain(value))


def _arrays(old: list[Any], new: list[Any], where: str, *, any_order: bool) -> Iterator[Difference]:
    for left, right in any_pairs(old, new) if any_order else aligned(old, new, item_key):
        if left is None and right is not None:
            if new[right] is not _IGNORED:
                yield Difference(f"{where}[{right}]", "added", new=_plain(new[right]))
        elif right is None and left is not None:
            if old[left] is not _IGNORED:
                yield Difference(f"{where}[{left}]", "removed", old=_plain(old[left]))
        elif left is not None and right is not None:
            yield from _walk(old[left], new[right], f"{where}[{left}]", any_order=any_order)


def aligned(old: Sequence[Any], new: Sequence[Any], key: Callable[[Any], Hashable]) -> Iterator[Pair]:
    """Positions that belong together, None on the side where there is nothing; `key` is the same for equal items."""
    if len(old) == len(new):
        yield from ((at, at) for at in range(len(old)))
        return
    left, right = [key(item) for item in old], [key(item) for item in new]
    shorter = min(len(left), len(right))
    head = next((at for at in range(shorter) if left[at] != right[at]), shorter)
    tail = next((at for at in range(shorter - head) if left[-1 - at] != right[-1 - at]), shorter - head)
    yield from ((at, at) for at in range(head))
    middle = left[head : len(left) - tail], right[head : len(right) - tail]
    for i, j in _matched(*middle):
        yield (None if i is None else head + i), (None if j is None else head + j)
    yield from ((len(left) - tail + at, len(right) - tail + at) for at in range(tail))


def _matched(left: list[Hashable], right: list[Hashable]) -> Iterator[Pair]:
    if max(len(left), len(right)) > LONGEST_MATCHED:
        yield from _side_by_side(range(len(left)), range(len(right)))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            yield from _side_by_side(range(i1, i2), range(j1, j2))


def _side_by_side(left: Sequence[int], right: Sequence[int]) -> Iterator[Pair]:
    both = min(len(left), len(right))
    yield from zip(left[:both], right[:both], strict=True)
    yield from ((at, None) for at in left[both:])
    yield from ((None, at) for at in right[both:])


def any_pairs(old: list[Any], new: list[Any]) -> Iterator[Pair]:
    """Equal items with each other, the rest in the order in which it stands."""
    waiting: dict[bytes, deque[int]] = defaultdict(deque)
    for at, item in enumerate(new):
        waiting[item_key(_sorted(item))].append(at)
    left: list[int] = []
    taken: set[int] = set()
    for at, item in enumerate(old):
        equal = waiting[item_key(_sorted(item))]
        if equal:
            taken.add(equal.popleft())
        else:
            left.append(at)
    yield from _side_by_side(left, [at for at in range(len(new)) if at not in taken])


def _sorted(value: Any) -> Any:
    """The value with every array in one order, so that equal sets of items are equal texts."""
    if type(value) is dict:
        return {key: _sorted(item) for key, item in value.items()}
    if type(value) is list:
        return sorted(map(_sorted, value), key=item_key)
    return value


def item_key(value: Any) -> bytes:
    """The same for equal items, whatever the order of their keys."""
    return _encoder.encode(value)


def same(old: Any, new: Any) -> bool:
    """Whether two values are equal as JSON has it: true is not 1."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    return bool(old == new)


def _plain(value: Any) -> Any:
    """The value without the places that are left out."""
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items() if item is not _IGNORED}
    if type(value) is list:
        return [_plain(item) for item in value if item is not _IGNORED]
    return value


def member_step(key: str) -> str:
    """A member as RFC 9535 writes it: behind a dot where that can be, else in brackets."""
    return f".{key}" if NAME.fullmatch(key) else f"[{msgspec.json.encode(key).decode()}]"
