"""The observer's eyes and ears: an account on the bus that hears everything, and the board's own record."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Final

from motcua.simulate.notes import BoardSeen, CallSeen, Heard, Listed, Notes
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.messages import Board, Call, DeviceState
from queue_core.wire.payload import read

#: the record, a file, is looked at this often while something is awaited
LOOK_S: Final = 0.004


class Witness:
    """Writes into ``notes`` what goes over the bus and what stands in ``record``, the board's lines of JSON."""

    def __init__(self, notes: Notes, record: Path) -> None:
        self.notes = notes
        self.record = record
        #: the board has said that it is there (cleared by whoever takes it away)
        self.board_ready = threading.Event()
        self._read_bytes = 0
        self._lock = threading.Lock()
        self._settled: dict[int, str] = {}

    def listen(self, bus: Bus) -> None:
        """Subscribe; before the bus is started."""
        bus.subscribe(bus.topics.board, self._on_board)
        bus.subscribe(bus.topics.call, self._on_call)
        bus.subscribe(bus.topics.device_state("board-1"), self._on_board_state)

    def _on_board(self, _topic: str, payload: bytes, info: MessageInfo) -> None:
        if not payload or info.retained:
            return
        board = read(Board, payload)
        calls = tuple(
            Listed(ticket=c.ticket, number=c.number, counter=c.counter, state=c.state, call_seq=c.call_seq)
            for c in board.calls
        )
        numbers = {c.id: c.ticket_number for c in board.counters}
        seen = BoardSeen(at_s=time.monotonic(), epoch=board.rev.epoch, seq=board.rev.seq, calls=calls, numbers=numbers)
        self.notes.boards.append(seen)

    def _on_call(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        call = read(Call, payload)
        seen = CallSeen(
            at_s=time.monotonic(), epoch=call.rev.epoch, seq=call.rev.seq, ticket=call.ticket, number=call.number,
            counter=call.counter,
        )  # fmt: skip
        self.notes.calls.append(seen)

    def _on_board_state(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        if payload and read(DeviceState, payload).state == "ready":
            self.board_ready.set()

    def read_record(self) -> None:
        """Read what the board has written down since the last look."""
        with self._lock:
            if not self.record.exists():
                return
            with self.record.open(encoding="utf-8") as file:
                file.seek(self._read_bytes)
                text = file.read()
                whole = text.rfind("\n") + 1
                self._read_bytes += len(text[:whole].encode())
            for line in text[:whole].splitlines():
                self._note_heard(json.loads(line))

    def _note_heard(self, line: dict[str, object]) -> None:
        rev = line["rev"]
        seq = int(rev["seq"]) if isinstance(rev, dict) else 0
        at_s = float(str(line["at_s"]))
        heard = Heard(
            what=str(line["what"]),
            at_s=at_s,
            began_s=float(str(line.get("started_s", at_s))),
            seq=seq,
            ticket=str(line["ticket"]),
            number=str(line["number"]),
            counter=str(line["counter"]),
            why=str(line.get("why", "")),
        )
        self.notes.heard.append(heard)
        if heard.what in {"spoken", "unspoken", "dropped"}:
            self._settled[seq] = heard.what

    def settled(self, seqs: list[int], timeout_s: float) -> bool:
        """Wait until the board has spoken or dropped these calls, or something is killed."""
        until_s = time.monotonic() + timeout_s
        pause = threading.Event()
        while True:
            self.read_record()
            if all(seq in self._settled for seq in seqs):
                return True
            if time.monotonic() > until_s:
                return False
            pause.wait(LOOK_S)

    def live(self) -> list[Listed]:
        """Who is at a counter, by the last board."""
        return [c for c in self.notes.boards[-1].calls if c.state != "gone"] if self.notes.boards else []

    def was_heard(self, seq: int) -> bool:
        """Whether a call was spoken."""
        return self._settled.get(seq) == "spoken"
