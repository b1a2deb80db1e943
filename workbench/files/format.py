"""The collection format, version 1, as types: the one table behind validation and the published JSON Schema.

Field names are TOML keys. What types cannot say (one body at most, needs without a circle, …) is in
`workbench.files.validation`. Nothing here reads a file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from workbench.model.collection import ID_PATTERN, SLUG_PATTERN

VERSION = 1
"""The one version of the format there is."""

_END = r"$(?!\n)"  # "$" alone also stands before a last line break
_DURATION = rf"^\s*\d{{1,9}}(\.\d{{1,9}})?\s*(ms|s|m)\s*{_END}"
_TOKEN = rf"^[!#$%&'*+.^_`|~0-9A-Za-z-]+{_END}"


def _say(description: str, expected: str = "", **rules: Any) -> Meta:
    """A field's description, and in words what is expected where a rule refuses a value."""
    return Meta(description=description, extra={"expected": expected}, **rules)


Id = Annotated[
    str,
    _say(
        "Names the request; unique in the file.",
        "small letters, digits, . _ and -, beginning with a letter or digit",
        pattern=f"^{ID_PATTERN.pattern}{_END}",
    ),
]
Slug = Annotated[
    str,
    _say(
        "A service's slug, or a text with placeholders.",
        "3 to 100 of a-z, 0-9 and -, not at the ends",
        pattern=rf"^({SLUG_PATTERN.pattern}|[^\n]*\{{\{{[^\n]*){_END}",
    ),
]
RequestPath = Annotated[
    str,
    _say(
        "The path on the container; may hold a query string and placeholders.",
        "a path that begins with exactly one / and names no host",
        pattern=r"^(/(?!/)|\{\{)",
    ),
]
Duration = Annotated[
    str, _say("A time with its unit.", "a time with its unit, such as 500ms, 10s or 2m", pattern=_DURATION)
]
HeaderName = Annotated[
    str, _say("A header's name.", "a header name: letters, digits and !#$%&'*+-.^_`|~", pattern=_TOKEN)
]
FilePath = Annotated[str, _say("A path relative to the collection, inside its folder.", "a path", min_length=1)]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
Route = Literal["invoke", "proxy"]
Scalar = str | int | float | bool


class ParameterDoc(msgspec.Struct, forbid_unknown_fields=True):
    """A query parameter or form field that can be switched off."""

    value: Scalar | list[Scalar]
    off: Annotated[bool, Meta(description="Kept, not sent.")] = False


class HeaderDoc(msgspec.Struct, forbid_unknown_fields=True):
    """A header that can be switched off."""

    value: str
    off: Annotated[bool, Meta(description="Kept, not sent.")] = False


class CaptureDoc(msgspec.Struct, forbid_unknown_fields=True):
    """A capture whose value may be secret."""

    from_: str = field(name="from")
    secret: Annotated[bool, Meta(description="Masked everywhere.")] = False


class RetryDoc(msgspec.Struct, forbid_unknown_fields=True):
    """Repeat a call until it passes, or until an assertion holds."""

    max: Annotated[int, _say("Repeats after the first call, at most.", "a number of repeats, 1 or more", ge=1)]
    every: Duration = "1s"
    until: Annotated[str, Meta(description="An assertion.")] = ""


class SnapshotDoc(msgspec.Struct, forbid_unknown_fields=True):
    """What a comparison with a recording leaves out."""

    ignore: Annotated[list[str], Meta(description="JSONPaths.")] = []


class EnvironmentDoc(msgspec.Struct):
    """One environment; every key beyond these is a variable."""

    profile: str | UnsetType = UNSET
    team: str | UnsetType = UNSET
    service: Slug | UnsetType = UNSET
    route: Route | UnsetType = UNSET
    protected: Annotated[bool, Meta(description="Ask before an unsafe method.")] = False


class SecretDoc(msgspec.Struct, forbid_unknown_fields=True):
    """Where a secret's value comes from: exactly one of these."""

    env: Annotated[str, _say("A variable of the process environment.", "a name", min_length=1)] | UnsetType = UNSET
    file: FilePath | UnsetType = UNSET
    command: (
        Annotated[list[str], _say("A program and its arguments; its output is the value.", "a program", min_length=1)]
        | UnsetType
    ) = UNSET
    keyring: Annotated[str, _say("An entry of the system's key store.", "a name", min_length=1)] | UnsetType = UNSET
    prompt: Annotated[str, _say("A question to the user.", "a label", min_length=1)] | UnsetType = UNSET


