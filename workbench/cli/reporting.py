"""Which report goes where: one to stdout, any number to files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.model.errors import FileError
from workbench.replay.reports import DOCUMENTS, document

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from workbench.cli.diagnostics import Diagnostics
    from workbench.cli.output import Output
    from workbench.cli.run_flags import RunFlags
    from workbench.model.secrets import Redactor
    from workbench.replay.reports import Report

FORMATS = ("tree", *(name for name in DOCUMENTS if name != "html"))
"""Formats for stdout; a page of HTML is for a file."""


class _Nothing:
    """The report of `--format none`."""

    def start(self, *_: object) -> str:
        return ""

    begin = add = end = start


def report_target(text: str) -> tuple[str, str]:
    """FORMAT and PATH of a `--report` flag; a ValueError says what was expected."""
    name, equals, path = text.partition("=")
    if not equals or not path or name not in DOCUMENTS:
        raise ValueError(f"{text!r} is not FORMAT=PATH with a format of {', '.join(DOCUMENTS)}")
    if path == "-":
        raise ValueError(f"{text!r} names no file: --format says what goes to standard output")
    return name, path


def _reports(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(report_target(text) for text in value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error


reports_option = click.option(
    "--report",
    "reports",
    metavar="FORMAT=PATH",
    multiple=True,
    callback=_reports,
    help=f"Also to a file: {', '.join(DOCUMENTS)}. Repeatable.",
)
"""The `--report` flag of every command that writes reports; it hands over pairs of format and path."""


def make_report(name: str, redactor: Redactor, output: Output, flags: RunFlags) -> Report:
    """The report for stdout: `auto` is the tree."""
    if name == "none":
        return _Nothing()
    if name in ("auto", "tree"):
        from workbench.replay.reports.human import HumanReport

        return HumanReport(
            redactor,
            colour=output.colour(flags.colour),
            unicode=output.unicode,
            verbose=flags.verbose,
            quiet=flags.quiet,
        )
    return document(name, redactor, flags.show_body)


class ReportFiles:
    """Report files, opened before the first call; one that cannot be written is said once and ends in exit code 4.

    Raises:
        FileError: a file cannot even be opened: nothing has been sent.
    """

    def __init__(
        self, targets: tuple[tuple[str, str], ...], redactor: Redactor, diagnostics: Diagnostics, flags: RunFlags
    ) -> None:
        self._diagnostics = diagnostics
        self._stack = ExitStack()
        self._files: list[tuple[Report, IO[str], str]] = []
        self._broken: set[str] = set()
        for name, path in targets:
            try:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                opened = Path(path).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115 - the stack closes it
                file = self._stack.enter_context(opened)
            except OSError as error:
                self._stack.close()
                message = f"the report {path} cannot be written: {error.strerror}; nothing was sent"
                raise FileError(message, path=path) from error
            self._files.append((document(name, redactor, flags.show_body), file, path))

    @property
    def reports(self) -> list[Report]:
        """The reports, in the order of their flags."""
        return [report for report, _, _ in self._files]

    def write(self, part: Callable[[Report], str]) -> None:
        """Write a part of every report that is still whole."""
        for report, file, path in self._files:
            text = part(report)
            if path in self._broken:
                continue
            try:
                file.write(text)
                file.flush()
            except OSError as error:
                self._broken.add(path)
                self._diagnostics.error(
                    FileError(f"the report {path} could not be written: {error.strerror}", path=path)
                )

    def close(self) -> bool:
        """Close every file and say where it is; whether any of them is not whole."""
        for _, file, path in self._files:
            try:
                file.close()
            except OSError:
                self._broken.add(path)
            if path not in self._broken:
                self._diagnostics.note(f"wrote report {path}")
        return bool(self._broken)
