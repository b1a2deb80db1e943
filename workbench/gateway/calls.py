"""What was called: every request on the invoke and proxy routes, for tests that ask how often something was sent."""

from __future__ import annotations

from collections import deque
from typing import Literal

import msgspec

KEPT = 2000
"""Calls that are remembered; `CallLog.total` counts all."""

KEPT_BODY = 64 << 10
"""Bytes of a body that are remembered; `RecordedCall.size` has its real size."""


class RecordedCall(msgspec.Struct, kw_only=True, eq=False):
    """One request to a service, as it came in, refused ones too.

    Attributes:
        route: which of the two it took.
        slug: the service named in the address.
        method, path, headers, body: of the container's request; empty while, or because, the envelope was not read.
        size: bytes of the body; the proxy does not count them.
        authorization, team_id: the headers of the call itself.
        platform_status: what was answered; None while it is on its way, or when the caller hung up.
    """

    route: Literal["invoke", "proxy"]
    slug: str
    authorization: str = ""
    team_id: str = ""
    method: str = ""
    path: str = ""
    headers: list[tuple[str, str]] = msgspec.field(default_factory=list)
    body: bytes = b""
    size: int = 0
    platform_status: int | None = None


class CallLog:
    """The calls so far, oldest first. May be read from another thread than the gateway's."""

    def __init__(self) -> None:
        self._calls: deque[RecordedCall] = deque(maxlen=KEPT)
        self.total = 0

    def add(self, call: RecordedCall) -> None:
        """Remember one."""
        self._calls.append(call)
        self.total += 1

    def all(self, slug: str | None = None) -> list[RecordedCall]:
        """The last `KEPT` calls, or those of one service among them."""
        found = list(self._calls)
        return found if slug is None else [call for call in found if call.slug == slug]

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self.total = 0

    def __len__(self) -> int:
        return self.total
