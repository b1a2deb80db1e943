"""One `[[request]]` table: its types, what types cannot say about it, and the `SavedRequest` it stands for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from workbench.files.format import BODY_KEYS, REQUEST_KEYS, CaptureDoc, DefaultsDoc, RequestDoc, keys_of
from workbench.files.validation import entries, syntax
from workbench.files.validation.report import show
from workbench.files.validation.structure import Hints, fit
from workbench.files.validation.values import json_value, parameters
from workbench.model.collection import Body, Defaults, Retry, SavedRequest, parse_duration
from workbench.model.envelope import from_base64

if TYPE_CHECKING:
    from workbench.files.format import RetryDoc, SnapshotDoc
    from workbench.files.positions import KeyPath
    from workbench.files.validation.report import Report
    from workbench.model.collection import Capture

_TABLES = ("query", "headers", "capture")
_LISTS = ("assert", "tags", "needs")

MEANT = {
    "url": "path",
    "uri": "path",
    "endpoint": "path",
    "verb": "method",
    "body": "json",
    "data": "text",
    "payload": "json",
    "params": "query",
    "parameters": "query",
    "header": "headers",
    "asserts": "assert",
    "assertions": "assert",
    "tests": "assert",
    "expect": "assert",
    "captures": "capture",
    "extract": "capture",
    "depends": "needs",
    "depends_on": "needs",
    "retries": "retry",
    "tag": "tags",
    "desc": "description",
    "slug": "service",
    "teardown": "always",
}
"""Other tools' names for keys of a request."""


def read_request(table: Any, number: int, report: Report) -> SavedRequest:
    """The request of a table, without the parts that are wrong; everything wrong with it is reported."""
    key: KeyPath = ("request", number)
    if not isinstance(table, dict):
        report.add(key, "expected a table for each request", hint="write [[request]] above its keys")
        return SavedRequest(id="")
    if table.get("id") and isinstance(table["id"], str):
        report.name_request(number, table["id"])
    table = _normalised(table, key, report)
    doc = fit(RequestDoc, table, key, report, hints=_HINTS)
    if doc is None:
        return SavedRequest(id="")
    _swallowed(doc, key, report)
    _texts(doc, key, report)
    return SavedRequest(
        id=doc.id,
        name=doc.name,
        description=doc.description,
        tags=tuple(doc.tags),
        service=doc.service or None,
        route=doc.route or None,
        method=doc.method,
        path=doc.path,
        query=entries.parameter_entries(doc.query),
        headers=entries.header_entries(doc.headers),
        body=_body(doc, key, report),
        asserts=tuple(doc.asserts),
        captures=_captures(doc, key, report),
        needs=tuple(doc.needs),
        retry=_retry(doc.retry, key, report),
        timeout=_seconds(doc.timeout),
        delay=_seconds(doc.delay),
        skip=doc.skip or False,
        always=doc.always,
        snapshot_ignore=_ignored(doc.snapshot, key, report),
    )


def read_defaults(table: Any, report: Report) -> Defaults:
    """The `[defaults]` of a collection."""
    key: KeyPath = ("defaults",)
    if not isinstance(table, dict):
        report.add(key, f"expected a table, found {show(table)}")
        return Defaults()
    table = {**table, "query": parameters(table["query"], (*key, "query"), report)} if "query" in table else table
    doc = fit(DefaultsDoc, table, key, report, hints=Hints(_unknown_default, _wrong, MEANT))
    if doc is None:
        return Defaults()
    _swallowed(doc, key, report)
    _assertions(doc.asserts, key, report)
    return Defaults(
        service=doc.service or None,
        route=doc.route or None,
        query=entries.parameter_entries(doc.query),
        headers=entries.header_entries(doc.headers),
        asserts=tuple(doc.asserts),
        retry=_retry(doc.retry, key, report),
        timeout=_seconds(doc.timeout),
        delay=_seconds(doc.delay),
        snapshot_ignore=_ignored(doc.snapshot, key, report),
    )


def _normalised(table: dict[str, Any], key: KeyPath, report: Report) -> dict[str, Any]:
    changed: dict[str, Any] = {
        name: parameters(table[name], (*key, name), report) for name in ("query", "form") if name in table
    }
    if isinstance(table.get("json"), (dict, list)):
        changed["json"] = json_value(table["json"], (*key, "json"), report)
    return {**table, **changed} if changed else table


def _unknown_default(key: KeyPath) -> str | None:
    return (
        f"{key[-1]} belongs to a request" if len(key) == len(("defaults", "key")) and key[-1] in REQUEST_KEYS else None
    )


def _wrong(key: KeyPath, value: Any) -> str:
    """Advice for a value of the wrong kind."""
    name = key[-1]
    above = key[-2] if len(key) > 1 else ""
    if above in _TABLES and name in REQUEST_KEYS:
        return _swallow_hint(key[0] == "defaults", str(above))
    if above == "headers":
        return _wrong_header(value)
    if name in _LISTS and isinstance(value, str):
        return "write it in brackets, even when it is one"
    if name in ("timeout", "delay", "every") and isinstance(value, (int, float)):
        return f'write the unit: "{value}s"'
    return _wrong_place(str(name), value)


