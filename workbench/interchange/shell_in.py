"""A POSIX shell's command line taken apart into commands and words, without running anything of it. Pure.

Quotes of every kind (`'…'`, `"…"`, `$'…'`), continued lines, comments, here-documents, and the carets of a Windows
command line. A variable `$NAME` becomes our placeholder `{{NAME}}`; braces of the text itself are kept literal.
"""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:[:?+=-][^{}]*)?\})")
_CARETS = re.compile(r"\^(\r?\n|.)")
_WINDOWS = re.compile(r"[ \t]\^\s*\r?\n|\s\^\"")
_POSIX = re.compile(r"(?:^|\s)\$?'|\\\r?\n")
_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{1,2}|\\[0-7]{1,3})+")
_BYTE = re.compile(r"\\(?:x([0-9A-Fa-f]+)|([0-7]+))")
_ANSI = re.compile(r"\\(?:u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|(.))", re.DOTALL)
_ANSI_QUOTED = re.compile(r"((?:[^'\\]|\\.)*)'", re.DOTALL)
_ANSI_NAMES = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEREDOC = re.compile(r"<<(-?)[ \t]*(['\"]?)([A-Za-z0-9_.!-]+)\2")
_ENDS = ("&&", "||", ";", "|", "&", "\n")
_BLANK = " \t\r"
_MARK = "\0"  # around a variable's name; no argument of a command can hold it


