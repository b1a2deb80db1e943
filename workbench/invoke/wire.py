"""The options of a connection, and the one place that makes the wire from them.

Importing this module loads no HTTP library: `make_inner` does, when it is called.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from workbench.invoke import proxies
from workbench.model.errors import TargetError

if TYPE_CHECKING:
    from typing import Self

    import httpx

    from workbench.model.profile import Profile

MAX_REPLY = 256 * 1024 * 1024
"""Bytes of a platform reply that are read, unless the profile says otherwise (RELIABILITY.md, "The network")."""


class WireOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How calls are made. Times are seconds.

    Attributes:
        connect_timeout: for the name and for each address that is tried.
        read_timeout: for which nothing may come in. A call with a time limit of its own has that instead.
        timeout: for the whole call, from the first attempt to connect until the last byte.
        max_reply: bytes of an answer's body, as sent and as decompressed.
        ca_file: a PEM file of the authorities to trust instead of the system's; empty for the system's.
        client_cert, client_key: PEM files to show to the platform; the key may be in the first.
        proxy: the URL of a proxy; empty for what the environment says, `none` for no proxy.
        allow_http: a credential may go over plain http to another machine.
        keepalive: how long an idle connection may be and still be used: 2 s for calls that a person makes, since the
            platform may close it at any time; more for runs.
        connections: how many may be open at once.
        timing: observe the phases of each call.
        keep_reply: keep the platform's own bytes beside the container's answer that was in them.
    """

    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    timeout: float = 60.0
    max_reply: int = MAX_REPLY
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    allow_http: bool = False
    keepalive: float = 2.0
    connections: int = 100
    timing: bool = True
    keep_reply: bool = False

    @classmethod
    def from_profile(cls, profile: Profile, *, keepalive: float = 2.0, timing: bool = True) -> Self:
        """The options a profile asks for."""
        default = cls()
        return cls(
            connect_timeout=_or(profile.connect_timeout, default.connect_timeout),
            read_timeout=_or(profile.read_timeout, default.read_timeout),
            timeout=_or(profile.timeout, default.timeout),
            max_reply=default.max_reply if profile.max_reply is None else profile.max_reply,
            ca_file=profile.ca_file,
            client_cert=profile.client_cert,
            client_key=profile.client_key,
            proxy=profile.proxy,
            allow_http=profile.allow_http,
            keepalive=keepalive,
            timing=timing,
        )

    def proxy_in_use(self, url: str) -> str:
        """The proxy that calls to `url` go through, without its password; empty when there is none.

        Raises:
            TargetError: the proxy's URL cannot be used.
        """
        found = self.proxy_for(url)
        return proxies.without_password(found) if found else ""

    def proxy_for(self, url: str) -> str | None:
        """The URL of the proxy for `url`, password included; None when there is none."""
        return proxies.proxy_for(url, os.environ, self.proxy)

    def ssl_context(self) -> ssl.SSLContext:
        """The TLS settings, made once for the same files.

        Raises:
            TargetError: one of the files cannot be used; the message names it.
        """
        return _ssl_context(self.ca_file, self.client_cert, self.client_key)


def make_inner(options: WireOptions) -> httpx.AsyncBaseTransport:
    """The transport that puts requests on the network: aiohttp under httpx's types, for one event loop."""
    from workbench.invoke.aiohttp_wire import Wire

    return Wire(options)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


@lru_cache(maxsize=16)
def _ssl_context(ca_file: str, client_cert: str, client_key: str) -> ssl.SSLContext:
    context = _trusting(ca_file)
    if client_cert or client_key:
        try:
            context.load_cert_chain(client_cert or client_key, client_key or None, password="")
        except (OSError, ssl.SSLError, ValueError) as error:
            raise TargetError(
                f"the client certificate {client_cert or client_key!r} cannot be used: {_why(error)}",
                hint="client_cert and client_key name PEM files; the key may not need a password",
            ) from error
    return context


def _trusting(ca_file: str) -> ssl.SSLContext:
    if ca_file:
        try:
            return ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise TargetError(
                f"ca_file {ca_file!r} cannot be used: {_why(error)}", hint="it names a PEM file of certificates"
            ) from error
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        try:
            return ssl.create_default_context()
        except (OSError, ssl.SSLError) as error:
            raise TargetError(f"the system's certificates cannot be read: {_why(error)}") from error
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is not what OpenSSL expects").replace("_", " ").lower()
    return error.strerror or "it cannot be read" if isinstance(error, OSError) else str(error)
