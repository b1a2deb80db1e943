"""curl commands, as people paste them from browsers and documents, as requests. Pure: nothing is run, no file is read.

Every option that a request cannot hold is named; none is dropped silently.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import msgspec

from workbench.interchange import bodies, shell_in
from workbench.interchange.building import Building, Foreign, Imported
from workbench.interchange.curl_options import HARMLESS, SHORT, TAKES_A_VALUE
from workbench.interchange.multipart import Field, multipart
from workbench.model.collection import Body, Entry, parse_duration
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from workbench.interchange.shell_in import ShellCommand

_PROMPT = re.compile(r"^\s*(?:[$%#>]\s+)?(?=curl\b)", re.IGNORECASE | re.MULTILINE)
_FORM = "application/x-www-form-urlencoded"
_TYPE = re.compile(r";\s*type=([^;]+)")
_SHORTEST_CLUSTER = 2


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A curl command: its request, the names of shell variables in it, and what is not taken over."""

    request: Foreign
    variables: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def is_curl(text: str) -> bool:
    """Whether a text begins with a curl command."""
    return _PROMPT.match(text) is not None


def read(text: str) -> list[Command]:
    """The curl commands of a text.

    Raises:
        ValueError: there is none, or one that cannot be read; the message says why.
    """
    try:
        found = shell_in.commands(_PROMPT.sub("", text))
    except ValueError as error:
        raise ValueError(f"this curl command cannot be read: {error}") from error
    made: list[Command] = []
    before = ""
    for command in found:
        if re.fullmatch(r"(?:.*[/\\])?curl(?:\.exe)?", command.words[0], re.IGNORECASE):
            made += [_command(words, command) for words in _operations(command.words[1:])]
        elif made:
            what = "what the answer is piped to" if before == "|" else "another command"
            note = f"{what} is left out: {command.words[0]}"
            made[-1] = msgspec.structs.replace(made[-1], left_out=(*made[-1].left_out, note))
        before = command.end
    if not made:
        raise ValueError("there is no curl command: expected one that begins with `curl`")
    return made


def from_curl(text: str, *, service: str | None = None, name: str = "") -> Imported:
    """A collection with one request for each curl command of a text.

    Raises:
        ValueError: there is none, or one that cannot be read.
    """
    found = read(text)
    building = Building(service)
    for command in found:
        for each in command.left_out:
            building.warn(f"left out: {each}")
        for variable in command.variables:
            building.reference(variable, variable)
        building.add(command.request)
    source = "a curl command" if len(found) == 1 else f"{len(found)} curl commands"
    return building.finish(name=name, source=source)


def _operations(words: Sequence[str]) -> list[list[str]]:
    """The words of each transfer: `--next` begins another."""
    found: list[list[str]] = [[]]
    for word in words:
        if word in ("--next", "-:"):
            found.append([])
        else:
            found[-1].append(word)
    return found


class _Said:
    """What the words of a curl command come to, while they are read."""

    def __init__(self, stdin: str | None) -> None:
        self.stdin = stdin
        self.url = ""
        self.method = ""
        self.headers: list[Entry] = []
        self.data: list[str] = []
        self.file = ""
        self.json = False
        self.fields: list[tuple[str, bool]] = []  # a field, and whether its value is meant literally
        self.in_url = False
        self.url_query: list[str] = []
        self.timeout: float | None = None
        self.variables: list[str] = []
        self.left_out: list[str] = []


def _command(words: Sequence[str], command: ShellCommand) -> Command:
    said = _Said(command.stdin)
    said.left_out += command.notes
    rest = iter(words)
    for word in rest:
        _word(word, rest, said)
    if not said.url:
        raise ValueError("this curl command names no URL")
    url = said.url
    if said.in_url:
        said.url_query, said.data = [*said.url_query, *said.data], []
    if said.url_query:
        url, hash_, fragment = url.partition("#")
        url += ("&" if "?" in url else "?") + "&".join(said.url_query) + hash_ + fragment
    body = _body(said)
    method = said.method or ("POST" if body is not None and not said.in_url else "GET")
    request = Foreign(
        method=method,
        url=url,
        headers=bodies.headers_beside(body, said.headers),
        body=body,
        timeout=said.timeout,
    )
    used = tuple(dict.fromkeys([*command.variables, *said.variables]))
    return Command(request=request, variables=used, left_out=tuple(dict.fromkeys(said.left_out)))


