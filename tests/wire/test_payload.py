"""Bytes become messages, or a keyed error; never anything else."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core.wire.errors import WireError
from queue_core.wire.examples import EXAMPLES
from queue_core.wire.messages import MAX_PAYLOAD_BYTES, REQUESTS, IssueRequest, Lobby, Message
from queue_core.wire.payload import read, write

GOOD = {"v": 1, "request_id": "kiosk-1:0001", "service": "ho-tich"}


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_what_is_written_is_read_again(message: Message) -> None:
    assert read(type(message), write(message)) == message


def test_unknown_fields_are_ignored() -> None:
    assert read(IssueRequest, json.dumps(GOOD | {"colour": "red"}).encode()).service == "ho-tich"


BAD = {
    "empty": (b"", "wire.malformed", "$"),
    "no JSON": (b"hello", "wire.malformed", "$"),
    "cut short": (json.dumps(GOOD).encode()[:-3], "wire.malformed", "$"),
    "not UTF-8": (b'{"v":1,"request_id":"kiosk-1:0001","service":"\xff\xfe"}', "wire.malformed", "$"),
    "lone surrogate": (b'{"v":1,"request_id":"kiosk-1:0001","service":"\\ud800"}', "wire.malformed", "$"),
    "a list": (b"[1]", "wire.malformed", "$"),
    "null": (b"null", "wire.malformed", "$"),
    "deep": (b'{"v":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "wire.malformed", "$"),
    "field missing": (json.dumps({"v": 1, "request_id": "kiosk-1:0001"}).encode(), "wire.malformed", "service"),
    "wrong type": (json.dumps(GOOD | {"service": 7}).encode(), "wire.malformed", "service"),
    "too long": (json.dumps(GOOD | {"service": "x" * 33}).encode(), "wire.malformed", "service"),
    "bad id": (json.dumps(GOOD | {"request_id": "a b"}).encode(), "wire.malformed", "request_id"),
    "version 2": (json.dumps(GOOD | {"v": 2}).encode(), "wire.version", None),
    "version text": (json.dumps(GOOD | {"v": "1"}).encode(), "wire.version", None),
    "no version": (json.dumps({k: x for k, x in GOOD.items() if k != "v"}).encode(), "wire.version", None),
    "other version, other shape": (b'{"v":9,"amount":3}', "wire.version", None),
    "too large": (json.dumps(GOOD | {"x": "y" * MAX_PAYLOAD_BYTES}).encode(), "wire.too_large", None),
}


@pytest.mark.parametrize(("payload", "key", "path"), BAD.values(), ids=BAD.keys())
def test_what_breaks_the_contract_gets_its_key(payload: bytes, key: str, path: str | None) -> None:
    with pytest.raises(WireError) as caught:
        read(IssueRequest, payload)
    assert caught.value.key == key
    assert path is None or caught.value.details["path"] == path
    assert "…" not in caught.value.en, "the words have all their details"
    assert caught.value.vi.isascii() is False
    assert not re.search(r"Input should|Invalid|Field req|String should", caught.value.vi + caught.value.en)


def test_the_path_of_a_nested_mistake_is_named() -> None:
    lobby = {"v": 1, "rev": {"epoch": "e"}, "asof_ms": 1, "office_id": "o", "office": {}}
    with pytest.raises(WireError) as caught:
        read(Lobby, json.dumps(lobby).encode())
    assert caught.value.details["path"] == "rev.seq"
    assert "rev.seq" in caught.value.vi


def test_what_nobody_accepts_is_not_sent() -> None:
    with pytest.raises(WireError) as caught:
        write(IssueRequest(request_id="kiosk-1:0001", service="x").model_copy(update={"lang": "v" * MAX_PAYLOAD_BYTES}))
    assert caught.value.key == "wire.too_large"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
fields = st.sampled_from(
    ["v", "request_id", "service", "entry", "priority", "lang", "of", "ticket", "ok", "kind", "on"]
)
likely = st.sampled_from([1, 2, True, "kiosk-1:0001", "ho-tich", "walk_in", None]) | json_values
payloads = st.binary(max_size=300) | st.dictionaries(fields, likely).map(lambda it: json.dumps(it).encode())


@given(payload=payloads, verb=st.sampled_from(sorted(REQUESTS)))
def test_any_bytes_give_a_message_or_a_keyed_error(payload: bytes, verb: str) -> None:
    try:
        message = read(REQUESTS[verb], payload)
    except WireError as error:
        said = error
        said.vi.encode()
        said.en.encode()
        assert {said.key} <= {"wire.malformed", "wire.version"}
    else:
        assert message.v == 1
