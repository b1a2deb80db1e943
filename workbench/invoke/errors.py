"""The border: every foreign exception of the network becomes a `Failure`, by a table that can be read.

Httpx, httpx2, aiohttp, httpcore and h11 are recognised by the name of the exception's class and of its ancestors, so
that this module imports none of them. What the platform answers is the business of `refusals`. An exception that is in
none of the tables is a bug and stays a traceback; `asyncio.CancelledError` has a failure, and whoever catches it must
raise it again.

    PlatformError(Failure)
    ├── dns, connect, tls     no connection, or it broke        layer network
    ├── timeout               connect, read or total            layer network
    ├── envelope              an answer that is no envelope     layer platform
    ├── platform_*, …         an answer that refuses            layer platform, see `refusals`
    └── cancelled             here, by the user                 layer client
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from http import HTTPStatus
from typing import Final

import msgspec

from workbench.model.errors import ErrorKind, Failure, Layer
from workbench.model.secrets import beginning

FAMILIES: Final = frozenset({"httpx", "httpx2", "aiohttp", "httpcore", "httpcore2", "h11"})
"""Packages whose exceptions are looked up by name."""


class _Rule(msgspec.Struct, frozen=True):
    """What an exception's class means. `sent`: True or False where the class alone tells, None where it does not."""

    kind: ErrorKind
    text: str
    layer: Layer = "network"
    sent: bool | None = None
    hint: str = ""


_LONGEST_REASON = 120
_CHECK_URL = "check the base URL and whether the platform is up"
_CLOSED = _Rule(
    "connect",
    "{host} closed the connection before its answer was complete",
    hint="the container may have run the call: look there before sending it again",
)
_NOT_HTTP = _Rule("envelope", "what {host} sent is not HTTP", "platform", sent=True, hint=_CHECK_URL)
_MISUSE = _Rule("connect", "the HTTP library was used in a way it does not allow", "client")
_BAD_URL = _Rule("connect", "the address cannot be used as a URL", "client", sent=False, hint="check the base URL")
_TLS = _Rule("tls", "no TLS connection to {host}", sent=False)
_TLS_CLOSED = _Rule(
    "tls",
    "{host} closed the connection while TLS was agreed on",
    sent=False,
    hint="if the platform is served over plain http, say http:// in the base URL",
)
_NO_CONNECTION = _Rule("connect", "no connection to {host}", sent=False, hint=_CHECK_URL)
_NO_PROXY = _Rule("connect", "no connection to the proxy for {host}", sent=False, hint="check the proxy's address")
_NO_PROXY_NAME = _Rule(
    "dns", "the name of the proxy for {host} cannot be resolved", sent=False, hint="check the proxy's address"
)
_PROXY_REFUSED = _Rule("connect", "the proxy for {host} refused the connection", sent=False, hint="check the proxy")
_CONNECT_TIME = _Rule("timeout", "timeout: no connection to {host}{limit}", sent=False, hint=_CHECK_URL)
_READ_TIME = _Rule("timeout", "timeout: nothing more came from {host}{limit}")
_POOL_TIME = _Rule("timeout", "timeout: no connection became free", "client", sent=False)

_RULES: Final[dict[str, _Rule]] = {
    # aiohttp, from the most specific to the most general; the first ancestor that has a rule wins
    "ClientConnectorCertificateError": _TLS,
    "ClientConnectorSSLError": _TLS,
    "ClientSSLError": _TLS,
    "ServerFingerprintMismatch": _TLS,
    "ClientConnectorDNSError": _Rule(
        "dns", "the name {host} cannot be resolved", sent=False, hint="check the name in the base URL, and the network"
    ),
    "ClientProxyConnectionError": _NO_PROXY,
    "ClientHttpProxyError": _PROXY_REFUSED,
    "ClientConnectorError": _NO_CONNECTION,
    "ConnectionTimeoutError": _CONNECT_TIME,
    "ServerTimeoutError": _READ_TIME,
    "ServerConnectionError": _CLOSED,
    "ClientPayloadError": _CLOSED,
    "UploadAbortedError": _CLOSED,
    "ClientConnectionError": _CLOSED,
    "ClientResponseError": _NOT_HTTP,
    "RedirectClientError": _NOT_HTTP,
    "WSMessageTypeError": _NOT_HTTP,
    "NonHttpUrlClientError": _BAD_URL,
    "ClientError": _CLOSED,
    # httpx and httpx2 (and httpcore, which has the same names)
    "ConnectTimeout": _CONNECT_TIME,
    "PoolTimeout": _POOL_TIME,
    "TimeoutException": _READ_TIME,
    "ConnectError": _NO_CONNECTION,
    "NetworkError": _CLOSED,
    "ProxyError": _PROXY_REFUSED,
    "UnsupportedProtocol": _BAD_URL,
    "LocalProtocolError": _MISUSE,
    "RemoteProtocolError": _NOT_HTTP,
    "ProtocolError": _NOT_HTTP,
    "DecodingError": _Rule("envelope", "the answer of {host} cannot be decompressed", "platform", sent=True),
    "TooManyRedirects": _Rule("platform_refused", "{host} redirects in a circle", "platform", sent=True),
    "HTTPStatusError": _Rule("platform_refused", "{host} refused the call", "platform", sent=True),
    "HTTPError": _CLOSED,
    "InvalidURL": _BAD_URL,
    "CookieConflict": _MISUSE,
    "StreamError": _MISUSE,
    "ConnectionNotAvailable": _POOL_TIME,
}

