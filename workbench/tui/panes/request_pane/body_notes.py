"""What there is to say about a body: what is wrong with it, how large it is. Pure."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from workbench.model.clear import clear_in_json, credential_in
from workbench.model.envelope import BODYLESS, from_base64
from workbench.tui.panes.request_pane.json_text import check_json
from workbench.tui.widgets.templates import placeholders_in, spans, state_of

if TYPE_CHECKING:
    from workbench.model.collection import Body
    from workbench.tui.widgets.templates import Names

_KILO = 1000


READ_AT_ONCE = 64_000
"""Characters of a body that is read through on every key; a larger one a moment later and in a thread."""


def is_large(body: Body | None) -> bool:
    """Whether a body is too large to be read through while a key waits."""
    return body is not None and len(body.text) > READ_AT_ONCE


class BodyNotes(NamedTuple):
    """What there is to say.

    Attributes:
        problem: what is wrong; empty when nothing is.
        fact: what to know.
        place: where the problem is in the text, line and column from 0; None where that is not known.
    """

    problem: str = ""
    fact: str = ""
    place: tuple[int, int] | None = None


@lru_cache(maxsize=8)
def body_notes(body: Body | None, method: str, *, readable: bool = True) -> BodyNotes:
    """What is wrong with a body, and what to know about it. Reads all of it: a large one is a thread's work.

    Args:
        body: as it is kept, with its placeholders.
        method: the request's, where it goes through invoke: some carry no body there; empty for the proxy route.
        readable: whether the editor can show the text exactly.
    """
    if body is None:
        return BodyNotes()
    if not readable:
        return BodyNotes(
            fact=f"{_size(body.text)} with control characters or mixed line ends: shown read-only so that no byte "
            "changes; F4 opens it in $EDITOR"
        )
    notes = _by_kind(body)
    if not notes.problem and method in BODYLESS:
        add = f" · a {method} carries no body through invoke: choose another method, none, or the proxy route"
        notes = notes._replace(fact=notes.fact + add)
    return notes


def _by_kind(body: Body) -> BodyNotes:
    if body.kind == "form":
        sent = sum(not entry.off for entry in body.form)
        fields = "1 field" if sent == 1 else f"{sent} fields"
        return BodyNotes(fact=f"{fields}, sent as application/x-www-form-urlencoded" if body.form else "")
    if body.kind == "file":
        problem = file_problem(body.text)
        return BodyNotes(problem, "" if problem else "the file is read when the request is sent; F4 opens it")
    if body.kind == "base64":
        try:
            return BodyNotes(fact=f"{len(from_base64(body.text)):,} bytes decoded")
        except ValueError as error:
            return BodyNotes(str(error))
    return _of_text(body)


def _of_text(body: Body) -> BodyNotes:
    fact = _size(body.text)
    count = placeholders_in(body.text)
    if count:
        fact += " and a placeholder" if count == 1 else f" and {count} placeholders"
    if body.kind == "text":
        return BodyNotes(fact=fact)
    wrong = check_json(body.text)
    if wrong is None:
        return BodyNotes(fact=f"valid JSON · {fact}")
    return BodyNotes(str(wrong), place=(wrong.line - 1, wrong.column - 1) if wrong.line else None)


def read_through(body: Body | None, method: str, names: Names, *, readable: bool = True) -> tuple[BodyNotes, str]:
    """All there is to say about a body, and its badge."""
    return body_notes(body, method, readable=readable), badge(body, names)


def badge(body: Body | None, names: Names) -> str:
    """That a body holds secrets, named or in clear; empty where it holds none. Reads all of it too."""
    if body is None or body.kind not in ("json", "text", "form"):
        return ""
    texts = [entry.value for entry in body.form if not entry.off] if body.kind == "form" else [body.text]
    used = dict.fromkeys(span.name for text in texts for span in spans(text))
    named = [name for name in used if state_of(name, names) == "secret"]
    if any(credential_in(text) or (body.kind == "json" and next(clear_in_json(text), None)) for text in texts):
        named.append("a clear credential")
    return f"◆ {', '.join(named)}" if named else ""


def file_problem(path: str) -> str:
    """Why a path can be no body: it must stay in the collection's folder (FORMAT.md, "Bodies"). Looks at no disk."""
    if not path:
        return "which file? a path relative to the collection"
    if "\x00" in path:
        return "a path cannot hold NUL"
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if path.startswith(("/", "\\", "~")) or (parts and parts[0].endswith(":")):
        return "the path must be relative to the collection's folder"
    if ".." in parts:
        return "the path may not leave the collection's folder (..)"
    return ""


def _size(text: str) -> str:
    count = len(text.encode("utf-8", "surrogatepass"))
    return f"{count} bytes" if count < _KILO else f"{count / _KILO:.1f} kB"
