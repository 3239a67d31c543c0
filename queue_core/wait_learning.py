"""What the office's own days teach the wait estimate: service times, no-shows, arrivals, pauses, and its own errors.

Everything is counted from the day's tickets, so nothing but the journal is needed; at the day's end the counts are
added to those of other days (each day weighs :data:`FADING` of the one after it) and carried as plain JSON in the
next ``day_opened``. Where little is counted, an empirical-Bayes prior stands in: ``service.prior_min`` times how
slow this office is in general.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from queue_core.calendar import spans
from queue_core.clock import local, utc_ms_of
from queue_core.state import State
from queue_core.tickets import Ticket, Visit

FORMAT: Final = 1
#: a day's weight against the day after it: about two weeks of memory
FADING: Final = 0.93
BIN_MIN: Final = 30
BINS: Final = 24 * 60 // BIN_MIN
#: the estimate looks so many half hours ahead
BINS_AHEAD: Final = 8
SCORES_KEPT: Final = 400
#: minutes added to both half-widths before errors are measured in them: a range of no width has no scale
SOFT_MIN: Final = 0.75
_MINUTE_MS: Final = 60_000
_LOCAL_MIN: Final = 7 * 60
_LONGEST_GAP_MIN: Final = 5.0
_NO_WAIT_MIN: Final = 1.0
_LONGEST_VISIT_MIN: Final = 120.0

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


@dataclass(slots=True)
class Tally:
    """Counts, whole or faded. ``times``: service → [n, Σ minutes, Σ minutes²]; ``speed``: counter → [n, Σ relative time].

    ``gap``: [n, Σ minutes between an end and the next call]; ``shows``: [first calls, missed, later calls, missed];
    ``missed``: [n, Σ minutes a call in vain takes]; ``pauses``: counter → [pauses begun in each half hour of the day,
    then Σ of their minutes]; ``arrivals``: service → numbers a half hour of the day; ``priority``: [numbers, with priority]; ``moved``: service → transfers into it;
    ``breaks``: [ends of a session with people waiting, of them not all called, Σ minutes calls went on there];
    ``scores``: by how many half-widths the true wait lay from the replay's median.
    """

    days: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    speed: dict[str, list[float]] = field(default_factory=dict)
    gap: list[float] = field(default_factory=lambda: [0.0] * 2)
    shows: list[float] = field(default_factory=lambda: [0.0] * 4)
    missed: list[float] = field(default_factory=lambda: [0.0] * 2)
    pauses: dict[str, list[float]] = field(default_factory=dict)
    arrivals: dict[str, list[float]] = field(default_factory=dict)
    priority: list[float] = field(default_factory=lambda: [0.0] * 2)
    moved: dict[str, float] = field(default_factory=dict)
    breaks: list[float] = field(default_factory=lambda: [0.0] * 3)
    scores: list[float] = field(default_factory=list)

    @classmethod
    def load(cls, learned: dict[str, Any]) -> Tally:
        """Read what :meth:`dump` wrote. Anything else, a later format too, counts as nothing learned yet."""
        if learned.get("format") != FORMAT:
            return cls()
        tally = cls(days=float(learned["days"]))
        for name in ("times", "speed"):
            getattr(tally, name).update({k: [float(x) for x in v] for k, v in learned[name].items()})
        for name in ("gap", "shows", "missed", "priority", "breaks", "scores"):
            setattr(tally, name, [float(x) for x in learned[name]])
        tally.moved = {k: float(v) for k, v in learned["moved"].items()}
        for name, size in (("arrivals", BINS), ("pauses", 2 * BINS)):
            for key, counted in learned[name].items():
                bins = getattr(tally, name)[key] = [0.0] * size
                for index, count in counted.items():
                    bins[int(index)] = float(count)
        return tally

    def dump(self) -> dict[str, Any]:
        """Plain JSON values of bounded size; :meth:`load` reads them back."""
        return {
            "format": FORMAT,
            "days": round(self.days, 3),
            **{name: {k: _short(v) for k, v in sorted(getattr(self, name).items())} for name in ("times", "speed")},
            **{name: _short(getattr(self, name)) for name in ("gap", "shows", "missed", "priority", "breaks")},
            "moved": {k: round(v, 3) for k, v in sorted(self.moved.items())},
            **{
                name: {
                    key: {str(i): round(count, 2) for i, count in enumerate(bins) if count > 0.005}
                    for key, bins in sorted(getattr(self, name).items())
                }
                for name in ("arrivals", "pauses")
            },
            "scores": [round(z, 2) for z in self.scores[-SCORES_KEPT:]],
        }

    def after(self, day: Tally) -> Tally:
        """These counts faded by a day, with that day's added."""

        def lists(old: dict[str, list[float]], new: dict[str, list[float]], size: int) -> dict[str, list[float]]:
            nought = [0.0] * size
            return {k: _add(old.get(k, nought), new.get(k, nought)) for k in {*old, *new}}

        return Tally(
            days=self.days * FADING + day.days,
            times=lists(self.times, day.times, 3),
            speed=lists(self.speed, day.speed, 2),
            gap=_add(self.gap, day.gap),
            shows=_add(self.shows, day.shows),
            missed=_add(self.missed, day.missed),
            pauses=lists(self.pauses, day.pauses, 2 * BINS),
            arrivals=lists(self.arrivals, day.arrivals, BINS),
            priority=_add(self.priority, day.priority),
            moved={k: self.moved.get(k, 0.0) * FADING + day.moved.get(k, 0.0) for k in {*self.moved, *day.moved}},
            breaks=_add(self.breaks, day.breaks),
            scores=[*self.scores, *day.scores][-SCORES_KEPT:],
        )


