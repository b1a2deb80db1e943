"""Other runners on the workload of `replay`: Newman and Bruno (npm), HTTPie, and a bare `httpx.AsyncClient` loop.

Each is installed into a temporary folder when its installer is there, and says "not installed" where it is not. What is
compared is requests a second without the start: the time of many requests less that of one.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx

from workbench.gateway.demo import SK_ALPHA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MANY = 300
AT_ONCE = 32
_INVOKE = {"method": "GET", "path": "/ping", "headers": {}}


def timed(words: list[str], folder: Path) -> float:
    """Seconds of a command, which has to succeed."""
    began = time.perf_counter()
    done = subprocess.run(words, cwd=folder, capture_output=True, env={**os.environ, "NO_COLOR": "1"}, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-300:]!r}")
    return time.perf_counter() - began


def rate(run: Callable[[int], float]) -> float:
    """Requests a second, the start left out."""
    return (MANY - 1) / max(run(MANY) - run(1), 1e-9)


def install(package: str, program: str, folder: Path) -> str | None:
    """The program of an npm package, installed below a folder; None where that cannot be done."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    flags = ["--silent", "--no-audit", "--no-fund", "--no-save"]
    subprocess.run([npm, "install", *flags, package], cwd=folder, capture_output=True, check=False)
    found = folder / "node_modules" / ".bin" / program
    return str(found) if found.exists() else None


def newman(program: str, base_url: str, folder: Path) -> float:
    """Requests a second of Newman, three assertions on each."""
    script = [
        'pm.test("status", () => pm.response.to.have.status(200));',
        'pm.test("inner", () => pm.expect(pm.response.json().status_code).to.eql(200));',
        'pm.test("type", () => pm.response.to.have.header("content-type"));',
    ]

    def run(count: int) -> float:
        item = {
            "request": {
                "method": "POST",
                "url": f"{base_url}/r/invoke/echo",
                "header": [
                    {"key": "Authorization", "value": f"Bearer {SK_ALPHA}"},
                    {"key": "Content-Type", "value": "application/json"},
                ],
                "body": {"mode": "raw", "raw": json.dumps(_INVOKE)},
            },
            "event": [{"listen": "test", "script": {"exec": script}}],
        }
        schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        items = [{"name": f"r{number}", **item} for number in range(count)]
        file = folder / f"newman-{count}.json"
        file.write_text(json.dumps({"info": {"name": "bench", "schema": schema}, "item": items}), encoding="utf-8")
        return timed([program, "run", str(file), "--reporters", "json"], folder)

    return rate(run)


def bruno(program: str, base_url: str, folder: Path) -> float:
    """Requests a second of Bruno, three assertions on each."""

    def run(count: int) -> float:
        place = folder / f"bruno-{count}"
        place.mkdir()
        (place / "bruno.json").write_text('{"version": "1", "name": "bench", "type": "collection"}', encoding="utf-8")
        for number in range(count):
            (place / f"r{number}.bru").write_text(
                f"meta {{\n  name: r{number}\n  type: http\n  seq: {number + 1}\n}}\n\n"
                f"post {{\n  url: {base_url}/r/invoke/echo\n  body: json\n  auth: none\n}}\n\n"
                f"headers {{\n  Authorization: Bearer {SK_ALPHA}\n}}\n\n"
                f"body:json {{\n  {json.dumps(_INVOKE)}\n}}\n\n"
                "assert {\n  res.status: eq 200\n  res.body.status_code: eq 200\n  res.body.headers: isDefined\n}\n",
                encoding="utf-8",
            )
        return timed([program, "run", "--sandbox", "developer", "--reporter-json", "out.json"], place)

    return rate(run)


def bare_httpx(base_url: str) -> float:
    """Requests a second of a loop over `httpx.AsyncClient`, 32 at once."""

    async def loop() -> float:
        headers = {"authorization": f"Bearer {SK_ALPHA}"}
        async with httpx.AsyncClient(headers=headers) as client:
            left = iter(range(MANY * 2))

            async def worker() -> None:
                for _ in left:
                    (await client.post(f"{base_url}/r/invoke/echo", json=_INVOKE)).json()

            await client.post(f"{base_url}/r/invoke/echo", json=_INVOKE)
            began = time.perf_counter()
            await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
            return MANY * 2 / (time.perf_counter() - began)

    return asyncio.run(loop())


def httpie(folder: Path, base_url: str) -> float | None:
    """Seconds of one call of HTTPie; None where it cannot be installed."""
    place = folder / "httpie"
    made = subprocess.run([sys.executable, "-m", "venv", str(place)], capture_output=True, check=False)
    pip = [str(place / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "httpie"]
    if made.returncode or subprocess.run(pip, capture_output=True, check=False).returncode:
        return None
    words = [str(place / "bin" / "http"), "--ignore-stdin", "POST", f"{base_url}/r/invoke/echo"]
    words += [f"authorization:Bearer {SK_ALPHA}", "method=GET", "path=/ping"]
    return sorted(timed(words, folder) for _ in range(5))[2]
