"""Saving through the real disk: what may be written, conflicts, new files, several programs at once, kills."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from workbench.files.collections import load, load_tolerant, loads
from workbench.files.editing import Places, apply, create, match, save, save_as, save_over
from workbench.files.errors import ConflictError
from workbench.model.collection import Capture, Collection, Entry, Environment, SavedRequest
from workbench.model.errors import CollectionError, FileError

change = msgspec.structs.replace
TEXT = '# mine\ncyberun = 1\n\n[[request]]\nid = "a" # first\npath = "/a"\n'


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))


def collection_file(tmp_path: Path, text: str = TEXT) -> Path:
    path = tmp_path / "c.toml"
    path.write_text(text)
    return path


def with_path(collection: Collection, path: str) -> Collection:
    return change(collection, requests=(change(collection.requests[0], path=path),))


def test_a_save_writes_the_edit_and_gives_the_file_as_it_is(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    loaded = load(path, as_written="here/c.toml")
    saved = save(loaded, with_path(loaded.written, "/b"))
    assert path.read_text() == TEXT.replace("/a", "/b")
    assert saved.data == path.read_bytes()
    assert saved.path == "here/c.toml"
    assert saved.file == path
    assert saved.sha256 == load(path).sha256 != loaded.sha256
    again = save(saved, with_path(saved.written, "/c"))
    assert again.collection.requests[0].path == "/c"


def test_saving_nothing_writes_nothing(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    loaded = load(path)
    before = path.stat()
    assert save(loaded, loaded.written).sha256 == loaded.sha256
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_a_change_by_someone_else_is_a_conflict_and_stays(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    loaded = load(path)
    path.write_text(TEXT + "# theirs\n")
    with pytest.raises(ConflictError) as caught:
        save(loaded, with_path(loaded.written, "/b"))
    assert caught.value.found_sha256 == load(path).sha256
    assert path.read_text() == TEXT + "# theirs\n"


def test_a_file_that_is_gone_is_a_conflict(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    loaded = load(path)
    path.unlink()
    with pytest.raises(ConflictError) as caught:
        save(loaded, with_path(loaded.written, "/b"))
    assert caught.value.found_sha256 is None
    assert not path.exists()


def test_an_invalid_edit_is_refused_and_nothing_written(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    loaded = load(path)
    with pytest.raises(CollectionError, match="begins with exactly one /"):
        save(loaded, with_path(loaded.written, "relative"))
    assert path.read_text() == TEXT


def test_standard_input_cannot_be_saved() -> None:
    loaded = loads(TEXT.encode(), path="-")
    with pytest.raises(FileError, match="not a file"):
        save(loaded, with_path(loaded.written, "/b"))


def test_personal_values_do_not_get_into_the_file(tmp_path: Path) -> None:
    path = collection_file(tmp_path, TEXT + "[vars]\nuser = 'team'\n")
    (tmp_path / "c.local.toml").write_text("[vars]\nuser = 'me'\n[env.mine]\nservice = 'my-own'\n")
    loaded = load(path)
    assert loaded.collection.vars == {"user": "me"}
    saved = save(loaded, with_path(loaded.written, "/b"))
    assert saved.written.vars == {"user": "team"}
    assert saved.collection.vars == {"user": "me"}
    assert saved.collection.environments["mine"].service == "my-own"
    assert "me" not in path.read_text().replace("team", "")


def test_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    create(path, Collection(name="N", requests=(SavedRequest(id="a"),)))
    assert path.read_text() == 'cyberun = 1\nname = "N"\n\n[[request]]\nid = "a"\nmethod = "GET"\npath = "/"\n'
    with pytest.raises(ConflictError, match="exists already"):
        create(path, Collection(name="M"))
    create(path, Collection(name="M"), overwrite=True)
    assert load(path).collection.name == "M"


@pytest.mark.parametrize(
    ("collection", "key"),
    [
        (Collection(vars={"a": {"b": [1, None]}}), "vars.a.b 2"),
        (Collection(environments={"e": Environment(name="e", vars={"service": "x"})}), "env.e.service"),
        (Collection(requests=(SavedRequest(id="a"), SavedRequest(id="a"))), "a.id"),
        (Collection(requests=(SavedRequest(id="a", headers=(Entry("x", "1"), Entry("x", "2"))),)), "a.headers.x"),
        (Collection(requests=(SavedRequest(id="a", captures=(Capture("x", "$"), Capture("x", "$"))),)), "a.capture.x"),
        (Collection(requests=(SavedRequest(id="a", name="\ud800"),)), "a"),
        (Collection(name="\udfff"), ""),
    ],
)
def test_what_toml_cannot_say_is_named(collection: Collection, key: str) -> None:
    with pytest.raises(CollectionError) as caught:
        apply(b"cyberun = 1\n", Collection(), collection)
    assert [problem.key for problem in caught.value.problems] == [key]


def test_requests_are_matched_by_id_and_else_by_likeness() -> None:
    a, b, c = (SavedRequest(id=each, path=f"/{each}") for each in "abc")
    renamed = change(b, id="x")
    changed_too = change(c, id="y", name="other")
    new = SavedRequest(id="new", method="PUT", path="/new")
    assert match((a, b, c), (c, a, b)) == [2, 0, 1]
    assert match((a, b, c), (a, renamed, changed_too, new)) == [0, 1, 2, None]
    assert match((a,), (a, change(a, id="copy"))) == [0, None]
    assert match((), (new,)) == [None]


def _run(*arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def test_four_programs_lose_no_edit(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    running = [_run("-m", "tests.unit.files.saving_program", str(path), name, "25") for name in ("a", "b", "c", "d")]
    results = [process.communicate(timeout=120) for process in running]
    assert [error for _, error in results] == ["", "", "", ""]
    assert [output.split()[0] for output, _ in results] == ["25"] * 4
    assert load(path).written.vars == {f"{name}-{number}": number for name in "abcd" for number in range(25)}
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".tmp")] == []


_ENDLESS = """
import sys
from workbench.files import atomic
path = sys.argv[1]
print("ready", flush=True)
number = 0
while True:
    number += 1
    atomic.write(path, (b"%06d\\n" % number) * 20000, expected_sha256=None, overwrite=True)