def _short(values: Iterable[float]) -> list[float]:
    return [round(v, 3) for v in values]


def _add(old: list[float], new: list[float]) -> list[float]:
    return [a * FADING + b for a, b in zip(old, new, strict=True)]


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
                counted[1] += _minutes(visit) / usual[visit.service]
    return before.after(day).dump()


def count_day(state: State) -> Tally:
    """The day so far, from its tickets."""
    tally = Tally()
    at_counter: dict[str, list[tuple[int, int, int]]] = {}
    scored: list[tuple[int, float]] = []
    for ticket in state.tickets.values():
        _count_arrival(tally, ticket)
        for turn, visit in enumerate(ticket.visits):
            at_counter.setdefault(visit.counter, []).append((visit.called_ms, visit.left_ms, ticket.issued_ms))
            _count_visit(tally, ticket, turn, visit)
        # who was called at once says nothing about how well waits are told
        waits = ticket.replayed_min is not None and ticket.replayed_min[2] >= _NO_WAIT_MIN
        if ticket.replayed_min is not None and waits and ticket.first_called_ms is not None:
            wait_min = (ticket.first_called_ms - ticket.issued_ms) / _MINUTE_MS
            scored.append((ticket.first_called_ms, score(wait_min, ticket.replayed_min)))
    for visits in at_counter.values():
        visits.sort()
        for (_, left_ms, _), (called_ms, _, issued_ms) in zip(visits, visits[1:], strict=False):
            gap_min = (called_ms - left_ms) / _MINUTE_MS
            if issued_ms <= left_ms and 0 <= gap_min < _LONGEST_GAP_MIN:
                tally.gap[0] += 1
                tally.gap[1] += gap_min
    for counter in state.counters.values():
        for from_ms, until_ms in counter.pauses:
            bins = tally.pauses.setdefault(counter.id, [0.0] * (2 * BINS))
            bins[bin_of(from_ms)] += 1
            bins[BINS + bin_of(from_ms)] += min((until_ms - from_ms) / _MINUTE_MS, _LONGEST_VISIT_MIN)
    scored.sort()
    tally.scores = [z for _, z in scored[-SCORES_KEPT:]]
    _count_breaks(tally, state)
    return tally


def _count_arrival(tally: Tally, ticket: Ticket) -> None:
    service = ticket.visits[0].service if ticket.visits else ticket.service
    tally.arrivals.setdefault(service, [0.0] * BINS)[bin_of(ticket.issued_ms)] += 1
    tally.priority[0] += 1
    tally.priority[1] += ticket.priority is not None


def _count_visit(tally: Tally, ticket: Ticket, turn: int, visit: Visit) -> None:
    minutes = _minutes(visit)
    missed = visit.end == "missed"
    tally.shows[2 if turn else 0] += 1
    tally.shows[3 if turn else 1] += missed
    if missed:
        tally.missed[0] += 1
        tally.missed[1] += min(minutes, _LONGEST_GAP_MIN)
        return
    counted = tally.times.setdefault(visit.service, [0.0, 0.0, 0.0])
    counted[0] += 1
    counted[1] += minutes
    counted[2] += minutes * minutes
    if visit.end == "moved":
        into = ticket.visits[turn + 1].service if turn + 1 < len(ticket.visits) else ticket.service
        tally.moved[into] = tally.moved.get(into, 0.0) + 1


