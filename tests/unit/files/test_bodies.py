"""Body files: confined to the collection's folder, whatever way a path tries to leave it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from workbench.files import bodies
from workbench.files.bodies import content_type, read_body
from workbench.model.errors import FileError


@pytest.fixture
def collection(tmp_path: Path) -> str:
    folder = tmp_path / "coll"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.json").write_bytes(b"{}")
    (folder / "sub" / "b.bin").write_bytes(b"\x00\xff")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "coll-evil").mkdir()
    (tmp_path / "coll-evil" / "x").write_text("secret")
    return str(folder / "c.toml")


@pytest.mark.parametrize("relative", ["a.json", "./a.json", "sub/../a.json", "../coll/a.json", "sub/..//./a.json"])
def test_files_inside(collection: str, relative: str) -> None:
    assert read_body(collection, relative) == (b"{}", "application/json")


def test_links_that_stay_inside(collection: str) -> None:
    folder = Path(collection).parent
    (folder / "link").symlink_to("sub")
    (folder / "to.bin").symlink_to(folder / "sub" / "b.bin")
    assert read_body(collection, "link/b.bin")[0] == b"\x00\xff"
    assert read_body(collection, "to.bin")[0] == b"\x00\xff"


def test_a_folder_reached_by_a_link(collection: str, tmp_path: Path) -> None:
    (tmp_path / "other-way").symlink_to(Path(collection).parent)
    assert read_body(str(tmp_path / "other-way" / "c.toml"), "a.json")[0] == b"{}"


def test_a_collection_named_without_a_folder(collection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(collection).parent)
    for path in ("c.toml", "-", ""):
        assert read_body(path, "a.json")[0] == b"{}"


@pytest.mark.parametrize(
    "relative",
    [
        "../secret.txt",
        "sub/../../secret.txt",
        "../coll-evil/x",
        "/etc/passwd",
        "/dev/zero",
        "out",
        "out-folder/secret.txt",
        "sub/../out",
        "/proc/self/environ",
    ],
)
def test_ways_out(collection: str, tmp_path: Path, relative: str) -> None:
    folder = Path(collection).parent
    (folder / "out").symlink_to(tmp_path / "secret.txt")
    (folder / "out-folder").symlink_to(tmp_path)
    with pytest.raises(FileError, match="not inside the collection's folder"):
        read_body(collection, relative)


@pytest.mark.parametrize("relative", ["", "a\0b", "none", "a.json/x", "sub", ".", "pipe", "socket", "loop", "x" * 300])
def test_what_is_no_file(collection: str, relative: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(collection).parent
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    monkeypatch.chdir(folder)  # the path of a socket has to be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(FileError) as caught:
            read_body(collection, relative)  # none of them is waited for
    assert "secret" not in str(caught.value)


def test_what_may_not_be_read(collection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileError, match="you may not read it"):
        read_body(collection, "a.json")


def test_a_file_that_is_too_big(collection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_BODY", 1)
    with pytest.raises(FileError, match=r"2 bytes, more than the 1 "):
        read_body(collection, "a.json")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.json", "application/json"),
        ("a.JSON", "application/json"),
        ("a.png", "image/png"),
        ("a.html", "text/html"),
        ("a.json.gz", "application/gzip"),
        ("a", "application/octet-stream"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_types_of_names(name: str, expected: str) -> None:
    assert content_type(name) == expected
