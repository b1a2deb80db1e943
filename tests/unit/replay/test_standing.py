"""Who one is, in words."""

import time

import pytest

from workbench.model.catalog import Team, User
from workbench.model.profile import CredentialKind
from workbench.replay.standing import Standing, rows


def made(
    *, kind: CredentialKind = "jwt", ends: float | None = None, skew: float | None = None, renews: bool = False
) -> Standing:
    return Standing(
        profile="lab",
        kind=kind,
        prefix="eyJ…3f",
        origin="https://a:443",
        source="a test",
        expires_at=None if ends is None else time.time() + ends,
        skew=skew,
        renews=renews,
        user=User(id="u", name="Ada", email="a@b", teams=(Team(id="t-1", name="Alpha"), Team(id="t-2"))),
    )


def word(standing: Standing, name: str) -> str:
    return dict(rows(standing)).get(name, "")


@pytest.mark.parametrize(
    ("ends", "skew", "renews", "expected"),
    [
        (7300, None, False, "in 2 hours"),
        (-90, None, False, "it has ended, 1 minute ago"),
        (100, 430.0, False, "it has ended, 5 minutes ago"),  # the platform's clock decides
        (100, 430.0, True, "in 1 minute; renewed by itself"),
    ],
)
def test_when_it_ends(ends: float, skew: float | None, renews: bool, expected: str) -> None:
    assert word(made(ends=ends, skew=skew, renews=renews), "expires").endswith(expected)


def test_a_key_does_not_say_when_it_ends() -> None:
    assert word(made(kind="sk"), "expires") == "it does not say"


@pytest.mark.parametrize(
    ("skew", "expected"),
    [
        (None, ""),
        (3.0, "in step with the platform's"),
        (-3700.0, "this machine's is 1 hour ahead of the platform's"),
        (90.0, "this machine's is 1 minute behind the platform's"),
    ],
)
def test_the_clocks(skew: float | None, expected: str) -> None:
    assert word(made(skew=skew), "clock") == expected


def test_whom_it_stands_for() -> None:
    assert word(made(), "user") == "Ada <a@b>"
    assert word(made(), "teams") == "Alpha (t-1), t-2"
    assert word(made(kind="sk"), "team").startswith("one")
