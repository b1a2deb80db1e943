"""Requests, files and folders added, renamed, moved, deleted and brought back, by keys and by the mouse."""

from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.widgets import Input

from tests.tui.app.support import ECHO, Desktop, desktop, read, write
from tests.tui.app.test_files import answer, edit_path, type_text
from tests.tui.app.test_workspace import ids, opened, ref
from workbench.files.collections import loads
from workbench.model.collection import SavedRequest
from workbench.replay.session import Session
from workbench.tui.controllers import arranging, undoing
from workbench.tui.controllers.filtering import matching
from workbench.tui.controllers.workspace import Read, Workspace
from workbench.tui.panes.collections_pane import CollectionsTree, Place
from workbench.tui.screens.pick import Pick

NEEDY = ECHO.replace('id = "post"', 'id = "post"\nneeds = ["hello"]') + "\n[request.capture]\nuid = '$.id'\n"
OTHER = 'cyberun = 1\nname = "Other"\n\n[[request]]\nid = "hello"   # theirs\npath = "/other"\n'


def needy() -> Workspace:
    text = NEEDY.replace('path = "/anything/{{nobody}}/{{nothing}}"', 'path = "/{{uid}}"')
    workspace = Workspace().with_read(Read("echo.toml", loads(text.encode(), path="echo.toml")))
    return workspace.with_read(Read("other.toml", loads(OTHER.encode(), path="other.toml")))


def requests(workspace: Workspace, path: str = "echo.toml") -> dict[str, SavedRequest]:
    return {item.request.id: item.request for item in workspace.files[path].items}


def test_who_uses_a_request_is_known() -> None:
    workspace = needy()
    assert arranging.uses(workspace.files["echo.toml"], ref(workspace, "hello").key).needs == ("post",)
    used = arranging.uses(workspace.files["echo.toml"], ref(workspace, "slow").key)
    assert used.captures == (("missing", ("uid",)),)
    assert used.lines() == "  missing uses {{uid}}, captured here"
    assert not arranging.uses(workspace.files["echo.toml"], ref(workspace, "teapot").key)


def test_a_new_id_and_a_removed_request_change_the_needs_of_others() -> None:
    workspace = needy()
    renamed = arranging.renamed(workspace, ref(workspace, "hello"), "greeting")
    assert requests(renamed)["post"].needs == ("greeting",)
    assert requests(renamed.revert(ref(renamed, "greeting")))["post"].needs == ("hello",)
    assert requests(arranging.taken_out(workspace, ref(workspace, "hello")))["post"].needs == ()


def test_a_request_goes_to_another_file_with_its_key_and_without_its_needs() -> None:
    workspace = needy()
    moved, there = arranging.transferred(workspace, ref(workspace, "post"), "other.toml", "post")
    assert there.key == ref(workspace, "post").key
    assert list(requests(moved, "other.toml")) == ["hello", "post"]
    assert requests(moved, "other.toml")["post"].needs == ()
    assert "post" not in requests(moved)
    assert moved.files["other.toml"].unsaved == 1
    assert [file.path for file in moved.dirty] == ["echo.toml", "other.toml"]


changes = st.sampled_from(["rename", "up", "down", "transfer", "delete", "add", "revert"])


@settings(max_examples=80, deadline=None)
@given(changes, st.integers(0, 4), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=3))
def test_undo_takes_back_the_change_and_nothing_that_was_typed_since(
    name: str, at: int, typed: list[tuple[int, int]]
) -> None:
    before = needy()
    here = [each for each, _ in before.refs()][at]
    item = before.item(here)
    assert item is not None
    after = {
        "rename": lambda: arranging.renamed(before, here, "renamed"),
        "up": lambda: arranging.moved(before, here, -1),
        "down": lambda: arranging.moved(before, here, 1),
        "transfer": lambda: arranging.transferred(before, here, "other.toml", item.request.id)[0],
        "delete": lambda: arranging.taken_out(before, here),
        "add": lambda: before.insert("echo.toml", SavedRequest(id="new"), here.key)[0],
        "revert": lambda: before.revert(here),
    }[name]()
    now, wanted = after, before
    for number, path in typed:
        refs = [
            each for each, each_item in now.refs() if before.item(each) and each_item.request.id in requests(before)
        ]
        target = refs[number % len(refs)]
        for_both = [now.item(target), wanted.item(target)]
        assert for_both[0] is not None
        assert for_both[1] is not None
        changed = {"path": f"/typed/{path}"}
        if for_both[0].request.needs == for_both[1].request.needs:
            now = now.edit(target, msgspec.structs.replace(for_both[0].request, **changed))
            wanted = wanted.edit(target, msgspec.structs.replace(for_both[1].request, **changed))
    back = undoing.undone(now, undoing.changed_files(before, after))
    for path_of_file in before.files:
        assert requests(back, path_of_file) == requests(wanted, path_of_file)
        assert list(requests(back, path_of_file)) == list(requests(before, path_of_file))
    if not typed:
        assert back.dirty == ()


