"""The atomic write: what it keeps, what it refuses, and what it says when the disk does."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from workbench.files import atomic
from workbench.files.errors import ConflictError, DurabilityError
from workbench.model.errors import FileError


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "f.toml"
    path.parent.mkdir()
    path.write_bytes(b"old")
    return path


def test_a_new_file_has_the_usual_mode(file: Path) -> None:
    path = file.with_name("new.toml")
    mask = os.umask(0o027)
    try:
        assert atomic.write(path, b"x", expected_sha256=None) == sha(b"x")
    finally:
        os.umask(mask)
    assert path.read_bytes() == b"x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_mode_can_be_given(file: Path) -> None:
    atomic.write(file, b"new", expected_sha256=sha(b"old"), mode=0o600)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_symbolic_link_stays_one(file: Path) -> None:
    link = file.with_name("link.toml")
    link.symlink_to(file)
    atomic.write(link, b"new", expected_sha256=sha(b"old"))
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_another_content_is_a_conflict(file: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        atomic.write(file, b"new", expected_sha256=sha(b"older"))
    assert caught.value.found_sha256 == sha(b"old")
    assert caught.value.path == str(file)
    assert file.read_bytes() == b"old"


def test_a_file_where_none_should_be_is_a_conflict(file: Path) -> None:
    with pytest.raises(ConflictError):
        atomic.write(file, b"new", expected_sha256=None)
    assert file.read_bytes() == b"old"
    atomic.write(file, b"new", expected_sha256=None, overwrite=True)
    assert file.read_bytes() == b"new"


def test_only_own_stale_temporary_files_are_swept(file: Path) -> None:
    stale = file.with_name(".f.toml.0123456789ab.tmp")
    fresh = file.with_name(".f.toml.ba9876543210.tmp")
    other = file.with_name(".g.toml.0123456789ab.tmp")
    for each in (stale, fresh, other):
        each.write_bytes(b"x")
    for each in (stale, other):
        os.utime(each, (time.time() - 3600, time.time() - 3600))
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert sorted(each.name for each in file.parent.iterdir()) == sorted([file.name, fresh.name, other.name])


def test_folders_pipes_and_missing_folders_are_refused(file: Path) -> None:
    os.mkfifo(file.with_name("pipe"))
    for path, words in (
        (file.parent, "it is a folder"),
        (file.with_name("pipe"), "not an ordinary file"),
        (file.with_name("none") / "x.toml", "its folder does not exist"),
        (file / "x.toml", "a part of its path is not a folder"),
        (file.with_name("x" * 300), "its name is too long"),
        (Path("a\0b"), "not a path"),
    ):
        with pytest.raises(FileError, match=words):
            atomic.write(path, b"x", expected_sha256=None, overwrite=True)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not write"),
        (errno.EIO, "reports an error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_a_disk_that_refuses_leaves_the_old_content(
    file: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str, call: str
) -> None:
    real = getattr(os, call)

    def refuse(target: Any, *arguments: Any, **named: Any) -> Any:
        if call == "fsync" or str(target).endswith(".tmp"):
            raise OSError(code, os.strerror(code))
        return real(target, *arguments, **named)

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(FileError, match=words) as caught:
        atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert "the file is as it was" in caught.value.message
    assert file.read_bytes() == b"old"
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_real_full_disk_leaves_the_old_content(file: Path) -> None:
    """A limit on the size of files is the closest thing to a full disk that needs no root."""
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(FileError, match="too big"):
            atomic.write(file, b"x" * 100_000, expected_sha256=sha(b"old"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert file.read_bytes() == b"old"
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_folder_that_cannot_be_synced_says_that_the_file_was_saved(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fail_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    with pytest.raises(DurabilityError) as caught:
        atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert caught.value.sha256 == sha(b"new")
    assert file.read_bytes() == b"new"


def test_the_order_is_write_mode_sync_replace_sync(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("fchmod", "fsync"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, _noting(calls, name, real))
    monkeypatch.setattr(Path, "replace", _noting(calls, "replace", Path.replace))
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert calls == ["fchmod", "fsync", "replace", "fsync"]
    calls.clear()
    atomic.write(file, b"newer", expected_sha256=sha(b"new"), durable=False)
    assert calls == ["fchmod", "replace"]


def _noting(calls: list[str], name: str, real: Any) -> Any:
    def call(*arguments: Any) -> Any:
        calls.append(name)
        return real(*arguments)

    return call


def test_a_save_waits_for_another_and_gives_up_in_the_end(
    file: Path, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "LOCK_SECONDS", 0.2)
    bucket = hashlib.sha256(os.fsencode(file)).hexdigest()[:2]
    (own_state / "locks").mkdir(parents=True)
    with FileLock(own_state / "locks" / f"{bucket}.lock"), pytest.raises(FileError, match="another program"):
        atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"old"
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"new"


def test_without_a_state_folder_the_lock_is_beside_the_file(file: Path, own_state: Path) -> None:
    own_state.write_text("not a folder")
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"new"


def test_threads_take_turns(file: Path) -> None:
    def add(_: int) -> None:
        while True:
            data = file.read_bytes()
            try:
                atomic.write(file, data + b"x", expected_sha256=sha(data), durable=False)
            except ConflictError:
                continue
            return

    threads = [threading.Thread(target=add, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_bytes() == b"old" + b"x" * 20


def test_a_save_of_a_program_that_knows_no_lock_is_noticed_until_the_last_moment(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def someone_saves(descriptor: int) -> None:
        real(descriptor)
        file.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", someone_saves)
    with pytest.raises(ConflictError):
        atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"theirs"
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_file_system_without_locks_is_written_to_all_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_: FileLock) -> None:
        raise NotImplementedError("no flock here")  # what filelock raises where the file system has no locks

    monkeypatch.setattr(FileLock, "acquire", no_locks)
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"new"
    with pytest.raises(ConflictError):
        atomic.write(file, b"newer", expected_sha256=sha(b"old"))


def test_a_state_folder_on_a_full_disk_keeps_no_file_from_being_saved(
    file: Path, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FileLock.acquire

    def full(lock: FileLock) -> Any:
        if str(lock.lock_file).startswith(str(own_state)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(lock)

    monkeypatch.setattr(FileLock, "acquire", full)
    atomic.write(file, b"new", expected_sha256=sha(b"old"))
    assert file.read_bytes() == b"new"
