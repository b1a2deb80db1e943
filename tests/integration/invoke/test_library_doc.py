"""The examples of docs/library.md run as they stand, against the local gateway."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from workbench.gateway import demo
from workbench.invoke import WireOptions

if TYPE_CHECKING:
    from workbench.gateway.server import GatewayThread

PAGE = (Path(__file__).parents[3] / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXPECTED = [
    r"200 list\n200\n",
    r"200\n",
    r"(?s).*data: .*data: .*data: .*",
    r"\S+ .+\n",
    r"not_running platform False\n",
    r"200 200 0\.\d{3} s\n",
]


def test_every_example_is_expected() -> None:
    assert len(BLOCKS) == len(EXPECTED)


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_examples(
    number: int, gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CYBERUN_BASE_URL", gateway.base_url)
    monkeypatch.setenv("CYBERUN_API_KEY", demo.SK_ALPHA)
    exec(compile(BLOCKS[number], f"docs/library.md, example {number + 1}", "exec"), {"__name__": "__main__"})  # noqa: S102 - our own page
    assert re.fullmatch(EXPECTED[number], capsys.readouterr().out)


def test_the_defaults_are_the_real_ones() -> None:
    found = dict(re.findall(r"`(\w+)=([\d.]+)`", PAGE))
    defaults = msgspec.structs.asdict(WireOptions())
    for name in ("connect_timeout", "read_timeout", "timeout", "max_reply"):
        assert float(found[name]) == defaults[name]
