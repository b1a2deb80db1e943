"""The open files with their edits, as a value: nothing is mixed up, nothing is lost."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.app.support import ECHO
from workbench.files.collections import LoadedCollection, load_tolerant, loads
from workbench.model.collection import SavedRequest
from workbench.model.errors import FileError, Problem
from workbench.tui.controllers import loading
from workbench.tui.controllers.arranging import moved
from workbench.tui.controllers.merging import both_changed
from workbench.tui.controllers.workspace import Read, Ref, Workspace


def load(text: str = ECHO, path: str = "echo.toml") -> LoadedCollection:
    return loads(text.encode(), path=path)


def read(text: str = ECHO, path: str = "echo.toml") -> Read:
    return Read(path, load(text, path))


def opened() -> Workspace:
    return Workspace().with_read(read())


def ids(workspace: Workspace, path: str = "echo.toml") -> list[str]:
    return [item.request.id for item in workspace.files[path].items]


def ref(workspace: Workspace, request_id: str) -> Ref:
    found = workspace.find("echo.toml", request_id)
    assert found is not None
    return found


def edited(workspace: Workspace, request_id: str, **fields: object) -> Workspace:
    here = ref(workspace, request_id)
    item = workspace.item(here)
    assert item is not None
    return workspace.edit(here, msgspec.structs.replace(item.request, **fields))


def test_an_edit_is_dirty_and_going_back_is_not() -> None:
    before = opened()
    assert before.dirty == ()
    after = edited(before, "hello", path="/other")
    assert [file.path for file in after.dirty] == ["echo.toml"]
    assert after.files["echo.toml"].unsaved == 1
    assert edited(after, "hello", path="/anything/{{who}}").dirty == ()
    assert after.revert(ref(after, "hello")).dirty == ()


def test_a_request_keeps_its_key_when_its_id_changes() -> None:
    before = opened()
    here = ref(before, "hello")
    after = edited(before, "hello", id="renamed")
    item = after.item(here)
    assert item is not None
    assert item.request.id == "renamed"
    assert after.name(here) == "echo.toml#renamed"


def test_a_new_request_stands_after_the_selected_one() -> None:
    before = opened()
    after, new = before.insert("echo.toml", SavedRequest(id="new"), ref(before, "post").key)
    assert ids(after) == ["hello", "post", "new", "missing", "teapot", "slow"]
    item = after.item(new)
    assert item is not None
    assert item.changed
    assert after.free_id("echo.toml", "new") == "new-2"


def test_lines_of_the_file_stay_with_their_requests() -> None:
    before = opened()
    line = before.files["echo.toml"].collection().line("teapot")
    after, _ = before.insert("echo.toml", SavedRequest(id="new"), None)
    moved, _ = after.insert("echo.toml", SavedRequest(id="first"), ref(after, "hello").key)
    collection = moved.files["echo.toml"].collection()
    assert collection.line("teapot") == line
    assert collection.line("first") == 0
    without = moved.remove(ref(moved, "post")).files["echo.toml"].collection()
    assert without.line("teapot") == line


def test_removing_counts_as_unsaved_and_discard_brings_back() -> None:
    before = opened()
    after = before.remove(ref(before, "post"))
    assert after.files["echo.toml"].unsaved == 1
    assert ids(after.discard("echo.toml")) == ids(before)
    assert after.discard("echo.toml").dirty == ()


def test_reading_again_keeps_edits_and_takes_the_rest() -> None:
    workspace = edited(opened(), "hello", path="/mine")
    workspace, _ = workspace.insert("echo.toml", SavedRequest(id="new"), ref(workspace, "hello").key)
    workspace = workspace.remove(ref(workspace, "slow"))
    theirs = ECHO.replace("/status/418", "/status/204") + '\n[[request]]\nid = "theirs"\n'
    after = workspace.with_read(read(theirs)).rebased("echo.toml")
    assert ids(after) == ["hello", "new", "post", "missing", "teapot", "theirs"]
    by_id = {item.request.id: item for item in after.files["echo.toml"].items}
    assert by_id["hello"].request.path == "/mine"
    assert by_id["hello"].changed
    assert by_id["teapot"].request.path == "/status/204"
    assert not by_id["teapot"].changed


def test_an_edited_request_that_is_gone_on_disk_stays() -> None:
    workspace = edited(opened(), "post", path="/mine")
    kept = ECHO[: ECHO.index('[[request]]\nid = "post"')] + ECHO[ECHO.index('[[request]]\nid = "missing"') :]
    after = workspace.with_read(read(kept)).rebased("echo.toml")
    assert ids(after) == ["hello", "post", "missing", "teapot", "slow"]
    assert after.files["echo.toml"].dirty


def test_breaking_a_file_on_disk_keeps_its_edits() -> None:
    problem = Problem(message="broken", path="echo.toml", line=3, column=1)
    assert opened().with_read(Read("echo.toml", None, (problem,))).files["echo.toml"].broken
    after = edited(opened(), "hello", path="/mine").with_read(Read("echo.toml", None, (problem,)))
    assert not after.files["echo.toml"].broken
    theirs = after.files["echo.toml"].theirs
    assert theirs is not None
    assert theirs.problems == (problem,)
    assert after.rebased("echo.toml").files == after.files
    assert after.taken_over("echo.toml").files["echo.toml"].broken


def test_only_what_one_side_changed_is_taken_from_that_side() -> None:
    workspace = edited(edited(opened(), "hello", path="/mine"), "teapot", path="/mine-too")
    theirs = ECHO.replace('id = "hello"', 'id = "hello"\nname = "Theirs"').replace("/status/418", "/status/204")
    beside = workspace.with_read(read(theirs))
    item = beside.item(ref(beside, "hello"))
    assert item is not None
    assert item.request == SavedRequest(id="hello", path="/mine", asserts=item.request.asserts)
    file = beside.files["echo.toml"]
    assert both_changed(file.items, file.base, loads(theirs.encode(), path="x").written.requests) == ("teapot: path",)
    after = beside.rebased("echo.toml")
    requests = {item.request.id: item.request for _, item in after.refs()}
    assert (requests["hello"].name, requests["hello"].path) == ("Theirs", "/mine")
    assert requests["teapot"].path == "/mine-too"
    assert after.files["echo.toml"].theirs is None


def half(folder: Path, request_id: str, text: str = ECHO) -> Read:
    """A file as it is read when one of its requests cannot be."""
    path = folder / "echo.toml"
    path.write_text(text.replace(f'id = "{request_id}"', f'id = "{request_id}"\nmethdo = "GET"'))
    loaded, problems, broken = load_tolerant(path, as_written="echo.toml")
    assert broken
    return Read("echo.toml", loaded, problems, broken)


def test_edits_go_on_top_of_a_file_on_disk_beside_a_request_that_cannot_be_read(tmp_path: Path) -> None:
    workspace = edited(opened(), "teapot", path="/mine")
    beside = workspace.with_read(half(tmp_path, "missing", ECHO.replace("/anything/{{who}}", "/theirs")))
    assert beside.in_the_way("echo.toml") == ()
    after = beside.rebased("echo.toml")
    file = after.files["echo.toml"]
    assert [(item.request.id, item.request.path) for item in file.items] == [
        ("hello", "/theirs"),
        ("post", "/anything"),
        ("teapot", "/mine"),
        ("slow", "/delay/30"),
    ]
    assert file.places().broken == (2,)
    assert file.dirty


def test_an_order_made_here_is_made_again_beside_a_request_that_cannot_be_read(tmp_path: Path) -> None:
    workspace = moved(opened(), ref(opened(), "slow"), -2)
    after = workspace.with_read(half(tmp_path, "post")).rebased("echo.toml")
    assert ids(after) == ["hello", "slow", "missing", "teapot"]


def test_edits_wait_where_the_same_request_cannot_be_read_on_disk(tmp_path: Path) -> None:
    workspace = edited(opened(), "teapot", path="/mine")
    beside = workspace.with_read(half(tmp_path, "teapot"))
    assert beside.in_the_way("echo.toml") == ("teapot",)
    assert beside.rebased("echo.toml").files == beside.files
    renamed = edited(opened(), "teapot", id="kettle").with_read(beside.files["echo.toml"].theirs or read(ECHO))
    assert renamed.in_the_way("echo.toml") == ("kettle",)
    mended = beside.with_read(read(ECHO.replace("/anything", "/else"))).rebased("echo.toml")
    assert ids(mended) == ids(opened())
    item = mended.item(ref(mended, "teapot"))
    assert item is not None
    assert item.request.path == "/mine"


def test_what_one_side_removed_and_the_other_changed_is_named() -> None:
    workspace = edited(opened(), "post", path="/mine")
    workspace = workspace.remove(ref(workspace, "teapot"))
    theirs = ECHO.replace("/status/418", "/status/204")
    theirs = theirs[: theirs.index('[[request]]\nid = "post"')] + theirs[theirs.index('[[request]]\nid = "missing"') :]
    file = workspace.files["echo.toml"]
    assert both_changed(file.items, file.base, loads(theirs.encode(), path="x").written.requests) == (
        "post: edited here, removed on disk",
        "teapot: removed here, changed on disk",
    )


def test_an_order_made_here_is_made_again_on_what_was_read() -> None:
    workspace = moved(opened(), ref(opened(), "slow"), -2)
    after = workspace.with_read(read(ECHO.replace("/status/418", "/status/204"))).rebased("echo.toml")
    assert ids(after) == ids(workspace) == ["hello", "post", "slow", "missing", "teapot"]


def test_what_is_typed_during_a_save_stays_unsaved() -> None:
    workspace = edited(opened(), "hello", path="/saved")
    written = workspace.files["echo.toml"]
    typed = edited(workspace, "hello", path="/typed")
    on_disk = load(ECHO.replace("/anything/{{who}}", "/saved"))
    after = typed.saved(written, on_disk)
    item = after.files["echo.toml"].items[0]
    assert item.request.path == "/typed"
    assert item.changed
    assert workspace.saved(written, on_disk).dirty == ()


def test_files_come_in_batches_and_a_broken_one_among_them(tmp_path: Path) -> None:
    for number in range(loading.FIRST + loading.BATCH + 5):
        (tmp_path / f"{number:03}.toml").write_text(ECHO, encoding="utf-8")
    (tmp_path / "003.toml").write_text("cyberun = 1\n[[request\n", encoding="utf-8")
    batches = list(loading.read([str(tmp_path)]))
    assert [len(batch) for batch in batches] == [loading.FIRST, loading.BATCH, 5]
    workspace = Workspace()
    for batch in batches:
        workspace = loading.take(workspace, batch)
    broken = workspace.files[str(tmp_path / "003.toml")]
    assert broken.broken
    assert broken.problems[0].line == 2
    assert len(list(workspace.refs())) == (loading.FIRST + loading.BATCH + 4) * 5


def test_a_path_that_is_not_there_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "echo.toml").write_text(ECHO, encoding="utf-8")
    missing = str(tmp_path / "missing.toml")
    workspace = loading.take(Workspace(), next(loading.read([missing, str(tmp_path / "echo.toml")])))
    assert [(file.path, file.broken) for file in workspace.files.values()] == [
        (missing, True),
        (str(tmp_path / "echo.toml"), False),
    ]
    assert "there is no such file" in workspace.files[missing].problems[0].message
    with pytest.raises(FileError):
        next(loading.read([missing]))


operations = st.lists(
    st.tuples(st.sampled_from(["edit", "insert", "remove", "revert", "reload"]), st.integers(0, 9)), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(operations)
def test_whatever_is_done_keys_stay_unique_and_discard_goes_back(steps: list[tuple[str, int]]) -> None:
    workspace = opened()
    for number, (name, at) in enumerate(steps):
        refs = [each for each, _ in workspace.refs()]
        here = refs[at % len(refs)] if refs else None
        if name == "insert" or here is None:
            workspace, _ = workspace.insert("echo.toml", SavedRequest(id=f"n{number}"), here.key if here else None)
        elif name == "edit":
            item = workspace.item(here)
            assert item is not None
            workspace = workspace.edit(here, msgspec.structs.replace(item.request, path=f"/{number}"))
        elif name == "remove":
            workspace = workspace.remove(here)
        elif name == "revert":
            workspace = workspace.revert(here)
        else:
            before = workspace
            workspace = workspace.with_read(read())
            assert {item.request for _, item in before.refs()} >= {
                item.request for _, item in workspace.refs() if item.changed
            }
        keys = [each.key for each, _ in workspace.refs()]
        assert len(keys) == len(set(keys))
    back = workspace.discard("echo.toml")
    assert back.dirty == ()
    assert ids(back) == ids(opened())
