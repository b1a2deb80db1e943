"""Recordings and comparisons: what is written, what differs, what is left out, what a secret becomes."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.unit.replay.test_runner import FakeSession, get, ok, work
from workbench.files.recordings import read_recording, recording_path
from workbench.model.envelope import Envelope
from workbench.model.errors import CollectionError, Failure, FileError
from workbench.model.exchange import Exchange, ServiceResponse
from workbench.model.secrets import Redactor, Secret
from workbench.replay.baseline import Baseline, RuleBook
from workbench.replay.paired import PairedRun, Twin
from workbench.replay.runner import RunOptions

CANARY = "c4n4ry-secret-value"


def exchange(body: Any, *headers: tuple[str, str], **known: Any) -> Exchange:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    response = ServiceResponse(
        platform_status=200, status=200, headers=(("content-type", kind), *headers), body=data
    )  # fmt: skip
    return Exchange(
        **{
            "file": "c.toml",
            "id": "a",
            "method": "GET",
            "path": "/a",
            "outcome": "passed",
            "response": response,
            **known,
        }
    )


def baseline(folder: Path, *, ignore: tuple[str, ...] = (), own: tuple[str, ...] = (), **known: Any) -> Baseline:
    book = RuleBook([work(get("a", snapshot_ignore=own))], ignore)
    return Baseline(book, Redactor([Secret(CANARY, "token")]), known.pop("complain", print), **known)


@pytest.fixture(autouse=True)
def below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))


def test_what_was_recorded_does_not_differ_from_itself(tmp_path: Path) -> None:
    bodies: list[Any] = [{"n": 1.50, "big": 2**70, "t": "é\n"}, [], None, b"\x00\x01\xfe" * 40, b"line\r\nline\n"]
    for at, body in enumerate(bodies):
        one = exchange(body, id="a", row=at)
        baseline(tmp_path, record=tmp_path).take(one)
        assert baseline(tmp_path, compare=tmp_path).take(one) == one


def test_a_recording_reads_well_and_holds_no_secret(tmp_path: Path) -> None:
    keeper = baseline(tmp_path, record=tmp_path / "rec")
    headers = (("Date", "now"), ("Set-Cookie", "a=b"), ("X-Echo", CANARY), ("Authorization", "Bearer x"))
    keeper.take(exchange({"token": CANARY, "name": "Ada"}, *headers, path=f"/a?k={CANARY}", file="sub/c.toml", row=3))
    path = tmp_path / "rec" / "sub" / "c" / "a.3.json"
    text = path.read_text()
    assert (keeper.written, CANARY in text) == (1, False)
    assert '      "name": "Ada"\n' in text
    assert '"x-echo: [redacted:token]"' in text
    assert "date" not in text, "what differs every time would make every recording a change"
    assert '"authorization: [redacted:authorization]"' in text


def test_bytes_are_recorded_as_lines_of_base64_without_secrets(tmp_path: Path) -> None:
    baseline(tmp_path, record=tmp_path).take(exchange(b"\x00\xff" * 60 + CANARY.encode() + b"\x00\xff"))
    document = msgspec.json.decode((tmp_path / "c" / "a.json").read_bytes())
    assert max(len(line) for line in document["body"]["base64"]) == 76
    assert "[redacted:token]" in "".join(document["body"]["base64"])


def test_differences_fail_a_request_and_say_what_differs(tmp_path: Path) -> None:
    baseline(tmp_path, record=tmp_path).take(exchange({"id": 1, "at": "x", "name": "Ada"}))
    new = exchange({"id": 2, "at": "y", "name": "Grace"})
    done = baseline(tmp_path, compare=tmp_path, ignore=("$.id",), own=("$.at",)).take(new)
    assert (done.outcome, [str(each) for each in done.differences]) == ("failed", ['~ $.name  "Ada" → "Grace"'])
    assert baseline(tmp_path, compare=tmp_path, ignore=("$.id", "$.name"), own=("$.at",)).take(new) == new


def test_update_writes_what_differs_and_what_is_missing_and_fails_nothing(tmp_path: Path) -> None:
    baseline(tmp_path, record=tmp_path).take(exchange({"n": 1}))
    before = (tmp_path / "c" / "a.json").stat().st_mtime_ns
    same = baseline(tmp_path, compare=tmp_path, update=True)
    assert (same.take(exchange({"n": 1})).outcome, same.written) == ("passed", 0)
    assert (tmp_path / "c" / "a.json").stat().st_mtime_ns == before
    other = baseline(tmp_path, compare=tmp_path, update=True)
    done = other.take(exchange({"n": 2}))
    other.take(exchange({"n": 2}, id="new"))
    assert (done.outcome, len(done.differences), other.written) == ("passed", 1, 2)
    assert baseline(tmp_path, compare=tmp_path).take(exchange({"n": 2})).differences == ()


def test_a_missing_or_broken_recording_fails_with_what_to_do(tmp_path: Path) -> None:
    done = baseline(tmp_path, compare=tmp_path).take(exchange({}))
    assert done.outcome == "failed"
    assert "--record" in done.assertions[0].message
    for text in ("{", "[]", '{"schema": "other/1"}', "\xff"):
        (tmp_path / "c").mkdir(exist_ok=True)
        (tmp_path / "c" / "a.json").write_text(text, encoding="latin-1")
        with pytest.raises(FileError, match=r"a\.json"):
            read_recording(tmp_path / "c" / "a.json")
        assert "cannot be used" in baseline(tmp_path, compare=tmp_path).take(exchange({})).assertions[0].message
    updating = baseline(tmp_path, compare=tmp_path, update=True)
    assert (updating.take(exchange({})).outcome, updating.written) == ("passed", 1)


def test_a_recording_that_cannot_be_written_is_counted_and_said(tmp_path: Path) -> None:
    said: list[FileError] = []
    (tmp_path / "c").write_text("in the way")
    keeper = baseline(tmp_path, record=tmp_path, complain=said.append)
    assert keeper.take(exchange({})).outcome == "passed"
    assert (keeper.lost, len(said)) == (1, 1)


def test_no_answer_is_neither_recorded_nor_compared(tmp_path: Path) -> None:
    lost = exchange({}, response=None, outcome="error")
    assert baseline(tmp_path, record=tmp_path, compare=tmp_path).take(lost) == lost
    assert list(tmp_path.rglob("*.json")) == []


def test_recordings_stand_below_the_folder_whatever_the_collection_is_called(tmp_path: Path) -> None:
    rec = tmp_path / "rec"
    assert recording_path(rec, "collections/a.toml", "x", None) == rec / "collections/a/x.json"
    assert recording_path(rec, str(tmp_path / "collections" / "a.toml"), "x", 2) == rec / "collections/a/x.2.json"
    assert recording_path(rec, "/elsewhere/a.toml", "x", None) == rec / "a/x.json"
    assert recording_path(rec, "../a.toml", "x.y", None) == rec / "a/x.y.json"
    assert recording_path(rec, "-", "x", None) == rec / "stdin/x.json"


def test_what_cannot_be_ignored_is_listed_with_its_place() -> None:
    works = [work(get("a", snapshot_ignore=("$[",)), get("b", snapshot_ignore=("id", "$.ok", "x y")))]
    with pytest.raises(CollectionError) as caught:
        RuleBook(works)
    assert [problem.key for problem in caught.value.problems] == ["a.snapshot.ignore", *["b.snapshot.ignore"] * 2]


async def both(first: Any, second: Any, *requests: Any, ignore: tuple[str, ...] = ()) -> list[Exchange]:
    works = [work(*requests)]
    one, two = FakeSession(first), FakeSession(second)
    twin = Twin("env=b", two, works, RuleBook(works, ignore))  # type: ignore[arg-type]
    run = PairedRun(one, works, RunOptions(jobs=2), twin)  # type: ignore[arg-type]
    return [each async for each in run.results()]


async def test_two_targets_are_compared_request_by_request() -> None:
    def other(envelope: Envelope) -> Any:
        return 200, {"path": envelope.path, "only": envelope.path == "/b"}

    a, b = await both(ok, other, get("a"), get("b"), ignore=("$.path",))
    assert [str(each) for each in a.differences] == ["+ $.only  false"]
    assert [str(each) for each in b.differences] == ["+ $.only  true"]
    assert (a.outcome, a.compared_with) == ("failed", "env=b")
    assert a.other is not None
    assert a.other.outcome == "passed"


async def test_generated_values_are_the_same_on_both_targets() -> None:
    (done,) = await both(ok, ok, get("{{$uuid}}-{{$randint 1 999999}}-{{$now}}"))
    assert (done.outcome, done.differences) == ("passed", ())


async def test_no_answer_from_the_second_target_is_no_answer() -> None:
    lost = Failure(kind="connect", message="refused", layer="network")
    (done,) = await both(ok, lambda _: lost, get("a"))
    assert done.outcome == "error"
    assert done.error is not None
    assert done.error.message == "env=b: refused"


async def test_what_holds_on_one_target_alone_is_a_difference() -> None:
    first, second = await both(ok, lambda _: (404, {}), get("a", asserts=("status == 200",)), get("b", needs=("a",)))
    assert "~ assert status == 200" in str(first.differences[0])
    assert str(second.differences[0]) == '~ outcome  "passed" → "skipped: needs a"'


async def test_stopping_ends_both_targets() -> None:
    import asyncio

    async def hang(_: Envelope) -> Any:
        await asyncio.sleep(30)

    works = [work(get("a"), get("b"))]
    twin = Twin("env=b", FakeSession(hang), works, RuleBook(works))  # type: ignore[arg-type]
    run = PairedRun(FakeSession(hang), works, RunOptions(), twin)  # type: ignore[arg-type]
    asyncio.get_running_loop().call_later(0.02, run.stop)
    assert [each.outcome async for each in run.results()] == ["error", "skipped"]
