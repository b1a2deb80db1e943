"""Making tokens: JSON Web Tokens (RFC 7519, HS256) and random keys. Whether one is valid is `accounts`' business."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

import msgspec

JWT_PARTS = 3


def jwt(claims: dict[str, Any], secret: bytes) -> str:
    """A signed token: header, claims and signature, each base64url, with dots between (RFC 7515, 7.1)."""
    head = _url64(b'{"alg":"HS256","typ":"JWT"}')
    body = _url64(msgspec.json.encode(claims))
    signature = hmac.new(secret, f"{head}.{body}".encode("ascii"), hashlib.sha256).digest()
    return f"{head}.{body}.{_url64(signature)}"


def looks_like_jwt(token: str) -> bool:
    """Whether it has three parts with dots between them, none empty."""
    parts = token.split(".")
    return len(parts) == JWT_PARTS and all(parts)


def random_key(prefix: str) -> str:
    """A new key that nobody can guess, as `dk-…`."""
    return f"{prefix}-{secrets.token_urlsafe(24)}"


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
