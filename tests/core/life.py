"""One journal's life for the tests of the rules: commands go in, every event is judged by what an onlooker knows.

The judges share nothing with the rules: the order is the reference's, a number is looked up in a plain set, a ticket's
life is a table of allowed steps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from motcua.order_reference import OrderReference, Waiting
from queue_core import commands as c
from queue_core import events as e
from queue_core import routing
from queue_core.clock import VIETNAM, Moment
from queue_core.engine import Context, decide, first_day, fold, fold_into
from queue_core.errors import WORDS, MotcuaError
from queue_core.events import dump_event, load_event
from queue_core.office import Office, dump_office
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, LIVE, CounterStatus, Status, Ticket

RATIO, PATIENCE_MIN = 2, 20.0
MISSES_ALLOWED, BACK_AFTER = 3, 3
COUNTERS: Final = {
    "q1": [["ho-tich", "chung-thuc"]],
    "q2": [["chung-thuc"], ["ho-tich", "dat-dai"]],
    "q3": [["dat-dai"]],
}
SERVICES: Final = ("ho-tich", "chung-thuc", "dat-dai")


def at(text: str) -> int:
    """``2026-11-23 07:00`` in Viet Nam → UTC milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp() * 1000)


MONDAY: Final = at("2026-11-23 07:00")


def office(**changes: Any) -> Office:
    values: dict[str, Any] = {
        "province": "lam-dong",
        "id": "xa-mau",
        "name": "Xã Mẫu Sơn",
        "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"]},
        "priority": {
            "ratio": RATIO,
            "ageing_min": PATIENCE_MIN,
            "classes": [
                {"id": "cao-tuoi", "name": {"vi": "Người cao tuổi", "en": "Elderly"}},
                {"id": "con-nho", "name": {"vi": "Có con nhỏ", "en": "With a small child"}},
            ],
        },
        "services": [
            {"id": "ho-tich", "name": {"vi": "Hộ tịch", "en": "Civil status"}, "prefix": "A", "slot_places": 2},
            {"id": "chung-thuc", "name": {"vi": "Chứng thực", "en": "Certification"}, "prefix": "A"},
            {
                "id": "nhom",
                "name": "Đất",
                "services": [{"id": "dat-dai", "name": "Đất đai", "prefix": "HT-", "daily_limit": 30}],
            },
        ],
        "counters": [
            {"id": "q1", "number": 1, "services": [["ho-tich", "chung-thuc"]]},
            {"id": "q2", "number": 2, "services": ["chung-thuc", ["ho-tich", "dat-dai"]]},
            {"id": "q3", "number": 3, "services": ["dat-dai"]},
        ],
    }
    return Office.model_validate(values | changes)


#: event → the states its ticket may be in before
STEPS: Final[dict[type[e.Event], frozenset[Status]]] = {
    e.TicketCalled: frozenset({Status.WAITING, Status.PARKED}),
    e.TicketRecalled: frozenset({Status.CALLED}),
    e.ServiceStarted: frozenset({Status.CALLED}),
    e.TicketFinished: AT_COUNTER,
    e.TicketMissed: frozenset({Status.CALLED}),
    e.TicketTransferred: LIVE,
    e.TicketParked: LIVE - {Status.PARKED},
    e.TicketUnparked: frozenset({Status.PARKED}),
    e.TicketCancelled: LIVE,
    e.TicketExpired: LIVE,
    e.PriorityChanged: LIVE,
}


