"""Reads a gateway's configuration from a TOML file. Every problem names file and key; nothing is started here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.gateway.checks import check
from workbench.gateway.config import GatewayConfig
from workbench.gateway.errors import GatewayConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 1 << 20
"""A file larger than this is not a configuration."""

_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*)`$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`$", re.DOTALL)


def load_config(path: Path | str, *, maps: Mapping[str, str] | None = None) -> GatewayConfig:
    """The configuration in a TOML file, checked.

    Args:
        path: the file.
        maps: further entries for `[maps]`, from `--map`; they win over the file's.

    Raises:
        GatewayConfigError: the file cannot be read, is no TOML, or does not fit; the text names file and key.
    """
    source = str(path)
    config = _convert(_read(Path(path), source), source)
    if maps:
        config = msgspec.structs.replace(config, maps={**config.maps, **maps})
    return check(config, source=source)


def parse_map(text: str) -> tuple[str, str]:
    """The slug and the address of one `--map SLUG=URL`.

    Raises:
        GatewayConfigError: there is no `=`, or nothing on one side of it. `check` looks at the rest.
    """
    slug, sign, address = text.partition("=")
    if not sign or not slug or not address:
        raise GatewayConfigError(f"{text!r} is not SLUG=URL, as my-llm=http://127.0.0.1:8000", where="--map")
    return slug, address


def _read(path: Path, source: str) -> dict[str, object]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GatewayConfigError(f"the file is larger than {MAX_BYTES} bytes: is it the right one?", source=source)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise GatewayConfigError(f"cannot be read: {error.strerror or error}", source=source) from error
    except UnicodeDecodeError as error:
        raise GatewayConfigError(f"is not UTF-8 at byte {error.start + 1}", source=source) from error
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise GatewayConfigError(f"is not TOML: {error}", source=source) from error


def _convert(document: dict[str, object], source: str) -> GatewayConfig:
    try:
        return msgspec.convert(document, GatewayConfig)
    except msgspec.ValidationError as error:
        problem, where = _explain(str(error))
        raise GatewayConfigError(problem, where=where, source=source) from error


def _explain(message: str) -> tuple[str, str]:
    """What is wrong, and at which key, out of msgspec's one sentence."""
    found = _PLACE.search(message)
    place = found[1].replace("[...]", ".*") if found else ""
    problem = message[: found.start()] if found else message
    for pattern, words in ((_UNKNOWN, "is no key of this table"), (_MISSING, "is missing")):
        key = pattern.match(problem)
        if key:
            return words, f"{place}.{key[1]}" if place else key[1]
    return problem[:1].lower() + problem[1:], place
