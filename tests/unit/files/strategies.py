"""Collections with every part of the format and nasty texts, for hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from workbench.model.collection import (
    METHODS,
    Body,
    Capture,
    Collection,
    Defaults,
    Entry,
    Environment,
    Retry,
    SavedRequest,
    SecretRef,
)

_PIECES = [
    "",
    "a",
    "plain text",
    "'",
    "''",
    "'''",
    '"',
    '"""',
    "\\",
    "\\n",
    "\\u0041",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  \n",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "é",
    "👩‍💻",
    "{{name}}",
    "\\{{",
    "#",
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "[[request]]",
    '{"a": 1}',
]

nasty = st.lists(st.sampled_from(_PIECES), max_size=6).map("".join)
words = st.text("abcxyz019", min_size=1, max_size=6)
slugs = st.text("abc01", min_size=3, max_size=8)
keys = st.one_of(words, nasty, st.sampled_from(["a.b", "with space", "'q'", '"q"', "", "é", "a-b_c"]))
ids = st.text("abcdef", min_size=1, max_size=4)
header_names = st.one_of(
    st.sampled_from(["accept", "Content-Type", "x-a", "X.dotted", "authorization", "!#$%&'*+.^_`|~"]),
    st.text("abcd-", min_size=1, max_size=5),
)
durations = st.one_of(st.none(), st.sampled_from([0.0, 0.001, 0.5, 1.0, 1.5, 10.0, 60.0, 90.0, 120.0, 0.0005]))
asserts = st.sampled_from(
    [
        "status == 200",
        '$.name == "Ada"',
        "$.tags | count == 2",
        'header "content-type" startsWith "application/json"',
        "duration < 500ms",
        'body contains "it\'s"',
        "body matches /a'''b/",
        '$["a b"].c exists',
        "$.x == {{name}}",
    ]
)
queries = st.sampled_from(["$.id", 'header "location"', "status", "$.items[0]['a b']", "body | trim"])
json_values = st.recursive(
    st.one_of(
        nasty,
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["1979-05-27", "20", "true"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=5,
)


def tuples(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=most).map(tuple)


def unique(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple({entry.name: entry for entry in entries}.values())


headers = tuples(st.builds(Entry, header_names, nasty, st.booleans()), 4).map(unique)
parameters = tuples(st.builds(Entry, keys, nasty, st.booleans()), 4)
captures = tuples(st.builds(Capture, keys, queries, st.booleans())).map(unique)
retries = st.one_of(
    st.none(),
    st.builds(Retry, st.integers(1, 99), st.sampled_from([1.0, 0.5, 60.0]), st.sampled_from(["", "status == 200"])),
)
bodies = st.one_of(
    st.none(),
    st.builds(Body, st.sampled_from(["json", "text"]), nasty),
    st.builds(lambda form: Body("form", form=form), parameters),
    st.builds(Body, st.just("file"), st.sampled_from(["a.json", "b/c d.bin", "x'y"])),
    st.builds(Body, st.just("base64"), st.sampled_from(["", "aGk=", "aGk=\n"])),
)
routes = st.sampled_from([None, "invoke", "proxy"])
services = st.one_of(st.none(), slugs, st.just("{{svc}}-x"))


def requests(request_id: str) -> st.SearchStrategy[SavedRequest]:
    return st.builds(
        SavedRequest,
        id=st.just(request_id),
        name=nasty,
        description=nasty,
        tags=tuples(nasty, 2),
        service=services,
        route=routes,
        method=st.sampled_from(METHODS),
        path=st.sampled_from(["/", "/a/b?x=1&y='2'", "/users/{{uid}}", "{{base}}/x", '/"q"', "/é\\"]),
        query=parameters,
        headers=headers,
        body=bodies,
        asserts=tuples(asserts),
        captures=captures,
        retry=retries,
        timeout=durations,
        delay=durations,
        skip=st.one_of(st.booleans(), nasty.filter(bool)),
        always=st.booleans(),
        snapshot_ignore=tuples(nasty, 2),
    )


request_lists = st.lists(ids, unique=True, max_size=4).flatmap(
    lambda names: st.tuples(*(requests(name) for name in names))
)
defaults = st.builds(
    Defaults,
    service=services,
    route=routes,
    query=parameters,
    headers=headers,
    asserts=tuples(asserts),
    retry=retries,
    timeout=durations,
    delay=durations,
    snapshot_ignore=tuples(nasty, 2),
)
_TARGETS = {"profile", "team", "service", "route", "protected"}
variables = st.dictionaries(keys.filter(lambda name: name not in _TARGETS), json_values, max_size=3)
environments = st.dictionaries(
    keys,
    st.builds(
        Environment,
        name=st.just(""),
        profile=st.one_of(st.none(), words),
        team=st.one_of(st.none(), words),
        service=services,
        route=routes,
        protected=st.booleans(),
        vars=variables,
    ),
    max_size=2,
)
secrets = st.dictionaries(
    keys,
    st.one_of(
        st.builds(SecretRef, st.sampled_from(["env", "keyring", "prompt", "file"]), nasty.filter(bool)),
        st.builds(SecretRef, st.just("command"), st.lists(nasty, min_size=1, max_size=3).map(tuple)),
    ),
    max_size=2,
)
collections = st.builds(
    Collection,
    name=nasty,
    description=nasty,
    profile=st.one_of(st.none(), words),
    team=st.one_of(st.none(), words),
    service=services,
    route=routes,
    tags=tuples(nasty, 2),
    parallel=st.booleans(),
    vars=variables,
    defaults=defaults,
    environments=environments,
    secrets=secrets,
    requests=request_lists,
)
