"""Base URLs, slugs and request targets."""

from __future__ import annotations

import pytest

from workbench.invoke.addresses import check_slug, clean_base_url, request_target
from workbench.model.errors import TargetError


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://core.cyberun.cloud/api/v1", "https://core.cyberun.cloud/api/v1"),
        (" https://h/api/v1// ", "https://h/api/v1"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://[::1]:8787/x", "http://[::1]:8787/x"),
    ],
)
def test_base_urls(url: str, expected: str) -> None:
    assert clean_base_url(url) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "base URL"),
        ("core.cyberun.cloud", "base URL"),
        ("ftp://h/x", "base URL"),
        ("https://", "base URL"),
        ("https://h:99999/x", "base URL"),
        ("https://user:hunter2@h/x", "user or a password"),
        ("ftp://user:hunter2@h/x", "base URL"),
        ("https://h/x?a=hunter2", "query or a fragment"),
        ("https://h/x#a", "query or a fragment"),
        ("https://h/a b", "blank|space"),
        ("https://hé/", "ASCII"),
    ],
)
def test_base_urls_that_cannot_be_used(url: str, words: str) -> None:
    with pytest.raises(TargetError, match=words) as caught:
        clean_base_url(url)
    assert "user:hunter2" not in str(caught.value)


def test_slugs() -> None:
    assert [check_slug(slug) for slug in ("llm", "a", "my-llm-2")] == ["llm", "a", "my-llm-2"]
    for slug in ("", "-a", "a/b", "..", "a.b", "a?b", "ä", "a b", "a" * 101):
        with pytest.raises(TargetError, match="service"):
            check_slug(slug)


def test_a_request_target_is_the_path_as_written() -> None:
    assert request_target("/api/v1", "llm", "/a/../%7e?b=c") == b"/api/v1/r/containers/llm/a/../%7e?b=c"
    assert request_target("", "llm", "/日?ü=%c3") == b"/r/containers/llm/%E6%97%A5?%C3%BC=%c3"
