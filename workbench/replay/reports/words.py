"""What went wrong with a result in plain words: shared by the formats whose failures are free text (JUnit, TAP)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.model.jsontext import json_text
from workbench.model.visible import visible

if TYPE_CHECKING:
    from workbench.model.exchange import AssertionResult, Exchange
    from workbench.model.secrets import Redactor

_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def explanation(exchange: Exchange, redactor: Redactor) -> list[str]:
    """One text for each thing that did not hold, or for the one reason why there is no answer."""
    if exchange.error is not None:
        kind, message = exchange.error.kind, exchange.error.message
        texts = [message if message.startswith(kind) else f"{kind}: {message}", exchange.error.hint]
        if exchange.error.in_doubt:
            texts.append("it was sent: the container may have run it")
        return [clean(text, redactor) for text in texts if text]
    failed = [_failed(result, exchange.file, redactor) for result in exchange.assertions if not result.ok]
    failed += [clean(str(each.redacted(redactor)), redactor) for each in exchange.differences]
    if not failed and exchange.outcome == "failed" and exchange.response is not None:
        return [f"the container answered {exchange.response.status}, expected below 400"]
    return failed


def clean(text: str, redactor: Redactor) -> str:
    """A text for a report: secrets hidden, control characters visible, nothing that XML 1.0 forbids."""
    return _FORBIDDEN_IN_XML.sub("\ufffd", visible(redactor.redact(text)))


def _failed(result: AssertionResult, file: str, redactor: Redactor) -> str:
    where = f" ({file}:{result.line})" if result.line else ""
    actual = "nothing" if not result.found else _json(result.actual, redactor)
    said = result.expected is None or result.message.startswith("expected ")
    values = "" if said else f" - expected {_json(result.expected, redactor)}, actual {actual}"
    message = f" - {result.message}" if result.message else ""
    return clean(f"{result.text}{where}{values}{message}", redactor)


def _json(value: object, redactor: Redactor) -> str:
    return json_text(redactor.value(value))
