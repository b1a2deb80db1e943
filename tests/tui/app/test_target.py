"""Where a request goes: team, service, environment, guards, secrets, and work without any platform."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input, OptionList

from tests.tui.app.support import LARGE, SMALL, Desktop, desktop, session_on, write
from tests.tui.app.test_files import answer, type_text
from tests.tui.quiet import work_unwatched
from workbench.files.folders import state_folder
from workbench.gateway.config import GatewayConfig, ServiceSpec, Switches
from workbench.gateway.demo import ALPHA, DK_OWNER, SK_ALPHA
from workbench.gateway.server import GatewayThread
from workbench.model.catalog import Service
from workbench.model.collection import SavedRequest
from workbench.model.exchange import Exchange
from workbench.model.profile import Profile
from workbench.replay import waiting
from workbench.replay.session import Session
from workbench.tui.controllers.catalog import age
from workbench.tui.controllers.history import Entry
from workbench.tui.controllers.workspace import Ref
from workbench.tui.flows.picking import recent
from workbench.tui.panes import services_pane
from workbench.tui.panes.response.countdown import Countdown
from workbench.tui.panes.services_pane import ServiceList
from workbench.tui.screens.dialogs import Ask, AskText, Show
from workbench.tui.screens.pick import Pick


async def pick(desk: Desktop, text: str) -> None:
    """Narrow the open list to a text and take the first line."""
    await desk.until(lambda: isinstance(desk.app.screen, Pick) and list(desk.app.screen.query(Input)))
    dialog = desk.app.screen
    await desk.press(*text)
    await desk.until(lambda: dialog.query_one(OptionList).option_count)
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen is not dialog)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_header_says_who_and_where(session: Session, echo: Path, size: tuple[int, int]) -> None:
    async with desktop(session, echo, size=size) as desk:
        await desk.shows("profile local")
        text = desk.text()
        assert "(jwt)" in text
        assert "env none" in text
        assert "Alpha ▾" in text
        assert "echo ▾ ●" in text


async def test_the_header_names_the_proxy_in_use(echo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:hunter2-c4n4ry@127.0.0.1:9")
    async with desktop(session_on("http://gateway.test/api/v1", token=SK_ALPHA), echo) as desk:
        await desk.shows("proxy 127.0.0.1:9")
        assert "c4n4ry" not in desk.text()


async def test_picking_a_service_is_over_what_the_file_says_until_it_is_taken_back(
    session: Session, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("f3")
        await pick(desk, "shop")
        await desk.shows("shop* ▾")
        assert desk.main.aim.target is not None
        assert desk.main.aim.target.service == "shop"
        await desk.press("f3")
        await pick(desk, "as the file")
        await desk.shows("echo ▾")
        assert not desk.main.aim.picked


async def test_a_service_of_one_file_is_not_taken_for_another_files(session: Session, tmp_path: Path) -> None:
    for name, service in (("a", "echo"), ("b", "shop")):
        write(tmp_path / f"{name}.toml", f'cyberun = 1\nservice = "{service}"\n[[request]]\nid = "in-{name}"\n')
    async with desktop(session, tmp_path) as desk:
        await desk.open("in-a")
        await desk.press("f3")
        await pick(desk, "images")
        assert desk.main.aim.target is not None
        assert desk.main.aim.target.service == "images"
        await desk.open("in-b")
        assert desk.main.aim.target.service == "shop"


async def test_the_service_in_use_is_in_view_however_short_the_list(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "last.toml"
    write(path, 'cyberun = 1\nservice = "trainer"\n[[request]]\nid = "a"\n')
    async with desktop(session, path, size=SMALL) as desk:
        assert desk.main.catalog.services[-1].slug == "trainer"
        await desk.shows("trainer ◂")
        await desk.press("f3")
        await pick(desk, "echo")
        await desk.shows("echo ◂")


async def test_the_list_of_services_picks_and_explains(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        services = desk.main.query_one(ServiceList)
        services.focus()
        services.highlighted = next(
            at for at, service in enumerate(desk.main.catalog.services) if service.slug == "echo"
        )
        await desk.press("i")
        await desk.until(lambda: isinstance(desk.app.screen, Show))
        await desk.shows("Send any method to /anything")
        text = desk.text()
        assert "ECHO_TOKEN = ••••••" in text
        assert "demo-not-a-secret" not in text
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main)
        services.highlighted = next(
            at for at, service in enumerate(desk.main.catalog.services) if service.slug == "shop"
        )
        services.focus()
        await desk.press("enter")
        await desk.shows("shop* ▾")


async def test_another_team_has_other_services(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        assert desk.main.catalog.service("shop") is not None
        await desk.press("f2")
        await pick(desk, "Beta")
        await desk.until(lambda: desk.main.catalog.team is not None and desk.main.catalog.team.name == "Beta")
        await desk.until(lambda: desk.main.catalog.status == "ready")
        assert desk.main.catalog.service("shop") is None
        await desk.shows("Beta ▾")


@pytest.mark.parametrize("token", [SK_ALPHA, DK_OWNER])
async def test_a_key_has_one_team_and_says_so(gateway: GatewayThread, echo: Path, token: str) -> None:
    async with desktop(session_on(gateway.base_url, token=token, team=None), echo) as desk:
        assert desk.main.catalog.status == "ready"
        await desk.press("f2")
        await desk.shows("belongs to one team")
        assert token not in desk.text()


async def test_without_a_platform_local_work_goes_on(echo: Path) -> None:
    session = session_on("http://127.0.0.1:9/api/v1", token="sk-nobody", team=None)
    async with desktop(session, echo) as desk:
        assert desk.main.catalog.status == "failed"
        assert desk.main.catalog.message.split()[0] in desk.text()
        await desk.open("post")
        await desk.press("end", "x")
        await desk.press("ctrl+s")
        await desk.until(lambda: not desk.main.workspace.dirty)


async def test_going_on_offline_is_possible_and_asked_only_once(gateway: GatewayThread, echo: Path) -> None:
    async with desktop(session_on(gateway.base_url, token=None), echo) as desk:
        await answer(desk, "Go on offline")
        await desk.until(lambda: desk.app.screen is desk.main)
        await desk.shows("no key")
        await desk.send()
        await desk.shows("nothing was sent")
        desk.main.look_up()
        await desk.until(lambda: desk.main.catalog.status == "no_credential")
        assert desk.app.screen is desk.main


async def test_the_demo_opens_from_the_first_screen(gateway: GatewayThread, echo: Path) -> None:
    async with desktop(session_on(gateway.base_url, token=None), echo) as desk:
        await answer(desk, "Open the demo")
        await desk.until(lambda: "Welcome:" in desk.text())
        await desk.until(lambda: desk.main.catalog.status == "ready" and desk.main.ref is not None)
        assert desk.main.aim.profile is not None
        assert desk.main.aim.profile.name == "demo"
        await desk.open("anything")
        await desk.send()
        await desk.shows("container 200")


async def test_choosing_an_environment_changes_the_variables(session: Session, echo: Path) -> None:
    async with desktop(session, echo) as desk:
        assert desk.main.names["who"].shown == "Ada"
        await desk.press("f6")
        await pick(desk, "staging")
        await desk.shows("env staging")
        assert desk.main.names["who"].shown == "Grace"
        await desk.send()
        exchange = desk.main.history.entries[-1].exchange
        assert exchange.path == "/anything/Grace"


async def test_the_environment_of_the_command_line_is_chosen_at_first(session: Session, echo: Path) -> None:
    async with desktop(session, echo, environment="staging") as desk:
        await desk.shows("env staging")


async def test_a_protected_target_asks_before_an_unsafe_method(
    session: Session, gateway: GatewayThread, echo: Path
) -> None:
    async with desktop(session, echo, environment="live") as desk:
        await desk.shows("PROTECTED")
        await desk.send()
        assert len(desk.main.history.entries) == 1, "GET is safe"
        await desk.open("post")
        gateway.calls.clear()
        await desk.press("f5")
        await answer(desk, "Cancel")
        assert len(desk.main.history.entries) == 1
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]
        await desk.press("f5")
        await answer(desk, "Send POST")
        await desk.until(lambda: len(desk.main.history.entries) == 2)


async def test_a_service_that_does_not_run_is_explained_first(
    session: Session, gateway: GatewayThread, echo: Path
) -> None:
    async with desktop(session, echo) as desk:
        await desk.press("f3")
        await pick(desk, "reports")
        gateway.calls.clear()
        await desk.press("f5")
        await desk.shows("reports is stopped ○")
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]
        await answer(desk, "Cancel")
        await desk.until(lambda: desk.main.flight is None)
        assert not len(desk.main.history.entries)
        await desk.press("f5")
        await answer(desk, "Send anyway")
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        error = desk.main.history.entries[-1].exchange.error
        assert error is not None
        assert error.layer == "platform"


async def test_waiting_for_a_service_sends_once_it_runs(
    session: Session, gateway: GatewayThread, echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "ASK_EVERY", 0.01)
    gateway.set_status("echo", "stopped")
    try:
        async with desktop(session, echo) as desk:
            await desk.press("f5")
            await answer(desk, "Wait until it runs")
            await desk.shows("waiting: echo is stopped")
            gateway.set_status("echo", "running")
            await desk.until(lambda: len(desk.main.history.entries) == 1)
            await desk.shows("container 200")
            gateway.set_status("echo", "deploying")  # the list does not know it yet: the platform refuses the call
            await desk.press("f5")
            await answer(desk, "Wait until it runs, then send")
            await desk.shows("waiting: echo is deploying")
            gateway.set_status("echo", "running")
            await desk.until(lambda: len(desk.main.history.entries) == 3)
            await desk.shows("container 200")
    finally:
        gateway.set_status("echo", "running")


async def test_a_rate_limit_counts_down_until_it_may_be_sent_again(echo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with GatewayThread(GatewayConfig(switches=Switches(rate_limit=1, rate_window=40))) as gateway:
        async with desktop(session_on(gateway.base_url), echo) as desk:
            await desk.send()
            await desk.send()
            await desk.shows("limits the rate of calls")
            line = desk.main.query_one(Countdown)
            seen = re.search(r"in (\d+) s it may be sent again", str(line.render()))
            assert seen is not None
            assert 30 <= int(seen[1]) <= 40
            real = time.time
            monkeypatch.setattr(time, "time", lambda: real() + 60)
            await desk.until(lambda: "it may be sent again now" in str(line.render()))
            assert len(desk.main.history.entries) == 2  # by the user alone


async def test_a_redirect_is_followed_as_a_request_of_its_own(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "r.toml"
    write(
        file,
        'cyberun = 1\nservice = "echo"\n\n[[request]]\nid = "go"\npath = "/redirect-to?url=/anything/there"\n'
        'headers = { authorization = "Bearer mine" }\n',
    )
    async with desktop(session, file) as desk:
        await desk.send()
        await desk.shows("container 302")
        sent = desk.main.history.entries[0].exchange.request
        assert sent is not None
        assert (sent.target.team, sent.target.team_name) == (ALPHA.team_id, "Alpha")  # what goes into X-Team-ID
        desk.main.start("follow")
        await desk.until(lambda: desk.main.request is not None and desk.main.request.id == "go-2")
        assert desk.main.request is not None
        assert desk.main.request.path == "/anything/there"
        assert len(desk.main.history.entries) == 1  # nothing was sent by itself
        await desk.send()
        await desk.shows("container 200")
        assert "Bearer mine" not in desk.text()


SECRETS = """\
cyberun = 1
service = "echo"