def _wrong_place(name: str, value: Any) -> str:
    if name == "path" and isinstance(value, str) and "://" in value:
        return "a collection names no host: name a profile, and keep only what stands behind the host"
    if name == "service" and isinstance(value, str) and value != value.lower():
        return "slugs are written in small letters"
    return ""


def _wrong_header(value: Any) -> str:
    if isinstance(value, list):
        return "the envelope carries one text for each name: join the values with a comma"
    return "the envelope carries texts: write it in quotes" if isinstance(value, (int, float)) else ""


_HINTS = Hints(wrong=_wrong, meant=MEANT)


def _swallow_hint(of_defaults: bool, table: str) -> str:
    part, owner = ("defaults", "keys of [defaults] itself") if of_defaults else ("request", "request's own keys")
    return f"below [{part}.{table}] every key belongs to it: write the {owner} above its sub-tables"


def _swallowed(doc: RequestDoc | DefaultsDoc, key: KeyPath, report: Report) -> None:
    """A key of a request that stands in a sub-table is most likely one that TOML swallowed (FORMAT.md)."""
    words = {"query": "query parameter", "headers": "header", "capture": "capture"}
    for table in _TABLES:
        for name in getattr(doc, table, ()):
            if name in REQUEST_KEYS:
                message = f"this {words[table]} is named like a key of a request"
                report.warn((*key, table, name), message, hint=_swallow_hint(key[0] == "defaults", table))


def _texts(doc: RequestDoc, key: KeyPath, report: Report) -> None:
    _assertions(doc.asserts, key, report)
    if isinstance(doc.json, str) and doc.json.strip():
        found = syntax.json_problem(doc.json)
        if found is not None:
            place = syntax.place_in_text(report.positions, (*key, "json"), found[1])
            report.warn((*key, "json"), f"this body is not JSON: {found[0]}", place=place)


def _assertions(lines: list[str], key: KeyPath, report: Report) -> None:
    for number, line in enumerate(lines):
        _syntax(line, (*key, "assert", number), report)


def _syntax(text: str, key: KeyPath, report: Report, *, query: bool = False) -> None:
    found = syntax.syntax_problem(text, "query" if query else "assertion")
    if found is not None:
        message, column = found
        report.add(key, message, place=syntax.place_in_text(report.positions, key, column - 1))


def _captures(doc: RequestDoc, key: KeyPath, report: Report) -> tuple[Capture, ...]:
    found = entries.captures(doc.capture)
    for capture in found:
        at: KeyPath = (*key, "capture", capture.name)
        long_form = isinstance(doc.capture[capture.name], CaptureDoc)
        _syntax(capture.query, (*at, "from") if long_form else at, report, query=True)
    return found


def _body(doc: RequestDoc, key: KeyPath, report: Report) -> Body | None:
    given = [name for name in BODY_KEYS if getattr(doc, name) is not UNSET]
    for name in given[1:]:
        report.add(
            (*key, name), f"a request has one body, and {given[0]} is one already", hint=f"remove {given[0]} or {name}"
        )
    if doc.json is not UNSET:
        text = doc.json if isinstance(doc.json, str) else msgspec.json.encode(doc.json).decode()
        return Body("json", text)
    if isinstance(doc.text, str):
        return Body("text", doc.text)
    if doc.form is not UNSET:
        return Body("form", form=entries.parameter_entries(doc.form))
    if isinstance(doc.file, str):
        _inside_folder(doc.file, (*key, "file"), report)
        return Body("file", doc.file)
    if isinstance(doc.base64, str):
        try:
            from_base64(doc.base64)
        except ValueError as error:
            report.add((*key, "base64"), str(error))
        return Body("base64", doc.base64)
    return None


def _inside_folder(path: str, key: KeyPath, report: Report) -> None:
    """What can be said of a body's path without looking at the disk."""
    folded = posixpath.normpath(path)
    if posixpath.isabs(path) or folded == ".." or folded.startswith("../") or "\0" in path:
        report.add(
            key, f"expected a path inside the collection's folder, found {path!r}", hint="put the file beside it"
        )


def _retry(doc: RetryDoc | msgspec.UnsetType, key: KeyPath, report: Report) -> Retry | None:
    if doc is UNSET:
        return None
    if doc.until:
        _syntax(doc.until, (*key, "retry", "until"), report)
    return Retry(doc.max, parse_duration(doc.every), doc.until)


def _seconds(text: str | msgspec.UnsetType) -> float | None:
    return parse_duration(text) if isinstance(text, str) else None


def _ignored(doc: SnapshotDoc | msgspec.UnsetType, key: KeyPath, report: Report) -> tuple[str, ...]:
    if doc is UNSET or not doc.ignore:
        return ()
    from workbench.model.compare.rules import rules

    for number, entry in enumerate(doc.ignore):
        try:
            rules([entry])
        except ValueError as error:
            report.warn((*key, "snapshot", "ignore", number), str(error))
    return tuple(doc.ignore)


def request_keys() -> tuple[str, ...]:
    """The keys of a request in the format's order."""
    return keys_of(RequestDoc)
