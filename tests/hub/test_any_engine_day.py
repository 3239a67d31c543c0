"""The engine on a real journal under anything: commands, a disk that fails now and then, restarts, clock jumps."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from queue_core import commands as c
from queue_core import events as e
from queue_core.office import dump_office
from queue_hub.engine import Outcome
from tests.core.life import SERVICES, plain
from tests.hub.house import SETUP, Hub

STEPS = 260


class Doings:
    """Chooses what happens next and remembers what was promised."""

    def __init__(self, hub: Hub, chance: random.Random) -> None:
        self.hub, self.chance = hub, chance
        self.promised: dict[str, str] = {}
        self.disk_fails = False
        self.asked = 0

    def command(self) -> c.AnyCommand:
        pick, tickets = self.chance.choice, list(self.hub.engine.state.tickets) or ["1-1"]
        counter = pick(["q1", "q2", "q3", "q9"])
        values = dump_office(SETUP)
        values["services"][0]["daily_limit"] = self.chance.randint(5, 90)
        made: list[c.AnyCommand] = [
            c.OpenCounter(counter=counter, officer="lan"),
            c.CallNext(counter=counter, finish=True),
            c.CallNext(counter=counter, finish=True),
            c.CallTicket(counter=counter, ticket=pick(tickets), finish=True),
            c.NoShow(counter=counter),
            c.Undo(counter=counter),
            c.Transfer(ticket=pick(tickets), service=pick(SERVICES), keep_place=self.chance.random() < 0.5),
            c.Park(ticket=pick(tickets)),
            c.Unpark(ticket=pick(tickets)),
            c.Reopen(ticket=pick(tickets)),
            c.CancelRequest(of=f"kiosk-1/r{self.chance.randint(1, self.asked + 2)}"),
            c.ChangeOffice(office=values),
            c.CloseCounter(counter=counter),
        ]
        return pick(made)

    def step(self) -> None:
        chance = self.chance.random()
        if chance < 0.5:
            self.issue()
        elif chance < 0.88:
            self.hub.ask(self.command(), by="officer:lan")
        elif chance < 0.93:
            self.disk()
        elif chance < 0.97:
            self.restart()
        else:
            self.hub.clock.pass_s(self.chance.choice([60, 3600]), jump_s=self.chance.choice([0, 0, 366 * 86_400]))

    def issue(self) -> None:
        again = self.asked and self.chance.random() < 0.25
        number = self.chance.randint(1, self.asked) if again else self.asked + 1
        self.asked = max(self.asked, number)
        request_id = f"kiosk-1/r{number}"
        outcome: Outcome = self.hub.ask(c.Issue(service=self.chance.choice(SERVICES)), request_id)
        if outcome.reply.ticket is not None:
            given = self.promised.setdefault(request_id, outcome.reply.ticket.number)
            assert given == outcome.reply.ticket.number, "one request, two numbers"
        else:
            assert outcome.error is not None
            assert request_id not in self.promised or outcome.error.key == "request.cancelled"
            if self.disk_fails and request_id not in self.promised:
                assert outcome.error.key.startswith(("journal.", "service.", "request.")), outcome.error.key

    def disk(self) -> None:
        connection: Any = self.hub.journal._connection
        self.disk_fails = not self.disk_fails
        connection.execute(f"PRAGMA query_only={int(self.disk_fails)}")

    def restart(self) -> None:
        if self.disk_fails:
            self.disk()
        before, seq = plain(self.hub.engine.state), self.hub.engine.seq
        self.hub.close()
        after_stop = self.hub.engine.seq  # a tick may have come in between
        self.hub.open()
        if after_stop == seq == self.hub.engine.seq:
            assert plain(self.hub.engine.state) == before


def test_whatever_happens_what_was_promised_is_on_disk(tmp_path: Path, seed: int) -> None:
    hub = Hub(tmp_path / "hub")
    doings = Doings(hub, random.Random(seed))
    try:
        for counter in ("q1", "q2", "q3"):
            hub.opened(counter)
        for _ in range(STEPS):
            doings.step()
        if doings.disk_fails:
            doings.disk()
        assert hub.ended == []
        assert hub.journal.verify() is None
        seqs = [record.seq for record in hub.journal.records()]
        issued = hub.written(e.TicketIssued)
        on_disk = {event.ticket["request_id"]: event.ticket["number"] for event in issued}
        assert seqs == list(range(1, hub.engine.seq + 1))
        assert doings.promised.items() <= on_disk.items()
        assert len(on_disk) == len(issued) == len(set(on_disk.values()))
        assert len(issued) > 30
    finally:
        hub.close()
