"""What `run --failed` knows: what failed last time, and of what was no part of the last run what failed before."""

from pathlib import Path

import pytest

from workbench.files.last_run import LastRun, load_last_run, place_of, remember
from workbench.model.errors import FileError


def test_a_run_says_what_failed_and_leaves_the_rest_as_it_was() -> None:
    before = LastRun({"a.toml": ["x", "y"], "b.toml": ["z"]})
    assert before.after({"a.toml": ["w"]}, {"a.toml": {"x"}}).failed == {"a.toml": ["y", "w"], "b.toml": ["z"]}
    assert before.after({}, {"a.toml": {"x", "y"}, "b.toml": {"z"}}).failed == {}
    assert before.after({"a.toml": ["x"]}, {"a.toml": {"x"}}).failed["a.toml"] == ["y", "x"], "one row of two failed"


def test_a_path_is_the_same_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spellings = ("c/a.toml", "./c/a.toml", "c/../c/a.toml", str(tmp_path / "c/a.toml"))
    assert {place_of(tmp_path, path) for path in spellings} == {"c/a.toml"}
    assert place_of(tmp_path, "-") == "-"
    assert place_of(tmp_path / "sub", "c.toml") == str(tmp_path / "c.toml")


def test_it_is_kept_below_the_folder_and_out_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_last_run(tmp_path) is None
    assert remember(tmp_path, {"./a.toml": ["x"]}, {}) == ""
    assert load_last_run(tmp_path) == LastRun({"a.toml": ["x"]})
    assert (tmp_path / ".cyberun" / ".gitignore").read_text() == "*\n"


def test_a_broken_file_says_so_and_the_next_run_replaces_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    remember(tmp_path, {"a.toml": ["x"]}, {})
    (tmp_path / ".cyberun" / "last-run.json").write_text("{")
    with pytest.raises(FileError, match="cannot be used"):
        load_last_run(tmp_path)
    assert remember(tmp_path, {"b.toml": ["y"]}, {}) == ""
    assert load_last_run(tmp_path) == LastRun({"b.toml": ["y"]})


def test_what_cannot_be_kept_is_a_sentence_and_no_error(tmp_path: Path) -> None:
    (tmp_path / ".cyberun").write_text("in the way")
    assert "--failed" in remember(tmp_path, {"a.toml": ["x"]}, {})
