"""Guesses the charset of a text that is not UTF-8 and does not say what it is, among a short list.

A guess is a guess: the viewer says so beside it. Looks at a bounded sample and never raises.
"""

from __future__ import annotations

import re

_SAMPLE = 16 * 1024
_HIGH = re.compile(rb"[\x80-\xff]+")
_LONE_SHARE = 0.6
_LIKELY = 0.6
_SURE = 0.95  # when most bytes above ASCII stand alone, as accented letters do

_KANA = re.compile("[\u3041-\u30fe]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_CYRILLIC = re.compile("[\u0400-\u045f]")
_LOWER = re.compile("[\u0430-\u045f]")
_UPPER_AFTER_LOWER = re.compile("[\u0430-\u044f][\u0410-\u042f]")
_MIXED = re.compile("[A-Za-z][\u0400-\u045f]|[\u0400-\u045f][A-Za-z]")
_MIXED_IDEOGRAPH = re.compile("[a-z][\u4e00-\u9fff]|[\u4e00-\u9fff](?=[a-z])")
_COMMON = re.compile(
    "[的一是不了在人有我他中大来上国到说们为子和你地出道也时年得就那要下以生会自着去之过家"  # simplified
    "這來國個們為說時會對過還後學麼開點無當機經發業電體]"  # traditional
)

_JAPANESE = ("cp932", "euc_jp")
_NAMES = {
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "gb18030": "gb18030",
    "cp950": "big5",
    "euc_kr": "euc-kr",
    "koi8_r": "koi8-r",
    "cp1251": "windows-1251",
    "cp866": "ibm866",
}


def guess(data: bytes) -> str:
    """The likeliest of shift_jis, euc-jp, gb18030, big5, euc-kr, koi8-r, windows-1251, ibm866, windows-1252."""
    sample = data[:_SAMPLE]
    runs = _HIGH.findall(sample)
    if not runs:
        return "windows-1252"
    scores = {codec: _score(sample, codec) for codec in _NAMES}
    best = max(scores, key=lambda codec: scores[codec])
    lone = sum(len(run) == 1 for run in runs) / len(runs)
    wanted = _SURE if lone > _LONE_SHARE else _LIKELY
    if scores[best] < wanted:
        return "windows-1252"
    return _NAMES[best]


def _score(sample: bytes, codec: str) -> float:
    """How much of what is not ASCII reads like the language that the codec is for: about 0 to 1.5."""
    text = _decoded(sample, codec)
    foreign = sum(not character.isascii() for character in text) if text else 0
    if not text or not foreign:
        return 0
    if codec in _JAPANESE:
        kana, ideographs = len(_KANA.findall(text)), len(_IDEOGRAPH.findall(text))
        return (kana + ideographs) / foreign + 0.3 if kana > foreign * 0.15 else 0
    if codec == "euc_kr":
        return len(_HANGUL.findall(text)) / foreign + 0.2
    if codec in ("gb18030", "cp950"):
        mixed = len(_MIXED_IDEOGRAPH.findall(text))
        return (0.8 * len(_IDEOGRAPH.findall(text)) + len(_COMMON.findall(text)) - 0.5 * mixed) / foreign
    cyrillic = len(_CYRILLIC.findall(text))
    broken = len(_UPPER_AFTER_LOWER.findall(text)) + len(_MIXED.findall(text))
    return cyrillic / foreign * 0.7 + (0.4 * len(_LOWER.findall(text)) - broken) / foreign


def _decoded(sample: bytes, codec: str) -> str:
    """The sample in that codec, or '' when it is not of it; a character cut off at the sample's end does not count."""
    for cut in range(4):
        try:
            return sample[: len(sample) - cut].decode(codec)
        except UnicodeDecodeError:
            if len(sample) < _SAMPLE:
                break
    return ""
