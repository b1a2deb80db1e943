"""The lists of services that the platform gave last, for a time without network. Losing them costs a convenience.

Values of a container's environment are never written. A file that cannot be read is as good as none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.files import atomic
from workbench.files.folders import PRIVATE_FILE, make_private, state_folder
from workbench.files.reading import read_bytes
from workbench.model.catalog import Service
from workbench.model.collection import SLUG_PATTERN
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE_NAME = "services.json"

MOST_LISTS = 20
"""Lists that are kept: those that were fetched last."""

MOST_BYTES = 16 * 1024 * 1024


class ServiceList(msgspec.Struct, frozen=True):
    """One list: when it was fetched (RFC 3339), and what was in it."""

    at: str
    services: tuple[Service, ...] = ()


def recall_services(key: str) -> ServiceList | None:
    """The list that was kept under a key; None when there is none that makes sense."""
    found = _load().get(key)
    if found is None:
        return None
    known = tuple(service for service in found.services if SLUG_PATTERN.fullmatch(service.slug))
    return msgspec.structs.replace(found, services=known)


def keep_services(key: str, services: Sequence[Service], at: str) -> None:
    """Keep a list in place of the one before; what cannot be written is not kept."""
    without = tuple(
        msgspec.structs.replace(service, env=tuple((name, "") for name, _ in service.env)) for service in services
    )
    lists = {name: kept for name, kept in _load().items() if name != key}
    lists[key] = ServiceList(at, without)
    latest = dict(sorted(lists.items(), key=lambda item: item[1].at)[-MOST_LISTS:])
    try:
        make_private(state_folder())
        data = msgspec.json.encode(latest)
        atomic.write(
            state_folder() / FILE_NAME, data, expected_sha256=None, overwrite=True, mode=PRIVATE_FILE, durable=False
        )
    except (FileError, OSError):
        return


def _load() -> dict[str, ServiceList]:
    try:
        data = read_bytes(state_folder() / FILE_NAME, limit=MOST_BYTES)
        return msgspec.json.decode(data, type=dict[str, ServiceList])
    except (FileError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
