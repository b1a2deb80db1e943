"""A request as the arguments of the platform's MCP tool `call_container_service` (CYBERUN-API.md, 7)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.interchange.masking import Copied
from workbench.model import envelope as envelopes

if TYPE_CHECKING:
    from workbench.interchange.masking import Masked, Masking
    from workbench.model.envelope import Envelope
    from workbench.model.request import ResolvedRequest


def mcp_arguments(request: ResolvedRequest, envelope: Envelope, masking: Masking) -> Copied:
    """The arguments as JSON. JSON has no variables, so a secret stays a mask: `[redacted:NAME]`."""
    masked = masking.apply(request, envelope)
    bare = envelopes.encode(msgspec.structs.replace(masked.envelope, body=None)).decode()
    arguments: dict[str, Any] = {"service_slug": masked.service, **msgspec.json.decode(_shown(masked, bare))}
    if masked.body == "hidden":
        arguments["body_base64"] = _shown(masked, masked.body_text())
    elif masked.body == "binary":
        arguments["body_base64"] = base64.b64encode(masked.envelope.body or b"").decode()
    elif masked.body == "text":
        arguments["body_base64"] = base64.b64encode(_shown(masked, masked.body_text()).encode()).decode()
    text = msgspec.json.format(msgspec.json.encode(arguments), indent=2).decode() + "\n"
    left = [hole.label for hole in masked.holes.values() if hole.variable not in _OF_THE_CALL]
    notes = tuple(f"masked: {label}" for label in dict.fromkeys(left))
    return Copied(text, notes)


_OF_THE_CALL = {"CYBERUN_API_KEY", "CYBERUN_TEAM_ID"}
"""What the MCP server knows by itself."""


def _shown(masked: Masked, text: str) -> str:
    """The text with a mask in place of each hole."""
    return "".join(part if isinstance(part, str) else f"[redacted:{_name(part.label)}]" for part in masked.split(text))


def _name(label: str) -> str:
    return label.removeprefix("the value of ").removeprefix("the ")
