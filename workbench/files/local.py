"""`NAME.local.toml` beside `NAME.toml`: the user's own `[vars]` and `[env.NAME]`, merged last, never written back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files.format import VERSION
from workbench.files.reading import MAX_BYTES, parse, read_bytes
from workbench.files.suggest import did_you_mean
from workbench.files.validation import environments, variables
from workbench.files.validation.report import Report, show
from workbench.model.collection import Environment, Value
from workbench.model.errors import FileError, Problem

if TYPE_CHECKING:
    from workbench.model.collection import Collection

SUFFIX = ".local.toml"
_KEYS = ("cyberun", "vars", "env")
_TARGET_KEYS = ("profile", "team", "service", "route")


class Overlay(msgspec.Struct, frozen=True):
    """What a local file says."""

    vars: dict[str, Value] = {}
    environments: dict[str, Environment] = {}


def local_path(path: Path | str) -> Path:
    """The local file's path for a collection: `billing.toml` → `billing.local.toml`."""
    path = Path(path)
    return path.with_name(path.name.removesuffix(".toml") + SUFFIX)


def read_overlay(path: Path, *, shown: str) -> tuple[Overlay | None, tuple[Problem, ...], tuple[Problem, ...]]:
    """The overlay at a path, with its errors and warnings; None and no problems where there is no such file."""
    if path.name == SUFFIX or not path.exists():
        return None, (), ()
    try:
        data = read_bytes(path, limit=MAX_BYTES, shown=shown)
    except FileError as error:
        return None, (Problem(path=shown, message=error.message, hint=error.hint, line=1, column=1),), ()
    parsed = parse(data, path=shown)
    if parsed.root is None:
        return None, parsed.problems, ()
    report = Report(shown, parsed.positions)
    _check_keys(parsed.root, report)
    overlay = Overlay(
        variables(parsed.root.get("vars", {}), ("vars",), report),
        environments(parsed.root.get("env", {}), report),
    )
    return overlay, report.errors, (*parsed.problems, *report.warnings)


def _check_keys(root: dict[str, Any], report: Report) -> None:
    for name, value in root.items():
        if name not in _KEYS:
            hint = did_you_mean(name, ("vars", "env"))
            report.add((name,), "a local file holds [vars] and [env.NAME] and nothing else", hint=hint)
        elif name == "cyberun" and (type(value) is not int or value != VERSION):
            report.add((name,), f"expected version {VERSION} of the format, found {show(value)}")


def merged(collection: Collection, overlay: Overlay) -> Collection:
    """The collection with the overlay on top, name by name."""
    named = dict(collection.environments)
    for name, mine in overlay.environments.items():
        theirs = named.get(name)
        named[name] = mine if theirs is None else _merged_environment(theirs, mine)
    return msgspec.structs.replace(collection, vars={**collection.vars, **overlay.vars}, environments=named)


def _merged_environment(theirs: Environment, mine: Environment) -> Environment:
    targets = {key: getattr(mine, key) or getattr(theirs, key) for key in _TARGET_KEYS}
    return msgspec.structs.replace(
        theirs, **targets, protected=mine.protected or theirs.protected, vars={**theirs.vars, **mine.vars}
    )


def same_value(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, kind included: 1, 1.0 and true are three values."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_value, one, other))
    return type(one) is type(other) and bool(one == other)
