"""What is pressed while it changes or leaves ends nothing."""

from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import OptionList, Static

from workbench.tui.steady import is_late, is_there, steady_lists


class Listing(App[None]):
    def compose(self) -> ComposeResult:
        yield OptionList("one", "two", "three")
        yield Static("text")


def mouse(kind: type[events.MouseEvent], x: int, y: int, **meta: object) -> events.MouseEvent:
    style = Style(meta=dict(meta))
    return kind(None, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y, style=style)


async def test_a_list_leaves_out_what_it_has_no_more() -> None:
    steady_lists()
    steady_lists()
    app = Listing()
    async with app.run_test() as pilot:
        options = app.query_one(OptionList)
        await options._on_click(mouse(events.Click, 0, 0, option=1))  # type: ignore[arg-type]  # it is a click
        assert options.highlighted == 1
        assert options._on_click(mouse(events.Click, 0, 0, option=9)) is None  # type: ignore[arg-type]  # the same
        chosen = OptionList.OptionSelected(options, options.get_option_at_index(1), 1)
        assert is_there(chosen)
        options.clear_options().add_options(["other", "others"])
        assert not is_there(chosen)
        options.display = False
        await pilot.pause()
        options.clear_options().add_options(["four", "five"])
        options.highlighted = 1
        options._move_page(1)
        assert options.highlighted == 1


async def test_a_press_on_a_widget_that_is_gone_is_late() -> None:
    app = Listing()
    async with app.run_test():
        static = app.query_one(Static)
        x, y = static.region.offset
        assert not is_late(app, mouse(events.MouseDown, x, y))
        assert not is_late(app, mouse(events.MouseUp, x, y))
        static._parent = None  # as while it is being removed
        try:
            assert is_late(app, mouse(events.MouseDown, x, y))
        finally:
            static._parent = app.screen
