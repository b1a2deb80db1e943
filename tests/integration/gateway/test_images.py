"""The sample services `images` and `worker`."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client


def chunks(picture: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG, each with a right checksum."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = {}, 8
    while at < len(picture):
        (size,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + size]
        assert struct.unpack(">I", picture[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + data)
        found[kind] = data
        at += 12 + size
    return found


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 7), (64, 32), (200, 200)])
async def test_a_picture_is_a_png_of_the_size_asked_for(client: Client, width: int, height: int) -> None:
    answer = await client.invoke("images", "GET", f"/plasma.png?w={width}&h={height}&seed=5")
    assert answer.container_headers["content-type"] == "image/png"
    found = chunks(answer.container_body)
    assert list(found) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", found[b"IHDR"]) == (width, height, 8, 2, 0, 0, 0)
    rows = zlib.decompress(found[b"IDAT"])
    assert len(rows) == height * (1 + width * 3)
    assert all(rows[start] == 0 for start in range(0, len(rows), 1 + width * 3))


async def test_the_seed_makes_the_picture(client: Client) -> None:
    one, again, other = [
        (await client.invoke("images", "GET", f"/plasma.png?w=32&h=32&seed={seed}")).container_body
        for seed in (1, 1, 2)
    ]
    assert one == again
    assert one != other
    assert len(set(zlib.decompress(chunks(one)[b"IDAT"]))) > 20


@pytest.mark.parametrize("query", ["w=0", "h=1025", "w=x", "seed=-1"])
async def test_pictures_that_cannot_be(client: Client, query: str) -> None:
    assert (await client.invoke("images", "GET", f"/plasma.png?{query}")).container_status == 422


async def test_a_badge_is_xml_whatever_its_words(client: Client) -> None:
    answer = await client.invoke("images", "GET", "/badge.svg?label=a%3Cb%26%22&value=%00%1b&color=red")
    assert answer.container_headers["content-type"] == "image/svg+xml"
    texts = [node.text for node in ET.fromstring(answer.container_body).iter() if node.tag.endswith("text")]  # noqa: S314 - our own
    assert texts == ['a<b&"', "\ufffd\ufffd"]
    assert (await client.invoke("images", "GET", "/badge.svg?color=%22%3E")).container_status == 422
    assert (await client.invoke("images", "GET", "/")).container_json["service"] == "images"


async def test_a_worker_runs_jobs_once_it_is_running(client: Client) -> None:
    client.platform.set_status("reports", "running")
    for number in range(1, 23):
        made = await client.invoke("reports", "POST", "/jobs", body=b'{"month": 5}')
        assert (made.container_status, made.container_json["id"]) == (201, number)
    jobs = (await client.invoke("reports", "GET", "/jobs")).container_json["jobs"]
    assert [job["id"] for job in jobs] == list(range(3, 23))
    assert (await client.invoke("reports", "GET", "/")).container_json == {"service": "worker", "jobs": 20}
