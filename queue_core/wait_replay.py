"""How the next hours may go: the routing rule itself, played over many imagined days at once.

All runs advance together, one decision a run and step; the rule is :func:`queue_core.routing.choose`, given arrays
of (runs, tickets). Of tickets that are alike for every counter (a *lane*: same service, same priority) only the
first can be next, so the rule is shown the first of each lane and those who came back from a call in vain. What is
not known is drawn by :mod:`queue_core.wait_scene`.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from queue_core.routing import NOT_TAKEN, choose
from queue_core.wait_draws import GONE, Floats
from queue_core.wait_scene import AVAILABLE, FACTS, FAILS, PLACE, SINCE, TAKES, Scene

#: decisions between two looks for runs that are over
_SHRINK_EVERY: Final = 8
_STEPS_EACH: Final = 6
_STEPS_MORE: Final = 400
#: the time of a run that is over: before anybody came
_NEVER_YET: Final = -1e9


def replay(scene: Scene, *, part: float = 1.0) -> Floats:
    """Minutes until the scene's ticket is first called, one for each run; infinite where it never is.

    With a ``part`` below 1 the longest runs are given up (infinite) once it is certain that they lie above all others
    and that at least this part is complete: the quantiles up to ``part`` are the same, in four fifths of the time.
    """
    return _Replay(scene).until_called(part)


class _Calls(NamedTuple):
    """The calls of one step: run, column, the flat index of the ticket and of the counter, counter, time, priority."""

    run: Any
    index: Any
    flat: Any
    desk: Any
    counter: Any
    at: Any
    urgent: Any


class _Replay:
    """The arrays of one replay. Rows are runs; columns are the lanes' first tickets, then those on their way back."""

    _OF_RUNS: Final = (*("run", "free", "streak", "waits_until", "missed", "away_from", "away_min", "at", "goal"),)

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        runs, counters, lanes = len(scene.free), scene.free.shape[1], len(scene.start)
        tickets = scene.tickets.shape[1]
        self.counters, self.lanes = counters, lanes
        self.width = lanes + scene.back_slots * len(scene.tier_of_service[0])
        self.result: Floats = np.full(runs, np.inf)
        self.run = np.arange(runs)
        self.free = scene.free.copy()
        self.streak = np.broadcast_to(scene.streak, scene.free.shape).copy()
        #: until when a counter waits for somebody to come: it is idle as long as that is when it is free next
        self.waits_until: Floats = np.full((runs, counters), -np.inf)
        self.somebody_waits = False
        self.missed = scene.missed
        self.away_from, self.away_min = scene.away_from.copy(), scene.away_min
        self.stop = scene.stop
        #: for each lane its first ticket in the flat list of all tickets of all runs
        self.all = scene.tickets.reshape(runs * tickets, FACTS)
        self.at = scene.start + np.arange(runs)[:, None] * tickets
        self.target_lane = int(np.searchsorted(scene.start, scene.target, side="right")) - 1
        self.goal = scene.target + np.arange(runs) * tickets

        # those on their way back: some slots for each service, free while their ticket never comes
        back = np.repeat(np.arange(len(scene.tier_of_service[0])), scene.back_slots)
        self.service = np.concatenate([scene.service, back])
        self.tiers = np.concatenate([scene.tiers, scene.tier_of_service[:, back]], axis=1).T.copy()
        # runs lie innermost, so that the rule's passes over all of them are straight
        self.first = np.zeros((FACTS, self.width, runs))
        self.first[:, :lanes] = scene.tickets[:, scene.start].T
        self.first[AVAILABLE, lanes:] = np.inf
        self.holds_back = np.zeros((self.width, runs), dtype=np.int64)
        self.holds_back[:lanes] = scene.behind[:, None]
        self.goes_first = np.zeros((self.width, runs), dtype=np.bool_)
        self.goes_first[:lanes] = scene.urgent[:, None]
        self.urgent_from: Floats | None = None
        if scene.urgent_from is not None:
            self.urgent_from = np.concatenate([scene.urgent_from, np.full(len(back), np.inf)])
        self.held = bool(scene.behind.any())
        self._look()

    def _look(self) -> None:
        """Name the parts of the arrays (all are views), and the flat index of each run's first counter and ticket."""
        self.available, self.since = self.first[AVAILABLE].T, self.first[SINCE].T
        self.place = self.first.view(np.int64)[PLACE].T
        self.behind, self.urgent = self.holds_back.T, self.goes_first.T
        rows = np.arange(len(self.run))
        self.rows, self.row_of_counters, self.row_of_lanes = rows, rows * self.counters, rows * self.lanes
        self.flat_free, self.flat_streak = self.free.reshape(-1), self.streak.reshape(-1)
        self.flat_first = self.first.reshape(FACTS, -1)
        self.flat_at, self.flat_behind = self.at.reshape(-1), self.holds_back.reshape(-1)
        self.flat_away_from = self.away_from.reshape(-1)

    def until_called(self, part: float) -> Floats:
        """Advance all runs until the target is called in each, or in the given part of them, the shortest."""
        enough = part * len(self.result)
        for step in range(1, _STEPS_MORE + _STEPS_EACH * self.scene.tickets.shape[1]):
            if self._step():
                break
            if step % _SHRINK_EVERY == 0:
                self._shrink()
                if not len(self.run) or self._certain(enough):
                    break
        return self.result

    def _certain(self, enough: float) -> bool:
        """Whether all runs still going are longer than ``enough`` complete ones."""
        if len(self.result) - len(self.run) < enough:
            return False
        going = self.result[self.run] == np.inf
        later = self.free[going].min(initial=np.inf)
        return bool(np.count_nonzero(self.result <= later) >= enough)

    def _step(self) -> bool:
        """One decision in each run: the counter that is free first calls, or waits. True when no run goes on."""
        counter = self.free.argmin(axis=1)
        desk = self.row_of_counters + counter
        at = self.flat_free[desk]
        over = at == np.inf
        if np.count_nonzero(over):
            if over.all():
                return True
            at = np.where(over, _NEVER_YET, at)
        now = at[:, None]
        here = self.available <= now
        if self.stop is not None:
            shut = (at >= self.stop) & (at < self.scene.resume)
            if np.count_nonzero(shut):
                here &= ~shut[:, None]
        away = self.flat_away_from[desk] <= at
        if np.count_nonzero(away):
            here &= ~away[:, None]
            gone = away.nonzero()[0]
            self.flat_free[desk[gone]] = at[gone] + self.away_min[gone, counter[gone]]
            self.flat_away_from[desk[gone]] = np.inf
        priority: Any = self.urgent
        if self.urgent_from is not None:
            priority = priority | (self.urgent_from <= now)
        streak = self.flat_streak[desk]
        index, has_ordinary = choose(
            tier=np.where(here, self.tiers.take(counter, axis=1).T, NOT_TAKEN),
            place=self.place,
            waited_min=now - self.since,
            priority=priority,
            behind=self.behind,
            streak=streak,
            ratio=self.scene.ratio,
            ageing_min=self.scene.ageing_min,
        )
        calls = index >= 0
        chosen, flat = self.rows, index * len(self.rows) + self.rows
        if np.count_nonzero(calls) < len(calls):
            self._wait((~(calls | over | away)).nonzero()[0], counter, at)
            chosen = calls.nonzero()[0]
            if not len(chosen):
                return False
            index, counter, at, flat, desk = index[chosen], counter[chosen], at[chosen], flat[chosen], desk[chosen]
            streak, has_ordinary = streak[chosen], has_ordinary[chosen]
        urgent = priority.T.reshape(-1)[flat]
        self.flat_streak[desk] = np.where(urgent, streak + has_ordinary, 0)
        if self.held:
            self._let_pass(chosen, counter, here)
        self._call(_Calls(chosen, index, flat, desk, counter, at, urgent))
        return False

    def _let_pass(self, chosen: Any, counter: Any, here: Any) -> None:
        """A call at a counter that takes them: those who must let others pass are one nearer."""
        passed = np.zeros(here.shape, dtype=np.bool_)
        passed[chosen] = self.tiers.take(counter, axis=1).T < NOT_TAKEN
        self.behind -= (self.behind > 0) & here & passed

    def _call(self, calls: _Calls) -> None:
        """The chosen tickets leave the line, or are called in vain and will come back; the asked one ends its run."""
        tickets = self.flat_first[:, calls.flat]
        takes = tickets[TAKES] * self.scene.speed[calls.counter]
        fails = tickets[FAILS]
        vain = fails.nonzero()[0]
        if len(vain):
            takes[vain] = self.missed[calls.run[vain]]
        self.flat_free[calls.desk] = calls.at + takes
        reached = calls.index == self.target_lane
        if np.count_nonzero(reached):
            reached &= self.flat_at[self.row_of_lanes[calls.run] + self.target_lane] == self.goal[calls.run]
            done = calls.run[reached]
            self.result[self.run[done]] = calls.at[reached]
            self.free[done] = np.inf
        self._advance(calls)
        if len(vain):
            vain = vain[fails[vain] != GONE + 1]
            tickets = tickets[:, vain]
            tickets[FAILS] -= 1
            tickets[AVAILABLE] = until = calls.at[vain] + takes[vain]
            self._come_back(calls.run[vain], calls.index[vain], tickets, calls.urgent[vain], until)

    def _come_back(self, rows: Any, index: Any, tickets: Any, urgent: Any, until: Any) -> None:
        """Those called in vain stand in the line again after a while, behind some others."""
        slots = self.scene.back_slots
        slot = self.lanes + slots * self.service[index]
        for _ in range(slots - 1):
            slot += self.available[rows, slot] < np.inf
        flat = slot * len(self.rows) + rows
        self.flat_first[:, flat] = tickets
        self.goes_first.reshape(-1)[flat] = urgent
        self.flat_behind[flat] = self.scene.back_after
        self.held = True
        if self.somebody_waits:
            # an officer who had nobody to call sees the one who is back
            free = self.free[rows]
            idle = self.waits_until[rows] == free
            self.free[rows] = np.where(idle, np.minimum(free, until[:, None]), free)

    def _advance(self, calls: _Calls) -> None:
        """The next of the lane stands first; a slot is empty again."""
        self.flat_behind[calls.flat] = 0
        run, index, flat = calls.run, calls.index, calls.flat
        of_lane = index < self.lanes
        if np.count_nonzero(of_lane) < len(index):
            self.flat_first[AVAILABLE, flat] = np.inf
            run, index, flat = run[of_lane], index[of_lane], flat[of_lane]
        lane = self.row_of_lanes[run] + index
        after = self.flat_at[lane] + 1
        self.flat_at[lane] = after
        self.flat_first[:, flat] = self.all[after].T

    def _wait(self, rows: Any, counter: Any, at: Any) -> None:
        """Nobody for this counter: it waits for the next who comes, or for the session to begin."""
        mine, now = counter[rows], at[rows]
        available = self.available[rows]
        taken = self.tiers.T[mine] < NOT_TAKEN
        later = np.where(taken & (available > now[:, None]), available, np.inf).min(axis=1)
        if self.stop is not None:
            shut = (now >= self.stop[rows]) & (now < self.scene.resume)
            later = np.where(shut, self.scene.resume, later)
        self.free[rows, mine] = later
        self.waits_until[rows, mine] = later
        self.somebody_waits = True

    def _shrink(self) -> None:
        """Drop the runs whose ticket is called."""
        rows = np.flatnonzero((self.result[self.run] == np.inf) & (self.free.min(axis=1) < np.inf))
        if len(rows) > 0.85 * len(self.run):
            return
        for name in self._OF_RUNS:
            setattr(self, name, getattr(self, name)[rows])
        self.first, self.holds_back = self.first.take(rows, axis=2), self.holds_back.take(rows, axis=1)
        self.goes_first = self.goes_first.take(rows, axis=1)
        if self.stop is not None:
            self.stop = self.stop[rows]
        self.somebody_waits = bool((self.waits_until == self.free).any())
        self._look()
