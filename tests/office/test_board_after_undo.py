"""Whoever an undo brings back to the counter stands on the board again, however long ago the call was."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from motcua.office_run import SHIPPED_OFFICE
from queue_core import commands as c
from queue_core.clock import VIETNAM, Moment
from queue_core.engine import Context, decide, first_day, fold
from queue_core.office_file import read_office
from queue_core.state import State
from queue_core.wire.messages import Board, Rev
from queue_hub.views import KEEP_CALLS_MS, CallBook, board

START_MS = int(datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM).timestamp() * 1000)


class Morning:
    """Rules and the board's book of calls, fed as the hub does."""

    def __init__(self) -> None:
        self.now = Moment(START_MS, START_MS, "boot", "ntp")
        self.book = CallBook()
        self.seq = 1
        self.state = fold(State(), first_day(read_office(SHIPPED_OFFICE), Context(now=self.now)))

    def do(self, command: c.AnyCommand, *, after_ms: int = 1000) -> Board:
        self.now = dataclasses.replace(self.now, utc_ms=self.now.utc_ms + after_ms, mono_ms=self.now.mono_ms + after_ms)
        for event in decide(self.state, command, Context(now=self.now)):
            self.state = fold(self.state, event)
            self.seq += 1
            self.book.note(self.seq, event)
        return board(self.state, self.book, Rev(epoch="e", seq=self.seq), self.now, lambda _state, _service: None)


@pytest.mark.parametrize("ends", [c.Finish(counter="quay-2"), c.Park(ticket="1-1")], ids=lambda ends: str(ends.verb))
def test_an_undo_long_after_the_call(ends: c.AnyCommand) -> None:
    morning = Morning()
    morning.do(c.OpenCounter(counter="quay-2", officer="lan"))
    morning.do(c.Issue(service="ho-tich"))
    called = morning.do(c.CallNext(counter="quay-2"))
    morning.do(c.Serve(counter="quay-2"))
    gone = morning.do(ends, after_ms=KEEP_CALLS_MS + 60_000)
    assert gone.calls == []
    back = morning.do(c.Undo(counter="quay-2"))
    assert [(entry.number, entry.counter, entry.state) for entry in back.calls] == [("A001", "quay-2", "serving")]
    assert back.calls[0].call_seq == called.calls[0].call_seq
