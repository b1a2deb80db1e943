"""What a gateway is made of: teams, users, keys, services, and a switch for everything that is not documented.

Values only, each immutable. `workbench.gateway.config_file` reads them from a file, `workbench.gateway.checks` looks
whether they fit together; this module does neither.
"""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Annotated, Literal

import msgspec

DEFAULT_PORT = 8787
"""Where `cyberun-tui gateway` listens unless told otherwise."""

SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{1,98}[a-z0-9]$"
"""What a service slug looks like (CYBERUN-API.md, 3)."""

Role = Literal["owner", "admin", "member", "viewer"]
"""A user's role in a team (CYBERUN-API.md, 4)."""

ServiceStatus = Literal["created", "deploying", "running", "stopping", "stopped", "failed"]
"""`service_status` (CYBERUN-API.md, 3)."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "local-gateway.invalid")

ErrorStatus = Annotated[int, msgspec.Meta(ge=400, le=599)]
Slug = Annotated[str, msgspec.Meta(pattern=SLUG_PATTERN)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
PositiveSeconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


@lru_cache(maxsize=4096)
def stable_id(*parts: str) -> str:
    """The same uuid for the same words, on every machine and in every run."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of the configuration has in common: immutable, named fields, no unknown ones."""


class Team(Part, frozen=True, kw_only=True):
    """One team. Its id is made from its name unless one is given."""

    display_name: Text
    id: str = ""

    @property
    def team_id(self) -> str:
        """The id that stands in `X-Team-ID`."""
        return self.id or stable_id("team", self.display_name)


class User(Part, frozen=True, kw_only=True):
    """One user, with a role in each of their teams (by the team's name)."""

    email_address: Text
    user_password: Text
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    roles: dict[str, Role] = {}
    id: str = ""

    @property
    def user_id(self) -> str:
        """The `id` of `GET /users/me`."""
        return self.id or stable_id("user", self.email_address)


class Key(Part, frozen=True, kw_only=True):
    """A credential that is there from the start; its prefix says its kind (CYBERUN-API.md, 5).

    Attributes:
        value: `sk-…` (belongs to a team), `dk-…` (to a user in a team), `ak-…` (refused everywhere), or a JWT: three
            parts with dots between them (belongs to a user).
        team: the team's name; needed by `sk-` and `dk-`.
        user: the user's e-mail address; needed by `dk-` and a JWT.
        expires_in: seconds after the gateway's start; 0 for never.
    """

    value: Text
    team: str = ""
    user: str = ""
    expires_in: Seconds = 0


class EnvEntry(Part, frozen=True, kw_only=True):
    """One entry of a service's `env_config`."""

    env_name: Text
    env_value: str = ""


class ServiceSpec(Part, frozen=True, kw_only=True):
    """One service, with the documented fields (CYBERUN-API.md, 3) and where its answers come from.

    Attributes:
        sample: the built-in container that answers (a key of `workbench.gateway.services.SAMPLES`).
        forward: or the address of a real server, as `http://127.0.0.1:8000`.
        teams: names of the teams that have it; empty for all.
        then: the state it gets after `after` seconds, counted from the start or from the last switch.
        agent_online: False when the machine behind it cannot be reached.
    """

    service_slug: Slug
    sample: str = ""
    forward: str = ""
    teams: tuple[str, ...] = ()
    display_name: str = ""
    service_type: Literal["deployed", "external"] = "deployed"
    service_status: ServiceStatus = "running"
    then: ServiceStatus | None = None
    after: Seconds = 0
    agent_online: bool = True
    service_desc: str = ""
    docker_image: str = ""
    health_path: str = ""
    usage_prompt: str = ""
    external_url: str = ""
    openapi_url: str = ""
    exposed_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    gpu_count: Annotated[int, msgspec.Meta(ge=-1)] | None = None
    replica_count: Count | None = None
    env_config: tuple[EnvEntry, ...] = ()
    volume_config: tuple[dict[str, str], ...] = ()
    required_labels: tuple[str, ...] = ()


