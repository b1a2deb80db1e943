"""Where a request goes (`Target`) and the request with every placeholder filled in (`ResolvedRequest`)."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from workbench.model.collection import Route
from workbench.model.secrets import Secret

Text: TypeAlias = str | Secret
"""A text that may hold a secret: then it is a `Secret` as a whole, and shows only its mask."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One service of one team behind one gateway.

    Attributes:
        base_url: the platform's API, without a slash at the end.
        service: the service's slug.
        team: the team's id as the platform knows it, or None where the credential decides.
        team_name: what people call the team; for display.
        profile: the profile the base URL came from; for display and history.
        environment: the collection's environment in use; for display and history.
        route: `invoke` or `proxy`.
        protected: ask before an unsafe method.
    """

    base_url: str
    service: str
    team: str | None = None
    team_name: str = ""
    profile: str = ""
    environment: str = ""
    route: Route = "invoke"
    protected: bool = False


class ResolvedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it will be sent, still with its secrets wrapped.

    Attributes:
        path: the path on the container with its query string, exactly as it goes into the envelope.
        headers: name and value, in the order of the file; the names as written.
        body: the exact bytes, or a `Secret` whose UTF-8 text is the body; None when there is none.
        timeout: seconds for the whole call; None for the default.
        asserts: assertion lines as written: they may use what the answer's own captures keep, so they are filled in
            when the answer is there.
    """

    target: Target
    method: str
    path: Text
    headers: tuple[tuple[str, Text], ...] = ()
    body: bytes | Secret | None = None
    timeout: float | None = None
    asserts: tuple[str, ...] = ()
