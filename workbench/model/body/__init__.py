"""What a response body is and how it reads: bytes and headers in, kind, text, layout and places out.

Pure functions over bytes. Nothing here opens a file, asks a clock or raises on what a server sent: damage is part of
the result. `read` does it all; the parts are there for those who need one of them.
"""

from workbench.model.body.charset import Decoded, decode
from workbench.model.body.coding import LIMIT, Unpacked, unpack
from workbench.model.body.kinds import BINARY_KINDS, Kind, Media, recognise
from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import Pretty, pretty
from workbench.model.body.reading import Reading, read
from workbench.model.body.summary import human_size, summary

__all__ = [
    "BINARY_KINDS",
    "LIMIT",
    "Cancelled",
    "Decoded",
    "Kind",
    "Media",
    "Pretty",
    "Reading",
    "Unpacked",
    "decode",
    "human_size",
    "pretty",
    "read",
    "recognise",
    "summary",
    "unpack",
]
