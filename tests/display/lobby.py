"""A hub for the board's tests: it speaks the contract on a real bus, and keeps only as much state as the board sees."""

from __future__ import annotations

import time
from typing import Any

from queue_core.wire.bus import Bus
from queue_core.wire.messages import Beat, Board, BoardCall, BoardCounter, BoardService, Call, Rev, Wait
from queue_core.wire.topics import Topics
from queue_display.board.model import BoardModel
from queue_display.board.picture import HubClock
from queue_kit.broker.process import Broker

PROVINCE, OFFICE = "tinh-mau", "xa-mau"
NOW_MS = 1_795_401_660_000  # 2026-11-23 09:41 in Viet Nam
NAMES = ["Hộ tịch", "Chứng thực", "Đất đai – Xây dựng", "Bảo trợ xã hội", "Công an", "Trả kết quả"]


def service(index: int, waiting: int = 0, name: str | None = None) -> BoardService:
    wait = Wait(ahead=waiting, low_min=5 * waiting, high_min=5 * waiting + 10)
    return BoardService(id=f"s{index}", name={"vi": name or NAMES[index % 6]}, waiting=waiting, wait=wait)


def counter(number: int, status: str = "open", ticket: str | None = None, service: str | None = None) -> BoardCounter:
    return BoardCounter(id=f"c{number}", number=number, status=status, ticket_number=ticket, service=service)  # type: ignore[arg-type]


class Lobby:
    """Makes boards and calls. ``publish`` sends them; without a bus they are only made."""

    def __init__(self, epoch: str = "e1", **board: Any) -> None:
        self.epoch, self.seq = epoch, 100
        self.calls: list[BoardCall] = []
        self.board_values: dict[str, Any] = {
            "office": {
                "vi": "Trung tâm Phục vụ hành chính công xã Mẫu Sơn",
                "en": "Mẫu Sơn Commune Public Service Centre",
            },
            "counters": [counter(n) for n in range(1, 7)],
            "services": [service(n, w) for n, w in enumerate([7, 4, 9, 0, 2, 1])],
            "notices": [],
            **board,
        }
        self.bus: Bus | None = None

    def connect(self, port: int, password: str | None) -> None:
        topics = Topics(PROVINCE, OFFICE)
        self.bus = Bus(
            host="127.0.0.1", port=port, topics=topics, client="hub", kind="hub", password=password, epoch=self.epoch
        )
        self.bus.start()
        assert self.bus.wait_connected(10)

    @property
    def rev(self) -> Rev:
        return Rev(epoch=self.epoch, seq=self.seq)

    def board(self, **changes: Any) -> Board:
        values = {**self.board_values, **changes}
        return Board(
            v=1, rev=self.rev, asof_ms=NOW_MS + self.seq, day=1, date="2026-11-23", calls=list(self.calls), **values
        )

    def call(
        self, number: str, at: int, *, priority: bool = False, lang: str = "vi", service: str = "s0", times: int = 1
    ) -> Call:
        """A new call: the board lists it, the call message is returned."""
        self.seq += 1
        entry = BoardCall(
            ticket=f"t-{number}", number=number, counter=f"c{at}", counter_number=at, service=service, state="called",
            call_seq=self.seq, called_ms=NOW_MS, times=times, priority=priority, lang=lang,
        )  # fmt: skip
        self.calls = [entry, *(c for c in self.calls if c.ticket != entry.ticket)]
        self._at_counter(at, number, service)
        return Call(
            v=1, rev=self.rev, asof_ms=NOW_MS, ticket=entry.ticket, number=number, counter=entry.counter,
            counter_number=at, service=service, times=times, priority=priority, lang=lang,
        )  # fmt: skip

    def becomes(self, number: str, state: str) -> None:
        self.seq += 1
        self.calls = [c.model_copy(update={"state": state}) if c.number == number else c for c in self.calls]
        if state == "gone":
            at = next(c.counter_number for c in self.calls if c.number == number)
            self._at_counter(at, None, None)

    def _at_counter(self, at: int, number: str | None, service: str | None) -> None:
        self.board_values["counters"] = [
            c.model_copy(update={"ticket_number": number, "service": service}) if c.number == at else c
            for c in self.board_values["counters"]
        ]

    # ------------------------------------------------------------------ on the bus
    def show(self, **changes: Any) -> None:
        assert self.bus is not None
        assert self.bus.publish(self.bus.topics.board, self.board(**changes), retain=True)

    def announce(self, number: str, at: int, **values: Any) -> float:
        """Board, then call; the moment before the call left."""
        assert self.bus is not None
        call = self.call(number, at, **values)
        self.show()
        moment_s = time.monotonic()
        assert self.bus.publish(self.bus.topics.call, call)
        return moment_s

    def beat(self) -> None:
        assert self.bus is not None
        self.bus.publish(self.bus.topics.beat, Beat(v=1, rev=self.rev, asof_ms=NOW_MS), qos=0)


def options(broker: Broker, client: str) -> dict[str, Any]:
    """What a board needs to reach the broker."""
    return {
        "broker_port": broker.port,
        "province": PROVINCE,
        "office": OFFICE,
        "client": client,
        "password_file": broker.password_path(client),
    }


def scene(lobby: Lobby, *, now_s: float = 0.0) -> tuple[BoardModel, HubClock]:
    model = BoardModel(now_s=now_s, speaks=False)
    model.on_connection(connected=True, now_s=now_s)
    model.on_board(lobby.board(), retained=False, now_s=now_s)
    clock = HubClock()
    clock.set(NOW_MS, now_s=now_s)
    return model, clock


def called(model: BoardModel, lobby: Lobby, number: str, at: int, now_s: float = 0.0) -> Call:
    call = lobby.call(number, at)
    model.on_board(lobby.board(), retained=False, now_s=now_s)
    model.on_call(call, retained=False, now_s=now_s)
    model.advance(now_s, caught_up=True)
    return call
