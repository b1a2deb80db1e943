"""Questions on the terminal: only where there is one, never on stdout."""

from __future__ import annotations

import getpass
import sys

from workbench.model.errors import WorkbenchError


def ask_secret(label: str) -> str:
    """Ask for a hidden value on the terminal.

    Raises:
        WorkbenchError: there is no terminal to ask on.
    """
    if not sys.stdin.isatty():
        raise WorkbenchError(
            f"{label!r} has to be asked for, and there is no terminal to ask on",
            hint="give it as a variable of the environment: CYBERUN_VAR_<NAME>",
        )
    return getpass.getpass(f"{label}: ", stream=sys.stderr)


def confirmed(question: str) -> bool:
    """Whether the user says yes on the terminal; no where there is nobody to ask."""
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