class Life:
    """A journal in memory with its judges. ``done`` says what was done, for a failure's report."""

    def __init__(self, *, known: bool = True, setup: Office | None = None) -> None:
        self.events: list[e.AnyEvent] = []
        self.state = State()
        self.now_ms = MONDAY
        self.source, self.boot = ("ntp" if known else "floor"), "boot-1"
        self.done: list[str] = []
        self.refused: str | None = None
        self.asked = 0
        self.given: dict[int, set[str]] = {}
        self.top: dict[str, int] = {}
        self.reference = OrderReference(COUNTERS, RATIO, PATIENCE_MIN)
        self.calls = 0
        self.reasons: set[str] = set()
        self._take(first_day(setup or office(), self.context()))

    # ------------------------------------------------------------------ doing
    def context(self, request_id: str | None = None, **moment: Any) -> Context:
        return Context(
            now=Moment(self.now_ms, self.now_ms, self.boot, self.source, **moment), by="test", request_id=request_id
        )

    def do(self, command: c.AnyCommand, request_id: str | None = None, **moment: Any) -> list[e.AnyEvent]:
        """Decide and take in; a refusal must be keyed, in words, and change nothing."""
        self.done.append(f"{self.now_ms} {command!r} {request_id or ''}")
        before = self.state.copy()
        events: list[e.AnyEvent] = []
        refused: MotcuaError | None = None
        try:
            events = decide(self.state, command, self.context(request_id, **moment))
        except MotcuaError as error:
            refused = error
        if refused is not None:
            assert refused.key in WORDS, f"{refused.key} has no words"
            assert "…" not in refused.vi + refused.en, f"{refused.key} has an unfilled place: {refused.vi}"
        self.refused = refused.key if refused else None
        assert self.state == before, f"deciding on {command!r} changed the state"
        for event in events:
            self._take(event)
        return events

    def issue(self, service: str, priority: str | None = None) -> Ticket | None:
        """A new request of a citizen."""
        self.asked += 1
        self.do(c.Issue(service=service, priority=priority), f"kiosk-1/r{self.asked}")
        return self.state.tickets.get(self.state.requests.get(f"kiosk-1/r{self.asked}", ""))

    def pass_min(self, minutes: float) -> None:
        self.now_ms += int(minutes * 60_000)

    # ------------------------------------------------------------------ judging
    def _take(self, event: e.AnyEvent) -> None:
        """What the journal does: through JSON and back, then the fold; the judges see it before and after."""
        event = load_event(json.loads(json.dumps(dump_event(event))))
        before = self.state
        self._judge(event, before)
        self.state = fold(before, event)
        if isinstance(event, e.DayOpened):
            self.events = []
        self.events.append(event)
        self._mirror(event)

    def _judge(self, event: e.AnyEvent, before: State) -> None:
        if (allowed := STEPS.get(type(event))) is not None:
            ticket = before.tickets[getattr(event, "ticket")]  # noqa: B009 -- every event of the table has one
            assert ticket.status in allowed, f"{event.type} of {ticket.number}, which is {ticket.status}"
        match event:
            case e.DayOpened():
                self._judge_day(event, before)
            case e.SeriesRaised():
                self.top |= {p: n for p, n in event.series.items() if n > self.top.get(p, 0)}
            case e.TicketIssued():
                self._judge_number(event, before)
            case e.TicketCalled():
                self._judge_call(event, before)
            case e.TicketMissed():
                last = event.misses >= MISSES_ALLOWED
                assert event.misses == before.tickets[event.ticket].misses + 1
                assert event.behind == (0 if last else BACK_AFTER)
            case e.CounterClosed():
                self.reference.rest(event.counter)

    def _judge_day(self, event: e.DayOpened, before: State) -> None:
        assert event.day == before.day + 1
        held = {t["number"] for t in event.carried}
        living = {t.number for t in before.tickets.values() if t.undated and t.status in LIVE}
        assert held == living, "whoever was given a number by an office without a date keeps it"
        self.given[event.day] = held
        self.top = dict(event.series)
        for values in event.carried:
            assert event.series.get(values["prefix"], 0) >= values["ordinal"], "the series go on above what is held"
        self.reference = OrderReference(COUNTERS, RATIO, PATIENCE_MIN)
        for values in event.carried:
            ticket = Ticket.load(values)
            if ticket.status is Status.WAITING:
                self.reference.arrive(_person(ticket))

    def _judge_number(self, event: e.TicketIssued, before: State) -> None:
        ticket = Ticket.load(event.ticket)
        assert ticket.number not in self.given[before.day], f"{ticket.number} was given twice"
        self.given[before.day].add(ticket.number)
        assert ticket.ordinal > self.top.get(ticket.prefix, 0), f"{ticket.number} is not above the others"
        self.top[ticket.prefix] = ticket.ordinal
        assert ticket.id not in before.tickets
        if ticket.request_id:
            assert ticket.request_id not in before.requests, "the same request gave a second ticket"
            assert ticket.request_id not in before.cancelled_requests, "the citizen has left"
        self.reference.arrive(_person(ticket))

    def _judge_call(self, event: e.TicketCalled, before: State) -> None:
        ticket, counter = before.tickets[event.ticket], before.counters[event.counter]
        assert counter.status is CounterStatus.OPEN
        assert counter.ticket is None, f"{event.counter} has {counter.ticket} already"
        if event.why != "given":
            wanted = self.reference.expected(event.counter, event.at_ms)
            assert wanted == event.ticket, f"{event.counter} called {event.ticket}, the reference says {wanted}"
            self._judge_words(event, ticket, before)
        self.calls += 1
        if ticket.status is Status.PARKED:
            self.reference.call_aside(event.counter, _person(ticket), event.at_ms)
        else:
            self.reference.call(event.counter, event.ticket, event.at_ms, chosen=event.why == "given")

    def _judge_words(self, event: e.TicketCalled, ticket: Ticket, before: State) -> None:
        """The explanation must be true, and it must be words."""
        self.reasons.add(event.why)
        group = {s: i for i, services in enumerate(COUNTERS[event.counter]) for s in services}
        passed = [
            p
            for p in self.reference.line.values()
            if p.name != ticket.id
            and (p.only_counter == event.counter if p.only_counter else p.service in group)
            and p.let_pass == ticket.behind
        ]
        waited_min = (event.at_ms - ticket.waiting_since_ms) / 60_000
        match event.why:
            case "first":
                assert all(p.rank > ticket.place for p in passed), f"{ticket.number} did not come first"
            case "order":
                assert any(p.rank < ticket.place for p in passed)
                assert len(COUNTERS[event.counter]) > 1
            case "priority":
                assert event.details["class"] == ticket.priority is not None
            case "booked":
                assert ticket.priority is None
                assert ticket.booked_ms is not None
                assert ticket.booked_ms <= event.at_ms
            case "ratio":
                assert event.details["streak"] == self.reference.in_a_row[event.counter] > 0
                assert any(p.goes_first(event.at_ms) for p in passed)
            case "aged":
                assert waited_min >= PATIENCE_MIN
                assert event.details["minutes"] == int(waited_min)
            case "sent":
                assert ticket.only_counter == event.counter
            case "back":
                assert event.details["misses"] == ticket.misses > 0
            case _:
                raise AssertionError(f"no such reason: {event.why}")
        for lang in ("vi", "en"):
            words = routing.words(event.why, event.details, before.setup, lang)
            assert words != event.why
            assert "{" not in words

    def _mirror(self, event: e.AnyEvent) -> None:
        """Arrivals and departures of the line as the state after the event shows them."""
        if isinstance(event, e.ClockSet):  # who came by no clock came at another time
            for waiting in self.state.waiting_tickets():
                self.reference.arrive(_person(waiting))
        value = getattr(event, "ticket", None)
        ticket_id = value.get("id") if isinstance(value, dict) else value
        ticket = self.state.tickets.get(ticket_id) if isinstance(ticket_id, str) else None
        if ticket is None or isinstance(event, (e.TicketIssued, e.TicketCalled)):
            return
        if ticket.status is Status.WAITING:
            self.reference.arrive(_person(ticket))
        else:
            self.reference.leave(ticket.id)

    def check(self) -> None:
        """What holds at any moment."""
        state = self.state
        assert set(state.waiting) == {i for i, t in state.tickets.items() if t.status is Status.WAITING}
        for ticket in state.tickets.values():
            if ticket.status in AT_COUNTER:
                assert ticket.counter is not None
                assert state.counters[ticket.counter].ticket == ticket.id, f"{ticket.number} stands at no counter"
            if ticket.status is Status.WAITING:
                assert ticket.misses < MISSES_ALLOWED
                able = state.setup.counters_for(ticket.service)
                only = ticket.only_counter
                assert state.setup.counter(only) if only else able, f"no counter can call {ticket.number}"
        for counter in state.counters.values():
            if counter.ticket is not None:
                assert state.tickets[counter.ticket].status in AT_COUNTER
                assert state.tickets[counter.ticket].counter == counter.id
        numbers = {t.number: i for i, t in state.tickets.items()}
        assert len(numbers) == len(state.tickets)
        assert numbers == state.numbers
        assert set(numbers) == self.given[state.day], "a ticket is lost"

    def check_replay(self) -> None:
        """A replay of the open day gives the same state, to the last value."""
        again = State()
        for event in self.events:
            fold_into(again, load_event(json.loads(json.dumps(dump_event(event)))))
        assert plain(again) == plain(self.state)

    def check_failed_commit(self) -> None:
        """Decided, folded into a copy, never written: the state that goes on is the old one."""
        copy, before = self.state.copy(), repr(plain(self.state))
        try:
            for event in decide(copy, c.Issue(service="ho-tich"), self.context("never-written")):
                fold_into(copy, event)
        except MotcuaError:
            return
        assert repr(plain(self.state)) == before


def _person(ticket: Ticket) -> Waiting:
    return Waiting(
        name=ticket.id, service=ticket.service, rank=ticket.place, since_ms=ticket.waiting_since_ms,
        favoured=ticket.priority is not None, booked_ms=ticket.booked_ms, only_counter=ticket.only_counter,
        let_pass=ticket.behind,
    )  # fmt: skip


def plain(state: State) -> Mapping[str, Any]:
    """A state as comparable values."""
    values = {name: getattr(state, name) for name in State.__dataclass_fields__ if name != "office"}
    return values | {"office": dump_office(state.office) if state.office else None}
