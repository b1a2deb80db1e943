"""The local gateway, which shares no code with the client, and names, for the tests of this folder."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.support.gateway import gateway

__all__ = ["gateway"]


@pytest.fixture(autouse=True)
def _no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names under `.invalid` (RFC 6761, 6.4) do not exist, and no name server is asked, which may take its time."""
    asked = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return asked(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
