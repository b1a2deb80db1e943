"""A profile: one platform with the reference to its credential, out of the user's own settings.

A collection may name a profile and never more than that, so a collection from somewhere else cannot send a key
somewhere else (FORMAT.md, "Targets").
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from workbench.model.collection import SecretRef

MANAGED_BASE_URL = "https://core.cyberun.cloud/api/v1"
"""The managed service (CYBERUN-API.md)."""

LOCAL_BASE_URL = "http://127.0.0.1:8787/api/v1"
"""Where `cyberun-tui gateway` listens unless told otherwise."""

CredentialKind = Literal["jwt", "sk", "dk", "unknown"]
"""A user's access token, an integration key, a device key (CYBERUN-API.md, 5)."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Characters over which URL parsers disagree, so that one may see another host than the next.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
# Header, payload and signature in base64url (RFC 7519, 3).
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One platform. Times are seconds; None means the default of `workbench.invoke.wire`.

    Attributes:
        credential: where its credential comes from; None for the default order (environment, keyring, file).
        protected: ask before an unsafe method, and colour the frame.
        allow_http: a credential may go over plain http to a host that is not loopback.
        max_reply: bytes of a platform reply that are read at most.
    """

    name: str
    base_url: str = MANAGED_BASE_URL
    credential: SecretRef | None = None
    team: str | None = None
    service: str | None = None
    protected: bool = False
    allow_http: bool = False
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    connect_timeout: float | None = None
    read_timeout: float | None = None
    timeout: float | None = None
    max_reply: int | None = None


class HistoryLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the past is kept on disk: sends, bytes together, days (0 for any age); nothing when not `enabled`."""

    enabled: bool = True
    rows: int = 2000
    size: int = 200_000_000
    days: int = 0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The user's settings file: profiles by name, the one that is used when none is named, keys by action id."""

    profiles: dict[str, Profile] = {}
    default_profile: str = ""
    theme: str = ""
    keymap: dict[str, str] = {}
    history: HistoryLimits = HistoryLimits()


def origin(url: str) -> str:
    """Scheme, host and port of a URL as one text, the default port written out: what a credential is bound to.

    Raises:
        ValueError: the URL has no scheme or host, or an impossible port.
    """
    shown = repr(url) if "@" not in url else "the URL"  # what stands before an @ may be a password
    if _AMBIGUOUS.search(url):
        raise ValueError(f"{shown} is not a base URL: it has a blank, a control character or a backslash in it")
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _DEFAULT_PORTS or not host:
        raise ValueError(f"{shown} is not a base URL: expected http:// or https:// and a host")
    if ":" in host:
        host = f"[{host}]"
    port = _DEFAULT_PORTS[scheme] if parts.port is None else parts.port
    return f"{scheme}://{host}:{port}"


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine by name or address (exactly, never by prefix)."""
    try:
        return (urlsplit(url).hostname or "").lower() in LOOPBACK_HOSTS
    except ValueError:
        return False


def credential_kind(token: str) -> CredentialKind:
    """What a credential is, by its form: `sk-…`, `dk-…`, or three dot-separated parts of a JWT."""
    if token.startswith("sk-"):
        return "sk"
    if token.startswith("dk-"):
        return "dk"
    return "jwt" if _JWT.fullmatch(token) else "unknown"
