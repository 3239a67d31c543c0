"""What the hub makes of requests: good ones go on, others get words, and nobody else hears the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from queue_core.errors import MotcuaError, RuleError
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.examples import EXAMPLES
from queue_core.wire.messages import MAX_PAYLOAD_BYTES, REQUESTS, IssueRequest, Message, Reply, Request
from queue_core.wire.payload import read, write
from queue_core.wire.responder import Answer, Rate, Responder
from tests.wire.harness import DEADLINE_S, TOPICS, Box, Office, eventually

GOOD = {"v": 1, "request_id": "kiosk-1:0001", "service": "ho-tich"}
REPLY_TO = TOPICS.reply("kiosk-1")


class Line:
    """A wire that only writes down what is published."""

    topics = TOPICS

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply, bytes | None]] = []
        self.subscribed: list[str] = []

    def subscribe(self, topic: str, handler: Any, *, qos: int = 1) -> None:
        self.subscribed.append(topic)

    def publish(self, topic: str, message: Message, *, correlation: bytes | None = None, **_: Any) -> bool:
        assert isinstance(message, Reply)
        write(message)
        self.sent.append((topic, message, correlation))
        return True


def served(line: Line, **options: Any) -> tuple[Responder, list[tuple[str, str, Request]]]:
    """A responder whose handler notes the request and agrees."""
    heard: list[tuple[str, str, Request]] = []

    def handle(client: str, verb: str, request: Request, answer: Answer) -> None:
        heard.append((client, verb, request))
        answer(Reply(ok=True, request_id=request.request_id))

    return Responder(line, handle, **options), heard


def asked(topic: str | None = None, **changes: Any) -> tuple[str, bytes, MessageInfo]:
    info = {"response_topic": REPLY_TO, "correlation": b"c" * 16} | changes.pop("info", {})
    return topic or TOPICS.request("kiosk-1", "issue"), json.dumps(GOOD | changes).encode(), MessageInfo(**info)


def test_a_good_request_goes_on_and_is_answered_with_its_correlation() -> None:
    line = Line()
    responder, heard = served(line)
    assert line.subscribed == [TOPICS.all_requests]
    responder.hear(*asked())
    assert heard == [("kiosk-1", "issue", IssueRequest.model_validate(GOOD))]
    assert line.sent == [(REPLY_TO, Reply(ok=True, request_id="kiosk-1:0001"), b"c" * 16)]


@pytest.mark.parametrize("verb", sorted(REQUESTS))
def test_every_verb_of_the_contract_is_understood(verb: str) -> None:
    line = Line()
    responder, heard = served(line)
    [example] = [one for one in EXAMPLES if type(one) is REQUESTS[verb]]
    responder.hear(TOPICS.request("kiosk-1", verb), write(example), MessageInfo())
    assert heard == [("kiosk-1", verb, example)]


ISSUE = TOPICS.request("kiosk-1", "issue")
REFUSED = {
    "unknown verb": (asked(TOPICS.request("kiosk-1", "dance")), "wire.unknown_verb"),
    "malformed": ((ISSUE, b"{", MessageInfo()), "wire.malformed"),
    "wrong version": (asked(v=2), "wire.version"),
    "too large": ((ISSUE, b" " * (MAX_PAYLOAD_BYTES + 1), MessageInfo()), "wire.too_large"),
    "another's reply topic": (asked(info={"response_topic": TOPICS.reply("kiosk-2")}), "wire.foreign_reply"),
    "the board as reply topic": (asked(info={"response_topic": TOPICS.board}), "wire.foreign_reply"),
    "empty reply topic": (asked(info={"response_topic": ""}), "wire.foreign_reply"),
    "huge correlation": (asked(info={"correlation": b"c" * 9999}), "wire.malformed"),
}


@pytest.mark.parametrize(("message", "key"), REFUSED.values(), ids=REFUSED.keys())
def test_what_breaks_the_contract_is_answered_in_words_and_goes_no_further(
    message: tuple[str, bytes, MessageInfo], key: str
) -> None:
    line = Line()
    responder, heard = served(line)
    responder.hear(*message)
    assert heard == []
    [(topic, reply, _)] = line.sent
    assert topic == REPLY_TO
    assert not reply.ok
    assert reply.error is not None
    assert reply.error.key == key
    assert "…" not in reply.error.vi + reply.error.en
    assert responder.counts[key] == 1


IGNORED = {
    "a stored request": (asked(info={"retained": True}), "retained"),
    "no client": ((f"{TOPICS.root}/request//issue", b"{}", MessageInfo()), "no_topic"),
    "no id": ((f"{TOPICS.root}/request/Kiosk 1/issue", b"{}", MessageInfo()), "no_topic"),
    "a line break": ((f"{TOPICS.root}/request/kiosk-1\n/issue", b"{}", MessageInfo()), "no_topic"),
    "too deep": ((f"{TOPICS.root}/request/kiosk-1/issue/x", b"{}", MessageInfo()), "no_topic"),
}


@pytest.mark.parametrize(("message", "count"), IGNORED.values(), ids=IGNORED.keys())
def test_what_has_no_asker_is_counted_only(message: tuple[str, bytes, MessageInfo], count: str) -> None:
    line = Line()
    responder, heard = served(line)
    responder.hear(*message)
    assert (heard, line.sent) == ([], [])
    assert responder.counts[count] == 1


def test_a_rule_and_a_fault_are_answered_and_the_hub_lives() -> None:
    line, errors = Line(), [RuleError("queue.empty", counter="2"), ZeroDivisionError("a fault of ours")]

    def handle(_client: str, _verb: str, _request: Request, _answer: Answer) -> None:
        raise errors.pop(0)

    responder = Responder(line, handle)
    responder.hear(*asked())
    responder.hear(*asked())
    replies = [reply for _, reply, _ in line.sent]
    assert [reply.error and reply.error.key for reply in replies] == ["queue.empty", "internal"]
    assert {reply.request_id for reply in replies} == {"kiosk-1:0001"}
    assert responder.counts["faults"] == 1


def test_only_the_first_answer_counts() -> None:
    line, answers = Line(), []
    responder = Responder(line, lambda _c, _v, _r, answer: answers.append(answer))
    responder.hear(*asked())
    for _ in range(3):
        answers[0](Reply(ok=True))
    assert len(line.sent) == 1


def test_a_flood_is_told_so_then_ignored_and_others_are_served() -> None:
    line, now_s = Line(), [0.0]
    responder, heard = served(line, rate=Rate(per_s=10, burst=20), clock_s=lambda: now_s[0])
    for _ in range(100):
        responder.hear(*asked())
    keys = [reply.error.key for _, reply, _ in line.sent if reply.error]
    assert len(heard) == 20
    assert keys == ["wire.too_many"] * 20
    assert responder.counts["silenced"] == 60
    responder.hear(*asked(TOPICS.request("kiosk-2", "issue"), info={"response_topic": None}))
    assert len(heard) == 21, "another client is not held up"
    now_s[0] = 1.0
    for _ in range(100):
        responder.hear(*asked())
    assert len(heard) == 31, "ten more after a second"
    now_s[0] = -1000.0
    responder.hear(*asked())
    assert len(heard) == 31, "a clock that jumps back gives nothing"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    ["v", "request_id", "service", "entry", "priority", "lang", "of", "ticket", "ok", "kind", "on"]
)
likely = st.sampled_from([1, 1, 1, 2, "kiosk-1:0001", "ho-tich", "walk_in", True]) | json_values
payloads = st.binary(max_size=200) | st.dictionaries(fields, likely).map(lambda it: json.dumps(it).encode())
part = st.sampled_from(["kiosk-1", "kiosk-2", "hub", "", "#", "+", "issue", "check-in", "cancel"]) | st.text(
    max_size=40
)
topics = st.lists(part, min_size=0, max_size=4).map(lambda it: "/".join([TOPICS.root, "request", *it])) | st.text()
infos = st.builds(
    MessageInfo,
    retained=st.booleans(),
    response_topic=st.none() | st.sampled_from([REPLY_TO, TOPICS.board]) | st.text(max_size=20),
    correlation=st.none() | st.binary(max_size=80),
)


@given(topic=topics | st.just(ISSUE), payload=payloads, info=infos)
def test_whatever_comes_nothing_is_raised_and_nobody_else_is_answered(
    topic: str, payload: bytes, info: MessageInfo
) -> None:
    line = Line()
    responder, heard = served(line)
    responder.hear(topic, payload, info)
    parsed = TOPICS.parse_request(topic)
    if parsed is None or info.retained:
        assert (heard, line.sent) == ([], [])
    else:
        [(answered, reply, _)] = line.sent
        assert answered == TOPICS.reply(parsed[0])
        assert reply.ok == bool(heard)


# ------------------------------------------------------------------ over the real broker
def hub_of(office: Office) -> tuple[Bus, Responder, list[Request]]:
    heard: list[Request] = []

    def handle(_client: str, _verb: str, request: Request, answer: Answer) -> None:
        heard.append(request)
        answer(Reply(ok=True, request_id=request.request_id))

    hub = office.bus("hub", kind="hub")
    responder = Responder(hub, handle, rate=Rate(per_s=1000, burst=1000))
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    return hub, responder, heard


def properties(**values: Any) -> Properties:
    made = Properties(PacketTypes.PUBLISH)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_hostile_bytes_over_the_broker_are_answered_to_their_sender_only(office: Office) -> None:
    _, responder, heard = hub_of(office)
    paho, box, _ = office.raw("kiosk-1")
    _, other = office.listener("watch", TOPICS.reply("kiosk-2"), TOPICS.board)
    paho.subscribe(REPLY_TO, qos=1)
    hostile = [
        (b"\xff\xfe{", {}, "wire.malformed"),
        (json.dumps(GOOD | {"v": 7}).encode(), {}, "wire.version"),
        (json.dumps(GOOD | {"x": "y" * MAX_PAYLOAD_BYTES}).encode(), {}, "wire.too_large"),
        (json.dumps(GOOD).encode(), {"ResponseTopic": TOPICS.reply("kiosk-2")}, "wire.foreign_reply"),
        (json.dumps(GOOD).encode(), {"ResponseTopic": TOPICS.board}, "wire.foreign_reply"),
    ]
    for number, (payload, extra, key) in enumerate(hostile, start=1):
        mark = bytes([number]) * 16
        paho.publish(ISSUE, payload, qos=1, properties=properties(CorrelationData=mark, **extra))
        box.wait_for(lambda it, number=number: len(it.items) == number)
        _, said, info = box.items[-1]
        reply = read(Reply, said)
        assert reply.error is not None
        assert (reply.error.key, info.correlation) == (key, mark)
    paho.publish(ISSUE, json.dumps(GOOD).encode(), qos=1, properties=properties(CorrelationData=b"x"))
    box.wait_for(lambda it: len(it.items) == len(hostile) + 1)
    assert read(Reply, box.items[-1][1]).ok, "an absent reply topic is no offence"
    assert len(heard) == 1
    assert other.items == []
    assert responder.counts["foreign_reply"] == 2


def test_ten_megabytes_end_their_senders_connection_and_no_other(office: Office) -> None:
    hub, _, _ = hub_of(office)
    paho, _, gone = office.raw("kiosk-1")
    kiosk = office.started("kiosk-2")
    paho.publish(ISSUE, b"x" * 10_000_000, qos=1)
    assert gone.wait(DEADLINE_S)
    assert kiosk.request("issue", IssueRequest(request_id="kiosk-2:0001", service="ho-tich")).ok
    assert (hub.connection, kiosk.connection) == (1, 1)
    assert office.broker.running


def test_a_stored_request_is_not_asked_again_when_the_hub_returns(office: Office) -> None:
    paho, _, _ = office.raw("kiosk-1")
    paho.publish(ISSUE, json.dumps(GOOD).encode(), qos=1, retain=True).wait_for_publish(DEADLINE_S)
    _, responder, heard = hub_of(office)
    eventually(lambda: responder.counts["retained"] == 1)
    assert heard == []


def test_a_rule_reaches_the_kiosk_in_both_languages(office: Office) -> None:
    hub = office.bus("hub", kind="hub")

    def handle(_client: str, _verb: str, _request: Request, _answer: Answer) -> None:
        raise MotcuaError("service.unknown", service="xyz")

    Responder(hub, handle)
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    reply = office.started("kiosk-1").request("issue", IssueRequest(request_id="kiosk-1:0001", service="xyz"))
    assert reply.error is not None
    assert reply.error.vi.startswith("Không có dịch vụ “xyz”")
    assert reply.error.en.startswith("There is no service “xyz”")


def test_the_box_fails_when_nothing_comes() -> None:
    with pytest.raises(AssertionError, match="only came"):
        Box().wait_for(lambda box: box.items, timeout_s=0.01)
