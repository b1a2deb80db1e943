"""The platform's own bytes are looked at, and never kept on disk."""

from __future__ import annotations

import msgspec

from workbench.cli.body_output import envelope_bytes
from workbench.model.exchange import Exchange, ServiceResponse
from workbench.model.history.record import record_of
from workbench.model.secrets import Redactor

REPLY = b'{ "status_code": 200, "body_base64": "Y2FuYXJ5LXRva2Vu" }'


def test_the_reply_is_printed_byte_for_byte() -> None:
    answer = ServiceResponse(platform_status=200, status=200, body=b"canary-token", reply=REPLY)
    assert envelope_bytes(answer) == REPLY
    rebuilt = msgspec.json.decode(envelope_bytes(msgspec.structs.replace(answer, reply=b"")))
    assert rebuilt["body_base64"] == "Y2FuYXJ5LXRva2Vu"


def test_no_record_of_a_send_holds_the_reply() -> None:
    answer = ServiceResponse(platform_status=200, status=200, body=b"data: x\n\n", reply=REPLY, arrivals=((9, 0.1),))
    kept = record_of(Exchange(outcome="passed", response=answer), Redactor(), key="k").response
    assert kept is not None
    assert kept.reply == b""
    assert kept.arrivals == ((9, 0.1),)