[secrets]
token = { env = "TEST_TOKEN" }
pin = { prompt = "Your PIN" }

[[request]]
id = "with-token"
path = "/anything"
headers.x-token = "{{token}}"

[[request]]
id = "with-pin"
path = "/anything"
headers.x-pin = "{{pin}}"
"""


async def test_a_collection_asks_once_before_it_reads_from_the_machine(gateway: GatewayThread, tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    write(path, SECRETS)
    session = session_on(gateway.base_url, environ={"TEST_TOKEN": "canary-token-7"})
    async with desktop(session, path) as desk:
        gateway.calls.clear()
        await desk.press("f5")
        await desk.shows("token: env TEST_TOKEN")
        await answer(desk, "Cancel")
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]
        await desk.press("f5")
        await answer(desk, "Trust it")
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        await desk.send()
        assert len(desk.main.history.entries) == 2
        desk.main.query_one("#response-tabs").active = "tab-envelope"  # type: ignore[attr-defined]  # TabbedContent
        await desk.shows("── sent")
        assert "canary-token-7" not in desk.text()
        assert "[redacted:token]" in desk.text()


async def test_a_prompt_is_asked_in_a_masked_dialog_and_kept(gateway: GatewayThread, tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    write(path, SECRETS)
    async with desktop(session_on(gateway.base_url), path) as desk:
        await desk.open("with-pin")
        with work_unwatched():  # it waits for the answer
            await desk.press("f5")
            await desk.until(lambda: isinstance(desk.app.screen, AskText) and list(desk.app.screen.query("Input")))
            await desk.shows("Your PIN")
            assert desk.app.screen.query_one(Input).password
            await type_text(desk, "canary-pin-42")
        await desk.until(lambda: len(desk.main.history.entries) == 1)
        response = desk.main.history.entries[0].exchange.response
        assert response is not None
        assert b"canary-pin-42" in response.body
        await desk.send()
        assert len(desk.main.history.entries) == 2


async def test_a_prompt_that_is_closed_sends_nothing(gateway: GatewayThread, tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    write(path, SECRETS)
    async with desktop(session_on(gateway.base_url), path) as desk:
        await desk.open("with-pin")
        gateway.calls.clear()
        with work_unwatched():  # it waits for the answer
            await desk.press("f5")
            await desk.until(lambda: isinstance(desk.app.screen, AskText) and list(desk.app.screen.query("Input")))
            await desk.press("escape")
        await desk.shows("nothing was sent")
        assert not [call for call in gateway.calls.all() if call.route == "invoke"]
        assert not isinstance(desk.app.screen, Ask)


async def test_the_list_of_services_is_there_without_a_network_and_says_how_old_it_is(
    gateway: GatewayThread, echo: Path
) -> None:
    async with desktop(session_on(gateway.base_url), echo) as desk:
        await desk.until((state_folder() / "services.json").exists)
        url = gateway.base_url
    text = (state_folder() / "services.json").read_text(encoding="utf-8")
    assert "demo-value" not in text  # of an environment
    kept = msgspec.json.decode(text)
    kept[f"http://127.0.0.1:9/api/v1 {SK_ALPHA[:3]}…{SK_ALPHA[-2:]}"] = {
        **kept[f"{url} Alpha"],
        "at": "2020-01-01T00:00:00+00:00",
    }
    (state_folder() / "services.json").write_bytes(msgspec.json.encode(kept))
    async with desktop(session_on("http://127.0.0.1:9/api/v1", token=SK_ALPHA), echo, ready=False) as desk:
        await desk.started()
        await desk.until(lambda: desk.main.catalog.status == "failed")
        await desk.shows("days old")
        shop = desk.main.catalog.service("shop")
        assert shop is not None
        assert (shop.state, bool(shop.usage_prompt)) == ("unknown", True)
        await desk.press("f3")
        await pick(desk, "shop")
        await desk.shows("shop* ▾")


async def test_states_are_looked_at_only_while_they_change_and_can_be_seen(
    echo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services_pane, "LOOK_EVERY", 0.02)
    asked: list[str] = []
    real = Session.service

    async def counting(session: Session, profile: Profile, slug: str, team: str | None) -> Service:
        asked.append(slug)
        return await real(session, profile, slug, team)

    monkeypatch.setattr(Session, "service", counting)
    with GatewayThread() as gateway:
        async with desktop(session_on(gateway.base_url), echo) as desk:
            await desk.until(lambda: "trainer" in asked)
            assert set(asked) == {"trainer"}  # the one that is changing
            gateway.set_status("trainer", "running")
            await desk.until(
                lambda: [each.state for each in desk.main.catalog.services if each.slug == "trainer"] == ["running"]
            )
            gateway.set_status("trainer", "deploying")
            await desk.press("f9")  # nobody sees the list
            desk.main.look_up()
            await desk.until(lambda: desk.main.catalog.changing)
            asked.clear()
            pane = desk.main.query_one(services_pane.ServicesPane)
            for _ in range(5):
                pane._look()
            await desk.pilot.pause()
            assert asked == []
            await desk.press("f9")
            await desk.until(lambda: "trainer" in asked)


async def test_a_thousand_services_are_listed_found_and_picked(echo: Path) -> None:
    many = tuple(ServiceSpec(service_slug=f"service-{number}", sample="worker") for number in range(1000))
    with GatewayThread(GatewayConfig(services=many)) as gateway:
        async with desktop(session_on(gateway.base_url), echo) as desk:
            assert len(desk.main.catalog.services) > 1000
            assert desk.main.query_one(ServiceList).option_count == len(desk.main.catalog.services)
            await desk.press("f3")
            await pick(desk, "service-987")
            await desk.shows("service-987* ▾")
            await desk.press("f3")
            await desk.until(lambda: isinstance(desk.app.screen, Pick) and list(desk.app.screen.query(Input)))
            await desk.press("enter")  # the one in use stands first, wherever the platform has it
            await desk.until(lambda: desk.app.screen is desk.main)
            await desk.shows("service-987* ▾")
            assert str(desk.main.query_one(ServiceList).get_option_at_index(0).prompt).startswith("● echo")


def test_an_age_that_makes_no_sense_is_none() -> None:
    assert age("nonsense", datetime.now(UTC)) == ""


def test_services_stand_by_their_last_use() -> None:
    entries = [
        Entry(
            number=number,
            ref=Ref("f", 1),
            request=SavedRequest(id="a"),
            exchange=Exchange(file="f", id="a", outcome="passed", service=slug),
        )
        for number, slug in enumerate(["a", "b", "a", "c"])
    ]
    assert recent("now", entries, []) == ["now", "c", "a", "b"]
    assert recent("", [], []) == []
