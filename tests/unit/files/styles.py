"""Writes a collection the way some author might have: in every form TOML has, with comments and odd spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli_w

if TYPE_CHECKING:
    from random import Random

    from workbench.model.collection import Collection, Entry, SavedRequest

_COMMENTS = ["# note", "#", "# 'quotes\" [x] = {", "#\t# é 👩‍💻"]


def document(collection: Collection) -> dict[str, Any]:
    """A collection as plain tables."""
    root: dict[str, Any] = {"cyberun": 1, "name": collection.name, "description": collection.description}
    root |= {
        key: value
        for key in ("profile", "team", "service", "route", "tags", "parallel")
        if (value := getattr(collection, key))
    }
    root["vars"] = dict(collection.vars)
    root["defaults"] = _shared(collection.defaults)
    root["env"] = {
        name: {
            key: value
            for key in ("profile", "team", "service", "route", "protected")
            if (value := getattr(environment, key))
        }
        | dict(environment.vars)
        for name, environment in collection.environments.items()
    }
    root["secrets"] = {
        name: {ref.kind: list(ref.argument) if isinstance(ref.argument, tuple) else ref.argument}
        for name, ref in collection.secrets.items()
    }
    root["request"] = [_request(request) for request in collection.requests]
    return {key: value for key, value in root.items() if value not in ("", [], {})}


def _request(request: SavedRequest) -> dict[str, Any]:
    table = _shared(request) | {"id": request.id, "method": request.method, "path": request.path}
    for key in ("name", "description", "tags", "always", "skip"):
        if getattr(request, key):
            table[key] = getattr(request, key)
    if request.body:
        table[request.body.kind] = _entries(request.body.form) if request.body.kind == "form" else request.body.text
    table["capture"] = {
        each.name: {"from": each.query, "secret": True} if each.secret else each.query for each in request.captures
    }
    return {key: value for key, value in table.items() if value != {} or key == "form"}


def _shared(part: Any) -> dict[str, Any]:
    table: dict[str, Any] = {"query": _entries(part.query), "headers": _entries(part.headers)}
    table |= {key: value for key in ("service", "route") if (value := getattr(part, key))}
    if part.asserts:
        table["assert"] = list(part.asserts)
    if part.retry:
        table["retry"] = {"max": part.retry.max, "every": f"{part.retry.every * 1000:.0f}ms"}
        table["retry"] |= {"until": part.retry.until} if part.retry.until else {}
    table |= {
        key: f"{value * 1000:.15g}ms" for key in ("timeout", "delay") if (value := getattr(part, key)) is not None
    }
    if part.snapshot_ignore:
        table["snapshot"] = {"ignore": list(part.snapshot_ignore)}
    return {key: value for key, value in table.items() if value != {}}


def _entries(entries: tuple[Entry, ...]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for entry in entries:
        value: Any = {"value": entry.value, "off": True} if entry.off else entry.value
        if entry.name not in table:
            table[entry.name] = value
        elif isinstance(table[entry.name], list):
            table[entry.name].append(value)
        else:
            table[entry.name] = [table[entry.name], value]
    return table


class Author:
    """Someone with habits of their own, or none."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._eol = random.choice(["\n", "\n", "\r\n"])
        self._comments = random.random()
        self._indent = random.choice(["", "", "  ", "\t"])
        self._forms = random.choice([("header",), ("dotted",), ("inline",), ("header", "dotted", "inline")])

    def write(self, root: dict[str, Any]) -> bytes:
        """The document."""
        lines: list[str] = []
        sections: list[list[str]] = []
        self._table((), dict(root), lines, sections)
        text = "".join(lines) + "".join("".join(section) for section in sections)
        if self._maybe(0.3):
            text += self._trivia() + self._random.choice(_COMMENTS) + self._eol
        if self._maybe(0.3):
            text = text.removesuffix(self._eol)
        return (self._random.choice(["", "", "", "\ufeff"]) + text).encode()

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance

    def _table(self, path: tuple[str, ...], table: dict[str, Any], lines: list[str], sections: list[list[str]]) -> None:
        """The pairs of a table in `lines`, those of its parts with a header in `sections`."""
        items = list(table.items())
        if self._maybe(0.3):
            self._random.shuffle(items)
        for key, value in items:
            if isinstance(value, dict):
                self._inner(path, (key,), value, lines, sections)
            elif _is_list_of_tables(value) and path == ("vars",) and self._maybe(0.5):
                for inner in value:
                    self._headed((*path, key), inner, sections, array=True)
            elif key == "request" and not path and value and self._maybe(0.85):
                for request in value:
                    self._headed(("request",), request, sections, array=True)
            else:
                lines.append(self._pair((key,), value))

    def _inner(
        self,
        path: tuple[str, ...],
        keys: tuple[str, ...],
        value: dict[str, Any],
        lines: list[str],
        sections: list[list[str]],
    ) -> None:
        form = self._random.choice(self._forms)
        if form == "header":
            self._headed((*path, *keys), value, sections)
        elif form == "dotted" and value and len(keys) < 4:
            for key, inner in value.items():
                if isinstance(inner, dict) and inner:
                    self._inner(path, (*keys, key), inner, lines, sections)
                else:
                    lines.append(self._pair((*keys, key), inner))
        else:
            lines.append(self._pair(keys, value))

    def _headed(
        self, path: tuple[str, ...], value: dict[str, Any], sections: list[list[str]], *, array: bool = False
    ) -> None:
        name = self._key(path)
        space = self._random.choice(["", "", " "])
        head = f"[[{space}{name}{space}]]" if array else f"[{space}{name}{space}]"
        own = [self._trivia(), head, self._end()]
        sections.append(own)
        parts: list[list[str]] = []
        self._table(path, value, own, parts)
        sections.extend(parts)

    def _pair(self, keys: tuple[str, ...], value: Any) -> str:
        sep = self._random.choice([" = ", " = ", "=", "   =  "])
        return f"{self._trivia()}{self._key(keys)}{sep}{self._value(value)}{self._end()}"

    def _trivia(self) -> str:
        if not self._maybe(self._comments):
            return self._indent
        lines = self._random.choices(["", "", *_COMMENTS], k=self._random.randint(0, 3))
        return "".join(line + self._eol for line in lines) + self._indent

    def _end(self) -> str:
        return (" " + self._random.choice(_COMMENTS) if self._maybe(self._comments / 2) else "") + self._eol

    def _key(self, keys: tuple[str, ...]) -> str:
        dot = self._random.choice([".", ".", " . "])
        return dot.join(self._key_part(key) for key in keys)

    def _key_part(self, key: str) -> str:
        plain = tomli_w.dumps({key: 1}).removesuffix(" = 1\n")
        if plain == key and self._maybe(0.1):
            return self._random.choice([f'"{key}"', f"'{key}'"])
        return plain

    def _value(self, value: Any, *, inline: bool = False) -> str:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            gap = self._random.choice(["", " "])
            pairs = [f"{self._key((key,))} = {self._value(inner, inline=True)}" for key, inner in value.items()]
            return "{" + gap + self._random.choice([", ", ",", " , "]).join(pairs) + gap + "}"
        if isinstance(value, (list, tuple)):
            return self._list(list(value))
        return tomli_w.dumps({"x": value}).removeprefix("x = ").removesuffix("\n")

    def _list(self, values: list[Any]) -> str:
        written = [self._value(value, inline=True) for value in values]
        if self._maybe(0.5):
            return "[" + self._random.choice([", ", ","]).join(written) + "]"
        text = "[" + self._list_break()
        for at, item in enumerate(written):
            last = at + 1 == len(written)
            text += item + (self._random.choice(["", ","]) if last else self._random.choice([",", " ,"]))
            text += self._list_break() if not last or self._maybe(0.7) else ""
        return text + "]"

    def _list_break(self) -> str:
        if self._maybe(self._comments / 2):
            return (
                " "
                + self._random.choice(_COMMENTS)
                + self._eol
                + self._random.choice(["  ", "    # own line" + self._eol])
            )
        return self._random.choice([" ", self._eol + "  ", self._eol + self._eol])

    def _text(self, value: str) -> str:
        basic = tomli_w.dumps({"x": value}).removeprefix("x = ").removesuffix("\n")
        forms = [basic]
        printable = all(character >= " " and character != "\x7f" for character in value)
        if "'" not in value and printable:
            forms.append(f"'{value}'")
        if "\r" not in value and all(
            character >= " " or character in "\n\t" for character in value.replace("\x7f", "\x00")
        ):
            if "'''" not in value and not value.endswith("'"):
                forms += [f"'''{self._eol}{value}'''".replace("\r\n", "\n").replace("\n", self._eol)] * 2
            if "\\" not in value and '"' not in value:
                forms.append(f'"""{self._eol}{value}"""'.replace("\r\n", "\n").replace("\n", self._eol))
        return self._random.choice(forms)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
