"""`gateway`: the local gateway as a program of its own, with its sample services and any real local servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from workbench.cli.diagnostics import Diagnostics, Exit
from workbench.cli.loops import fast_loop
from workbench.cli.output import Output

if TYPE_CHECKING:
    import signal

    from workbench.gateway.config import GatewayConfig
    from workbench.gateway.server import RunningGateway

DEFAULT_PORT = 8787


@click.command("gateway")
@click.option("--config", metavar="FILE", help="Teams, users, keys, services and switches, as TOML.")
@click.option("--map", "maps", metavar="SLUG=URL", multiple=True, help="Forward a service to a real local server.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free one.")
@click.pass_obj
def command(diagnostics: Diagnostics, config: str | None, maps: tuple[str, ...], port: int) -> int:
    """Run the local gateway until Ctrl-C. It listens on 127.0.0.1 only."""
    from workbench.gateway.errors import GatewayError
    from workbench.gateway.server import run_forever

    try:
        stopped = run_forever(_config(config, maps), port, _say, loop_factory=fast_loop())
    except GatewayError as error:
        return diagnostics.usage(str(error))
    return _exit(stopped)


def _config(file: str | None, maps: tuple[str, ...]) -> GatewayConfig:
    from workbench.gateway.config import GatewayConfig
    from workbench.gateway.config_file import load_config, parse_map

    pairs = dict(parse_map(text) for text in maps)
    if file is not None:
        return load_config(file, maps=pairs)
    return msgspec.structs.replace(GatewayConfig(), maps=pairs)


def _say(gateway: RunningGateway) -> None:
    """Where it listens and how to use it: on stdout, since it is what was asked for."""
    from workbench.gateway.demo import DK_OWNER, SK_ALPHA

    Output().text(
        f"local gateway on {gateway.base_url}\n"
        f"  CYBERUN_BASE_URL={gateway.base_url} CYBERUN_API_KEY={SK_ALPHA} cyberun-tui services\n"
        f"  demo keys: {SK_ALPHA} (team Alpha), {DK_OWNER} (a user's device); more in docs/gateway.md\n"
        "  Ctrl-C stops it\n"
    )


def _exit(stopped: signal.Signals) -> Exit:
    import signal as signals

    return Exit.TERMINATED if stopped == signals.SIGTERM else Exit.INTERRUPTED
