"""What requests say about each other: ids that are unique, needs that exist and go in no circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.files.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.files.validation.report import Report
    from workbench.model.collection import SavedRequest


def check_relations(requests: Mapping[int, SavedRequest], report: Report) -> None:
    """Report ids given twice, and needs that lead nowhere or back.

    Args:
        requests: position in the file → request, broken ones included.
        report: takes the problems.
    """
    first: dict[str, int] = {}
    for number, request in requests.items():
        if not report.is_named(number, request.id):
            continue
        if request.id in first:
            line, _ = report.positions.place(("request", first[request.id], "id"))
            message = f"the id {request.id!r} is taken by the request in line {line}"
            report.add(("request", number, "id"), message, hint="an id names one request of a file")
        else:
            first[request.id] = number
    _needs(requests, first, report)


def _needs(requests: Mapping[int, SavedRequest], first: Mapping[str, int], report: Report) -> None:
    for number, request in requests.items():
        for at, needed in enumerate(request.needs):
            key = ("request", number, "needs", at)
            if needed == request.id:
                report.add(key, "a request cannot need itself")
            elif needed not in first:
                report.add(
                    key, f"there is no request {needed!r}", hint="" if report.has_many else did_you_mean(needed, first)
                )
    for circle in _circles(requests, first):
        number = first[circle[0]]
        report.add(("request", number, "needs"), f"these need each other: {' → '.join([*circle, circle[0]])}")


def _circles(requests: Mapping[int, SavedRequest], first: Mapping[str, int]) -> list[list[str]]:
    """Every circle of needs once, beginning with its first request in the file; a need of itself is none."""
    needs = {
        request_id: [each for each in requests[number].needs if each in first and each != request_id]
        for request_id, number in first.items()
    }
    done: set[str] = set()
    circles: list[list[str]] = []
    for start in first:
        way: dict[str, None] = {}
        todo: list[tuple[str, int]] = [(start, 0)]
        while todo:
            request_id, at = todo.pop()
            if at == 0:
                if request_id in done:
                    continue
                way[request_id] = None
            if at < len(needs[request_id]):
                todo.append((request_id, at + 1))
                following = needs[request_id][at]
                if following in way:
                    circle = list(way)
                    circles.append(_from_first(circle[circle.index(following) :], first))
                else:
                    todo.append((following, 0))
            else:
                del way[request_id]
                done.add(request_id)
    return circles


def _from_first(circle: list[str], first: Mapping[str, int]) -> list[str]:
    start = min(range(len(circle)), key=lambda at: first[circle[at]])
    return [*circle[start:], *circle[:start]]