class Switches(Part, frozen=True, kw_only=True):
    """How the gateway behaves where the platform's behaviour is not documented. A default is a choice, not a fact.

    Attributes:
        list_key: the member of `GET /r/containers` that holds the list.
        per_page_above_limit: `per_page` above 100: refuse with 400, or clamp to 100.
        header_values: a header of the answer's envelope is a text, a list of texts, or a list only when it is repeated.
        repeated_headers: what a text holds when the container sent the header more than once.
        empty_body: `body_base64` of an empty answer: an empty text, left out, or null.
        strip_inner_authorization: the container does not get the envelope's `Authorization`.
        body_on_get_and_delete: a GET or DELETE with a body: refuse with 400, or hand it on.
        not_running_status, unknown_slug_status, agent_offline_status, unreachable_status, timeout_status,
            too_large_status, foreign_team_status: the platform status of each of these.
        container_timeout: seconds an invoke call waits for the container's whole answer.
        request_limit, response_limit: bytes of a decoded body that invoke takes in and hands back; 0 for no limit.
        rate_limit: calls of one credential in `rate_window` seconds; 0 for no limit.
        retry_after: how a 429 says when to come back: seconds, an HTTP date, or not at all.
        proxy_methods: what the proxy hands through: the seven methods that invoke takes too, or any method.
        latency: seconds added before each answer.
        device_key_teams: `team_list` for a `dk-` key: all teams of its user, or only the key's own.
    """

    list_key: Text = "container_service_list"
    per_page_above_limit: Literal["refuse", "clamp"] = "refuse"
    header_values: Literal["strings", "lists", "mixed"] = "strings"
    repeated_headers: Literal["join", "first", "last"] = "join"
    empty_body: Literal["empty", "omitted", "null"] = "empty"
    strip_inner_authorization: bool = False
    body_on_get_and_delete: Literal["refuse", "forward"] = "refuse"
    not_running_status: ErrorStatus = 409
    unknown_slug_status: ErrorStatus = 404
    agent_offline_status: ErrorStatus = 503
    unreachable_status: ErrorStatus = 502
    timeout_status: ErrorStatus = 504
    too_large_status: ErrorStatus = 413
    foreign_team_status: ErrorStatus = 403
    container_timeout: PositiveSeconds = 100
    request_limit: Count = 0
    response_limit: Count = 0
    rate_limit: Count = 0
    rate_window: PositiveSeconds = 60
    retry_after: Literal["seconds", "date", "none"] = "seconds"
    proxy_methods: Literal["listed", "any"] = "listed"
    latency: Seconds = 0
    device_key_teams: Literal["all", "own"] = "all"


class SignIn(Part, frozen=True, kw_only=True):
    """The times of signing in (CYBERUN-API.md, 5), and who approves a pairing.

    Attributes:
        access_token_ttl, refresh_token_ttl, pair_ttl, pair_interval: seconds.
        approve_after: a pairing is approved by itself at this poll; 0 to wait for the local approve page.
        pair_user, pair_team: for whom it is approved then (e-mail address, team name); empty for the first of each.
    """

    access_token_ttl: PositiveSeconds = 3600
    refresh_token_ttl: PositiveSeconds = 30 * 24 * 3600
    pair_ttl: PositiveSeconds = 300
    pair_interval: Seconds = 2
    approve_after: Count = 2
    pair_user: str = ""
    pair_team: str = ""


class GatewayConfig(Part, frozen=True, kw_only=True):
    """One gateway. Without a word it is the demo: two teams, a user of each role, a key of each kind, the samples.

    Attributes:
        teams, users, keys: None for the demo's.
        services: services beyond the samples.
        samples: the sample services are there.
        maps: slug to address: an extra running service of every team, forwarded to a real server.
        allow_remote_targets: addresses beyond loopback may be forwarded to.
        switches: what is not documented.
        sign_in: its times, and who approves a pairing.
    """

    teams: tuple[Team, ...] | None = None
    users: tuple[User, ...] | None = None
    keys: tuple[Key, ...] | None = None
    services: tuple[ServiceSpec, ...] = ()
    samples: bool = True
    maps: dict[str, str] = {}
    allow_remote_targets: bool = False
    switches: Switches = Switches()
    sign_in: SignIn = SignIn()
