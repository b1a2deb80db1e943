"""Errors, exchanges and the catalogue: small values that every front end shows."""

from __future__ import annotations

from typing import get_args

import pytest

from workbench.model.catalog import CHANGING_STATES, SYMBOLS, Service, ServiceState, Team
from workbench.model.errors import (
    CollectionError,
    CredentialError,
    EnvelopeError,
    Failure,
    FileError,
    MissingVariable,
    PlatformError,
    Problem,
    SecretError,
    SettingsError,
    TargetError,
    VariableError,
    WorkbenchError,
)
from workbench.model.exchange import Exchange, ServiceResponse


class TestErrors:
    @pytest.mark.parametrize(
        ("problem", "text"),
        [
            (Problem(message="bad"), "bad"),
            (Problem(message="bad", path="a.toml"), "a.toml: bad"),
            (Problem(message="bad", path="a.toml", line=3), "a.toml:3: bad"),
            (Problem(message="bad", path="a.toml", line=3, column=7, key="request.id"), "a.toml:3:7: request.id: bad"),
            (Problem(message="bad", path="a.toml", column=7), "a.toml: bad"),
            (Problem(message="bad", hint="do this"), "bad (do this)"),
            (Problem(message="bad", line=3), ":3: bad"),
        ],
    )
    def test_how_a_problem_reads(self, problem: Problem, text: str) -> None:
        assert str(problem) == text

    @pytest.mark.parametrize("kind", [CollectionError, SettingsError, SecretError])
    def test_every_problem_is_listed(self, kind: type[CollectionError]) -> None:
        error = kind(Problem(message=f"bad {n}", line=n, path="a") for n in (1, 2))
        assert str(error) == "a:1: bad 1\na:2: bad 2"
        assert [problem.line for problem in error.problems] == [1, 2]

    def test_messages_and_hints(self) -> None:
        assert str(WorkbenchError("bad")) == "bad"
        assert str(WorkbenchError("bad", hint="do this")) == "bad (do this)"
        assert str(TargetError("no target")) == "no target"
        assert str(CredentialError("none", hint="log in")) == "none (log in)"
        assert str(EnvelopeError(["a", "b"], hint="c")) == "a; b (c)"
        error = FileError("cannot write", path="a.toml", hint="disk full")
        assert (error.path, str(error)) == ("a.toml", "cannot write (disk full)")

    def test_a_platform_error_carries_its_failure(self) -> None:
        failure = Failure(kind="timeout", message="too slow", layer="network", hint="wait", in_doubt=True)
        error = PlatformError(failure)
        assert error.failure is failure
        assert str(error) == "too slow (wait)"

    def test_missing_variables(self) -> None:
        error = VariableError(
            [MissingVariable("a", "path"), MissingVariable("b", "json", "{{b}} is odd")], request_id="r"
        )
        assert str(error).startswith("no value for {{a}} in path, {{b}} is odd (set it in [vars]")

    def test_every_expected_failure_is_one_of_ours(self) -> None:
        kinds = [
            CollectionError,
            SettingsError,
            SecretError,
            TargetError,
            CredentialError,
            VariableError,
            EnvelopeError,
        ]
        kinds += [FileError, PlatformError]
        assert all(issubclass(kind, WorkbenchError) for kind in kinds)


class TestExchange:
    def test_headers_are_found_without_regard_to_case(self) -> None:
        response = ServiceResponse(platform_status=200, status=404, headers=(("X-A", "1"), ("x-a", "2")))
        assert response.header("x-A") == "1"
        assert response.header("x-b") is None

    def test_a_response_does_not_print_its_body(self) -> None:
        response = ServiceResponse(
            platform_status=200, status=404, body=b"hunter2", headers=(("authorization", "hunter2"),)
        )
        assert repr(response) == "<ServiceResponse 404 via platform 200, 7 bytes>"

    def test_what_names_a_request(self) -> None:
        assert Exchange(file="a.toml", id="x", outcome="passed").ref == "a.toml#x"
        assert Exchange(file="a.toml", id="x", row=3, outcome="passed").ref == "a.toml#x.3"


class TestCatalogue:
    def test_every_state_has_a_mark_of_its_own(self) -> None:
        states = set(get_args(ServiceState))
        assert set(SYMBOLS) == states
        assert len(set(SYMBOLS.values())) == len(states)
        assert states >= CHANGING_STATES

    def test_what_is_not_said_is_neutral(self) -> None:
        service = Service(slug="my-llm")
        assert (service.state, service.symbol, service.port, service.env) == ("unknown", "?", None, ())
        assert Service(slug="my-llm", state="running").symbol == "●"

    def test_titles(self) -> None:
        assert Team(id="t1").title == "t1"
        assert Team(id="t1", name="Alpha").title == "Alpha"
