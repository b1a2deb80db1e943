"""`demo`: the app against the built-in gateway with the sample collections; nothing to set up, no account."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import click

from workbench.cli.commands.open_app import not_a_terminal
from workbench.cli.diagnostics import Diagnostics  # noqa: TC001 - click hands it over


@click.command("demo")
@click.pass_obj
def command(diagnostics: Diagnostics) -> int:
    """Open the app on the built-in gateway and the sample collections."""
    refused = not_a_terminal(diagnostics)
    if refused:
        return refused
    gc.disable()  # for the start; the app enables it when there is something to work with
    from workbench.files.samples import samples_folder
    from workbench.gateway.demo import ALPHA, JWT_OWNER
    from workbench.gateway.server import GatewayThread
    from workbench.invoke.credentials import Credential
    from workbench.model.profile import Profile, Settings
    from workbench.replay.session import Session
    from workbench.replay.targeting import Overrides
    from workbench.tui.app import run_app

    with GatewayThread() as gateway:
        profile = Profile(name="demo", base_url=gateway.base_url, team=ALPHA.display_name)
        credential = Credential(JWT_OWNER, base_url=gateway.base_url, source="the demo")
        session = Session(
            Settings(profiles={"demo": profile}, default_profile="demo"),
            Overrides(),
            environ={},
            credentials={credential.origin: credential},
        )
        diagnostics.redactor = session.redactor
        return run_app(session, (_as_seen_from_here(editable_samples(samples_folder())),), demo=True)


def _as_seen_from_here(folder: Path) -> str:
    """A folder below the working folder by its short name."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


def editable_samples(samples: Path) -> Path:
    """The sample collections where they may be changed: in a checkout where they are, else a copy of one's own.

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
