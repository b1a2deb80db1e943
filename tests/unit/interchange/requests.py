"""Requests that are ready to go, made short, and hostile texts for them."""

from __future__ import annotations

from typing import Any

from workbench.model.envelope import Envelope
from workbench.model.request import ResolvedRequest, Target, Text
from workbench.model.secrets import Secret, reveal

HOSTILE = 'it\'s "quoted" $HOME `id` $(id) \\ ! {a,b} [1-3] % & ; # é 🦊 \'\'\' """ -d @x'
TOKEN = 'c4n4ry "t0ken" \\ & +/é'


def ready(
    method: str = "GET",
    path: Text = "/",
    *,
    headers: tuple[tuple[str, Text], ...] = (),
    body: bytes | Secret | None = None,
    base_url: str = "http://127.0.0.1:1/api/v1",
    service: str = "echo",
    **target: Any,
) -> tuple[ResolvedRequest, Envelope]:
    """A resolved request and its envelope."""
    request = ResolvedRequest(
        target=Target(base_url=base_url, service=service, **target),
        method=method,
        path=path,
        headers=headers,
        body=body,
    )
    envelope = Envelope(
        method=method,
        path=reveal(path),
        headers=tuple((name, reveal(value)) for name, value in headers),
        body=body.reveal().encode() if isinstance(body, Secret) else body,
    )
    return request, envelope
