"""What the fields of the Options tab take, and what is wrong with what stands in them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.model.collection import ID_PATTERN, SLUG_PATTERN
from workbench.tui.panes.request_pane.lists import duration_text, join_list, split_list
from workbench.tui.widgets.templates import Completion, placeholders_in, rank

if TYPE_CHECKING:
    from collections.abc import Collection


def id_problem(text: str, current: str, others: Collection[str]) -> str:
    """Why a text cannot become the id of the request that is `current` now; `others` are the ids of its file."""
    if not ID_PATTERN.fullmatch(text):
        return f"an id is a-z 0-9 . _ - and begins with a letter or digit; {current!r} stays until it is one"
    if text in others and text != current:
        return f"another request of this file has this id; {current!r} stays"
    return ""


def needs_problem(needs: Collection[str], current: str, others: Collection[str]) -> str:
    """What is wrong with the ids a request needs; without `others` they are not known and not judged."""
    if current in needs:
        return "a request cannot need itself"
    unknown = [need for need in needs if need not in others] if others else []
    return f"no request of this file has the id {', '.join(unknown)}" if unknown else ""


def service_problem(service: str) -> str:
    """Why a service's slug cannot be one; with placeholders that is not known yet."""
    if not service or placeholders_in(service) or SLUG_PATTERN.fullmatch(service):
        return ""
    return "a service's slug is 3 to 100 of a-z 0-9 and -, with no - at either end"


def complete_id(text: str, cursor: int, others: Collection[str], *, own: str) -> Completion | None:
    """The ids that could stand at the cursor of a list of ids: none that stands before it, nor the request's own."""
    start = text.rfind(",", 0, cursor) + 1
    start += len(text[start:cursor]) - len(text[start:cursor].lstrip())
    taken = {*split_list(text[:start]), own}
    found = rank(text[start:cursor], [known for known in others if known not in taken])
    return Completion(start, cursor, tuple(found)) if found else None


def reason_of(skip: bool | str) -> str:
    """Why a request is skipped; empty where it is not, or no reason is given."""
    return skip if isinstance(skip, str) else ""


def text_of(key: str, value: Any) -> str:
    """The text that a field shows for the value of a request's key."""
    if key in ("timeout", "delay"):
        return duration_text(value)
    if key in ("tags", "needs"):
        return join_list(value)
    return value if isinstance(value, str) else ""
