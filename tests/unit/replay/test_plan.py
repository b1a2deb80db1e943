"""What runs, in which order, and what waits for what."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.model.collection import Capture, Collection, Defaults, Entry, SavedRequest, Source
from workbench.model.variables import Scope
from workbench.replay.plan import Selection, make_plan

LOGIN = SavedRequest(id="login", method="POST", path="/login", captures=(Capture("token", "$.token"),), tags=("auth",))
READ = SavedRequest(id="read", path="/items/{{item}}", headers=(Entry("x-token", "{{token}}"),), tags=("read",))
WRITE = SavedRequest(id="write", method="PUT", path="/items/1")
ERASE = SavedRequest(id="erase", method="DELETE", path="/items/2")
LOGOUT = SavedRequest(id="logout", method="POST", path="/logout", always=True)
SHOP = Collection(requests=(LOGIN, READ, WRITE, ERASE, LOGOUT), tags=("shop",))
KNOWN = Scope((("vars", {"item": 1}),))


def ids(collection: Collection, selection: Selection) -> list[str]:
    return [step.request.id for step in make_plan(collection, selection).steps]


def test_everything_runs_in_file_order() -> None:
    assert ids(SHOP, Selection()) == ["login", "read", "write", "erase", "logout"]


def test_only_pulls_in_whose_captures_are_used() -> None:
    plan = make_plan(SHOP, Selection(only=("read",)))
    assert [(step.request.id, step.pulled_in) for step in plan.steps] == [("login", True), ("read", False)]


def test_needs_are_pulled_in_through_every_level() -> None:
    chain = Collection(
        requests=(SavedRequest(id="a"), SavedRequest(id="b", needs=("a",)), SavedRequest(id="c", needs=("b",)))
    )
    assert ids(chain, Selection(only=("c",))) == ["a", "b", "c"]


def test_tags_of_the_collection_are_tags_of_its_requests() -> None:
    assert ids(SHOP, Selection(tags=("shop",), skip_tags=("auth", "read"))) == ["write", "erase", "logout"]
    assert ids(SHOP, Selection(tags=("nothing",))) == []


def test_a_capture_comes_from_the_nearest_request_above() -> None:
    twice = Collection(
        requests=(
            SavedRequest(id="first", captures=(Capture("token", "$.a"),)),
            SavedRequest(id="second", captures=(Capture("token", "$.b"),)),
            SavedRequest(id="user", path="/{{token}}"),
        )
    )
    assert make_plan(twice).steps[2].captured == {"token": "second"}


def test_unrelated_unsafe_requests_keep_their_order() -> None:
    steps = {step.request.id: step for step in make_plan(SHOP).steps}
    assert steps["erase"].after == ("write",)
    assert steps["read"].after == ()
    assert steps["read"].requires == ("login",)


def test_a_parallel_collection_lets_them_overtake_but_teardown_waits_for_all() -> None:
    steps = {step.request.id: step for step in make_plan(Collection(requests=SHOP.requests, parallel=True)).steps}
    assert steps["erase"].after == ()
    assert steps["logout"].after == ("login", "read", "write", "erase")


def test_every_undefined_name_is_listed_and_captures_count_only_from_above() -> None:
    collection = Collection(
        requests=(
            SavedRequest(id="early", path="/{{token}}", headers=(Entry("x-a", "{{nowhere}}"),)),
            LOGIN,
            SavedRequest(id="late", path="/{{token}}/{{$uuid}}"),
        )
    )
    keys = [problem.key for problem in make_plan(collection).problems(Scope(), ())]
    assert keys == ["early.path", "early.headers.x-a"]


def test_secrets_and_scope_fill_names() -> None:
    assert [p.key for p in make_plan(SHOP).problems(Scope(), ())] == ["read.path"]
    assert make_plan(SHOP).problems(KNOWN, ()) == []
    secret = Collection(requests=(SavedRequest(id="a", path="/{{key}}"),), secrets={})
    assert make_plan(secret).problems(Scope(), {"key"}) == []


def test_a_need_that_stands_below_is_a_problem() -> None:
    upside_down = Collection(requests=(SavedRequest(id="a", needs=("b",)), SavedRequest(id="b")))
    (problem,) = make_plan(upside_down).problems(Scope(), ())
    assert "does not stand above" in problem.message


def test_an_assertion_may_use_what_its_own_request_captures() -> None:
    own = Collection(
        requests=(
            SavedRequest(id="a", captures=(Capture("n", "$.n"),), asserts=("$.m == {{n}}",)),
            SavedRequest(id="b", path="/{{n}}"),
        )
    )
    assert make_plan(own).problems(Scope(), ()) == []


def test_defaults_are_applied_to_every_step() -> None:
    collection = Collection(defaults=Defaults(timeout=3.0), requests=(SavedRequest(id="a"),))
    assert make_plan(collection).steps[0].request.timeout == 3.0


@given(st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=12), st.integers(1, 5))
def test_shards_hold_everything_once_and_chains_whole(needs: list[set[int]], parts: int) -> None:
    requests = tuple(
        SavedRequest(id=f"r{at}", needs=tuple(f"r{other}" for other in sorted(others) if other < at))
        for at, others in enumerate(needs)
    )
    collection = Collection(requests=requests, source=Source(path="c.toml"))
    shards = [ids(collection, Selection(shard=(part, parts))) for part in range(1, parts + 1)]
    assert sorted(each for shard in shards for each in shard) == sorted(request.id for request in requests)
    assert all(set(request.needs) <= set(shard) for shard in shards for request in requests if request.id in shard)
