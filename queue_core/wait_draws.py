"""The draws of a replay: what nobody knows yet, imagined as the office's days suggest. Minutes from now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from queue_core.calendar import spans
from queue_core.clock import utc_ms_of
from queue_core.state import State
from queue_core.tickets import CounterState, CounterStatus, Status
from queue_core.wait_learning import Knowledge, ServiceTime
from queue_core.wait_tally import MINUTE_MS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Small = NDArray[np.int8]

#: added to the calls in vain of a ticket that the last of them ends
GONE: Final = 64
#: of a service nobody knows anything about
UNKNOWN: Final = ServiceTime(10.0, 0.6)
_PAUSE_CV: Final = 0.6
_MISSED_CV: Final = 0.5
#: what lasted longer than thought possible ends in a moment
_SOON_MIN: Final = 0.05
_NORMAL_AT: Final[Floats] = np.linspace(-4.5, 4.5, 1801)
_NORMAL_CDF: Final[Floats] = np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in _NORMAL_AT])


@dataclass(frozen=True, slots=True)
class Draws:
    """Where the draws come from: the state and its time, what is known, the seeded source, how many runs.

    ``factor`` (runs,): by how much all services of a run take longer than known.
    """

    state: State
    now_ms: int
    knowledge: Knowledge
    rng: np.random.Generator
    runs: int
    factor: Floats

    @classmethod
    def seeded(cls, state: State, now_ms: int, knowledge: Knowledge, runs: int, *seed: int) -> Draws:
        """Draws that are the same for the same seed."""
        rng = np.random.Generator(np.random.SFC64(list(seed)))
        return cls(state, now_ms, knowledge, rng, runs, np.exp(rng.standard_normal(runs) * knowledge.spread))

    def when_free(self, runtime: CounterState, speed: float, *, backlog: bool) -> tuple[Floats, Floats | None]:
        """When a counter calls next, and when the one called there stands in line again (infinite: comes; or None)."""
        rng, runs, knowledge = self.rng, self.runs, self.knowledge
        gap = rng.standard_exponential(runs) * knowledge.gap_min
        there = self.state.tickets.get(runtime.ticket or "")
        if runtime.status is CounterStatus.PAUSED:
            so_far = self._so_far(runtime.since_ms)
            usual_min = knowledge.pauses[runtime.id].mean_min[0]
            return _remaining(usual_min, _PAUSE_CV, so_far, rng.random(runs)), None
        if there is None:
            return (gap if backlog else np.zeros(runs)), None
        so_far = self._so_far(there.called_ms)
        time = knowledge.times.get(there.service) or UNKNOWN
        left = _remaining(time.mean_min * (self.factor * speed), time.cv, so_far, rng.random(runs))
        if there.status is not Status.CALLED:
            return left + gap, None
        missed = knowledge.missed_again if there.misses else knowledge.missed_first
        waits = missed * _beyond(knowledge.missed_min, _MISSED_CV, so_far)
        serves = (1 - missed) * _beyond(time.mean_min, time.cv, so_far)
        vain = rng.random(runs) < waits / (waits + serves + 1e-9)
        until = _remaining(knowledge.missed_min, _MISSED_CV, so_far, rng.random(runs))
        last = there.misses + 1 >= self.state.setup.policy.no_show_limit
        return np.where(vain, until, left + gap), None if last else np.where(vain, until, np.inf)

    def _so_far(self, since_ms: int | None) -> float:
        return max(0.0, (self.now_ms - (since_ms or self.now_ms)) / MINUTE_MS)

    def next_pause(self, counter: str) -> tuple[Floats, Floats]:
        """When a counter's officer next goes away (infinite: not in the hours looked at), and for how long."""
        habit, ends = self.knowledge.pauses[counter], np.array(self.knowledge.flow.ends_min)
        begins = np.concatenate([[0.0], ends[:-1]])
        grown = np.concatenate([[0.0], np.cumsum(np.array(habit.chance) * (ends - begins))])
        units = self.rng.standard_exponential(self.runs)
        at = np.where(units < grown[-1], np.interp(units, grown, np.concatenate([[0.0], ends])), np.inf)
        mean_min = np.array(habit.mean_min)[np.minimum(np.searchsorted(ends, at), len(ends) - 1)]
        minutes: Floats = _log_normal(mean_min, _PAUSE_CV, self.rng.standard_normal(self.runs))
        return at, minutes

    def takes(self, times: list[ServiceTime], service: Small) -> Floats:
        """How long each ticket (runs, tickets) holds a counter of usual speed until the next call."""
        variance = np.log1p(np.array([t.cv for t in times]) ** 2)
        middle = (np.log([t.mean_min for t in times]) - variance / 2).astype(np.float32)
        sigma = np.sqrt(variance).astype(np.float32)
        shape = (self.runs, len(service))
        normal = self.rng.standard_normal(shape, dtype=np.float32)
        taken: Floats = np.exp(middle[service] + sigma[service] * normal) * self.factor[:, None]
        taken += self.rng.standard_exponential(shape, dtype=np.float32) * self.knowledge.gap_min
        return taken

    def calls_in_vain(self, first: Floats, left: Small) -> Small:
        """How many of each ticket's next calls nobody answers; as many as ``left`` end it (:data:`GONE` is added).

        ``first`` (tickets,): the chance of the next call.
        """
        uniform = self.rng.random((self.runs, len(first)), dtype=np.float32)
        fails = np.zeros(uniform.shape, dtype=np.int8)
        chance = first.copy()
        for turn in range(int(left.max(initial=0))):
            fails += (uniform < chance) & (turn < left)
            chance = chance * self.knowledge.missed_again
        fails[fails >= left] += GONE
        return fails

    def closed_between(self) -> tuple[Floats | None, float]:
        """From when (per run, perhaps never) until when nobody calls, because the next session begins later."""
        if self.state.date is None:
            return None, math.inf
        today = date.fromisoformat(self.state.date)
        for (_, end), (begin, _) in pairwise(spans(self.state.setup, None, today)):
            begin_min = (utc_ms_of(today, begin) - self.now_ms) / MINUTE_MS
            if begin_min > 0:
                end_min = (utc_ms_of(today, end) - self.now_ms) / MINUTE_MS
                go_on_min = self.knowledge.stop_after_min * (0.5 + self.rng.random(self.runs))
                stops = self.rng.random(self.runs) < self.knowledge.stop
                return np.where(stops, end_min + go_on_min, np.inf), begin_min
        return None, math.inf

    def missed_min(self) -> Floats:
        """How long a call in vain takes in each run."""
        minutes: Floats = _log_normal(self.knowledge.missed_min, _MISSED_CV, self.rng.standard_normal(self.runs))
        return minutes


