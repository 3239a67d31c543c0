"""How the next hours may go: the routing rule itself, played over many imagined days at once.

All runs advance together, one decision a run and step; the rule is :func:`queue_core.routing.choose`, given arrays
of (runs, tickets). Of tickets that are alike for every counter (a *lane*: same service, same priority) only the
first can be next, so the rule is shown the first of each lane and those who came back from a call in vain. What is
not known is drawn by :mod:`queue_core.wait_scene`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from queue_core.routing import NOT_TAKEN, choose
from queue_core.wait_draws import GONE, Floats
from queue_core.wait_scene import AVAILABLE, FACTS, FAILS, PLACE, SINCE, TAKES, Scene

#: decisions between two looks for runs that are over
_SHRINK_EVERY: Final = 8
_STEPS_EACH: Final = 6
_STEPS_MORE: Final = 400
#: so many tickets may be on their way back from a call in vain at once
BACK_SLOTS: Final = 5
#: the time of a run that is over: before anybody came
_NEVER_YET: Final = -1e9


def replay(scene: Scene, *, part: float = 1.0) -> Floats:
    """Minutes until the scene's ticket is first called, one for each run; infinite where it never is.

    With a ``part`` below 1 the longest runs are given up (infinite) once it is certain that they lie above all others
    and that at least this part is complete: the quantiles up to ``part`` are the same, in four fifths of the time.
    """
    return _Replay(scene).until_called(part)


class _Replay:
    """The arrays of one replay. Rows are runs; columns are the lanes' first tickets, then those on their way back."""

    _OF_RUNS: Final = (
        *("run", "free", "streak", "waits_until", "missed", "away_from", "away_min", "at", "goal", "first"),
        *("behind", "service", "urgent", "tiers"),
    )

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        runs, counters, lanes = len(scene.free), scene.free.shape[1], len(scene.start)
        width = scene.tickets.shape[1]
        self.lanes = lanes
        self.result: Floats = np.full(runs, np.inf)
        self.run = self.rows = np.arange(runs)
        self.free = scene.free.copy()
        self.streak = np.broadcast_to(scene.streak, scene.free.shape).copy()
        #: until when a counter waits for somebody to come: it is idle as long as that is when it is free next
        self.waits_until: Floats = np.full((runs, counters), -np.inf)
        self.missed = scene.missed
        self.away_from, self.away_min = scene.away_from.copy(), scene.away_min
        self.stop = scene.stop
        #: for each lane its first ticket in the flat list of all tickets of all runs
        self.all = scene.tickets.reshape(runs * width, FACTS)
        self.at = scene.start + np.arange(runs)[:, None] * width
        self.target_lane = int(np.searchsorted(scene.start, scene.target, side="right")) - 1
        self.goal = scene.target + np.arange(runs) * width
        empty = np.zeros(FACTS)
        empty[AVAILABLE] = np.inf
        self.first = np.concatenate(
            [scene.tickets[:, scene.start], np.broadcast_to(empty, (runs, BACK_SLOTS, FACTS))], axis=1
        )

        def per_lane(values: NDArray[Any], empty: Any) -> NDArray[Any]:
            row = np.concatenate([values, np.full(BACK_SLOTS, empty, dtype=values.dtype)])
            return np.broadcast_to(row, (runs, len(row))).copy()

        self.behind, self.service = per_lane(scene.behind, 0), per_lane(scene.service, 0)
        self.urgent = per_lane(scene.urgent, empty=False)
        self.urgent_from = per_lane(scene.urgent_from, np.inf) if scene.urgent_from is not None else None
        self.tiers = np.full((runs, counters, lanes + BACK_SLOTS), NOT_TAKEN, dtype=np.int64)
        self.tiers[:, :, :lanes] = scene.tiers
        self.held = bool(self.behind.any())
        self._look()

    def _look(self) -> None:
        """Name the parts of ``first`` (they are views)."""
        self.available, self.since = self.first[:, :, AVAILABLE], self.first[:, :, SINCE]
        self.place = self.first.view(np.int64)[:, :, PLACE]

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
        rows = self.rows
        counter = self.free.argmin(axis=1)
        at = self.free[rows, counter]
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
        away = self.away_from[rows, counter] <= at
        if np.count_nonzero(away):
            here &= ~away[:, None]
            gone = away.nonzero()[0]
            self.free[gone, counter[gone]] = at[gone] + self.away_min[gone, counter[gone]]
            self.away_from[gone, counter[gone]] = np.inf
        priority: Any = self.urgent
        if self.urgent_from is not None:
            priority = priority | (self.urgent_from <= now)
        index, has_ordinary = choose(
            tier=np.where(here, self.tiers[rows, counter], NOT_TAKEN),
            place=self.place,
            waited_min=now - self.since,
            priority=priority,
            behind=self.behind,
            streak=self.streak[rows, counter],
            ratio=self.scene.ratio,
            ageing_min=self.scene.ageing_min,
        )
        calls = index >= 0
        chosen = rows
        if np.count_nonzero(calls) < len(rows):
            self._wait((~(calls | over | away)).nonzero()[0], counter, at)
            chosen = calls.nonzero()[0]
            if not len(chosen):
                return False
            index, counter, at, has_ordinary = index[chosen], counter[chosen], at[chosen], has_ordinary[chosen]
        urgent = priority[chosen, index]
        self.streak[chosen, counter] = np.where(urgent, self.streak[chosen, counter] + has_ordinary, 0)
        reached = index == self.target_lane
        if np.count_nonzero(reached):
            reached &= self.at[chosen, self.target_lane] == self.goal[chosen]
        if np.count_nonzero(reached):
            done = chosen[reached]
            self.result[self.run[done]] = at[reached]
            self.free[done] = np.inf
            going = ~reached
            chosen, index, counter, at, urgent = (x[going] for x in (chosen, index, counter, at, urgent))
        if self.held:
            self._let_pass(chosen, index, here)
        self._call(chosen, index, counter, at, urgent)
        return False

    def _let_pass(self, chosen: Any, index: Any, here: Any) -> None:
        """A call of their service: those who must let others pass are one nearer."""
        called = np.full(len(self.rows), -1, dtype=np.int8)
        called[chosen] = self.service[chosen, index]
        self.behind -= (self.behind > 0) & here & (self.service == called[:, None])

    def _call(self, chosen: Any, index: Any, counter: Any, at: Any, urgent: Any) -> None:
        """The chosen ticket of each chosen run leaves the line, or is called in vain and will come back."""
        tickets = self.first[chosen, index]
        takes = tickets[:, TAKES] * self.scene.speed[counter]
        vain = tickets[:, FAILS].nonzero()[0]
        if not len(vain):
            self.free[chosen, counter] = at + takes
            self._advance(chosen, index)
            return
        takes[vain] = self.missed[chosen[vain]]
        self.free[chosen, counter] = at + takes
        tickets[:, FAILS] -= 1
        back = vain[tickets[vain, FAILS] != GONE]
        rows, column = chosen[back], index[back]
        service, tiers = self.service[rows, column], self.tiers[rows, :, column]
        self._advance(chosen, index)
        slot = self.lanes + (self.available[rows, self.lanes :] == np.inf).argmax(axis=1)
        until = at[back] + takes[back]
        tickets[back, AVAILABLE] = until
        self.first[rows, slot] = tickets[back]
        self.behind[rows, slot] = self.scene.back_after
        self.urgent[rows, slot] = urgent[back]
        self.service[rows, slot] = service
        self.tiers[rows, :, slot] = tiers
        self.held = True
        # an officer who had nobody to call sees the one who is back
        free = self.free[rows]
        idle = self.waits_until[rows] == free
        self.free[rows] = np.where(idle, np.minimum(free, until[:, None]), free)

    def _advance(self, rows: Any, column: Any) -> None:
        """The next of the lane stands first; a slot is empty again."""
        self.behind[rows, column] = 0
        of_lane = column < self.lanes
        if np.count_nonzero(of_lane) < len(column):
            self.available[rows, column] = np.inf
            rows, column = rows[of_lane], column[of_lane]
        after = self.at[rows, column] + 1
        self.at[rows, column] = after
        self.first[rows, column] = self.all[after]

    def _wait(self, rows: Any, counter: Any, at: Any) -> None:
        """Nobody for this counter: it waits for the next who comes, or for the session to begin."""
        mine, now = counter[rows], at[rows]
        available = self.available[rows]
        taken = self.tiers[rows, mine] < NOT_TAKEN
        later = np.where(taken & (available > now[:, None]), available, np.inf).min(axis=1)
        if self.stop is not None:
            shut = (now >= self.stop[rows]) & (now < self.scene.resume)
            later = np.where(shut, self.scene.resume, later)
        self.free[rows, mine] = later
        self.waits_until[rows, mine] = later

    def _shrink(self) -> None:
        """Drop the runs whose ticket is called."""
        rows = np.flatnonzero((self.result[self.run] == np.inf) & (self.free.min(axis=1) < np.inf))
        if len(rows) > 0.85 * len(self.run):
            return
        for name in self._OF_RUNS:
            setattr(self, name, getattr(self, name)[rows])
        if self.urgent_from is not None:
            self.urgent_from = self.urgent_from[rows]
        if self.stop is not None:
            self.stop = self.stop[rows]
        self.rows = np.arange(len(rows))
        self._look()
