"""How the next hours may go: the routing rule itself, played over many imagined days at once.

All runs advance together, one decision a run and step; the rule is :func:`queue_core.routing.choose`, given arrays
of (tickets, runs). Of tickets that are alike for every counter (a *lane*: same service, same priority) only the
first can be next, so the rule is shown the first of each lane and those who came back from a call in vain. What is
not known is drawn by :mod:`queue_core.wait_scene`.

A step is some eighty passes over small arrays and costs what their calls cost: there is no branch for the runs in
which nobody is called. There the last row is, nobody, whose call takes no time.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from queue_core.routing import NOT_TAKEN, choose
from queue_core.wait_draws import GONE, Floats
from queue_core.wait_scene import AVAILABLE, FACTS, FAILS, PLACE, SHOWN, SINCE, TAKES, Scene

#: decisions between two looks for runs that are over
_SHRINK_EVERY: Final = 4
_STEPS_EACH: Final = 6
_STEPS_MORE: Final = 400
#: later than anybody comes: the time of a run that is over
_AFTER_ALL: Final = 1e9


def replay(scene: Scene, *, part: float = 1.0) -> Floats:
    """Minutes until the scene's ticket is first called, one for each run; infinite where it never is.

    With a ``part`` below 1 the longest runs are given up (infinite) once it is certain that they lie above all others
    and that at least this part is complete: the quantiles up to ``part`` are the same, in four fifths of the time.
    """
    return _Replay(scene).until_called(part)


class _Calls(NamedTuple):
    """The calls of one step, one a run: row, its flat index, the counter's, the counter, the time, whether urgent."""

    index: Any
    flat: Any
    desk: Any
    counter: Any
    at: Any
    urgent: Any


