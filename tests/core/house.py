"""An office for tests that read like its day: commands in, events folded, refusals as errors."""

from __future__ import annotations

import json
from typing import Any, Self

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import Moment
from queue_core.engine import Context, decide, first_day, fold
from queue_core.errors import MotcuaError
from queue_core.events import dump_event, load_event
from queue_core.office import Office
from queue_core.state import State
from queue_core.tickets import Ticket
from tests.core.life import at, office


class House:
    """One office with its journal in memory. Times are given as local words, ``2026-11-23 08:00`` or ``08:00``."""

    def __init__(self, setup: Office | None = None, now: str = "2026-11-23 08:00", *, known: bool = True) -> None:
        self.state = State()
        self.now_ms = at(now)
        self.date = now[:10]
        self.source, self.boot = ("ntp" if known else "floor"), "boot-1"
        self.asked = 0
        self.events: list[e.AnyEvent] = []
        self._take([first_day(setup or office(), self.context())])

    def context(self, request_id: str | None = None, **moment: Any) -> Context:
        now = Moment(self.now_ms, self.now_ms, self.boot, self.source, **moment)
        return Context(now=now, by="test", request_id=request_id)

    def _take(self, events: list[e.AnyEvent]) -> None:
        for event in events:
            read = load_event(json.loads(json.dumps(dump_event(event))))
            self.state = fold(self.state, read)
            self.events.append(read)

    def clock(self, words: str) -> None:
        """It is now this time."""
        if len(words) > 5:
            self.date = words[:10]
        self.now_ms = at(f"{self.date} {words[-5:]}")

    def do(self, command: c.AnyCommand, request_id: str | None = None, **moment: Any) -> list[e.AnyEvent]:
        events = decide(self.state, command, self.context(request_id, **moment))
        self._take(events)
        return events

    def tick(self, words: str | None = None, **moment: Any) -> list[str]:
        """Time passes; what it brought."""
        if words is not None:
            self.clock(words)
        return [event.type for event in self.do(c.Tick(), **moment)]

    def refused(self, command: c.AnyCommand, request_id: str | None = None) -> MotcuaError:
        """The keyed error; nothing changed."""
        before = self.state.copy()
        with pytest.raises(MotcuaError) as caught:
            self.do(command, request_id)
        assert self.state == before
        assert "…" not in caught.value.vi + caught.value.en
        return caught.value

    def open(self, *counters: str, officer: str = "lan") -> Self:
        for counter in counters:
            self.do(c.OpenCounter(counter=counter, officer=officer, officer_name="Lan"))
        return self

    def ticket(self, number: str) -> Ticket:
        found = self.state.by_number(number)
        assert found is not None, number
        return found

    def issue(self, service: str = "ho-tich", priority: str | None = None, **more: Any) -> str:
        """The number that a citizen gets."""
        self.asked += 1
        request = f"kiosk-1/r{self.asked}"
        self.do(c.Issue(service=service, priority=priority, **more), request)
        return self.state.tickets[self.state.requests[request]].number

    def call(self, counter: str) -> tuple[str, str]:
        """Finish whoever is there, call the next: number and reason."""
        called = self.do(c.CallNext(counter=counter, finish=True))[-1]
        assert isinstance(called, e.TicketCalled)
        return self.state.tickets[called.ticket].number, called.why

    def calls(self, counter: str, times: int) -> str:
        """The next numbers of a counter, as words."""
        return " ".join(self.call(counter)[0] for _ in range(times))

    def misses(self, counter: str) -> str:
        """Call the next, who does not come."""
        number, _ = self.call(counter)
        self.do(c.NoShow(counter=counter))
        return number

    def status(self, number: str) -> str:
        return str(self.ticket(number).status)
