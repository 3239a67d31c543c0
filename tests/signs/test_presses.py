"""From a key to the hub: within seconds or not at all, and never twice."""

from __future__ import annotations

import threading

import pytest

from queue_core.wire.errors import WireError
from queue_core.wire.messages import ErrorBody, KeypadRequest, Reply
from queue_display.signs.presses import FRESH_S, Presses
from tests.signs.house import DEADLINE_S, eventually

NOBODY = Reply(ok=False, error=ErrorBody(key="keypad.nobody_on_duty", vi="Quầy 1 chưa có cán bộ.", en="Nobody."))


class Bus:
    """Answers as it is told, in order."""

    def __init__(self, *answers: Reply | WireError) -> None:
        self.answers = list(answers)
        self.asked: list[KeypadRequest] = []
        self.connected = True
        self.go = threading.Event()
        self.go.set()

    def request(self, verb: str, request: KeypadRequest, *, timeout_s: float) -> Reply:
        assert verb == "keypad"
        assert 0 < timeout_s < 5
        assert self.go.wait(DEADLINE_S)
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, WireError):
            raise answer
        return answer

    def wait_connected(self, _timeout_s: float) -> bool:
        return self.connected


class Desk:
    """Keys that are pressed, and what the officer is told."""

    def __init__(self, bus: Bus) -> None:
        self.now_s, self.told = 0.0, []  # type: ignore[var-annotated]
        self.presses = Presses(bus, lambda *told: self.told.append(told), now_s=lambda: self.now_s)
        self.presses.start()

    def ends_with(self, *told: tuple[str, bool]) -> None:
        eventually(lambda: self.told == list(told))
        self.presses.stop()


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        ([Reply(ok=True)], True),
        ([NOBODY], False),
        ([WireError("wire.away")], False),
        ([WireError("wire.refused", reason="?")], False),
        ([WireError("wire.timeout", seconds=1), Reply(ok=True)], True),
        ([WireError("wire.cut"), NOBODY], False),
    ],
)
def test_the_officer_is_told_what_became_of_a_key(answers: list[Reply | WireError], taken: bool) -> None:
    bus = Bus(*answers)
    desk = Desk(bus)
    desk.presses.press("quay-1", "transfer:tra-ket-qua")
    desk.ends_with(("quay-1", taken))
    assert len({request.request_id for request in bus.asked}) == 1, "asked again, it is the same press"
    assert (bus.asked[0].key, bus.asked[0].service) == ("transfer", "tra-ket-qua")


def test_a_press_that_had_to_wait_calls_nobody_later() -> None:
    bus = Bus(Reply(ok=True), Reply(ok=True))
    bus.go.clear()
    desk = Desk(bus)
    desk.presses.press("quay-1", "next")
    desk.presses.press("quay-2", "next")
    desk.now_s += FRESH_S + 0.1
    bus.go.set()
    eventually(lambda: ("quay-2", False) in desk.told)
    desk.presses.stop()
    assert all(request.counter == "quay-1" for request in bus.asked)
