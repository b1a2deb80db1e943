"""Drafts on disk: nothing that can be typed is changed by keeping it, and only a dead run's drafts are offered."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.files import strategies as make
from workbench.files import drafts
from workbench.files.drafts import Box, Draft, Estate, decode, encode, name_of, request_text
from workbench.model.collection import Body, Entry, SavedRequest
from workbench.model.errors import FileError

AT = "2026-11-25T20:00:00Z"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def draft(path: str = "/half typ", **parts: object) -> Draft:
    made = Draft(file="/c.toml", base_sha256="0" * 64, saved_id="a", request=SavedRequest(id="a", path=path))
    return msgspec.structs.replace(made, **parts)


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.toml"))


@settings(max_examples=60, deadline=None)
@given(make.requests("a"), st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=2), st.text())
def test_whatever_is_typed_comes_back(request_typed: SavedRequest, half: dict[str, str], body: str) -> None:
    typed = msgspec.structs.replace(request_typed, body=Body("text", body), path=body)
    kept = draft(request=typed, half_typed=half)
    assert decode(encode(kept)) == kept


@pytest.mark.parametrize("text", ["", "no slash", "\ud800", "a\r\n'''\"\"\"\\\x00\x1b", "\ufeff\u2028", "  \t\n"])
def test_what_no_collection_could_hold_is_kept_as_well(text: str) -> None:
    request = SavedRequest(id=text, path=text, headers=(Entry(text, text), Entry(text, text)), asserts=(text,))
    assert decode(encode(draft(request=request))).request == request


def test_a_draft_is_private_and_goes_when_it_is_not_wanted(own_state: Path) -> None:
    box = Box()
    one, two = name_of("/c.toml", 1), name_of("/c.toml", 2)
    box.keep({one: draft(), two: draft("/other")}, at=AT)
    assert len(files(own_state)) == 2
    for path in files(own_state):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    box.keep({two: draft("/other")}, at=AT)
    assert [path.stem for path in files(own_state)] == [two]
    box.keep({}, at=AT)
    assert list((own_state / drafts.FOLDER).iterdir()) == []


def test_the_same_draft_is_not_written_twice(own_state: Path) -> None:
    box = Box()
    box.keep({"x": draft()}, at=AT)
    (written,) = files(own_state)
    before = written.stat().st_ino
    box.keep({"x": draft()}, at="later")
    assert written.stat().st_ino == before
    box.keep({"x": draft("/half typed")}, at="later")
    assert decode(written.read_bytes()) == draft("/half typed", at="later")


def test_a_living_run_s_drafts_are_nobody_else_s(own_state: Path) -> None:
    box = Box()
    box.keep({"x": draft()}, at=AT)
    estate = Estate()
    estate.collect()
    assert not estate.drafts
    estate.release()
    assert len(files(own_state)) == 1


_KILLED = """
import os, signal
from workbench.files.drafts import Box, Draft
from workbench.model.collection import SavedRequest
box = Box()
box.keep({"x": Draft(file="/c.toml", base_sha256="0", request=SavedRequest(id="a", path="/typed"))}, at="now")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_s_drafts_are_offered_to_one_run_at_a_time(own_state: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED], check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == -9
    estate, other = Estate(), Estate()
    estate.collect()
    (left,) = estate.drafts
    assert left.draft.request == SavedRequest(id="a", path="/typed")
    other.collect()
    assert not other.drafts
    estate.release()
    other.collect()
    assert [each.draft for each in other.drafts] == [left.draft]
    other.remove(other.drafts)
    other.release()
    assert list((own_state / drafts.FOLDER).iterdir()) == []


def test_a_draft_that_cannot_be_read_stays_where_it_is_and_is_named(own_state: Path) -> None:
    folder = own_state / drafts.FOLDER / "0"
    folder.mkdir(parents=True)
    for number, data in enumerate((b"\xff", b"not toml =", b"draft = 2\n", b"draft = 1\nfile = 3\n")):
        (folder / f"{number}.toml").write_bytes(data)
    estate = Estate()
    estate.collect()
    assert not estate.drafts
    assert [path.name for path in estate.unreadable] == ["0.toml", "1.toml", "2.toml", "3.toml"]
    estate.release()
    assert len(files(own_state)) == 4


def test_a_folder_that_cannot_be_made_is_an_error_and_the_next_try_works(own_state: Path) -> None:
    own_state.write_text("in the way")
    box = Box()
    with pytest.raises(FileError, match="cannot be made"):
        box.keep({"x": draft()}, at=AT)
    own_state.unlink()
    box.keep({"x": draft()}, at=AT)
    assert len(files(own_state)) == 1


def test_a_request_is_shown_as_its_file_would_have_it() -> None:
    assert request_text(SavedRequest(id="a", path="/b")) == 'id = "a"\nmethod = "GET"\npath = "/b"\n'
    assert 'path = "no slash"' in request_text(SavedRequest(id="a", path="no slash"))
    assert request_text(None) == ""
