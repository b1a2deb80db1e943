"""What leaves the program other than by a call: the external editor, the clipboard, a file with the body."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from workbench.model.body import read, recognise, unpack
from workbench.model.body.hexdump import hex_line, hex_line_count
from workbench.model.visible import visible
from workbench.tui.controllers.answer import content_type, size
from workbench.tui.screens.dialogs import Answer, Ask, AskText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textual.app import App

    from workbench.model.exchange import ServiceResponse
    from workbench.tui.desk import Desk

_LOOKED_AT = 64 * 1024


_PLUS_LINE = ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "kak", "joe", "mg", "ne", "micro")
_COLON_LINE = ("hx", "helix")
"""How editors are told a line: `+12 file`, or `file:12`."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The user's editor as an argv: $VISUAL, $EDITOR, or the first of the usual ones that is there; may be empty."""
    for name in ("VISUAL", "EDITOR"):
        if environ.get(name, "").strip():
            return shlex.split(environ[name])
    found = next((each for each in ("nano", "vim", "vi") if shutil.which(each, path=environ.get("PATH"))), None)
    return [found] if found else []


def pager_command(environ: Mapping[str, str]) -> list[str]:
    """The user's pager as an argv: $PAGER, or the first of the usual ones that is there; may be empty."""
    if environ.get("PAGER", "").strip():
        return shlex.split(environ["PAGER"])
    found = next((each for each in ("less", "more") if shutil.which(each, path=environ.get("PATH"))), None)
    return [found] if found else []


def edit_file(app: App[Any], path: str, environ: Mapping[str, str], line: int = 0) -> str:
    """Give the terminal to the user's editor, at a line where it knows one; returns what went wrong, or ""."""
    command = editor_command(environ)
    return _hand_over(app, command, at_line(command, path, line), "editor is set: set $VISUAL or $EDITOR")


def _hand_over(app: App[Any], command: list[str], arguments: list[str], missing: str) -> str:
    """Give the terminal to a program; what went wrong, or ""."""
    if not command:
        return f"no {missing}"
    try:
        with app.suspend():
            done = subprocess.run([*command, *arguments], check=False)
    except SuspendNotSupported:
        return f"this terminal cannot be handed to {command[0]}"
    except OSError as error:
        return f"{command[0]} could not be started: {error.strerror}"
    return f"{command[0]} ended with code {done.returncode}: nothing was taken over" if done.returncode else ""


def at_line(command: list[str], path: str, line: int) -> list[str]:
    """The path as an editor takes it with a line; without one where the editor is not known to take it."""
    name = PurePath(command[0]).name if command else ""
    if line and name in _PLUS_LINE:
        return [f"+{line}", path]
    return [f"{path}:{line}" if line and name in _COLON_LINE else path]


def edit_text(app: App[Any], text: str, suffix: str, environ: Mapping[str, str]) -> tuple[str | None, str]:
    """Let the user's editor change a text: the new text (None when it is the old one), and what went wrong."""
    handle, path = tempfile.mkstemp(prefix="cyberun-", suffix=suffix)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(text)
        wrong = edit_file(app, path, environ)
        if wrong:
            return None, wrong
        edited = Path(path).read_bytes().decode("utf-8")
    except (OSError, UnicodeError) as error:
        return None, f"the edited text could not be read: {error}"
    finally:
        Path(path).unlink(missing_ok=True)
    return (None if edited == text else edited), ""


def _response(desk: Desk) -> ServiceResponse | None:
    entry = desk.answer.entry
    return entry.exchange.response if entry else None


def suffix_of(response: ServiceResponse) -> str:
    """The suffix a file with the body as received should have, from its type and its bytes; never a server's name."""
    plain = unpack(response.body[:_LOOKED_AT], response.header("content-encoding") or "", limit=_LOOKED_AT)
    suffix = recognise(plain.data, content_type(response)).suffix if not plain.left else ".bin"
    return f"{suffix}.gz" if "gzip" in plain.applied else suffix


def _decoded(response: ServiceResponse) -> tuple[bytes, str]:
    """The body without a content coding that can be undone, and the suffix of a file with that."""
    plain = unpack(response.body, response.header("content-encoding") or "")
    suffix = ".bin" if plain.left else recognise(plain.data, content_type(response)).suffix
    return plain.data, suffix


