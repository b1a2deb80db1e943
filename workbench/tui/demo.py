"""The demo: the built-in gateway in a thread, a session on it, and the sample collections."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.gateway.server import GatewayThread
    from workbench.replay.session import Session


@dataclass(frozen=True, eq=False)
class Demo:
    """A running demo; `gateway` is to be closed."""

    gateway: GatewayThread
    session: Session
    paths: tuple[str, ...]


def start(environ: Mapping[str, str]) -> Demo:
    """Start it. Takes a moment: a thread's work.

    Raises:
        FileError: the samples are not there.
    """
    from workbench.files.samples import samples_folder
    from workbench.gateway.demo import ALPHA, JWT_OWNER
    from workbench.gateway.server import GatewayThread
    from workbench.invoke.credentials import Credential
    from workbench.model.profile import Profile, Settings
    from workbench.replay.session import Session
    from workbench.replay.targeting import Overrides

    folder = _own_copy(samples_folder())
    gateway = GatewayThread().start()
    profile = Profile(name="demo", base_url=gateway.base_url, team=ALPHA.display_name)
    credential = Credential(JWT_OWNER, base_url=gateway.base_url, source="the demo")
    without = {name: value for name, value in environ.items() if not name.startswith("CYBERUN_")}
    session = Session(
        Settings(profiles={"demo": profile}, default_profile="demo"),
        Overrides(),
        environ=without,
        credentials={credential.origin: credential},
    )
    return Demo(gateway, session, (_as_seen_from_here(folder),))


def _as_seen_from_here(folder: Path) -> str:
    """A folder below the working folder by its short name."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def _own_copy(samples: Path) -> Path:
    """The samples where they may be changed: in a checkout where they are, else a copy of one's own.

    The copy is made once, so that what was changed in an earlier demo is still there.
    """
    if (samples.parent / "pyproject.toml").is_file():
        return samples
    import platformdirs

    own = platformdirs.user_data_path("cyberun-tui") / "demo" / "collections"
    if not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(samples, own)
    return own
