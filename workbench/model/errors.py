"""Expected failures: the exceptions, and the two values (`Problem`, `Failure`) that carry them as data.

    WorkbenchError                 something a user can act on; has a message and a hint
    ├── CollectionError            a collection could not be used: every problem of the file, with line and column
    ├── SettingsError              the user's settings could not be used: likewise
    ├── TargetError                no base URL, unknown environment, profile, team or service slug
    ├── CredentialError            no credential, or one that may not go to this origin
    ├── SecretError                a secret of the collection could not be read: every one of them
    ├── VariableError              names without a value: every one of them
    ├── EnvelopeError              the platform's rules refuse this request; nothing was sent
    ├── FileError                  a file could not be read or written; says what became of the old content
    └── PlatformError              a call got no usable answer; holds a `Failure`

A bug is none of these: it stays a traceback. This module must not import anything of the workbench.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Layer = Literal["client", "network", "platform", "container"]
"""Which part of the way failed (CLI.md, "JSON")."""

ErrorKind = Literal[
    "dns",
    "connect",
    "tls",
    "timeout",
    "platform_auth",
    "platform_refused",
    "not_running",
    "unknown_service",
    "envelope",
    "capture",
    "template",
    "cancelled",
]
"""What kind of failure it was (CLI.md, "JSON")."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a file, and where.

    `line` and `column` count from 1; 0 means that the problem has no place of its own. `key` is the dotted TOML key.
    """

    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    key: str = ""
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = self.path
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        parts = [place, self.key, self.message]
        text = ": ".join(part for part in parts if part)
        return f"{text} ({self.hint})" if self.hint else text


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call got no usable answer, as data.

    Attributes:
        kind: one of `ErrorKind`.
        message: what happened, in a sentence without secrets.
        layer: which part of the way failed.
        platform_status: the HTTP status of the platform's answer, when there was one.
        hint: what to do about it.
        in_doubt: a byte of the call had left, so the container may have run it.
        retry_after: seconds the platform asked to wait, when it did.
        detail: an excerpt of what came instead, for a reader who wants to see it.
    """

    kind: ErrorKind
    message: str
    layer: Layer
    platform_status: int | None = None
    hint: str = ""
    in_doubt: bool = False
    retry_after: float | None = None
    detail: str = ""


class WorkbenchError(Exception):
    """An expected failure that a user can act on.

    Attributes:
        message: what is wrong, where, and what was expected.
        hint: what to do about it; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class _ProblemsError(WorkbenchError):
    """An error that lists every problem of a file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CollectionError(_ProblemsError):
    """A collection could not be used; `problems` lists everything that is wrong with it."""


class SettingsError(_ProblemsError):
    """The user's settings could not be used; `problems` lists everything that is wrong with them."""


class TargetError(WorkbenchError):
    """It is not clear where a request should go: no base URL, an unknown environment, profile, team or service."""


class CredentialError(WorkbenchError):
    """There is no usable credential for the origin a request would go to."""


class SecretError(_ProblemsError):
    """Secrets of a collection could not be read; `problems` has one entry for each."""


class MissingVariable(msgspec.Struct, frozen=True):
    """A name without a value, and where it is used (`path`, `headers.authorization`, `json`, …)."""

    name: str
    where: str
    message: str = ""

    def __str__(self) -> str:
        return self.message or f"{{{{{self.name}}}}} in {self.where}"


class VariableError(WorkbenchError):
    """Placeholders that cannot be filled in; `missing` has every one of them."""

    def __init__(self, missing: Iterable[MissingVariable], *, request_id: str = "") -> None:
        self.missing = tuple(missing)
        self.request_id = request_id
        listed = ", ".join(str(item) for item in self.missing)
        super().__init__(
            f"no value for {listed}",
            hint="set it in [vars] or [env.NAME], with --var NAME=VALUE, or write \\{{ for a literal {{",
        )


class EnvelopeError(WorkbenchError):
    """The platform's rules refuse this request, so nothing was sent; `problems` has one sentence for each rule."""

    def __init__(self, problems: Iterable[str], *, hint: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems), hint=hint)


class FileError(WorkbenchError):
    """A file could not be read or written. `path` names it; the message says what became of the old content."""

    def __init__(self, message: str, *, path: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class PlatformError(WorkbenchError):
    """A call got no usable answer; `failure` says which layer failed and whether the container may have run it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, hint=failure.hint)
        self.failure = failure
