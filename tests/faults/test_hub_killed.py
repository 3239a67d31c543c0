"""kill -9 of the hub's process in the middle of issuing: every number that was answered is on disk, once."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.errors import WireError
from queue_core.journal import Journal
from queue_core.wire.bus import Bus
from queue_core.wire.messages import IssueRequest, Reply
from tests.wire.harness import eventually

KIOSKS, KILLS = 2, 2


class Citizens:
    """Press one kiosk's button again and again, with the same request until it is answered."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.answered: dict[str, Reply] = {}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._press, daemon=True)

    def _press(self) -> None:
        number = 0
        while not self.stopping.is_set():
            request = IssueRequest(request_id=f"request-{number:06d}", service="ho-tich")
            try:
                reply = self.bus.request("issue", request, timeout_s=0.5)
            except WireError:
                self.stopping.wait(0.02)
                continue
            assert reply.ok, reply.error
            self.answered[request.request_id] = reply
            number += 1


def more_are_answered(citizens: list[Citizens], more: int) -> None:
    wanted = sum(len(one.answered) for one in citizens) + more
    eventually(lambda: sum(len(one.answered) for one in citizens) >= wanted, 30)


@pytest.mark.timeout(100)
def test_every_answered_number_survives_kill_9(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    office = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, office)
    options = ["--clock-source", "system", "--requests-per-s", "1000"]
    with OfficeRun(tmp_path, office=office, kiosks=KIOSKS, hub_options=options) as run:
        citizens = [Citizens(run.bus(f"kiosk-{n + 1}", kind="kiosk")) for n in range(KIOSKS)]
        for one in citizens:
            one.bus.start()
            one.thread.start()
        for _ in range(KILLS):
            more_are_answered(citizens, chance.randrange(20, 60))
            assert run.hub is not None
            run.hub.kill()
            run.start_hub()
        more_are_answered(citizens, 10)
        for one in citizens:
            one.stopping.set()
            one.thread.join(10)
        first = citizens[0].answered["request-000000"]
        request = IssueRequest(request_id="request-000000", service="ho-tich")
        assert citizens[0].bus.request("issue", request) == first, "remembered over two kills"
        for one in citizens:
            one.bus.stop()
    with Journal.open(tmp_path / "hub" / "hub.db") as journal:
        assert journal.verify() is None
        rows = [record for record in journal.records() if record.type == "ticket_issued"]
        on_disk = {str(record.request_id): record.body["ticket"]["number"] for record in rows}
    assert len(on_disk) == len(rows), "a request was given two numbers"
    assert len(set(on_disk.values())) == len(rows), "a number was given twice"
    answered = {
        f"kiosk-{n + 1}/{request_id}": reply.ticket.number
        for n, one in enumerate(citizens)
        for request_id, reply in one.answered.items()
        if reply.ticket is not None
    }
    assert answered.items() <= on_disk.items()
    assert len(on_disk) - len(answered) <= KIOSKS, "at most the last question of each kiosk was not heard"
