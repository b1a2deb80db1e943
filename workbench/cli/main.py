"""The entry point: finds the command, loads only its module, and turns whatever happens into an exit code."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click
from click.shell_completion import CompletionItem

from workbench import __version__
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.examples import epilog
from workbench.model.errors import WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "run": "Replay collections: files, folders, FILE#ID or - for standard input.",
    "report": "Merge the reports of several runs, such as shards.",
    "send": "Make one call; its body goes to stdout.",
    "list": "Show what would run: id, method, path, tags, needs.",
    "check": "Parse and lint collections; nothing is sent.",
    "teams": "List the teams that the credential can see.",
    "services": "List a team's services, or show one.",
    "curl": "Print a request as a curl command.",
    "history": "List, show and send again what was sent before.",
    "login": "Sign in to the platform, and keep the login.",
    "logout": "Forget the login that is kept for the platform.",
    "whoami": "Say which credential is in use, and whom it stands for.",
    "config": "Show, find or edit your settings.",
    "import": "Make a collection of curl commands, OpenAPI, HAR or Postman files.",
    "load": "Play collections under load, and say how the service copes.",
    "gateway": "Run the local gateway with its sample services.",
    "demo": "Open the app on the built-in gateway and the sample collections.",
    "open": "Open the app on collections (what happens without a command).",
}
"""Every command with its line of help; `workbench.cli.commands.<name>` has the command itself as `command`."""

_MODULES = {"import": "import_requests", "list": "list_requests", "open": "open_app"}
_STDERR = 2
_GROUP_OPTIONS = {"--help", "-h", "--version"}


class _Commands(click.Group):
    """A group whose commands are imported when they are asked for, so that the start stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"workbench.cli.commands.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        command.epilog = command.epilog or epilog(cmd_name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and files: without a command the app opens on them."""
        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command the app opens on the given collections: cyberun-tui [PATH...]",
)
@click.version_option(__version__, prog_name="cyberun-tui")
def cli() -> None:
    """A request workbench for container services behind the Cyberun gateway."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; the streams are the process's own."""
    diagnostics = Diagnostics()
    words = list(arguments)
    if not words or (words[0] not in COMMANDS and words[0] not in _GROUP_OPTIONS):
        words.insert(0, "open")
    try:
        result = cli.main(args=words, prog_name="cyberun-tui", standalone_mode=False, obj=diagnostics)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        return _wrong_words(error, diagnostics)
    except WorkbenchError as error:
        return diagnostics.error(error)
    except (KeyboardInterrupt, click.Abort):
        diagnostics.note("interrupted")
        return Exit.INTERRUPTED
    except Exception:  # noqa: BLE001 - the outermost border: a bug must say so and exit 70, not 1
        return diagnostics.bug()
    return int(result) if isinstance(result, int) else Exit.OK


def _wrong_words(error: click.ClickException, diagnostics: Diagnostics) -> Exit:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        diagnostics.note(error.format_message())
        return Exit.USAGE
    context = getattr(error, "ctx", None)
    return diagnostics.usage(error.format_message(), context.get_usage() if context else "")


def _open_missing_streams() -> None:
    """A stream that the caller has closed (`>&-`) goes nowhere, so that no socket of ours takes its number."""
    opened = os.open(os.devnull, os.O_RDWR)
    while opened <= _STDERR:
        opened = os.open(os.devnull, os.O_RDWR)
    os.close(opened)


def _terminated(number: int, frame: object) -> NoReturn:  # noqa: ARG001 - a signal handler's signature
    """End with what was opened closed again; commands that have more to finish set a handler of their own."""
    raise SystemExit(Exit.TERMINATED)


def main() -> None:
    """The console script."""
    _open_missing_streams()
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(run(sys.argv[1:]))
