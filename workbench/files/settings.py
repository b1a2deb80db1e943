"""The user's settings: profiles with the references to their credentials, the default profile, theme and keys.

Read from `settings.toml` in the config folder. A credential's value never stands there; reading one is the business of
`workbench.invoke.credentials`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from workbench.files.folders import config_folder
from workbench.files.format import Duration, FilePath, SecretDoc, Slug
from workbench.files.reading import MAX_BYTES, parse, read_bytes
from workbench.files.suggest import did_you_mean
from workbench.files.validation import entries
from workbench.files.validation.report import Report, show
from workbench.files.validation.structure import Hints, fit
from workbench.model.collection import parse_duration
from workbench.model.errors import FileError, SettingsError
from workbench.model.profile import LOCAL_BASE_URL, MANAGED_BASE_URL, HistoryLimits, Profile, Settings, origin

if TYPE_CHECKING:
    from workbench.files.positions import KeyPath
    from workbench.model.collection import SecretRef

FILE_NAME = "settings.toml"
_CREDENTIAL_HINT = (
    'say where it is: { env = "NAME" }, { command = ["pass", "show", "x"] }, { keyring = "NAME" } or { file = "PATH" }'
)
_MEANT = {
    "url": "base_url",
    "baseurl": "base_url",
    "api_key": "credential",
    "key": "credential",
    "token": "credential",
    "auth": "credential",
    "profiles": "profile",
    "default": "default_profile",
    "ca": "ca_file",
    "cert": "client_cert",
    "http": "allow_http",
}


class ProfileDoc(msgspec.Struct, forbid_unknown_fields=True):
    """One platform."""

    base_url: Annotated[str, Meta(description="Up to and with /api/v1.")] = MANAGED_BASE_URL
    credential: SecretDoc | UnsetType = UNSET
    team: str | UnsetType = UNSET
    service: Slug | UnsetType = UNSET
    protected: bool = False
    allow_http: bool = False
    ca_file: FilePath | UnsetType = UNSET
    client_cert: FilePath | UnsetType = UNSET
    client_key: FilePath | UnsetType = UNSET
    proxy: str = ""
    connect_timeout: Duration | UnsetType = UNSET
    read_timeout: Duration | UnsetType = UNSET
    timeout: Duration | UnsetType = UNSET
    max_reply: Annotated[int, Meta(ge=1, extra={"expected": "a number of bytes, 1 or more"})] | UnsetType = UNSET


class HistoryDoc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of past sends."""

    enabled: bool = True
    rows: Annotated[int, Meta(ge=1, le=100_000, extra={"expected": "a number of sends, 1 to 100000"})] = 2000
    days: Annotated[int, Meta(ge=0, extra={"expected": "a number of days, 0 for any age"})] = 0


class SettingsDoc(msgspec.Struct, forbid_unknown_fields=True):
    """The settings file."""

    default_profile: str = ""
    theme: str = ""
    keymap: Annotated[dict[str, str], Meta(description='Keys of the app by action, e.g. send = "f5,ctrl+g".')] = {}
    history: HistoryDoc = HistoryDoc()
    profile: dict[str, ProfileDoc] = {}


def settings_path() -> Path:
    """Where the settings file is, or would be."""
    return config_folder() / FILE_NAME


def load_settings(path: Path | None = None) -> Settings:
    """The user's settings; without a file the profiles `cloud` (the managed service) and `local` (the local gateway).

    Raises:
        SettingsError: with every problem of the file.
        FileError: the file is there but cannot be read.
    """
    path = path or settings_path()
    try:
        data = read_bytes(path, limit=MAX_BYTES)
    except FileError as error:
        if isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError)):
            return Settings(profiles=_built_in())
        raise
    parsed = parse(data, path=str(path))
    if parsed.root is None:
        raise SettingsError(problem for problem in parsed.problems if problem.severity == "error")
    report = Report(str(path), parsed.positions)
    tables = parsed.root.get("profile", {})
    rest = {name: value for name, value in parsed.root.items() if name != "profile"}
    doc = fit(SettingsDoc, rest, (), report, hints=_HINTS) or SettingsDoc()
    profiles = {**_built_in(), **_profiles(tables, path.parent, report)}
    if doc.default_profile and doc.default_profile not in profiles:
        message = f"there is no profile {doc.default_profile!r}"
        report.add(("default_profile",), message, hint=did_you_mean(doc.default_profile, profiles))
    if report.errors:
        raise SettingsError(report.errors)
    return Settings(
        profiles=profiles,
        default_profile=doc.default_profile,
        theme=doc.theme,
        keymap=doc.keymap,
        history=HistoryLimits(**msgspec.structs.asdict(doc.history)),
    )


