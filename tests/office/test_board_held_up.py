"""A board whose loop was held up: a call that is over by then is not announced, whatever lay in its ear."""

from __future__ import annotations

import json
from pathlib import Path

from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.messages import Board, BoardCall, Call, DeviceState, Rev
from queue_core.wire.payload import write
from queue_core.wire.topics import Topics
from queue_display.board.record import Record
from queue_display.board.runtime import Runtime

LIVE = MessageInfo()
WHO = {"ticket": "1-1", "number": "A001", "counter": "q1", "counter_number": 1, "service": "ho-tich"}


def board(seq: int, state: str) -> bytes:
    entry = BoardCall.model_validate({**WHO, "state": state, "call_seq": 5, "called_ms": 0})
    rev = Rev(epoch="e", seq=seq)
    return write(Board(rev=rev, asof_ms=seq, day=1, date="2026-11-23", office={"vi": "Xã"}, calls=[entry]))


def told(runtime: Runtime, record: Path, *, messages: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    topics = runtime.bus.topics
    runtime.on_connection(connected=True)
    runtime._on_hub(topics.device_state("hub"), write(DeviceState(state="ready", epoch="e", boot="b")), LIVE)
    hear = {"board": runtime._on_board, "call": runtime._on_call}
    for what, payload in messages:
        hear[what](what, payload, LIVE)
    runtime.drawn(runtime.step())
    runtime.record.close()
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return [(line["what"], line.get("why", "")) for line in lines]


def quiet_board(record: Path) -> Runtime:
    bus = Bus(host="127.0.0.1", port=1, topics=Topics("tinh-mau", "xa-mau"), client="board-1", kind="board")
    return Runtime(bus=bus, voice=None, record=Record(record), shown_s=0.0)


CALL = ("call", write(Call.model_validate({**WHO, "rev": {"epoch": "e", "seq": 5}, "asof_ms": 5})))


def test_a_call_that_is_over_when_the_loop_goes_on_is_dropped(tmp_path: Path) -> None:
    record = tmp_path / "calls.jsonl"
    messages = [("board", board(5, "called")), CALL, ("board", board(6, "serving"))]
    assert told(quiet_board(record), record, messages=messages) == [("dropped", "gone")]


def test_a_call_that_still_stands_is_shown(tmp_path: Path) -> None:
    record = tmp_path / "calls.jsonl"
    messages = [("board", board(5, "called")), CALL, ("board", board(6, "called"))]
    assert told(quiet_board(record), record, messages=messages) == [("shown", "")]
