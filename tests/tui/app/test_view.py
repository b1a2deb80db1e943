"""Palette, help, jump mode, layout, themes, small windows, keys."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from tests.tui.app.support import LARGE, SMALL, desktop, session_on, write
from tests.tui.app.test_target import pick
from workbench.files.settings import load_settings
from workbench.files.state import load_state
from workbench.gateway.demo import JWT_OWNER
from workbench.gateway.server import GatewayThread
from workbench.model.profile import Settings
from workbench.replay.session import Session
from workbench.tui.actions import ACTIONS, NEVER, bindings, is_bound, keymap_problems
from workbench.tui.app import DEMO_WORDS
from workbench.tui.commands import COMMANDS
from workbench.tui.panes.collections_pane import CollectionsTree
from workbench.tui.said import MOST
from workbench.tui.screens.help import HelpScreen
from workbench.tui.screens.jump import Jump


def test_every_action_of_the_main_screen_does_something() -> None:
    declared = {action.id for action in ACTIONS if action.scope == "main"}
    assert declared == set(COMMANDS)


def test_every_action_has_words_and_an_id_of_its_own() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    for action in ACTIONS:
        assert action.label
        assert action.help.endswith(".")


def test_no_default_key_is_one_that_a_terminal_or_a_line_needs() -> None:
    for scope in ("app", "main", "services", "collections", "history", "response", "run"):
        for binding in bindings(scope):
            keys = [key.strip() for key in binding.key.split(",") if is_bound(key)]
            assert not NEVER.intersection(keys)
            if scope in ("app", "main"):
                assert all(len(key) > 1 for key in keys), "a letter would act while text is typed"


def test_the_keymap_reports_what_cannot_work() -> None:
    assert keymap_problems({}) == []
    assert keymap_problems({"send": "ctrl+g", "collections.delete": "x", "viewer.find": "slash"}) == []
    assert "no action 'sned'" in keymap_problems({"sned": "ctrl+g"})[0]
    assert "not usable" in keymap_problems({"send": "ctrl+h"})[0]
    assert "while text is typed" in keymap_problems({"send": "x"})[0]
    assert "both" in keymap_problems({"send": "ctrl+s"})[0]


async def test_a_remapped_key_works_and_the_old_one_does_not(gateway: GatewayThread, echo: Path) -> None:
    session = session_on(gateway.base_url, token=JWT_OWNER)
    session.settings = Settings(
        profiles=session.settings.profiles, default_profile="local", keymap={"send": "ctrl+g", "save_all": "ctrl+t"}
    )
    async with desktop(session, echo) as desk:
        await desk.press("f5")
        assert desk.main.flight is None
        assert not desk.main.history.entries
        await desk.press("ctrl+g")
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        desk.main.query_one("#path", Input).value = "/changed"
        await desk.until(lambda: desk.main.workspace.dirty)
        await desk.press("ctrl+t")
        await desk.until(lambda: not desk.main.workspace.dirty)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_palette_has_every_action_and_every_request(
    session: Session, echo: Path, size: tuple[int, int]
) -> None:
    async with desktop(session, echo, size=size) as desk:
        await desk.press("ctrl+p")
        await desk.shows("Send the request shown.")
        await desk.press(*"teap")
        await desk.shows("Go to GET teapot /status/418")
        await desk.press("enter")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "teapot")


async def test_an_action_without_a_key_runs_from_the_palette(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("ctrl+p")
        await desk.shows("Send the request shown.")
        await desk.press(*"theme")
        await desk.shows("Choose the colours")
        await desk.press("enter")
        await desk.until(lambda: desk.app.screen is not desk.main)
        await pick(desk, "textual-light")
        await desk.until(lambda: desk.app.theme == "textual-light")


async def test_help_is_about_what_has_the_focus_and_can_be_searched(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("f1")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
        await desk.shows("Enter opens a request")
        await desk.press(*"zoom")
        await desk.shows("Give the whole window")
        assert desk.app.screen.query_one(OptionList).option_count == 2
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        assert isinstance(desk.main.focused, CollectionsTree)
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))


async def test_a_question_mark_is_typed_where_text_is_typed(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("hello")
        await desk.press("end", "question_mark")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path.endswith("?"))
        assert desk.app.screen is desk.main


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_jump_mode_goes_to_a_place_and_esc_stays(session: Session, echo: Path, size: tuple[int, int]) -> None:
    async with desktop(session, echo, size=size) as desk:
        before = desk.main.focused
        await desk.press("ctrl+o")
        await desk.until(lambda: isinstance(desk.app.screen, Jump))
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        assert desk.main.focused is before
        await desk.press("ctrl+o")
        await desk.until(lambda: isinstance(desk.app.screen, Jump))
        jump = desk.app.screen
        assert isinstance(jump, Jump)
        letter = next(letter for letter, widget in jump.targets.items() if isinstance(widget, CollectionsTree))
        await desk.press(letter)
        await desk.until(lambda: isinstance(desk.main.focused, CollectionsTree))


async def test_zoom_gives_the_window_to_the_pane_in_focus(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("f7")
        await desk.until(lambda: not desk.main.query_one("#work").display)
        assert desk.main.query_one("#side").size.width > 100
        await desk.press("f7")
        await desk.until(lambda: desk.main.query_one("#work").display)


async def test_the_layout_is_changed_by_keys_and_remembered(session: Session, echo: Path) -> None:
    async with desktop(session, echo, remembered={}) as desk:
        side, response = desk.main.query_one("#side"), desk.main.query_one("#response-pane")
        width, height = side.size.width, response.size.height
        await desk.press("alt+right", "alt+up")
        await desk.until(lambda: side.size.width > width and response.size.height > height)
        await desk.press("f9")
        await desk.until(lambda: not side.display)
        await desk.until(lambda: load_state().get("layout", {}).get("hidden") is True)
    async with desktop(session, echo, remembered=load_state()) as desk:
        assert not desk.main.query_one("#side").display


async def test_borders_are_dragged_and_titles_clicked(session: Session, echo: Path) -> None:
    async with desktop(session, echo, remembered={}) as desk:
        side, response = desk.main.query_one("#side"), desk.main.query_one("#response-pane")
        edge = side.region.right - 1
        await desk.pilot.mouse_down(offset=(edge, 10))
        await desk.pilot.hover(offset=(edge + 12, 10))
        await desk.pilot.mouse_up(offset=(edge + 12, 10))
        await desk.until(lambda: side.region.right - 1 == edge + 12)
        top = response.region.y
        await desk.pilot.mouse_down(offset=(90, top))
        await desk.pilot.hover(offset=(90, top - 6))
        assert desk.main.layout_state.share < 45
        await desk.pilot.mouse_up(offset=(90, top - 6))
        await desk.until(lambda: abs(response.region.y - (top - 6)) <= 1)
        await desk.until(lambda: load_state().get("layout", {}).get("side") == edge + 13)
        await desk.pilot.hover(offset=(30, 10))
        assert desk.main.layout_state.side == edge + 13, "the mouse has let go"
        await desk.pilot.click(offset=(90, response.region.y), times=2)
        await desk.until(lambda: not side.display)
        await desk.pilot.click(offset=(90, response.region.y), times=2)
        await desk.until(lambda: side.display)


async def test_a_service_is_chosen_in_the_palette(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("ctrl+p")
        await desk.press(*"use service shop")
        await desk.shows("Use service shop")
        await desk.press("enter")
        await desk.until(lambda: desk.main.aim.target is not None and desk.main.aim.target.service == "shop")


async def test_a_window_too_small_says_so_and_loses_nothing(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        await desk.open("hello")
        await desk.press("end", "x")
        await desk.pilot.resize_terminal(50, 12)
        await desk.shows("50×12 is too small")
        await desk.pilot.resize_terminal(100, 30)
        await desk.shows("Request ─ hello ●")
        await desk.until(lambda: desk.main.focused is not None)
        await desk.press("y")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.path.endswith("xy"))


@pytest.mark.parametrize("size", [(60, 15), SMALL, (100, 30), LARGE, (200, 60)])
async def test_every_part_is_on_the_screen_at_every_size(session: Session, echo: Path, size: tuple[int, int]) -> None:
    async with desktop(session, echo, size=size) as desk:
        await desk.send()
        for part in ("Services", "Collections", "History", "Request ─ hello", "Response ─ ✓ hello", "Send F5"):
            await desk.shows(part)
        for selector in ("#services", "#collections", "#history", "#path", "#response-body"):
            region = desk.main.query_one(selector).region
            assert region.height > 0
            assert region.right <= size[0]
            assert region.bottom <= size[1]


async def test_the_demo_begins_with_the_keys_that_matter(session: Session, echo: Path) -> None:
    async with desktop(session, echo, demo=True) as desk:
        await desk.shows("Welcome:")
        assert "F5 sends" in DEMO_WORDS
        await desk.send()
        await desk.until(lambda: "Welcome:" not in desk.text())


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "nord"])
async def test_themes_light_and_dark_draw_everything(session: Session, echo: Path, theme: str) -> None:
    async with desktop(session, echo) as desk:
        if theme not in desk.app.available_themes:
            pytest.fail(f"Textual has no theme {theme!r} any more")
        desk.app.theme = theme
        await desk.send()
        await desk.shows("container 200")


async def test_no_color_means_none_and_what_is_selected_is_reversed(
    session: Session, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with desktop(session, echo) as desk:
        tree = desk.main.query_one(CollectionsTree)
        tree.focus()
        await desk.pilot.pause()
        for theme in ("textual-dark", "textual-light"):
            desk.app.theme = theme
            await desk.pilot.pause()
            strips = desk.app.screen._compositor.render_strips()
            styles = [segment.style for strip in strips for segment in strip if segment.style]
            assert all(style.color is None and style.bgcolor is None for style in styles)
            row = strips[tree.region.y + tree.cursor_line - tree.scroll_offset.y]
            assert any(segment.style and segment.style.reverse for segment in row), theme


def test_the_page_about_the_app_has_every_action_with_its_keys() -> None:
    page = (Path(__file__).parents[3] / "docs" / "tui.md").read_text(encoding="utf-8")
    for action in ACTIONS:
        if action.scope == "run":
            continue
        row = next((line for line in page.splitlines() if line.startswith(f"| `{action.id}` |")), "")
        assert row, f"{action.id} is missing"
        assert action.help in row
        for keys in (action.keys, *action.pane_keys.values()):
            assert all(f"`{key}`" in row for key in keys.split(",") if key)


def test_the_keys_of_the_settings_file_reach_the_app(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write(path, '[keymap]\nsend = "f5,ctrl+g"\n"collections.delete" = "delete"\n')
    keymap = load_settings(path).keymap
    assert keymap == {"send": "f5,ctrl+g", "collections.delete": "delete"}
    assert keymap_problems(keymap) == []


def test_a_key_for_two_actions_of_one_pane_is_said() -> None:
    problem = "keymap: r is given to both history.history_replay and history.compare; history.history_replay has it"
    assert keymap_problems({"history.compare": "r"}) == [problem]
    assert keymap_problems({"history.compare": "v"}) == []


async def test_what_is_typed_before_there_is_anything_is_not_lost(session: Session, echo: Path) -> None:
    async with desktop(session, echo, ready=False) as desk:
        for key in ("end", "x", "y", "f5"):
            desk.app.simulate_key(key)
        await desk.started()
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        assert desk.main.request is not None
        assert desk.main.request.path.endswith("xy")
        assert desk.main.history.entries[0].exchange.path.endswith("xy")


async def test_ctrl_c_says_how_to_leave_and_does_not(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        desk.main.query_one(CollectionsTree).focus()
        await desk.press("ctrl+c")
        await desk.until(lambda: any("^q leaves" in each.message for each in desk.app._notifications))
        assert not desk.app._exit


async def test_what_was_said_can_be_read_again(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        desk.main.start("messages")
        await desk.shows("nothing has been said yet")
        await desk.press("escape")
        desk.main.say("left out: --insecure\nand \x1b[31mred", "warning")
        for number in range(MOST):
            desk.app.say(f"no. {number}", "error" if number % 2 else "information")
        desk.main.start("messages")
        await desk.shows(f"✗ no. {MOST - 1}")
        assert "· no. 198" in desk.text()
        assert "insecure" not in str(desk.app.said.content())
        await desk.press("escape")
        desk.main.say("left out: --insecure\nand \x1b[31mred", "warning")
        desk.main.start("messages")
        await desk.shows("! left out: --insecure")
        await desk.shows("           and ␛[31mred")
