"""The local gateway, which shares no code with the client, for the tests of this folder."""

from tests.support.gateway import gateway

__all__ = ["gateway"]
