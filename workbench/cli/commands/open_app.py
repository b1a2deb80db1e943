"""`open`, and what happens without a command: the terminal app on collections."""

from __future__ import annotations

import difflib
import gc
import sys
from pathlib import Path

import click

from workbench.cli.completing import files
from workbench.cli.diagnostics import Diagnostics  # noqa: TC001 - click hands it over
from workbench.cli.options import TargetFlags, open_session, target_options


@click.command("open")
@click.argument("paths", nargs=-1, metavar="[PATH...]", shell_complete=files)
@target_options
@click.pass_obj
def command(diagnostics: Diagnostics, target: TargetFlags, paths: tuple[str, ...]) -> int:
    """Open the app on collections (default: ./collections if it is there)."""
    refused = not_a_terminal(diagnostics)
    if refused:
        return refused
    for path in paths:
        if not Path(path).exists():
            return diagnostics.usage(f"there is no file, folder or command {path!r}", _meant(path))
    gc.disable()  # for the start, from its imports on; the app enables it when there is something to work with
    from workbench.tui.app import run_app

    chosen = paths or (("collections",) if Path("collections").is_dir() else ())
    return run_app(
        open_session(target, diagnostics), chosen, environment=target.environment, variables=target.variables
    )


def not_a_terminal(diagnostics: Diagnostics) -> int:
    """Exit code 2 where there is no terminal to draw on (a Textual app would spin there), else 0."""
    if sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty():
        return 0
    return diagnostics.usage(
        "the app needs a terminal, and standard input or output is none",
        "`cyberun-tui run PATH...` replays collections without one",
    )


def _meant(word: str) -> str:
    from workbench.cli.main import COMMANDS

    close = difflib.get_close_matches(word, COMMANDS, n=1)
    return f"did you mean the command {close[0]!r}?" if close else "see cyberun-tui --help"
