"""Which proxy a URL goes through, as curl decides it, and never one for this machine itself.

Pure: the environment is handed in. Sources: curl's manual, "Environment"; RELIABILITY.md, "The network".
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from workbench.model.errors import TargetError
from workbench.model.profile import LOOPBACK_HOSTS

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE = "none"
"""The value of a profile's `proxy` that switches the environment's proxies off."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def proxy_for(url: str, environ: Mapping[str, str], explicit: str = "") -> str | None:
    """The proxy's URL for a request to `url`, user and password included; None when it goes straight there.

    Args:
        url: where the request goes.
        environ: `https_proxy`, `http_proxy`, `all_proxy`, `no_proxy` count, in small letters first, then in capitals.
        explicit: the profile's proxy, which wins over the environment; `none` for no proxy at all.

    Raises:
        TargetError: the proxy's own URL cannot be used; its password is not in the message.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if is_this_machine(host) or explicit.lower() == NONE:
        return None
    if explicit:
        return _checked(explicit, "proxy")
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    if _excluded(host, port, _lookup(environ, "no_proxy")[0]):
        return None
    value, name = _lookup(environ, f"{parts.scheme}_proxy")
    if not value:
        value, name = _lookup(environ, "all_proxy")
    return _checked(value, name) if value else None


def without_password(proxy: str) -> str:
    """A proxy's URL as it may be shown."""
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def is_this_machine(host: str) -> bool:
    """Whether a host is the loopback interface, by name or by address."""
    if host in LOOPBACK_HOSTS or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _lookup(environ: Mapping[str, str], name: str) -> tuple[str, str]:
    for key in (name, name.upper()):
        value = environ.get(key, "").strip()
        if value:
            return value, key
    return "", name.upper()


def _checked(value: str, name: str) -> str:
    text = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable, parts = False, urlsplit("")
    if not usable:
        raise TargetError(f"{name} is not a usable proxy URL", hint="expected http://host:port")
    if parts.scheme not in _DEFAULT_PORTS:
        raise TargetError(
            f"{name} names a {parts.scheme!r} proxy, and only http and https proxies can be used",
            hint="set proxy in the profile to an http proxy, or to none",
        )
    return text


def _excluded(host: str, port: int | None, no_proxy: str) -> bool:
    return any(_matches(host, port, entry) for entry in no_proxy.replace(",", " ").lower().split())


def _matches(host: str, port: int | None, entry: str) -> bool:
    if entry == "*":
        return True
    try:
        return ip_address(host.strip("[]")) in ip_network(entry, strict=False)
    except ValueError:
        pass
    name, _, wanted = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
    if wanted and wanted != str(port):
        return False
    name = name.lstrip("*").strip(".[]")
    return bool(name) and (host.rstrip(".") == name or host.rstrip(".").endswith(f".{name}"))
