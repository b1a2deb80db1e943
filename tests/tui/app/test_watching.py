"""Noticing what other programs do to the files: by content, whatever the stamps say."""

import os
from pathlib import Path

import pytest

from tests.tui.app.support import ECHO, desktop, write
from tests.tui.app.test_files import edit_path
from workbench.replay.session import Session
from workbench.tui.controllers import loading, watching
from workbench.tui.controllers.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(ECHO)
    return tmp_path


def opened(folder: Path) -> Workspace:
    workspace = Workspace()
    for batch in loading.read([str(folder)]):
        workspace = loading.take(workspace, batch)
    return workspace


def changed(look: watching.Look) -> list[str]:
    return [Path(read.path).name for read in look.changed]


def test_a_change_between_reading_and_the_first_look_is_noticed(folder: Path) -> None:
    workspace = opened(folder)
    (folder / "a.toml").write_text(ECHO.replace("418", "204"))
    first = watching.look(workspace, {}, [str(folder)])
    assert changed(first) == ["a.toml"]
    workspace = loading.take(workspace, first.changed)
    assert changed(watching.look(workspace, first.stamps, [str(folder)])) == []


def test_a_file_that_is_only_touched_has_not_changed(folder: Path) -> None:
    workspace = opened(folder)
    first = watching.look(workspace, {}, [str(folder)])
    os.utime(folder / "a.toml", (1, 1))
    assert changed(watching.look(workspace, first.stamps, [str(folder)])) == []


def test_personal_values_are_taken_over_when_they_change(folder: Path) -> None:
    workspace = opened(folder)
    first = watching.look(workspace, {}, [str(folder)])
    (folder / "a.local.toml").write_text('[vars]\nwho = "me"\n')
    second = watching.look(workspace, first.stamps, [str(folder)])
    assert changed(second) == ["a.toml"]
    loaded = loading.take(workspace, second.changed).files[str(folder / "a.toml")].loaded
    assert loaded is not None
    assert loaded.collection.vars["who"] == "me"


def test_new_files_broken_files_and_mended_ones_are_noticed(folder: Path) -> None:
    workspace = opened(folder)
    first = watching.look(workspace, {}, [str(folder)])
    (folder / "c.toml").write_text("cyberun = 1\n[[request")
    os.utime(folder, (1, 1))  # a folder's own time may be as coarse as a second
    second = watching.look(workspace, first.stamps, [str(folder)])
    assert changed(second) == ["c.toml"]
    workspace = loading.take(workspace, second.changed)
    assert workspace.files[str(folder / "c.toml")].broken
    third = watching.look(workspace, second.stamps, [str(folder)])
    assert changed(third) == []
    (folder / "c.toml").write_text(ECHO)
    (folder / "b.toml").unlink()
    fourth = watching.look(workspace, third.stamps, [str(folder)])
    assert changed(fourth) == ["b.toml", "c.toml"]
    workspace = loading.take(workspace, fourth.changed)
    assert workspace.files[str(folder / "b.toml")].broken
    assert not workspace.files[str(folder / "c.toml")].broken
    assert loading.gone(workspace, {str(folder / "a.toml"), str(folder / "c.toml")}) == [str(folder / "b.toml")]


def test_a_change_beside_unsaved_edits_is_told_once_for_each_content(folder: Path) -> None:
    workspace = opened(folder)
    path = str(folder / "a.toml")
    ref = workspace.find(path, "hello")
    assert ref is not None
    workspace = workspace.remove(ref)
    first = watching.look(workspace, {}, [str(folder)])
    (folder / "a.toml").write_text(ECHO.replace("418", "204"))
    second = watching.look(workspace, first.stamps, [str(folder)])
    workspace = loading.take(workspace, second.changed)
    assert workspace.files[path].theirs is not None
    assert changed(watching.look(workspace, {}, [str(folder)])) == []
    (folder / "a.toml").write_text(ECHO)
    back = watching.look(workspace, second.stamps, [str(folder)])
    assert changed(back) == ["a.toml"]
    assert loading.take(workspace, back.changed).files[path].theirs is None, "the file is again the one that was read"


async def test_a_save_of_our_own_is_not_taken_for_somebody_else_s(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        path = str(echo)
        await desk.until(lambda: path in desk.main._stamps)
        await edit_path(desk, "hello", "x")
        desk.main.saving.add(path)
        write(echo, ECHO.replace("418", "204"))
        read = loading.read_one(path)
        desk.main._changed_on_disk([read])
        assert desk.main.workspace.files[path].theirs is None
        assert path not in desk.main._stamps, "it is looked at once more, when the save is over"
        desk.main.saving.discard(path)
        desk.main._changed_on_disk([read])
        assert desk.main.workspace.files[path].theirs is not None
