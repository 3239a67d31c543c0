"""Imagined offices whose days are lived through the real rules, to judge the wait estimate by what then happened.

Citizens and officers are drawn from what is written here and nowhere else: the estimate sees only the office's
configuration (every service expected to take the default 10 minutes) and its journal, as it would in an office.
Time is simulated; every event comes from the shipped ``decide`` and ``fold``.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import Moment, utc_ms_of
from queue_core.decisions.context import Context, Forecast
from queue_core.engine import decide, first_day, fold_into
from queue_core.errors import RuleError
from queue_core.office import Office
from queue_core.routing import NOT_TAKEN, tier_of
from queue_core.state import State
from queue_core.tickets import CounterStatus, Status

MINUTE_MS = 60_000
FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a service is in truth: minutes at the counter (mean, coefficient of variation), numbers on a usual day."""

    mean_min: float
    cv: float
    a_day: float
    shape: str = "gamma"

    def draw_min(self, rng: random.Random) -> float:
        """One citizen's minutes."""
        if self.shape == "gamma":
            k = 1 / self.cv**2
            return rng.gammavariate(k, self.mean_min / k)
        variance = math.log1p(self.cv**2)
        return self.mean_min * math.exp(rng.gauss(-variance / 2, math.sqrt(variance)))


@dataclass(frozen=True, slots=True)
class Truth:
    """An office as it is. ``counters``: the services of each, as configured; ``peaks``: (hour, width in hours, weight).

    ``works_over_min``: so long after a session's end officers still call those who wait. ``lunch_in_turns_min``:
    each officer is away so long around noon, where there is no session break. Chances are per ticket.
    """

    name: str
    hours: tuple[str, ...]
    matters: dict[str, Matter]
    counters: tuple[tuple[Any, ...], ...]
    peaks: tuple[tuple[float, float, float], ...]
    works_over_min: float = 15.0
    lunch_in_turns_min: float = 0.0
    missed: float = 0.06
    missed_again: float = 0.5
    priority: float = 0.12
    moved: float = 0.04
    booked_a_day: float = 0.0

    def office(self) -> Office:
        """Its configuration: names, counters and hours; nothing of how long anything takes."""
        letters = "ABCDEFGH"
        return Office.model_validate(
            {
                "province": "bench",
                "id": self.name,
                "name": self.name,
                "hours": {"mon-fri": list(self.hours)},
                "holidays": "none",
                "priority": {"classes": [{"id": "old", "name": "Người cao tuổi"}]},
                "services": [
                    {"id": s, "name": s, "prefix": letters[i], "slot_places": 2} for i, s in enumerate(self.matters)
                ],
                "counters": [
                    {"id": f"q{i}", "number": i, "services": list(services)}
                    for i, services in enumerate(self.counters, 1)
                ],
            }
        )


WARD = Truth(
    name="ward",
    hours=("07:30-16:30",),
    matters={
        "civil": Matter(9.0, 0.6, 52),
        "certify": Matter(6.0, 0.7, 62, "log-normal"),
        "land": Matter(15.0, 0.6, 30),
        "social": Matter(10.0, 0.5, 30),
    },
    counters=(
        (("civil", "certify"),),
        (("certify", "civil"),),
        ("land", "civil"),
        (("land", "social"),),
        ("social", "certify"),
    ),
    peaks=((8.5, 1.1, 0.55), (13.8, 1.2, 0.3)),
    lunch_in_turns_min=40.0,
)
COMMUNE = Truth(
    name="commune",
    hours=("07:30-11:30", "13:30-17:00"),
    matters={
        "civil": Matter(8.0, 0.6, 32),
        "certify": Matter(5.0, 0.6, 38, "log-normal"),
        "land": Matter(13.0, 0.7, 13, "log-normal"),
        "social": Matter(11.0, 0.5, 12),
    },
    counters=((("civil", "certify"),), (("land", "certify"),), (("social", "civil"), "certify")),
    peaks=((8.3, 0.9, 0.5), (14.2, 0.9, 0.3)),
    priority=0.16,
    booked_a_day=6.0,
)
OFFICES = (WARD, COMMUNE)


@dataclass(slots=True)
class _Officer:
    counter: str
    pace: float
    idle: bool = False
    away_from: list[tuple[int, int]] = field(default_factory=list)


