"""What lines are evaluated against: one response with everything derived from it, each part made once and when asked.

A `Subject` lives as long as the lines of one response; it is not shared between threads.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from workbench.model.assertions import content
from workbench.model.assertions.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.exchange import ServiceResponse


class Subject:
    """A response, how long it took, and the variables of its request.

    Args:
        response: the container's answer.
        duration_s: seconds, what the query `duration` gives as milliseconds.
        variables: what the query `var` reads; values are JSON values or `Secret`.

    Attributes:
        status, platform_status: the container's status, and the platform's.
        size: bytes of the body as received.
        duration_ms: milliseconds.
    """

    __slots__ = (
        "_content",
        "_headers",
        "_json",
        "_sha256",
        "_text",
        "duration_ms",
        "platform_status",
        "response",
        "size",
        "status",
        "variables",
    )

    def __init__(self, response: ServiceResponse, duration_s: float, variables: Mapping[str, Any]) -> None:
        self.response = response
        self.variables = variables
        self.status = response.status
        self.platform_status = response.platform_status
        self.size = len(response.body)
        self.duration_ms = duration_s * 1000
        self._content: bytes | None = None
        self._headers: dict[str, str | list[str]] | None = None
        self._json: tuple[Any, str] | None = None
        self._sha256 = ""
        self._text: str | None = None

    def with_variables(self, variables: Mapping[str, Any]) -> Subject:
        """The same response with other variables; what was made of it so far is shared, not made again."""
        other = Subject(self.response, 0.0, variables)
        other.duration_ms = self.duration_ms
        for name in ("_content", "_headers", "_json", "_sha256", "_text"):
            setattr(other, name, getattr(self, name))
        return other

    @property
    def headers(self) -> dict[str, str | list[str]]:
        """Lower-case name → value, or the list of values of a header that came more than once."""
        if self._headers is None:
            headers: dict[str, str | list[str]] = {}
            for name, value in self.response.headers:
                key = name.lower()
                before = headers.get(key)
                if before is None:
                    headers[key] = value
                elif isinstance(before, list):
                    before.append(value)
                else:
                    headers[key] = [before, value]
            self._headers = headers
        return self._headers

    @property
    def content(self) -> bytes:
        """The body without its content coding.

        Raises:
            EvaluationError: it cannot be undone.
        """
        if self._content is None:
            self._content = content.decoded(self.response)
        return self._content

    @property
    def text(self) -> str:
        """The body as text.

        Raises:
            EvaluationError: its content coding cannot be undone.
        """
        if self._text is None:
            self._text = content.text(self.response, self.content)
        return self._text

    @property
    def json(self) -> Any:
        """The body as a JSON value.

        Raises:
            EvaluationError: it is not JSON.
        """
        if self._json is None:
            try:
                self._json = content.parse_body(self.response, self.content), ""
            except EvaluationError as error:
                self._json = None, str(error)
        value, problem = self._json
        if problem:
            raise EvaluationError(problem)
        return value

    @property
    def sha256(self) -> str:
        """SHA-256 of the body as received, in hex."""
        if not self._sha256:
            self._sha256 = hashlib.sha256(self.response.body).hexdigest()
        return self._sha256
