"""A morning over the wire, judged by an onlooker who has only what the broker carried: board, calls, facts, replies."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from motcua.order_reference import OrderReference, Waiting
from queue_core import commands as c
from queue_core.wire.messages import Board, Call, Facts, IssueRequest
from queue_core.wire.payload import read
from tests.core.life import COUNTERS, PATIENCE_MIN, RATIO
from tests.hub.house import Hub
from tests.wire.harness import DEADLINE_S, TOPICS
from tests.wire.harness import Office as Wire


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path / "broker")
    try:
        yield made
    finally:
        made.close()
    assert made.faults == []


def test_a_morning(tmp_path: Path, wire: Wire, seed: int) -> None:
    chance = random.Random(seed)
    hub = Hub(tmp_path / "hub")
    try:
        hub.goes_on_air(wire)
        _bus, ear = wire.listener("watch", TOPICS.board, TOPICS.call, TOPICS.events)
        kiosk = wire.started("kiosk-1")
        hub.opened("q1", "q2", "q3")
        replies: list[str] = []
        for step in range(120):
            hub.clock.pass_s(chance.choice([5, 30, 60, 90]))
            if step < 70 and chance.random() < 0.8:
                asked = IssueRequest(
                    request_id=f"request-{step}",
                    service=chance.choice(["ho-tich", "chung-thuc", "dat-dai"]),
                    priority=chance.choice([None, None, "cao-tuoi"]),
                )
                reply = kiosk.request("issue", asked, timeout_s=DEADLINE_S)
                assert reply.ticket is not None, reply.error
                replies.append(reply.ticket.number)
            counter = chance.choice(["q1", "q2", "q3"])
            if hub.call(counter).ok and chance.random() < 0.1:
                hub.ask(c.NoShow(counter=counter), by="officer")
        seq = hub.engine.seq
        ear.wait_for(lambda box: any(read(Facts, p).seq == seq for t, p, _ in box.items if t == TOPICS.events))
        judge(ear.items, replies)
    finally:
        hub.close()


def judge(heard: Sequence[tuple[str, bytes, object]], replies: list[str]) -> None:
    """No number twice, every call on a board before it, every call in the reference's order, nobody lost."""
    reference = OrderReference(COUNTERS, RATIO, PATIENCE_MIN)
    people: dict[str, Waiting] = {}
    numbers: list[str] = []
    called = 0
    board: Board | None = None
    calls = []
    for topic, payload, _ in heard:
        if topic == TOPICS.board:
            board = read(Board, payload)
        elif topic == TOPICS.call:
            call = read(Call, payload)
            calls.append(call.number)
            assert board is not None
            assert any(x.ticket == call.ticket and x.call_seq == call.rev.seq for x in board.calls), "no board before"
        else:
            for event in read(Facts, payload).events:
                match event["type"]:
                    case "ticket_issued":
                        ticket = event["ticket"]
                        numbers.append(ticket["number"])
                        people[ticket["id"]] = Waiting(
                            ticket["id"], ticket["service"], ticket["place"], ticket["waiting_since_ms"],
                            favoured="priority" in ticket,
                        )  # fmt: skip
                        reference.arrive(people[ticket["id"]])
                    case "ticket_called":
                        called += 1
                        assert reference.expected(event["counter"], event["at_ms"]) == event["ticket"]
                        reference.call(event["counter"], event["ticket"], event["at_ms"])
                    case "ticket_missed" if event["misses"] < 3:
                        people[event["ticket"]].let_pass = event["behind"]
                        reference.arrive(people[event["ticket"]])
    assert numbers == replies
    assert len(set(numbers)) == len(numbers) > 30
    assert len(calls) == called > 30
