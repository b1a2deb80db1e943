"""The session over a real gateway: which credential goes where, teams by name, secrets and trust."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.invoke.certificates import Authority
from tests.integration.invoke.servers import Server, answering, reply
from tests.integration.invoke.test_hostile import silent
from workbench.files.collections import LoadedCollection, load
from workbench.files.settings import load_settings
from workbench.files.trust import trust
from workbench.gateway.demo import DK_OWNER, JWT_OWNER, SK_ALPHA
from workbench.gateway.server import GatewayThread
from workbench.model.envelope import Envelope
from workbench.model.errors import CollectionError, CredentialError, PlatformError, SecretError, TargetError
from workbench.model.profile import Profile, Settings
from workbench.model.request import Target
from workbench.replay.gather import gather, single
from workbench.replay.plan import Selection
from workbench.replay.session import Session
from workbench.replay.targeting import Overrides


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayThread]:
    with GatewayThread() as running:
        yield running


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("CYBERUN_CONFIG_DIR", str(tmp_path / "config"))


def session(gateway: GatewayThread, key: str = SK_ALPHA, **environ: str) -> Session:
    profile = Profile(name="lab", base_url=gateway.base_url)
    environ = {"CYBERUN_API_KEY": key, "CYBERUN_BASE_URL": gateway.base_url, **environ}
    return Session(Settings(profiles={"lab": profile}, default_profile="lab"), Overrides(), environ=environ)


def collection(folder: Path, text: str) -> LoadedCollection:
    path = folder / "c.toml"
    path.write_text(f'cyberun = 1\nservice = "echo"\n{text}', encoding="utf-8")
    return load(path)


REQUEST = '\n[[request]]\nid = "a"\npath = "/anything/{{key}}"\n'


async def test_a_key_for_one_origin_is_not_used_for_another(gateway: GatewayThread) -> None:
    async with session(gateway) as ours:
        with pytest.raises(CredentialError, match="no credential"):
            await ours.connection(Profile(name="other", base_url="http://127.0.0.1:9/api/v1"))


async def test_a_jwt_needs_a_team_and_takes_it_by_name(gateway: GatewayThread) -> None:
    async with session(gateway, JWT_OWNER) as ours:
        profile = ours.profile()
        with pytest.raises(TargetError, match="needs a team"):
            await ours.services(profile, None)
        assert len(await ours.services(profile, "Alpha")) > 3
        with pytest.raises(TargetError, match="no team 'Gamma'"):
            await ours.services(profile, "Gamma")


@pytest.mark.parametrize("key", [SK_ALPHA, DK_OWNER])
async def test_keys_know_their_team(gateway: GatewayThread, key: str) -> None:
    async with session(gateway, key) as ours:
        assert {service.slug for service in await ours.services(ours.profile(), None)} >= {"echo", "llm"}


async def test_secrets_need_trust_once(gateway: GatewayThread, tmp_path: Path) -> None:
    loaded = collection(tmp_path, f'secrets = {{key = {{env = "THE_KEY"}}}}\n{REQUEST}')
    async with session(gateway, THE_KEY="c4n4ry-secret") as ours:
        with pytest.raises(SecretError, match="not trusted"):
            await gather(ours, [loaded], selection=Selection())
        trust(loaded)
        (work,) = await gather(ours, [loaded], selection=Selection())
        assert str(work.static["a"].request.path) == "/anything/[redacted:key]"
        assert work.static["a"].envelope.path == "/anything/c4n4ry-secret"
        assert ours.redactor.redact("x c4n4ry-secret y") == "x [redacted:key] y"


async def test_a_value_given_for_a_secret_stays_secret(gateway: GatewayThread, tmp_path: Path) -> None:
    loaded = collection(tmp_path, f'secrets = {{key = {{env = "NOT_SET"}}}}\n{REQUEST}')
    async with session(gateway) as ours:
        (work,) = await gather(ours, [loaded], selection=Selection(), given={"key": "c4n4ry-given"})
        assert "c4n4ry" not in repr(work.static["a"])
        assert "c4n4ry" not in ours.redactor.redact("c4n4ry-given")


async def test_one_request_is_prepared_with_an_edit_and_exact_bytes(gateway: GatewayThread, tmp_path: Path) -> None:
    loaded = collection(tmp_path, '[[request]]\nid = "a"\nmethod = "POST"\npath = "/{{x}}"\njson = "{}"\n')
    request = loaded.collection.requests[0]
    async with session(gateway) as ours:
        with pytest.raises(CollectionError, match="x"):
            await single(ours, loaded, request)
        prepared, profile = await single(ours, loaded, request, given={"x": 5}, body=b"\x00\xff")
        assert (prepared.envelope.path, prepared.envelope.body) == ("/5", b"\x00\xff")
        response = await ours.send(profile, prepared.request.target, prepared.envelope)
        assert response.platform_status == 200


async def test_what_a_profile_of_the_settings_says_holds_for_its_calls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue("me", client=True)
    tls = authority.server(authority.issue("server"), ask_for_client=True)
    services = reply(b'{"container_service_list": [{"service_slug": "echo", "service_status": "running"}]}')
    async with Server(answering(services), tls=tls) as server, Server(silent, tls=tls) as slow:
        (tmp_path / "settings.toml").write_text(
            f'[profile.lab]\nbase_url = "{server.url}"\nca_file = "{authority.file.name}"\nclient_cert = "me.pem"\n'
            f'[profile.bare]\nbase_url = "{server.url}"\nca_file = "{authority.file.name}"\n'
            f'[profile.slow]\nbase_url = "{slow.url}"\nca_file = "{authority.file}"\nclient_cert = "me.pem"\n'
            'timeout = "200ms"\n'
        )
        settings = load_settings(tmp_path / "settings.toml")
        found: dict[str, int | str] = {}
        for name, profile in settings.profiles.items():
            if name in ("cloud", "local"):
                continue
            environ = {"CYBERUN_API_KEY": SK_ALPHA, "CYBERUN_BASE_URL": profile.base_url}
            async with Session(settings, Overrides(profile=name), environ=environ) as ours:
                try:
                    found[name] = len(await ours.services(ours.profile(), None))
                except PlatformError as error:
                    found[name] = error.failure.message
    assert found["lab"] == 1
    assert isinstance(found["bare"], str)  # how the refusal is seen is a matter of TLS and of time
    assert "timeout after 0.2 s" in str(found["slow"])


async def test_an_answer_that_breaks_off_in_a_secret_leaves_none_of_it() -> None:
    key = "sk-canary-0123456789"

    async def half(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nyour key: " + key[:-2].encode())
        writer.close()

    async with Server(half) as server:
        environ = {"CYBERUN_API_KEY": key, "CYBERUN_BASE_URL": server.url}
        profile = Profile(name="lab", base_url=server.url)
        async with Session(Settings(), Overrides(), environ=environ) as ours:
            target = Target(base_url=server.url, service="llm", route="proxy")
            answer = await ours.send(profile, target, Envelope(method="GET", path="/"))
            assert answer.truncated
            assert ours.redactor.redact(answer.body.decode()) == "your key: [redacted:credential]"
