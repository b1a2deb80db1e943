"""`report`: what can be done with the reports of runs; so far `merge`, which makes one of several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from workbench.cli.diagnostics import Diagnostics, Exit, by_weight, exit_code
from workbench.cli.output import Colour, Output
from workbench.cli.reporting import FORMATS, reports_option
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.replay.merging import Merged


@click.group("report")
def command() -> None:
    """Work with the reports of runs."""


@command.command("merge")
@click.argument("paths", nargs=-1, required=True, metavar="REPORT...")
@click.option("-o", "--output", metavar="FILE", help="Write the merged JSON report to FILE.")
@reports_option
@click.option(
    "--format",
    "shown",
    type=click.Choice(["auto", *FORMATS, "none"]),
    default="auto",
    help="What goes to stdout: JSON, or the tree when a file is written.",
)
@click.option("--color", "colour", type=click.Choice(get_args(Colour)), default="auto", help="Colours on stdout.")
@click.pass_obj
def merge_reports(
    diagnostics: Diagnostics,
    paths: tuple[str, ...],
    output: str | None,
    reports: tuple[tuple[str, str], ...],
    shown: str,
    colour: Colour,
) -> int:
    """Make one report of several, such as those of the shards of a run (--report json=PATH)."""
    from workbench.replay.merging import merge

    merged = merge([(path, _read(path)) for path in paths])
    for shard in merged.missing:
        diagnostics.warning(f"there is no report of shard {shard}")
    files = [*([("json", output)] if output else []), *reports]
    _spare(paths, [path for _, path in files])
    for name, path in files:
        _write(path, _rendered(merged, name, colour))
        diagnostics.note(f"wrote report {path}")
    if shown == "auto":
        shown = "tree" if files else "json"
    if shown != "none":
        Output().text(_rendered(merged, shown, colour))
    return Exit.OK


def _spare(sources: Sequence[str], files: Sequence[str]) -> None:
    """What is merged is not replaced."""
    taken = {Path(source).resolve() for source in sources}
    for path in files:
        if Path(path).resolve() in taken:
            raise FileError(f"{path} is one of the reports to merge", path=path, hint="give it another name")


def _rendered(merged: Merged, name: str, colour: Colour) -> str:
    from workbench.model.secrets import Redactor
    from workbench.replay.merging import render
    from workbench.replay.reports.human import HumanReport

    output = Output()
    reasons = {Exit(reason) for reason in merged.reasons if reason in set(Exit)}
    human = HumanReport(Redactor(), colour=output.colour(colour), unicode=output.unicode)
    return render(merged, name, int(exit_code(reasons)), [int(each) for each in by_weight(reasons)], human)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"the report {path} cannot be read: {error.strerror}", path=path) from error


def _write(path: str, text: str) -> None:
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileError(f"the report {path} cannot be written: {error.strerror}", path=path) from error
