"""What a replay starts from: the office as it stands, and the draws of what nobody knows yet.

Minutes from now. Rows are runs; columns are tickets, lane by lane. A *lane* holds tickets that are alike for every
counter, in the order of their places: those who wait, then those who may still come, then one who never comes. A
ticket that differs (sent to one counter, letting others pass, booked for later, perhaps coming back from a counter)
is a lane of its own. Only counters and services that can matter for the asked ticket are drawn. The draws are
seeded by the day and the ticket's place: the same state gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from queue_core.office import Counter
from queue_core.routing import NOT_TAKEN
from queue_core.state import State
from queue_core.tickets import CounterState, CounterStatus, Ticket
from queue_core.wait_coming import Coming, Lane
from queue_core.wait_draws import UNKNOWN, Draws, Flags, Floats, Small
from queue_core.wait_learning import Knowledge, ServiceTime
from queue_core.wait_tally import MINUTE_MS

Ints = NDArray[np.int64]
Counters = list[tuple[Counter, CounterState]]

#: what is known of a ticket, along the last axis of Scene.tickets
AVAILABLE, SINCE, PLACE, TAKES, FAILS, FACTS = range(6)
#: so many of the facts, the first ones, the rule looks at
SHOWN: Final = 3
#: places of those who are still to come lie above all given ones, in the order of their coming
_LATER_PLACE: Final = 2**40
_HORIZON_MIN: Final = 240.0
#: a pause longer than this is no pause: the counter is taken for closed
LONG_PAUSE_MIN: Final = 60.0
#: where fewer calls are in vain, one of a service at a time is on its way back
_SELDOM: Final = 0.09


@dataclass(frozen=True, slots=True)
class Scene:
    """The arrays of one replay; shapes (runs, tickets), (lanes,), (runs, counters) or as said.

    ``start`` (lanes,): the column of each lane's first; ``target``: the column of the asked ticket.
    ``tickets`` (runs, tickets, FACTS): :data:`AVAILABLE`, from when it stands in the line; :data:`SINCE`, minus its
    waiting time so far; :data:`TAKES`, how long it will hold a counter of usual speed; :data:`FAILS`, how many of its
    next calls are in vain (plus :data:`GONE` if the last of them ends it); :data:`PLACE`, whose bits are an integer.
    From column ``spare`` on stand pairs of tickets that never come and take no time: one for each of the
    ``back_slots`` of each service, one for nobody.
    ``missed`` (runs,): how long a call in vain takes; ``tiers`` (counters, lanes),
    ``tier_of_service`` (counters, services);
    ``free``: when a counter calls next; ``away_from``, ``away_min``: its next pause, at the first free moment then;
    ``back_slots``: so many of a service may be on their way back from a call in vain (one more takes the last's
    place); ``stop`` (runs,), ``resume``: between them no counter calls (None: always).
    """

    target: int
    spare: int
    start: NDArray[np.intp]
    tickets: Floats
    tiers: Ints
    tier_of_service: Ints
    service: Small
    urgent: Flags
    urgent_from: Floats | None
    behind: Ints
    free: Floats
    streak: Ints
    speed: Floats
    missed: Floats
    away_from: Floats
    away_min: Floats
    stop: Floats | None
    resume: float
    ratio: int
    ageing_min: float
    back_after: int
    back_slots: int


def counters_that_matter(state: State, ticket: Ticket, now_ms: int) -> tuple[Counters, set[str]]:
    """The counters that serve (or soon will again) and can change this ticket's wait, and the services they share.

    Empty when no counter that takes the ticket serves: then nobody can tell.
    """
    serving = []
    for counter in state.setup.counters:
        runtime = state.counters.get(counter.id)
        if runtime is None or runtime.status is CounterStatus.CLOSED:
            continue
        paused_min = (now_ms - (runtime.since_ms or 0)) / MINUTE_MS
        if runtime.status is CounterStatus.PAUSED and paused_min > LONG_PAUSE_MIN:
            continue
        serving.append((counter, runtime))
    if ticket.only_counter is not None:
        found = [one for one in serving if one[0].id == ticket.only_counter]
    else:
        found = [one for one in serving if ticket.service in one[0].tiers]
    if not found:
        return [], set()
    services = {ticket.service}
    chosen: dict[str, tuple[Counter, CounterState]] = {}
    while True:
        services.update(*(one[0].tiers for one in found))
        chosen.update((one[0].id, one) for one in found)
        found = [one for one in serving if one[0].id not in chosen and services & one[0].tiers.keys()]
        if not found:
            # a changed configuration may leave a ticket at a counter that no longer takes its service
            services.update(one.service for one in state.waiting_tickets() if one.only_counter in chosen)
            return [one for one in serving if one[0].id in chosen], services


def scene_for(  # noqa: PLR0917 -- what it needs is seven things
    state: State,
    ticket: Ticket,
    now_ms: int,
    knowledge: Knowledge,
    counters: Counters,
    services: set[str],
    runs: int,
) -> Scene:
    """Draw ``runs`` imagined futures of the counters and services given by :func:`counters_that_matter`."""
    draws = Draws.seeded(state, now_ms, knowledge, runs, state.day, ticket.place, ticket.ordinal, runs)
    index = {name: i for i, name in enumerate(sorted(services))}
    ids = {c.id: i for i, (c, _) in enumerate(counters)}
    tier_of = np.full((len(counters), len(index)), NOT_TAKEN, dtype=np.int64)
    for row, (counter, _) in enumerate(counters):
        for service, tier in counter.tiers.items():
            tier_of[row, index[service]] = tier
    flat = all(len({t for t in row if t < NOT_TAKEN}) == 1 for row in tier_of.tolist())
    # later ordinary numbers can pass an ordinary one only where a counter prefers other services
    only_urgent = flat and not ticket.is_priority(now_ms) and ticket.booked_ms is None and ticket.behind == 0
    waiting = [
        one
        for one in state.waiting_tickets()
        if one.id != ticket.id
        and one.service in index
        and (one.only_counter is None or one.only_counter in ids)
        and not (only_urgent and one.place > ticket.place and one.priority is None and one.booked_ms is None)
    ]
    times = [knowledge.times.get(name) or UNKNOWN for name in index]
    speed = np.array([knowledge.speed.get(c.id, 1.0) for c, _ in counters])
    lanes, target_lane = _lanes_of([*waiting, ticket], ticket, now_ms, index)
    free = np.empty((runs, len(counters)))
    away_from, away_min = np.full(free.shape, np.inf), np.zeros(free.shape)
    for row, (_, runtime) in enumerate(counters):
        free[:, row], back = draws.when_free(runtime, speed[row], backlog=bool(waiting))
        there = state.tickets.get(runtime.ticket or "")
        if back is not None and there is not None and there.service in index:
            lanes.append(_coming_back(there, back, draws, index))
        if runtime.status is CounterStatus.OPEN:
            away_from[:, row], away_min[:, row] = draws.next_pause(runtime.id)
    work_min = sum(times[index[t.service]].mean_min for t in waiting) / max(len(counters), 1)
    coming = Coming(draws, min(_HORIZON_MIN, 1.5 * work_min + 30))
    coming.add_lanes(lanes, index, only_urgent=only_urgent)
    coming.add_moved(lanes, index, len(counters) / (float(np.mean([t.mean_min for t in times])) + knowledge.gap_min))
    coming.add_bookings(lanes, index)
    back_slots = 1 if knowledge.missed_first < _SELDOM else 2
    tickets = _fill(lanes, coming, times, pairs=back_slots * len(index) + 1)
    tiers = tier_of[:, [lane.service for lane in lanes]]
    for column, lane in enumerate(lanes):
        if lane.only_counter is not None:
            tiers[:, column] = NOT_TAKEN
            if lane.only_counter in ids:
                tiers[ids[lane.only_counter], column] = 0
    stop, resume = draws.closed_between()
    urgent_from = np.array([lane.urgent_from_min for lane in lanes])
    return Scene(
        target=target_lane.first + next(i for i, one in enumerate(target_lane.tickets) if one.id == ticket.id),
        spare=lanes[-1].first + lanes[-1].size,
        start=np.array([lane.first for lane in lanes], dtype=np.intp),
        tickets=tickets,
        tiers=tiers,
        tier_of_service=tier_of,
        service=np.array([lane.service for lane in lanes], dtype=np.int8),
        urgent=np.array([lane.urgent for lane in lanes]),
        urgent_from=urgent_from if np.isfinite(urgent_from).any() else None,
        behind=np.array([lane.behind for lane in lanes], dtype=np.int64),
        free=free,
        streak=np.array([runtime.streak for _, runtime in counters], dtype=np.int64),
        speed=speed,
        missed=draws.missed_min(),
        away_from=away_from,
        away_min=away_min,
        stop=stop,
        resume=resume,
        ratio=state.setup.priority.ratio,
        ageing_min=state.setup.priority.ageing_min,
        back_after=state.setup.policy.no_show_back_after,
        back_slots=back_slots,
    )


def _coming_back(there: Ticket, back: Floats, draws: Draws, index: dict[str, int]) -> Lane:
    """Who is called now and may not come: in some runs back in the line, behind some others."""
    lane = Lane(index[there.service], there.is_priority(draws.now_ms), tickets=[there], available=back)
    lane.behind, lane.only_counter = draws.state.setup.policy.no_show_back_after, there.only_counter
    lane.misses = there.misses + 1
    return lane


def _fill(lanes: list[Lane], coming: Coming, times: list[ServiceTime], pairs: int) -> Floats:
    """Lay the lanes out side by side, then the spare pairs: :attr:`Scene.tickets`; sets each lane's ``first``."""
    draws = coming.draws
    width = 0
    for lane in lanes:
        lane.first, width = width, width + lane.size
    tickets = np.empty((draws.runs, width + 2 * pairs, FACTS))
    tickets[:, width:] = 0.0
    available, since = tickets[:, :, AVAILABLE], tickets[:, :, SINCE]
    place = tickets.view(np.int64)[:, :, PLACE]
    available[:] = np.inf
    service = np.empty(width, dtype=np.int8)
    left = np.full(width, draws.state.setup.policy.no_show_limit, dtype=np.int8)
    missed_first = np.full(width, draws.knowledge.missed_first)
    for lane in lanes:
        service[lane.first : lane.first + lane.size] = lane.service
        for column, one in enumerate(lane.tickets, lane.first):
            available[:, column] = 0.0 if lane.available is None else lane.available
            since[:, column] = (one.waiting_since_ms - draws.now_ms) / MINUTE_MS
            place[:, column] = one.place
            misses = max(lane.misses, one.misses)
            left[column] = max(1, left[column] - misses)
            if misses:
                missed_first[column] = draws.knowledge.missed_again
        column = lane.first + len(lane.tickets)
        if lane.coming:
            available[:, column : column + lane.coming] = coming.draw(lane)
        elif lane.available is not None and not lane.tickets:
            available[:, column] = lane.available
        later = slice(column, lane.first + lane.size)
        since[:, later] = available[:, later]
        place[:, later] = (
            0 if lane.front else _LATER_PLACE + (np.minimum(available[:, later], 1e6) * MINUTE_MS).astype(np.int64)
        )
    tickets[:, :width, TAKES] = draws.takes(times, service)
    tickets[:, :width, FAILS] = draws.calls_in_vain(missed_first, left)
    return tickets


