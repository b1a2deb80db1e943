"""One login used by several processes at once, while its access token ends: nobody is signed out."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from typing import TYPE_CHECKING
from unittest import mock

import msgspec

from tests.campaign.row import Outcome, Row
from tests.support.gateway import EMAIL, PASSWORD
from tests.support.terminal import CLI
from workbench.gateway.server import GatewayThread
from workbench.model.profile import Profile, Settings, origin
from workbench.model.secrets import Secret
from workbench.replay import logins
from workbench.replay.session import Session
from workbench.replay.signing_in import with_password
from workbench.replay.targeting import Overrides

if TYPE_CHECKING:
    from random import Random

    from workbench.model.login import Login

AT_ONCE = 4


async def _sign_in(url: str) -> Login:
    profile = Profile(name="lab", base_url=url)
    async with Session(Settings(profiles={"lab": profile}, default_profile="lab"), Overrides(), environ={}) as session:
        return (await with_password(session, profile, EMAIL, Secret(PASSWORD))).login


def renewals(count: int, random: Random) -> Outcome:
    """Each round the token has ended, or was revoked: every process gets its answer, and the login lives on."""
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder, GatewayThread() as gateway:
        own = {"CYBERUN_STATE_DIR": f"{folder}/state", "CYBERUN_CONFIG_DIR": f"{folder}/config"}
        environ = {**os.environ, **own, "CYBERUN_BASE_URL": gateway.base_url, "CYBERUN_API_KEY": ""}
        with mock.patch.dict(os.environ, own):
            logins.keep(asyncio.run(_sign_in(gateway.base_url)), "file")
            for number in range(count):
                before = logins.find(origin(gateway.base_url))
                if before is None:
                    return Outcome(number, (*failures, "the login is gone"))
                if random.random() < 0.5:
                    gateway.revoke(kind="jwt")
                else:
                    logins.keep(msgspec.structs.replace(before.login, expires_at=1.0), "file")
                words = [*CLI, "services", "--team", "Alpha"]
                running = [
                    subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                    for _ in range(AT_ONCE)
                ]
                said = [process.communicate()[1] for process in running]
                failures += [f"round {number}: {text}" for text in said if text]
                after = logins.find(origin(gateway.base_url))
                if after is None or after.login.token == before.login.token:
                    failures.append(f"round {number}: the login was not renewed")
    return Outcome(count * AT_ONCE, tuple(failures))


ROWS: tuple[Row, ...] = (Row("a login renewed by four processes at once", renewals, full=50, short=1),)
