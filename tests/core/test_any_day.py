"""Any commands in any order: numbers are unique, nobody is lost, the order is the reference's, a replay is the same.

Walks with a weighted choice of what happens next find faults of the order within seconds; the machine at the end lets
hypothesis choose anything and shrinks what it finds.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from queue_core import commands as c
from queue_core.clock import local
from queue_core.office import dump_office
from queue_core.tickets import AT_COUNTER, LIVE, Status
from tests.core.life import SERVICES, Life, office

DAY_MS = 86_400_000
LONG_DAYS = office(hours={"mon-sun": ["06:00-22:00"]}, holidays="none")
CODES = ("123456", "654321", "111111")


def subject_of(ticket: str) -> str:
    """As the hub's key makes it: one a ticket."""
    return hashlib.sha256(ticket.encode()).hexdigest()[:32]


class Walk:
    """People at work for some steps: each method is something that happens, chosen by the profile's weights."""

    def __init__(self, chance: random.Random, *, known: bool = True) -> None:
        self.chance = chance
        self.life = Life(known=known, setup=LONG_DAYS)
        self.officers_come()

    def officers_come(self) -> None:
        for counter in ("q1", "q2", "q3"):
            self.life.do(c.OpenCounter(counter=counter, officer="lan"))

    def ticket(self, *wanted: Status) -> str:
        """A ticket in one of the states, rarely any or none."""
        tickets = self.life.state.tickets
        fitting = [i for i, t in tickets.items() if t.status in wanted]
        if fitting and self.chance.random() < 0.9:
            return self.chance.choice(fitting)
        return self.chance.choice([*tickets, "9-9"])

    def counter(self) -> str:
        return self.chance.choice(["q1", "q1", "q1", "q2", "q2", "q2", "q3", "q9"])

    def busy_counter(self) -> str:
        busy = [i for i, one in self.life.state.counters.items() if one.ticket is not None]
        return self.chance.choice(busy) if busy and self.chance.random() < 0.9 else self.counter()

    # what citizens do
    def arrival(self) -> None:
        service = self.chance.choices(SERVICES, (4, 4, 2))[0]
        self.life.issue(service, self.chance.choice([None, None, "cao-tuoi", "con-nho"]))

    def odd_arrival(self) -> None:
        self.life.issue(self.chance.choice(["nhom", "khong-co", "ho-tich"]), self.chance.choice([None, "khong-co"]))

    def same_request_again(self) -> None:
        self.life.do(c.Issue(service=self.chance.choice(SERVICES)), f"kiosk-1/r{self.chance.randint(1, 60)}")

    def leaves(self) -> None:
        self.life.do(c.CancelRequest(of=f"kiosk-1/r{self.life.asked + self.chance.randint(-5, 2)}"))

    def booking(self) -> None:
        at_ms = self.life.now_ms + self.chance.choice([-30, 5, 10, 20, 40, 24 * 60]) * 60_000
        self.life.do(c.MakeBooking(service="ho-tich", code=self.chance.choice(CODES), at_ms=at_ms))

    def booked_arrival(self) -> None:
        self.life.asked += 1
        self.life.do(c.CheckIn(booking=self.chance.choice(CODES)), f"kiosk-1/r{self.life.asked}")

    def rating(self) -> None:
        """Of any ticket, mostly one that is over; sometimes said a while ago, sometimes twice."""
        ticket, scale = self.ticket(Status.FINISHED), self.chance.choice([3, 3, 3, 5])
        value, given_ms = self.chance.randint(1, 3), self.chance.choice([None, self.life.now_ms - 900_000])
        self.life.do(
            c.Rate(
                subject=subject_of(ticket), ticket=ticket, value=value, scale=scale, signed=self.chance.random() < 0.2,
                reasons=("time",) if value == 1 else (), given_ms=given_ms,
            )
        )  # fmt: skip

    # what officers do
    def call_next(self) -> None:
        self.life.do(c.CallNext(counter=self.counter(), finish=self.chance.random() < 0.9))

    def no_show(self) -> None:
        self.life.do(c.NoShow(counter=self.busy_counter()))

    def at_counter(self) -> None:
        what: Any = self.chance.choice([c.Recall, c.Serve, c.Serve, c.Finish])
        self.life.do(what(counter=self.busy_counter()))

    def undo(self) -> None:
        self.life.do(c.Undo(counter=self.counter()))

    def call_given(self) -> None:
        ticket = self.ticket(Status.WAITING, Status.PARKED)
        self.life.do(c.CallTicket(counter=self.counter(), ticket=ticket, finish=self.chance.random() < 0.8))

    def transfer(self) -> None:
        counter = self.chance.choice([None, None, "q1", "q2", "q3", "q9"])
        service = self.chance.choice([*SERVICES, "nhom"])
        keep = self.chance.random() < 0.5
        self.life.do(c.Transfer(ticket=self.ticket(*LIVE), service=service, counter=counter, keep_place=keep))

    def park(self) -> None:
        self.life.do(c.Park(ticket=self.ticket(Status.WAITING, *AT_COUNTER)))

    def unpark(self) -> None:
        self.life.do(c.Unpark(ticket=self.ticket(Status.PARKED)))

    def cancel(self) -> None:
        self.life.do(c.CancelTicket(ticket=self.ticket(*LIVE)))

    def reopen(self) -> None:
        self.life.do(c.Reopen(ticket=self.ticket(Status.FINISHED, Status.CANCELLED, Status.EXPIRED)))

    def set_priority(self) -> None:
        priority = self.chance.choice([None, "cao-tuoi", "con-nho"])
        self.life.do(c.SetPriority(ticket=self.ticket(*LIVE), priority=priority))

    def slip(self) -> None:
        ok = self.chance.random() < 0.7
        self.life.do(c.SlipDone(ticket=self.ticket(*LIVE), ok=ok, why="" if ok else "paper.out"))

    def counter_opens(self) -> None:
        who, over = self.chance.choice(["lan", "minh"]), self.chance.random() < 0.4
        self.life.do(c.OpenCounter(counter=self.counter(), officer=who, take_over=over))

    def counter_rests(self) -> None:
        what: Any = self.chance.choice([c.PauseCounter, c.CloseCounter])
        counter = self.counter()
        self.life.do(what(counter=counter))
        if self.chance.random() < 0.8:
            self.life.do(c.OpenCounter(counter=counter, officer="lan"))

    def office_edited(self) -> None:
        values = dump_office(LONG_DAYS)
        values["services"][0]["daily_limit"] = self.chance.randint(1, 90)
        if self.chance.random() < 0.3:  # no land matters, no third counter
            values["services"] = values["services"][:2]
            values["counters"] = [
                values["counters"][0],
                {"id": "q2", "number": 2, "services": ["chung-thuc", "ho-tich"]},
            ]
        self.life.do(c.ChangeOffice(office=values, revision=self.chance.choice([None, None, 99])))

    def service_switched(self) -> None:
        service = self.chance.choice([*SERVICES, "nhom", "khong-co"])
        self.life.do(c.SwitchService(service=service, open=self.chance.choice([True, True, False, None])))

    def witness(self) -> None:
        series = {self.chance.choice(["A", "HT-", "Z"]): self.chance.randint(0, 30)}
        self.life.do(c.RaiseSeries(series=series))

    def day_closed(self) -> None:
        self.life.do(c.CloseDay())

    def day_reopened(self) -> None:
        self.life.do(c.ReopenDay())

    # what time does
    def minutes_pass(self) -> None:
        self.life.now_ms += self.chance.choice([500, 20_000, 60_000, 120_000, 300_000])

    def half_hour_passes(self) -> None:
        self.life.pass_min(self.chance.choice([12, 25, 40]))
        self.life.do(c.Tick())

    def day_passes(self) -> None:
        """Closing, or a night, or a weekend."""
        now = local(self.life.now_ms)
        minutes = {"closing": 22 * 60 + 31, "night": 31 * 60, "weekend": 79 * 60}
        until_min = self.chance.choice([minutes["closing"], minutes["night"], minutes["night"], minutes["weekend"]])
        self.life.pass_min(until_min - now.hour * 60 - now.minute)
        self.life.do(c.Tick())
        self.officers_come()

    def clock_jumps(self) -> None:
        self.life.now_ms += self.chance.choice([-366, -1, 1, 366]) * DAY_MS
        self.life.do(c.Tick())

    def reboot_without_clock(self) -> None:
        self.life.boot, self.life.source = f"boot-{len(self.life.done)}", "floor"
        self.life.do(c.Tick())

    def time_arrives(self) -> None:
        if self.life.source == "floor":
            self.life.source = "ntp"
            offset_ms = self.chance.choice([0, 700, 90_000, 3 * DAY_MS])
            self.life.now_ms += offset_ms
            self.life.do(c.Tick(), corrected_ms=offset_ms)

    def clock_vouched_for(self) -> None:
        """The clock was wrong all day; a supervisor says what it really is."""
        if self.life.source != "floor":
            offset_ms = self.chance.choice([-366, -1, 1, 366]) * DAY_MS
            self.life.do(c.Tick(), jump_ms=offset_ms)
            self.life.now_ms += offset_ms
            source, self.life.source = self.life.source, "hand"
            self.life.do(c.Tick(), corrected_ms=offset_ms)
            self.life.source = source

    def date_by_hand(self) -> None:
        self.life.do(c.SetDate(date=self.chance.choice(["2026-11-23", "2026-11-25", "2026-12-01", "2025-01-01"])))


