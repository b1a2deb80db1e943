"""Data rows: the three forms, and what is said about bad ones."""

from pathlib import Path

import pytest

from workbench.files.rows import load_rows
from workbench.model.errors import CollectionError, FileError


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("r.csv", 'a,b\n1,"x, y"\n2,\n', [{"a": "1", "b": "x, y"}, {"a": "2", "b": ""}]),
        ("r.csv", "\ufeffa\nz\n", [{"a": "z"}]),
        ("r.json", '[{"a": 1, "b": [true]}]', [{"a": 1, "b": [True]}]),
        ("r.jsonl", '{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
    ],
)
def test_rows_are_read(tmp_path: Path, name: str, text: str, rows: list[dict[str, object]]) -> None:
    assert load_rows(write(tmp_path, name, text)) == rows


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.csv", "a,b\n1\n", ":2"),
        ("r.csv", "a,b\n1,2,3\n", "2 values"),
        ("r.csv", "a,\n1,2\n", "name for every column"),
        ("r.csv", "a\n", "no rows"),
        ("r.json", '{"a": 1}', "array of objects"),
        ("r.json", "[1]", "array of objects"),
        ("r.json", "[", "not JSON"),
        ("r.jsonl", '{"a": 1}\n[2]\n', ":2"),
        ("r.jsonl", '{"a": 1}\n{\n', ":2"),
    ],
)
def test_bad_rows_are_said_with_their_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(CollectionError) as raised:
        load_rows(write(tmp_path, name, text))
    assert said in str(raised.value)


def test_what_is_no_data_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"\.csv"):
        load_rows(write(tmp_path, "r.xlsx", ""))
    with pytest.raises(FileError, match="cannot be read"):
        load_rows(str(tmp_path / "absent.csv"))
    (tmp_path / "bad.csv").write_bytes(b"a\n\xff\n")
    with pytest.raises(FileError, match="UTF-8"):
        load_rows(str(tmp_path / "bad.csv"))