def _minutes(visit: Visit) -> float:
    return min((visit.left_ms - visit.called_ms) / _MINUTE_MS, _LONGEST_VISIT_MIN)


def _count_breaks(tally: Tally, state: State) -> None:
    """What happens to those who still wait when a session ends and another follows the same day."""
    if state.date is None:
        return
    today = date.fromisoformat(state.date)
    sessions = spans(state.setup, None, today)
    for (_, end), (begin, _) in zip(sessions, sessions[1:], strict=False):
        end_ms, begin_ms = utc_ms_of(today, end), utc_ms_of(today, begin)
        if state.last_ms < begin_ms:
            continue
        called = [
            t.first_called_ms
            for t in state.tickets.values()
            if t.issued_ms <= end_ms and (t.first_called_ms is None or t.first_called_ms > end_ms)
        ]
        if not called:
            continue
        soon = [at for at in called if at is not None and at < begin_ms - 5 * _MINUTE_MS]
        tally.breaks[0] += 1
        if len(soon) < len(called):
            tally.breaks[1] += 1
            tally.breaks[2] += (max(soon) - end_ms) / _MINUTE_MS if soon else 0.0


def bin_of(at_ms: int) -> int:
    """The half hour of the local day."""
    return (at_ms // _MINUTE_MS + _LOCAL_MIN) % (24 * 60) // BIN_MIN


def score(wait_min: float, replayed_min: tuple[float, float, float]) -> float:
    """How far a true wait lay from the replay's median, in half-widths of that side: ±1 are its 10 and 90 % ends."""
    low, median, high = replayed_min
    if wait_min >= median:
        return (wait_min - median) / (high - median + SOFT_MIN)
    return (wait_min - median) / (median - low + SOFT_MIN)


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
    ``widen``: factors of the lower and the upper half-width that made past ranges hold (rolling conformal).
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
    widen: tuple[float, float]
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
        widen=widths([*before.scores, *day.scores][-SCORES_KEPT:]),
        stop=(both.breaks[1] + 0.3) / (both.breaks[0] + 1),
        stop_after_min=both.breaks[2] / both.breaks[1] if both.breaks[1] > 0.5 else 5.0,
        flow=_flow(before, day, state, now_ms),
    )


def _means(before: Tally, day: Tally, state: State) -> dict[str, float]:
    """Expected minutes of each service: what was measured, drawn to its prior times this office's general pace."""
    priors = {s.id: s.prior_min for s in state.setup.leaves()}
    sums = {
        service: (
            before.times.get(service, [0.0])[0] + day.times.get(service, [0.0])[0],
            before.times.get(service, [0.0, 0.0])[1] + day.times.get(service, [0.0, 0.0])[1],
        )
        for service in {*priors, *before.times, *day.times}
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


def widths(scores: list[float]) -> tuple[float, float]:
    """Rolling conformal: the factors of both half-widths that would have let 80 % of the scored waits lie inside."""
    if not scores:
        return 1.0, 1.0
    ordered = sorted(scores)
    n = len(ordered)
    weight = n / (n + _SCORE_PRIOR)
    low, high = -_quantile(ordered, 0.1), _quantile(ordered, 0.9)
    return tuple(min(max(1 + weight * (found - 1), 0.3), 4.0) for found in (low, high))  # type: ignore[return-value]


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


def _flow(before: Tally, day: Tally, state: State, now_ms: int) -> Flow:
    moment = local(now_ms)
    minute = moment.hour * 60 + moment.minute + moment.second / 60
    now_bin = int(minute // BIN_MIN)
    came = [sum(bins[i] for bins in day.arrivals.values()) for i in range(BINS)]
    counted = {
        service: sum(before.arrivals.get(service, ())) * FADING + sum(day.arrivals.get(service, ()))
        for service in {*before.arrivals, *day.arrivals}
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
        s: (before.moved.get(s, 0.0) * FADING + day.moved.get(s, 0.0)) / visits for s in {*before.moved, *day.moved}
    }
    numbers, with_priority = (before.priority[i] * FADING + day.priority[i] for i in range(2))
    return Flow(tuple(ends), tuple(rate_of), shares, (with_priority + 2) / (numbers + 20), moved)
