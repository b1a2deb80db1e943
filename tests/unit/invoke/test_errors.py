"""The border's table: every exception of the libraries underneath has a kind, and a bug has none."""

from __future__ import annotations

import asyncio
import errno
import importlib
import inspect
import socket
import ssl
from itertools import pairwise
from typing import TYPE_CHECKING, Any, get_args

import aiohttp
import httpx
import pytest

from workbench.invoke.errors import failure_of, raised_by_body, timeout_failure
from workbench.model.errors import ErrorKind, Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = ["httpx", "httpx2", "aiohttp.client_exceptions", "httpcore", "httpcore2", "h11"]


def classes() -> Iterator[tuple[str, type[BaseException]]]:
    for name in MODULES:
        module = importlib.import_module(name)
        for member in vars(module).values():
            if not inspect.isclass(member) or not issubclass(member, Exception) or issubclass(member, Warning):
                continue
            if member.__module__.partition(".")[0] == name.partition(".")[0]:
                yield f"{name}.{member.__name__}", member


CLASSES = dict(classes())


def made(kind: type[BaseException]) -> BaseException:
    """An instance, whatever its constructor wants: as it may come out of the library."""
    return kind.__new__(kind)


def test_there_are_classes_to_check() -> None:
    assert len(CLASSES) > 80
    assert {"httpx.InvalidURL", "httpx.CookieConflict", "httpx.StreamConsumed"} <= CLASSES.keys()
    assert {"aiohttp.client_exceptions.ServerDisconnectedError", "h11.LocalProtocolError"} <= CLASSES.keys()


@pytest.mark.parametrize("name", CLASSES)
def test_every_foreign_exception_has_a_kind(name: str) -> None:
    failure = failure_of(made(CLASSES[name]), host="example.org:443")
    assert failure is not None
    assert failure.kind in get_args(ErrorKind)
    assert failure.layer in get_args(Layer)
    assert failure.message
    assert "{" not in failure.message + failure.hint


@pytest.mark.parametrize(
    ("error", "kind", "doubt"),
    [
        (ssl.SSLError(1, "x"), "tls", True),
        (ssl.SSLCertVerificationError(1, "x"), "tls", True),
        (socket.gaierror(-2, "x"), "dns", False),
        (TimeoutError(), "timeout", True),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connect", True),
        (BrokenPipeError(), "connect", True),
        (EOFError(), "connect", True),
        (asyncio.IncompleteReadError(b"", 5), "connect", True),
        (OSError(errno.EMFILE, "x"), "connect", True),
        (UnicodeEncodeError("ascii", "é", 0, 1, "x"), "envelope", True),
        (asyncio.CancelledError(), "cancelled", True),
        (httpx.ConnectError("x"), "connect", False),
        (httpx.ConnectTimeout("x"), "timeout", False),
        (httpx.ReadTimeout("x"), "timeout", True),
        (httpx.RemoteProtocolError("x"), "envelope", True),
        (aiohttp.ServerDisconnectedError(), "connect", True),
        (aiohttp.SocketTimeoutError(), "timeout", True),
        (aiohttp.ConnectionTimeoutError(), "timeout", False),
        (aiohttp.ClientPayloadError(), "connect", True),
        (aiohttp.InvalidURL("x"), "connect", False),
    ],
    ids=repr,
)
def test_kinds(error: BaseException, kind: str, doubt: bool) -> None:
    failure = failure_of(error)
    assert failure is not None
    assert (failure.kind, failure.in_doubt) == (kind, doubt)


@pytest.mark.parametrize("error", [TypeError(), KeyError("x"), AssertionError(), RuntimeError("x"), ValueError("x")])
def test_a_bug_has_no_kind(error: Exception) -> None:
    assert failure_of(error) is None
    assert failure_of(ExceptionGroup("several", [TimeoutError(), error])) is None


def test_what_was_observed_counts_more_than_the_kind() -> None:
    for error in (TimeoutError(), aiohttp.ServerDisconnectedError(), asyncio.CancelledError()):
        assert [failure_of(error, sent=sent).in_doubt for sent in (True, False)] == [True, False]  # type: ignore[union-attr]  # they have one
    refused = failure_of(httpx.ConnectError("x"), sent=True)
    assert refused is not None
    assert not refused.in_doubt


def test_a_group_is_what_is_in_it() -> None:
    failure = failure_of(ExceptionGroup("several", [TimeoutError(), ConnectionResetError()]))
    assert failure is not None
    assert failure.kind == "timeout"


def chained(*errors: BaseException) -> BaseException:
    for outer, inner in pairwise(errors):
        outer.__cause__ = inner
    return errors[0]


@pytest.mark.parametrize(
    ("errors", "kind", "doubt"),
    [
        ((httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()), "connect", True),
        ((httpx.ConnectTimeout("x"), aiohttp.ClientOSError(104, "reset"), ConnectionResetError()), "connect", True),
        ((httpx.ConnectError("x"), ssl.SSLError(1, "x")), "tls", None),
        ((httpx.ConnectError("x"), socket.gaierror(-2, "x")), "dns", False),
        ((aiohttp.ClientOSError(1, "x"), ssl.SSLError(1, "x")), "tls", None),
        ((httpx.ReadTimeout("x"), aiohttp.SocketTimeoutError()), "timeout", True),
    ],
)
def test_the_origin_knows_best(errors: tuple[BaseException, ...], kind: str, doubt: bool | None) -> None:
    failure = failure_of(chained(*errors))
    assert failure is not None
    assert failure.kind == kind
    assert doubt is None or failure.in_doubt is doubt


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()
    failure = failure_of(chained(first, second, first))
    assert failure is not None


def test_what_the_body_raised_is_found() -> None:
    mine = ZeroDivisionError()
    assert raised_by_body(chained(aiohttp.ClientConnectionError("x"), mine)) is mine
    assert raised_by_body(chained(aiohttp.ClientConnectionError("x"), ConnectionResetError())) is None
    assert raised_by_body(aiohttp.ClientConnectionError("x")) is None


class _CertificateError(ssl.SSLCertVerificationError):
    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(1, message)
        self.verify_code = code
        self.verify_message = message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10, "expired"),
        (9, "not valid yet"),
        (62, "another name"),
        (64, "another address"),
        (18, "self-signed"),
        (19, "unknown here"),
        (20, "unknown here"),
        (21, "unknown here"),
        (99, "the odd thing"),
    ],
)
def test_reasons_of_tls_are_told_apart(code: int, words: str) -> None:
    failure = failure_of(_CertificateError(code, "the odd thing"))
    assert failure is not None
    assert words in failure.message


def test_a_message_never_repeats_the_exceptions_own_text() -> None:
    """It may hold a header's value, or a URL with a password."""
    secret = "hunter2-canary"
    made_: list[Any] = [
        httpx.LocalProtocolError(f"Illegal header value {secret}"),
        httpx.InvalidURL(secret),
        aiohttp.InvalidURL(f"http://u:{secret}@x"),
        OSError(errno.EIO, "io", secret),
        UnicodeEncodeError("ascii", secret, 0, 1, "x"),
        aiohttp.ClientOSError(errno.EPIPE, secret),
    ]
    for error in made_:
        assert secret not in repr(failure_of(error))


def test_the_limit_for_all_says_how_far_it_came() -> None:
    assert "no connection to h" in timeout_failure(5, host="h", sent=False).message
    late = timeout_failure(2.5, host="h", sent=True)
    assert (late.message, late.in_doubt) == ("timeout after 2.5 s: no complete answer from h", True)
