"""A JSON value as compact text, whatever is in it: for reports and for people. Never for the wire.

Numbers with a fraction may be `Decimal`. A lone surrogate, which a shell's variable can bring in, becomes its escape.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")


def json_text(value: object) -> str:
    """Compact JSON."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
