"""The local gateway, which shares no code with the client, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workbench.gateway.server import GatewayThread

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def gateway() -> Iterator[GatewayThread]:
    """A gateway with the demo's accounts and services, on a free port."""
    with GatewayThread() as running:
        yield running
