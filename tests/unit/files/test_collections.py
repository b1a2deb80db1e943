"""Loading collections from files, folders and standard input."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from workbench.files.collections import discover, load, load_tolerant, loads
from workbench.files.reading import MAX_BYTES
from workbench.model.collection import Body, Capture, Entry, Environment, Retry, SecretRef
from workbench.model.errors import CollectionError, FileError, Problem

EXAMPLE = Path(__file__).parents[2] / "cases" / "collections" / "billing.toml"


def text(body: str) -> bytes:
    return f"cyberun = 1\n{body}".encode()


def request(body: str) -> Any:
    return loads(text(f'[[request]]\nid = "a"\n{body}'), path="x").collection.requests[0]


def test_the_example_of_the_format() -> None:
    loaded = load(EXAMPLE)
    collection = loaded.collection
    assert (collection.name, collection.service, collection.tags) == ("Billing smoke", "billing", ("smoke",))
    assert collection.vars == {"page_size": 20}
    assert collection.defaults.timeout == 10.0
    assert collection.defaults.headers == (Entry("accept", "application/json"),)
    assert collection.environments == {
        "staging": Environment(name="staging", service="billing-staging", vars={"user": "ci-bot"})
    }
    assert collection.secrets["signing_key"] == SecretRef("command", ("pass", "show", "billing/signing"))
    assert [each.id for each in collection.requests] == ["login", "get-user", "job-done", "logout"]
    login, user, job, logout = collection.requests
    assert login.body == Body("json", '{"user": "{{user}}", "password": "{{password}}"}\n')
    assert login.captures == (Capture("uid", "$.user.id"), Capture("token", "$.token", secret=True))
    assert user.query == (
        Entry("expand", "plan"),
        Entry("expand", "seats"),
        Entry("limit", "{{page_size}}"),
        Entry("debug", "1", off=True),
    )
    assert user.headers == (Entry("authorization", "Bearer {{token}}"), Entry("x-debug", "1", off=True))
    assert job.retry == Retry(10, 0.5, '$.state == "done"')
    assert logout.always
    assert loaded.warnings == ()
    assert loaded.sha256 == hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()
    assert loaded.path == str(EXAMPLE)
    assert loaded.collection is loaded.written


def test_lines_of_the_example() -> None:
    collection = load(EXAMPLE).collection
    lines = EXAMPLE.read_text().splitlines()
    for number, each in enumerate(collection.requests):
        line = collection.source.line("request", number, "id")
        assert lines[line - 1] == f'id = "{each.id}"'
        assert lines[collection.source.line("request", number) - 1] == "[[request]]"
    assert "x-debug" in lines[collection.line("get-user", "headers", "x-debug") - 1]
    assert "assert" in lines[collection.line("login", "assert", 2) - 1]
    assert "user =" in lines[collection.source.line("env", "staging", "user") - 1]
    assert "password" in lines[collection.source.line("secrets", "password") - 1]
    assert collection.line("login", "no", "such") == collection.line("login")


def test_every_array_item_has_its_own_line() -> None:
    data = text(
        "[[request]]\nid = 'a'\nassert = [\n  'status == 200',\n\n  # c\n  '''\nbody exists''', 'bytes > 1',\n]\n"
    )
    source = loads(data, path="x").collection.source
    assert [source.lines[("request", 0, "assert", number)] for number in range(3)] == [5, 8, 9]


@pytest.mark.parametrize(
    "form",
    [
        '[request.headers]\naccept = "x"\nx-a = { value = "1", off = true }',
        '[request.headers]\naccept = "x"\n[request.headers.x-a]\nvalue = "1"\noff = true',
        'headers = { accept = "x", x-a = { value = "1", off = true } }',
        'headers.accept = "x"\nheaders."x-a".value = "1"\nheaders.x-a.off = true',
    ],
)
def test_all_forms_of_a_table_mean_the_same(form: str) -> None:
    assert request(form).headers == (Entry("accept", "x"), Entry("x-a", "1", off=True))


def test_requests_in_braces() -> None:
    loaded = loads(b'cyberun = 1\nrequest = [\n  {id = "a"},\n  {id = "b", path = "/b"},\n]', path="x")
    assert [each.path for each in loaded.collection.requests] == ["/", "/b"]
    assert loaded.collection.line("b", "path") == 4


def test_parameters_become_texts() -> None:
    found = request(
        "[request.query]\nint = 1_000\nfloat = 1.10\nyes = true\nday = 2030-01-02\nat = 2030-01-02T03:04:05Z\n"
        "mixed = [1, 'a', { value = 2.50, off = true }]\nboth = { value = [1, 2], off = true }\nnone = []\n"
    )
    assert [(each.name, each.value, each.off) for each in found.query] == [
        ("int", "1000", False),
        ("float", "1.10", False),
        ("yes", "true", False),
        ("day", "2030-01-02", False),
        ("at", "2030-01-02T03:04:05Z", False),
        ("mixed", "1", False),
        ("mixed", "a", False),
        ("mixed", "2.50", True),
        ("both", "1", True),
        ("both", "2", True),
    ]


def test_variables_are_json_values() -> None:
    data = text("[vars]\na = 1\nb = 1.5\nc = [true, { d = 'x' }]\ne = 07:32:00\nf = 1979-05-27T00:32:00-07:00\n")
    assert loads(data, path="x").collection.vars == {
        "a": 1,
        "b": 1.5,
        "c": [True, {"d": "x"}],
        "e": "07:32:00",
        "f": "1979-05-27T00:32:00-07:00",
    }


def test_a_table_as_json_is_serialised() -> None:
    assert request("json = { a = [1, 2.5], day = 2030-01-02 }").body == Body("json", '{"a":[1,2.5],"day":"2030-01-02"}')
    assert request("[request.json]\na.b = true").body == Body("json", '{"a":{"b":true}}')
    assert request("json = [1, { a = 2 }]").body == Body("json", '[1,{"a":2}]')


def test_a_line_break_after_the_quotes_is_not_part_of_a_body() -> None:
    assert request("text = '''\n\n x\r\n'''").body == Body("text", "\n x\n")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("json = '''\n{\"a\": 1,\n \"b\": }'''", (6, 7)),
        ("json = '''{\"a\": {{x}}, }'''", (4, 22 if sys.version_info >= (3, 13) else 24)),
        ('json = \'{"a": "{{x}}" "b"}\'', (4, 23)),
        ('json = "{\\"a\\" 1}"', (4, 8)),
        ("json = '''\r\n{\r\n x}'''", (6, 2)),
    ],
)
def test_a_body_that_is_not_json_is_a_warning_with_its_place(body: str, place: tuple[int, int]) -> None:
    (warning,) = loads(text(f'[[request]]\nid = "a"\n{body}\n'), path="x").warnings
    assert (warning.line, warning.column) == place
    assert warning.severity == "warning"
    assert "not JSON" in warning.message


@pytest.mark.parametrize(
    "body",
    ['{"a": {{x}}, "{{k}}": "{{v}} {{w}}", "n": -{{n}}}', "{{whole}}", '["\\{{ literal", {{x}}{{y}}]', "", " \n"],
)
def test_placeholders_do_not_spoil_a_json_body(body: str) -> None:
    assert loads(text(f"[[request]]\nid = 'a'\njson = '''{body}'''\n"), path="x").warnings == ()


def test_a_swallowed_key_is_a_warning() -> None:
    data = text(
        "[[request]]\nid = 'a'\n[request.headers]\ntimeout = '5s'\n[request.query]\nid = 5\n"
        "[request.capture]\npath = '$.p'\n[defaults.headers]\naccept = 'x'\ndelay = '1s'\n"
    )
    warnings = loads(data, path="x").warnings
    assert [(each.line, each.key) for each in warnings] == [
        (5, "a.headers.timeout"),
        (7, "a.query.id"),
        (9, "a.capture.path"),
        (12, "defaults.headers.delay"),
    ]
    assert "[request.headers]" in warnings[0].hint
    assert "[defaults.headers]" in warnings[3].hint


def test_a_byte_order_mark_is_tolerated_and_said() -> None:
    loaded = loads("\ufeffcyberun = 1\nname = 'é'\n".encode(), path="x")
    assert loaded.collection.name == "é"
    assert [each.line for each in loaded.warnings] == [1]
    assert "byte order mark" in loaded.warnings[0].message


def test_broken_requests_hide_no_good_ones(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(
        "cyberun = 1\n[vars]\nx = 1\n"
        "[[request]]\nid = 'a'\n[[request]]\nid = 'b'\npath = 5\n"
        "[[request]]\nid = 'c'\n[[request]]\nid = 'd'\nneeds = ['b']\n"
    )
    loaded, problems, broken = load_tolerant(path)
    assert loaded is not None
    assert [each.id for each in loaded.collection.requests] == ["a", "c", "d"]
    assert loaded.collection.vars == {"x": 1}
    assert [problem.key for problem in problems] == ["b.path"]
    assert {number: [each.line for each in found] for number, found in broken.items()} == {1: [8]}
    with pytest.raises(CollectionError):
        load(path)


def test_a_broken_file_is_broken_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("cyberun = 1\nnmae = 'x'\n[[request]]\nid = 'a'\npath = 1\n")
    loaded, problems, broken = load_tolerant(path)
    assert loaded is None
    assert len(problems) == 2
    assert list(broken) == [0]
    path.write_text("cyberun =")
    assert load_tolerant(path)[0] is None


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(FileError):
        load(tmp_path / "none.toml" / "x.toml")
    with pytest.raises(FileError, match="not a path"):
        load("a\0b")


def test_folders_pipes_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for path, words in ((tmp_path, "folder"), (tmp_path / "pipe.toml", "named pipe"), (Path("/dev/zero"), "device")):
        with pytest.raises((CollectionError, FileError), match=words):
            load(path)


def test_a_file_that_is_too_big_is_refused_by_name_and_size(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(CollectionError) as caught:
        load(path)
    assert "big.toml" in str(caught.value)
    assert "1,048,577" in str(caught.value)
    path.write_bytes(b"cyberun = 1\n#" + b"x" * (MAX_BYTES - 13))
    assert load(path).collection.requests == ()
    with pytest.raises(CollectionError, match="1,048,577"):
        loads(b"#" * (MAX_BYTES + 1), path="-")


HOSTILE = {
    "dotted": "a." * 20_000 + "a = 1",
    "dotted header": "[" + "a." * 20_000 + "a]",
    "dotted in braces": "x = {" + "a." * 20_000 + "a = 1}",
    "lists": "[vars]\nx = " + "[" * 50_000 + "]" * 50_000,
    "some lists": "[vars]\nx = " + "[" * 80 + "]" * 80,
    "braces": "[vars]\nx = " + "{a=" * 20_000 + "1" + "}" * 20_000,
    "open lists": "[vars]\nx = " + "[" * 100_000,
    "digits": "[vars]\nx = " + "1" * 5_000,
    "hexadecimal": "[vars]\nx = 0x" + "f" * 5_000,
    "digits in a query": "[[request]]\nid = 'a'\n[request.query]\nx = 0x" + "f" * 50_000,
    "exponent": "[vars]\nx = 1e999999999",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_documents_end_as_ordinary_errors(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(CollectionError) as caught:
        loads(f"cyberun = 1\n{HOSTILE[name]}\n".encode(), path="x")
    assert time.monotonic() - started < 60
    assert all(problem.line for problem in caught.value.problems)
    assert len(str(caught.value)) < 2000


def test_dots_in_a_text_are_no_key() -> None:
    assert loads(text("name = '" + "a." * 5000 + "'"), path="x").collection.name == "a." * 5000


_TOKENS = [
    *(
        each.encode()
        for each in ('"', "'", "'''", '"""', "[", "]", "[[", "{", "}", "=", ",", "\n", "\r", "\\", "#", ".")
    ),
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"nan", b"1e400", b"9" * 5000, b"a." * 40),
    *(
        b"[request]",
        b"[[request]]\n",
        b"request = 3\n",
        b"[[" * 300,
        b"{a=" * 300,
        b"1979-05-27",
        b"true",
        b"env = 5\n",
    ),
]


