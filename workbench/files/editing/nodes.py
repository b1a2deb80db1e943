"""Changes a value in place, leaf by leaf: items and pairs that stay the same keep their text.

Works on one value; where values stand in a document is `workbench.files.editing.tables`.
"""

from __future__ import annotations

import difflib
import itertools
import tomllib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files.editing import layout
from workbench.files.editing.tree import Array, Inline, Item, Leaf, Pair
from workbench.files.local import same_value
from workbench.files.positions import Positions
from workbench.files.reading import FloatText
from workbench.files.validation.report import Report
from workbench.files.validation.values import json_value, parameters

if TYPE_CHECKING:
    from workbench.files.editing.tree import Node


_INNER = ("value", "from")
"""Keys of option tables that hold what the short form is (`"1"` and `{ value = "1", off = true }`)."""

Reading = Callable[[Any], Any]
"""Turns a value as tomllib gives it into what it means, to see whether it already says what is wanted."""


def value_of(node: Node) -> Any:
    """What tomllib makes of a value."""
    return tomllib.loads(f"x = {node}", parse_float=FloatText)["x"]


def json_reading(found: Any) -> Any:
    """Variables: a JSON value."""
    return json_value(found, (), _quiet())


def parameter_reading(found: Any) -> Any:
    """Query parameters and form fields: numbers, truth values and dates are texts."""
    return parameters({"x": found}, (), _quiet())["x"]


def _quiet() -> Report:
    """For problems that cannot be: the value was loaded without one."""
    return Report("", Positions(""))


def updated(node: Node, wanted: Any, *, eol: str, reading: Reading = json_reading, split: bool = False) -> Node:
    """The node that says `wanted`: the same one, changed in place as far as it goes, or a new one.

    Args:
        node: the value as it stands.
        wanted: a JSON value without null.
        eol: the document's line break.
        reading: what the value as it stands means.
        split: a new list may be spread over lines (not inside an inline table).
    """
    if same_value(reading(value_of(node)), wanted):
        return node
    around = _wrapped(node, wanted, eol=eol, reading=reading)
    if around is not None:
        return around
    if isinstance(node, Array) and reading is parameter_reading and not isinstance(wanted, list):
        wanted = [wanted]  # a list of one says the same, and may get another one
    if isinstance(node, Array) and isinstance(wanted, (list, tuple)):
        _update_array(node, list(wanted), eol=eol, reading=reading)
        return node
    if isinstance(node, Inline) and isinstance(wanted, dict) and not _has_dotted_keys(node):
        _update_inline(node, wanted, eol=eol, reading=reading)
        return node
    if isinstance(wanted, (list, tuple)):
        return layout.array(list(wanted), eol=eol, split=split)
    return layout.node(wanted, eol=eol, like=node)


def _wrapped(node: Node, wanted: Any, *, eol: str, reading: Reading) -> Node | None:
    """A value that gets options in braces around it, or loses them, and itself stays as it is written."""
    if isinstance(node, Leaf) and isinstance(wanted, dict):
        for name in _INNER:
            if name in wanted and same_value(reading(value_of(node)), wanted[name]):
                made = layout.inline(wanted, eol=eol)
                next(pair for pair in made.pairs if pair.keys == (name,)).node = node
                return made
    if isinstance(node, Inline) and isinstance(wanted, str):
        inner = (pair.node for pair in node.pairs if pair.keys in (("value",), ("from",)))
        return next((each for each in inner if same_value(reading(value_of(each)), wanted)), None)
    return None


def _has_dotted_keys(node: Inline) -> bool:
    return any(len(pair.keys) > 1 for pair in node.pairs)


def _update_inline(node: Inline, wanted: dict[str, Any], *, eol: str, reading: Reading) -> None:
    for pair in list(node.pairs):
        if pair.keys[0] not in wanted:
            remove_pair(node, pair)
    found = {pair.keys[0]: pair for pair in node.pairs}
    for name, value in wanted.items():
        if name in found:
            found[name].node = updated(found[name].node, value, eol=eol, reading=reading)
        else:
            insert_pair(node, name, layout.node(value, eol=eol), len(node.pairs))


