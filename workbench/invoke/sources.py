"""The places a secret can come from: environment, file, command, key store, a question (RELIABILITY.md, "Secrets").

Every function here blocks, for at most the time named beside it; front ends call them in a thread. What a command or
a key store says is never shown, since it may hold the secret; whom to ask and what file to read can be handed in.
"""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from workbench.invoke import keystore
from workbench.model.errors import CredentialError
from workbench.model.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbench.model.collection import SecretRef

_Result = TypeVar("_Result")

COMMAND_TIME = 30.0
"""Seconds for a command."""

COMMAND_OUTPUT = 65536
"""Bytes of a command's output, and of a file."""


class _Waiting:
    """The command that a thread waits for, so that it can be ended from outside."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False

    def started(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        if self._over:
            _kill(process)

    def end(self) -> None:
        self._over = True
        if self._process is not None:
            _kill(self._process)


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


async def in_thread(read: Callable[[], _Result]) -> _Result:
    """Call one of these functions in a thread; when the wait is cancelled, its command is ended and not waited for."""
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        return await asyncio.to_thread(read)
    except asyncio.CancelledError:
        waiting.end()
        raise
    finally:
        _waiting.reset(token)


def resolve_secret(
    reference: SecretRef,
    *,
    label: str = "secret",
    environ: Mapping[str, str] | None = None,
    read: Callable[[str], bytes] | None = None,
    ask: Callable[[str], str] | None = None,
) -> Secret:
    """The value a reference stands for; one newline at its end does not count.

    Args:
        reference: where it is.
        label: the secret's name, for masks and messages.
        environ: the environment; None for the process's.
        read: gives a file's bytes for a path; None for `read_private_file`. A collection's files come through here, and
            what is handed in keeps them inside the collection's folder.
        ask: gives the answer to a question; None when nobody can be asked.

    Raises:
        CredentialError: it cannot be had; the message says from where and why, and holds no part of it.
        FileError: whatever `read` raises passes.
    """
    argument = reference.argument
    text = argument if isinstance(argument, str) else ""
    if reference.kind == "env":
        value = _from_environment(text, os.environ if environ is None else environ, label)
    elif reference.kind == "file":
        value = _text((read or read_private_file)(text), f"the file {text!r}", label)
    elif reference.kind == "command":
        value = _from_command((text,) if text else tuple(argument), label)
    elif reference.kind == "keyring":
        value = _from_keyring(text, label)
    else:
        value = _from_question(text or label, ask, label)
    if not value:
        raise CredentialError(f"{label}: {describe(reference)} is empty")
    return Secret(value, label)


def describe(reference: SecretRef) -> str:
    """Where a reference points, for people; a command only by its program, since arguments may be private."""
    argument = reference.argument
    if reference.kind == "command":
        program = argument if isinstance(argument, str) else next(iter(argument), "")
        return f"the command {program!r}"
    name = argument if isinstance(argument, str) else " ".join(argument)
    return {
        "env": f"the environment variable {name}",
        "file": f"the file {name!r}",
        "keyring": f"the key store's entry {name!r}",
        "prompt": f"the answer to {name!r}",
    }[reference.kind]


def read_private_file(path: str) -> bytes:
    """A file that nobody else may read: a regular one, the user's own, with no right for group or others.

    Raises:
        CredentialError: it is not, or cannot be read.
    """
    place = Path(path).expanduser()
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise CredentialError(f"the file {path!r} cannot be read: {error.strerror}") from error
    try:
        _check_private(os.fstat(descriptor), path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(COMMAND_OUTPUT + 1)
    finally:
        os.close(descriptor)


def _check_private(found: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise CredentialError(f"{path!r} is not a regular file")
    if found.st_uid != os.geteuid():
        raise CredentialError(f"the file {path!r} belongs to another user", hint="use a file of your own")
    if stat.S_IMODE(found.st_mode) & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise CredentialError(
            f"the file {path!r} can be read by others (mode {mode:04o})", hint=f"chmod 600 {path}, and renew the secret"
        )


def _from_environment(name: str, environ: Mapping[str, str], label: str) -> str:
    value = environ.get(name)
    if value is None:
        raise CredentialError(f"{label}: the environment variable {name} is not set", hint=f"export {name}=…")
    return value.removesuffix("\n")


def _from_command(argv: tuple[str, ...], label: str) -> str:
    if not argv or not argv[0]:
        raise CredentialError(f"{label}: the command is empty", hint='expected command = ["program", "argument"]')
    what = f"the command {argv[0]!r}"
    try:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "an argument holds a NUL character"
        raise CredentialError(
            f"{label}: {what} cannot be started: {why}", hint="is it installed, and in PATH?"
        ) from error
    waiting = _waiting.get()
    if waiting is not None:
        waiting.started(process)
    output, late = _output(process)
    if late:
        raise CredentialError(f"{label}: {what} did not end within {COMMAND_TIME:g} s", hint="does it wait for input?")
    if process.returncode and len(output) <= COMMAND_OUTPUT:  # one that printed more was ended here
        hint = "run it by hand to see why; its messages are not shown here, since they may hold the secret"
        raise CredentialError(f"{label}: {what} ended with status {process.returncode}", hint=hint)
    return _text(output, f"what {what} prints", label)


def _output(process: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
    """What a process prints, one byte beyond the limit at most, and whether it had to be ended for being late."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(COMMAND_TIME, end)
    timer.daemon = True
    timer.start()
    try:
        with process:
            assert process.stdout is not None  # noqa: S101 - it was asked for as a pipe
            output = process.stdout.read(COMMAND_OUTPUT + 1)
            if len(output) > COMMAND_OUTPUT:
                _kill(process)
    finally:
        timer.cancel()
    return output, late.is_set()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: children keep the pipe open."""
    try:
        os.killpg(process.pid, 9)
    except (ProcessLookupError, PermissionError):
        process.kill()


def _from_keyring(name: str, label: str) -> str:
    found = keystore.read(name, label)
    if found is None:
        raise CredentialError(
            f"{label}: the key store has no entry {name!r}", hint=f"keyring set {keystore.KEYRING_SERVICE} {name}"
        )
    return found


def _from_question(question: str, ask: Callable[[str], str] | None, label: str) -> str:
    if ask is None:
        raise CredentialError(f"{label}: it is asked for, and nobody can be asked here", hint="use another source")
    return ask(question)


def _text(raw: bytes, what: str, label: str) -> str:
    if len(raw) > COMMAND_OUTPUT:
        raise CredentialError(f"{label}: {what} has more than {COMMAND_OUTPUT} bytes: a secret is one short text")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CredentialError(f"{label}: {what} is not UTF-8") from error
    return text.removesuffix("\n").removesuffix("\r")
