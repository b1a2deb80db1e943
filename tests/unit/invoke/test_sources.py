"""The places a secret comes from, with real processes and real files."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from workbench.invoke import keystore, sources
from workbench.invoke.sources import describe, in_thread, read_private_file, resolve_secret
from workbench.model.collection import SecretRef
from workbench.model.errors import CredentialError, FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.model.secrets import Secret

CANARY = "canary-0123456789"


def python(code: str) -> SecretRef:
    return SecretRef("command", (sys.executable, "-S", "-c", code))


def value(reference: SecretRef, **more: object) -> str:
    return resolve_secret(reference, label="token", **more).reveal()  # type: ignore[arg-type]  # the tests' own values


def refused(reference: SecretRef, **more: object) -> str:
    with pytest.raises(CredentialError) as caught:
        resolve_secret(reference, label="token", **more)  # type: ignore[arg-type]  # as above
    assert CANARY not in str(caught.value)
    return str(caught.value)


def test_environment() -> None:
    assert value(SecretRef("env", "X"), environ={"X": f"{CANARY}\n"}) == CANARY
    assert "X is not set" in refused(SecretRef("env", "X"), environ={})
    assert "is empty" in refused(SecretRef("env", "X"), environ={"X": ""})


def test_a_secret_has_its_label_and_does_not_show() -> None:
    secret = resolve_secret(SecretRef("env", "X"), label="token", environ={"X": CANARY})
    assert (secret.label, str(secret)) == ("token", "[redacted:token]")


def test_a_command_is_an_argv_without_a_shell() -> None:
    code = "import sys; print(sys.argv[1:], end='')"
    reference = SecretRef("command", (sys.executable, "-S", "-c", code, "$HOME; `id`", "a b"))
    assert value(reference) == "['$HOME; `id`', 'a b']"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [(r"x\n", "x"), (r"x\n\n", "x\n"), (r"x\r\n", "x"), ("x", "x"), (r" x \n", " x ")],
)
def test_one_newline_at_the_end_of_a_commands_output_does_not_count(printed: str, expected: str) -> None:
    assert value(python(f"import sys; sys.stdout.buffer.write(b'{printed}')")) == expected


def test_a_command_has_nothing_to_read() -> None:
    assert value(python("import sys; print(repr(sys.stdin.read()))")) == "''"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"import sys; sys.stderr.write('{CANARY}'); print('{CANARY}'); sys.exit(3)", "ended with status 3"),
        ("pass", "is empty"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "not UTF-8"),
        ("while True: print('x' * 1000)", "more than 65536 bytes"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended with status -9"),
    ],
)
def test_commands_that_fail(code: str, words: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert words in refused(python(code))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("argv", [("no-such-program-anywhere",), ("/",), ("x\0y",), (), ("",)])
def test_commands_that_cannot_start(argv: tuple[str, ...]) -> None:
    assert "cannot be started" in (text := refused(SecretRef("command", argv))) or "is empty" in text


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(600)",
        "import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'])",
        "import os; os.close(1); import time; time.sleep(600)",
    ],
)
def test_a_command_that_does_not_end_is_ended(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "COMMAND_TIME", 0.5)
    began = time.monotonic()
    assert "did not end within 0.5 s" in refused(python(code))
    assert time.monotonic() - began < 300


def private(tmp_path: Path, data: bytes = CANARY.encode() + b"\n", mode: int = 0o600) -> str:
    place = tmp_path / "key"
    place.write_bytes(data)
    place.chmod(mode)
    return str(place)


def test_a_private_file(tmp_path: Path) -> None:
    assert value(SecretRef("file", private(tmp_path))) == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    text = refused(SecretRef("file", private(tmp_path, mode=mode)))
    assert f"mode {mode:04o}" in text
    assert "chmod 600" in text


def test_files_that_are_none(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o600)
    assert "not a regular file" in refused(SecretRef("file", str(fifo)))
    assert "not a regular file" in refused(SecretRef("file", str(tmp_path)))
    assert "cannot be read" in refused(SecretRef("file", str(tmp_path / "missing")))
    assert "more than 65536 bytes" in refused(SecretRef("file", private(tmp_path, b"x" * 70_000)))
    assert "not UTF-8" in refused(SecretRef("file", private(tmp_path, b"\xff\xfe")))


def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = private(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: Path(place).stat().st_uid + 1)
    with pytest.raises(CredentialError, match="another user"):
        read_private_file(place)


def test_the_reader_of_a_collection_is_used_for_its_files() -> None:
    def confined(path: str) -> bytes:
        if path.startswith(".."):
            raise FileError("outside the folder", path=path)
        return f"{path}!\n".encode()

    assert value(SecretRef("file", "keys/token"), read=confined) == "keys/token!"
    with pytest.raises(FileError, match="outside"):
        value(SecretRef("file", "../token"), read=confined)


def test_a_question_goes_to_whoever_can_be_asked() -> None:
    assert value(SecretRef("prompt", "PIN"), ask=lambda question: f"<{question}>") == "<PIN>"
    assert "nobody can be asked" in refused(SecretRef("prompt", "PIN"))
    assert "is empty" in refused(SecretRef("prompt", "PIN"), ask=lambda _: "")


class _Store(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types there

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("nothing writes in these tests")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("nothing writes in these tests")

    def get_password(self, service: str, username: str) -> str | None:
        if username == "slow":
            time.sleep(60)
        if username == "broken":
            raise RuntimeError(CANARY)
        return f"{service}/{username}" if username != "missing" else None


@pytest.fixture
def store() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(_Store())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("store")
def test_the_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    assert value(SecretRef("keyring", "mine")) == "cyberun-tui/mine"
    assert "has no entry 'missing'" in refused(SecretRef("keyring", "missing"))
    assert "cannot be used (RuntimeError)" in refused(SecretRef("keyring", "broken"))
    monkeypatch.setattr(keystore, "KEYRING_TIME", 0.1)
    assert "did not answer within 0.1 s" in refused(SecretRef("keyring", "slow"))


def test_no_key_store_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = NoKeyring()  # type: ignore[no-untyped-call]  # keyring has no types there
    monkeypatch.setattr(keyring, "get_keyring", lambda: nothing)
    monkeypatch.setattr(keyring, "get_password", nothing.get_password)
    assert "the key store cannot be used" in refused(SecretRef("keyring", "mine"))


def test_a_key_store_in_clear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = type("PlaintextKeyring", (), {"__module__": "keyrings.alt.file"})
    monkeypatch.setattr(keyring, "get_keyring", plain)
    assert "keeps secrets in clear" in refused(SecretRef("keyring", "mine"))


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "cyberun-tui[keyring]" in refused(SecretRef("keyring", "mine"))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (SecretRef("env", "X"), "the environment variable X"),
        (SecretRef("file", "a/b"), "the file 'a/b'"),
        (SecretRef("command", ("op", "read", "op://private/path")), "the command 'op'"),
        (SecretRef("command", "op"), "the command 'op'"),
        (SecretRef("keyring", "x"), "the key store's entry 'x'"),
        (SecretRef("prompt", "PIN"), "the answer to 'PIN'"),
    ],
)
def test_describe(reference: SecretRef, expected: str) -> None:
    assert describe(reference) == expected


async def test_a_command_ends_when_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    """Ctrl-C while a secret's command runs: neither the program nor the command goes on."""
    seen = tmp_path / "pid"
    reference = SecretRef("command", ("sh", "-c", f"echo $$ > {seen}.part; mv {seen}.part {seen}; sleep 30"))
    done = threading.Event()

    def read() -> Secret:
        try:
            return resolve_secret(reference)
        finally:
            done.set()

    waiting = asyncio.create_task(in_thread(read))
    while not seen.exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(done.wait, 25), "the thread is free again"
    with pytest.raises(ProcessLookupError):
        os.kill(int(seen.read_text()), 0)
