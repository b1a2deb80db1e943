"""Holds a table against a document type of `workbench.files.format` and reports everything that does not fit.

The common case costs one call of msgspec; only a table that does not fit is walked, by the same types.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

from workbench.files.suggest import did_you_mean, nearest
from workbench.files.validation.report import Report, kind_of, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbench.files.positions import KeyPath

_Doc = TypeVar("_Doc", bound=msgspec.Struct)
_FILLERS = {"id": "unnamed", "cyberun": 1, "max": 1}


def fit(
    doc: type[_Doc],
    table: dict[str, Any],
    key: KeyPath,
    report: Report,
    *,
    hints: Hints | None = None,
) -> _Doc | None:
    """The table as a document; what does not fit is reported and left out.

    Args:
        doc: the document type.
        table: as tomllib gave it.
        key: where the table stands.
        report: takes the problems.
        hints: further advice for unknown keys and wrong values.

    Returns:
        The document without the keys that do not fit, or None when not even that can be made.
    """
    try:
        return msgspec.convert(table, doc)
    except msgspec.ValidationError as error:
        walk = _Walk(report, hints or Hints())
        before = len(report.problems)
        good = walk.struct(_info(doc), table, key)
        if len(report.problems) == before:
            report.add(key, str(error))
        try:
            return msgspec.convert(good, doc)
        except msgspec.ValidationError:
            return None


class Hints:
    """Advice that depends on where a key stands; the default has none.

    Args:
        unknown: (key path, keys known there) → a hint for an unknown key, or None for "did you mean".
        wrong: (key path, value) → a hint for a value of the wrong kind.
        meant: other tools' names for keys → ours.
    """

    def __init__(
        self,
        unknown: Callable[[KeyPath], str | None] = lambda _: None,
        wrong: Callable[[KeyPath, Any], str] = lambda _key, _value: "",
        meant: Mapping[str, str] | None = None,
    ) -> None:
        self.unknown = unknown
        self.wrong = wrong
        self.meant = meant


@functools.cache
def _info(doc: type[msgspec.Struct]) -> inspect.StructType:
    info = inspect.type_info(doc)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{doc} is no document type")
    return info


_BAD = object()
"""Takes the place of a value that does not fit."""


class _Walk:
    """Checks values against types and reports what does not fit; gives the values back without that."""

    def __init__(self, report: Report, hints: Hints) -> None:
        self._report = report
        self._hints = hints

    def struct(self, info: inspect.StructType, table: dict[str, Any], key: KeyPath) -> dict[str, Any]:
        """The keys of a table that fit; fillers stand in for required keys that do not."""
        fields = {field.encode_name: field for field in info.fields}
        good: dict[str, Any] = {}
        for name, value in table.items():
            field = fields.get(name)
            if field is not None:
                good[name] = self.check(field.type, value, (*key, name))
            elif info.forbid_unknown_fields:
                self._report.add((*key, name), "this key is unknown here", hint=self._advice((*key, name), fields))
            else:
                good[name] = value
        good = {name: value for name, value in good.items() if value is not _BAD}
        for name, field in fields.items():
            if field.required and name not in table:
                self._report.add(key, f"{name} is missing", hint=self._hints.wrong((*key, name), None))
            if field.required and name not in good:
                good[name] = _FILLERS.get(name, "")
        return good

    def check(self, info: inspect.Type, value: Any, key: KeyPath) -> Any:
        """The part of a value that fits a type, or `_BAD`; what does not is reported."""
        expected = ""
        while isinstance(info, inspect.Metadata):
            expected = expected or str((info.extra or {}).get("expected", ""))
            info = info.type
        if isinstance(info, inspect.AnyType):
            return value
        fitting = [each for each in _options(info) if _same_kind(each[0], value)]
        if not fitting:
            return self._wrong(key, value, expected or _phrase(info))
        return self._inside(fitting[0][0], value, key, expected or fitting[0][1])

    def _inside(self, info: inspect.Type, value: Any, key: KeyPath, expected: str) -> Any:
        """The parts and the rules of a value whose kind is right."""
        if isinstance(info, inspect.StructType):
            before = len(self._report.problems)
            self.struct(info, value, key)
            return value if len(self._report.problems) == before else _BAD
        if isinstance(info, inspect.DictType):
            checked = {name: self._entry(info, name, item, key) for name, item in value.items()}
            return {name: item for name, item in checked.items() if item is not _BAD}
        if isinstance(info, inspect.ListType):
            if info.min_length and len(value) < info.min_length:
                return self._wrong(key, value, expected, found="an empty list")
            # Left out as a whole: further problems of its items would be counted from the wrong place.
            items = [self.check(info.item_type, item, (*key, at)) for at, item in enumerate(value)]
            return _BAD if any(item is _BAD for item in items) else value
        return value if _rules_hold(info, value) else self._wrong(key, value, expected or _phrase(info))

    def _entry(self, info: inspect.DictType, name: str, item: Any, key: KeyPath) -> Any:
        good = self.check(info.key_type, name, (*key, name))
        checked = self.check(info.value_type, item, (*key, name))
        return _BAD if good is _BAD else checked

    def _advice(self, key: KeyPath, known: Iterable[str]) -> str:
        """What an unknown key was probably meant to be."""
        if self._report.has_many:
            return ""
        hint = self._hints.unknown(key)
        return did_you_mean(str(key[-1]), known, self._hints.meant) if hint is None else hint

    def _wrong(self, key: KeyPath, value: Any, expected: str, found: str = "") -> object:
        found = found or show(value, hidden="secrets" in key[:1] or "credential" in key)
        hint = self._hints.wrong(key, value)
        if not hint and isinstance(value, str) and expected.startswith("one of ") and not self._report.has_many:
            words = re.findall(r'"([^"]+)"', expected)
            near = next((word for word in words if word.lower() == value.lower()), None) or nearest(value, words)
            hint = f'did you mean "{near}"?' if near else ""
        self._report.add(key, f"expected {expected}, found {found}", hint=hint)
        return _BAD


def _options(info: inspect.Type, expected: str = "") -> list[tuple[inspect.Type, str]]:
    """The alternatives of a type, each with its words where it has some."""
    if isinstance(info, inspect.Metadata):
        return _options(info.type, str((info.extra or {}).get("expected", "")))
    if isinstance(info, inspect.UnionType):
        return [option for each in info.types for option in _options(each)]
    return [(info, expected)]


def _same_kind(info: inspect.Type, value: Any) -> bool:
    kinds: tuple[tuple[type, type | tuple[type, ...]], ...] = (
        (inspect.StrType, str),
        (inspect.LiteralType, (str, int)),
        (inspect.BoolType, bool),
        (inspect.IntType, int),
        (inspect.FloatType, float),
        (inspect.ListType, list),
        (inspect.DictType, dict),
        (inspect.StructType, dict),
        (inspect.AnyType, object),
    )
    if isinstance(value, bool) and not isinstance(info, (inspect.BoolType, inspect.AnyType)):
        return False
    return any(isinstance(info, kind) and isinstance(value, types) for kind, types in kinds)


def _rules_hold(info: inspect.Type, value: Any) -> bool:
    if isinstance(info, inspect.LiteralType):
        return value in info.values
    if isinstance(info, inspect.StrType):
        if info.min_length and len(value) < info.min_length:
            return False
        return info.pattern is None or re.search(info.pattern, value) is not None
    if isinstance(info, inspect.IntType) and info.ge is not None:
        return bool(value >= info.ge)
    return True


def _phrase(info: inspect.Type) -> str:
    """A type in a user's words."""
    phrases = []
    for each, expected in _options(info):
        if isinstance(each, inspect.LiteralType):
            listed = ", ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in each.values)
            phrases.append(f"one of {listed}")
        else:
            phrases.append(expected or _WORDS.get(type(each), kind_of(None)))
    phrases = list(dict.fromkeys(phrases))
    return " or ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)


_WORDS: dict[type, str] = {
    inspect.StrType: "a text",
    inspect.IntType: "a number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.ListType: "a list",
    inspect.DictType: "a table",
    inspect.StructType: "a table",
}