async def save_body(desk: Desk) -> None:
    """Write the exact bytes of the answer's body to a file."""
    response, entry = _response(desk), desk.answer.entry
    if response is None or entry is None:
        desk.say("there is no body to save", "warning")
        return
    name = f"{entry.exchange.id or 'response'}{suffix_of(response)}"
    text = f"The exact {len(response.body):,} bytes that were received. The path of the file:"
    path = await desk.ask(
        AskText("Save body", text, value=name, check=lambda value: "" if value else "a path is needed")
    )
    if not path:
        return
    place = await asyncio.to_thread(lambda: Path(path).expanduser())
    if await asyncio.to_thread(place.exists):
        answers = [Answer("", "Cancel"), Answer("replace", "Replace it", "warning")]
        if await desk.ask(Ask("The file is there already", str(place), answers)) != "replace":
            return
    try:
        await asyncio.to_thread(place.write_bytes, response.body)
    except OSError as error:
        desk.say(f"{place} could not be written: {error.strerror}", "error")
    else:
        desk.say(f"wrote {size(len(response.body))} to {place}")


def copy_body(desk: Desk) -> None:
    """Copy the body as it was received, where it is text."""
    response = _response(desk)
    if response is None:
        desk.say("there is no body to copy", "warning")
        return
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError:
        desk.say("the body is not UTF-8 text: save it to a file instead (s)", "warning")
        return
    desk.copy(text, f"body ({size(len(response.body))})")


def copy_headers(desk: Desk) -> None:
    """Copy the container's headers, secrets masked."""
    response = _response(desk)
    if response is None:
        desk.say("there are no headers to copy", "warning")
        return
    lines = [f"{name}: {value}" for name, value in desk.session.redactor.headers(response.headers)]
    desk.copy("\n".join(lines) + "\n", f"{len(lines)} headers")


async def open_body(desk: Desk) -> None:
    """Open a copy of the answer's body in the user's editor; what is changed there changes nothing here."""
    environ = desk.session.environ
    await _open_copy(desk, editor_command(environ), "editor is set: set $VISUAL or $EDITOR", _decoded)


async def page_body(desk: Desk) -> None:
    """Open the answer's body in the user's pager, laid out, with nothing in it that a terminal would obey."""
    await _open_copy(desk, pager_command(desk.session.environ), "pager is set: set $PAGER", _readable)


def _readable(response: ServiceResponse) -> tuple[bytes, str]:
    """The body as the viewer shows it, or its hex dump."""
    reading = read(response.body, content_type(response), response.header("content-encoding") or "")
    if reading.pretty is None:
        return "\n".join(_hex_rows(reading.content)).encode(), ".txt"
    return visible(reading.pretty.data.decode("utf-8", "replace")).encode(), reading.media.suffix


def _hex_rows(data: bytes) -> Iterator[str]:
    for number in range(hex_line_count(len(data))):
        line = hex_line(data, number)
        yield f"{line.offset}  {line.digits}  {line.text}"


async def _open_copy(
    desk: Desk, command: list[str], missing: str, content: Callable[[ServiceResponse], tuple[bytes, str]]
) -> None:
    """Write a text made of the answer to a file of our own, hand it to a program, and delete it."""
    response = _response(desk)
    if response is None:
        desk.say("there is no body to open", "warning")
        return

    def write() -> str:
        data, suffix = content(response)
        handle, path = tempfile.mkstemp(prefix="cyberun-body-", suffix=suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        return path

    try:
        path = await asyncio.to_thread(write)
    except OSError as error:
        desk.say(f"a copy of the body could not be written: {error.strerror}", "error")
        return
    try:
        wrong = _hand_over(desk.app, command, [path], missing)
    finally:
        await asyncio.to_thread(Path(path).unlink, missing_ok=True)
    if wrong:
        desk.say(wrong, "error")


def edit_open_file(desk: Desk, path: str, line: int = 0) -> None:
    """Open a collection's file in the user's editor, and read the files again afterwards."""
    wrong = edit_file(desk.app, path, desk.session.environ, line)
    if wrong:
        desk.say(wrong, "error")
    desk.load_files()