def _built_in() -> dict[str, Profile]:
    return {
        "cloud": Profile(name="cloud", base_url=MANAGED_BASE_URL),
        "local": Profile(name="local", base_url=LOCAL_BASE_URL),
    }


def _profiles(tables: Any, folder: Path, report: Report) -> dict[str, Profile]:
    if not isinstance(tables, dict):
        report.add(("profile",), f"expected tables of profiles, found {show(tables)}", hint="write [profile.NAME]")
        return {}
    found: dict[str, Profile] = {}
    for name, table in tables.items():
        key = ("profile", name)
        if not isinstance(table, dict):
            hint = f"every key below [profile] is a profile: write [profile.{name}]"
            report.add(key, f"expected a table, found {show(table, hidden=True)}", hint=hint)
            continue
        doc = fit(ProfileDoc, table, key, report, hints=_HINTS)
        if doc is not None:
            found[name] = _profile(name, doc, folder, report)
    return found


def _profile(name: str, doc: ProfileDoc, folder: Path, report: Report) -> Profile:
    key: KeyPath = ("profile", name)
    _check_urls(doc, key, report)
    durations = {each: getattr(doc, each) for each in ("connect_timeout", "read_timeout", "timeout")}
    return Profile(
        name=name,
        base_url=doc.base_url.rstrip("/"),
        credential=_credential(doc.credential, key, folder, report),
        team=doc.team or None,
        service=doc.service or None,
        protected=doc.protected,
        allow_http=doc.allow_http,
        ca_file=_path(doc.ca_file, folder),
        client_cert=_path(doc.client_cert, folder),
        client_key=_path(doc.client_key, folder),
        proxy=doc.proxy,
        max_reply=doc.max_reply or None,
        **{each: parse_duration(text) if isinstance(text, str) else None for each, text in durations.items()},
    )


def _check_urls(doc: ProfileDoc, key: KeyPath, report: Report) -> None:
    for name in ("base_url", "proxy"):
        url = getattr(doc, name)
        if not url:
            if name == "base_url":
                report.add((*key, name), "expected a base URL, found an empty text", hint=f"such as {MANAGED_BASE_URL}")
            continue
        try:
            origin(url)
        except ValueError as error:
            report.add((*key, name), str(error), hint=f"such as {MANAGED_BASE_URL}" if name == "base_url" else "")
            continue
        if name == "base_url" and ("?" in url or "#" in url or "@" in url):
            message = "a base URL has no user, query or fragment"
            report.add((*key, name), message, hint="a credential is set with credential = { … }")


def _credential(doc: SecretDoc | UnsetType, key: KeyPath, folder: Path, report: Report) -> SecretRef | None:
    if doc is UNSET:
        return None
    reference = entries.reference(doc)
    if reference is None or reference.kind == "prompt":
        message = "expected exactly one of env, command, keyring and file"
        report.add((*key, "credential"), message, hint=_CREDENTIAL_HINT)
        return None
    if reference.kind == "file":
        return msgspec.structs.replace(reference, argument=_path(str(reference.argument), folder))
    return reference


def _path(text: str | UnsetType, folder: Path) -> str:
    """A path of the settings: `~` is the home folder, a relative one begins at the settings' own folder."""
    return str(folder / Path(text).expanduser()) if isinstance(text, str) else ""


def _wrong(key: KeyPath, value: Any) -> str:
    if key[-1] == "credential":
        return _CREDENTIAL_HINT
    if isinstance(value, (int, float)) and str(key[-1]).endswith("timeout"):
        return f'write the unit: "{value}s"'
    return ""


_HINTS = Hints(wrong=_wrong, meant=_MEANT)
