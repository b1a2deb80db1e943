"""The files a collection may send: what is listed, and what is not."""

from pathlib import Path

from workbench.files.beside import FileBeside, files_beside


def test_ordinary_files_below_the_folder_are_listed(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name, content in (("a.bin", b"123"), ("data/deep/b c.txt", b""), (".hidden", b"x"), (".git/config", b"x")):
        (folder / name).write_bytes(content)
    (tmp_path / "outside.txt").write_text("no")
    (folder / "out").symlink_to(tmp_path / "outside.txt")
    (folder / "in").symlink_to(folder / "a.bin")
    (folder / "gone").symlink_to(folder / "nowhere")
    files, more = files_beside(str(folder / "c.toml"))
    assert files == (FileBeside("a.bin", 3), FileBeside("in", 3), FileBeside("data/deep/b c.txt", 0))
    assert not more
    assert files_beside(str(folder / "c.toml"), most=1) == ((FileBeside("a.bin", 3),), True)
    assert files_beside(str(tmp_path / "nowhere" / "c.toml")) == ((), False)