class _Replay:
    """The arrays of one replay. Rows: the lanes' first tickets, those on their way back, nobody. Columns: runs."""

    _OF_RUNS: Final = ("run", "free", "streak", "waits_until", "missed", "away_from", "away_min", "base")
    _OF_ROWS: Final = ("at", "holds_back", "goes_first")

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        runs, counters, lanes = len(scene.free), scene.free.shape[1], len(scene.start)
        services, tickets = scene.tier_of_service.shape[1], scene.tickets.shape[1]
        slots = np.repeat(np.arange(services), scene.back_slots)
        self.counters, self.lanes = counters, lanes
        rows = lanes + len(slots) + 1
        self.result: Floats = np.full(runs, np.inf)
        self.run = np.arange(runs)
        self.free = scene.free.copy()
        self.streak = np.tile(scene.streak, (runs, 1))
        #: until when a counter waits for somebody to come: it is idle as long as that is when it is free next
        self.waits_until: Floats = np.full((runs, counters), -np.inf)
        self.somebody_waits = False
        self.missed = scene.missed
        self.away_from, self.away_min = scene.away_from.copy(), scene.away_min
        self.stop = scene.stop
        #: where a run's tickets begin in the flat list of all tickets, and for each row the ticket that stands there
        self.all = scene.tickets.reshape(runs * tickets, FACTS)
        self.base = self.run * tickets
        self.of_slot = scene.spare + 2 * np.arange(len(slots) + 1)
        self.at = np.concatenate([scene.start, self.of_slot[:-1] + 1, self.of_slot[-1:]])[:, None] + self.base
        self.first = self.all.take(self.at, axis=0)[:, :, :SHOWN].transpose(2, 0, 1).copy()

        nobody = np.full((counters, 1), NOT_TAKEN)
        self.tiers = np.concatenate([scene.tiers, scene.tier_of_service[:, slots], nobody], axis=1).T.copy()
        self.taken = self.tiers < NOT_TAKEN
        # a service's first slot
        self.back = lanes + scene.back_slots * np.concatenate([scene.service, slots])
        self.holds_back = np.zeros((rows, runs), dtype=np.int64)
        self.holds_back[:lanes] = scene.behind[:, None]
        self.goes_first = np.zeros((rows, runs), dtype=np.bool_)
        self.goes_first[:lanes] = scene.urgent[:, None]
        # nobody's call leaves a counter's streak as it is
        self.goes_first[-1] = True
        self.urgent_from: Floats | None = None
        if scene.urgent_from is not None:
            self.urgent_from = np.concatenate([scene.urgent_from, np.full(rows - lanes, np.inf)])[:, None]
        #: the first row where somebody may have to let others pass
        self.first_held = int((scene.behind > 0).argmax()) if scene.behind.any() else lanes
        self._look()

    def _look(self) -> None:
        """Name the parts of the arrays (all are views), and the flat index of each run's first counter."""
        self.available, self.since = self.first[AVAILABLE], self.first[SINCE]
        self.place = self.first.view(np.int64)[PLACE]
        self.columns = np.arange(len(self.run))
        self.row_of_counters = self.columns * self.counters
        self.goal = self.base + self.scene.target
        self.nobody = self.base + self.of_slot[-1]
        self.flat_free, self.flat_streak = self.free.reshape(-1), self.streak.reshape(-1)
        self.flat_away_from = self.away_from.reshape(-1)
        self.flat_first = self.first.reshape(SHOWN, -1)
        self.flat_at, self.flat_behind = self.at.reshape(-1), self.holds_back.reshape(-1)
        self.flat_goes_first = self.goes_first.reshape(-1)

    def until_called(self, part: float) -> Floats:
        """Advance all runs until the target is called in each, or in the given part of them, the shortest."""
        enough = part * len(self.result)
        for step in range(1, _STEPS_MORE + _STEPS_EACH * self.scene.tickets.shape[1]):
            self._step()
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

    def _step(self) -> None:
        """One decision in each run: the counter that is free first calls, or waits."""
        counter = self.free.argmin(axis=1)
        desk = self.row_of_counters + counter
        at = self.flat_free[desk]
        now = np.minimum(at, _AFTER_ALL)
        able = self.available <= now
        able &= self.taken.take(counter, axis=1)
        if self.stop is not None:
            shut = (at >= self.stop) & (at < self.scene.resume)
            if np.count_nonzero(shut):
                able &= ~shut
        away = self.flat_away_from[desk] <= at
        someone_leaves = np.count_nonzero(away)
        if someone_leaves:
            able &= ~away
        priority: Any = self.goes_first
        if self.urgent_from is not None:
            priority = priority | (self.urgent_from <= now)
        streak = self.flat_streak[desk]
        index, has_ordinary = choose(
            able=able,
            tier=self.tiers.take(counter, axis=1),
            place=self.place,
            aged=self.since <= now - self.scene.ageing_min,
            priority=priority,
            behind=self.holds_back,
            streak=streak,
            ratio=self.scene.ratio,
        )
        # where nobody is called the index is -1: the last row, nobody
        flat = index * len(self.columns) + self.columns
        urgent = priority.reshape(-1)[flat]
        self.flat_streak[desk] = (streak + has_ordinary) * urgent
        self._let_pass(able)
        self._call(_Calls(index, flat, desk, counter, at, urgent))
        if someone_leaves:
            gone = away.nonzero()[0]
            self.flat_free[desk[gone]] = at[gone] + self.away_min[gone, counter[gone]]
            self.flat_away_from[desk[gone]] = np.inf
        idle = index < 0
        if np.count_nonzero(idle) > someone_leaves:
            self._wait((idle & ~away).nonzero()[0], counter, at)

    def _let_pass(self, able: Any) -> None:
        """A call at a counter that takes them (nobody is able where there is none): they need let one fewer pass."""
        behind = self.holds_back[self.first_held :]
        behind -= (behind > 0) & able[self.first_held :]

    def _call(self, calls: _Calls) -> None:
        """The chosen tickets leave the line, or are called in vain and will come back; the asked one ends its run."""
        ticket = self.flat_at[calls.flat]
        facts = self.all.take(ticket, axis=0)
        takes = facts[:, TAKES] * self.scene.speed[calls.counter]
        fails = facts[:, FAILS]
        vain = fails.nonzero()[0]
        if len(vain):
            takes[vain] = self.missed[vain]
        self.flat_free[calls.desk] = calls.at + takes
        reached = ticket == self.goal
        if np.count_nonzero(reached):
            self.result[self.run[reached]] = calls.at[reached]
            self.free[reached] = np.inf

        # the next of the lane stands first; a slot's next is nobody, and nobody's is nobody again
        after = ticket + 1
        self.flat_at[calls.flat] = after
        self.flat_behind[calls.flat] = 0
        self.flat_first[:, calls.flat] = self.all.take(after, axis=0)[:, :SHOWN].T
        self.at[-1] = self.nobody

        vain = vain[fails[vain] != GONE + 1]
        if len(vain):
            facts = facts.take(vain, axis=0)
            facts[:, FAILS] -= 1
            facts[:, AVAILABLE] = calls.at[vain] + takes[vain]
            self._come_back(vain, calls.index[vain], facts, calls.urgent[vain])

    def _come_back(self, run: Any, index: Any, facts: Any, urgent: Any) -> None:
        """Those called in vain stand in the line again after a while, behind some others."""
        row = self.back[index]
        for _ in range(self.scene.back_slots - 1):
            row += self.available[row, run] < np.inf
        flat = row * len(self.columns) + run
        ticket = self.base[run] + self.of_slot[row - self.lanes]
        self.all[ticket] = facts
        self.flat_at[flat] = ticket
        self.flat_first[:, flat] = facts[:, :SHOWN].T
        self.flat_goes_first[flat] = urgent
        self.flat_behind[flat] = self.scene.back_after
        if self.somebody_waits:
            # an officer who had nobody to call sees the one who is back
            free = self.free[run]
            idle = self.waits_until[run] == free
            if np.count_nonzero(idle):
                self.free[run] = np.where(idle, np.minimum(free, facts[:, AVAILABLE, None]), free)

    def _wait(self, run: Any, counter: Any, at: Any) -> None:
        """Nobody for this counter: it waits for the next who comes, or for the session to begin."""
        mine, now = counter[run], at[run]
        available = self.available[:, run]
        coming = self.taken[:, mine] & (available > now)
        later = np.where(coming, available, np.inf).min(axis=0)
        if self.stop is not None:
            shut = (now >= self.stop[run]) & (now < self.scene.resume)
            later = np.where(shut, self.scene.resume, later)
        self.free[run, mine] = later
        self.waits_until[run, mine] = later
        self.somebody_waits = True

    def _shrink(self) -> None:
        """Drop the runs whose ticket is called."""
        going = ((self.result[self.run] == np.inf) & (self.free.min(axis=1) < np.inf)).nonzero()[0]
        if len(going) > 0.85 * len(self.run):
            return
        for name in self._OF_RUNS:
            setattr(self, name, getattr(self, name)[going])
        for name in self._OF_ROWS:
            setattr(self, name, getattr(self, name).take(going, axis=1))
        self.first = self.first.take(going, axis=2)
        if self.stop is not None:
            self.stop = self.stop[going]
        self.somebody_waits = bool((self.waits_until == self.free).any())
        self._look()