def test_undo_of_a_new_request_leaves_it_where_something_was_typed_in_it() -> None:
    before = opened()
    after, made = before.insert("echo.toml", SavedRequest(id="new"), None)
    typed = after.edit(made, SavedRequest(id="new", path="/typed"))
    assert "new" in ids(undoing.undone(typed, undoing.changed_files(before, after)))
    assert ids(undoing.undone(after, undoing.changed_files(before, after))) == ids(before)


def test_words_narrow_the_files_and_requests() -> None:
    workspace = needy()
    found = matching(workspace, "POST anything")
    assert [(path, len(keys)) for path, keys in found.items()] == [("echo.toml", 1)]
    assert list(matching(workspace, "other.toml hello")) == ["other.toml"]
    assert len(matching(workspace, "")["echo.toml"]) == 5
    assert matching(workspace, "nowhere") == {}


async def under_cursor(desk: Desktop, place: Place) -> None:
    """Put the cursor of the tree on a place, with the focus there."""
    tree = desk.main.query_one(CollectionsTree)
    tree.focus()
    await desk.until(lambda: place in places(desk))

    def there() -> bool:
        if desk.main.place != place:  # a request that is shown just now takes the cursor along
            tree.move_cursor(next(node for node in tree._tree_nodes.values() if node.data == place))
        return desk.main.place == place

    await desk.until(there)
    await desk.pilot.pause()


async def choose(desk: Desktop, text: str) -> None:
    """Choose in the list that is open."""
    await desk.until(lambda: isinstance(desk.app.screen, Pick) and list(desk.app.screen.query(Input)))
    dialog = desk.app.screen
    dialog.query_one(Input).value = text
    await desk.pilot.pause()
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is not dialog)


