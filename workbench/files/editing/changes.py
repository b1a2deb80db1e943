"""From two collections to edits of a document: only what differs is touched.

What a key says is `words`; where and how it is written is `tables`.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from workbench.files.editing import words
from workbench.files.editing.layout import Lines
from workbench.files.editing.nodes import json_reading, parameter_reading
from workbench.files.editing.places import children
from workbench.files.editing.tables import Tables
from workbench.files.format import BODY_KEYS
from workbench.files.local import same_value
from workbench.model.collection import Environment, Retry, SavedRequest, format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.files.editing.nodes import Reading
    from workbench.files.editing.tree import Tree
    from workbench.files.positions import KeyPath
    from workbench.model.collection import Body, Capture, Collection, Defaults, Entry, SecretRef

_HEADED = frozenset({"query", "headers", "form", "capture"})
_IN_REQUEST = 3


def order_of(table: KeyPath) -> Sequence[str]:
    """The format's order of a table's keys."""
    if not table:
        return words.DOCUMENT_ORDER
    if table == ("defaults",) or (table[0] == "request" and len(table) == _IN_REQUEST - 1):
        return words.REQUEST_ORDER
    if table[0] == "env" and len(table) == len(("env", "name")):
        return (*words.TARGET_KEYS, "protected")
    return ()


def is_headed(path: KeyPath) -> bool:
    """Whether a new table of that path gets a header."""
    if path[0] == "request":
        return len(path) == _IN_REQUEST and path[-1] in _HEADED
    if path[0] == "defaults":
        return len(path) == 1 or (len(path) == len(("defaults", "headers")) and path[-1] in _HEADED)
    if path[0] == "env":
        return len(path) == len(("env", "name"))
    return path in (("vars",), ("secrets",))


class Changes:
    """Makes the edits of one document."""

    def __init__(self, tree: Tree) -> None:
        self._tables = Tables(tree, order_of, is_headed)

    @property
    def tables(self) -> Tables:
        """The tables of the document."""
        return self._tables

    def collection(self, before: Collection, after: Collection) -> None:
        """Everything of a collection but its requests."""
        self._scalars((), words.collection_scalars(before), words.collection_scalars(after))
        self._values(("vars",), before.vars, after.vars)
        self._prune(("vars",), after.vars)
        self._defaults(before.defaults, after.defaults)
        for name in before.environments:
            if name not in after.environments:
                self._tables.remove(("env",), name)
        for name, environment in after.environments.items():
            self._environment(name, before.environments.get(name), environment)
        self._secrets(before.secrets, after.secrets)

    def request(self, number: int, before: SavedRequest, after: SavedRequest) -> None:
        """Everything of one request; `number` is its position in the document as it was read."""
        if before == after:
            return
        path: KeyPath = ("request", number)
        self._scalars(path, words.request_scalars(before), words.request_scalars(after))
        self._retry(path, before.retry, after.retry)
        self._body(path, before.body, after.body)
        self._entries((*path, "query"), before.query, after.query, parameter_reading)
        self._entries((*path, "headers"), before.headers, after.headers, json_reading)
        self._captures((*path, "capture"), before.captures, after.captures)

    def new_request(self, number: int, after: SavedRequest) -> None:
        """Everything of a request that has nothing but its id; method and path are always written."""
        path: KeyPath = ("request", number)
        self._tables.set(path, "method", after.method)
        self._tables.set(path, "path", after.path)
        self.request(number, SavedRequest(id=after.id, method=after.method, path=after.path), after)

    def _scalars(self, table: KeyPath, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        for key, wanted in after.items():
            if same_value(before[key], wanted):
                continue
            if wanted is None:
                self._tables.remove(table, key)
            else:
                self._tables.set(table, key, wanted)

    def _values(self, table: KeyPath, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Variables: JSON values by name."""
        for name in before:
            if name not in after:
                self._tables.remove(table, name)
        for name, wanted in after.items():
            if name not in before or not same_value(before[name], wanted):
                self._tables.set(table, name, wanted)

    def _defaults(self, before: Defaults, after: Defaults) -> None:
        path: KeyPath = ("defaults",)
        if before == after:
            return
        self._scalars(path, _default_scalars(before), _default_scalars(after))
        self._retry(path, before.retry, after.retry)
        self._entries((*path, "query"), before.query, after.query, parameter_reading)
        self._entries((*path, "headers"), before.headers, after.headers, json_reading)

    def _environment(self, name: str, before: Environment | None, after: Environment) -> None:
        path: KeyPath = ("env", name)
        if before is None:
            targets = {key: value for key, value in _environment_scalars(after).items() if value is not None}
            self._tables.set(("env",), name, {**targets, **after.vars})
            return
        self._scalars(path, _environment_scalars(before), _environment_scalars(after))
        self._values(path, before.vars, after.vars)
        if not self._tables.has(path):
            self._tables.set(("env",), name, {})

    def _secrets(self, before: Mapping[str, SecretRef], after: Mapping[str, SecretRef]) -> None:
        for name in before:
            if name not in after:
                self._tables.remove(("secrets",), name)
        for name, reference in after.items():
            if before.get(name) != reference:
                self._tables.set(("secrets",), name, words.secret_value(reference))
        self._prune(("secrets",), after)

    def _retry(self, above: KeyPath, before: Retry | None, after: Retry | None) -> None:
        path = (*above, "retry")
        if before == after:
            return
        if after is None:
            self._tables.remove(above, "retry")
        elif before is None:
            every = {} if after.every == Retry(1).every else {"every": format_duration(after.every)}
            until = {"until": after.until} if after.until else {}
            self._tables.set(above, "retry", {"max": after.max, **every, **until})
        else:
            self._scalars(path, _retry_scalars(before), _retry_scalars(after))

    def _body(self, path: KeyPath, before: Body | None, after: Body | None) -> None:
        if before == after:
            return
        if after is None or (before is not None and before.kind != after.kind):
            self._drop_body(path, after)
        if after is None:
            return
        if after.kind == "form":
            old = before.form if before is not None and before.kind == "form" else ()
            self._entries((*path, "form"), old, after.form, parameter_reading)
            if not self._tables.has((*path, "form")):
                self._tables.set(path, "form", {})
        else:
            self._tables.set(path, after.kind, after.text if after.kind == "file" else Lines(after.text))

    def _drop_body(self, path: KeyPath, after: Body | None) -> None:
        """Take the old body out; one text that takes the place of another keeps its line and comments."""
        for kind in BODY_KEYS:
            if not self._tables.has((*path, kind)):
                continue
            textual = after is not None and after.kind != "form" and kind != "form"
            if not (textual and after is not None and self._tables.rename(path, kind, after.kind)):
                self._tables.remove(path, kind)

    def _captures(self, table: KeyPath, before: Sequence[Capture], after: Sequence[Capture]) -> None:
        old = {capture.name: words.capture_value(capture) for capture in before}
        new = {capture.name: words.capture_value(capture) for capture in after}
        self._named(table, old, new, json_reading)

    def _entries(self, table: KeyPath, before: Sequence[Entry], after: Sequence[Entry], reading: Reading) -> None:
        old = {name: words.entry_value(group) for name, group in words.grouped(before).items()}
        new = {name: words.entry_value(group) for name, group in words.grouped(after).items()}
        self._named(table, old, new, reading)

    def _named(self, table: KeyPath, before: dict[str, Any], after: dict[str, Any], reading: Reading) -> None:
        """A table whose keys have an order: entries and captures."""
        if same_value(before, after) and list(before) == list(after):
            return
        known = self._renamed(table, before, list(after))
        for name in known:
            if name not in after:
                self._tables.remove(table, name)
        previous: str | None = None
        for name, wanted in after.items():
            if name not in known or not same_value(known[name], wanted):
                self._tables.set(table, name, wanted, after=previous, reading=reading)
            previous = name
        if after and [name for name in children(self._tables.tree, table) if name in after] != list(after):
            self._tables.sort(table, list(after), after)
        if table[-1] != "form":
            self._prune(table, after)

    def _renamed(self, table: KeyPath, before: dict[str, Any], after: list[str]) -> dict[str, Any]:
        """Rename keys that took the place of others; what the table then holds."""
        known = dict(before)
        names = list(before)
        for kind, start, end, first, last in difflib.SequenceMatcher(None, names, after, autojunk=False).get_opcodes():
            if kind != "replace" or end - start != last - first:
                continue
            for old, new in zip(names[start:end], after[first:last], strict=True):
                if new not in before and old not in after and self._tables.rename(table, old, new):
                    known = {new if name == old else name: value for name, value in known.items()}
        return known

    def _prune(self, table: KeyPath, left: Any) -> None:
        if not left:
            self._tables.prune(table)


def _default_scalars(defaults: Defaults) -> dict[str, Any]:
    return {"service": defaults.service or None, "route": defaults.route, **words.shared(defaults)}


def _environment_scalars(environment: Environment) -> dict[str, Any]:
    targets = {key: getattr(environment, key) or None for key in words.TARGET_KEYS}
    return {**targets, "protected": environment.protected or None}


def _retry_scalars(retry: Retry) -> dict[str, Any]:
    every = None if retry.every == Retry(1).every else format_duration(retry.every)
    return {"max": retry.max, "every": every, "until": retry.until or None}
