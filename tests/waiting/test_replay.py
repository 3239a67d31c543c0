"""The replay of imagined days goes by the very rule that routes: against a slow replay, one ticket after the other."""

from __future__ import annotations

import contextlib
import math
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from queue_core import commands as c
from queue_core.errors import RuleError
from queue_core.routing import NOT_TAKEN, order, tier_of
from queue_core.state import State
from queue_core.tickets import CounterStatus, Ticket
from queue_core.wait_learning import Flow, Knowledge, Pauses, ServiceTime
from queue_core.wait_replay import replay
from queue_core.wait_scene import counters_that_matter, scene_for
from queue_core.waiting import estimate, know

MINUTES = {"a": 7.13, "b": 11.37, "c": 4.71}
MINUTES = {s: float(np.exp(np.float32(np.log(m)))) for s, m in MINUTES.items()}


def certain(state: State, **changes: object) -> Knowledge:
    """An office where all is known: nobody late, nobody missing, every service as long as the last."""
    counters = [one.id for one in state.setup.counters]
    known = Knowledge(
        times={s: ServiceTime(m, 0.0) for s, m in MINUTES.items()},
        speed={},
        gap_min=0.0,
        missed_first=0.0,
        missed_again=0.0,
        missed_min=1.0,
        pauses={one: Pauses((0.0,), (10.0,)) for one in counters},
        spread=0.0,
        widen=((1.0, 1.0),) * 3,
        stop=0.0,
        stop_after_min=0.0,
        flow=Flow((240.0,), (0.0,), {}, 0.1, {}),
    )
    return replace(known, **changes)


def replayed(state: State, ticket: Ticket, now_ms: int, known: Knowledge, runs: int = 3) -> list[float]:
    counters, services = counters_that_matter(state, ticket, now_ms)
    return list(replay(scene_for(state, ticket, now_ms, known, counters, services, runs)))


def slowly(state: State, asked: Ticket, now_ms: int) -> float:
    """One day, one call after the other, each by ``routing.order``: minutes until the asked ticket's call."""
    setup = state.setup
    free: dict[str, float] = {}
    streak: dict[str, int] = {}
    for counter in setup.counters:
        runtime = state.counters[counter.id]
        if runtime.status is not CounterStatus.OPEN:
            continue
        there = state.tickets.get(runtime.ticket or "")
        so_far = (now_ms - there.called_ms) / 60_000 if there and there.called_ms else 0.0
        free[counter.id] = max(MINUTES[there.service] - so_far, 0.05) if there else 0.0
        streak[counter.id] = runtime.streak
    waiting = {t.id: t for t in [*state.waiting_tickets(), asked]}
    while free:
        counter_id = min(free, key=lambda one: free[one])
        at = free[counter_id]
        counter = setup.counter(counter_id)
        assert counter is not None
        mine = [t for t in waiting.values() if tier_of(t, counter.tiers, counter_id) < NOT_TAKEN]
        if not mine:
            del free[counter_id]
            continue
        at_ms = now_ms + at * 60_000
        first = order(mine, counter.tiers, counter_id, setup, streak[counter_id], at_ms, limit=1)[0]
        if first.ticket.id == asked.id:
            return at
        del waiting[first.ticket.id]
        for one in list(waiting.values()):
            if one.behind and tier_of(one, counter.tiers, counter_id) < NOT_TAKEN:
                waiting[one.id] = replace(one, behind=one.behind - 1)
        streak[counter_id] = (streak[counter_id] + first.passed_over) if first.priority else 0
        free[counter_id] = at + MINUTES[first.ticket.service]
    return math.inf


LAYOUTS = [
    ((("a", "b", "c"),),),
    (("a", "b"), (("b", "c"), "a")),
    ((("a", "b"),), ("c", "a"), ("b",)),
    (("a",), ("b", "c"), ("c", "b", "a")),
]


@pytest.mark.parametrize("case", range(24))
def test_it_says_what_a_slow_replay_of_the_rule_says(day: Any, case: int, seed: int) -> None:
    rng = random.Random(f"{seed}-{case}")
    counters = LAYOUTS[case % len(LAYOUTS)]
    ageing = {"ratio": rng.choice([1, 2, 3]), "ageing_min": rng.choice([15, 30, 300])}
    priority = {"classes": [{"id": "old", "name": "Người cao tuổi"}], **ageing}
    here = day("abc", counters, priority=priority)
    ids = [f"q{i}" for i in range(1, len(counters) + 1)]
    here.open(*ids[: rng.randint(1, len(ids))])
    for _ in range(rng.randint(3, 14)):
        here.minute += rng.uniform(0.1, 3)
        here.issue(rng.choice("abc"), priority="old" if rng.random() < 0.3 else None)
        if rng.random() < 0.35:
            open_now = [one.id for one in here.state.counters.values() if one.status == "open"]
            with contextlib.suppress(RuleError):  # nobody waits for it
                here.do(c.CallNext(counter=rng.choice(open_now), finish=True))
    for one in list(here.state.waiting_tickets()):
        if rng.random() < 0.15:
            here.change(one.id, behind=rng.randint(1, 3), misses=1)
        elif rng.random() < 0.15:
            here.change(one.id, only_counter=rng.choice(ids))
    here.minute += rng.uniform(0, 2)
    known = certain(here.state)
    asked = [*here.state.waiting_tickets(), *(here.next(s, p) for s in "abc" for p in (None, "old"))]
    told = 0
    for ticket in asked:
        state = here.state.copy()
        state.waiting.pop(ticket.id, None)
        if not counters_that_matter(here.state, ticket, here.now_ms)[0]:
            continue
        expected = slowly(state, ticket, here.now_ms)
        found = replayed(here.state, ticket, here.now_ms, known)
        assert found == pytest.approx([expected] * 3, abs=1e-6), (case, ticket.number, ticket.service)
        told += 1
    assert told


