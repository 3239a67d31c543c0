"""What the office's own days teach the wait estimate: service times, no-shows, arrivals, pauses, and its own errors.

Where little is counted (:mod:`queue_core.wait_tally`), an empirical-Bayes prior stands in: ``service.prior_min``
times how slow this office is in general; today's pace draws the whole day's times to it; a counter leans on its
office, an hour's pauses on the day's, a band of waits on all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from queue_core.clock import local
from queue_core.state import State
from queue_core.wait_tally import BIN_MIN, BINS, BINS_AHEAD, FADING, Tally, bin_of, count_day, minutes_of

# priors: how many imagined observations stand behind each first guess
_TIME_PRIOR: Final = 6.0
_CV: Final = 0.6
_CV_PRIOR: Final = 12.0
_DAY_PRIOR: Final = 40.0
_SPEED_PRIOR: Final = 25.0
_SCORE_PRIOR: Final = 60.0
_FLOW_PRIOR: Final = 25.0
_PAUSE_PRIOR_DAYS: Final = 2.0
_PAUSES_A_BIN: Final = 0.06
_PAUSE_MIN: Final = 12.0
#: how far a whole day's service times stray from the usual (standard deviation of the factor)
_DAY_SPREAD: Final = 0.08


def learn(state: State) -> dict[str, Any]:
    """What this day and those before it teach, for the next day's ``day_opened``: plain JSON, bounded in size."""
    if not state.tickets or state.office is None:
        return state.learned
    before = Tally.load(state.learned)
    day = count_day(state)
    day.days = 1.0
    usual = _means(before, day, state)
    for ticket in state.tickets.values():
        for visit in ticket.visits:
            if visit.end != "missed" and visit.service in usual:
                counted = day.speed.setdefault(visit.counter, [0.0, 0.0])
                counted[0] += 1
                counted[1] += minutes_of(visit) / usual[visit.service]
    return before.after(day).dump()


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Minutes from a call to the counter being free again: mean and coefficient of variation."""

    mean_min: float
    cv: float


@dataclass(frozen=True, slots=True)
class Flow:
    """Who is still to come: numbers a minute from now on by half hours, and how they share the services.

    ``ends_min``, ``rate``: the rate holds until that many minutes from now. ``shares``: service → part of them;
    ``priority``: part with priority; ``moved``: service → transfers into it for each visit that ends.
    """

    ends_min: tuple[float, ...]
    rate: tuple[float, ...]
    shares: dict[str, float]
    priority: float
    moved: dict[str, float]


@dataclass(frozen=True, slots=True)
class Pauses:
    """A counter's pauses: chance a minute that one begins, and its mean minutes, in each half hour from now on."""

    chance: tuple[float, ...]
    mean_min: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that a replay needs to know of this office besides its state. Minutes; probabilities.

    ``spread``: standard deviation of the factor by which all service times of the hours ahead may be off.
    ``widen``: for each of :data:`BANDS` the factors of the lower and the upper half-width that would have made past
    ranges hold (rolling conformal).
    ``stop``: probability that a line still waiting at the end of a session is left for the next; ``stop_after_min``:
    how long calls go on then.
    """

    times: dict[str, ServiceTime]
    speed: dict[str, float]
    gap_min: float
    missed_first: float
    missed_again: float
    missed_min: float
    pauses: dict[str, Pauses]
    spread: float
    widen: tuple[tuple[float, float], ...]
    stop: float
    stop_after_min: float
    flow: Flow


def know(state: State, now_ms: int) -> Knowledge:
    """Put together what other days and today teach."""
    before, day = Tally.load(state.learned), count_day(state)
    both = before.after(day)
    means = _means(before, day, state)
    seen = sum(n for n, _, _ in day.times.values())
    relative = sum(total / means[s] for s, (_, total, _) in day.times.items() if s in means)
    today = (_DAY_PRIOR + relative) / (_DAY_PRIOR + seen)
    times = {}
    for service, mean in means.items():
        n, total, squares = both.times.get(service, (0.0, 0.0, 0.0))
        average = total / n if n else mean
        around = max(0.0, squares - 2 * average * total + n * average * average)
        cv = math.sqrt((_CV_PRIOR * _CV**2 + around / (average * average)) / (_CV_PRIOR + n)) if n else _CV
        times[service] = ServiceTime(mean * today, min(max(cv, 0.1), 1.5))
    known = sum(n for n, _, _ in both.times.values())
    return Knowledge(
        times=times,
        speed={c: (_SPEED_PRIOR + total) / (_SPEED_PRIOR + n) for c, (n, total) in before.speed.items()},
        gap_min=(both.gap[1] + 4 * 0.3) / (both.gap[0] + 4),
        missed_first=(both.shows[1] + 1.0) / (both.shows[0] + 20),
        missed_again=(both.shows[3] + 2.0) / (both.shows[2] + 4),
        missed_min=(both.missed[1] + 2 * 1.5) / (both.missed[0] + 2),
        pauses=_pauses(before, state, now_ms),
        spread=math.sqrt(_DAY_SPREAD**2 * _DAY_PRIOR / (_DAY_PRIOR + seen) + 0.25 / (known + 6)),
        widen=widths(both.scores),
        stop=(both.breaks[1] + 0.3) / (both.breaks[0] + 1),
        stop_after_min=both.breaks[2] / both.breaks[1] if both.breaks[1] > 0.5 else 5.0,
        flow=_flow(before, day, now_ms),
    )


def _means(before: Tally, day: Tally, state: State) -> dict[str, float]:
    """Expected minutes of each service: what was measured, drawn to its prior times this office's general pace."""
    priors = {s.id: s.prior_min for s in state.setup.leaves()}
    sums = {
        service: (
            before.times.get(service, [0.0])[0] + day.times.get(service, [0.0])[0],
            before.times.get(service, [0.0, 0.0])[1] + day.times.get(service, [0.0, 0.0])[1],
        )
        for service in sorted({*priors, *before.times, *day.times})
    }
    weights = pace = 0.0
    for service, (n, total) in sums.items():
        if service in priors and n > 0 and total > 0:
            weight = n / (n + _TIME_PRIOR)
            weights += weight
            pace += weight * math.log(total / n / priors[service])
    factor = math.exp(pace / (weights + 0.3))
    return {
        service: (_TIME_PRIOR * priors.get(service, 10.0) * factor + total) / (_TIME_PRIOR + n)
        for service, (n, total) in sums.items()
    }


