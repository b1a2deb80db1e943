"""Signing in: by password, by a new pair of tokens, by pairing (CYBERUN-API.md, 5).

Tokens come out as `Secret` values; storing them is the caller's business, and so is asking the user. Nothing is tried
twice: a refresh token dies when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.invoke.refusals import CHECK_URL
from workbench.model.errors import Failure, PlatformError
from workbench.model.secrets import Redactor, Secret

if TYPE_CHECKING:
    from workbench.invoke.connection import Connection

SHORTEST_INTERVAL = 0.05
"""Seconds between two questions, whatever the platform allows."""

_NOT_FOUND = 404
_UNAUTHORIZED = 401
_LONGEST = 10.0 * 365 * 86400


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A user's tokens; the access token lives `expires_in` seconds, the refresh token until it is used."""

    access: Secret
    refresh: Secret
    expires_in: float


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """A pairing under way; times are seconds.

    The user enters `user_code` at `verification_uri` within `expires_in`, while the program asks every `interval`.
    """

    device_code: Secret
    user_code: str
    verification_uri: str
    expires_in: float
    interval: float


async def by_password(connection: Connection, email: str, password: Secret) -> Tokens:
    """Sign in with an address and a password.

    Raises:
        PlatformError: of kind `platform_auth` when they are not accepted; the platform does not say which is wrong.
    """
    content = {"email_address": email, "user_password": password.reveal()}
    refused = "the platform refused the email address or the password"
    return _tokens(await _post(connection, "/auth/login", content, [password], refused=refused))


async def refresh(connection: Connection, token: Secret) -> Tokens:
    """Trade a refresh token for new tokens; the old one is dead, so store the new one before using it.

    Raises:
        PlatformError: of kind `platform_auth` when it is not accepted: sign in again.
    """
    refused = "the platform refused the refresh token: sign in again"
    return _tokens(
        await _post(connection, "/auth/refresh", {"refresh_token": token.reveal()}, [token], refused=refused)
    )


async def start_pairing(connection: Connection) -> Pairing:
    """Begin to pair this device.

    Raises:
        PlatformError: as for every call.
    """
    found = await _post(connection, "/desktop/pair/start", None, [])
    return Pairing(
        device_code=_secret(found, "device_code"),
        user_code=_text(found, "user_code"),
        verification_uri=_text(found, "verification_uri"),
        expires_in=_seconds(found, "expires_in", 300),
        interval=max(SHORTEST_INTERVAL, _seconds(found, "interval", 2)),
    )


async def poll_pairing(connection: Connection, pairing: Pairing) -> Secret | None:
    """The device key once the user has agreed; None as long as they have not. It appears once.

    Raises:
        PlatformError: of kind `platform_auth` when the pairing has expired.
    """
    code = pairing.device_code
    try:
        found = await _post(connection, "/desktop/pair/poll", {"device_code": code.reveal()}, [code])
    except PlatformError as error:
        if error.failure.platform_status != _NOT_FOUND:
            raise
        message = "the pairing has expired, or was refused: start again"
        raise _refused(error.failure, message) from error
    return _secret(found, "raw_key") if found.get("status") == "approved" else None


async def _post(
    connection: Connection, path: str, content: dict[str, str] | None, secrets: list[Secret], *, refused: str = ""
) -> dict[str, Any]:
    data = b"" if content is None else msgspec.json.encode(content)
    try:
        answer = await connection.core.platform(path, content=data)
    except PlatformError as error:
        redact = Redactor(secrets).redact
        failure = msgspec.structs.replace(
            error.failure, message=redact(error.failure.message), detail=redact(error.failure.detail)
        )
        if refused and failure.platform_status == _UNAUTHORIZED:
            raise _refused(failure, refused) from error
        raise PlatformError(failure) from error
    try:
        found = msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _odd(f"the answer of {path} is not JSON") from error
    if not isinstance(found, dict):
        raise _odd(f"the answer of {path} is not an object")
    return found


def _refused(failure: Failure, message: str) -> PlatformError:
    return PlatformError(msgspec.structs.replace(failure, kind="platform_auth", message=message, hint=""))


def _odd(message: str) -> PlatformError:
    """No excerpt: what came may hold a token."""
    return PlatformError(Failure(kind="envelope", message=message, layer="platform", hint=CHECK_URL))


def _tokens(found: dict[str, Any]) -> Tokens:
    return Tokens(
        access=_secret(found, "access_token"),
        refresh=_secret(found, "refresh_token"),
        expires_in=_seconds(found, "expires_in", 3600),
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value:
        raise _odd(f"$.{key} is missing from the answer, or is no text")
    return value


def _secret(found: dict[str, Any], key: str) -> Secret:
    return Secret(_text(found, key), key)


def _seconds(found: dict[str, Any], key: str, default: float) -> float:
    value = found.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return default
    return value if 0 < value <= _LONGEST else default