async def test_requests_are_renamed_moved_and_brought_back_from_the_tree(session: Session, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    one, other = work / "echo.toml", work / "other.toml"
    write(one, NEEDY)
    write(other, OTHER)
    async with desktop(session, work) as desk:
        path = str(one)
        hello = desk.main.workspace.find(path, "hello")
        assert hello is not None
        await under_cursor(desk, hello)
        await desk.press("e")
        await type_text(desk, "greeting")
        await desk.until(lambda: "greeting" in requests(desk.main.workspace, path))
        assert requests(desk.main.workspace, path)["post"].needs == ("greeting",)
        await desk.press("J", "J", "K")
        await desk.until(lambda: list(requests(desk.main.workspace, path))[:2] == ["post", "greeting"])
        await desk.press("u")
        await desk.press("u")
        await desk.press("u")
        await desk.until(lambda: list(requests(desk.main.workspace, path))[:2] == ["greeting", "post"])
        await under_cursor(desk, hello)
        await desk.press("d")
        await desk.shows("post needs it")
        await answer(desk, "Delete")
        await desk.until(lambda: "greeting" not in requests(desk.main.workspace, path))
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("u", "u")
        await desk.until(lambda: not desk.main.workspace.dirty)
        post = desk.main.workspace.find(path, "missing")
        assert post is not None
        await under_cursor(desk, post)
        await desk.press("m")
        await choose(desk, "other")
        await desk.until(lambda: "missing" in requests(desk.main.workspace, str(other)))
        desk.main.start("save_all")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert (
            read(other)
            == OTHER + '\n[[request]]\nid = "missing"\nmethod = "GET"\npath = "/anything/{{nobody}}/{{nothing}}"\n'
        )
        assert read(one) == NEEDY.replace(
            '[[request]]\nid = "missing"\npath = "/anything/{{nobody}}/{{nothing}}"\n\n', ""
        )


async def test_files_and_folders_are_made_renamed_deleted_and_brought_back(session: Session, tmp_path: Path) -> None:
    from workbench.tui.panes.collections_pane import File, Folder

    folder = tmp_path / "work"
    folder.mkdir()
    echo = folder / "echo.toml"
    write(echo, ECHO)
    async with desktop(session, folder) as desk:
        await edit_path(desk, "post", "x")
        await under_cursor(desk, File(str(echo)))
        await desk.press("F")
        await type_text(desk, str(folder / "more"))
        await desk.until(lambda: Folder(str(folder / "more")) in places(desk))
        await under_cursor(desk, Folder(str(folder / "more")))
        await desk.press("A")
        await desk.until(lambda: list(desk.app.screen.query("#answer")))
        assert desk.app.screen.query_one(Input).value == f"{folder}/more/new.toml"
        await desk.press("enter")
        await desk.until((folder / "more" / "new.toml").exists)
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "first")
        # A file is renamed with its unsaved edits and its answers.
        await under_cursor(desk, File(str(echo)))
        await desk.press("e")
        await type_text(desk, str(folder / "more" / "moved.toml"))
        moved = str(folder / "more" / "moved.toml")
        await desk.until(lambda: moved in desk.main.workspace.files and not echo.exists())
        assert requests(desk.main.workspace, moved)["post"].path == "/anythingx"
        assert read(Path(moved)) == ECHO
        # What has unsaved changes is not deleted.
        await under_cursor(desk, Folder(str(folder / "more")))
        await desk.press("d")
        await desk.until(lambda: any("save or drop them first" in each.message for each in desk.app._notifications))
        await desk.open("post")
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        await under_cursor(desk, Folder(str(folder / "more")))
        await desk.press("full_stop")
        await choose(desk, "Delete")
        await desk.shows("With all that is in it")
        await answer(desk, "Delete")
        await desk.until(lambda: not (folder / "more").exists() and not desk.main.workspace.files)
        await desk.press("u")
        await desk.until(lambda: moved in desk.main.workspace.files and Path(moved).exists())
        await desk.press("u")
        await desk.until(echo.exists)
        await desk.press("u")
        await desk.until(lambda: not (folder / "more" / "new.toml").exists())
        assert list(desk.main.workspace.files) == [str(echo)]


def places(desk: Desktop) -> list[Place | None]:
    return [node.data for node in desk.main.query_one(CollectionsTree)._tree_nodes.values()]


async def test_the_tree_is_narrowed_and_offers_its_menu_to_the_mouse(session: Session, tmp_path: Path) -> None:
    write(tmp_path / "echo.toml", ECHO)
    write(tmp_path / "other.toml", OTHER)
    async with desktop(session, tmp_path) as desk:
        tree = desk.main.query_one(CollectionsTree)
        tree.focus()
        await desk.press("slash", *"teap")
        await desk.until(lambda: "other.toml" not in desk.text().partition("History")[0])
        await desk.shows("teapot")
        await desk.press("enter")
        await desk.until(lambda: desk.main.focused is tree)
        await desk.press("enter")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "teapot")
        tree.focus()
        await desk.press("slash", *"zzz")
        await desk.shows("nothing fits")
        await desk.press("escape")
        await desk.shows("other.toml")
        await desk.pilot.click(CollectionsTree, offset=(4, 0), button=3)
        await desk.until(lambda: isinstance(desk.app.screen, Pick))
        await desk.shows("New folder")


async def test_a_file_that_was_opened_by_its_name_is_read_again_under_its_new_one(session: Session, echo: Path) -> None:
    from workbench.tui.panes.collections_pane import File

    async with desktop(session, echo) as desk:
        await under_cursor(desk, File(str(echo)))
        await desk.press("e")
        moved = str(echo.with_name("moved.toml"))
        await type_text(desk, moved)
        await desk.until(lambda: list(desk.main.workspace.files) == [moved])
        write(Path(moved), ECHO.replace("/status/418", "/status/204"))
        desk.main.start("reload")
        await desk.until(lambda: requests(desk.main.workspace, moved)["teapot"].path == "/status/204")
        await under_cursor(desk, File(moved))
        await desk.press("d")
        await answer(desk, "Delete")
        await desk.until(lambda: not desk.main.workspace.files)
        await desk.press("r")
        await desk.shows("no collections here")
        await desk.press("u")
        await desk.until(lambda: list(desk.main.workspace.files) == [moved])
