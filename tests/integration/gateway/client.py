"""A plain HTTP client for the gateway's tests: it writes envelopes by hand and shares no code with the real client."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

    from workbench.gateway.calls import CallLog
    from workbench.gateway.platform import Platform
    from workbench.gateway.server import RunningGateway


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that gives no notice, a minute at most."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it gives no notice
            await asyncio.sleep(0.01)


class Answer(msgspec.Struct, frozen=True):
    """What came back from the platform."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    pairs: list[tuple[str, str]]

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The text of a refusal, whose body must be that and nothing else."""
        document = self.json()
        assert list(document) == ["error_message"]
        assert self.headers["Content-Type"] == "application/json"
        assert isinstance(document["error_message"], str)
        return document["error_message"]


class Invoked(Answer, frozen=True):
    """What came back from an invoke call."""

    @property
    def container_status(self) -> int:
        found = self.json()["status_code"]
        assert isinstance(found, int)
        return found

    @property
    def container_headers(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json()["headers"]
        return found

    @property
    def container_body(self) -> bytes:
        return base64.b64decode(self.json()["body_base64"], validate=True)

    @property
    def container_json(self) -> Any:
        return json.loads(self.container_body)


class Client:
    """Calls to one gateway with one credential; every part can be another for one call."""

    def __init__(self, session: aiohttp.ClientSession, gateway: RunningGateway, token: str, team: str | None) -> None:
        self.session = session
        self.gateway = gateway
        self.token = token
        self.team = team

    @property
    def platform(self) -> Platform:
        return self.gateway.platform

    @property
    def calls(self) -> CallLog:
        return self.gateway.calls

    def headers(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        made = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.team is not None:
            made["X-Team-ID"] = self.team
        return {**made, **(extra or {})}

    def as_(self, token: str, team: str | None = None) -> Client:
        """The same with another credential."""
        return Client(self.session, self.gateway, token, team)

    async def call(
        self,
        method: str,
        path: str,
        *,
        document: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        local: bool = False,
    ) -> Answer:
        """One call of the platform; `local` is for addresses that are not below the base URL."""
        base = self.gateway.origin if local else self.gateway.base_url
        body = json.dumps(document).encode() if document is not None else data
        async with self.session.request(
            method,
            base + path,
            data=io.BytesIO(body) if body else body,
            headers=self.headers(headers),
            allow_redirects=False,
        ) as response:
            pairs = list(response.headers.items())
            return Answer(response.status, response.headers.copy(), await response.read(), pairs)

    async def get(self, path: str) -> Answer:
        return await self.call("GET", path)

    async def envelope(self, slug: str, document: object) -> Invoked:
        """An invoke call with any body."""
        found = await self.call("POST", f"/r/invoke/{slug}", document=document)
        return Invoked(found.status, found.headers, found.body, found.pairs)

    async def invoke(
        self, slug: str, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Invoked:
        """An invoke call with an envelope as it should be."""
        document: dict[str, Any] = {"method": method, "path": path}
        if body:
            document["body_base64"] = base64.b64encode(body).decode()
        if headers:
            document["headers"] = dict(headers)
        return await self.envelope(slug, document)
