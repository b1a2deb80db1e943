"""TOML values as the model wants them: JSON values for variables, texts for parameters.

Dates become RFC 3339 texts. What JSON cannot say (nan, inf, numbers beyond 64 bits) is reported.
"""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

from workbench.files.reading import FloatText
from workbench.files.scanner import MAX_DEPTH

if TYPE_CHECKING:
    from workbench.files.positions import KeyPath
    from workbench.files.validation.report import Report

_SMALLEST, _BIGGEST = -(2**63), 2**63 - 1


def json_value(value: Any, key: KeyPath, report: Report) -> Any:
    """A value as JSON has it, in new lists and tables."""
    if isinstance(value, dict):
        if len(key) > MAX_DEPTH:
            report.add(key, f"tables are nested more than {MAX_DEPTH} deep")
            return {}
        return {name: json_value(item, (*key, name), report) for name, item in value.items()}
    if isinstance(value, list):
        if len(key) > MAX_DEPTH:
            report.add(key, f"lists are nested more than {MAX_DEPTH} deep")
            return []
        return [json_value(item, (*key, at), report) for at, item in enumerate(value)]
    return _scalar(value, key, report)


def _scalar(value: Any, key: KeyPath, report: Report) -> Any:
    if isinstance(value, (datetime.date, datetime.time)):
        return rfc3339(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            report.add(key, f"{value} has no form in JSON", hint="write it as a text, in quotes")
            return 0
        return float(value)
    if isinstance(value, int) and not isinstance(value, bool) and not _SMALLEST <= value <= _BIGGEST:
        report.add(key, "this number does not fit into 64 bits", hint="write it as a text, in quotes")
        return 0
    return value


def parameters(table: Any, key: KeyPath, report: Report) -> Any:
    """A table of parameters with its numbers, truth values and dates as texts; other parts are left as they are."""
    if not isinstance(table, dict):
        return table
    return {name: _parameter(value, (*key, name), report) for name, value in table.items()}


def _parameter(value: Any, key: KeyPath, report: Report) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [_parameter(item, (*key, at), report) if len(key) < MAX_DEPTH else item for at, item in enumerate(value)]
    if isinstance(value, dict):
        inner = value.get("value")
        return value if inner is None else {**value, "value": _parameter_value(inner, (*key, "value"), report)}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, FloatText):
        return value.text.replace("_", "")
    scalar = _scalar(value, key, report)
    return str(scalar) if isinstance(scalar, (int, float)) else scalar


def _parameter_value(value: Any, key: KeyPath, report: Report) -> Any:
    return value if isinstance(value, dict) else _parameter(value, key, report)


def rfc3339(value: datetime.date | datetime.time) -> str:
    """A TOML date or time as a text; UTC is written Z."""
    text = value.isoformat()
    utc = isinstance(value, datetime.datetime) and value.utcoffset() == datetime.timedelta()
    return text.removesuffix("+00:00") + "Z" if utc else text