_ERRNOS: Final[dict[int, str]] = {
    errno.ECONNREFUSED: "it refused the connection: nothing listens there",
    errno.EHOSTUNREACH: "the host is unreachable",
    errno.ENETUNREACH: "the network is unreachable",
    errno.ETIMEDOUT: "the connection timed out",
    errno.EMFILE: "too many open files on this machine",
    errno.EADDRNOTAVAIL: "no local address is free",
}

_PROXY_AUTH = HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
_PROXY_HINT = "put the proxy's user and password into its URL"

# OpenSSL's X509_V_ERR_* numbers
_CERTIFICATE: Final[dict[int, tuple[str, str]]] = {
    9: ("its certificate is not valid yet", "check this machine's clock"),
    10: ("its certificate has expired", "the platform's operator has to renew it; check this machine's clock too"),
    18: ("its certificate is self-signed and not trusted here", "set ca_file in the profile to that certificate"),
    19: ("its certificate is signed by an authority that is unknown here", "set ca_file in the profile"),
    20: ("its certificate is signed by an authority that is unknown here", "set ca_file in the profile"),
    21: ("its certificate is signed by an authority that is unknown here", "set ca_file in the profile"),
    62: ("its certificate is for another name", "use the name that the certificate was made for in the base URL"),
    64: ("its certificate is for another address", "use the name that the certificate was made for in the base URL"),
}


def failure_of(error: BaseException, *, host: str = "the platform", sent: bool | None = None) -> Failure | None:
    """The failure an exception stands for, or None when it is a bug.

    Args:
        error: what was raised by the wire, the HTTP library, the TLS layer or the operating system.
        host: what to call the other side.
        sent: whether a byte of the call had left; None when that was not observed, and the exception's kind decides.
    """
    if isinstance(error, asyncio.CancelledError):
        return Failure(kind="cancelled", message="cancelled here", layer="client", in_doubt=sent is not False)
    if isinstance(error, BaseExceptionGroup):
        return _of_group(error, host=host, sent=sent)
    link = _origin(error)
    rule = _rule_for(link)
    if rule is _NOT_HTTP and any("disconnected" in arg for arg in link.args if isinstance(arg, str)):
        rule = _CLOSED  # httpx has one class for both
    if rule is _NO_CONNECTION and _is_closed_handshake(link):
        rule = _TLS_CLOSED
    return None if rule is None else _build(rule, link, host=host, sent=sent)


def _is_closed_handshake(error: BaseException) -> bool:
    """Whether aiohttp's connection was there, and was closed before TLS was."""
    closed = isinstance(getattr(error, "os_error", None), (ConnectionResetError, ConnectionAbortedError))
    return closed and isinstance(getattr(error, "ssl", None), ssl.SSLContext)


def timeout_failure(seconds: float, *, host: str, sent: bool | None) -> Failure:
    """The failure of the limit around the whole call."""
    phase = f"no connection to {host}" if sent is False else f"no complete answer from {host}"
    return Failure(
        kind="timeout",
        message=f"timeout after {seconds:g} s: {phase}",
        layer="network",
        in_doubt=sent is not False,
        hint="raise the timeout if the container needs longer",
    )


