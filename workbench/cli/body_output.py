"""How `send` shows an answer on a terminal: highlighted text, visible control characters, a notice for binary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.model.body import read
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.model.exchange import ServiceResponse

_LARGEST_HIGHLIGHTED = 256 * 1024


def head_text(response: ServiceResponse, *, terminal: bool) -> str:
    """The container's status line and headers, as HTTP/1.1 writes them."""
    lines = [f"HTTP/1.1 {response.status}", *(f"{name}: {value}" for name, value in response.headers)]
    return "".join(f"{visible(line) if terminal else line}\n" for line in lines) + "\n"


def envelope_bytes(response: ServiceResponse) -> bytes:
    """The platform's reply byte for byte; the proxy route has none, so its answer as one (CYBERUN-API.md, 1)."""
    if response.reply:
        return response.reply
    headers: dict[str, str | list[str]] = {}
    for name, value in response.headers:
        known = headers.get(name)
        if known is None:
            headers[name] = value
        else:
            headers[name] = [*known, value] if isinstance(known, list) else [known, value]
    envelope = {"status_code": response.status, "headers": headers, "body_base64": response.body}
    return msgspec.json.encode(envelope)


def terminal_text(response: ServiceResponse, *, colour: bool) -> str:
    """The body for a person: pretty where that loses nothing, control characters made visible."""
    content_type = response.header("content-type") or ""
    reading = read(response.body, content_type, response.header("content-encoding") or "")
    if reading.pretty is None:
        return f"({reading.summary}; write it to a file with -o FILE, or pipe it)\n"
    text = visible(reading.pretty.data.decode("utf-8", "replace"))
    if colour and len(text) <= _LARGEST_HIGHLIGHTED:
        from pygments import highlight
        from pygments.formatters import TerminalFormatter
        from pygments.lexers import get_lexer_by_name

        lexer = get_lexer_by_name(reading.media.lexer, stripnl=False, ensurenl=False)
        text = highlight(text, lexer, TerminalFormatter())
    return text if text.endswith("\n") else text + "\n"
