"""`demo`: the app against the built-in gateway with the sample collections; nothing to set up, no account."""

from __future__ import annotations

import gc
import os
from contextlib import closing

import click

from workbench.cli.commands.open_app import not_a_terminal
from workbench.cli.diagnostics import Diagnostics  # noqa: TC001 - click hands it over


@click.command("demo")
@click.pass_obj
def command(diagnostics: Diagnostics) -> int:
    """Open the app on the built-in gateway and the sample collections."""
    refused = not_a_terminal(diagnostics)
    if refused:
        return refused
    gc.disable()  # for the start; the app enables it when there is something to work with
    from workbench.tui import demo
    from workbench.tui.app import run_app

    started = demo.start(os.environ)
    with closing(started.gateway):
        diagnostics.redactor = started.session.redactor
        return run_app(started.session, started.paths, demo=True)
