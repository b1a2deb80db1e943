"""The gateway's errors: those of its set-up, and the platform's refusals of a call (CYBERUN-API.md, 6).

```
Exception
├── GatewayError              it cannot start; the text is for people
│   └── GatewayConfigError    … because of the configuration; names where
└── Refusal                   a call is refused: becomes {"error_message": …} with its status
```
This module must not import aiohttp: the configuration is read without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class GatewayError(Exception):
    """The gateway cannot start; `str` of it says what, and what to do."""


class GatewayConfigError(GatewayError):
    """The configuration cannot be used.

    Attributes:
        where: the key, as `keys[2].team`; empty when it is the whole document.
        problem: what is wrong with it.
        source: the file, or empty when it did not come from one.
    """

    def __init__(self, problem: str, *, where: str = "", source: str = "") -> None:
        super().__init__(": ".join(filter(None, (source, where, problem))))
        self.problem = problem
        self.where = where
        self.source = source


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """The platform refuses a call.

    Attributes:
        status: the platform status, 400 to 599.
        message: `error_message`.
        headers: further headers of the answer.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