def _lanes_of(waiting: list[Ticket], asked: Ticket, now_ms: int, index: dict[str, int]) -> tuple[list[Lane], Lane]:
    """The lanes of those who wait, and the asked ticket's. Within a lane a later place never waits longer."""
    alike: dict[tuple[str, bool], Lane] = {}
    lanes: list[Lane] = []
    mine: Lane | None = None
    for one in sorted(waiting, key=lambda t: t.place):
        urgent = one.is_priority(now_ms)
        turns = one.booked_ms is not None and not urgent
        lane = alike.get((one.service, urgent))
        behaves = not (one.behind or one.only_counter or turns)
        if lane is not None and lane.tickets and lane.tickets[-1].waiting_since_ms > one.waiting_since_ms:
            behaves = False
        if not behaves or lane is None:
            lane = Lane(index[one.service], urgent, behind=one.behind, only_counter=one.only_counter)
            lanes.append(lane)
            if behaves:
                alike[one.service, urgent] = lane
            if turns:
                lane.urgent_from_min = ((one.booked_ms or 0) - now_ms) / MINUTE_MS
        lane.tickets.append(one)
        if one.id == asked.id:
            mine = lane
    if mine is None:
        message = "the asked ticket stands in no lane"
        raise AssertionError(message)
    return lanes, mine
