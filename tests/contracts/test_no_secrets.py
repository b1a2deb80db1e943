"""No file of the project holds what looks like a real secret: keys here are canaries or the local gateway's own."""

import base64
import binascii
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("workbench", "tests", "docs", "collections", ".ci")
SHAPES = re.compile(
    r"\b(?:sk|dk|ak|rt)-[A-Za-z0-9_-]{16,}"  # the platform's keys
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"  # JWTs
    r"|\bAKIA[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abp]-[A-Za-z0-9-]{20,}|\bAIza[A-Za-z0-9_-]{30,}"
    r"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"
)
OPENLY_FALSE = (
    "canary",
    "c4n4ry",
    "demo",
    "nobody",
    "example",
    "real-looking",
    "0123456789",
    "abcdefghij",
    '"sub":"1"',
)


def looks_real(token: str) -> bool:
    text = token.lower()
    for part in token.split(".")[:2]:
        try:
            text += base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("latin-1").lower()
        except (binascii.Error, ValueError):
            continue
    return not any(word in text for word in OPENLY_FALSE)


def test_no_file_holds_what_looks_like_a_real_secret() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    found = []
    for path in files:
        if "__pycache__" in path.parts or path.stat().st_size > 5_000_000:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {hit[0][:12]}…" for hit in SHAPES.finditer(text) if looks_real(hit[0])]
    assert found == []


def test_what_is_looked_for_would_be_found() -> None:
    for part in ("sk-" + "Zq8" * 8, "AKIA" + "Q7" * 8, "ghp_" + "k9" * 18):
        assert [looks_real(hit[0]) for hit in SHAPES.finditer(f'key = "{part}"')] == [True]
