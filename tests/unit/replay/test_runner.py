"""The scheduler, with a sender that answers from memory: order, parallelism, skipping, stopping."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from tests.support.clock import in_virtual_time
from workbench.model.collection import Capture, Collection, Retry, SavedRequest, Source
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure, PlatformError
from workbench.model.exchange import Exchange, ServiceResponse
from workbench.model.profile import Profile
from workbench.model.request import Target
from workbench.model.secrets import Redactor
from workbench.model.variables import Scope
from workbench.replay.plan import make_plan
from workbench.replay.runner import Run, RunOptions, Work

TARGET = Target(base_url="http://gateway.invalid", service="svc")
PROFILE = Profile(name="test", base_url="http://gateway.invalid")


class FakeSession:
    """Stands where `Session` stands; answers by path and keeps count."""

    def __init__(self, answer: Callable[[Envelope], Any]) -> None:
        self.redactor = Redactor()
        self.sent: list[str] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._answer = answer

    async def send(self, profile: Profile, target: Target, envelope: Envelope, **_: Any) -> ServiceResponse:
        self.sent.append(envelope.path)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            answer = self._answer(envelope)
            if asyncio.iscoroutine(answer):
                answer = await answer
        finally:
            self.in_flight -= 1
        if isinstance(answer, Failure):
            raise PlatformError(answer)
        if isinstance(answer, ServiceResponse):
            return answer
        status, body = answer
        return ServiceResponse(platform_status=200, status=status, body=msgspec.json.encode(body))


def work(*requests: SavedRequest, row: int | None = None, path: str = "c.toml", **known: Any) -> Work:
    collection = Collection(requests=requests, source=Source(path=path), **known)
    plan = make_plan(collection)
    return Work(
        plan=plan,
        profile=PROFILE,
        targets={step.request.id: TARGET for step in plan.steps},
        scope=Scope((("vars", {}),)),
        row=row,
    )


async def outcomes(session: FakeSession, works: list[Work], **options: Any) -> list[Exchange]:
    return [exchange async for exchange in Run(session, works, RunOptions(**options)).results()]  # type: ignore[arg-type]


def ok(envelope: Envelope) -> Any:
    return 200, {"path": envelope.path}


async def slow(envelope: Envelope) -> Any:
    await asyncio.sleep(0.02)
    return 200, {}


def get(name: str, **known: Any) -> SavedRequest:
    return SavedRequest(id=name, path=f"/{name}", **known)


@in_virtual_time
async def test_one_job_is_strict_file_order() -> None:
    session = FakeSession(slow)
    done = await outcomes(session, [work(get("a"), get("b"), get("c"))])
    assert session.sent == ["/a", "/b", "/c"]
    assert session.most_in_flight == 1
    assert [(each.id, each.outcome) for each in done] == [("a", "passed"), ("b", "passed"), ("c", "passed")]


@in_virtual_time
async def test_many_jobs_overlap_and_still_report_in_file_order() -> None:
    async def last_first(envelope: Envelope) -> Any:
        await asyncio.sleep(0.05 if envelope.path == "/a" else 0)
        return 200, {}

    session = FakeSession(last_first)
    done = await outcomes(session, [work(*[get(name) for name in "abcdef"])], jobs=4)
    assert session.most_in_flight > 1
    assert [each.id for each in done] == list("abcdef")


@in_virtual_time
async def test_never_more_in_flight_than_jobs() -> None:
    session = FakeSession(slow)
    await outcomes(session, [work(*[get(f"r{n}") for n in range(30)])], jobs=7)
    assert session.most_in_flight == 7


@in_virtual_time
async def test_a_request_waits_for_the_capture_it_uses() -> None:
    async def answer(envelope: Envelope) -> Any:
        await asyncio.sleep(0.02)
        return 200, {"token": "t1"}

    session = FakeSession(answer)
    done = await outcomes(
        session,
        [
            work(
                get("login", captures=(Capture("token", "$.token"),)),
                get("x"),
                SavedRequest(id="r", path="/r/{{token}}"),
            )
        ],
        jobs=8,
    )
    assert session.sent[-1] == "/r/t1"
    assert done[0].captures == {"token": "t1"}


@in_virtual_time
async def test_a_capture_that_finds_nothing_fails_and_skips_its_users() -> None:
    session = FakeSession(ok)
    done = await outcomes(
        session, [work(get("login", captures=(Capture("token", "$.none"),)), SavedRequest(id="r", path="/{{token}}"))]
    )
    assert [each.outcome for each in done] == ["failed", "skipped"]
    assert "token" in done[1].skipped
    assert "login" in done[1].skipped


@in_virtual_time
async def test_needs_skip_but_always_runs() -> None:
    session = FakeSession(lambda envelope: (500 if envelope.path == "/a" else 200, {}))
    done = await outcomes(
        session, [work(get("a"), get("b", needs=("a",)), get("c"), get("d", needs=("a",), always=True))]
    )
    assert [each.outcome for each in done] == ["failed", "skipped", "passed", "passed"]
    assert done[1].skipped == "needs a"


@in_virtual_time
async def test_fail_fast_runs_only_teardown() -> None:
    session = FakeSession(lambda envelope: (500 if envelope.path == "/a" else 200, {}))
    done = await outcomes(session, [work(get("a"), get("b"), get("c", always=True))], fail_fast=True)
    assert [each.outcome for each in done] == ["failed", "skipped", "passed"]


@in_virtual_time
async def test_skip_says_why() -> None:
    session = FakeSession(ok)
    done = await outcomes(session, [work(get("a", skip="not today"), get("b", skip=True))])
    assert [each.skipped for each in done] == ["not today", "skip = true"]
    assert session.sent == []


@in_virtual_time
async def test_polling_until_it_holds_is_not_flaky() -> None:
    states = iter(["pending", "pending", "done"])
    session = FakeSession(lambda _: (200, {"state": next(states)}))
    (done,) = await outcomes(session, [work(get("a", retry=Retry(5, 0.0, '$.state == "done"')))])
    assert (done.outcome, len(done.attempts), done.flaky) == ("passed", 3, False)


@in_virtual_time
async def test_polling_that_never_holds_fails_after_its_repeats() -> None:
    session = FakeSession(lambda _: (200, {"state": "pending"}))
    (done,) = await outcomes(session, [work(get("a", retry=Retry(2, 0.0, '$.state == "done"')))])
    assert (done.outcome, len(done.attempts)) == ("failed", 3)


@in_virtual_time
async def test_a_pass_on_a_later_attempt_is_flaky() -> None:
    statuses = iter([500, 200])
    session = FakeSession(lambda _: (next(statuses), {}))
    (done,) = await outcomes(session, [work(get("a"))], retries=3)
    assert (done.outcome, done.flaky, len(done.attempts)) == ("passed", True, 2)


@pytest.mark.parametrize("asked", ["platform", "container"])
@in_virtual_time
async def test_retry_after_is_waited_for_whoever_asks(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.replay.attempt.LONGEST_RETRY_AFTER", 0.05)
    limited = Failure(kind="platform_refused", message="slow", layer="platform", retry_after=7.0)
    busy = ServiceResponse(platform_status=200, status=429, headers=(("Retry-After", "7"),))
    answers: Iterator[Any] = iter([limited if asked == "platform" else busy, (200, {})])
    (done,) = await outcomes(FakeSession(lambda _: next(answers)), [work(get("a"))], retries=1)
    assert (done.outcome, len(done.attempts)) == ("passed", 2)
    assert done.elapsed - sum(attempt.total for attempt in done.attempts) >= 0.05


async def test_bugs_of_several_calls_at_once_are_raised_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: Envelope) -> Any:
        await asyncio.sleep(0)
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await outcomes(FakeSession(broken), [work(get("a"), get("b"), get("c"))], jobs=3)
    gc.collect()  # asyncio logs an exception that nobody took when its task is gone
    assert caplog.records == []


@pytest.mark.parametrize(("method", "calls"), [("GET", 3), ("POST", 1), ("DELETE", 1)])
@in_virtual_time
async def test_a_call_in_doubt_is_repeated_only_for_safe_methods(method: str, calls: int) -> None:
    failure = Failure(kind="timeout", message="no answer", layer="network", in_doubt=True)
    session = FakeSession(lambda _: failure)
    (done,) = await outcomes(session, [work(get("a", method=method))], retries=2)
    assert (done.outcome, len(session.sent)) == ("error", calls)


@in_virtual_time
async def test_a_call_that_never_connected_is_repeated_for_any_method() -> None:
    failure = Failure(kind="connect", message="refused", layer="network")
    session = FakeSession(lambda _: failure)
    await outcomes(session, [work(get("a", method="POST"))], retries=2)
    assert len(session.sent) == 3


@in_virtual_time
async def test_stopping_reports_everything_that_was_planned() -> None:
    async def hang(envelope: Envelope) -> Any:
        if envelope.path != "/a":
            await asyncio.sleep(30)
        return 200, {}

    session = FakeSession(hang)
    run = Run(session, [work(*[get(name) for name in "abcde"])], RunOptions(jobs=2))  # type: ignore[arg-type]
    done = []
    async for exchange in run.results():
        done.append(exchange)
        if exchange.id == "a":
            run.stop()
    assert [each.id for each in done] == list("abcde")
    assert done[0].outcome == "passed"
    assert {each.outcome for each in done[1:]} == {"error", "skipped"}
    assert all(each.error.in_doubt for each in done if each.error)


@in_virtual_time
async def test_the_time_limit_of_a_run_ends_it() -> None:
    session = FakeSession(lambda _: asyncio.sleep(30))
    done = await outcomes(session, [work(get("a"), get("b"))], max_time=0.05)
    assert [each.outcome for each in done] == ["error", "skipped"]


@in_virtual_time
async def test_rows_run_side_by_side_and_come_in_order() -> None:
    session = FakeSession(slow)
    works = [work(get("a"), get("b", needs=("a",)), row=number) for number in range(1, 9)]
    done = await outcomes(session, works, jobs=4)
    assert session.most_in_flight > 1
    assert [(each.row, each.id) for each in done] == [(n, name) for n in range(1, 9) for name in "ab"]


@in_virtual_time
async def test_collections_run_one_after_the_other() -> None:
    session = FakeSession(slow)
    await outcomes(session, [work(get("a"), path="1.toml"), work(get("b"), path="2.toml")], jobs=8)
    assert session.most_in_flight == 1


@in_virtual_time
async def test_work_is_begun_only_as_it_is_needed() -> None:
    begun = 0

    def endless() -> Any:
        nonlocal begun
        for number in range(1000):
            begun += 1
            yield work(get("a"), row=number)

    session = FakeSession(slow)
    run = Run(session, endless(), RunOptions(jobs=4))  # type: ignore[arg-type]
    async for _ in run.results():
        assert begun < 20
        break
    run.stop()


@in_virtual_time
async def test_a_rate_spreads_the_calls() -> None:
    session = FakeSession(ok)
    loop = asyncio.get_running_loop()
    began = loop.time()
    done = await outcomes(session, [work(*[get(f"r{n}", delay=0.05) for n in range(6)])], rate=100, jobs=6)
    assert loop.time() - began >= 0.095
    waits = [exchange.elapsed - exchange.attempts[0].total for exchange in done]
    assert max(waits) < 0.045, "neither its delay nor waiting for its turn is the request's time"


@in_virtual_time
async def test_a_repeated_call_counts_for_the_rate() -> None:
    session = FakeSession(lambda _: (500, {}))
    loop = asyncio.get_running_loop()
    began = loop.time()
    (done,) = await outcomes(session, [work(get("a"))], rate=100, retries=5)
    assert (len(session.sent), len(done.attempts)) == (6, 6)
    assert loop.time() - began >= 0.045
    assert sum(attempt.total for attempt in done.attempts) < 0.045, "waiting for its turn is not the call's time"


@in_virtual_time
async def test_what_is_cut_off_keeps_what_is_known_of_it() -> None:
    async def answer(_: Envelope) -> Any:
        await asyncio.sleep(0 if len(session.sent) == 1 else 30)
        return 500, {}

    session = FakeSession(answer)
    (done,) = await outcomes(session, [work(get("a"))], retries=3, max_time=0.05)
    assert [attempt.outcome for attempt in done.attempts] == ["failed", "error"]
    assert done.error is not None
    assert (done.error.kind, done.error.in_doubt, done.path) == ("cancelled", True, "/a")
    waiting = SavedRequest(id="w", path="/w", retry=Retry(3, 30.0))
    (done,) = await outcomes(FakeSession(lambda _: (500, {})), [work(waiting)], max_time=0.05)
    assert done.error is not None
    assert (done.error.in_doubt, done.response is not None, len(done.attempts)) == (False, True, 1)
    late = SavedRequest(id="d", path="/d", delay=30.0)
    (done,) = await outcomes(FakeSession(ok), [work(late)], max_time=0.05)
    assert (done.outcome, done.skipped) == ("skipped", "the time limit was reached")


@in_virtual_time
async def test_a_bug_is_not_swallowed() -> None:
    def broken(_: Envelope) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await outcomes(FakeSession(broken), [work(get("a"))])
