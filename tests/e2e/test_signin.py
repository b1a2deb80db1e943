"""`login`, `logout`, `whoami` and `config`, each in a process of its own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.e2e.conftest import COMMAND, LIMIT, Cli, Done
from workbench.gateway.config import GatewayConfig, ServiceSpec, SignIn
from workbench.gateway.demo import DK_OWNER, SK_ALPHA
from workbench.gateway.server import GatewayThread


def keyless(cli: Cli, *words: str, stdin: bytes = b"", base_url: str = "") -> Done:
    """A command where there is neither a key in the environment nor a key store."""
    where = {"CYBERUN_BASE_URL": base_url} if base_url else {}
    return cli(*words, stdin=stdin, CYBERUN_API_KEY="", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring", **where)


def logins(cli: Cli) -> Path:
    return Path(cli.environ["CYBERUN_STATE_DIR"]) / "logins.toml"


def test_a_key_is_kept_after_a_yes_used_and_forgotten(cli: Cli, gateway: GatewayThread) -> None:
    refused = keyless(cli, "login", "--key", stdin=f"{SK_ALPHA}\n".encode())
    assert refused.code == 2
    assert "--store file" in refused.err
    assert not logins(cli).exists()
    done = keyless(cli, "login", "--key", stdin=f"{SK_ALPHA}\ny\n".encode())
    assert done.code == 0, done.err
    assert str(logins(cli)) in done.text
    assert logins(cli).stat().st_mode & 0o777 == 0o600
    who = keyless(cli, "whoami", "--json")
    found = msgspec.json.decode(who.out)
    assert (found["kind"], found["prefix"], found["user"]) == ("sk", "sk-…ha", None)
    assert gateway.base_url.startswith(found["origin"])
    assert keyless(cli, "send", "echo", "GET", "/status/204").code == 0
    out = keyless(cli, "logout")
    assert "signed out" in out.text
    assert SK_ALPHA not in logins(cli).read_text()
    assert "no login is kept" in keyless(cli, "logout").err
    missing = keyless(cli, "whoami")
    assert (missing.code, missing.out) == (2, b"")
    assert "cyberun-tui login" in missing.err
    assert not any(SK_ALPHA in each.text + each.err for each in (refused, done, who, out, missing))


def test_a_password_is_read_and_never_shown(cli: Cli) -> None:
    wrong = keyless(cli, "login", "--password", "--store", "file", stdin=b"ada@example.com\nnot-it-c4n4ry\n")
    assert (wrong.code, wrong.out) == (3, b"")
    assert "address or the password" in wrong.err
    words = ("login", "--password", "--email", "ada@example.com", "--store", "file")
    done = keyless(cli, *words, stdin=b"lovelace\n")
    assert done.code == 0, done.err
    assert "Ada Lovelace" in done.text
    assert "Alpha, Beta" in done.err
    assert "lovelace" not in logins(cli).read_text() + done.err
    who = keyless(cli, "whoami")
    assert re.search(r"^user +Ada Lovelace <ada@example.com>$", who.text, re.MULTILINE)
    assert re.search(r"^expires +.*renewed by itself$", who.text, re.MULTILINE)
    assert keyless(cli, "services", "--team", "Beta").code == 0


def test_pairing_shows_code_and_address(cli: Cli) -> None:
    with GatewayThread(GatewayConfig(sign_in=SignIn(pair_interval=0.05))) as quick:
        done = keyless(cli, "login", "--store", "file", base_url=quick.base_url)
        who = keyless(cli, "whoami", "--json", base_url=quick.base_url)
    assert done.code == 0, done.err
    assert re.search(r"code [A-Z2-9]{4}-[A-Z2-9]{4}", done.err)
    assert "/local/pair" in done.err
    assert msgspec.json.decode(who.out)["kind"] == "dk"


def test_nothing_on_standard_input_is_said(cli: Cli) -> None:
    for words in (("--key",), ("--password",)):
        done = keyless(cli, "login", *words, "--store", "file")
        assert done.code == 2
        assert "nothing was given" in done.err


def test_the_settings_are_found_shown_and_edited(cli: Cli) -> None:
    path = Path(cli("config", "path").text.strip())
    assert path == Path(cli.environ["CYBERUN_CONFIG_DIR"]) / "settings.toml"
    assert cli("config", "edit", EDITOR="", VISUAL="").code == 2
    assert cli("config", "edit", EDITOR="true").code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    editor = cli.write("editor.sh", '#!/bin/sh\nprintf "%s" "$TEXT" > "$1"\n')
    (cli.folder / editor).chmod(0o755)
    proxied = '[profile.lab]\nproxy = "http://u:hunter2-c4n4ry@p:3128"\ntimeout = "5s"\ncredential = {env = "X"}\n'
    assert cli("config", "edit", EDITOR=str(cli.folder / editor), TEXT=proxied).code == 0
    shown = cli("config", "show", "--json")
    assert msgspec.json.decode(shown.out)["profile"]["lab"] == {
        "base_url": "https://core.cyberun.cloud/api/v1",
        "credential": {"env": "X"},
        "proxy": "http://…@p:3128",
        "timeout": "5s",
    }
    assert msgspec.json.decode(shown.out)["history"] == {"enabled": True, "rows": 2000, "days": 0}
    assert "c4n4ry" not in shown.text + cli("config", "show").text
    broken = cli("config", "edit", EDITOR=str(cli.folder / editor), TEXT="[profile.lab]\ntimeout = 5\n")
    assert broken.code == 2
    assert f"{path}:2" in broken.err
    assert "profile.lab.timeout" in broken.err


def test_send_waits_for_a_service(cli: Cli) -> None:
    words = ("send", "soon", "GET", "/status/204", "-i")
    never = ServiceSpec(service_slug="soon", sample="echo", service_status="deploying")
    with GatewayThread(GatewayConfig(services=(never,))) as gateway:
        late = cli(*words, "--wait", "1500ms", CYBERUN_BASE_URL=gateway.base_url)
        assert (late.code, late.out) == (3, b"")
        assert "it is deploying" in late.err
        assert gateway.calls.total == 0
    starting = ServiceSpec(service_slug="soon", sample="echo", service_status="deploying", then="running", after=1)
    with GatewayThread(GatewayConfig(services=(starting,))) as gateway:
        done = cli(*words, "--wait", "60s", CYBERUN_BASE_URL=gateway.base_url)
    assert done.code == 0, done.err
    assert done.text.startswith("HTTP/1.1 204")


KEY_RING = shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")
SECRET_SERVICE = """\
printf 'a-password-for-the-test' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
printf '%s\\n' "$KEY" | "$@" login --key || exit 11
"$@" whoami || exit 12
printf '%s' "$DEVICE" | "$PYTHON" -m keyring set cyberun-tui mine || exit 13
"$@" whoami --profile ring || exit 14
"$@" logout || exit 15
"$@" whoami && exit 16
exit 0
"""


@pytest.mark.skipif(KEY_RING is None, reason="no Secret Service here: apt-get install dbus gnome-keyring")
def test_a_real_secret_service_keeps_logins_and_gives_keys(cli: Cli, gateway: GatewayThread) -> None:
    config = Path(cli.environ["CYBERUN_CONFIG_DIR"])
    config.mkdir(parents=True)
    (config / "settings.toml").write_text(
        f'[profile.ring]\nbase_url = "{gateway.base_url}"\ncredential = {{keyring = "mine"}}\n'
    )
    environ = {**cli.environ, "CYBERUN_API_KEY": "", "KEY": SK_ALPHA, "DEVICE": DK_OWNER, "PYTHON": sys.executable}
    done = subprocess.run(
        [shutil.which("dbus-run-session") or "", "--", "sh", "-c", SECRET_SERVICE, "sh", *COMMAND],
        capture_output=True,
        text=True,
        cwd=cli.folder,
        env={**environ, "XDG_DATA_HOME": str(cli.folder / "data"), "XDG_RUNTIME_DIR": str(cli.folder)},
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept in the key store" in done.stdout
    assert "the key store's entry 'mine'" in done.stdout
    assert "removed from the key store" in done.stdout
    kept = "".join(path.read_text(errors="replace") for path in cli.folder.parent.rglob("*.*") if path.is_file())
    assert SK_ALPHA not in done.stdout + done.stderr + kept