def _log_normal(mean: Any, cv: float, normal: Any) -> Any:
    variance = math.log1p(cv * cv)
    return mean * np.exp(math.sqrt(variance) * normal - variance / 2)


def _remaining(mean: Any, cv: float, so_far: float, uniform: Floats) -> Floats:
    """Draws of what is left of a log-normal time that has lasted ``so_far``."""
    if cv <= 0:
        certain: Floats = np.maximum(mean - so_far, _SOON_MIN) + 0 * uniform
        return certain
    variance = math.log1p(cv * cv)
    sigma = math.sqrt(variance)
    if so_far <= 0:
        begun: Any = 0.0
    else:
        begun = np.interp((np.log(so_far / mean) + variance / 2) / sigma, _NORMAL_AT, _NORMAL_CDF)
        begun = np.minimum(begun, 0.9995)
    normal = np.interp(begun + (1 - begun) * uniform, _NORMAL_CDF, _NORMAL_AT)
    left: Floats = np.maximum(_log_normal(mean, cv, normal) - so_far, _SOON_MIN)
    return left


def _beyond(mean: float, cv: float, so_far: float) -> float:
    """Probability that a log-normal time lasts longer than ``so_far``."""
    if so_far <= 0 or cv <= 0:
        return 1.0
    variance = math.log1p(cv * cv)
    z = (math.log(so_far / mean) + variance / 2) / math.sqrt(variance)
    return 0.5 * math.erfc(z / math.sqrt(2))
