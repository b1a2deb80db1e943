"""A run of the app as a report file: the same documents as `run --report`, chosen by the file's suffix."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from workbench import __version__

if TYPE_CHECKING:
    from workbench.model.secrets import Redactor
    from workbench.replay.runner import Work
    from workbench.tui.controllers.run_record import RunRecord

FORMATS = {".json": "json", ".ndjson": "ndjson", ".xml": "junit", ".html": "html", ".tap": "tap"}
"""What a report's name may end in, and the format that is meant."""

KNOWN = ", ".join(f"{suffix} (JUnit)" if suffix == ".xml" else suffix for suffix in FORMATS)
"""The suffixes in words."""

_NO_ANSWER, _FAILED = 3, 1


def problem(path: str) -> str:
    """What is wrong with a report's path, or ""."""
    if PurePath(path).suffix in FORMATS:
        return ""
    return f"the name says the format: expected one of {KNOWN}"


def report(path: str, record: RunRecord, redactor: Redactor, jobs: int) -> str:
    """The text of the report; secrets are redacted as in every report."""
    from workbench.replay.reports import document as make
    from workbench.replay.summary import RunInfo

    target = next((target for work in record.works for target in work.targets.values()), None)
    info = RunInfo(
        tool=f"cyberun-tui {__version__}",
        started=record.started,
        environment=(target.environment or None) if target else None,
        base_url=target.base_url if target else "",
        team=(target.team_name or target.team) if target else None,
        jobs=jobs,
    )
    document = make(FORMATS[PurePath(path).suffix], redactor)
    parts = [document.start(info)]
    begun: Work | None = None
    for (work, _), exchange in zip(record.steps, record.exchanges, strict=False):
        if work is not begun:
            parts.append(document.begin(work))
            begun = work
        parts.append(document.add(exchange))
    counts = (("error", _NO_ANSWER), ("failed", _FAILED))
    reasons = [code for outcome, code in counts if record.summary.outcomes[outcome]]  # type: ignore[index]  # both are outcomes
    parts.append(document.end(record.summary, max(reasons, default=0), reasons))
    return "".join(parts)
