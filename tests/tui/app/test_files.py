"""Editing, saving and leaving: nothing is lost, nothing is overwritten unasked, what is broken stays visible."""

import asyncio
import errno
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input

from tests.tui.app.support import ECHO, LARGE, SMALL, Desktop, desktop, read, write
from tests.tui.quiet import HANGS, work_unwatched
from workbench.replay.session import Session
from workbench.tui.controllers import loading
from workbench.tui.controllers.workspace import Read
from workbench.tui.flows.outside import at_line
from workbench.tui.panes.collections_pane import CollectionsPane, CollectionsTree
from workbench.tui.screens import main as main_screen
from workbench.tui.screens.dialogs import Ask, AskText
from workbench.tui.screens.main import MainScreen


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def move(path: Path, to: Path) -> None:
    path.rename(to)


async def answer(desk: Desktop, label: str) -> None:
    """Press the button with that label in the dialog that is open."""
    await desk.until(lambda: isinstance(desk.app.screen, Ask) and list(desk.app.screen.query(Button)))
    button = next(each for each in desk.app.screen.query(Button) if str(each.label) == label)
    button.press()
    await desk.until(lambda: not isinstance(desk.app.screen, Ask) or button not in desk.app.screen.query(Button))


async def type_text(desk: Desktop, text: str) -> None:
    """Answer the open text dialog."""
    await desk.until(lambda: isinstance(desk.app.screen, AskText) and list(desk.app.screen.query(Input)))
    dialog = desk.app.screen
    dialog.query_one(Input).value = text
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is not dialog)


async def edit_path(desk: Desktop, request_id: str, text: str) -> None:
    await desk.open(request_id)
    await desk.press("end", *text)
    await desk.until(lambda: desk.main.request is not None and desk.main.request.path.endswith(text))


