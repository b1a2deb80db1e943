"""The two fields of the target bar that belong to the request: its method and its path."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.message import Message
from textual.validation import ValidationResult, Validator
from textual.widgets import Input, Select

from workbench.model.collection import METHODS
from workbench.model.envelope import path_problems
from workbench.model.visible import one_line
from workbench.tui.widgets.field_input import FieldInput
from workbench.tui.widgets.templates import Completion, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events

_CURL = re.compile(r"\s*(?:[$%#>]\s+)?curl(?:\.exe)?\s", re.IGNORECASE)
_MOST_TOLD = 256
_MOST_PATHS = 30
_URL = re.compile(r"\s*https?://\S+\s*", re.IGNORECASE)


def path_template_problems(path: str) -> list[str]:
    """Why the platform would refuse a path, as far as that is known before its placeholders have values."""
    parts: list[str] = []
    at = 0
    for span in spans(path):
        parts += [path[at : span.start], "/" if span.start == 0 else "x"]
        at = span.end
    filled = "".join(parts) + path[at:]
    if path.startswith("{{") and filled.startswith("//"):
        filled = filled[1:]
    return path_problems(filled)


def is_foreign(text: str) -> bool:
    """Whether a pasted text is a whole request: a curl command, or a URL with its host."""
    return bool(_CURL.match(text) or _URL.fullmatch(text))


class _PathValidator(Validator):
    """Marks the field as invalid where the platform would refuse the path."""

    def validate(self, value: str) -> ValidationResult:
        problems = path_template_problems(value)
        return self.failure("; ".join(problems)) if problems else self.success()


class PathField(FieldInput):
    """The path on the container, checked as it is typed. A pasted curl command or URL is posted, not inserted."""

    HELP: ClassVar[str] = (
        "The path on the container, with its query string if you like: it begins with one /. Paste a curl command or a "
        "gateway URL to fill in service, method, path, headers and body. Paths used before are offered. "
        + FieldInput.HELP
    )

    class PathChanged(Message):
        """The user changed the path; `problems` says why the platform would refuse it."""

        def __init__(self, field: PathField, path: str, problems: tuple[str, ...]) -> None:
            self.field = field
            self.path = path
            self.problems = problems
            super().__init__()

        @property
        def control(self) -> PathField:
            """The field."""
            return self.field

    class Pasted(Message):
        """A whole request was pasted: a curl command, or a URL. Nothing was inserted."""

        def __init__(self, field: PathField, text: str) -> None:
            self.field = field
            self.text = text
            super().__init__()

        @property
        def control(self) -> PathField:
            """The field."""
            return self.field

    def __init__(self, path: str = "/", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(
            path, placeholder="/path", complete=self._known, validators=(_PathValidator(),), id=id, classes=classes
        )
        self.known_paths: Callable[[], Iterable[str]] = tuple
        self._shown = path
        self._told: deque[str] = deque(maxlen=_MOST_TOLD)

    def _known(self, text: str, cursor: int) -> Completion | None:
        """The paths used before that go on from what was typed; nothing while the cursor is inside the text."""
        if cursor < len(text):
            return None
        found = [path for path in dict.fromkeys(self.known_paths()) if path.startswith(text) and path != text]
        return Completion(0, len(text), tuple(found[:_MOST_PATHS])) if found else None

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the platform would refuse the path as it stands."""
        return tuple(path_template_problems(self.value))

    def show(self, value: str) -> None:
        """Set the path without a message.

        A path that was told and comes back changes nothing: what was typed since then is newer.
        """
        if value in self._told:
            while self._told.popleft() != value:
                pass
            return
        self._told.clear()
        self._shown = value
        super().show(value)
        self._explain()

    def _explain(self) -> None:
        problems = self.problems
        self.tooltip = Text("\n".join(map(one_line, problems))) if problems else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the new path."""
        event.stop()
        if self.value != self._shown:
            self._shown = self.value
            self._told.append(self.value)
            self._explain()
            self.post_message(self.PathChanged(self, self.value, self.problems))

    def _on_paste(self, event: events.Paste) -> None:
        """A whole request is for the screen."""
        if is_foreign(event.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(self, event.text))
        # Anything else goes on to `FieldInput`, whose handler is called next.

    def action_paste(self) -> None:
        """The same for the app's own clipboard."""
        if is_foreign(self.app.clipboard):
            self.post_message(self.Pasted(self, self.app.clipboard))
        else:
            super().action_paste()


class MethodSelect(Select[str]):
    """The method. One that the platform does not invoke stays as the file has it, and can be chosen away."""

    HELP: ClassVar[str] = (
        "Enter opens the list; type the beginning of a method, Enter takes it, Escape closes the list."
    )
    DEFAULT_CSS = """
    MethodSelect { width: 13; }
    """

    class MethodChanged(Message):
        """The user chose another method."""

        def __init__(self, select: MethodSelect, method: str) -> None:
            self.select = select
            self.method = method
            super().__init__()

        @property
        def control(self) -> MethodSelect:
            """The select."""
            return self.select

    def __init__(self, method: str = "GET", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        self._method = method
        super().__init__(_options(method), value=method, allow_blank=False, compact=True, id=id, classes=classes)

    @property
    def method(self) -> str:
        """The method shown."""
        return self._method

    def show(self, method: str) -> None:
        """Set the method without a message."""
        if method == self._method:
            return
        self._method = method
        with self.prevent(Select.Changed):
            self.set_options(_options(method))
            self.value = method

    def on_select_changed(self, event: Select.Changed) -> None:
        """Tell the new method."""
        event.stop()
        if isinstance(event.value, str) and event.value != self._method:
            self._method = event.value
            self.post_message(self.MethodChanged(self, event.value))


def _options(method: str) -> list[tuple[Text, str]]:
    methods = METHODS if method in METHODS else (method, *METHODS)
    return [(Text(one_line(name), no_wrap=True), name) for name in methods]
