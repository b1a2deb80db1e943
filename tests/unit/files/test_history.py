"""The history on disk: what comes out is what went in, nothing secret is in the file, and nothing breaks a send."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from workbench.files.history import HistoryFile
from workbench.model import envelope as envelopes
from workbench.model.collection import Body, Entry, SavedRequest
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure, FileError
from workbench.model.exchange import AssertionResult, Exchange, ServiceResponse
from workbench.model.history import Record, Wanted, exchange_of, fits, hidden_parts, parse_search, record_of, refilled
from workbench.model.history import record as records
from workbench.model.profile import HistoryLimits
from workbench.model.request import ResolvedRequest, Target
from workbench.model.secrets import Redactor, Secret

CANARY = "canary-T0ken/with+signs"
SECRET = Secret(CANARY, "token")
TARGET = Target(base_url="http://127.0.0.1:1/api/v1", service="echo", team_name="Alpha", environment="staging")
NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def sent(
    *,
    body: bytes | Secret | None = None,
    headers: tuple[tuple[str, str | Secret], ...] = (),
    path: str | Secret = "/x?a=1",
    answer: bytes = b"{}",
    status: int = 200,
    **changes: object,
) -> Exchange:
    request = ResolvedRequest(target=TARGET, method="POST", path=path, headers=headers, body=body)
    response = ServiceResponse(platform_status=200, status=status, headers=(("set-cookie", "a=b"),), body=answer)
    exchange = Exchange(
        file="echo.toml",
        id="hello",
        name="Hello",
        outcome="passed",
        method="POST",
        path=str(path),
        service="echo",
        request=request,
        envelope=envelopes.build(request),
        response=response,
        started="2026-11-25T19:00:00.000Z",
        elapsed=0.5,
    )
    return msgspec.structs.replace(exchange, **changes)


def kept(exchange: Exchange, key: str = "k1", **options: object) -> Record:
    return record_of(exchange, Redactor([SECRET]), key=key, **options)  # type: ignore[arg-type]  # the test's own words


@pytest.fixture
def opened() -> Iterator[Callable[..., HistoryFile]]:
    """Makes history files, and closes them at the end."""
    made: list[HistoryFile] = []

    def make(*given: Any) -> HistoryFile:
        made.append(HistoryFile(*given))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def file(opened: Callable[..., HistoryFile], tmp_path: Path) -> HistoryFile:
    return opened(tmp_path / "state" / "history.db")


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_a_send_comes_back_as_it_was(file: HistoryFile) -> None:
    exchange = sent(
        body=b"\x00\xff exact",
        headers=(("x-a", "1"),),
        answer=b"\xfe\x00{1.0}",
        assertions=(AssertionResult(text="status == 200", ok=True, expected=200, actual=[1, None]),),
    )
    file.add([kept(exchange, template=SavedRequest(id="hello", body=Body("json", "{{x}}")), team="Alpha")])
    record = file.record("k1")
    assert record is not None
    assert not record.hidden
    assert record.template == SavedRequest(id="hello", body=Body("json", "{{x}}"))
    back = exchange_of(record)
    assert back.envelope == exchange.envelope
    assert back.response is not None
    assert exchange.response is not None
    assert back.response.body == exchange.response.body
    assert back.assertions == exchange.assertions
    assert (back.response.status, back.response.platform_status) == (200, 200)
    assert refilled(record) == (exchange.envelope, [])


def test_a_failure_keeps_what_is_known_of_it(file: HistoryFile) -> None:
    failure = Failure(kind="timeout", message=f"no answer for {CANARY}", layer="network", in_doubt=True)
    file.add([kept(sent(response=None, error=failure, outcome="error"))])
    (line,) = file.lines()
    assert (line.kind, line.in_doubt, line.status, line.outcome) == ("timeout", True, None, "error")
    record = file.record("k")
    assert record is not None
    assert record.error is not None
    assert record.error.message == "no answer for [redacted:token]"


def test_no_form_of_a_secret_reaches_the_file_and_only_the_owner_reads_it(file: HistoryFile) -> None:
    exchange = sent(
        body=Secret(f'{{"t": "{CANARY}"}}', "token", shown='{"t": "[redacted:token]"}'),
        headers=(
            ("authorization", Secret(f"Bearer {CANARY}", "token", shown="Bearer [redacted:token]")),
            ("cookie", "literal-canary-cookie=1"),
        ),
        path=Secret(f"/x?t={CANARY}", "token", shown="/x?t=[redacted:token]"),
        answer=b"pad" + envelopes.encode(Envelope(method="GET", path="/", body=CANARY.encode())),
        captures={"t": SECRET},
    )
    template = SavedRequest(id="hello", headers=(Entry("Authorization", "Bearer literal-canary"),))
    file.add([kept(exchange, template=template)])
    found = everything(file.path.parent)
    for form in (CANARY, "literal-canary", CANARY.replace("/", "%2F").replace("+", "%2B")):
        assert form.encode() not in found
    assert b"Y2FuYXJ5LVQw" not in found
    for path in file.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    record = file.record("k1")
    assert record is not None
    assert record.template_masked
    assert hidden_parts(record) == ["the path", "the header authorization", "the header cookie", "the body"]
    again, missing = refilled(record, secrets={"token": SECRET})
    assert missing == ["the header cookie"]
    again, missing = refilled(record, secrets={"token": SECRET}, fresh=exchange.envelope)
    assert (again, missing) == (exchange.envelope, [])
    _, missing = refilled(record, secrets={"token": Secret("another value")})
    assert len(missing) == 4


def test_a_secret_across_the_limit_of_a_body_is_not_kept_by_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_OF_A_BODY", 100)
    monkeypatch.setattr(records, "_MARGIN", 50)
    for before in range(60, 150):
        body = b"a" * before + CANARY.encode() + b"b" * 300
        masked, cut = records.masked_body(body, Redactor([SECRET]))
        assert cut
        assert len(masked) <= 100
        assert b"canary" not in masked


def test_a_secret_in_a_compressed_body_is_not_kept() -> None:
    import gzip

    for text, there in ((CANARY, False), ("harmless", True)):
        exchange = sent(answer=gzip.compress(text.encode()))
        response = exchange.response
        assert response is not None
        packed = msgspec.structs.replace(response, headers=(("content-encoding", "gzip"),))
        record = kept(msgspec.structs.replace(exchange, response=packed))
        assert record.response is not None
        assert bool(record.response.body) is there


def test_the_oldest_go_when_there_are_too_many_too_big_or_too_old(
    opened: Callable[..., HistoryFile], tmp_path: Path
) -> None:
    few = opened(tmp_path / "few.db", HistoryLimits(rows=3))
    few.add([kept(sent(), f"k{number}") for number in range(5)])
    assert [line.key for line in few.lines()] == ["k4", "k3", "k2"]
    small = opened(tmp_path / "small.db", HistoryLimits(size=10_000))
    small.add([kept(sent(answer=b"x" * 4000), f"k{number}") for number in range(5)])
    assert [line.key for line in small.lines()] == ["k4", "k3"]
    young = opened(tmp_path / "young.db", HistoryLimits(days=1))
    young.add(
        [kept(sent(started="2020-01-01T00:00:00.000Z"), "old"), kept(sent(started="2999-01-01T00:00:00Z"), "new")]
    )
    assert [line.key for line in young.lines()] == ["new"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", "abcd"),
        ("status:200", "a"),
        ("status:5xx", "b"),
        ("status:failed", "b"),
        ("status:error", "cd"),
        ("status:unknown", "c"),
        ("status:cancelled", "d"),
        ("needle", "a"),
        ("NEEDLE answer", "a"),
        ("100%", ""),
        ("service:echo method:post", "abcd"),
        ("service:other", ""),
        ("env:staging id:hello", "abcd"),
        ("since:2h", "bcd"),
        ("until:2h", "a"),
        ("since:2h status:error", "cd"),
    ],
)
def test_sends_are_found_by_text_status_service_and_time(file: HistoryFile, search: str, found: str) -> None:
    doubt = Failure(kind="timeout", message="m", layer="network", in_doubt=True)
    stopped = Failure(kind="cancelled", message="m", layer="client")
    file.add(
        [
            kept(sent(answer=b"a needle in the answer", started="2026-11-25T10:00:00.000Z"), "a"),
            kept(sent(status=503, outcome="failed"), "b"),
            kept(sent(response=None, error=doubt, outcome="error"), "c"),
            kept(sent(response=None, error=stopped, outcome="error"), "d"),
        ]
    )
    wanted = parse_search(search, NOW)
    lines = file.lines(wanted)
    assert sorted(line.key for line in lines) == list(found)
    if not wanted.words:
        assert [line for line in file.lines() if fits(line, wanted)] == lines, "the list in memory finds the same"


@pytest.mark.parametrize("search", ["status:9", "status:6xx", "since:soon", "until:2026-13-01", "since:1e400d"])
def test_a_search_that_cannot_be_read_says_what_was_expected(search: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_search(search, NOW)


def test_a_renamed_request_keeps_its_past_and_deleting_leaves_no_bytes(file: HistoryFile) -> None:
    file.add([kept(sent(answer=b"remember-me"), "k1"), kept(sent(), "k2")])
    file.renamed("echo.toml", "hello", "greeting")
    assert {line.id for line in file.lines(Wanted(request="greeting"))} == {"greeting"}
    record = file.record("k1")
    assert record is not None
    assert record.id == "greeting"
    assert file.record("k") is None, "two begin like that"
    assert file.forget(["k1", "nothing"]) == 1
    assert b"remember-me" not in everything(file.path.parent)
    assert file.forget() == 1
    assert file.lines() == []


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_set_aside_named_and_replaced(file: HistoryFile, damage: bytes) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(damage)
    file.add([kept(sent())])
    assert len(file.lines()) == 1
    (aside,) = file.path.parent.glob("history.corrupt-*.db")
    assert aside.read_bytes() == damage
    assert str(aside) in file.notice


def test_damage_inside_is_found_after_an_unclean_end(opened: Callable[..., HistoryFile], file: HistoryFile) -> None:
    file.add([kept(sent(answer=os.urandom(4000)), f"k{number}") for number in range(30)])
    file.close()
    data = bytearray(file.path.read_bytes())
    data[8192:40960] = b"\x55" * (40960 - 8192)
    file.path.write_bytes(data)
    file.path.with_name("history.db-wal").write_bytes(b"")
    again = opened(file.path)
    again.add([kept(sent(), "new")])
    assert [line.key for line in again.lines()] == ["new"]
    assert again.notice


def test_a_key_that_begins_another_one_is_still_its_own(file: HistoryFile) -> None:
    file.add([kept(sent(), "k1"), kept(sent(status=404), "k10"), kept(sent(), "k11")])
    record = file.record("k1")
    assert record is not None
    assert record.key == "k1"


def test_a_damaged_row_hides_no_other(file: HistoryFile) -> None:
    file.add([kept(sent(), f"k{number}") for number in range(3)])
    file.close()
    with sqlite3.connect(file.path) as db:
        db.execute("UPDATE sends SET outcome = 'pas\x01ed' WHERE key = 'k0'")
        db.execute("UPDATE sends SET id = CAST(x'b3ff' AS TEXT), record = x'00' WHERE key = 'k1'")
    db.close()
    assert [line.key for line in file.lines()] == ["k2", "k1"]
    with pytest.raises(FileError, match="not known here"):
        file.record("k1")
    assert file.record("k2") is not None


def test_a_file_of_a_newer_version_or_in_a_place_that_cannot_be_is_an_ordinary_error(
    opened: Callable[..., HistoryFile], tmp_path: Path
) -> None:
    newer = opened(tmp_path / "newer.db")
    newer.add([kept(sent())])
    newer.close()
    with sqlite3.connect(newer.path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(FileError, match="newer version"):
        newer.lines()
    assert newer.path.exists()
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(FileError):
        HistoryFile(blocked / "history.db").add([kept(sent())])
    assert HistoryFile(tmp_path / "none" / "history.db").lines() == [], "looking makes no file"
    assert not (tmp_path / "none").exists()


def test_two_programs_write_at_once_and_lose_nothing(file: HistoryFile) -> None:
    wrong: list[BaseException] = []

    def write(name: str) -> None:
        own = HistoryFile(file.path, wait=60)  # a busy machine may hold a writer up for seconds
        try:
            for number in range(20):
                own.add([kept(sent(), f"{name}{number}")])
        except BaseException as error:  # noqa: BLE001 - what a thread dies of has to reach the test
            wrong.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(file.lines(limit=1000)) == 60
    file.close()


def test_the_module_keeps_the_limits_of_the_contract() -> None:
    assert HistoryLimits() == HistoryLimits(enabled=True, rows=2000, size=200_000_000, days=0)
    assert records.MOST_OF_A_BODY == 1024 * 1024
