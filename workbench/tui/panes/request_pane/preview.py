"""What the Preview tab shows, as a value: made by the screen, already redacted."""

from __future__ import annotations

import msgspec


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The three layers of a request that was not sent, and what to know about it.

    Attributes:
        inner: the request the container would get.
        envelope: the JSON of the invoke call; empty where there is none.
        wire: the call to the platform.
        inner_size, envelope_size, wire_size: bytes of each as it would really be sent.
        missing: every placeholder without a value, with the place where it stands.
        hints: what to know; never a reason not to send.
        problems: why it could not be sent.
    """

    inner: str = ""
    envelope: str = ""
    wire: str = ""
    inner_size: int = 0
    envelope_size: int = 0
    wire_size: int = 0
    missing: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
