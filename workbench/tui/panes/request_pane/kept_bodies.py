"""What each kind of body held while another kind is chosen, so that choosing a kind loses nothing. No widget."""

from __future__ import annotations

from typing import Literal, TypeAlias

from workbench.model.collection import Body, BodyKind

Kind: TypeAlias = BodyKind | Literal["none"]

_TEXTS = ("json", "text")


class KeptBodies:
    """Bodies by kind for one request. `json` and `text` share their text: it is the same bytes either way."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Body] = {}
        self._left: list[Body | None] = []

    @property
    def can_undo(self) -> bool:
        """Whether a choice can be taken back."""
        return bool(self._left)

    def leaving(self, body: Body | None, kind: Kind) -> str:
        """Keep the body whose kind is being left for `kind`; what to tell the user, empty when nothing."""
        self._left.append(body)
        self._keep(body)
        if body is None or (body.kind in _TEXTS and kind in _TEXTS) or not (body.text or body.form):
            return ""
        return f"the {body.kind} body is kept while this request is open: u on this line brings it back"

    def _keep(self, body: Body | None) -> None:
        if body is None:
            return
        self._by_kind[body.kind] = body
        if body.kind in _TEXTS:
            self._by_kind.update((kind, Body(kind, body.text)) for kind in ("json", "text"))

    def body_for(self, kind: Kind) -> Body | None:
        """What a kind had, or an empty body of it."""
        return None if kind == "none" else self._by_kind.get(kind, Body(kind))

    def undo(self, body: Body | None) -> Body | None:
        """The body before the last choice; `body` is the present one and is kept."""
        self._keep(body)
        return self._left.pop()
