"""What a credential is bound to, and what counts as this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.profile import credential_kind, is_loopback, origin


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://core.cyberun.cloud/api/v1", "https://core.cyberun.cloud:443"),
        ("https://core.cyberun.cloud:443", "https://core.cyberun.cloud:443"),
        ("HTTPS://Core.Cyberun.CLOUD/", "https://core.cyberun.cloud:443"),
        ("http://core.cyberun.cloud", "http://core.cyberun.cloud:80"),
        ("http://127.0.0.1:8787/api/v1", "http://127.0.0.1:8787"),
        ("http://[::1]:8787/x", "http://[::1]:8787"),
        ("https://[FE80::1]/", "https://[fe80::1]:443"),
        ("https://user:pw@host/x", "https://host:443"),
        ("https://host@evil.example/x", "https://evil.example:443"),
        ("https://evil.example#@host", "https://evil.example:443"),
        ("https://evil.example?@host", "https://evil.example:443"),
        ("https://host.", "https://host.:443"),
        ("https://host:/", "https://host:443"),
        ("http://host:0", "http://host:0"),
        ("http://host:65535", "http://host:65535"),
        ("https://bücher.example", "https://bücher.example:443"),
    ],
)
def test_origins(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host",
        "host:443",
        "//host",
        "ftp://host",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https:host",
        "https://:443",
        "https://host:x",
        "https://host:65536",
        "https://host:-1",
        "https://[::1",
        "https://host\\@evil.example",
        "https://host\\.evil.example",
        "https://ho st",
        " https://host",
        "https://host\n",
        "ht\ttps://host",
        "https://host\x00.example",
    ],
)
def test_what_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        origin(url)


def test_the_error_shows_no_password() -> None:
    with pytest.raises(ValueError, match="the URL is not a base URL") as caught:
        origin("ftp://ada:hunter2@host")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a", "https://a:443/x?y", True),
        ("https://a", "https://A", True),
        ("https://a", "http://a", False),
        ("https://a", "https://a:444", False),
        ("https://a", "https://a.b", False),
        ("https://a", "https://a.", False),
        ("http://127.0.0.1", "http://localhost", False),
        ("http://a:0", "http://a:80", False),
    ],
)
def test_which_origins_are_one(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same


@given(st.text(max_size=30).map(lambda text: f"http://{text}"))
def test_any_text_has_an_origin_or_a_value_error(url: str) -> None:
    try:
        found = origin(url)
    except ValueError:
        return
    assert origin(found) == found
    assert found.startswith("http://")


@pytest.mark.parametrize(
    ("url", "yes"),
    [
        ("http://localhost/x", True),
        ("http://LOCALHOST:1", True),
        ("http://127.0.0.1:8787", True),
        ("http://[::1]:1", True),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://localhost@evil.example", False),
        ("http://evil.example/localhost", False),
        ("http://127.0.0.2", False),
        ("http://0.0.0.0", False),
        ("http://2130706433", False),
        ("http://[::ffff:127.0.0.1]", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_loopback(url: str, yes: bool) -> None:
    assert is_loopback(url) is yes


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("sk-abc", "sk"),
        ("dk-abc", "dk"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "jwt"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "jwt"),
        ("sk-a.b.c", "sk"),
        ("ak-abc", "unknown"),
        ("", "unknown"),
        ("..", "unknown"),
        ("a.b", "unknown"),
        ("a.b.c.d", "unknown"),
        ("1.2.3 beta", "unknown"),
        ("SK-abc", "unknown"),
    ],
)
def test_kinds_of_credentials(token: str, kind: str) -> None:
    assert credential_kind(token) == kind