MORNING: dict[str, float] = {"arrival": 20, "call_next": 17, "minutes_pass": 6, "no_show": 2, "at_counter": 2}
MISTAKES: dict[str, float] = {
    "transfer": 4,
    "undo": 2,
    "call_given": 3,
    "park": 2,
    "unpark": 2,
    "set_priority": 2,
    "cancel": 1,
    "reopen": 2,
}
OTHERS: dict[str, float] = {
    "same_request_again": 1, "leaves": 1, "odd_arrival": 1, "slip": 1, "counter_opens": 1, "counter_rests": 1,
    "office_edited": 1, "service_switched": 1, "rating": 2, "witness": 1, "booking": 2, "booked_arrival": 2,
}  # fmt: skip
TIME: dict[str, float] = {
    "clock_jumps": 1, "reboot_without_clock": 2, "time_arrives": 2, "clock_vouched_for": 1, "date_by_hand": 1,
    "day_passes": 1, "reopen": 1,
}  # fmt: skip
PROFILES: dict[str, tuple[int, int, dict[str, float]]] = {
    # walks, steps of each, what happens
    "busy-morning": (20, 160, MORNING | {"booking": 1, "booked_arrival": 1}),
    "no-shows": (30, 140, MORNING | {"no_show": 10, "undo": 1}),
    "moved-about": (40, 160, MORNING | MISTAKES),
    "a-week": (
        40, 240,
        MORNING | MISTAKES | OTHERS | {"half_hour_passes": 3, "day_passes": 1, "booking": 6, "booked_arrival": 8}
        | {"day_closed": 0.4, "day_reopened": 1.5},
    ),
    "clock-trouble": (
        40, 160,
        MORNING | TIME | {"officers_come": 6, "witness": 1, "same_request_again": 1, "leaves": 1}
        | {"day_closed": 0.3, "day_reopened": 0.5},
    ),
}  # fmt: skip