class ShellCommand:
    """One command.

    Attributes:
        words: as templates.
        stdin: what a here-document gives it, as a template.
        variables: names of shell variables in them.
        notes: what the shell would have done beside it, one sentence each.
        end: what stood after it: `;`, `|`, a line feed, …
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.stdin: str | None = None
        self.variables: list[str] = []
        self.notes: list[str] = []
        self.end = ""


def commands(text: str) -> list[ShellCommand]:
    """The commands of a text, those without a word left out.

    Raises:
        ValueError: a quote is not closed.
    """
    text = text.replace(_MARK, "")
    if _WINDOWS.search(text) and not _POSIX.search(text):
        text = _CARETS.sub(lambda match: "" if match[1].endswith("\n") else match[1], text)
    return [command for command in _Reader(text.replace("\r\n", "\n")).read() if command.words]


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._word: str | None = None
        self._command = ShellCommand()
        self._heredoc: re.Match[str] | None = None
        self._done: list[ShellCommand] = []

    def read(self) -> list[ShellCommand]:
        """Every command."""
        while self._at < len(self._text):
            self._step(self._text[self._at])
        self._close("")
        return self._done

    def _step(self, character: str) -> None:
        end = next((each for each in _ENDS if self._text.startswith(each, self._at)), None)
        if character in _BLANK:
            self._flush()
            self._at += 1
        elif end is not None:
            self._at += len(end)
            if end == "\n" and self._heredoc is not None:
                self._read_heredoc(self._heredoc)
            self._close(end)
        elif character == "#" and self._word is None:
            self._at = (self._text + "\n").index("\n", self._at)
        elif character in "<>":
            self._redirected(character)
        else:
            self._part(character)

    def _part(self, character: str) -> None:
        """A piece of a word."""
        if character == "'":
            self._put(self._quoted("'", self._at + 1))
        elif character == '"' or self._text.startswith('$"', self._at):
            self._double(self._at + (1 if character == '"' else 2))
        elif self._text.startswith("$'", self._at):
            self._ansi(self._at + 2)
        elif character == "\\":
            following = self._text[self._at + 1 : self._at + 2]
            self._at += 2
            if following != "\n":
                self._put(following)
        else:
            self._plain(character)

    def _plain(self, character: str) -> None:
        """A character outside quotes of the first kind: itself, or a variable."""
        match = _VARIABLE.match(self._text, self._at) if character == "$" else None
        if match:
            name = match[1] or match[2]
            self._command.variables.append(name)
            self._put(f"{_MARK}{name}{_MARK}")
            self._at = match.end()
            return
        if character == "`" or self._text.startswith("$(", self._at):
            self._command.notes.append("a command inside the command ($(…) or `…`) is not run: it stands as text")
        self._put(character)
        self._at += 1

    def _put(self, text: str) -> None:
        self._word = (self._word or "") + text

    def _quoted(self, quote: str, start: int) -> str:
        end = self._text.find(quote, start)
        if end < 0:
            raise ValueError(f"a quote {quote} is not closed")
        self._at = end + 1
        return self._text[start:end]

    def _double(self, start: int) -> None:
        self._put("")
        self._at = start
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == '"':
                self._at += 1
                return
            following = self._text[self._at + 1 : self._at + 2]
            if character == "\\" and following and following in '$`"\\\n':
                self._at += 2
                self._put("" if following == "\n" else following)
            else:
                self._plain(character)
        raise ValueError('a quote " is not closed')

    def _ansi(self, start: int) -> None:
        """`$'…'`, as bash has it and browsers write it."""
        match = _ANSI_QUOTED.match(self._text, start)
        if match is None:
            raise ValueError("a quote $' is not closed")
        self._at = match.end()
        self._put(_ANSI.sub(_ansi_character, _BYTES.sub(_ansi_bytes, match[1])).replace(_MARK, ""))

    def _redirected(self, character: str) -> None:
        """Input from the text itself is kept, other redirections are left out together with their file."""
        self._word = None if self._word and self._word.isdigit() else self._word
        self._flush()
        heredoc = _HEREDOC.match(self._text, self._at)
        if heredoc:
            self._heredoc = heredoc
            self._at = heredoc.end()
            return
        here_string = self._text.startswith("<<<", self._at)
        rest = self._text[self._at :]
        self._at += len(rest) - len(rest.lstrip("<>&"))
        word = self._following_word()
        if here_string:
            self._command.stdin = f"{word}\n"
        else:
            self._command.notes.append(f"the redirection {character} {word} is left out")

    def _following_word(self) -> str:
        words, self._command.words = self._command.words, []
        while self._text[self._at : self._at + 1] in (" ", "\t"):
            self._at += 1
        while self._at < len(self._text) and self._text[self._at] not in f"{_BLANK}\n;|&<>":
            self._part(self._text[self._at])
        self._flush()
        found, self._command.words = "".join(self._command.words), words
        return found

    def _read_heredoc(self, opening: re.Match[str]) -> None:
        lines: list[str] = []
        while self._at < len(self._text):
            line, _, _ = self._text[self._at :].partition("\n")
            self._at += len(line) + 1
            line = line.lstrip("\t") if opening[1] else line
            if line == opening[3]:
                break
            lines.append(line + "\n")
        text = "".join(lines)
        if not opening[2]:
            for match in _VARIABLE.finditer(text):
                self._command.variables.append(match[1] or match[2])
            text = _VARIABLE.sub(lambda match: f"{_MARK}{match[1] or match[2]}{_MARK}", text)
        self._command.stdin = _template(text)
        self._heredoc = None

    def _flush(self) -> None:
        if self._word is not None:
            self._command.words.append(_template(self._word))
            self._word = None

    def _close(self, end: str) -> None:
        self._flush()
        self._command.end = end
        self._done.append(self._command)
        self._command = ShellCommand()


def _template(word: str) -> str:
    """Literal parts, and placeholders where variables are marked."""
    parts = word.split(_MARK)
    return "".join(f"{{{{{part}}}}}" if at % 2 else part.replace("{{", "\\{{") for at, part in enumerate(parts))


def _ansi_bytes(match: re.Match[str]) -> str:
    found = bytes((int(hexa, 16) if hexa else int(octal, 8)) & 0xFF for hexa, octal in _BYTE.findall(match[0]))
    return found.decode("utf-8", "replace").replace("\\", "\\\\")


def _ansi_character(match: re.Match[str]) -> str:
    short, long, control, other = match.groups()
    if short or long:
        code = int(short or long, 16)
        surrogate = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - half of a character
        return "\N{REPLACEMENT CHARACTER}" if surrogate or code > 0x10FFFF else chr(code)  # noqa: PLR2004 - the last one
    return chr(ord(control.upper()) & 0x1F) if control else _ANSI_NAMES.get(other, other)
