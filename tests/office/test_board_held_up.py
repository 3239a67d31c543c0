"""A board whose loop or network was held up: a call that is over by then is not announced, whatever is still unread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.messages import Beat, Board, BoardCall, Call, Rev
from queue_display.board.record import Record
from queue_display.board.runtime import Runtime
from tests.wire.harness import DEADLINE_S, TOPICS, Office, eventually

WHO: dict[str, Any] = {"ticket": "1-1", "number": "A001", "counter": "q1", "counter_number": 1, "service": "ho-tich"}
CALL = Call.model_validate({**WHO, "rev": {"epoch": "e", "seq": 5}, "asof_ms": 5})
BEAT = Beat(rev=Rev(epoch="e", seq=5), asof_ms=5)


def board(seq: int, state: str) -> Board:
    entry = BoardCall.model_validate({**WHO, "state": state, "call_seq": 5, "called_ms": 0})
    rev = Rev(epoch="e", seq=seq)
    return Board(rev=rev, asof_ms=seq, day=1, date="2026-11-23", office={"vi": "Xã"}, calls=[entry])


class Told(Record):
    """What was shown or dropped."""

    def __init__(self) -> None:
        super().__init__(None)
        self.lines: list[tuple[str, str]] = []

    def write(self, what: str, call: Call, at_s: float, **more: Any) -> None:
        self.lines.append((what, str(more.get("why", ""))))


class SlowEar(Bus):
    """A network that stands still at each beat, with what comes behind it unread, until it may go on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.stands, self.goes_on = threading.Semaphore(0), threading.Semaphore(0)

    def heard(self, topic: str, payload: bytes, info: MessageInfo) -> None:
        if topic == TOPICS.beat:
            self.stands.release()
            assert self.goes_on.acquire(timeout=DEADLINE_S)
        super().heard(topic, payload, info)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "wire")
    yield made
    assert not made.faults
    made.close()


@pytest.fixture
def television(office: Office) -> Iterator[Callable[[], tuple[SlowEar, Told, Runtime]]]:
    made: list[tuple[Runtime, threading.Thread]] = []

    def start() -> tuple[SlowEar, Told, Runtime]:
        tied: list[Runtime] = []
        ear = SlowEar(
            host=office.broker.host, port=office.broker.port, topics=TOPICS, client="board-1", kind="board",
            password=office.broker.password("board-1"), fatal=office.faults.append,
            on_connection=lambda up: tied[0].on_connection(up),  # noqa: PLW0108 -- tied later
        )  # fmt: skip
        told = Told()
        runtime = Runtime(bus=ear, voice=None, record=told, shown_s=0.0)
        tied.append(runtime)
        runtime.start()
        assert ear.wait_connected(DEADLINE_S)
        loop = threading.Thread(target=runtime.run, daemon=True)
        loop.start()
        made.append((runtime, loop))
        return ear, told, runtime

    yield start
    for runtime, loop in made:
        runtime.leave()
        loop.join(DEADLINE_S)
        runtime.stop()


@pytest.mark.parametrize(
    ("becomes", "told_at_last"), [("serving", ("dropped", "gone")), ("called", ("shown", ""))], ids=["over", "stands"]
)
def test_a_call_is_judged_by_what_lay_unread_behind_it(
    office: Office,
    television: Callable[[], tuple[SlowEar, Told, Runtime]],
    becomes: str,
    told_at_last: tuple[str, str],
) -> None:
    hub = office.started("hub", kind="hub", epoch="e")
    _, sent = office.listener("watch", TOPICS.board)
    ear, told, runtime = television()
    hub.publish(TOPICS.board, board(5, "called"), retain=True)
    hub.publish(TOPICS.beat, BEAT, qos=0)
    assert ear.stands.acquire(timeout=DEADLINE_S)
    hub.publish(TOPICS.call, CALL)
    hub.publish(TOPICS.beat, BEAT, qos=0)
    hub.publish(TOPICS.board, board(6, becomes), retain=True)
    sent.wait_for(lambda box: len(box.items) == 2)
    # All of it lies in the ear before the call is read; it stands still again between the call and the board.
    ear.goes_on.release()
    assert ear.stands.acquire(timeout=DEADLINE_S)
    eventually(lambda: told.lines or runtime._catching_up)
    assert told.lines == []
    ear.goes_on.release()
    eventually(lambda: told.lines)
    assert told.lines == [told_at_last]


def test_a_connection_that_ends_takes_the_question_with_it(
    office: Office, television: Callable[[], tuple[SlowEar, Told, Runtime]]
) -> None:
    hub = office.started("hub", kind="hub", epoch="e")
    ear, told, runtime = television()
    hub.publish(TOPICS.board, board(5, "called"), retain=True)
    hub.publish(TOPICS.beat, BEAT, qos=0)
    assert ear.stands.acquire(timeout=DEADLINE_S)
    runtime._on_call(TOPICS.call, CALL.model_dump_json().encode(), MessageInfo())
    eventually(lambda: runtime._catching_up)
    office.broker.restart()
    ear.goes_on.release()
    # Joined again, the board that was retained confirms that the call still stands.
    eventually(lambda: told.lines)
    assert told.lines == [("shown", "")]
