"""What a parsed document says as a `Collection`, and everything that is wrong with it.

Types come from `workbench.files.format`; the modules beside this one say the rest. Nothing here reads a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files.format import REQUEST_KEYS, VERSION, CollectionDoc, EnvironmentDoc, SecretDoc, keys_of
from workbench.files.validation import entries
from workbench.files.validation.relations import check_relations
from workbench.files.validation.report import Report, show
from workbench.files.validation.requests import read_defaults, read_request
from workbench.files.validation.structure import Hints, fit
from workbench.files.validation.values import json_value
from workbench.model.collection import Collection, Defaults, Environment, SavedRequest, SecretRef, Source
from workbench.model.errors import Problem

if TYPE_CHECKING:
    from workbench.files.positions import KeyPath, Positions

_MEANT = {
    "requests": "request",
    "variables": "vars",
    "variable": "vars",
    "environments": "env",
    "environment": "env",
    "envs": "env",
    "secret": "secrets",
    "default": "defaults",
    "title": "name",
    "version": "cyberun",
}
_TARGET_KEYS = keys_of(EnvironmentDoc)
_REFERENCE_HINT = (
    'a value never stands in this file: say where it is, such as { env = "PASSWORD" } or { prompt = "Password" }'
)


class Built(msgspec.Struct, frozen=True):
    """What came of a document.

    Attributes:
        collection: the good requests and everything else; None when the file itself cannot be used.
        errors: in the order of the file.
        warnings: likewise.
        broken: position in the file → what is wrong with that request. Its request is not in the collection.
        draft: everything that could be read, broken requests without the parts that are wrong: to be looked through,
            never to be sent. None when the version is wrong.
    """

    collection: Collection | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    broken: dict[int, tuple[Problem, ...]]
    draft: Collection | None = None


def build(root: dict[str, Any], positions: Positions, *, path: str) -> Built:
    """Turn a parsed document into a collection.

    Args:
        root: as tomllib gave it.
        positions: where its keys stand.
        path: names the file in problems and in `Collection.source`.
    """
    report = Report(path, positions)
    if not _version(root, report):
        return Built(None, report.errors, (), {})
    doc = fit(CollectionDoc, _without_parts(root), (), report, hints=Hints(_unknown, _wrong, _MEANT))
    requests = _requests(root.get("request", []), report)
    check_relations(requests, report)
    draft = Collection(
        name=doc.name if doc else "",
        description=doc.description if doc else "",
        profile=(doc.profile or None) if doc else None,
        team=(doc.team or None) if doc else None,
        service=(doc.service or None) if doc else None,
        route=(doc.route or None) if doc else None,
        tags=tuple(doc.tags) if doc else (),
        parallel=doc.parallel if doc else False,
        vars=variables(root.get("vars", {}), ("vars",), report),
        defaults=read_defaults(root["defaults"], report) if "defaults" in root else Defaults(),
        environments=environments(root.get("env", {}), report),
        secrets=_secrets(root.get("secrets", {}), report),
        requests=tuple(requests.values()),
        source=Source(path, positions),
    )
    broken = {number: tuple(problems) for number, problems in sorted(report.broken.items())}
    usable = len(report.errors) == sum(len(problems) for problems in broken.values())
    good = tuple(request for number, request in requests.items() if number not in report.broken)
    collection = msgspec.structs.replace(draft, requests=good) if usable else None
    return Built(collection, report.errors, report.warnings, broken, draft)


def _version(root: dict[str, Any], report: Report) -> bool:
    """Check the version; False when nothing else of the file can be judged."""
    version = root.get("cyberun")
    if "cyberun" not in root:
        message = f"cyberun = {VERSION} is missing: it says which version of the format this is"
        report.add(("cyberun",), message, hint=f"make cyberun = {VERSION} the first line", place=(1, 1))
        root["cyberun"] = VERSION
    elif type(version) is not int or version != VERSION:
        newer = type(version) is int and version > VERSION
        hint = "a newer cyberun-tui may read it" if newer else f"write cyberun = {VERSION}"
        report.add(("cyberun",), f"expected version {VERSION} of the format, found {show(version)}", hint=hint)
        return False
    return True


def _without_parts(root: dict[str, Any]) -> dict[str, Any]:
    """The document without what is read part by part."""
    parts = {"request", "vars", "defaults", "env", "secrets"}
    return {name: value for name, value in root.items() if name not in parts}


def _unknown(key: KeyPath) -> str | None:
    if len(key) > 1 or key[-1] not in REQUEST_KEYS:
        return None
    return f"{key[-1]} belongs to a request: write it below [[request]]"


def _wrong(key: KeyPath, value: Any) -> str:
    if key[-1] == "service" and isinstance(value, str) and value != value.lower():
        return "slugs are written in small letters"
    return ""


def _wrong_secret(key: KeyPath, value: Any) -> str:
    if key[-1] == "command" and isinstance(value, str):
        return 'write the program and its arguments as a list, such as ["pass", "show", "billing"]'
    return "it is empty" if value == "" else ""


def _requests(tables: Any, report: Report) -> dict[int, SavedRequest]:
    if not isinstance(tables, list):
        hint = "write [[request]], with two brackets" if isinstance(tables, dict) else ""
        report.add(("request",), f"expected a list of tables, found {show(tables)}", hint=hint)
        return {}
    return {number: read_request(table, number, report) for number, table in enumerate(tables)}


def variables(table: Any, key: KeyPath, report: Report) -> dict[str, Any]:
    """A table of variables as JSON values."""
    if not isinstance(table, dict):
        report.add(
            key,
            f"expected a table of variables, found {show(table, hidden=True)}",
            hint=f"write [{'.'.join(map(str, key))}]",
        )
        return {}
    values = json_value(table, key, report)
    return values if isinstance(values, dict) else {}


def environments(tables: Any, report: Report) -> dict[str, Environment]:
    """The environments of a document."""
    if not isinstance(tables, dict):
        report.add(("env",), f"expected tables of environments, found {show(tables)}", hint="write [env.NAME]")
        return {}
    found: dict[str, Environment] = {}
    for name, table in tables.items():
        key = ("env", name)
        if not isinstance(table, dict):
            hint = f"every key below [env] is an environment: write [env.{name}], or put a variable under [vars]"
            report.add(key, f"expected a table, found {show(table, hidden=True)}", hint=hint)
            continue
        targets = {each: table[each] for each in _TARGET_KEYS if each in table}
        doc = fit(EnvironmentDoc, targets, key, report, hints=Hints(wrong=_wrong)) or EnvironmentDoc()
        values = {each: value for each, value in table.items() if each not in _TARGET_KEYS}
        found[name] = Environment(
            name=name,
            profile=doc.profile or None,
            team=doc.team or None,
            service=doc.service or None,
            route=doc.route or None,
            protected=doc.protected,
            vars=variables(values, key, report),
        )
    return found


def _secrets(tables: Any, report: Report) -> dict[str, SecretRef]:
    found: dict[str, SecretRef] = {}
    if not isinstance(tables, dict):
        report.add(("secrets",), f"expected a table of references, found {show(tables, hidden=True)}")
        return found
    for name, table in tables.items():
        key = ("secrets", name)
        if not isinstance(table, dict):
            report.add(key, f"expected a reference, found {show(table, hidden=True)}", hint=_REFERENCE_HINT)
            continue
        before = len(report.problems)
        doc = fit(SecretDoc, table, key, report, hints=Hints(wrong=_wrong_secret))
        reference = entries.reference(doc) if doc is not None else None
        if reference is not None:
            found[name] = reference
        elif len(report.problems) == before:
            found_words, hint = ("more than one", "keep one of them") if table else ("none", _REFERENCE_HINT)
            message = f"expected exactly one of env, file, command, keyring and prompt, found {found_words}"
            report.add(key, message, hint=hint)
    return found


__all__ = ["Built", "Report", "build", "environments", "variables"]
