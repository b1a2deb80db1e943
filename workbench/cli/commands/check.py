"""`check`: everything that is wrong or suspicious in collections; nothing is sent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec

from workbench.cli.completing import files
from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.loading import STDIN
from workbench.cli.output import Output
from workbench.files.collections import discover, load_for_review
from workbench.files.ignored import personal_values_at_risk
from workbench.files.lint import lint, missing_files
from workbench.files.local import local_path
from workbench.files.validation.report import in_order
from workbench.model.errors import CollectionError, FileError, Problem
from workbench.model.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=files)
@click.option("--json", "as_json", is_flag=True, help="A JSON object with every problem.")
@click.pass_obj
def command(diagnostics: Diagnostics, paths: tuple[str, ...], *, as_json: bool) -> int:
    """Parse and lint collections; nothing is sent. Exit 2 when a file cannot be used; warnings alone are exit 0."""
    found = {path: problems for given in paths for path, problems in _check(given)}
    errors = sum(problem.severity == "error" for problems in found.values() for problem in problems)
    output = Output()
    if as_json:
        output.text(msgspec.json.format(msgspec.json.encode(_document(found)), indent=2).decode() + "\n")
    else:
        output.text("".join(_line(problem) for problems in found.values() for problem in problems))
        warnings = sum(len(problems) for problems in found.values()) - errors
        diagnostics.note(
            f"{_count(len(found), 'file')} checked: {_count(errors, 'error')}, {_count(warnings, 'warning')}"
        )
    return Exit.USAGE if errors else Exit.OK


def _check(given: str) -> Sequence[tuple[str, tuple[Problem, ...]]]:
    """Every file below a path with its problems; a path that cannot be read is one itself."""
    if given == STDIN:
        files: Sequence[Any] = [STDIN]
    else:
        try:
            files = discover([given])
        except FileError as error:
            return [(given, (Problem(path=given, message=error.message.removeprefix(f"{given}: "), hint=error.hint),))]
    return [(str(file), _problems(file)) for file in files]


def _problems(file: Any) -> tuple[Problem, ...]:
    """Everything about one file, in its order: what is wrong, and what looks wrong in the rest of it."""
    content = sys.stdin.buffer.read() if file == STDIN else None
    try:
        loaded, problems = load_for_review(file, content)
    except CollectionError as error:
        return error.problems
    except FileError as error:
        return (Problem(path=str(file), message=error.message.removeprefix(f"{file}: "), hint=error.hint),)
    if loaded is None:
        return _sorted(file, problems)
    errors = [problem for problem in problems if problem.severity == "error"]
    at_risk = () if file == STDIN else personal_values_at_risk(file, str(local_path(file)))
    return _sorted(file, [*problems, *lint(loaded, errors), *missing_files(loaded, errors), *at_risk])


def _sorted(file: Any, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Those of the file itself by their place, then those of its local file."""
    return tuple(sorted(in_order(problems), key=lambda problem: problem.path != str(file)))


def _line(problem: Problem) -> str:
    return f"{visible(f'{problem.severity}: {problem}')}\n"


def _document(found: dict[str, tuple[Problem, ...]]) -> dict[str, Any]:
    files = [
        {
            "path": path,
            "ok": not any(problem.severity == "error" for problem in problems),
            "problems": [msgspec.structs.asdict(problem) for problem in problems],
        }
        for path, problems in found.items()
    ]
    every = [problem for problems in found.values() for problem in problems]
    errors = sum(problem.severity == "error" for problem in every)
    return {"schema": "cyberun-check/1", "files": files, "errors": errors, "warnings": len(every) - errors}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
