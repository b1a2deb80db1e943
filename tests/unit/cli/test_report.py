"""`report merge` as a command: where its document goes, what it writes, what it says of shards and of wrong files."""

from pathlib import Path

import msgspec
import pytest

from tests.unit.replay.test_merging import halves
from workbench.cli.main import run


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in halves():
        (tmp_path / f"{name}.json").write_bytes(data)


def test_the_document_goes_to_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "merge", "one.json", "two.json"]) == 0
    out, err = capfd.readouterr()
    assert [each["id"] for each in msgspec.json.decode(out)["results"]] == ["login", "get-user", "export", "audit"]
    assert msgspec.json.decode(out)["exit"] == {"code": 3, "reasons": [3, 1]}
    assert err == ""


def test_files_are_written_and_people_get_the_tree(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["report", "merge", "one.json", "two.json", "-o", "out/all.json", "--report", "html=out/all.html"]
    assert run(words) == 0
    out, err = capfd.readouterr()
    assert "FAILED" in out
    assert err.count("wrote report") == 2
    assert msgspec.json.decode((tmp_path / "out" / "all.json").read_bytes())["totals"]["requests"] == 4
    assert (tmp_path / "out" / "all.html").read_text().endswith("</html>\n")


def test_a_missing_shard_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "merge", "one.json", "--format", "none"]) == 0
    assert "shard 2/2" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["merge", "absent.json"], "absent.json"),
        (["merge", "one.json", "one.json"], "one.json"),
        (["merge", "one.json", "-o", "one.json/x"], "one.json/x"),
        (["merge", "one.json", "-o", "./one.json"], "one.json"),
        (["merge", "one.json", "--report", "pdf=x"], "pdf=x"),
        (["merge", "one.json", "--report", "tap=-"], "--format"),
        ([], "merge"),
    ],
)
def test_what_is_wrong_is_2(words: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["report", *words]) == 2
    assert said in capfd.readouterr().err
