"""The settings as text: what a new file begins with, and what is in force, built-in profiles included.

It knows no value of a credential: settings hold references alone. A password in a proxy's URL is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import tomli_w

from workbench.files import atomic
from workbench.files.folders import PRIVATE_FILE, make_private
from workbench.files.settings import settings_path
from workbench.model.errors import FileError

if TYPE_CHECKING:
    from workbench.model.profile import Profile, Settings

TEMPLATE = """\
# Settings of cyberun-tui. Every profile is one platform; a credential stands here only as a reference.

# default_profile = "work"
# theme = "nord"

# [profile.work]
# base_url = "https://cyberun.example.com/api/v1"
# credential = { command = ["pass", "show", "cyberun"] }   # or { env = "NAME" }, { keyring = "NAME" },
#                                                          # { file = "PATH" }; else what `login` has kept
# team = "Alpha"              # by name or id; an access token needs one
# service = "my-llm"
# protected = true            # ask before POST, PUT, PATCH and DELETE
# ca_file = "ca.pem"          # authorities to trust instead of the system's
# client_cert = "me.pem"      # a certificate to show, with its key in the same file or in client_key
# proxy = "http://127.0.0.1:3128"   # or "none"; without it HTTPS_PROXY and NO_PROXY count
# allow_http = false          # a credential may go over plain http to another machine
# connect_timeout = "5s"
# read_timeout = "30s"
# timeout = "60s"
# max_reply = 268435456       # bytes

# [history]
# enabled = true              # keep past sends, masked
# rows = 2000
# days = 0                    # 0: of any age

# [keymap]
# send = "f5,ctrl+g"
"""
"""A new settings file: every key as a comment."""


def ensure_settings() -> str:
    """The path of the settings file, which is made from `TEMPLATE` when there is none.

    Raises:
        FileError: it cannot be made.
    """
    path = settings_path()
    if not path.exists():
        try:
            make_private(path.parent)
        except OSError as error:
            raise FileError(f"{path.parent} cannot be made: {error.strerror}", path=str(path)) from error
        atomic.write(path, TEMPLATE.encode(), expected_sha256=None, mode=PRIVATE_FILE)
    return str(path)


def in_force(settings: Settings) -> dict[str, Any]:
    """What is in force as plain values, in the form of the settings file; what is not set is left out."""
    head = {name: value for name in ("default_profile", "theme", "keymap") if (value := getattr(settings, name))}
    past = settings.history
    head["history"] = {"enabled": past.enabled, "rows": past.rows, "days": past.days}
    return {**head, "profile": {name: _profile(profile) for name, profile in settings.profiles.items()}}


def as_toml(settings: Settings) -> str:
    """`in_force` as a TOML document."""
    return tomli_w.dumps(in_force(settings))


def _profile(profile: Profile) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(profile).items():
        if name == "name" or value in (None, "", False):
            continue
        found[name] = f"{value:g}s" if isinstance(value, float) else value
    if profile.credential is not None:
        argument = profile.credential.argument
        found["credential"] = {profile.credential.kind: argument if isinstance(argument, str) else list(argument)}
    if profile.proxy:
        found["proxy"] = _without_password(profile.proxy)
    return found


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=f"…@{parts.netloc.rpartition('@')[2]}").geturl()
