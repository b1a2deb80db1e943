"""What is logged goes to stderr redacted, once, and without control characters."""

import logging

import pytest

from workbench.cli.diagnostics import Diagnostics
from workbench.cli.logs import take_logs
from workbench.model.secrets import Redactor, Secret


def test_a_log_record_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        diagnostics = Diagnostics()
        diagnostics.redactor = Redactor([Secret("canary-of-logs", "key")])
        take_logs(diagnostics)
    error = ValueError("it was canary-of-logs\x1b[31m")
    logging.getLogger("asyncio").error("Task exception was never retrieved: %r", "canary-of-logs", exc_info=error)
    logging.getLogger("httpx").info("GET http://user:canary-of-logs@host")
    said = capsys.readouterr().err
    assert said.count("Task exception was never retrieved: '[redacted:key]'") == 1
    assert "ValueError: it was [redacted:key]␛[31m" in said
    assert "canary" not in said
    assert "http://" not in said