async def test_an_edit_is_marked_and_stays_while_other_requests_are_looked_at(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        await desk.shows("Request ─ hello ●")
        assert "hello ●" in desk.text()
        await desk.open("post")
        await desk.open("hello")
        assert desk.main.request is not None
        assert desk.main.request.path == "/anything/{{who}}x"
        assert read(echo) == ECHO


async def test_saving_changes_the_line_and_keeps_the_comment(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert read(echo) == ECHO.replace("/anything/{{who}}", "/anything/{{who}}x")
        await desk.until(lambda: "hello ●" not in desk.text())


async def test_personal_values_are_used_and_never_saved(session: Session, echo: Path) -> None:
    write(echo.with_suffix(".local.toml"), '[vars]\nwho = "me alone"\n')
    async with desktop(session, echo) as desk:
        assert str(desk.main.names["who"]) == "me alone (vars)"
        await edit_path(desk, "hello", "x")
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert read(echo) == ECHO.replace("/anything/{{who}}", "/anything/{{who}}x")


async def test_a_new_request_is_added_after_the_selected_one_and_saved(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("hello")
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("ctrl+n")
        await type_text(desk, "fresh")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "fresh")
        await desk.shows("fresh ●")
        await desk.until(lambda: getattr(desk.main.focused, "id", "") == "path")  # for what comes next
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        text = read(echo)
        assert text.index('id = "hello"') < text.index('id = "fresh"') < text.index('id = "post"')
        assert "# a comment that has to stay" in text


async def test_an_id_that_is_taken_is_refused_in_the_dialog(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("ctrl+n")
        await desk.until(lambda: isinstance(desk.app.screen, AskText) and list(desk.app.screen.query("Input")))
        await desk.press(*"post")  # it goes in place of what is suggested
        assert desk.app.screen.query_one(Input).value == "post"
        await desk.press("enter")
        await desk.shows("post is taken in this file")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        assert not desk.main.workspace.dirty


async def test_duplicate_and_delete_with_a_second_step(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("post")
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("c")
        await type_text(desk, "post-2")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "post-2")
        assert desk.main.request is not None
        assert desk.main.request.method == "POST"
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("d")
        await answer(desk, "Keep it")
        assert desk.main.request.id == "post-2"
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("d")
        await answer(desk, "Delete")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert desk.main.request is not None
        assert desk.main.request.id == "missing"
        assert read(echo) == ECHO


@pytest.mark.parametrize("choice", ["Mine", "Theirs", "Cancel"])
async def test_a_file_that_changed_on_disk_is_never_overwritten_unasked(
    session: Session, tmp_path: Path, echo: Path, choice: str
) -> None:
    theirs = ECHO.replace("/status/418", "/status/204")
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        write(echo, theirs)
        await desk.press("ctrl+s")
        await answer(desk, choice)
        if choice == "Mine":
            await desk.until(lambda: not desk.main.workspace.dirty)
            assert read(echo) == theirs.replace("/anything/{{who}}", "/anything/{{who}}x")
        elif choice == "Theirs":
            await desk.until(lambda: not desk.main.workspace.dirty)
            assert read(echo) == theirs
            (kept,) = (tmp_path / "state" / "kept").iterdir()
            assert read(kept) == ECHO.replace("/anything/{{who}}", "/anything/{{who}}x")
            assert desk.main.request is not None
            assert desk.main.request.path == "/anything/{{who}}"
        else:
            assert read(echo) == theirs
            assert desk.main.workspace.dirty


async def test_mine_goes_beside_a_request_that_was_broken_on_disk_and_never_over_it_unasked(
    session: Session, tmp_path: Path, echo: Path
) -> None:
    broken = ECHO.replace('id = "teapot"', 'id = "teapot"\nmethdo = "GET"   # a slip')
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        write(echo, broken)
        await desk.press("ctrl+s")
        await desk.shows("what cannot stays as it is")
        await answer(desk, "Mine")
        await desk.until(lambda: not desk.main.workspace.dirty)
        mine = broken.replace("/anything/{{who}}", "/anything/{{who}}x")
        assert read(echo) == mine
        assert sorted(desk.main.ids) == ["hello", "missing", "post", "slow", "teapot"]
        write(echo, mine.replace("methdo", "method"))
        desk.main.load_files()
        await desk.until(lambda: desk.main.workspace.find(str(echo), "teapot") is not None)
        await edit_path(desk, "teapot", "y")
        write(echo, mine)
        await desk.press("ctrl+s")
        await desk.shows("teapot: edited here, broken on disk")
        await answer(desk, "Mine")
        await desk.shows("You changed teapot here")
        assert read(echo) == mine
        await answer(desk, "Write it over theirs")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert read(echo) == mine.replace("methdo", "method").replace("/status/418", "/status/418y")
        (kept,) = (tmp_path / "state" / "kept").iterdir()
        assert read(kept) == mine


async def test_a_file_that_cannot_be_written_keeps_the_changes_and_offers_another_place(
    session: Session, tmp_path: Path, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        become_a_folder(echo)
        await desk.press("ctrl+s")
        await desk.until(lambda: isinstance(desk.app.screen, Ask))
        while isinstance(desk.app.screen, Ask):
            labels = [str(button.label) for button in desk.app.screen.query(Button)]
            await answer(desk, "Save elsewhere" if "Save elsewhere" in labels else "Cancel")
            await desk.pilot.pause()
        if isinstance(desk.app.screen, AskText):
            await type_text(desk, str(tmp_path / "elsewhere.toml"))
            await desk.until((tmp_path / "elsewhere.toml").exists)
            assert "/anything/{{who}}x" in read(tmp_path / "elsewhere.toml")
        assert desk.main.workspace.dirty


async def test_a_full_disk_says_so_in_a_window_and_another_place_can_be_taken(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, other = tmp_path / "full", tmp_path / "other"
    full.mkdir()
    other.mkdir()
    echo = full / "echo.toml"
    write(echo, ECHO)
    real = os.open

    def refuse(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path).startswith(str(full)) and str(path).endswith(".tmp"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        await desk.press("ctrl+s")
        await desk.shows("the disk is full")
        await desk.shows("Your changes stay here, and so does their draft.")
        await answer(desk, "Save elsewhere")
        await type_text(desk, str(full / "again.toml"))
        await desk.shows("the disk is full")
        await type_text(desk, str(other / "saved.toml"))
        await desk.until((other / "saved.toml").exists)
        assert read(other / "saved.toml") == ECHO.replace("/anything/{{who}}", "/anything/{{who}}x")
        assert read(echo) == ECHO
        assert desk.main.workspace.dirty
        assert [each.name for each in full.iterdir()] == ["echo.toml"]
        monkeypatch.setattr(os, "open", real)
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert read(echo) == read(other / "saved.toml")


@pytest.mark.parametrize("choice", ["Stay", "Save all", "Discard"])
async def test_leaving_with_changes_asks(session: Session, echo: Path, choice: str) -> None:
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        await desk.press("ctrl+q")
        await answer(desk, choice)
        if choice == "Stay":
            assert desk.app._exit is False
            assert desk.main.workspace.dirty
            return
        await desk.until(lambda: desk.app._exit)
        saved = read(echo)
        assert saved == (ECHO.replace('{{who}}"\nassert', '{{who}}x"\nassert') if choice == "Save all" else ECHO)


async def test_leaving_without_changes_does_not_ask(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("ctrl+q")
        await desk.until(lambda: desk.app._exit)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_broken_file_stays_in_the_tree_and_says_why(
    session: Session, tmp_path: Path, echo: Path, size: tuple[int, int]
) -> None:
    broken = tmp_path / "aaa.toml"
    write(broken, 'cyberun = 1\n[[request]]\nid = "x\n')
    async with desktop(session, tmp_path, size=size) as desk:
        await desk.shows("✗ aaa.toml")
        tree = desk.main.query_one(CollectionsTree)
        tree.focus()
        tree.move_cursor(tree.root.children[0])
        await desk.press("enter")
        await desk.shows("cannot be used")
        assert "3:" in desk.text()
        write(broken, ECHO)
        await desk.press("r")
        await desk.until(lambda: not desk.main.workspace.files[str(broken)].broken)


async def test_one_broken_request_hides_no_other_and_they_can_be_saved(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "half.toml"
    text = ECHO + '\n[[request]]\nid = "bad"\nmethdo = "GET"\n'
    write(path, text)
    async with desktop(session, path) as desk:
        assert [item.request.id for _, item in desk.main.workspace.refs()] == [
            "hello",
            "post",
            "missing",
            "teapot",
            "slow",
        ]
        await edit_path(desk, "hello", "x")
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert read(path) == text.replace("/anything/{{who}}", "/anything/{{who}}x")
        await desk.shows("✗ bad.methdo")
        await desk.open("post")
        desk.main.start("move_up")
        await desk.until(lambda: desk.main.workspace.dirty)
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert read(path).endswith('\n[[request]]\nid = "bad"\nmethdo = "GET"\n')
        assert read(path).index('id = "post"') < read(path).index('id = "hello"')
        assert desk.main.ids == ("post", "hello", "missing", "teapot", "slow", "bad")
        assert desk.main.workspace.free_id(str(path), "bad") == "bad-2"


async def test_a_broken_request_stands_in_the_tree_and_goes_from_the_screen_when_it_is_mended(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "half.toml"
    text = ECHO + '\n[[request]]\nid = "bad"\nmethdo = "GET"\n'
    write(path, text)
    opened_at: list[tuple[str, int]] = []

    def edit_file(_: object, file: str, __: object, line: int = 0) -> str:
        opened_at.append((file, line))
        write(Path(file), text.replace("methdo", "method"))
        return ""

    monkeypatch.setattr("workbench.tui.flows.outside.edit_file", edit_file)
    async with desktop(session, path) as desk:
        await desk.shows("✗ bad.methdo 40:1")
        tree = desk.main.query_one(CollectionsTree)
        tree.focus()
        await desk.press("G", "enter")
        await desk.shows("1 to mend")
        await desk.press("f4")
        await desk.until(lambda: desk.main.problem_file is None)
        assert opened_at == [(str(path), 40)]
        await desk.until(lambda: "1 to mend" not in desk.text())
        await desk.shows("GET  bad")


@pytest.mark.parametrize(
    ("editor", "arguments"),
    [("vim", ["+7", "f.toml"]), ("/usr/bin/nano", ["+7", "f.toml"]), ("hx", ["f.toml:7"]), ("code", ["f.toml"])],
)
def test_an_editor_that_takes_a_line_gets_it(editor: str, arguments: list[str]) -> None:
    assert at_line([editor, "--flag"], "f.toml", 7) == arguments
    assert at_line([editor], "f.toml", 0) == ["f.toml"]


async def test_reverting_asks_and_goes_back(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        desk.main.start("revert")
        await answer(desk, "Drop the changes")
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert desk.main.request is not None
        assert desk.main.request.path == "/anything/{{who}}"


async def test_pasting_a_gateway_url_fills_in_service_and_path(session: Session, echo: Path) -> None:
    from textual import events

    async with desktop(session, echo) as desk:
        await desk.open("hello")
        assert desk.main.focused is not None
        desk.main.focused.post_message(events.Paste("https://h/api/v1/r/containers/llm/v1/models?x=1"))
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path == "/v1/models?x=1")
        assert desk.main.aim.target is not None
        assert desk.main.aim.target.service == "llm"
        await desk.shows("llm*")
        said = [each.message for each in desk.app._notifications]
        assert any("its host h is not the one of profile local" in each for each in said), said
        own = f"{session.profile().base_url}/r/containers/llm/v1/models?x=2"
        desk.main.focused.post_message(events.Paste(own.replace("http://", "HTTP://")))
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path == "/v1/models?x=2")
        said = [each.message for each in desk.app._notifications]
        assert len([each for each in said if "its host" in each]) == 1, said


async def test_a_named_file_puts_the_focus_where_typing_edits_the_path(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.until(lambda: getattr(desk.main.focused, "id", "") == "path")


async def test_what_is_typed_while_the_file_is_read_goes_into_its_path(
    session: Session, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, there, read_files = asyncio.Event(), threading.Event(), loading.read

    def slowly(paths: Sequence[str]) -> Iterator[list[Read]]:
        there.wait(HANGS)
        yield from read_files(paths)

    monkeypatch.setattr(loading, "read", slowly)
    monkeypatch.setattr(main_screen, "LATEST_LOOK", 0.001)
    monkeypatch.setattr(MainScreen, "look_up", lambda _: asked.set())
    with work_unwatched():
        async with desktop(session, echo, ready=False) as desk:
            await desk.started()
            await asyncio.wait_for(asked.wait(), HANGS)  # the platform is asked before that, since the disk is slow
            for key in ("x", "y"):
                desk.app.simulate_key(key)
            there.set()
            await desk.until(lambda: desk.main.request is not None and desk.main.request.path.endswith("}}xy"))


async def test_a_folder_puts_the_focus_into_the_tree(session: Session, echo: Path) -> None:
    async with desktop(session, echo.parent) as desk:
        await desk.until(lambda: isinstance(desk.main.focused, CollectionsTree))


async def test_a_workspace_of_many_files_is_read_in_the_background(session: Session, tmp_path: Path) -> None:
    requests = "".join(f'\n[[request]]\nid = "r{number}"\npath = "/{number}"\n' for number in range(50))
    for number in range(60):
        (tmp_path / f"f{number:03}.toml").write_text(f'cyberun = 1\nservice = "echo"\n{requests}', encoding="utf-8")
    async with desktop(session, tmp_path) as desk:
        await desk.until(lambda: len(desk.main.workspace.files) == 60)
        tree = desk.main.query_one(CollectionsTree)
        assert len(tree.root.children) == 60
        filled = [node for node in tree.root.children if node.children]
        assert len(filled) == 1, "requests of closed files are not made into nodes"
        last = list(desk.main.workspace.refs())[-1][0]
        desk.main.go_to(last)
        await desk.until(lambda: tree.cursor_node is not None and tree.cursor_node.data == last)


async def test_a_change_on_disk_is_noticed(session: Session, echo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.tui.controllers.watching.EVERY", 0.05)
    async with desktop(session, echo) as desk:
        await desk.open("teapot")
        await desk.until(lambda: desk.main._stamps)
        write(echo, ECHO.replace("/status/418", "/status/204"))
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path == "/status/204")
        assert not desk.main.workspace.dirty
        await edit_path(desk, "hello", "x")
        write(echo, ECHO.replace("/status/418", "/status/500"))
        await desk.until(lambda: any("mine, theirs, or compare" in each.message for each in desk.app._notifications))
        item = desk.main.workspace.item(desk.main.ref)
        assert item is not None
        assert item.request.path.endswith("x")
        await desk.shows("echo.toml has changed on disk, and here")
        await desk.shows("echo.toml ● !")
        await desk.pilot.resize_terminal(*SMALL)
        await desk.shows("disk, and here:")  # in a second line
        await desk.pilot.click("#notice-compare_file")
        await desk.shows("+ what Mine would save")
        await desk.shows('+ path = "/anything/{{who}}x"')
        await desk.until(lambda: list(desk.app.screen.query(Button)))
        next(each for each in desk.app.screen.query(Button) if str(each.label) == "Mine").press()
        await desk.until(lambda: not desk.main.workspace.dirty)
        assert "/status/500" in read(echo)
        assert "{{who}}x" in read(echo)


async def test_a_file_that_goes_away_stays_visible(
    session: Session, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.tui.controllers.watching.EVERY", 0.05)
    async with desktop(session, echo) as desk:
        await desk.until(lambda: desk.main._stamps)
        move(echo, echo.with_suffix(".gone"))
        await desk.until(lambda: desk.main.workspace.files[str(echo)].broken)
        await desk.shows("✗ echo.toml")
        move(echo.with_suffix(".gone"), echo)
        await desk.until(lambda: not desk.main.workspace.files[str(echo)].broken)


async def test_without_any_collection_ctrl_n_makes_one(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with desktop(session, ready=False) as desk:
        await desk.started()
        await desk.shows("no collections here")
        await desk.shows("How to begin")
        await desk.press("ctrl+n")
        await desk.until(lambda: isinstance(desk.app.screen, AskText) and list(desk.app.screen.query("Input")))
        assert desk.app.screen.query_one(Input).value == "collections/new.toml"
        await type_text(desk, "mine/first.toml")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "first")
        await desk.until(lambda: getattr(desk.main.focused, "id", "") == "path")
        assert 'id = "first"' in read(tmp_path / "mine" / "first.toml")
        assert not desk.main.workspace.dirty


async def test_a_path_that_is_not_there_is_said(session: Session, tmp_path: Path) -> None:
    async with desktop(session, tmp_path / "nothing.toml", ready=False) as desk:
        await desk.started()
        await desk.until(lambda: "nothing.toml: there is no such file" in desk.main.query_one(CollectionsPane).empty)
        assert not desk.main.workspace.files