def _mutated(data: bytes, random: Random) -> bytes:
    found = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 5])):
        at = random.randrange(len(found) + 1)
        kind = random.random()
        if kind < 0.35:
            found[at:at] = random.choice(_TOKENS)
        elif kind < 0.6:
            del found[at : at + random.choice([1, 1, 5, 40, 400])]
        elif kind < 0.8:
            found[at : at + 1] = bytes([random.randrange(256)])
        else:
            start = random.randrange(len(found) + 1)
            found[at:at] = found[start : start + random.choice([5, 50, 300])]
    return bytes(found)


def test_mutated_documents_end_as_problems_with_a_place() -> None:
    """About 500 damaged files: nothing but CollectionError, always a place, never slow."""
    data = EXAMPLE.read_bytes()
    random = Random(20261123)  # noqa: S311 - the same damage in every run
    found = [_problems_in_time(_mutated(data, random)) for _ in range(500)]
    assert sum(problems is not None for problems in found) > 300
    for problems in found:
        assert problems is None or (problems and all(each.line and each.column for each in problems))


def _problems_in_time(data: bytes) -> tuple[Problem, ...] | None:
    started = time.process_time()
    try:
        loads(data, path="x.toml")
    except CollectionError as error:
        return error.problems
    finally:
        assert time.process_time() - started < 5
    return None


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "a.local.toml", "x.txt", ".hidden.toml", "d/e.toml", "c/z.toml", ".git/x.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = [str(path.relative_to(tmp_path)) for path in discover([str(tmp_path)])]
    assert found == ["a.toml", "b.toml", "c/z.toml", "d/e.toml"]
    named = [str(tmp_path / "x.txt"), str(tmp_path), str(tmp_path / "b.toml")]
    assert [path.name for path in discover(named)] == ["x.txt", "a.toml", "b.toml", "z.toml", "e.toml"]
    with pytest.raises(FileError, match="no such file"):
        discover([str(tmp_path / "none")])
    assert discover([]) == []