def insert_pair(node: Inline, name: str, value: Node, at: int, before: tuple[str, ...] = ()) -> None:
    """Add a pair to an inline table; `before` are the parts of a dotted key in front of the name."""
    pairs = node.pairs
    head = "".join(f"{layout.key(part)}." for part in before)
    made = Pair(" ", (*before, name), head, layout.key(name), " = ", value, "")
    if not pairs:
        node.close = node.close or " "
    elif at == 0:
        made.lead, pairs[0].lead = pairs[0].lead, pairs[0].lead or " "
    elif at == len(pairs):
        node.close = node.close or pairs[-1].rest
        pairs[-1].rest = ""
    pairs.insert(at, made)


def remove_pair(node: Inline, pair: Pair) -> None:
    """Take a pair out of an inline table."""
    at = node.pairs.index(pair)
    if at == 0 and len(node.pairs) > 1:
        node.pairs[1].lead = pair.lead
    node.pairs.remove(pair)
    if not node.pairs:
        node.close = ""
    elif at == len(node.pairs):
        node.pairs[-1].rest = ""


def _update_array(node: Array, wanted: list[Any], *, eol: str, reading: Reading) -> None:
    """Change the items that differ; those that stay keep their text and comments."""
    before = [_mark(reading(value_of(item.node))) for item in node.items]
    matcher = difflib.SequenceMatcher(None, before, [_mark(value) for value in wanted], autojunk=False)
    moved = 0
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        shared = min(end - start, last - first)
        for offset in range(shared):
            item = node.items[start + moved + offset]
            item.node = updated(item.node, wanted[first + offset], eol=eol, reading=reading)
        for _ in range(end - start - shared):
            remove_item(node, start + moved + shared, eol=eol)
        for offset in range(shared, last - first):
            insert_item(node, start + moved + offset, layout.node(wanted[first + offset], eol=eol), eol=eol)
        moved += (last - first) - (end - start)


def _mark(value: Any) -> bytes:
    """Equal for equal JSON values, kinds included."""
    return msgspec.json.encode(value, order="sorted")


def insert_item(node: Array, at: int, value: Node, *, eol: str) -> None:
    """Add an item to an array, on a line of its own where the others have one."""
    items = node.items
    made = Item(_new_lead(node, at, eol), value)
    if items and at == 0 and "\n" not in items[0].lead:
        made.lead, items[0].lead = items[0].lead, items[0].lead or " "
    if items and at == len(items) and not node.last_comma:
        # What stood between the last item and the bracket belongs to the bracket, not to a comma.
        node.close, items[-1].gap = items[-1].gap + node.close, ""
    items.insert(at, made)
    mend(node, eol=eol)


def _new_lead(node: Array, at: int, eol: str) -> str:
    if not node.items:
        return ""
    spread = next((item.lead for item in node.items if "\n" in item.lead), "")
    neighbour = node.items[min(at, len(node.items) - 1)].lead
    if "\n" in neighbour:
        return eol + neighbour.rpartition("\n")[2]
    if spread:
        return eol + spread.rpartition("\n")[2]
    return " " if at else ""


def remove_item(node: Array, at: int, *, eol: str) -> None:
    """Take an item out of an array; comments on lines of their own above it stay."""
    item = node.items.pop(at)
    kept = item.lead.rpartition("\n")[0].rstrip("\r") if "#" in item.lead else ""
    if at < len(node.items):
        following = node.items[at]
        if "\n" in item.lead and "\n" not in following.lead:
            following.lead = item.lead
        elif kept:
            following.lead = kept + following.lead
        elif at == 0 and "\n" not in item.lead + following.lead:
            following.lead = item.lead
    elif kept:
        node.close = kept + (node.close if "\n" in node.close else eol + node.close)
    mend(node, eol=eol)


def mend(node: Array, *, eol: str) -> None:
    """Keep comments from swallowing what was moved behind them."""
    for before, item in itertools.pairwise(node.items):
        if "#" in before.comment and "\n" not in item.lead:
            item.lead = eol + layout.INDENT
    if node.items and "#" in node.items[-1].comment and "\n" not in node.close:
        node.close = eol + node.close
    if not node.items:
        node.last_comma = False
        node.close = node.close if "#" in node.close else ""