class Life:
    """An office living day after day. ``forecast`` is asked at each number, as the hub's is."""

    def __init__(self, truth: Truth, seed: int, forecast: Forecast | None = None, *, crowd: float = 1.0) -> None:
        """``crowd`` multiplies how many citizens come."""
        self.truth, self.forecast, self.crowd = truth, forecast, crowd
        self.rng = random.Random(f"{truth.name}-{seed}")
        self.office = truth.office()
        self.state = State()
        self.now_ms = utc_ms_of(FIRST_DAY, 6 * 60)
        fold_into(self.state, first_day(self.office, self._context()))
        self.officers = {one.id: _Officer(one.id, math.exp(self.rng.gauss(0, 0.1))) for one in self.office.counters}
        self._queue: list[tuple[int, int, Callable[[], object]]] = []
        self._count = itertools.count()
        self._watch: Callable[[State], None] | None = None
        self._slow = 1.0

    def watch(self, callback: Callable[[State], None]) -> None:
        """Show the state after every command."""
        self._watch = callback

    def _context(self) -> Context:
        return Context(now=Moment(self.now_ms, self.now_ms, "simulated", "simulated"), forecast=self.forecast)

    def do(self, command: c.AnyCommand) -> list[e.AnyEvent]:
        """Ask the rules; a refusal gives no events."""
        try:
            events = decide(self.state, command, self._context())
        except RuleError:
            return []
        for event in events:
            fold_into(self.state, event)
        if self._watch is not None:
            self._watch(self.state)
        return events

    def _at(self, at_ms: float, what: Callable[[], object]) -> None:
        heapq.heappush(self._queue, (int(at_ms), next(self._count), what))

    def day(self, number: int) -> State:
        """Live the working day of this number (0 the first) and give the state at its end."""
        today = FIRST_DAY + timedelta(days=number // 5 * 7 + number % 5)
        self.now_ms = utc_ms_of(today, 6 * 60)
        self.do(c.Tick())
        rng, truth = self.rng, self.truth
        self._slow = math.exp(rng.gauss(0, 0.07))
        sessions = [tuple(int(t[:2]) * 60 + int(t[3:]) for t in span.split("-")) for span in truth.hours]
        self._citizens(today, sessions)
        for officer in self.officers.values():
            officer.idle, officer.away_from = False, []
            for begin, end in sessions:
                self._session(officer, today, begin, end)
        for minute in range(7 * 60, 18 * 60, 5):
            self._at(utc_ms_of(today, minute), lambda: self.do(c.Tick()))
        while self._queue:
            self.now_ms, _, what = heapq.heappop(self._queue)
            what()
        return self.state

    # ------------------------------------------------------------------ citizens
    def _citizens(self, today: date, sessions: list[Any]) -> None:
        rng, truth = self.rng, self.truth
        busy = math.exp(rng.gauss(0, 0.15)) * self.crowd
        first, last = sessions[0][0] - 10, sessions[-1][1] - 20
        for service, matter in truth.matters.items():
            for _ in range(_poisson(rng, matter.a_day * busy)):
                minute = self._when(first, last)
                if any(begin - 15 <= minute < end - 15 for begin, end in sessions):
                    at_ms = utc_ms_of(today, 0) + minute * MINUTE_MS
                    priority = "old" if rng.random() < truth.priority else None
                    self._at(at_ms, lambda s=service, p=priority: self._comes(s, p))  # type: ignore[misc]
        for _ in range(_poisson(rng, truth.booked_a_day)):
            begin, end = rng.choice(sessions)
            booked_ms = utc_ms_of(today, 15 * (rng.randrange(begin + 30, end - 30) // 15))
            code, service = f"{rng.randrange(10**6):06}", rng.choice(list(truth.matters))
            self.do(c.MakeBooking(service=service, at_ms=booked_ms, code=code))
            if rng.random() < 0.85:
                self._at(booked_ms - rng.uniform(-5, 15) * MINUTE_MS, lambda x=code: self._checks_in(x))  # type: ignore[misc]

    def _when(self, first: float, last: float) -> float:
        rng = self.rng
        draw = rng.random()
        for hour, width, weight in self.truth.peaks:
            if draw < weight:
                return rng.gauss(hour * 60, width * 60)
            draw -= weight
        return rng.uniform(first, last)

    def _comes(self, service: str, priority: str | None) -> None:
        self.do(c.Issue(service=service, priority=priority))
        self._wake()

    def _checks_in(self, code: str) -> None:
        self.do(c.CheckIn(booking=code))
        self._wake()

    # ------------------------------------------------------------------ officers
    def _session(self, officer: _Officer, today: date, begin: int, end: int) -> None:
        rng = self.rng
        self._at(utc_ms_of(today, begin) + rng.uniform(-1, 4) * MINUTE_MS, lambda: self._opens(officer))
        self._at(utc_ms_of(today, end), self._wake)
        if rng.random() < 0.6:
            away_ms = utc_ms_of(today, begin) + rng.uniform(40, end - begin - 30) * MINUTE_MS
            officer.away_from.append((int(away_ms), int(MINUTE_MS * Matter(10, 0.5, 0).draw_min(rng))))
        if self.truth.lunch_in_turns_min:
            place = list(self.officers).index(officer.counter)
            noon_ms = utc_ms_of(today, 11 * 60) + place % 3 * 45 * MINUTE_MS
            officer.away_from.append((noon_ms, int(self.truth.lunch_in_turns_min * rng.uniform(0.8, 1.2) * MINUTE_MS)))
        officer.away_from.sort()

    def _opens(self, officer: _Officer) -> None:
        if self.state.counters[officer.counter].status is not CounterStatus.OPEN:
            self.do(c.OpenCounter(counter=officer.counter, officer=officer.counter))
            self._next(officer)

    def _break_min(self) -> float | None:
        """Minutes since a session ended, None inside a session."""
        minute = (self.now_ms / MINUTE_MS + 7 * 60) % 1440
        ended: float | None = None
        for span in self.truth.hours:
            begin, end = (int(t[:2]) * 60 + int(t[3:]) for t in span.split("-"))
            if begin - 5 <= minute < end:
                return None
            if minute >= end:
                ended = minute - end
        return ended

    def _next(self, officer: _Officer) -> None:
        """The officer is free: away, home, or calls the next."""
        if self.state.counters[officer.counter].status is not CounterStatus.OPEN:
            return
        officer.idle = False
        if officer.away_from and officer.away_from[0][0] <= self.now_ms:
            _, long_ms = officer.away_from.pop(0)
            self.do(c.PauseCounter(counter=officer.counter))
            self._at(self.now_ms + long_ms, lambda: self._opens(officer))
            return
        ended_min = self._break_min()
        if ended_min is not None and ended_min > self.truth.works_over_min:
            self.do(c.CloseCounter(counter=officer.counter))
            return
        events = self.do(c.CallNext(counter=officer.counter))
        called = next((one for one in events if isinstance(one, e.TicketCalled)), None)
        if called is None:
            if ended_min is not None:
                self.do(c.CloseCounter(counter=officer.counter))
            else:
                officer.idle = True
            return
        self._called(officer, called.ticket)

    def _called(self, officer: _Officer, ticket_id: str) -> None:
        rng, truth = self.rng, self.truth
        ticket = self.state.tickets[ticket_id]
        if rng.random() < (truth.missed_again if ticket.misses else truth.missed):
            self._at(self.now_ms + rng.uniform(1.0, 2.5) * MINUTE_MS, lambda: self._missed(officer))
            return
        walk_ms = rng.uniform(10, 45) * 1000
        if rng.random() < 0.85:
            self._at(self.now_ms + walk_ms, lambda: self.do(c.Serve(counter=officer.counter)))
        minutes = truth.matters[ticket.service].draw_min(rng) * officer.pace * self._slow
        self._at(self.now_ms + walk_ms + 1 + minutes * MINUTE_MS, lambda: self._done(officer, ticket_id))

    def _missed(self, officer: _Officer) -> None:
        self.do(c.NoShow(counter=officer.counter))
        self._soon(officer)
        self._wake()

    def _done(self, officer: _Officer, ticket_id: str) -> None:
        rng = self.rng
        ticket = self.state.tickets[ticket_id]
        others = [s for s in self.truth.matters if s != ticket.service]
        if rng.random() < self.truth.moved and ticket.status in {Status.CALLED, Status.SERVING}:
            self.do(c.Transfer(ticket=ticket_id, service=rng.choice(others), keep_place=True))
            self._wake()
        else:
            self.do(c.Finish(counter=officer.counter))
        self._soon(officer)

    def _soon(self, officer: _Officer) -> None:
        self._at(self.now_ms + self.rng.expovariate(1 / 18.0) * 1000, lambda: self._next(officer))

    def _wake(self) -> None:
        for officer in self.officers.values():
            if officer.idle:
                officer.idle = False
                self._at(self.now_ms + self.rng.uniform(3, 12) * 1000, lambda o=officer: self._next(o))  # type: ignore[misc]


def nobody_to_wait_for(state: State, ticket: Any) -> bool:
    """Whether a free counter takes the ticket at once: nobody waits before it there, and an officer sits idle."""
    for counter in state.setup.counters:
        runtime = state.counters[counter.id]
        if runtime.status is not CounterStatus.OPEN or runtime.ticket is not None:
            continue
        if tier_of(ticket, counter.tiers, counter.id) == NOT_TAKEN:
            continue
        if not any(tier_of(t, counter.tiers, counter.id) < NOT_TAKEN for t in state.waiting_tickets()):
            return True
    return False


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.expovariate(1.0) if mean > 0 else math.inf
    while left < mean:
        count += 1
        left += rng.expovariate(1.0)
    return count
