"""The hub on a real broker: who hears what, in which order, and what a stranger's message comes to."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from queue_core import commands as c
from queue_core import events as e
from queue_core.wire.bus import Bus
from queue_core.wire.messages import (
    AlertRequest,
    Beat,
    Board,
    Call,
    CancelRequestRequest,
    CheckInRequest,
    Facts,
    HelpRequest,
    IssueRequest,
    Lobby,
    Reply,
    SlipRequest,
)
from queue_core.wire.payload import read
from tests.core.life import at
from tests.hub.house import Hub
from tests.wire.harness import DEADLINE_S, TOPICS, Box, eventually
from tests.wire.harness import Office as Wire

VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@pytest.fixture
def live(hub: Hub, wire: Wire) -> Hub:
    hub.goes_on_air(wire)
    return hub


def issue(kiosk: Bus, request_id: str, service: str = "ho-tich", **more: Any) -> Reply:
    return kiosk.request("issue", IssueRequest(request_id=request_id, service=service, **more), timeout_s=DEADLINE_S)


def number_of(reply: Reply) -> str:
    assert reply.ticket is not None, reply.error
    return reply.ticket.number


# ---------------------------------------------------------------------- asking over the wire
def test_the_same_request_over_the_wire_also_after_a_restart_of_the_hub(live: Hub, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    first = issue(kiosk, "request-1")
    assert issue(kiosk, "request-1") == first
    live.reopen()
    live.goes_on_air(wire)
    assert issue(kiosk, "request-1") == first
    assert number_of(issue(kiosk, "request-2")) == "A002"


def test_two_kiosks_with_the_same_request_id(live: Hub, wire: Wire) -> None:
    one, two = wire.started("kiosk-1"), wire.started("kiosk-2")
    assert {number_of(issue(one, "request-1")), number_of(issue(two, "request-1"))} == {"A001", "A002"}


def test_kiosks_at_once(live: Hub, wire: Wire) -> None:
    kiosks = [wire.started("kiosk-1"), wire.started("kiosk-2")]
    given: list[str] = []

    def press(number: int) -> None:
        for i in range(10):
            reply = issue(kiosks[number % 2], f"request-{number}-{i}")
            given.append(number_of(reply))

    threads = [threading.Thread(target=press, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert sorted(given) == [f"A{i:03d}" for i in range(1, 41)]


def test_a_citizen_leaves_before_the_request_arrives_and_after_the_answer(live: Hub, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")

    def leave(of: str, own: str) -> Reply:
        return kiosk.request("cancel", CancelRequestRequest(request_id=own, of=of), timeout_s=DEADLINE_S)

    assert leave("request-1", "cancel-1").ok
    late = issue(kiosk, "request-1")
    assert late.error is not None
    assert late.error.key == "request.cancelled"
    assert number_of(issue(kiosk, "request-2")) == "A001"
    assert leave("request-2", "cancel-2").ok
    assert live.engine.state.tickets["1-1"].status == "cancelled"
    assert issue(kiosk, "request-2").ok is False


def test_nobody_cancels_for_another(live: Hub, wire: Wire) -> None:
    one, two = wire.started("kiosk-1"), wire.started("kiosk-2")
    issue(one, "request-1")
    two.request("cancel", CancelRequestRequest(request_id="cancel-1", of="request-1"), timeout_s=DEADLINE_S)
    assert live.engine.state.tickets["1-1"].status == "waiting"


def test_slips_help_and_trouble_over_the_wire(live: Hub, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    issue(kiosk, "request-1")
    for verb, message in [
        ("slip", SlipRequest(request_id="request-2", ticket="1-1", ok=True)),
        ("help", HelpRequest(request_id="request-3")),
        ("alert", AlertRequest(request_id="request-4", kind="paper_out", on=True)),
    ]:
        assert kiosk.request(verb, message, timeout_s=DEADLINE_S).ok
    state = live.engine.state
    assert (state.tickets["1-1"].printed, list(state.help), list(state.alerts)) == (
        1,
        ["kiosk-1"],
        [("kiosk-1", "paper_out")],
    )


def test_a_booked_visit_over_the_wire(live: Hub, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    live.ask(c.MakeBooking(service="ho-tich", code="123456", at_ms=at("2026-11-23 08:30")), by="officer")
    reply = kiosk.request("check_in", CheckInRequest(request_id="request-1", booking="123456"), timeout_s=DEADLINE_S)
    assert number_of(reply) == "A001"
    again = kiosk.request("check_in", CheckInRequest(request_id="request-2", booking="123456"), timeout_s=DEADLINE_S)
    assert again.error is not None
    assert "A001" in again.error.vi


# ---------------------------------------------------------------------- what a stranger sends
def sent(wire: Wire, topic: str, payload: bytes, *, reply_to: str | None = None) -> Callable[[], Reply | None]:
    """Send bytes as kiosk-1; the hub's answer, when there is one."""
    kiosk, heard, _gone = wire.raw("kiosk-1")
    kiosk.subscribe(TOPICS.reply("kiosk-1"), 1)
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.CorrelationData = b"c-1"
    if reply_to is not None:
        properties.ResponseTopic = reply_to
    kiosk.publish(topic, payload, qos=1, properties=properties)
    return lambda: next((read(Reply, payload) for _, payload, _ in heard.items), None)


