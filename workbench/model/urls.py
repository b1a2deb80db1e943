"""Percent-encoding that leaves alone whatever can stand in a URL (RFC 3986), so that an author's own encoding stays."""

from __future__ import annotations

import re
from urllib.parse import quote

_NOT_IN_A_URL = re.compile(r"[^\x21-\x7e]+")


def quote_unsafe(text: str) -> str:
    """Percent-encode (as UTF-8) what can never stand in a URL: spaces, control and non-ASCII characters."""
    return _NOT_IN_A_URL.sub(lambda match: quote(match[0].encode("utf-8", "surrogatepass"), safe=""), text)