@pytest.mark.parametrize("profile", PROFILES)
def test_a_day_as_it_may_go(profile: str, seed: int) -> None:
    walks, steps, weights = PROFILES[profile]
    calls, reasons = 0, set[str]()
    for number in range(walks):
        chance = random.Random(f"{seed} {number}")
        walk = Walk(chance, known=profile != "clock-trouble" or chance.random() < 0.5)
        happenings: list[Callable[[], None]] = [getattr(walk, name) for name in weights]
        try:
            for step in range(steps):
                chance.choices(happenings, list(weights.values()))[0]()
                walk.life.check()
                if step % 40 == 39:
                    walk.life.check_replay()
            walk.life.check_failed_commit()
        except BaseException:
            print(f"walk {number} of seed {seed}:", *walk.life.done[-40:], sep="\n  ")
            raise
        calls, reasons = calls + walk.life.calls, reasons | walk.life.reasons
    assert calls > walks * steps / 12, "a day on which hardly anybody was called proves nothing"
    if profile == "a-week":
        assert {"first", "order", "priority", "booked", "ratio", "aged", "sent", "back"} <= reasons


BROKEN: list[dict[str, Any]] = [
    {}, {}, {}, {"prefix": "?"}, {"hours": {"mon": [[None, 3]]}}, {"hours": {"mon": [["", 1e400]]}}, {"name": None},
]  # fmt: skip
ALL_SERVICES = st.sampled_from([*SERVICES, "nhom", "khong-co"])
COUNTER_IDS = st.sampled_from(["q1", "q2", "q3", "q9"])
ANY_CODE = st.sampled_from(CODES)
PRIORITIES = st.sampled_from([None, None, "cao-tuoi", "khong-co"])


