"""A small office lived by hand: commands at minutes of a working day, through the real rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from queue_core import commands as c
from queue_core.clock import Moment, utc_ms_of
from queue_core.decisions.context import Context, Forecast
from queue_core.engine import decide, first_day, fold_into
from queue_core.office import Office
from queue_core.state import State
from queue_core.tickets import Ticket

MONDAY = date(2026, 11, 23)


def office(services: str = "ab", counters: tuple[Any, ...] = (("a", "b"), (("a", "b"),)), **more: Any) -> Office:
    return Office.model_validate(
        {
            "province": "p",
            "id": "o",
            "name": "Xã",
            "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"]},
            "priority": {"classes": [{"id": "old", "name": "Người cao tuổi"}]},
            "services": [{"id": s, "name": s, "prefix": s.upper(), "slot_places": 9} for s in services],
            "counters": [{"id": f"q{i}", "number": i, "services": list(s)} for i, s in enumerate(counters, 1)],
            **more,
        }
    )


class Day:
    """An office whose clock stands where the test puts it (minutes after midnight)."""

    def __init__(self, setup: Office, forecast: Forecast | None = None) -> None:
        self.state = State()
        self.forecast = forecast
        self.today = MONDAY
        self.minute = 450.0
        fold_into(self.state, first_day(setup, self.context()))

    @property
    def now_ms(self) -> int:
        return utc_ms_of(self.today, 0) + round(self.minute * 60_000)

    def context(self) -> Context:
        return Context(now=Moment(self.now_ms, self.now_ms, "simulated", "simulated"), forecast=self.forecast)

    def do(self, command: Any, minute: float | None = None) -> None:
        if minute is not None:
            self.minute = minute
        for event in decide(self.state, command, self.context()):
            fold_into(self.state, event)

    def open(self, *counters: str, minute: float = 450) -> None:
        for one in counters:
            self.do(c.OpenCounter(counter=one, officer=one), minute)

    def issue(self, service: str, minute: float | None = None, priority: str | None = None) -> Ticket:
        self.do(c.Issue(service=service, priority=priority), minute)
        return list(self.state.tickets.values())[-1]

    def next(self, service: str, priority: str | None = None) -> Ticket:
        """The ticket that would be issued now."""
        return Ticket(
            id="next",
            number="",
            prefix="",
            ordinal=999,
            service=service,
            entry="walk_in",
            place=self.state.next_place,
            issued_ms=self.now_ms,
            waiting_since_ms=self.now_ms,
            priority=priority,
        )

    def change(self, ticket_id: str, **changes: Any) -> None:
        """Put a ticket into a condition that takes many commands to reach."""
        self.state.tickets[ticket_id] = replace(self.state.tickets[ticket_id], **changes)


@pytest.fixture
def day() -> Callable[..., Day]:
    return lambda *args, forecast=None, **more: Day(office(*args, **more), forecast)
