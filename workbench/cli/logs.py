"""What libraries log, asyncio's unhandled exceptions among it: said through the diagnostics, and so redacted.

By itself Python writes such records to stderr as they are, with whatever an exception quotes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.cli.diagnostics import Diagnostics


class _Logs(logging.Handler):
    """Makes a warning of a record."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(logging.WARNING)
        self._diagnostics = diagnostics

    def emit(self, record: logging.LogRecord) -> None:
        """Say it; nothing on this way logs."""
        self._diagnostics.warning(self.format(record))


def take_logs(diagnostics: Diagnostics) -> None:
    """Say from now on here what is logged, in place of the command before in the same process."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Logs)]:
        root.removeHandler(handler)
    root.addHandler(_Logs(diagnostics))