class AnyCommand(RuleBasedStateMachine):
    """One journal's life under any commands that hypothesis can think of."""

    @initialize(known=st.booleans())
    def opens(self, known: bool) -> None:
        self.life = Life(known=known)
        self.life.pass_min(45)
        self.life.do(c.OpenCounter(counter="q1", officer="lan"))

    def _some_ticket(self, index: int) -> str:
        ids = [*self.life.state.tickets, "9-9"]
        return ids[index % len(ids)]

    @rule(service=ALL_SERVICES, priority=PRIORITIES, entry=st.sampled_from(["walk_in", "walk_in", "collect", "booked"]))
    def issue(self, service: str, priority: str | None, entry: Any) -> None:
        self.life.asked += 1
        self.life.do(c.Issue(service=service, priority=priority, entry=entry), f"kiosk-1/r{self.life.asked}")

    @rule(which=st.integers(0, 12), service=ALL_SERVICES)
    def same_request_again(self, which: int, service: str) -> None:
        self.life.do(c.Issue(service=service), f"kiosk-1/r{which}")

    @rule(counter=COUNTER_IDS, who=st.sampled_from(["lan", "minh"]), over=st.booleans())
    def open_counter(self, counter: str, who: str, over: bool) -> None:
        self.life.do(c.OpenCounter(counter=counter, officer=who, take_over=over))

    @rule(counter=COUNTER_IDS, finish=st.booleans())
    def call_next(self, counter: str, finish: bool) -> None:
        self.life.do(c.CallNext(counter=counter, finish=finish))

    @rule(
        counter=COUNTER_IDS,
        what=st.sampled_from([c.Recall, c.Serve, c.Finish, c.NoShow, c.Undo, c.PauseCounter, c.CloseCounter]),
    )
    def at_counter(self, counter: str, what: Any) -> None:
        self.life.do(what(counter=counter))

    @rule(counter=COUNTER_IDS, index=st.integers(0, 40), finish=st.booleans())
    def call_given(self, counter: str, index: int, finish: bool) -> None:
        self.life.do(c.CallTicket(counter=counter, ticket=self._some_ticket(index), finish=finish))

    @rule(index=st.integers(0, 40), service=ALL_SERVICES, counter=st.one_of(st.none(), COUNTER_IDS), keep=st.booleans())
    def transfer(self, index: int, service: str, counter: str | None, keep: bool) -> None:
        self.life.do(c.Transfer(ticket=self._some_ticket(index), service=service, counter=counter, keep_place=keep))

    @rule(index=st.integers(0, 40), what=st.sampled_from([c.Park, c.Unpark, c.Reopen, c.CancelTicket]))
    def to_ticket(self, index: int, what: Any) -> None:
        self.life.do(what(ticket=self._some_ticket(index)))

    @rule(index=st.integers(0, 40), priority=PRIORITIES, confirmed=st.booleans())
    def set_priority(self, index: int, priority: str | None, confirmed: bool) -> None:
        self.life.do(c.SetPriority(ticket=self._some_ticket(index), priority=priority, confirmed=confirmed))

    @rule(index=st.integers(0, 40), value=st.integers(1, 5), scale=st.sampled_from([3, 3, 4, 5]), signed=st.booleans())
    def rate(self, index: int, value: int, scale: Any, signed: bool) -> None:
        ticket = self._some_ticket(index)
        command = c.Rate(subject=subject_of(ticket), ticket=ticket, value=value, scale=scale, signed=signed)
        before = self.life.state.rated.get(command.subject)
        events = self.life.do(command)
        if any(event.type == "rated" for event in events):
            assert before is None or self.life.now_ms - before.given_ms <= 10_000
            assert self.life.state.tickets[ticket].status is Status.FINISHED

    @rule(which=st.integers(0, 60))
    def cancel_request(self, which: int) -> None:
        self.life.do(c.CancelRequest(of=f"kiosk-1/r{which}"))

    @rule(service=ALL_SERVICES, open_=st.sampled_from([True, False, None]))
    def switch(self, service: str, open_: bool | None) -> None:
        self.life.do(c.SwitchService(service=service, open=open_))

    @rule(service=ALL_SERVICES, code=ANY_CODE, in_min=st.integers(-60, 60 * 24 * 3))
    def book(self, service: str, code: str, in_min: int) -> None:
        self.life.do(c.MakeBooking(service=service, code=code, at_ms=self.life.now_ms + in_min * 60_000))

    @rule(at_ms=st.integers(-(10**19), 10**19))
    def book_at_no_time(self, at_ms: int) -> None:
        self.life.do(c.MakeBooking(service="ho-tich", code="222222", at_ms=at_ms))

    @rule(code=ANY_CODE, cancel=st.booleans())
    def check_in(self, code: str, cancel: bool) -> None:
        self.life.asked += 1
        command = c.CancelBooking(code=code) if cancel else c.CheckIn(booking=code)
        self.life.do(command, f"kiosk-1/r{self.life.asked}")

    @rule(index=st.integers(0, 40), ok=st.booleans())
    def slip(self, index: int, ok: bool) -> None:
        self.life.do(c.SlipDone(ticket=self._some_ticket(index), ok=ok, why="" if ok else "paper.out"))

    @rule(
        device=st.sampled_from(["kiosk-1", "kiosk-2"]),
        on=st.booleans(),
        what=st.sampled_from(["help", "answer", "alert"]),
    )
    def devices(self, device: str, on: bool, what: str) -> None:
        match what:
            case "help":
                self.life.do(c.AskHelp(device=device))
            case "answer":
                self.life.do(c.AnswerHelp(device=device))
            case _:
                self.life.do(c.ReportAlert(device=device, kind="paper_out", on=on))

    @rule(limit=st.integers(1, 40), drop=st.booleans(), stale=st.booleans(), broken=st.sampled_from(BROKEN))
    def edit_office(self, limit: int, drop: bool, stale: bool, broken: dict[str, Any]) -> None:
        values = dump_office(office())
        values["services"][0]["daily_limit"] = limit
        if drop:
            values["services"] = values["services"][:2]
            values["counters"] = [
                values["counters"][0],
                {"id": "q2", "number": 2, "services": ["chung-thuc", ["ho-tich"]]},
            ]
        values["services"][0] |= broken
        self.life.do(c.ChangeOffice(office=values, revision=99 if stale else None))

    @rule(series=st.dictionaries(st.sampled_from(["A", "HT-", "Z"]), st.integers(0, 30), max_size=2))
    def witness(self, series: dict[str, int]) -> None:
        self.life.do(c.RaiseSeries(series=series))

    @rule(minutes=st.sampled_from([0, 1, 5, 12, 20, 47, 200, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.life.now_ms += minutes * 60_000 + 1000
        self.life.do(c.Tick())

    @precondition(lambda self: len(self.life.state.tickets) > 3)
    @rule(days=st.sampled_from([-366, -1, 1, 366]))
    def clock_jumps(self, days: int) -> None:
        """A trusted but wrong clock says another date; the next one is right again."""
        self.life.now_ms += days * DAY_MS
        self.life.do(c.Tick())

    @rule()
    def reboot_without_clock(self) -> None:
        self.life.boot, self.life.source = f"boot-{len(self.life.done)}", "floor"
        self.life.do(c.Tick())

    @rule(date=st.sampled_from(["2026-11-23", "2026-11-25", "2026-12-01", "2025-01-01", "2026-02-30", "2031-01-01"]))
    def date_by_hand(self, date: str) -> None:
        self.life.do(c.SetDate(date=date))

    @precondition(lambda self: self.life.source == "floor")
    @rule(offset_ms=st.sampled_from([0, 60_000, DAY_MS]))
    def time_arrives(self, offset_ms: int) -> None:
        self.life.source = "ntp"
        self.life.now_ms += offset_ms
        self.life.do(c.Tick(), corrected_ms=offset_ms)

    @rule(reopen=st.booleans())
    def close_day(self, reopen: bool) -> None:
        self.life.do(c.ReopenDay() if reopen else c.CloseDay())

    @rule()
    def commit_fails(self) -> None:
        self.life.check_failed_commit()

    @invariant()
    def nobody_is_lost(self) -> None:
        self.life.check()

    def teardown(self) -> None:
        if hasattr(self, "life"):
            self.life.check_replay()


def test_any_commands_in_any_order(seed: int) -> None:
    run_state_machine_as_test(
        hypothesis_seed(seed)(AnyCommand),
        settings=settings(
            max_examples=int(os.environ.get("MOTCUA_EXAMPLES", "50")),
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
