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
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, timeout=120)
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


def test_preload_leaves_out_what_nobody_asks_for_and_takes_nothing_away() -> None:
    """Httpx's command line can still be imported, and aiohttp's own context verifies, with the system's authorities."""
    code = """
import ssl, sys
from workbench.invoke import preload
before = ssl.create_default_context
preload()
assert "rich" not in sys.modules
assert ssl.create_default_context is before
assert "set_default_verify_paths" not in vars(ssl.SSLContext)
from aiohttp.connector import _SSL_CONTEXT_VERIFIED as context
assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname
assert context.cert_store_stats() == {"x509": 0, "crl": 0, "x509_ca": 0}
context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com")
assert context.cert_store_stats() == ssl.create_default_context().cert_store_stats()
import httpx._main
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
