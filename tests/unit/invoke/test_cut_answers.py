"""An answer that quotes a secret and is cut in the middle of it: no part of the secret is left in what people see."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import httpx
import pytest

from workbench.invoke import Credential, WireOptions
from workbench.invoke.core import Core
from workbench.model.envelope import Envelope
from workbench.model.errors import PlatformError
from workbench.model.secrets import Redactor, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://gateway.example/api/v1"
KEY = "sk-canary-0123456789abcdef"
PASSWORD = 'canary"paß/wört 4711'
SHORTEST_LEFT = 4
"""Characters of a secret that are no secret any more."""


def _error(text: str) -> httpx.Response:
    return httpx.Response(400, json={"error_message": text})


def _plain_error(text: str) -> httpx.Response:
    return httpx.Response(400, text=text)


def _no_envelope(text: str) -> httpx.Response:
    return httpx.Response(200, json={"message": text})


def _no_json(text: str) -> httpx.Response:
    return httpx.Response(200, text=text)


def _left(shown: str, written: str) -> list[str]:
    width = SHORTEST_LEFT + 1
    return [part for at in range(len(written) - width + 1) if (part := written[at : at + width]) in shown]


@pytest.mark.parametrize("cut", [300, 2048])
@pytest.mark.parametrize("answer", [_error, _plain_error, _no_envelope, _no_json])
async def test_what_a_cut_left_of_a_secret_is_masked(answer: Callable[[str], httpx.Response], cut: int) -> None:
    password = Secret(PASSWORD, "password")
    redact = Redactor([password]).redact
    encoded = b64encode(PASSWORD.encode()).decode()
    for before in range(cut - 45, cut + 1, 2):
        for written in (KEY, PASSWORD, encoded):
            text = "A" * before + written + "B" * 60
            core = Core(
                base_url=BASE,
                credential=Credential(KEY, base_url=BASE),
                options=WireOptions(),
                inner=httpx.MockTransport(lambda _, text=text: answer(text)),
            )
            with pytest.raises(PlatformError) as caught:
                await core.exchange("llm", Envelope(method="GET", path="/"))
            failure = caught.value.failure
            shown = redact(f"{failure.message}\n{failure.hint}\n") + redact(failure.detail)
            assert not _left(shown, written), (before, shown)
