"""Every JSON text through everything the viewer makes of a body: pages, rows, folds, places; no exception, no loss."""

from __future__ import annotations

import pytest

from tests.unit.body import json_cases, json_suite
from tests.unit.body.test_pretty import solid
from workbench.model.body.selecting import select
from workbench.tui.widgets.body_viewer.opening import Job, OpenBody
from workbench.tui.widgets.body_viewer.pages import TextPage

YES = {**json_cases.YES, **json_suite.YES}
TOLERATED = "n_mark_before"  # a byte order mark is no part of the text (RFC 8259, 8.1)
REST = {**json_cases.NO, **json_suite.NO, **json_cases.EITHER}
_ROWS = 50


def shown(data: bytes, kind: str) -> OpenBody:
    """Open a body and look at the beginning of it in every way."""
    body = OpenBody(Job(data, kind).read())
    for mode in ("pretty", "raw", "hex"):
        page = body.page(body.possible(mode))
        for number in range(min(page.rows.count, _ROWS)):
            row = page.rows.row(number)
            page.paint(row, 0, 80, lambda _start, _end: (), None)
            body.locate(row.start, mode)
            if isinstance(page, TextPage):
                page.block_at(row.line)
    return body


@pytest.mark.parametrize("name", YES)
def test_json_is_shown_without_loss(name: str) -> None:
    for kind in ("application/json", "text/plain"):
        body = shown(YES[name], kind)
        if kind == "application/json":
            assert solid(body.text("pretty")) == solid(YES[name].removeprefix(b"\xef\xbb\xbf"))
            assert body.reading.notices == ()
            assert select(body.text("pretty"), "$").data == body.text("pretty").strip()


@pytest.mark.parametrize("name", REST)
def test_what_is_no_json_is_shown_raw_with_a_reason(name: str) -> None:
    for kind in ("application/json", "text/plain"):
        body = shown(REST[name], kind)
        if name.startswith("n_") and name != TOLERATED and kind == "application/json" and body.reading.text is not None:
            assert body.text("pretty").removesuffix(b"\n") == body.text("raw").removesuffix(b"\n")
            assert any("not JSON" in each for each in body.reading.notices) or not body.text("raw").strip()