def test_paths_are_named_as_they_were_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "x.toml").write_text("cyberun = 1\n")
    monkeypatch.chdir(tmp_path)
    (path,) = discover(["c"])
    assert load(path).path == "c/x.toml"
    assert load(path).collection.source.path == "c/x.toml"


def test_a_local_file_is_put_on_top(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("cyberun = 1\n[vars]\na = 1\nb = 1\n[env.x]\nservice = 'one'\nteam = 't'\nu = 1\nv = 1\n")
    (tmp_path / "c.local.toml").write_text("[vars]\nb = 2\nc = 2\n[env.x]\nservice = 'two'\nv = 2\n[env.mine]\nw = 2\n")
    loaded = load(path)
    assert loaded.collection.vars == {"a": 1, "b": 2, "c": 2}
    assert loaded.collection.environments == {
        "x": Environment(name="x", service="two", team="t", vars={"u": 1, "v": 2}),
        "mine": Environment(name="mine", vars={"w": 2}),
    }
    assert loaded.written.vars == {"a": 1, "b": 1}
    assert load(path, local=False).collection.vars == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("[vars]\na = 1\n[secrets]\nx = 1\n", 3, "nothing else"),
        ("cyberun = 2\n", 1, "version 1"),
        ("[vars\n", 1, "not valid TOML"),
        ("[vars]\na = nan\n", 2, "no form in JSON"),
        ("[env]\nx = 1\n", 2, "expected a table"),
    ],
)
def test_problems_of_a_local_file_have_its_own_path(tmp_path: Path, content: str, line: int, words: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text("cyberun = 1\nname = 5\n")
    (tmp_path / "c.local.toml").write_text(content)
    with pytest.raises(CollectionError) as caught:
        load(path)
    main, local = caught.value.problems
    assert (main.path, main.line) == (str(path), 2)
    assert (local.path, local.line) == (str(tmp_path / "c.local.toml"), line)
    assert words in local.message
