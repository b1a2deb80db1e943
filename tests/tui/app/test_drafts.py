"""What is typed and not saved: on the disk a moment later, offered at the next start, never thrown away unasked."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.widgets import Button, Input

from tests.tui.app.support import ECHO, Desktop, desktop, read, write
from tests.tui.app.test_files import answer, edit_path
from workbench.files.collections import load
from workbench.files.drafts import FOLDER, Draft, decode, encode
from workbench.model.collection import SavedRequest
from workbench.replay.session import Session
from workbench.tui.panes.request_pane import RequestPane


def drafts(tmp_path: Path) -> Mapping[str, Draft]:
    found = (decode(path.read_bytes()) for path in (tmp_path / "state" / FOLDER).rglob("*.toml"))
    return {draft.request.id if draft.request else "order": draft for draft in found}


def leave_behind(tmp_path: Path, *left: Draft) -> None:
    folder = tmp_path / "state" / FOLDER / "dead"
    folder.mkdir(parents=True)
    for number, draft in enumerate(left):
        (folder / f"{number}.toml").write_bytes(encode(draft))


def typed(echo: Path, **parts: object) -> Draft:
    loaded = load(echo)
    request = SavedRequest(id="hello", path="/typed", asserts=loaded.written.requests[0].asserts)
    draft = Draft(file=os.path.realpath(echo), base_sha256=loaded.sha256, saved_id="hello", request=request)
    return type(draft)(**{**{name: getattr(draft, name) for name in draft.__struct_fields__}, **parts})


async def show_options(desk: Desktop) -> None:
    desk.main.show_tab("options")
    await desk.until(lambda: list(desk.main.query("#timeout Input")))
    await desk.pilot.pause()


async def test_what_is_typed_is_on_the_disk_a_moment_later_and_goes_when_it_is_saved(
    session: Session, tmp_path: Path, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        await edit_path(desk, "hello", "x")
        await desk.until(lambda: "hello" in drafts(tmp_path))
        kept = drafts(tmp_path)["hello"]
        assert kept.request is not None
        assert kept.request.path == "/anything/{{who}}x"
        assert kept.file == str(echo)
        await show_options(desk)
        desk.main.query_one("#timeout Input", Input).value = "1 fortni"
        await desk.until(lambda: drafts(tmp_path)["hello"].half_typed == {"timeout": "1 fortni"})
        await desk.open("post")
        await desk.open("hello")
        await desk.until(lambda: desk.main.query_one("#timeout Input", Input).value == "1 fortni")
        desk.main.query_one("#timeout Input", Input).value = "1m"
        await desk.until(lambda: desk.main.request is not None and desk.main.request.timeout == 60)
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)
        await desk.until(lambda: not drafts(tmp_path))


async def test_moved_and_removed_requests_are_kept_too_and_discarding_leaves_nothing(
    session: Session, tmp_path: Path, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("hello")
        ref = desk.main.ref
        assert ref is not None
        desk.main.workspace = desk.main.workspace.remove(ref)
        await desk.until(lambda: "order" in drafts(tmp_path))
        assert drafts(tmp_path)["order"].order == ("post", "missing", "teapot", "slow")
        await desk.press("ctrl+q")
        await answer(desk, "Discard")
        await desk.until(lambda: desk.app._exit)
    assert not drafts(tmp_path)
    assert read(echo) == ECHO


@pytest.mark.parametrize("choice", ["Restore", "Discard", "Later"])
async def test_drafts_of_a_run_that_is_over_are_offered(
    session: Session, tmp_path: Path, echo: Path, choice: str
) -> None:
    order = typed(echo, request=None, saved_id="", order=("hello", "slow", "new", "post"))
    new = typed(echo, saved_id="", after="post", request=SavedRequest(id="new", path="no slash"))
    same = typed(echo, request=load(echo).written.requests[1])
    other = typed(echo, file="/somewhere/else.toml")
    leave_behind(tmp_path, typed(echo, half_typed={"timeout": "1 fortni"}), new, order, same, other)
    async with desktop(session, echo) as desk:
        await desk.shows("Unsaved changes of the last time")
        await desk.shows("  hello")
        await answer(desk, choice)
        if choice == "Restore":
            await desk.until(lambda: len(desk.main.workspace.files[str(echo)].items) == 4)
            requests = {item.request.id: item.request for _, item in desk.main.workspace.refs()}
            assert list(requests) == ["hello", "slow", "new", "post"]
            assert requests["hello"].path == "/typed"
            assert requests["new"].path == "no slash"
            assert desk.main.query_one(RequestPane).half_typed() == {"timeout": "1 fortni"}
            await desk.until(lambda: not (tmp_path / "state" / FOLDER / "dead" / "0.toml").exists())
            assert set(drafts(tmp_path)) >= {"hello", "new", "order"}
        elif choice == "Discard":
            await desk.shows("they cannot be brought back")
            await answer(desk, "Discard for good")
            await desk.until(lambda: list(drafts(tmp_path).values()) == [other])
        else:
            await desk.until(lambda: desk.app.screen is desk.main)
            assert {"hello", "new", "order"} <= set(drafts(tmp_path))
            assert not desk.main.workspace.dirty
        assert read(echo) == ECHO
    assert other in drafts(tmp_path).values() or len(drafts(tmp_path)) > 1


async def test_a_draft_is_compared_with_a_file_that_has_changed_since(
    session: Session, tmp_path: Path, echo: Path
) -> None:
    leave_behind(tmp_path, typed(echo, base=load(echo).written.requests[0]))
    write(echo, ECHO.replace("/anything/{{who}}", "/changed").replace('id = "hello"', 'id = "hello"\nname = "Theirs"'))
    async with desktop(session, echo) as desk:
        await desk.shows("changed since")
        next_screen = desk.app.screen
        await answer(desk, "Compare")
        await desk.until(lambda: desk.app.screen is not next_screen)
        await desk.shows('- path = "/changed"')
        await desk.shows('+ path = "/typed"')
        await desk.until(lambda: list(desk.app.screen.query(Button)))
        next(each for each in desk.app.screen.query(Button) if str(each.label) == "Restore").press()
        await desk.until(lambda: desk.main.workspace.dirty)
        assert desk.main.request is not None
        assert desk.main.request.path == "/typed"
        assert desk.main.request.name == "Theirs", "what only the file changed since is kept"


async def test_a_signal_keeps_the_keys_that_have_just_arrived(session: Session, tmp_path: Path, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("hello")
        for key in "abc":
            desk.app.simulate_key(key)
        desk.app.leave(143)
        await desk.until(lambda: desk.app._exit)
        kept = drafts(tmp_path)["hello"].request
        assert kept is not None
        assert kept.path.endswith("abc")
