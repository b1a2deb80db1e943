"""Questions to the user: on the terminal where there is one, else line by line from standard input; never on stdout."""

from __future__ import annotations

import getpass
import sys

from workbench.model.errors import WorkbenchError
from workbench.model.visible import visible


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
    return getpass.getpass(f"{visible(label)}: ", stream=sys.stderr)


def answer(question: str, *, hidden: bool = False) -> str:
    """The answer to a question: typed on the terminal, or the next line of standard input; "" at its end."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        if hidden:
            return getpass.getpass(f"{question}: ", stream=sys.stderr)
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
    return sys.stdin.readline().rstrip("\r\n")


def agreed(question: str) -> bool:
    """Whether the answer to a question is a yes."""
    return answer(f"{question} [y/N]").strip().lower() in ("y", "yes")


def confirmed(question: str) -> bool:
    """Whether the user says yes on the terminal; no where there is nobody to ask."""
    return sys.stdin is not None and sys.stdin.isatty() and agreed(question)