def test_a_later_priority_number_passes_an_ordinary_one(day: Any) -> None:
    here = day()
    here.open("q1", "q2")
    for _ in range(6):
        here.issue("a")
    calm = certain(here.state)
    rush = replace(calm, flow=Flow((240.0,), (0.5,), {"a": 1.0}, 1.0, {}))
    ticket = here.next("a")
    assert np.mean(replayed(here.state, ticket, here.now_ms, rush, 64)) > np.mean(
        replayed(here.state, ticket, here.now_ms, calm, 64)
    )


def test_who_does_not_come_frees_the_counter_sooner(day: Any) -> None:
    here = day()
    here.open("q1", "q2")
    for _ in range(8):
        here.issue("a")
    ticket = here.next("a")
    all_come = certain(here.state)
    some_do_not = replace(all_come, missed_first=0.5, missed_again=1.0)
    assert np.mean(replayed(here.state, ticket, here.now_ms, some_do_not, 64)) < 0.95 * np.mean(
        replayed(here.state, ticket, here.now_ms, all_come, 64)
    )


def test_a_line_left_at_noon_is_called_in_the_afternoon(day: Any) -> None:
    here = day("ab", ((("a", "b"),),))
    here.open("q1")
    here.minute = 11 * 60 + 10
    for _ in range(4):
        here.issue("a")
    ticket = here.next("a")
    goes_on = certain(here.state)
    stops = replace(goes_on, stop=1.0)
    # calls at 11:10, 11:17, 11:24; the next would be 11:31, after the session's end
    assert replayed(here.state, ticket, here.now_ms, goes_on)[0] == pytest.approx(4 * MINUTES["a"], abs=1e-6)
    afternoon = 13 * 60 + 30 - here.minute
    assert replayed(here.state, ticket, here.now_ms, stops)[0] == pytest.approx(afternoon + MINUTES["a"], abs=1e-6)


def test_a_pause_is_waited_for(day: Any) -> None:
    here = day("ab", ((("a", "b"),),))
    here.open("q1")
    here.issue("a")
    known = replace(certain(here.state), pauses={"q1": Pauses((0.0,), (12.0,))})
    serving = np.median(replayed(here.state, here.next("a"), here.now_ms, known, 64))
    here.do(c.PauseCounter(counter="q1"))
    paused = np.median(replayed(here.state, here.next("a"), here.now_ms, known, 64))
    assert serving + 5 < paused < serving + 20


def test_bookings_that_come_due_go_first(day: Any) -> None:
    here = day("ab", ((("a", "b"),),))
    here.open("q1")
    for _ in range(4):
        here.issue("a")
    known, ticket = certain(here.state), here.next("a")
    without = np.mean(replayed(here.state, ticket, here.now_ms, known, 64))
    for code in ("111111", "222222"):
        here.do(c.MakeBooking(service="b", at_ms=here.now_ms + 12 * 60_000, code=code))
    assert np.mean(replayed(here.state, ticket, here.now_ms, known, 64)) > without + MINUTES["b"]


def test_the_longest_runs_given_up_change_no_quantile_below(day: Any) -> None:
    here = day("abc", LAYOUTS[1])
    here.open("q1", "q2")
    for service in "abcabcabcabc":
        here.issue(service)
    ticket = here.next("b")
    known = replace(certain(here.state), spread=0.3, missed_first=0.2, missed_again=0.5)
    counters, services = counters_that_matter(here.state, ticket, here.now_ms)
    scene = scene_for(here.state, ticket, here.now_ms, known, counters, services, 128)
    whole, part = np.sort(replay(scene)), np.sort(replay(scene, part=0.92))
    assert whole[:118] == pytest.approx(part[:118])
    assert np.isfinite(whole).all()


def test_the_same_state_gives_the_same_answer(day: Any) -> None:
    here = day()
    here.open("q1", "q2")
    for _ in range(9):
        here.issue("a")
    ticket = here.next("b")
    assert estimate(here.state, ticket, here.now_ms) == estimate(here.state.copy(), ticket, here.now_ms)


def test_the_same_state_gives_the_same_answer_in_another_process(day: Any) -> None:
    """What is known keeps one order, whatever order a process's sets have: the draws follow it."""
    here = day("kbxacmqzd", ((tuple("kbxacmqzd"),),))
    here.open("q1")
    for service in "qzkbxmacd":
        here.issue(service)
    known = know(here.state, here.now_ms)
    for found in (known.times, known.flow.shares):
        assert list(found) == sorted("kbxacmqzd")
