"""The wait kept ready, so that no ticket waits for its estimate.

A replay takes milliseconds and a rush brings hundreds of tickets a second. So a worker thread replays the next
ordinary and the next priority number of each service from the newest state, and :meth:`Forecaster.tell` answers in
microseconds: with that very replay when nothing has changed since, else scaled to the people ahead now.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass, replace
from typing import Final

from queue_core.routing import ahead_of
from queue_core.state import State
from queue_core.tickets import CounterStatus, Ticket
from queue_core.waiting import RUNS, Estimate, Told, estimate, know, told

log = logging.getLogger(__name__)

#: a new pass begins at the earliest so long after the last one, and never takes more than a part of one core
EVERY_S: Final = 0.3
REST: Final = 2.0
#: running service times grow older without any event
REFRESH_S: Final = 20.0
#: a hub whose clock stands still is not believed to be old for longer
OLDEST_S: Final = 600.0
#: a ticket's own replay holds so long, unless people before it are called
KEPT_S: Final = 10.0
#: so many tickets' own replays are kept
KEPT: Final = 500
#: with more people than this, those ahead are counted on from the last replay
COUNTED: Final = 300


@dataclass(frozen=True, slots=True)
class _Ready:
    """An estimate made ready: for whoever came next when ``given`` numbers of the service had been given."""

    found: Estimate
    given: int
    day: int


class Forecaster:
    """Keeps the newest estimates of all services. One thread may feed it, any may ask."""

    def __init__(self, *, runs: int = RUNS, every_s: float = EVERY_S) -> None:
        """``every_s``: passes begin at most so often; ``runs``: imagined futures a replay."""
        self._runs = runs
        self._every_s = every_s
        #: state, its time, and this machine's time when it came
        self._newest: tuple[State, int, float] | None = None
        #: ticket → (made, day, people ahead then, estimate)
        self._own: dict[str, tuple[float, int, int, Estimate]] = {}
        self._ready: dict[tuple[str, bool], _Ready] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._passes = 0
        self._pass_done = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="wait-forecaster", daemon=True)

    def start(self) -> None:
        """Begin to replay in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End; the last estimates stay."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def follow(self, state: State, now_ms: int) -> None:
        """The newest committed state and its time. Returns at once."""
        self._newest = (state, now_ms, time.monotonic())
        self._wake.set()

    def refresh(self) -> None:
        """Replay everything of the newest state now, on the caller's thread."""
        newest = self._newest
        if newest is None or newest[0].office is None:
            return
        state, then_ms, came_s = newest
        now_ms = then_ms + int(1000 * min(time.monotonic() - came_s, OLDEST_S))
        knowledge = know(state, now_ms)
        ready: dict[tuple[str, bool], _Ready] = {}
        for service in state.setup.leaves():
            for urgent in (False, True):
                if self._stopping.is_set():
                    return
                found = estimate(
                    state,
                    _newcomer(state, service.id, now_ms, urgent=urgent),
                    now_ms,
                    runs=self._runs,
                    knowledge=knowledge,
                )
                ready[service.id, urgent] = _Ready(found, state.given.get(service.id, 0), state.day)
        self._ready = ready
        with self._pass_done:
            self._passes += 1
            self._pass_done.notify_all()

    def wait_for_pass(self, after: int, timeout_s: float) -> bool:
        """Wait until more than ``after`` passes are done (tests, start-up). False when the time is over."""
        with self._pass_done:
            return self._pass_done.wait_for(lambda: self._passes > after, timeout_s)

    @property
    def passes(self) -> int:
        """Passes done so far."""
        return self._passes

    def estimate(self, state: State, ticket: Ticket, now_ms: int) -> Estimate:
        """The wait of a ticket about to be issued, in microseconds."""
        urgent = ticket.is_priority(now_ms)
        ready = self._ready.get((ticket.service, urgent))
        serves = any(
            (runtime := state.counters.get(counter.id)) is not None and runtime.status is not CounterStatus.CLOSED
            for counter in state.setup.counters_for(ticket.service)
        )
        if not serves or ready is None or ready.day != state.day:
            return Estimate(self._ahead(state, ticket, now_ms, None))
        ahead = self._ahead(state, ticket, now_ms, ready)
        return _scaled(ready.found, ahead)

    def tell(self, state: State, ticket: Ticket) -> Told:
        """What the citizen is told who takes this ticket now (a :data:`queue_core.decisions.context.Forecast`)."""
        return told(self.estimate(state, ticket, ticket.issued_ms))

    def newcomer(self, state: State, service_id: str, now_ms: int, *, urgent: bool = False) -> Told:
        """What somebody coming now for a service would be told."""
        return told(self.estimate(state, _newcomer(state, service_id, now_ms, urgent=urgent), now_ms))

    def waiting(self, state: State, ticket: Ticket, now_ms: int) -> Told:
        """What somebody who waits is told from now on: the ticket's own replay, at most every few seconds."""
        ahead, now_s = ahead_of(state, ticket, now_ms), time.monotonic()
        kept = self._own.get(ticket.id)
        if kept is None or now_s - kept[0] > KEPT_S or kept[1:3] != (state.day, ahead):
            if len(self._own) >= KEPT:
                self._own.clear()
            kept = self._own[ticket.id] = (now_s, state.day, ahead, estimate(state, ticket, now_ms, runs=self._runs))
        return told(kept[3])

    @staticmethod
    def _ahead(state: State, ticket: Ticket, now_ms: int, ready: _Ready | None) -> int:
        if ready is None or len(state.waiting) <= COUNTED:
            return ahead_of(state, ticket, now_ms)
        return ready.found.ahead + max(0, state.given.get(ticket.service, 0) - ready.given)

    def _run(self) -> None:
        while not self._stopping.is_set():
            changed = self._wake.wait(REFRESH_S)
            self._wake.clear()
            if self._stopping.is_set():
                return
            if not changed and (self._newest is None or not self._newest[0].waiting):
                continue  # nobody waits and nothing has happened: what was told still holds
            begun = time.monotonic()
            try:
                self.refresh()
            except Exception:
                # the office goes on without estimates rather than not at all
                log.exception("the wait could not be estimated")
            took_s = time.monotonic() - begun
            self._stopping.wait(max(self._every_s - took_s, REST * took_s))


def _newcomer(state: State, service_id: str, now_ms: int, *, urgent: bool) -> Ticket:
    """The ticket the next citizen of a service would get."""
    return Ticket(
        id="newcomer",
        number="",
        prefix="",
        ordinal=len(state.tickets) + 1,
        service=service_id,
        entry="walk_in",
        place=state.next_place,
        issued_ms=now_ms,
        waiting_since_ms=now_ms,
        priority="any" if urgent else None,
    )


def _scaled(found: Estimate, ahead: int) -> Estimate:
    """The estimate for other people ahead than it was made with: the middle in proportion, the widths by its root."""
    if ahead == found.ahead or found.median_min is None or found.low_min is None or found.high_min is None:
        return replace(found, ahead=ahead)
    factor = (ahead + 1) / (found.ahead + 1)
    median, root = found.median_min * factor, math.sqrt(factor)

    def moved(minutes: float, before: float) -> float:
        return max(0.0, median + (minutes - before) * root)

    replayed = found.replayed_min
    return replace(
        found,
        ahead=ahead,
        median_min=median,
        low_min=moved(found.low_min, found.median_min),
        high_min=moved(found.high_min, found.median_min),
        replayed_min=replayed and (moved(replayed[0], replayed[1]), median, moved(replayed[2], replayed[1])),
    )
