"""Which proxy a URL goes through; the table follows curl's manual."""

from __future__ import annotations

import pytest

from workbench.invoke.proxies import is_this_machine, proxy_for, without_password
from workbench.model.errors import TargetError

P = "http://proxy:3128"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("https://a.example/x", {}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P}, P),
        ("https://a.example/x", {"https_proxy": P, "HTTPS_PROXY": "http://other:1"}, P),
        ("https://a.example/x", {"HTTP_PROXY": P}, None),
        ("http://a.example/x", {"HTTP_PROXY": P}, P),
        ("http://a.example/x", {"ALL_PROXY": P}, P),
        ("http://a.example/x", {"ALL_PROXY": "http://all:1", "HTTP_PROXY": P}, P),
        ("https://a.example/x", {"HTTPS_PROXY": "proxy:3128"}, P),
        ("https://a.example/x", {"HTTPS_PROXY": "  "}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P, "NO_PROXY": "*"}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P, "NO_PROXY": "example"}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P, "NO_PROXY": ".a.example"}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P, "NO_PROXY": "b.a.example, other"}, P),
        ("https://notexample/x", {"HTTPS_PROXY": P, "NO_PROXY": "example"}, P),
        ("https://a.example/x", {"HTTPS_PROXY": P, "no_proxy": "x", "NO_PROXY": "a.example"}, P),
        ("https://A.Example./x", {"HTTPS_PROXY": P, "NO_PROXY": "a.EXAMPLE"}, None),
        ("https://a.example:8443/x", {"HTTPS_PROXY": P, "NO_PROXY": "a.example:8443"}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P, "NO_PROXY": "a.example:443"}, None),
        ("https://a.example/x", {"HTTPS_PROXY": P, "NO_PROXY": "a.example:8443"}, P),
        ("http://10.1.2.3/x", {"HTTP_PROXY": P, "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://11.1.2.3/x", {"HTTP_PROXY": P, "NO_PROXY": "10.0.0.0/8"}, P),
        ("http://[fd00::1]/x", {"HTTP_PROXY": P, "NO_PROXY": "fd00::1"}, None),
        ("http://localhost:8787/x", {"HTTP_PROXY": P}, None),
        ("http://127.0.0.1:8787/x", {"ALL_PROXY": P}, None),
        ("http://127.9.9.9/x", {"ALL_PROXY": P}, None),
        ("http://[::1]:8787/x", {"ALL_PROXY": P}, None),
        ("https://gateway.localhost/x", {"ALL_PROXY": P}, None),
        ("http://localhost.example/x", {"ALL_PROXY": P}, P),
    ],
)
def test_the_environment(url: str, environ: dict[str, str], expected: str | None) -> None:
    assert proxy_for(url, environ) == expected


def test_the_profile_wins() -> None:
    environ = {"HTTPS_PROXY": "http://other:1", "NO_PROXY": "*"}
    assert proxy_for("https://a.example", environ, P) == P
    assert proxy_for("https://a.example", {"HTTPS_PROXY": P}, "none") is None
    assert proxy_for("http://localhost", {}, P) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("http://", "usable"),
        ("http://u:hunter2@[bad", "usable"),
        ("http://u:hunter2@h:0x1", "usable"),
        ("socks5://u:hunter2@h:1", "socks5"),
        ("ftp://h", "ftp"),
    ],
)
def test_a_bad_url_is_refused_without_its_password(value: str, words: str) -> None:
    with pytest.raises(TargetError, match=words) as caught:
        proxy_for("https://a.example", {"HTTPS_PROXY": value})
    assert "hunter2" not in str(caught.value)
    assert "HTTPS_PROXY" in str(caught.value)


def test_a_bad_url_does_not_matter_where_no_proxy_is_used() -> None:
    assert proxy_for("http://127.0.0.1", {"HTTP_PROXY": "socks5://x"}) is None


@pytest.mark.parametrize("shown", ["http://u:p@h:1", "http://u:p@s@h:1", "http://h:1"])
def test_without_password(shown: str) -> None:
    assert without_password(shown) == "http://h:1"


def test_this_machine() -> None:
    assert all(map(is_this_machine, ["localhost", "127.0.0.1", "127.1.2.3", "::1", "x.localhost"]))
    assert not any(map(is_this_machine, ["", "localhost.example", "128.0.0.1", "notlocalhost", "0.0.0.0"]))
