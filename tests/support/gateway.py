"""A local gateway for tests, with its credentials at hand.

A test module, or the `conftest.py` of a folder, takes a fixture in by importing it:
`from tests.support.gateway import gateway  # noqa: F401 - a fixture`. Starting one takes two milliseconds, so `gateway`
is a new one for each test: its state and its log of calls (`gateway.calls`) are that test's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workbench.gateway import demo
from workbench.gateway.server import GatewayThread

if TYPE_CHECKING:
    from collections.abc import Iterator

SK_ALPHA = demo.SK_ALPHA
SK_BETA = demo.SK_BETA
DK_OWNER = demo.DK_OWNER
DK_ADMIN = demo.DK_ADMIN
DK_MEMBER = demo.DK_MEMBER
DK_VIEWER = demo.DK_VIEWER
DK_BETA = demo.DK_BETA
AK = demo.AK
JWT_OWNER = demo.JWT_OWNER
JWT_ADMIN = demo.JWT_ADMIN
JWT_MEMBER = demo.JWT_MEMBER
JWT_VIEWER = demo.JWT_VIEWER
TEAM_ALPHA = demo.ALPHA.team_id
TEAM_BETA = demo.BETA.team_id
EMAIL = demo.ADA.email_address
PASSWORD = demo.ADA.user_password


@pytest.fixture
def gateway() -> Iterator[GatewayThread]:
    """A gateway of this test's own, as the demo configures it."""
    with GatewayThread() as running:
        yield running


@pytest.fixture(scope="session")
def session_gateway() -> Iterator[GatewayThread]:
    """One gateway for the whole session; what a test switches stays switched, and its log of calls goes on."""
    with GatewayThread() as running:
        yield running
