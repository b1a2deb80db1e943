"""Importing this room loads no HTTP library: the program's start is measured."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import workbench.invoke

HEAVY = ["httpx", "httpx2", "aiohttp", "yarl", "keyring", "textual"]


def loaded(code: str) -> list[str]:
    probe = f"import sys\n{code}\nimport json; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, timeout=30)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "code",
    [
        "import workbench.invoke",
        "from workbench.invoke import Connection, Credential, WireOptions, make_inner, resolve_secret",
        "from workbench.invoke import errors, refusals, sources, platform, proxies, call, reading",
        "from workbench.invoke import Connection; Connection(base_url='http://h', credential=None)",
    ],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert loaded(code) == []


def test_preload_loads_what_a_call_needs_and_not_httpx2() -> None:
    assert loaded("from workbench.invoke import preload; preload()") == ["httpx", "aiohttp", "yarl"]


def test_every_name_is_there() -> None:
    for name in workbench.invoke.__all__:
        assert getattr(workbench.invoke, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = workbench.invoke.nothing