def _word(word: str, rest: Iterator[str], said: _Said) -> None:
    """One word of a curl command, with the value that belongs to it."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        if equals and name in TAKES_A_VALUE:
            _option(name, iter([value]), said)
        else:
            _option(word, rest, said)
    elif word.startswith("-") and len(word) >= _SHORTEST_CLUSTER:
        _cluster(word[1:], rest, said)
    elif said.url:
        said.left_out.append(f"a second URL, {word}")
    else:
        said.url = word


def _cluster(letters: str, rest: Iterator[str], said: _Said) -> None:
    """`-sSXPOST`: options of one letter, the last of which may have its value right behind it."""
    for at, letter in enumerate(letters):
        name = SHORT.get(letter, f"-{letter}")
        if name in TAKES_A_VALUE and letters[at + 1 :]:
            _option(name, iter([letters[at + 1 :]]), said, shown=f"-{letter}")
            return
        _option(name, rest, said, shown=f"-{letter}")


def _option(name: str, rest: Iterator[str], said: _Said, *, shown: str = "") -> None:
    value = next(rest, "") if name in TAKES_A_VALUE else ""
    if name in _SETS:
        _SETS[name](said, value)
    elif name not in HARMLESS:
        said.left_out.append(shown or name)


def _method(said: _Said, value: str) -> None:
    said.method = value.upper()


def _header(said: _Said, value: str) -> None:
    if value.startswith("@"):
        said.left_out.append(f"the headers of the file {value[1:]}")
        return
    name, colon, text = value.partition(":")
    if not colon and name.endswith(";"):
        said.headers.append(Entry(name[:-1].strip(), ""))
    elif text.strip():
        said.headers.append(Entry(name.strip(), text.strip()))


def _set_header(name: str) -> Callable[[_Said, str], None]:
    def put(said: _Said, value: str) -> None:
        if not any(entry.name.lower() == name for entry in said.headers):
            said.headers.append(Entry(name, value))

    return put


def _user(said: _Said, value: str) -> None:
    if any(placeholders(value)):
        said.variables.append("BASIC_CREDENTIALS")
        said.left_out.append("the user and password of -u: BASIC_CREDENTIALS has to be the base64 of user:password")
        value = "{{BASIC_CREDENTIALS}}"
    else:
        value = base64.b64encode(value.encode("utf-8")).decode("ascii")
    _set_header("authorization")(said, f"Basic {value}")


def _bearer(said: _Said, value: str) -> None:
    _set_header("authorization")(said, f"Bearer {value}")


def _cookie(said: _Said, value: str) -> None:
    if "=" in value or "{{" in value:
        said.headers.append(Entry("cookie", value))
    else:
        said.left_out.append(f"the cookies of the file {value}")


def _range(said: _Said, value: str) -> None:
    said.headers.append(Entry("range", f"bytes={value}"))


def _data(said: _Said, value: str) -> None:
    if value == "@-" and said.stdin is not None:
        said.data.append(said.stdin.replace("\n", ""))
    elif value.startswith("@"):
        _file(said, value[1:])
    else:
        said.data.append(value)


def _binary(said: _Said, value: str) -> None:
    if value == "@-" and said.stdin is not None:
        said.data.append(said.stdin)
    else:
        _data(said, value)


def _json(said: _Said, value: str) -> None:
    said.json = True
    _binary(said, value)


def _raw(said: _Said, value: str) -> None:
    said.data.append(value)


def _file(said: _Said, path: str) -> None:
    """A body file, which the collection can name if it stands in its folder."""
    if path == "-" or path.startswith(("/", "~")) or ".." in path.split("/"):
        said.left_out.append(f"the body file {path}: a collection reads files of its own folder only")
    elif said.file:
        said.left_out.append(f"a second body file, {path}")
    else:
        said.file = path


def _urlencoded(value: str) -> str | None:
    """`name=content` of `--data-urlencode`, encoded; None for a file."""
    name, equals, content = value.partition("=")
    if not equals:
        return None if "@" in value else quote_plus(value, safe="{}$")
    encoded = re.sub(r"\{\{[^{}]*\}\}|[^{]+|\{", lambda m: m[0] if m[0][:2] == "{{" else quote(m[0], safe=""), content)
    return f"{name}={encoded}" if name else encoded


def _urlencode(said: _Said, value: str) -> None:
    encoded = _urlencoded(value)
    if encoded is None:
        said.left_out.append(f"--data-urlencode {value}: the file is not read")
    else:
        said.data.append(encoded)


def _url_query(said: _Said, value: str) -> None:
    encoded = value[1:] if value.startswith("+") else _urlencoded(value)
    if encoded is None:
        said.left_out.append(f"--url-query {value}: the file is not read")
    else:
        said.url_query.append(encoded)


def _field(said: _Said, value: str) -> None:
    said.fields.append((value, False))


def _string_field(said: _Said, value: str) -> None:
    said.fields.append((value, True))


def _address(said: _Said, value: str) -> None:
    said.url = said.url or value


def _get(said: _Said, _: str) -> None:
    said.in_url = True


def _head(said: _Said, _: str) -> None:
    said.method = "HEAD"


def _upload(said: _Said, value: str) -> None:
    said.method = said.method or "PUT"
    _file(said, value)


def _timeout(said: _Said, value: str) -> None:
    try:
        said.timeout = parse_duration(f"{value}s") or None
    except ValueError:
        said.left_out.append(f"--max-time {value}")


_SETS: dict[str, Callable[[_Said, str], None]] = {
    "--request": _method,
    "--header": _header,
    "--url": _address,
    "--get": _get,
    "--head": _head,
    "--data": _data,
    "--data-ascii": _data,
    "--data-binary": _binary,
    "--data-raw": _raw,
    "--data-urlencode": _urlencode,
    "--json": _json,
    "--form": _field,
    "--form-string": _string_field,
    "--url-query": _url_query,
    "--user": _user,
    "--oauth2-bearer": _bearer,
    "--user-agent": _set_header("user-agent"),
    "--referer": _set_header("referer"),
    "--cookie": _cookie,
    "--range": _range,
    "--upload-file": _upload,
    "--max-time": _timeout,
}


def _body(said: _Said) -> Body | None:
    if said.fields:
        return _multipart(said)
    if said.file:
        if said.data:
            said.left_out.append(f"the data beside the body file {said.file}")
        return Body("file", said.file)
    if not said.data:
        return None
    text = ("" if said.json else "&").join(said.data)
    content_type = next((entry.value for entry in said.headers if entry.name.lower() == "content-type"), "")
    if said.json:
        _set_header("accept")(said, "application/json")
    if said.json or (not content_type and text.lstrip()[:1] in ("{", "[") and not text.lstrip().startswith("{{")):
        return Body("json", text)
    if not content_type:
        said.headers.append(Entry("content-type", _FORM))
    return bodies.of_text(text, content_type or _FORM)


def _multipart(said: _Said) -> Body:
    """Form fields as a multipart body; files are not read, and said."""
    fields: list[Field] = []
    for field, literal in said.fields:
        name, _, text = field.partition("=")
        kind = None if literal else _TYPE.search(text)
        text = text[: kind.start()] if kind else text
        if text[:1] in ("@", "<") and not literal:
            said.left_out.append(f"the file {text[1:]} of the form field {name}")
        else:
            fields.append(Field(name, text, kind[1] if kind else ""))
    body, content_type = multipart(fields)
    said.headers[:] = [entry for entry in said.headers if entry.name.lower() != "content-type"]
    said.headers.append(Entry("content-type", content_type))
    return Body("text", body)