def widths(scores: list[list[float]]) -> tuple[tuple[float, float], ...]:
    """Rolling conformal: for each band the half-widths' factors that would have let 80 % of its waits lie inside.

    A band with few waits leans on all of them, and all of them on the replay itself.
    """
    usual = _widths([z for band in scores for z in band], (1.0, 1.0))
    return tuple(_widths(band, usual) for band in scores)


def _widths(scores: list[float], prior: tuple[float, float]) -> tuple[float, float]:
    if not scores:
        return prior
    ordered = sorted(scores)
    weight = len(ordered) / (len(ordered) + _SCORE_PRIOR)
    found = (-_quantile(ordered, 0.1), _quantile(ordered, 0.9))
    low, high = (min(max(p + weight * (f - p), 0.3), 4.0) for p, f in zip(prior, found, strict=True))
    return low, high


def _quantile(ordered: list[float], part: float) -> float:
    at = part * (len(ordered) - 1)
    index = int(at)
    after = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (at - index) * (after - ordered[index])


def _pauses(before: Tally, state: State, now_ms: int) -> dict[str, Pauses]:
    """Each counter's own habit at this time of day, drawn to the office's."""
    counters = [one.id for one in state.setup.counters]
    nought = [0.0] * (2 * BINS)
    all_of = [sum(before.pauses.get(one, nought)[i] for one in counters) for i in range(2 * BINS)]
    mean_of_all = (sum(all_of[BINS:]) + 3 * _PAUSE_MIN) / (sum(all_of[:BINS]) + 3)
    bins = range(bin_of(now_ms), min(bin_of(now_ms) + BINS_AHEAD, BINS))
    found: dict[str, Pauses] = {}
    for counter in counters:
        mine = before.pauses.get(counter, nought)
        chance, mean_min = [], []
        for index in bins:
            usual = (all_of[index] + _PAUSES_A_BIN) / (before.days * len(counters) + 1)
            usual_min = (all_of[BINS + index] + 2 * mean_of_all) / (all_of[index] + 2)
            expected = (mine[index] + _PAUSE_PRIOR_DAYS * usual) / (before.days + _PAUSE_PRIOR_DAYS)
            chance.append(expected / BIN_MIN)
            mean_min.append((mine[BINS + index] + 2 * usual_min) / (mine[index] + 2))
        found[counter] = Pauses(tuple(chance), tuple(mean_min))
    return found


def _flow(before: Tally, day: Tally, now_ms: int) -> Flow:
    moment = local(now_ms)
    minute = moment.hour * 60 + moment.minute + moment.second / 60
    now_bin = int(minute // BIN_MIN)
    came = [sum(bins[i] for bins in day.arrivals.values()) for i in range(BINS)]
    counted = {
        service: sum(before.arrivals.get(service, ())) * FADING + sum(day.arrivals.get(service, ()))
        for service in sorted({*before.arrivals, *day.arrivals})
    }
    total = sum(counted.values())
    shares = {service: count / total for service, count in counted.items()} if total else {}
    usual = (
        [sum(bins[i] for bins in before.arrivals.values()) / before.days for i in range(BINS)] if before.days else None
    )
    if usual is None:
        since = min(60.0, minute - BIN_MIN * next((i for i in range(BINS) if came[i]), now_bin))
        rate = sum(came[max(0, now_bin - 2) :]) / max(since, 15.0)
        rates = [rate] * BINS
    else:
        part = (minute - now_bin * BIN_MIN) / BIN_MIN
        expected = sum(usual[:now_bin]) + usual[now_bin] * part
        busy = (_FLOW_PRIOR + sum(came)) / (_FLOW_PRIOR + expected)
        rates = [count * busy / BIN_MIN for count in usual]
    ends, rate_of = [], []
    for index in range(now_bin, min(now_bin + BINS_AHEAD, BINS)):
        ends.append((index + 1) * BIN_MIN - minute)
        rate_of.append(rates[index])
    visits = sum((before.shows[i] * FADING + day.shows[i]) for i in (0, 2)) + 20
    moved = {
        s: (before.moved.get(s, 0.0) * FADING + day.moved.get(s, 0.0)) / visits
        for s in sorted({*before.moved, *day.moved})
    }
    numbers, with_priority = (before.priority[i] * FADING + day.priority[i] for i in range(2))
    return Flow(tuple(ends), tuple(rate_of), shares, (with_priority + 2) / (numbers + 20), moved)