"""


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    path.write_bytes(b"000000\n" * 20000)
    for kill in range(50):
        process = _run("-c", _ENDLESS, str(path)) if kill % 10 == 0 else _fork_writer(path)
        _kill_after(process, 0.003 + 0.002 * (kill % 13))
        data = path.read_bytes()
        assert len(data) == 7 * 20000
        assert data == data[:7] * 20000


def _fork_writer(path: Path) -> int:
    """A child that saves for ever, without the time a new interpreter takes."""
    from workbench.files import atomic

    child = os.fork()
    if child:
        return child
    try:
        for number in range(1_000_000):
            atomic.write(path, (b"%06d\n" % number) * 20000, expected_sha256=None, overwrite=True)
    finally:
        os._exit(0)


def _kill_after(process: Any, seconds: float) -> None:
    if isinstance(process, int):
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.kill()
    process.communicate()


def test_a_request_with_another_id_and_path_keeps_its_comments_when_it_is_known_which_it_was(tmp_path: Path) -> None:
    path = collection_file(tmp_path)
    loaded = load(path)
    other = SavedRequest(id="a", path="/new")
    after = change(loaded.written, requests=(change(loaded.written.requests[0], id="x", path="/b"), other))
    saved = save(loaded, after, Places((0, None)))
    assert path.read_text().startswith('# mine\ncyberun = 1\n\n[[request]]\nid = "x" # first\npath = "/b"\n')
    assert [each.id for each in saved.written.requests] == ["x", "a"]


def test_another_place_gets_the_file_with_its_comments(tmp_path: Path) -> None:
    loaded = load(collection_file(tmp_path))
    save_as(loaded, with_path(loaded.written, "/b"), tmp_path / "other.toml")
    assert (tmp_path / "other.toml").read_text() == TEXT.replace("/a", "/b")
    with pytest.raises(ConflictError):
        save_as(loaded, loaded.written, tmp_path / "other.toml")


@pytest.mark.parametrize("there", [None, b"cyberun = 1\n[[request\n"])
def test_what_stands_in_the_way_is_kept_when_a_file_is_written_over_it(tmp_path: Path, there: bytes | None) -> None:
    path = collection_file(tmp_path)
    loaded = load(path)
    path.unlink()
    if there is not None:
        path.write_bytes(there)
    saved, kept = save_over(loaded, with_path(loaded.written, "/b"))
    assert path.read_text() == TEXT.replace("/a", "/b")
    assert saved.data == path.read_bytes()
    assert (kept.read_bytes() if kept else None) == there


HALF = """\
cyberun = 1

[[request]]
id = "a" # first
path = "/a"

# about the bad one
[[request]]
id = "bad"
methdo = "GET"   # a slip

[[request]]
id = "b"
path = "/b"
"""


def half(tmp_path: Path) -> tuple[Path, Any]:
    path = collection_file(tmp_path, HALF)
    loaded, _, broken = load_tolerant(path)
    assert loaded is not None
    assert list(broken) == [1]
    return path, loaded


def test_requests_beside_a_broken_one_are_saved_and_it_stays_as_it_is(tmp_path: Path) -> None:
    path, loaded = half(tmp_path)
    a, b = loaded.written.requests
    after = change(loaded.written, requests=(change(a, path="/x"), b))
    saved = save(loaded, after, Places((0, 1), (1,)))
    assert path.read_text() == HALF.replace('"/a"', '"/x"')
    assert [each.id for each in saved.written.requests] == ["a", "b"]
    assert saved.data == path.read_bytes()


@pytest.mark.parametrize(
    ("keep", "expected"), [((1, 0), ["b", "a", "bad"]), ((1,), ["bad", "b"]), ((0,), ["a", "bad"]), ((), ["bad"])]
)
def test_a_broken_request_goes_with_the_one_above_it(
    tmp_path: Path, keep: tuple[int, ...], expected: list[str]
) -> None:
    path, loaded = half(tmp_path)
    after = change(loaded.written, requests=tuple(loaded.written.requests[number] for number in keep))
    save(loaded, after, Places(keep, (1,)))
    text = path.read_text()
    assert re.findall(r'id = "(\w+)"', text) == expected
    assert '# about the bad one\n[[request]]\nid = "bad"\nmethdo = "GET"   # a slip\n' in text


def test_an_edit_that_would_break_one_more_request_is_refused(tmp_path: Path) -> None:
    path, loaded = half(tmp_path)
    a, b = loaded.written.requests
    with pytest.raises(CollectionError, match="begins with exactly one /"):
        save(loaded, change(loaded.written, requests=(change(a, path="relative"), b)), Places((0, 1), (1,)))
    assert path.read_text() == HALF


@pytest.mark.parametrize("number", [0, 1])
def test_the_id_of_a_broken_request_is_refused_above_and_below_it(tmp_path: Path, number: int) -> None:
    path, loaded = half(tmp_path)
    requests = list(loaded.written.requests)
    requests[number] = change(requests[number], id="bad")
    with pytest.raises(CollectionError, match="the id 'bad' is taken by a request that cannot be read"):
        save(loaded, change(loaded.written, requests=tuple(requests)), Places((0, 1), (1,)))
    assert path.read_text() == HALF
