"""`config`: where the settings are, what they say, and a way to edit them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.output import Output
from workbench.model.errors import SettingsError, WorkbenchError
from workbench.model.visible import visible

_WHAT = ("path", "show", "edit")


@click.command("config")
@click.argument("what", type=click.Choice(_WHAT), metavar="path|show|edit")
@click.option("--json", "as_json", is_flag=True, help="show: as a JSON object.")
@click.pass_obj
def command(diagnostics: Diagnostics, what: str, *, as_json: bool) -> int:
    """Your settings: `path` prints where they are, `show` what is in force, `edit` opens them in your editor.

    `edit` makes the file when there is none, uses $VISUAL or $EDITOR, and checks what was saved.
    """
    if what == "path":
        return _path()
    if what == "show":
        return _show(as_json=as_json)
    return _edit(diagnostics)


def _path() -> int:
    from workbench.files.settings import settings_path

    Output().text(f"{settings_path()}\n")
    return Exit.OK


def _show(*, as_json: bool) -> int:
    from workbench.files.settings import load_settings
    from workbench.files.settings_text import as_toml, in_force

    settings = load_settings()
    if as_json:
        Output().text(msgspec.json.format(msgspec.json.encode(in_force(settings)), indent=2).decode() + "\n")
    else:
        Output().text("\n".join(visible(line) for line in as_toml(settings).splitlines()) + "\n")
    return Exit.OK


def _edit(diagnostics: Diagnostics) -> int:
    from workbench.files.settings import load_settings
    from workbench.files.settings_text import ensure_settings

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise WorkbenchError(
            "neither VISUAL nor EDITOR is set", hint="set one of them, or edit the file that `config path` names"
        )
    path = ensure_settings()
    try:
        ended = subprocess.run([*shlex.split(editor), path], check=False).returncode
    except (OSError, ValueError) as error:
        raise WorkbenchError(
            f"the editor {editor!r} cannot be started: {error}", hint="check VISUAL and EDITOR"
        ) from error
    if ended:
        diagnostics.warning(f"the editor ended with status {ended}")
    try:
        load_settings()
    except SettingsError as error:
        diagnostics.error(error)
        return diagnostics.usage("the settings cannot be used like this", "cyberun-tui config edit opens them again")
    if sys.stderr.isatty():
        diagnostics.note(f"{path} can be used")
    return Exit.OK
