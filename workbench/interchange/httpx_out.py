"""A request as Python code: an httpx client over `InvokeTransport` or `ProxyTransport` (docs/library.md).

A masked secret is read from the environment when the code runs. The path goes by httpx's `target` extension where httpx
would change it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.interchange.masking import Copied

if TYPE_CHECKING:
    from workbench.interchange.masking import Hole, Masked, Masking
    from workbench.model.envelope import Envelope
    from workbench.model.request import ResolvedRequest

_UNTOUCHED = re.compile(r"/[A-Za-z0-9_~.\-/]*(\?[A-Za-z0-9_~.\-=&%]*)?")
_DOTS = re.compile(r"/\.{1,2}(?=[/?]|$)")
_INDENT = " " * 8


def httpx_code(request: ResolvedRequest, envelope: Envelope, masking: Masking) -> Copied:
    """A whole script that sends the request and prints the answer."""
    masked = masking.apply(request, envelope)
    envelope = masked.envelope
    transport = "ProxyTransport" if masked.route == "proxy" else "InvokeTransport"
    arguments = [_quoted(envelope.method)]
    literal = all(isinstance(part, str) for part in masked.split(envelope.path))
    if literal and _UNTOUCHED.fullmatch(envelope.path) and not _DOTS.search(envelope.path):
        arguments.append(_quoted(envelope.path))
    else:
        arguments += ['"/"', f'extensions={{"target": {_bytes(masked, envelope.path)}}}']
    if envelope.headers:
        pairs = ", ".join(f"({_quoted(name)}, {_literal(masked, value)})" for name, value in envelope.headers)
        arguments.append(f"headers=[{pairs}]")
    if masked.body != "none":
        arguments.append(f"content={_content(masked)}")
    lines = "".join(f"\n{_INDENT}{argument}," for argument in arguments)
    team = f"\n    team={_literal(masked, masked.team)}," if masked.team else ""
    code = (
        f"transport = {transport}(\n    base_url={_quoted(masked.base_url)},\n"
        f"    credential={_literal(masked, masked.credential)},{team}\n)\n"
        f"with httpx.Client(transport=transport, base_url={_quoted(f'http://{masked.service}')}) as client:\n"
        f"    response = client.request({lines}\n    )\nprint(response.status_code)\nprint(response.text)\n"
    )
    return Copied(f"{_imports(code)}\nfrom workbench.invoke import {transport}\n\n{code}", masked.notes)


def _imports(code: str) -> str:
    """The standard library's modules that the code uses, and httpx."""
    used = [name for name in ("base64", "json", "os", "string") if f"{name}." in code]
    standard = [f"import {name}\n" for name in used]
    if "quote(" in code:
        standard.append("from urllib.parse import quote\n")
    return "".join([*standard, "\n" * bool(standard), "import httpx\n"])


def _literal(masked: Masked, text: str) -> str:
    """A text as an expression, its holes filled in when it runs."""
    return " + ".join(_piece(part) for part in masked.split(text)) or '""'


def _piece(part: str | Hole) -> str:
    if isinstance(part, str):
        return _quoted(part)
    value = f'os.environ["{part.variable}"]'
    if part.encoding == "url":
        return f'quote({value}, safe="")'
    if part.encoding == "path":
        return f"quote({value}, safe=string.punctuation)"
    return f"json.dumps({value})[1:-1]" if part.encoding == "json" else value


def _content(masked: Masked) -> str:
    if masked.body == "binary":
        return repr(masked.envelope.body)
    text = masked.body_text()
    return f"base64.b64decode({_literal(masked, text)})" if masked.body == "hidden" else _bytes(masked, text)


def _bytes(masked: Masked, text: str) -> str:
    """The text as an expression of bytes."""
    literal = _literal(masked, text)
    return f"{literal}.encode()" if len(masked.split(text)) == 1 else f"({literal}).encode()"


def _quoted(text: str) -> str:
    """A literal text, in the quotes that formatters prefer where that needs no escape."""
    literal = repr(text)
    return literal if '"' in literal else f'"{literal[1:-1]}"'
