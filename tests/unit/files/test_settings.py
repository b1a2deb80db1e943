"""The user's settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.files.settings import load_settings, settings_path
from workbench.model.collection import SecretRef
from workbench.model.errors import FileError, SettingsError
from workbench.model.profile import LOCAL_BASE_URL, MANAGED_BASE_URL, Profile


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_CONFIG_DIR", str(tmp_path))
    return tmp_path


def write(text: str) -> None:
    settings_path().write_text(text)


def test_without_a_file_there_are_two_profiles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (folder, folder / "none"):
        monkeypatch.setenv("CYBERUN_CONFIG_DIR", str(place))
        settings = load_settings()
        assert {name: each.base_url for name, each in settings.profiles.items()} == {
            "cloud": MANAGED_BASE_URL,
            "local": LOCAL_BASE_URL,
        }
        assert (settings.default_profile, settings.theme) == ("", "")


def test_the_folder_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CYBERUN_CONFIG_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert settings_path().name == "settings.toml"
    assert settings_path().parent.name == "cyberun-tui"


def test_everything_a_profile_can_say(folder: Path) -> None:
    write(
        """
default_profile = "work"
theme = "nord"
keymap = { send = "f5,ctrl+g" }

[profile.work]
base_url = "https://example.test/api/v1/"
credential = { command = ["pass", "show", "x"] }
team = "Alpha"
service = "my-llm"
protected = true
allow_http = true
ca_file = "ca.pem"
client_cert = "/etc/cert.pem"
client_key = "~/key.pem"
proxy = "http://127.0.0.1:3128"
connect_timeout = "500ms"
read_timeout = "1m"
timeout = "10s"
max_reply = 1000

[profile.cloud]
credential = { file = "key.txt" }
"""
    )
    settings = load_settings()
    assert (settings.default_profile, settings.theme) == ("work", "nord")
    assert settings.keymap == {"send": "f5,ctrl+g"}
    assert settings.profiles["work"] == Profile(
        name="work",
        base_url="https://example.test/api/v1",
        credential=SecretRef("command", ("pass", "show", "x")),
        team="Alpha",
        service="my-llm",
        protected=True,
        allow_http=True,
        ca_file=str(folder / "ca.pem"),
        client_cert="/etc/cert.pem",
        client_key=str(Path("~/key.pem").expanduser()),
        proxy="http://127.0.0.1:3128",
        connect_timeout=0.5,
        read_timeout=60.0,
        timeout=10.0,
        max_reply=1000,
    )
    assert settings.profiles["cloud"] == Profile(name="cloud", credential=SecretRef("file", str(folder / "key.txt")))
    assert settings.profiles["local"].base_url == LOCAL_BASE_URL


def test_every_problem_has_file_line_and_key() -> None:
    write(
        """default_profle = "x"
[profile.a]
api_key = "hunter2-is-not-shown"
base_url = "ftp://x"
credential = "hunter2-is-not-shown"
timeout = 5
max_reply = 0
[profile.b]
base_url = "https://user:hunter2-is-not-shown@example.test/api/v1"
credential = { env = "A", file = "b" }
proxy = "127.0.0.1:1"
service = "X"
[profile.c]
credential = { prompt = "Key" }
"""
    )
    with pytest.raises(SettingsError) as caught:
        load_settings()
    found = [(problem.line, problem.key) for problem in caught.value.problems]
    assert found == [
        (1, "default_profle"),
        (3, "profile.a.api_key"),
        (4, "profile.a.base_url"),
        (5, "profile.a.credential"),
        (6, "profile.a.timeout"),
        (7, "profile.a.max_reply"),
        (9, "profile.b.base_url"),
        (10, "profile.b.credential"),
        (11, "profile.b.proxy"),
        (12, "profile.b.service"),
        (14, "profile.c.credential"),
    ]
    assert all(problem.path == str(settings_path()) for problem in caught.value.problems)
    assert 'did you mean "default_profile"?' in str(caught.value)
    assert 'did you mean "credential"?' in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_default_profile_must_exist() -> None:
    write('default_profile = "clod"\n')
    with pytest.raises(SettingsError, match='did you mean "cloud"'):
        load_settings()


def test_a_file_that_is_no_toml() -> None:
    write("[profile")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [problem.line for problem in caught.value.problems] == [1]


def test_settings_that_cannot_be_read(folder: Path) -> None:
    settings_path().mkdir()
    with pytest.raises(FileError):
        load_settings()