GOOD = {"v": 1, "request_id": "request-1", "service": "ho-tich"}
SLIP = {"v": 1, "request_id": "request-1", "ok": True}


@pytest.mark.parametrize(
    ("verb", "payload", "key"),
    [
        ("issue", b"{", "wire.malformed"),
        ("issue", b"\xff\xfe", "wire.malformed"),
        ("issue", b"", "wire.malformed"),
        ("issue", b"[]", "wire.malformed"),
        ("issue", b'{"v": 1, "request_id": "x", "service": "ho-tich"}', "wire.malformed"),
        ("issue", json.dumps(GOOD | {"v": 2}).encode(), "wire.version"),
        ("issue", json.dumps({k: x for k, x in GOOD.items() if k != "v"}).encode(), "wire.version"),
        ("issue", json.dumps(GOOD | {"service": "khong-co"}).encode(), "service.unknown"),
        ("issue", json.dumps(GOOD | {"service": "Hộ tịch; DROP TABLE"}).encode(), "service.unknown"),
        ("issue", json.dumps(GOOD | {"service": ""}).encode(), "service.unknown"),
        ("issue", json.dumps(GOOD | {"priority": "vua"}).encode(), "priority.unknown"),
        ("issue", json.dumps(GOOD | {"priority": "ưu tiên"}).encode(), "priority.unknown"),
        ("issue", json.dumps(GOOD | {"filler": "x" * 300_000}).encode(), "wire.too_large"),
        ("slip", json.dumps(SLIP | {"ticket": "9-9"}).encode(), "ticket.unknown"),
        ("slip", json.dumps(SLIP | {"ticket": "số 1"}).encode(), "ticket.unknown"),
        ("dance", json.dumps(GOOD).encode(), "wire.unknown_verb"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_keyed_error_in_two_languages(
    live: Hub, wire: Wire, verb: str, payload: bytes, key: str
) -> None:
    seq = live.engine.seq
    reply = eventually(sent(wire, f"{TOPICS.root}/request/kiosk-1/{verb}", payload))
    assert (reply.ok, reply.error.key) == (False, key)
    assert VIETNAMESE.search(reply.error.vi)
    assert reply.error.en != reply.error.vi
    assert "…" not in reply.error.vi + reply.error.en
    assert live.engine.seq == seq, "nothing changed"


def test_a_foreign_reply_topic_is_not_answered(live: Hub, wire: Wire) -> None:
    _bus, ear = wire.listener("kiosk-2")
    payload = json.dumps(GOOD).encode()
    reply = eventually(sent(wire, TOPICS.request("kiosk-1", "issue"), payload, reply_to=TOPICS.reply("kiosk-2")))
    assert reply.error.key == "wire.foreign_reply"
    assert VIETNAMESE.search(reply.error.vi)
    assert ear.items == []
    assert live.engine.state.tickets == {}


def test_ten_megabytes_hurt_nobody(live: Hub, wire: Wire) -> None:
    paho, _box, gone = wire.raw("kiosk-1")
    paho.publish(TOPICS.request("kiosk-1", "issue"), b"x" * 10_000_000, qos=1)
    assert gone.wait(DEADLINE_S), "the broker ends a connection that sends so much"
    assert number_of(issue(wire.started("kiosk-2"), "request-1")) == "A001"


def test_a_stored_request_is_not_asked(live: Hub, wire: Wire) -> None:
    live.close()
    kiosk, _heard, _gone = wire.raw("kiosk-1")
    kiosk.publish(TOPICS.request("kiosk-1", "issue"), json.dumps(GOOD).encode(), qos=1, retain=True).wait_for_publish(5)
    live.open()
    live.goes_on_air(wire)
    assert number_of(issue(wire.started("kiosk-2"), "request-9")) == "A001"


# ---------------------------------------------------------------------- board, calls, facts
def heard_in_order(box: Box) -> list[str]:
    return [topic.rpartition("/")[2] for topic, _, _ in box.items]


def test_the_board_comes_before_the_call_and_lists_it(live: Hub, wire: Wire) -> None:
    live.opened("q1")
    _bus, ear = wire.listener("watch", TOPICS.board, TOPICS.call)
    live.issue("kiosk-1/r1")
    live.call("q1")
    call = ear.wait_for(lambda box: box.messages(Call, TOPICS.call))[0]
    before = ear.items[: heard_in_order(ear).index("call")]
    board = read(Board, [payload for topic, payload, _ in before if topic == TOPICS.board][-1])
    listed = {entry.number: entry for entry in board.calls}
    assert (listed["A001"].state, listed["A001"].call_seq, board.rev) == ("called", call.rev.seq, call.rev)
    assert (call.number, call.counter_number, call.times) == ("A001", 1, 1)


def test_a_recall_has_its_own_position_and_count(live: Hub, wire: Wire) -> None:
    live.opened("q1")
    _bus, ear = wire.listener("watch", TOPICS.board, TOPICS.call)
    live.issue("kiosk-1/r1")
    live.call("q1")
    live.ask(c.Recall(counter="q1"), by="officer")
    first, second = _two_calls(ear)
    assert (first.times, second.times) == (1, 2)
    assert second.rev.seq == first.rev.seq + 1


def _two_calls(ear: Box) -> list[Call]:
    def two(box: Box) -> list[Call] | None:
        calls = [read(Call, payload) for topic, payload, _ in box.items if topic == TOPICS.call]
        return calls if len(calls) == 2 else None

    found: list[Call] = ear.wait_for(two)
    return found


def test_ten_calls_in_a_burst_are_ten_calls_each_on_a_board_before(live: Hub, wire: Wire) -> None:
    live.opened("q1")
    _bus, ear = wire.listener("watch", TOPICS.board, TOPICS.call)
    for i in range(10):
        live.issue(f"kiosk-1/r{i}")
    asked = [live.later(c.CallNext(counter="q1", finish=True), by="officer") for _ in range(10)]
    for future in asked:
        assert future.result(DEADLINE_S).ok
    ear.wait_for(lambda box: heard_in_order(box).count("call") == 10)
    board: Board | None = None
    numbers = []
    for topic, payload, _ in ear.items:
        if topic == TOPICS.board:
            board = read(Board, payload)
        else:
            call = read(Call, payload)
            numbers.append(call.number)
            assert board is not None
            assert any(entry.ticket == call.ticket and entry.call_seq == call.rev.seq for entry in board.calls)
    assert numbers == [f"A{i:03d}" for i in range(1, 11)]


def test_a_call_is_not_kept_for_who_comes_later(live: Hub, wire: Wire) -> None:
    live.opened("q1")
    _bus, ear = wire.listener("watch", TOPICS.call)
    live.issue("kiosk-1/r1")
    live.call("q1")
    ear.wait_for(lambda box: box.items)
    _late, box = wire.listener("ear", TOPICS.call, TOPICS.board)
    box.wait_for(lambda b: any(read(Board, p).calls for t, p, _ in b.items if t == TOPICS.board))
    assert "call" not in heard_in_order(box)


def test_after_the_broker_was_gone_the_board_alone_comes_back(live: Hub, wire: Wire) -> None:
    """Called while nobody could hear it: on return the board shows it, and nothing is announced late."""
    live.opened("q1")
    _bus, ear = wire.listener("watch", TOPICS.board, TOPICS.call, TOPICS.beat)
    live.issue("kiosk-1/r1")
    live.issue("kiosk-1/r2")
    live.call("q1")
    ear.wait_for(lambda box: "call" in heard_in_order(box))
    wire.broker.kill()
    eventually(lambda: not live.bus.connected)
    assert live.call("q1").ok, "the office goes on without its broker"
    ear.items.clear()
    wire.broker.restart()

    def listed(box: Box) -> bool:
        boards = [read(Board, payload) for topic, payload, _ in box.items if topic == TOPICS.board]
        return any(entry.number == "A002" and entry.state == "called" for board in boards for entry in board.calls)

    ear.wait_for(listed)
    live.issue("kiosk-1/r3")
    live.call("q1")
    ear.wait_for(lambda box: "call" in heard_in_order(box))
    calls = [read(Call, payload).number for topic, payload, _ in ear.items if topic == TOPICS.call]
    assert calls == ["A003"], "only what was called while the broker was there"


def test_calls_made_before_the_hub_was_on_air_are_not_announced(hub: Hub, wire: Wire) -> None:
    """The officers worked by the console while there was no broker; an attentive board hears of it by the board."""
    hub.gets_a_front(wire)
    hub.opened("q1")
    for i in range(3):
        hub.issue(f"kiosk-1/r{i}")
    hub.call("q1")
    hub.call("q1")
    _bus, ear = wire.listener("watch", TOPICS.board, TOPICS.call)
    hub.goes_on_air(wire)
    ear.wait_for(lambda box: any(read(Board, p).calls for t, p, _ in box.items if t == TOPICS.board))
    hub.call("q1")
    ear.wait_for(lambda box: "call" in heard_in_order(box))
    calls = [read(Call, payload).number for topic, payload, _ in ear.items if topic == TOPICS.call]
    assert calls == ["A003"]


def test_the_facts_of_a_commit(live: Hub, wire: Wire) -> None:
    _bus, ear = wire.listener("watch", TOPICS.events)
    live.opened("q1")
    live.issue("kiosk-1/r1")
    live.call("q1")

    def called(box: Box) -> list[Facts] | None:
        facts = box.messages(Facts)
        return facts if facts and facts[-1].events[-1]["type"] == "ticket_called" else None

    facts = ear.wait_for(called)
    assert facts[-1].seq == live.engine.seq
    positions = [(f.seq - len(f.events) + 1, f.seq) for f in facts]
    assert all(first == last + 1 for (_, last), (first, _) in pairwise(positions))
    assert {f.epoch for f in facts} == {live.engine.epoch}
    types = [event["type"] for f in facts for event in f.events]
    assert types == ["counter_opened", "ticket_issued", "ticket_called"]


def test_the_beat_and_the_lobby(hub: Hub, wire: Wire) -> None:
    _bus, ear = wire.listener("watch", TOPICS.beat, TOPICS.lobby)
    hub.goes_on_air(wire)
    ear.wait_for(lambda box: "beat" in heard_in_order(box))
    beat = next(read(Beat, payload) for topic, payload, _ in ear.items if topic == TOPICS.beat)
    assert beat.rev.epoch == hub.engine.epoch
    lobby: Lobby = ear.wait_for(lambda box: next((read(Lobby, p) for t, p, _ in box.items if t == TOPICS.lobby), None))
    assert lobby.open
    assert [s.id for s in lobby.services] == ["ho-tich", "chung-thuc", "nhom"]
    assert lobby.services[2].services[0].counters == [2, 3]


def last_lobby(box: Box) -> Lobby | None:
    found = [read(Lobby, payload) for topic, payload, _ in box.items if topic == TOPICS.lobby]
    return found[-1] if found else None


def test_a_closed_service_and_a_closed_office_say_so_in_the_lobby(live: Hub, wire: Wire) -> None:
    _bus, ear = wire.listener("watch", TOPICS.lobby)
    live.ask(c.SwitchService(service="nhom", open=False), by="officer")
    shut = ear.wait_for(lambda box: (m := last_lobby(box)) and not m.services[2].open and m)
    assert (shut.open, shut.services[0].open) == (True, True)
    assert "hiện không nhận số" in shut.services[2].message["vi"]
    live.ask(c.CloseDay(), by="officer")
    closed = ear.wait_for(lambda box: (m := last_lobby(box)) and not m.open and m)
    assert closed.message["vi"].startswith("Ngày làm việc đã được khoá sổ. Mời quay lại")


def test_a_full_disk_is_said_in_the_lobby_and_taken_back(live: Hub, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    _bus, ear = wire.listener("watch", TOPICS.lobby, TOPICS.call, TOPICS.events)
    live.opened("q1")
    issue(kiosk, "request-0")
    space_again = live.fill_the_disk()
    refused: Reply | None = None
    for i in range(200):
        reply = issue(kiosk, f"request-full-{i}")
        if not reply.ok:
            refused = reply
            break
    assert refused is not None
    assert refused.error is not None
    assert refused.error.key == "journal.disk_full"
    issued = len(live.engine.state.tickets)
    said = ear.wait_for(lambda box: (m := last_lobby(box)) and not m.open and m)
    assert said.message["vi"] == refused.error.vi
    call = live.call("q1")
    assert call.error is not None
    assert "call" not in heard_in_order(ear), "nothing is announced that is not on disk"
    space_again()
    ear.wait_for(lambda box: (m := last_lobby(box)) and m.open)
    assert number_of(issue(kiosk, "request-after")) == f"A{issued + 1:03d}"
    facts = [read(Facts, payload) for topic, payload, _ in ear.items if topic == TOPICS.events]
    assert sum(event["type"] == "ticket_issued" for f in facts for event in f.events) <= issued + 1


# ---------------------------------------------------------------------- witnesses, devices
def test_the_retained_board_of_a_lost_journal_is_a_witness(
    new_hub: Callable[..., Hub], wire: Wire, tmp_path: Any
) -> None:
    """The card died and a new one was put in: numbers that stand on the board are not given again."""
    old = new_hub(folder=tmp_path / "old")
    old.goes_on_air(wire)
    old.opened("q1", "q3")
    _bus, ear = wire.listener("watch", TOPICS.board)
    for i in range(5):
        old.issue(f"kiosk-1/r{i}")
    old.issue("kiosk-1/land", "dat-dai")
    for _ in range(5):
        old.call("q1")
    old.call("q3")

    def all_shown(box: Box) -> bool:
        board = [read(Board, payload) for _, payload, _ in box.items][-1:]
        return bool(board) and {"A005", "HT-001"} <= {entry.number for entry in board[0].calls}

    ear.wait_for(all_shown)
    old.close()
    new = new_hub(folder=tmp_path / "new")
    kiosk = wire.started("kiosk-1")
    new.goes_on_air(wire)
    assert number_of(issue(kiosk, "request-1")) == "A006"
    assert number_of(issue(kiosk, "request-2", "dat-dai")) == "HT-002"


def test_a_devices_trouble_is_noted_and_gone(live: Hub, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1", kind="kiosk")
    kiosk.set_alerts(["paper_out"])
    eventually(lambda: ("kiosk-1", "paper_out") in live.engine.state.alerts)
    kiosk.set_alerts([])
    eventually(lambda: not live.engine.state.alerts)
    kiosk.set_alerts([f"trouble{i}" for i in range(500)])
    eventually(lambda: live.engine.state.alerts)
    kiosk.set_alerts([])
    eventually(lambda: not live.engine.state.alerts)
    assert live.engine.seq < 100, "a confused device does not fill the journal"


def test_the_obituary_of_an_older_connection_is_no_alert(live: Hub, wire: Wire) -> None:
    paho, _heard, _gone = wire.raw("kiosk-1")
    for connection, said, alerts in [(2, "ready", []), (1, "lost", []), (2, "ready", ["paper_out"])]:
        state = {"v": 1, "state": said, "boot": "b", "connection": connection, "kind": "kiosk", "alerts": alerts}
        paho.publish(TOPICS.device_state("kiosk-1"), json.dumps(state).encode(), qos=1, retain=True)
    eventually(lambda: live.engine.state.alerts)
    assert [event.kind for event in live.written(e.AlertRaised)] == ["paper_out"]


def test_a_lost_device_is_an_alert_until_it_is_back(live: Hub, wire: Wire) -> None:
    paho, _heard, _gone = wire.raw("kiosk-1")
    lost = {"v": 1, "state": "lost", "boot": "b", "connection": 1, "kind": "kiosk"}
    paho.publish(TOPICS.device_state("kiosk-1"), json.dumps(lost).encode(), qos=1, retain=True)
    eventually(lambda: ("kiosk-1", "lost") in live.engine.state.alerts)
    paho.publish(TOPICS.device_state("kiosk-1"), json.dumps(lost | {"state": "ready"}).encode(), qos=1, retain=True)
    eventually(lambda: not live.engine.state.alerts)
