"""The windows of signing in: a form that is tried until the platform takes it, and the code of a pairing.

They run the call they are given and close with what comes of it; how one signs in and where a login is kept is the
flow's. What is typed into a masked field leaves it only through that call.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from workbench.model.errors import WorkbenchError
from workbench.model.visible import one_line, visible
from workbench.replay.signing_in import SignedIn
from workbench.tui.screens.dialogs import Dialog
from workbench.tui.widgets.secret_input import SecretInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult

    from workbench.invoke.signin import Pairing

    Submit = Callable[[Sequence[str]], Awaitable[SignedIn]]
    Pair = Callable[[Callable[[Pairing], None]], Awaitable[SignedIn]]


LONGEST_ADDRESS, LONGEST_CODE = 200, 40
"""Characters of a pairing's address and code that are shown, so that the buttons stay on the screen."""


@dataclass(frozen=True)
class Field:
    """One line of a form: what stands before it, what it holds at first, whether it is masked."""

    label: str
    value: str = ""
    secret: bool = False


class SignInForm(Dialog[SignedIn]):
    """A few lines to fill in, and a call that takes them; a refusal is shown, and can be mended."""

    HELP: ClassVar[str] = "Type, Enter goes on to the next line and then signs in, Esc closes without."

    def __init__(self, title: str, text: str, fields: Sequence[Field], submit: Submit) -> None:
        super().__init__(title)
        self._text = text
        self._fields = tuple(fields)
        self._submit = submit

    def compose(self) -> ComposeResult:
        """The lines under a few words."""
        with self.window():
            yield Static(Content(visible(self._text)), classes="dialog-text")
            for at, field in enumerate(self._fields):
                yield Static(Content(field.label), classes="dialog-label")
                kind = SecretInput if field.secret else Input
                yield kind(value=field.value, compact=True, id=f"field-{at}", select_on_focus=False)
            yield Static("", id="wrong", classes="dialog-wrong", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Sign in", variant="primary", id="ok", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        """The first line that is still empty has the cursor."""
        empty = (at for at, field in enumerate(self._fields) if not field.value)
        self.query_one(f"#field-{next(empty, 0)}").focus()

    def _values(self) -> list[str]:
        return [self.query_one(f"#field-{at}", Input).value for at in range(len(self._fields))]

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        empty = next((at for at, value in enumerate(self._values()) if not value.strip()), None)
        if empty is None:
            self._try()
        else:
            self.query_one(f"#field-{empty}").focus()

    @on(Button.Pressed, "#ok")
    def _ok(self) -> None:
        self._try()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.reply(None)

    @work(exclusive=True)
    async def _try(self) -> None:
        wrong = self.query_one("#wrong", Static)
        missing = [field.label for field, value in zip(self._fields, self._values(), strict=True) if not value.strip()]
        if missing:
            wrong.update(Content(f"still empty: {', '.join(missing)}"))
            return
        wrong.update("asking the platform…")
        try:
            self.reply(await self._submit(self._values()))
        except WorkbenchError as error:
            wrong.update(Content(visible(f"{error.message}\n{error.hint}".strip())))


class PairForm(Dialog[SignedIn]):
    """The code and the address of a pairing, with the time that is left; closes when it is approved."""

    HELP: ClassVar[str] = "Open the address in a browser and enter the code there. c copies the address, Esc gives up."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy_address", "Copy the address", show=False)]

    def __init__(self, title: str, pair: Pair) -> None:
        super().__init__(title)
        self._pair = pair
        self._pairing: Pairing | None = None
        self._ends = 0.0

    def compose(self) -> ComposeResult:
        """What to do, with what, and how long there is for it."""
        with self.window():
            yield Static("asking the platform for a code…", id="pair", classes="dialog-text", markup=False)
            yield Static("", id="wrong", classes="dialog-wrong", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Start again", variant="primary", id="again", compact=True, disabled=True)
                yield Button("Copy the address", id="copy", compact=True, disabled=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Begin, and count the seconds."""
        self.set_interval(1.0, self._show)
        self._begin()

    @on(Button.Pressed, "#again")
    def _again(self) -> None:
        self._begin()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.reply(None)

    @on(Button.Pressed, "#copy")
    def action_copy_address(self) -> None:
        """Put the address on the clipboard."""
        if self._pairing is not None:
            self.app.copy(self._pairing.verification_uri, "address")  # type: ignore[attr-defined]  # WorkbenchApp's

    @work(exclusive=True)
    async def _begin(self) -> None:
        self.query_one("#again", Button).disabled = True
        self.query_one("#wrong", Static).update("")
        try:
            self.reply(await self._pair(self._take))
        except WorkbenchError as error:
            self._pairing = None
            self.query_one("#pair", Static).update("There is no code any more.")
            self.query_one("#wrong", Static).update(Content(visible(f"{error.message}\n{error.hint}".strip())))
            self.query_one("#copy", Button).disabled = True
            again = self.query_one("#again", Button)
            again.disabled = False
            again.focus()

    def _take(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._ends = time.monotonic() + pairing.expires_in
        copy = self.query_one("#copy", Button)
        copy.disabled = False
        copy.focus()
        self._show()

    def _show(self) -> None:
        if self._pairing is None or not self.is_mounted:
            return
        left = max(0, round(self._ends - time.monotonic()))
        text = Content.from_markup(
            "Open\n\n  [b]$address[/b]\n\nand enter the code\n\n  [b reverse] $code [/]\n\n"
            "waiting for it to be approved · $left left",
            address=one_line(self._pairing.verification_uri[:LONGEST_ADDRESS]),
            code=one_line(self._pairing.user_code[:LONGEST_CODE]),
            left=f"{left // 60}:{left % 60:02d}",
        )
        self.query_one("#pair", Static).update(text)
