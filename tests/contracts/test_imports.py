"""What a fresh interpreter loads: static contracts cannot tell a deferred import from a real one."""

import subprocess
import sys

import pytest

HEAVY = [
    "textual",
    "httpx",
    "aiohttp",
    "tomlkit",
    "jsonschema",
    "jsonpath_rfc9535",
    "keyring",
    "pygments",
]


def loaded_after(statement: str) -> set[str]:
    """Top-level packages in `sys.modules` after one statement in a new process."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-2000:])


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import workbench.model.assertions, workbench.model.variables, workbench.model.envelope", HEAVY),
        ("import workbench.invoke", HEAVY),
        ("import workbench.cli.main", HEAVY),
        ("import workbench.gateway", ["textual", "httpx", "httpx2", "tomlkit", "pygments"]),
        ("import workbench.cli.commands.run", ["textual", "httpx", "aiohttp", "jsonschema", "keyring", "pygments"]),
    ],
)
def test_a_room_loads_nothing_it_must_not(statement: str, forbidden: list[str]) -> None:
    assert loaded_after(statement).isdisjoint(forbidden)


@pytest.mark.parametrize(
    "words", [["--help"], ["run", "--help"], ["check", "--help"], ["import", "openapi", "--help"], ["load", "--help"]]
)
def test_help_loads_neither_the_app_nor_the_network(words: list[str]) -> None:
    loaded = loaded_after(f"from workbench.cli.main import run\nassert run({words!r}) == 0")
    assert loaded.isdisjoint(["textual", "httpx", "aiohttp", "pygments", "yaml", "hdrh", "tomlkit"])