def _of_group(group: BaseExceptionGroup[BaseException], *, host: str, sent: bool | None) -> Failure | None:
    found = [failure_of(error, host=host, sent=sent) for error in group.exceptions]
    if any(failure is None for failure in found):
        return None
    return found[0]


def raised_by_body(error: BaseException) -> BaseException | None:
    """What the caller's own streamed body raised while it was sent: aiohttp wraps it, and it is not the network's."""
    inner = error.__cause__
    if type(error).__name__ != "ClientConnectionError" or not isinstance(inner, Exception):
        return None
    return inner if _rule_for(inner) is None and not _is_library(inner) else None


def _origin(error: BaseException) -> BaseException:
    """The exception that says most, out of those that one was raised from.

    That of the library at the bottom: httpx-aiohttp calls a dropped connection a ConnectTimeout, aiohttp does not.
    Where the library says no more than "no connection", what the TLS layer or the resolver said.
    """
    best = link = error
    seen: set[int] = set()
    while link.__cause__ is not None and id(link) not in seen:
        seen.add(id(link))
        link = link.__cause__
        rule = _rule_for(link)
        vague = _rule_for(best) in (_NO_CONNECTION, _CLOSED)
        if (_is_library(link) and rule is not None) or (vague and isinstance(link, (ssl.SSLError, socket.gaierror))):
            best = link
    return best


def _is_library(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] in FAMILIES


def _rule_for(error: BaseException) -> _Rule | None:
    for kind in type(error).__mro__:
        if kind.__module__.partition(".")[0] in FAMILIES and kind.__name__ in _RULES:
            return _RULES[kind.__name__]
    return _system_rule(error)


def _system_rule(error: BaseException) -> _Rule | None:
    """The rule of the standard library's exceptions."""
    if isinstance(error, (ssl.SSLError, ssl.CertificateError)):
        return _Rule("tls", "the TLS connection to {host} failed")
    if isinstance(error, socket.gaierror):
        return _RULES["ClientConnectorDNSError"]
    if isinstance(error, TimeoutError):
        return _READ_TIME
    if isinstance(error, (OSError, EOFError)):
        return _CLOSED if isinstance(error, (ConnectionError, EOFError)) else _Rule("connect", "network error")
    if isinstance(error, UnicodeError):
        return _Rule("envelope", "a text of the call cannot be put on the wire or read from it", "client")
    return None


def _build(rule: _Rule, error: BaseException, *, host: str, sent: bool | None) -> Failure:
    asked = getattr(error, "host", None)
    if rule.kind == "dns" and isinstance(asked, str) and asked.lower() not in host.lower():
        rule = _NO_PROXY_NAME
    text = rule.text.format(host=host, limit="")
    why, hint = _reason(rule, error)
    observed = rule.sent if sent is None or rule.sent is not None else sent
    return Failure(
        kind=rule.kind,
        message=f"{text}: {why}" if why else text,
        layer=rule.layer,
        hint=hint or rule.hint,
        in_doubt=observed is not False,
    )


def _reason(rule: _Rule, error: BaseException) -> tuple[str, str]:
    """Why, in words, and what to do; never the exception's own text where that could hold a value of the user."""
    if rule.kind == "tls":
        return _tls_reason(error)
    if rule is _PROXY_REFUSED:
        status = getattr(error, "status", None)
        return (f"it answered {status}" if status else ""), _PROXY_HINT if status == _PROXY_AUTH else ""
    if rule is _NOT_HTTP:
        said = str(getattr(error, "message", "") or "").strip().partition("\n")[0].rstrip(": ")
        return beginning(said, _LONGEST_REASON), ""
    if isinstance(error, OSError):
        inner = getattr(error, "os_error", error)
        number = getattr(inner, "errno", None)
        if rule.kind == "dns":
            return "", ""
        if number is not None:
            return _ERRNOS.get(number, os.strerror(number) if number > 0 else ""), ""
    return "", ""


def _tls_reason(error: BaseException) -> tuple[str, str]:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    code = getattr(inner, "verify_code", None)
    if code in _CERTIFICATE:
        return _CERTIFICATE[code]
    said = getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or ""
    if said in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        return "it does not speak TLS there", "if the platform is served over plain http, say http:// in the base URL"
    if "CERTIFICATE_REQUIRED" in said or "HANDSHAKE_FAILURE" in said:
        return said.replace("_", " ").lower(), "if it asks for a client certificate, set client_cert in the profile"
    return said.replace("_", " ").lower(), ""
