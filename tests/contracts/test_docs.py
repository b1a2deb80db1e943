"""What stands in README and docs is true: TOML blocks load, commands run, links lead somewhere."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workbench.cli.examples import EXAMPLES
from workbench.cli.main import COMMANDS, cli
from workbench.files.collections import loads
from workbench.files.settings import load_settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> Iterator[object]:
    for page in PAGES:
        for number, match in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")), 1):
            if match[1] == language:
                yield pytest.param(match[2], id=f"{page.name}-{number}")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("text", blocks("toml"))
def test_a_toml_block_can_be_used(text: str, tmp_path: Path) -> None:
    if "cyberun = 1" in text:
        loads(text.encode(), path="docs.toml")
    elif re.search(r"^\[(profile\.|history\])", text, re.MULTILINE):
        settings = tmp_path / "settings.toml"
        settings.write_text(text, encoding="utf-8")
        load_settings(settings)
    else:
        tomllib.loads(text)


def commands() -> Iterator[object]:
    for page in PAGES:
        for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if match[1] not in {"sh", "text"}:
                continue
            for line in match[2].splitlines():
                found = re.search(r"cyberun-tui (.*?)(?:\s{2,}#.*| \|.*| #.*)?$", line)
                if found and match[1] == "sh":
                    yield pytest.param(found[1], id=f"{page.name}: {found[1][:50]}")


def examples() -> Iterator[object]:
    for lines in EXAMPLES.values():
        for line in lines:
            words = shlex.split(line)
            words = words[words.index("cyberun-tui") + 1 :]
            end = next((at for at, word in enumerate(words) if word in {"|", "<"}), len(words))
            yield pytest.param(shlex.join(words[:end]), id=line[:60])


@pytest.mark.parametrize("line", [*commands(), *examples()])
def test_a_command_has_flags_that_exist(line: str) -> None:
    words = shlex.split(line)
    if not words or words[0] not in COMMANDS:
        return
    command = cli.get_command(None, words[0])  # type: ignore[arg-type]  # no context is needed to find a command
    assert command is not None
    words = words[1:]
    if isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert used <= known | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help_and_is_in_the_docs(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert f"`{command}`" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
