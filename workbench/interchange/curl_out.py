"""A request as a curl command: the invoke call, or the same through the transparent proxy (CYBERUN-API.md, 1 and 2).

Runs in any POSIX shell. A masked secret is a variable of the shell, encoded on the spot where its place wants it. What
a terminal cannot take as it is (binary, control characters) travels as base64.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import msgspec

from workbench.interchange import shell
from workbench.interchange.masking import Copied
from workbench.model import envelope as envelopes

if TYPE_CHECKING:
    from workbench.interchange.masking import Masked, Masking
    from workbench.model.collection import Route
    from workbench.model.envelope import Envelope
    from workbench.model.request import ResolvedRequest

_GLOB = re.compile(r"[\[\]{}]")
_DOTS = re.compile(r"/\.{1,2}(?=[/?#]|$)")
_CONTINUED = " \\\n  "


def curl(
    request: ResolvedRequest,
    envelope: Envelope,
    masking: Masking,
    *,
    route: Route | None = None,
    one_line: bool = False,
) -> Copied:
    """The command, and what to set before it runs.

    Args:
        request: what is asked, its secrets still wrapped.
        envelope: the same, ready for the wire.
        masking: how its secrets are written.
        route: the form of the command; None for the request's own.
        one_line: no continued lines: for programs, where people read the other form more easily.
    """
    masked = masking.apply(request, envelope)
    between = " " if one_line else _CONTINUED
    if (route or masked.route) == "proxy":
        return _proxy(masked, between)
    return Copied(_invoke(masked, between), masked.notes)


def _invoke(masked: Masked, between: str) -> str:
    words = [shell.quoted(f"{masked.base_url}/r/invoke/{masked.service}"), *_credential(masked)]
    words.append("-H 'Content-Type: application/json'")
    payload = _payload(masked)
    if len(payload) > shell.LONGEST_WORD:
        return f"printf %s {payload} | {_command([*words, '--data-binary @-'], between, 'POST')}"
    return _command([*words, f"--data-raw {payload}"], between, "POST")


def _command(words: list[str], between: str, method: str = "") -> str:
    """The command with its method; none for what curl chooses by itself."""
    flag = " --head" if method == "HEAD" else f" -X {shell.quoted(method)}" if method else ""
    return f"curl{flag} {between.join(words)}"


def _credential(masked: Masked) -> list[str]:
    words = [f"-H {shell.word(masked.split(f'Authorization: Bearer {masked.credential}'))}"]
    if masked.team:
        words.append(f"-H {shell.word(masked.split(f'X-Team-ID: {masked.team}'))}")
    return words


def _payload(masked: Masked) -> str:
    """The envelope as one word; a body that holds a secret becomes base64 when the command runs."""
    bare = envelopes.encode(msgspec.structs.replace(masked.envelope, body=None)).decode()
    if masked.body == "none":
        return shell.word(masked.split(bare), json=True)
    parts = masked.split(masked.body_text()) if masked.body == "text" else []
    if all(isinstance(part, str) for part in parts):
        return shell.word(masked.split(f'{bare[:-1]},"body_base64":"{_base64(masked)}"}}'), json=True)
    encoded = f"\"$({shell.output_of(parts)} | base64 | tr -d '\\n')\""
    return shell.word(masked.split(bare[:-1] + ',"body_base64":"'), json=True) + encoded + shell.quoted('"}')


def _base64(masked: Masked) -> str:
    """The body in base64, or the mark that stands for it."""
    return masked.body_text() if masked.body == "hidden" else base64.b64encode(masked.envelope.body or b"").decode()


def _proxy(masked: Masked, between: str) -> Copied:
    envelope = masked.envelope
    notes = list(masked.notes)
    url = f"{masked.base_url}/r/containers/{masked.service}{envelope.path}"
    words = [shell.word(masked.split(url)), *_credential(masked)]
    words[:0] = _url_flags(url)
    if "#" in url:
        target = "/" + url.split("://", 1)[-1].partition("/")[2]
        words.append(f"--request-target {shell.word(masked.split(target))}")
    for name, value in envelope.headers:
        if name.lower() == "authorization":
            notes.append("the header authorization is left out: the platform takes it for itself on this route")
        else:
            words.append(f"-H {shell.word(masked.split(f'{name}: {value}' if value else f'{name};'))}")
    if masked.body == "none":
        return Copied(_command(words, between, "" if envelope.method == "GET" else envelope.method), tuple(notes))
    if envelope.method == "HEAD":
        notes.append("the body is left out: curl sends none with HEAD")
        return Copied(_command(words, between, "HEAD"), tuple(notes))
    if not any(name.lower() == "content-type" for name, _ in envelope.headers):
        words.append("-H 'Content-Type:'")
    return Copied(_with_body(masked, words, between), tuple(notes))


def _url_flags(url: str) -> list[str]:
    """What keeps curl from changing the URL: its own patterns, and dots it would resolve."""
    flags = []
    if _GLOB.search(url):
        flags.append("--globoff")
    if _DOTS.search(url):
        flags.append("--path-as-is")
    return flags


def _with_body(masked: Masked, words: list[str], between: str) -> str:
    method = masked.envelope.method
    if masked.body == "hidden":
        content = f"printf %s {shell.word(masked.split(masked.body_text()))} | base64 -d"
    elif masked.body == "binary":
        content = shell.output_of([], masked.envelope.body)
    else:
        body = masked.body_text()
        content = shell.output_of(masked.split(body))
        written = content.removeprefix("printf %s ")
        if shell.can_be_pasted(body) and len(written) <= shell.LONGEST_WORD:
            return _command([*words, f"--data-raw {written}"], between, method)
    return f"{content} | {_command([*words, '--data-binary @-'], between, method)}"
