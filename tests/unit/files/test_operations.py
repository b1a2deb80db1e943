"""Files and folders renamed, deleted and brought back: nothing is ever replaced."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from workbench.files import operations
from workbench.files.collections import discover, empty_folders
from workbench.files.kept import FOLDER, MOST, keep
from workbench.files.operations import new_folder, remove_folder, rename, restore, trash
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    (made / "sub").mkdir(parents=True)
    for name in ("a.toml", "a.local.toml", "b.toml", "sub/c.toml"):
        (made / name).write_text(name)
    return made


def tree(folder: Path) -> dict[str, str]:
    return {str(each.relative_to(folder)): each.read_text() for each in sorted(folder.rglob("*")) if each.is_file()}


def test_a_collection_is_renamed_with_its_local_file(folder: Path) -> None:
    rename(str(folder / "a.toml"), str(folder / "new" / "z.toml"))
    assert tree(folder) == {
        "b.toml": "b.toml",
        "new/z.local.toml": "a.local.toml",
        "new/z.toml": "a.toml",
        "sub/c.toml": "sub/c.toml",
    }


@pytest.mark.parametrize("hard_links", [True, False])
@pytest.mark.parametrize("other", ["b.toml", "sub"])
def test_nothing_is_replaced_by_a_rename(
    folder: Path, monkeypatch: pytest.MonkeyPatch, other: str, *, hard_links: bool
) -> None:
    if not hard_links:
        monkeypatch.setattr(os, "link", _refuse(errno.EPERM))
    before = tree(folder)
    with pytest.raises(FileError, match="is there already"):
        rename(str(folder / "a.toml"), str(folder / other))
    assert tree(folder) == before
    rename(str(folder / "a.toml"), str(folder / "free.toml"))
    assert tree(folder)["free.toml"] == "a.toml"


def _refuse(code: int) -> Any:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


def test_a_local_file_that_cannot_go_along_leaves_everything_where_it_was(folder: Path) -> None:
    (folder / "z.local.toml").write_text("in the way")
    before = tree(folder)
    with pytest.raises(FileError, match=r"z\.local\.toml is there already"):
        rename(str(folder / "a.toml"), str(folder / "z.toml"))
    assert tree(folder) == before


def test_a_folder_is_renamed_with_all_that_is_in_it(folder: Path) -> None:
    rename(str(folder / "sub"), str(folder / "deep" / "er"))
    assert tree(folder)["deep/er/c.toml"] == "sub/c.toml"


@pytest.mark.parametrize("name", ["a.toml", "sub"])
def test_what_is_deleted_is_private_and_comes_back(folder: Path, own_state: Path, name: str) -> None:
    before = tree(folder)
    gone = trash(str(folder / name))
    assert not (folder / name).exists()
    assert not (folder / "a.local.toml").exists() or name == "sub"
    assert stat.S_IMODE((own_state / operations.FOLDER).stat().st_mode) == 0o700
    restore(gone)
    assert tree(folder) == before


def test_what_stands_in_the_place_of_a_deleted_file_is_not_replaced(folder: Path) -> None:
    gone = trash(str(folder / "b.toml"))
    (folder / "b.toml").write_text("new")
    with pytest.raises(FileError, match="is there already"):
        restore(gone)
    assert (folder / "b.toml").read_text() == "new"
    (folder / "b.toml").unlink()
    restore(gone)
    assert (folder / "b.toml").read_text() == "b.toml"


def test_only_the_oldest_deleted_files_go_for_good(
    folder: Path, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST", 2)
    for name in ("a.toml", "b.toml", "sub"):
        trash(str(folder / name))
    left = sorted(each.name for stamp in (own_state / operations.FOLDER).iterdir() for each in stamp.iterdir())
    assert left == ["b.toml", "sub"]


def test_folders_are_made_shown_and_removed_only_when_empty(folder: Path) -> None:
    new_folder(str(folder / "x" / "y"))
    assert empty_folders([str(folder)]) == [str(folder / "x" / "y")]
    with pytest.raises(FileError, match="is there already"):
        new_folder(str(folder / "x"))
    with pytest.raises(FileError, match="not empty"):
        remove_folder(str(folder / "x"))
    remove_folder(str(folder / "x" / "y"))
    assert empty_folders([str(folder)]) == [str(folder / "x")]
    assert [path.name for path in discover([str(folder)])] == ["a.toml", "b.toml", "c.toml"]


@pytest.mark.parametrize("name", ["none.toml", "a.toml/x.toml", "x\0y"])
def test_what_is_not_there_is_said(folder: Path, own_state: Path, name: str) -> None:
    for act in (lambda: rename(str(folder / name), str(folder / "z.toml")), lambda: trash(str(folder / name))):
        with pytest.raises(FileError):
            act()
    trashed = own_state / operations.FOLDER
    assert not trashed.exists() or not list(trashed.iterdir())


def test_a_version_that_was_not_taken_is_kept_privately_and_the_oldest_go(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.files.kept.MOST", 3)
    assert MOST >= 100
    copies = [keep("some/echo.toml", str(number).encode(), "mine") for number in range(5)]
    assert [path.read_bytes() for path in copies[2:]] == [b"2", b"3", b"4"]
    assert sorted((own_state / FOLDER).iterdir()) == copies[2:]
    assert stat.S_IMODE(copies[-1].stat().st_mode) == 0o600
    assert copies[-1].name.endswith("-echo-mine.toml")
