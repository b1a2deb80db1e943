"""What the sample "model" says: the same words for the same prompt, cut into tokens as a real one streams them."""

from __future__ import annotations

import hashlib
import math
import re

import msgspec

_TOKEN = re.compile(r"\s*\S+")
_QUOTED = 200
_SENTENCES = (
    "This answer comes from the sample model of the local gateway.",
    "It always says the same for the same question.",
    "No graphics card is needed for it.",
    "Ask it to stream, and the words arrive one by one.",
    "A real model would know more about that.",
    "The numbers in `usage` count words, not subwords.",
)


class Reply(msgspec.Struct, frozen=True):
    """One answer, in tokens; joined they are the text."""

    tokens: list[str]
    finish_reason: str

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(self.tokens)


def reply(prompt: str, number: int, max_tokens: int, stop: list[str], *, as_json: bool = False) -> Reply:
    """The answer to a prompt.

    Args:
        prompt: what was asked.
        number: which of several answers.
        max_tokens: where it is cut off.
        stop: words it ends before.
        as_json: it is a JSON object.
    """
    digest = hashlib.sha256(f"{number}\n{prompt}".encode("utf-8", "replace")).digest()
    quoted = " ".join(prompt.split())[:_QUOTED]
    chosen = [_SENTENCES[digest[at] % len(_SENTENCES)] for at in range(2)]
    if as_json:
        text = msgspec.json.encode({"you_said": quoted, "answer": chosen[0], "score": digest[2]}).decode()
    else:
        text = " ".join(dict.fromkeys([f"You said: {quoted}", *chosen]))
    stopped = min((at for at in map(text.find, stop) if at >= 0), default=len(text))
    tokens = _TOKEN.findall(text[:stopped])
    if len(tokens) > max_tokens:
        return Reply(tokens[:max_tokens], "length")
    return Reply(tokens, "stop")


def count_tokens(text: str) -> int:
    """How many tokens a text has: its words."""
    return len(text.split())


def fingerprint(*parts: str) -> str:
    """An id that is the same for the same words."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def vector(text: str, dimensions: int) -> list[float]:
    """A vector of length 1 that is the same for the same text."""
    blocks = -(-dimensions // 32)
    digest = b"".join(hashlib.sha256(f"{at}\n{text}".encode("utf-8", "replace")).digest() for at in range(blocks))
    values = [byte - 127.5 for byte in digest[:dimensions]]
    length = math.sqrt(sum(value * value for value in values))
    return [round(value / length, 6) for value in values]