Parameters = dict[str, Scalar | list[Scalar | ParameterDoc] | ParameterDoc]
Headers = dict[HeaderName, str | HeaderDoc]
Asserts = Annotated[list[str], Meta(description="Assertions: QUERY | FILTER … PREDICATE VALUE.")]


class DefaultsDoc(msgspec.Struct, forbid_unknown_fields=True):
    """Applied to every request; the request's own key wins."""

    service: Slug | UnsetType = UNSET
    route: Route | UnsetType = UNSET
    query: Parameters = {}
    headers: Headers = {}
    asserts: Asserts = field(name="assert", default_factory=list)
    retry: RetryDoc | UnsetType = UNSET
    timeout: Duration | UnsetType = UNSET
    delay: Duration | UnsetType = UNSET
    snapshot: SnapshotDoc | UnsetType = UNSET


class RequestDoc(msgspec.Struct, forbid_unknown_fields=True):
    """One request. At most one of json, text, form, file and base64 is its body."""

    id: Id
    name: str = ""
    description: str = ""
    tags: list[str] = []
    service: Slug | UnsetType = UNSET
    route: Annotated[Route, Meta(description="invoke is the default.")] | UnsetType = UNSET
    method: Method = "GET"
    path: RequestPath = "/"
    query: Parameters = {}
    headers: Headers = {}
    json: (
        Annotated[str | dict[str, Any] | list[Any], Meta(description="Sent byte for byte; a table is serialised.")]
        | UnsetType
    ) = UNSET
    text: Annotated[str, Meta(description="Sent byte for byte.")] | UnsetType = UNSET
    form: Annotated[Parameters, Meta(description="Sent URL-encoded.")] | UnsetType = UNSET
    file: FilePath | UnsetType = UNSET
    base64: Annotated[str, Meta(description="Binary.")] | UnsetType = UNSET
    asserts: Asserts = field(name="assert", default_factory=list)
    capture: Annotated[dict[str, str | CaptureDoc], Meta(description="Variable → query.")] = {}
    needs: Annotated[list[Id], Meta(description="Requests that must have passed.")] = []
    retry: RetryDoc | UnsetType = UNSET
    timeout: Duration | UnsetType = UNSET
    delay: Annotated[Duration, Meta(description="Wait before the call.")] | UnsetType = UNSET
    skip: Annotated[bool | str, Meta(description="true, or the reason.")] = False
    always: Annotated[bool, Meta(description="Runs even after a failure.")] = False
    snapshot: SnapshotDoc | UnsetType = UNSET


class CollectionDoc(msgspec.Struct, forbid_unknown_fields=True):
    """One file: an ordered list of requests with their variables, environments, defaults and secret references."""

    cyberun: Annotated[Literal[1], Meta(description="The version of the format.")]
    name: str = ""
    description: str = ""
    profile: Annotated[str, Meta(description="A profile of the user's own settings.")] | UnsetType = UNSET
    team: str | UnsetType = UNSET
    service: Slug | UnsetType = UNSET
    route: Route | UnsetType = UNSET
    tags: list[str] = []
    parallel: Annotated[bool, Meta(description="Unsafe methods without relations may run at once.")] = False
    vars: Annotated[dict[str, Any], Meta(description="Variables of the lowest precedence.")] = {}
    defaults: DefaultsDoc | UnsetType = UNSET
    env: Annotated[dict[str, EnvironmentDoc], Meta(description="Environments by name.")] = {}
    secrets: Annotated[dict[str, SecretDoc], Meta(description="References; never a value.")] = {}
    request: list[RequestDoc] = []


BODY_KEYS = ("json", "text", "form", "file", "base64")
"""At most one of these in a request."""


def keys_of(doc: type[msgspec.Struct]) -> tuple[str, ...]:
    """The TOML keys of a document type, in the format's order."""
    return doc.__struct_encode_fields__


REQUEST_KEYS = frozenset(keys_of(RequestDoc))
