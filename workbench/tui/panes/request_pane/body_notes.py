"""What there is to say about a body: what is wrong with it, how large it is. Pure."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from workbench.model.envelope import BODYLESS, from_base64
from workbench.tui.panes.request_pane.json_text import check_json
from workbench.tui.widgets.templates import placeholders_in

if TYPE_CHECKING:
    from workbench.model.collection import Body

_KILO = 1000


@lru_cache(maxsize=8)
def body_notes(body: Body | None, method: str, *, readable: bool = True) -> tuple[str, str]:
    """What is wrong with a body (empty when nothing is), and what to know about it.

    Args:
        body: as it is kept, with its placeholders.
        method: the request's, where it goes through invoke: some carry no body there; empty for the proxy route.
        readable: whether the editor can show the text exactly.
    """
    if body is None:
        return "", ""
    if not readable:
        return "", (
            f"{_size(body.text)} with control characters or mixed line ends: shown read-only so that no byte changes; "
            "F4 opens it in $EDITOR"
        )
    problem, fact = _by_kind(body)
    if not problem and method in BODYLESS:
        fact += f" · a {method} carries no body through invoke: choose another method, none, or the proxy route"
    return problem, fact


def _by_kind(body: Body) -> tuple[str, str]:
    if body.kind == "form":
        sent = sum(not entry.off for entry in body.form)
        fields = "1 field" if sent == 1 else f"{sent} fields"
        return "", f"{fields}, sent as application/x-www-form-urlencoded" if body.form else ""
    if body.kind == "file":
        problem = file_problem(body.text)
        return problem, "" if problem else "the file is read when the request is sent, from beside the collection"
    if body.kind == "base64":
        try:
            return "", f"{len(from_base64(body.text)):,} bytes decoded"
        except ValueError as error:
            return str(error), ""
    fact = _size(body.text)
    count = placeholders_in(body.text)
    if count:
        fact += " and a placeholder" if count == 1 else f" and {count} placeholders"
    if body.kind == "text":
        return "", fact
    wrong = check_json(body.text)
    return (str(wrong), "") if wrong else ("", f"valid JSON · {fact}")


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
