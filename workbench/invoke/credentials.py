"""A credential, bound to the origin it may go to, and the places one can come from.

The value comes out in `Credential.authorization` alone, which checks the origin at the last moment; no message here
ever holds it. This module must not import an HTTP library, and must not write anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.invoke.sources import describe, resolve_secret
from workbench.model.errors import CredentialError
from workbench.model.profile import MANAGED_BASE_URL, credential_kind, origin
from workbench.model.secrets import Redactor, Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbench.model.collection import SecretRef
    from workbench.model.profile import CredentialKind

__all__ = ["Credential", "from_environment", "from_reference", "resolve_secret"]

_KNOWN = ("sk-", "dk-")
_SHOWN_START = 3
_SHOWN_END = 2
_SHOWN_FROM = 12


class Credential:
    """A token that goes to one origin and nowhere else.

    Attributes:
        kind: `jwt`, `sk`, `dk` or `unknown`.
        secret: the token, for a `Redactor`.
        origin: scheme, host and port it is bound to, as `workbench.model.profile.origin` writes it.
        source: where it came from, for people.
        prefix: enough of it to tell two apart, as `sk-…3f`.
        notes: what was done to it, for people.

    Raises:
        CredentialError: the token is empty or cannot stand in a header; the position is named, never the value.
        ValueError: `base_url` is no URL.
    """

    __slots__ = ("_header", "kind", "notes", "origin", "prefix", "secret", "source")

    def __init__(self, token: str | Secret, *, base_url: str, source: str = "") -> None:
        raw = reveal(token)
        value = raw.strip()
        _check_token(value, source)
        self.kind: CredentialKind = credential_kind(value)
        self.secret = Secret(value, "credential")
        self.origin = origin(base_url)
        self.source = source
        self.prefix = _prefix(value)
        self.notes: tuple[str, ...] = ()
        if raw != value:
            self.notes = ("white space around the credential was left out",)
        self._header = f"Bearer {value}".encode("ascii")

    def authorization(self, to: str) -> bytes:
        """The value of the `Authorization` header for a call to this origin.

        Raises:
            CredentialError: the credential belongs to another origin.
        """
        if to != self.origin:
            raise CredentialError(
                f"the credential {self.prefix} belongs to {self.origin} and is not sent to {to}",
                hint="use the profile that the credential is for, or set one for this platform",
            )
        return self._header

    @property
    def needs_team(self) -> bool:
        """Whether a call has to name a team: a user's access token does (CYBERUN-API.md, 1)."""
        return self.kind == "jwt"

    def redact(self, text: str) -> str:
        """The text without the token, in whatever form it stands there."""
        return Redactor([self.secret]).redact(text)

    def __repr__(self) -> str:
        return f"<Credential {self.prefix} for {self.origin}>"


def from_environment(environ: Mapping[str, str], base_url: str | None = None) -> Credential | None:
    """`CYBERUN_API_KEY`, bound to the base URL of the flag or of `CYBERUN_BASE_URL`, else to the managed service.

    Args:
        environ: the environment.
        base_url: what `--base-url` says; never a profile's, which has its own credential (CLI.md).

    Raises:
        CredentialError: the value cannot be used.
    """
    token = environ.get("CYBERUN_API_KEY", "")
    if not token.strip():
        return None
    where = base_url or environ.get("CYBERUN_BASE_URL") or MANAGED_BASE_URL
    try:
        return Credential(token, base_url=where, source="CYBERUN_API_KEY")
    except ValueError as error:
        raise CredentialError(str(error), hint="set CYBERUN_BASE_URL or --base-url to a full URL") from error


def from_reference(
    reference: SecretRef,
    base_url: str,
    *,
    environ: Mapping[str, str] | None = None,
    read: Callable[[str], bytes] | None = None,
    ask: Callable[[str], str] | None = None,
) -> Credential:
    """The credential a profile refers to, bound to the profile's origin. May block: call it in a thread.

    Raises:
        CredentialError: it could not be read, or cannot be used.
    """
    token = resolve_secret(reference, label="credential", environ=environ, read=read, ask=ask)
    return Credential(token, base_url=base_url, source=describe(reference))


def _check_token(value: str, source: str) -> None:
    where = f" from {source}" if source else ""
    if not value:
        raise CredentialError(f"the credential{where} is empty", hint="sign in, or set CYBERUN_API_KEY")
    for position, character in enumerate(value, start=1):
        if not "!" <= character <= "~":
            what = "a character that is not ASCII" if ord(character) > 126 else "a blank or control character"  # noqa: PLR2004 - ~
            raise CredentialError(
                f"the credential{where} has {what} (U+{ord(character):04X}) at position {position} of {len(value)}",
                hint="copy it again: a credential is one line of letters, digits and punctuation",
            )


def _prefix(value: str) -> str:
    if len(value) < _SHOWN_FROM:
        return f"{value[:3]}…" if value.startswith(_KNOWN) else "…"
    return f"{value[:_SHOWN_START]}…{value[-_SHOWN_END:]}"
