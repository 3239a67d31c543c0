"""Any commands in any order: numbers are unique, nobody is lost, the order is the reference's, a replay is the same."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from motcua.order_reference import OrderReference, Waiting
from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import VIETNAM, Moment
from queue_core.engine import Context, decide, first_day, fold, fold_into
from queue_core.errors import MotcuaError
from queue_core.events import dump_event, load_event
from queue_core.office import Office, dump_office
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, Status

MONDAY = int(datetime(2026, 11, 23, 7, 0, tzinfo=VIETNAM).timestamp() * 1000)
COUNTERS = {"q1": [["ho-tich", "chung-thuc"]], "q2": [["chung-thuc"], ["ho-tich", "dat-dai"]], "q3": [["dat-dai"]]}
RATIO, PATIENCE_MIN = 2, 20.0


def office(**changes: Any) -> Office:
    values: dict[str, Any] = {
        "province": "lam-dong",
        "id": "xa-mau",
        "name": "Xã Mẫu Sơn",
        "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"]},
        "priority": {
            "ratio": RATIO,
            "ageing_min": PATIENCE_MIN,
            "classes": [{"id": "cao-tuoi", "name": "Người cao tuổi"}],
        },
        "services": [
            {"id": "ho-tich", "name": "Hộ tịch", "prefix": "A", "slot_places": 2},
            {"id": "chung-thuc", "name": "Chứng thực", "prefix": "A"},
            {"id": "nhom", "name": "Đất", "services": [{"id": "dat-dai", "name": "Đất đai", "prefix": "HT-", "daily_limit": 30}]},
        ],
        "counters": [
            {"id": "q1", "number": 1, "services": [["ho-tich", "chung-thuc"]]},
            {"id": "q2", "number": 2, "services": ["chung-thuc", ["ho-tich", "dat-dai"]]},
            {"id": "q3", "number": 3, "services": ["dat-dai"]},
        ],
    }
    return Office.model_validate(values | changes)


SERVICES = st.sampled_from(["ho-tich", "chung-thuc", "dat-dai", "nhom", "khong-co"])
COUNTER_IDS = st.sampled_from(["q1", "q2", "q3", "q9"])
CODES = st.sampled_from(["123456", "654321", "111111"])
ARRIVALS = st.tuples(st.sampled_from(["ho-tich", "chung-thuc", "dat-dai"]), st.sampled_from([None, "cao-tuoi"]))
PRIORITIES = st.sampled_from([None, None, "cao-tuoi", "khong-co"])


class Day(RuleBasedStateMachine):
    """One journal's life under any commands."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[e.AnyEvent] = []
        self.state = State()
        self.now_ms = MONDAY
        self.source, self.boot = "ntp", "boot-1"
        self.asked = 0
        self.given: dict[int, set[str]] = {}
        self.ever: set[str] = set()
        self.reference = OrderReference(COUNTERS, RATIO, PATIENCE_MIN)

    @initialize(known=st.booleans())
    def opens(self, known: bool) -> None:
        self.source = "ntp" if known else "floor"
        self._take(first_day(office(), self._context()))
        self.now_ms += 45 * 60_000
        for counter in ("q1", "q2", "q3"):
            self.do(c.OpenCounter(counter=counter, officer="lan"))

    # ------------------------------------------------------------------ helpers
    def _context(self, request_id: str | None = None) -> Context:
        return Context(now=Moment(self.now_ms, self.now_ms, self.boot, self.source), by="test", request_id=request_id)

    def _take(self, event: e.AnyEvent) -> None:
        """What the journal does: through JSON and back, then the fold."""
        event = load_event(json.loads(json.dumps(dump_event(event))))
        before = self.state
        self._follow(event, before)
        self.state = fold(before, event)
        if isinstance(event, e.DayOpened):
            self.events = []
            self.given[event.day] = {t["number"] for t in event.carried}
        self.events.append(event)

    def _follow(self, event: e.AnyEvent, before: State) -> None:
        """Tell the reference what an onlooker would have seen."""
        match event:
            case e.DayOpened():
                self.reference = OrderReference(COUNTERS, RATIO, PATIENCE_MIN)
                for values in event.carried:
                    self._arrive_if_waiting(values)
            case e.TicketIssued():
                number = event.ticket["number"]
                assert number not in self.given[before.day], f"{number} was given twice"
                self.given[before.day].add(number)
                self._arrive_if_waiting(event.ticket)
            case e.TicketCalled():
                ticket = before.tickets[event.ticket]
                if event.why != "given":
                    wanted = self.reference.expected(event.counter, event.at_ms)
                    assert wanted == event.ticket, f"{event.counter} called {event.ticket}, the reference says {wanted}"
                if ticket.status is Status.PARKED:
                    self.reference.call_aside(event.counter, self._person(ticket), event.at_ms)
                else:
                    self.reference.call(event.counter, event.ticket, event.at_ms, chosen=event.why == "given")
            case e.CounterClosed():
                self.reference.rest(event.counter)

    def _person(self, ticket: Any) -> Waiting:
        return Waiting(
            name=ticket.id, service=ticket.service, rank=ticket.place, since_ms=ticket.waiting_since_ms,
            favoured=ticket.priority is not None, booked_ms=ticket.booked_ms, only_counter=ticket.only_counter,
            let_pass=ticket.behind,
        )  # fmt: skip

    def _arrive_if_waiting(self, values: dict[str, Any]) -> None:
        from queue_core.tickets import Ticket

        ticket = Ticket.load(values)
        if ticket.status is Status.WAITING:
            self.reference.arrive(self._person(ticket))

    def do(self, command: c.AnyCommand, request_id: str | None = None) -> list[e.AnyEvent]:
        before = repr(_plain(self.state))
        try:
            events = decide(self.state, command, self._context(request_id))
        except MotcuaError as error:
            assert error.key
            assert "…" not in error.vi, f"{error.key} has an unfilled place: {error.vi}"
            events = []
        assert repr(_plain(self.state)) == before, "a decision changed the state"
        for event in events:
            self._take(event)
            self._mirror(event)
        return events

    def _mirror(self, event: e.AnyEvent) -> None:
        """Arrivals and departures that need the state after the event."""
        value = getattr(event, "ticket", None)
        ticket_id = value.get("id") if isinstance(value, dict) else value
        ticket = self.state.tickets.get(ticket_id) if isinstance(ticket_id, str) else None
        if ticket is None or isinstance(event, (e.TicketIssued, e.TicketCalled)):
            return
        if ticket.status is Status.WAITING:
            self.reference.arrive(self._person(ticket))
        else:
            self.reference.leave(ticket.id)

    def _some_ticket(self, index: int) -> str:
        ids = [*self.state.tickets, "9-9"]
        return ids[index % len(ids)]

    # ------------------------------------------------------------------ what people do
    @rule(service=SERVICES, priority=PRIORITIES, again=st.booleans())
    def issue(self, service: str, priority: str | None, again: bool) -> None:
        self.asked += 0 if again else 1
        count = len(self.state.tickets)
        known = f"r{self.asked}" in self.state.requests
        self.do(c.Issue(service=service, priority=priority), f"r{self.asked}")
        if known:
            assert len(self.state.tickets) <= max(count, 1), "the same request gave a second ticket"

    @rule(asked=st.lists(ARRIVALS, min_size=4, max_size=9), gap_min=st.sampled_from([0, 1, 7]))
    def crowd(self, asked: list[tuple[str, str | None]], gap_min: int) -> None:
        for service, priority in asked:
            self.asked += 1
            self.now_ms += gap_min * 60_000
            self.do(c.Issue(service=service, priority=priority), f"r{self.asked}")

    @rule(counters=st.lists(st.sampled_from(["q1", "q1", "q2", "q3"]), min_size=3, max_size=9), gap_min=st.sampled_from([0, 3]))
    def counters_work(self, counters: list[str], gap_min: int) -> None:
        for counter in counters:
            self.now_ms += gap_min * 60_000
            self.do(c.CallNext(counter=counter, finish=True))

    @rule(counter=st.sampled_from(["q1", "q2"]), times=st.integers(1, 3))
    def nobody_comes(self, counter: str, times: int) -> None:
        for _ in range(times):
            self.do(c.CallNext(counter=counter, finish=True))
            self.do(c.NoShow(counter=counter))

    @rule(counter=COUNTER_IDS, who=st.sampled_from(["lan", "minh"]), over=st.booleans())
    def open_counter(self, counter: str, who: str, over: bool) -> None:
        self.do(c.OpenCounter(counter=counter, officer=who, take_over=over))

    @rule(counter=COUNTER_IDS, finish=st.booleans())
    def call_next(self, counter: str, finish: bool) -> None:
        self.do(c.CallNext(counter=counter, finish=finish))

    @rule(
        counter=COUNTER_IDS,
        what=st.sampled_from([c.Recall, c.Serve, c.Finish, c.NoShow, c.NoShow, c.Undo, c.PauseCounter, c.CloseCounter]),
    )
    def at_counter(self, counter: str, what: Any) -> None:
        self.do(what(counter=counter))

    @rule(counter=COUNTER_IDS, index=st.integers(0, 40), finish=st.booleans())
    def call_given(self, counter: str, index: int, finish: bool) -> None:
        self.do(c.CallTicket(counter=counter, ticket=self._some_ticket(index), finish=finish))

    @rule(index=st.integers(0, 40), service=SERVICES, counter=st.one_of(st.none(), COUNTER_IDS), keep=st.booleans())
    def transfer(self, index: int, service: str, counter: str | None, keep: bool) -> None:
        self.do(c.Transfer(ticket=self._some_ticket(index), service=service, counter=counter, keep_place=keep))

    @rule(index=st.integers(0, 40), what=st.sampled_from([c.Park, c.Unpark, c.Reopen, c.CancelTicket]))
    def to_ticket(self, index: int, what: Any) -> None:
        self.do(what(ticket=self._some_ticket(index)))

    @rule(index=st.integers(0, 40), priority=PRIORITIES, confirmed=st.booleans())
    def set_priority(self, index: int, priority: str | None, confirmed: bool) -> None:
        self.do(c.SetPriority(ticket=self._some_ticket(index), priority=priority, confirmed=confirmed))

    @rule(which=st.integers(0, 60))
    def cancel_request(self, which: int) -> None:
        self.do(c.CancelRequest(of=f"r{which}"))

    @rule(service=SERVICES, open_=st.sampled_from([True, False, None]))
    def switch(self, service: str, open_: bool | None) -> None:
        self.do(c.SwitchService(service=service, open=open_))

    @rule(service=SERVICES, code=CODES, in_min=st.integers(-60, 60 * 24 * 3))
    def book(self, service: str, code: str, in_min: int) -> None:
        self.do(c.MakeBooking(service=service, code=code, at_ms=self.now_ms + in_min * 60_000))

    @rule(code=CODES, cancel=st.booleans())
    def check_in(self, code: str, cancel: bool) -> None:
        self.asked += 1
        self.do(c.CancelBooking(code=code) if cancel else c.CheckIn(booking=code), f"r{self.asked}")

    @rule(index=st.integers(0, 40), ok=st.booleans())
    def slip(self, index: int, ok: bool) -> None:
        self.do(c.SlipDone(ticket=self._some_ticket(index), ok=ok, why="" if ok else "paper.out"))

    @rule(device=st.sampled_from(["kiosk-1", "kiosk-2"]), on=st.booleans(), what=st.sampled_from(["help", "answer", "alert"]))
    def devices(self, device: str, on: bool, what: str) -> None:
        match what:
            case "help":
                self.do(c.AskHelp(device=device))
            case "answer":
                self.do(c.AnswerHelp(device=device))
            case _:
                self.do(c.ReportAlert(device=device, kind="paper_out", on=on))

    @rule(limit=st.integers(1, 40), drop=st.booleans(), stale=st.booleans(), broken=st.booleans())
    def edit_office(self, limit: int, drop: bool, stale: bool, broken: bool) -> None:
        values = dump_office(office())
        values["services"][0]["daily_limit"] = limit
        if drop:
            values["services"] = values["services"][:2]
            values["counters"] = [values["counters"][0], {"id": "q2", "number": 2, "services": ["chung-thuc", ["ho-tich"]]}]
        if broken:
            values["services"][0]["prefix"] = "?"
        self.do(c.ChangeOffice(office=values, revision=99 if stale else None))

    @rule(series=st.dictionaries(st.sampled_from(["A", "HT-", "Z"]), st.integers(0, 30), max_size=2))
    def witness(self, series: dict[str, int]) -> None:
        self.do(c.RaiseSeries(series=series))

    # ------------------------------------------------------------------ what time does
    @rule(minutes=st.sampled_from([0, 1, 5, 12, 20, 47, 200, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now_ms += minutes * 60_000 + 1000
        self.do(c.Tick())

    @precondition(lambda self: len(self.state.tickets) > 12)
    @rule(days=st.sampled_from([-366, -1, 1, 366]))
    def clock_jumps(self, days: int) -> None:
        """A trusted but wrong clock says another date; the next one is right again."""
        self.now_ms += days * 86_400_000
        self.do(c.Tick())

    @rule()
    def reboot_without_clock(self) -> None:
        self.boot, self.source = f"boot-{self.now_ms}-{len(self.events)}", "floor"
        self.do(c.Tick())

    @rule(date=st.sampled_from(["2026-11-23", "2026-11-25", "2026-12-01", "2025-01-01", "2026-02-30", "2031-01-01"]))
    def date_by_hand(self, date: str) -> None:
        self.do(c.SetDate(date=date))

    @precondition(lambda self: self.source == "floor")
    @rule()
    def time_arrives(self) -> None:
        self.source = "ntp"
        self.do(c.Tick())

    @rule()
    def close_day(self) -> None:
        self.do(c.CloseDay())

    @rule()
    def commit_fails(self) -> None:
        """Decided, folded into a copy, never written: the state that goes on is the old one."""
        copy = self.state.copy()
        before = repr(_plain(self.state))
        try:
            for event in decide(copy, c.Issue(service="ho-tich"), self._context("never-written")):
                fold_into(copy, event)
        except MotcuaError:
            return
        assert repr(_plain(self.state)) == before

    # ------------------------------------------------------------------ what always holds
    @invariant()
    def nobody_is_lost(self) -> None:
        state = self.state
        assert set(state.waiting) == {i for i, t in state.tickets.items() if t.status is Status.WAITING}
        for ticket in state.tickets.values():
            if ticket.status in AT_COUNTER:
                assert ticket.counter is not None
                assert state.counters[ticket.counter].ticket == ticket.id, f"{ticket.number} stands at no counter"
        for counter in state.counters.values():
            if counter.ticket is not None:
                assert state.tickets[counter.ticket].status in AT_COUNTER
                assert state.tickets[counter.ticket].counter == counter.id
        numbers = [t.number for t in state.tickets.values()]
        assert len(numbers) == len(set(numbers))
        assert {n: i for i, n in ((t.id, t.number) for t in state.tickets.values())} == state.numbers

    @invariant()
    def whoever_waits_can_be_called(self) -> None:
        office_now = self.state.office
        if office_now is not None:
            for ticket in self.state.waiting_tickets():
                assert office_now.counters_for(ticket.service), f"no counter takes {ticket.service}"

    @invariant()
    def a_replay_is_the_same(self) -> None:
        again = State()
        for event in self.events:
            fold_into(again, load_event(json.loads(json.dumps(dump_event(event)))))
        assert _plain(again) == _plain(self.state)


def _plain(state: State) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in State.__dataclass_fields__ if name != "office"}
    return values | {"office": dump_office(state.office) if state.office else None}


@pytest.mark.parametrize("part", range(2))
def test_any_commands_in_any_order(seed: int, part: int) -> None:
    del part
    machine = hypothesis_seed(seed)(Day)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("MOTCUA_EXAMPLES", "60")),
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
