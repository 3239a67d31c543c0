"""What a day was like, counted from its tickets: the raw material of the wait estimate.

Nothing but the journal is needed. At the day's end the counts are added to those of other days (each day weighs
:data:`FADING` of the one after it) and carried as plain JSON of bounded size in the next ``day_opened``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from queue_core.calendar import spans
from queue_core.clock import utc_ms_of
from queue_core.state import State
from queue_core.tickets import Ticket, Visit

FORMAT: Final = 1
#: a day's weight against the day after it: about two weeks of memory
FADING: Final = 0.93
BIN_MIN: Final = 30
BINS: Final = 24 * 60 // BIN_MIN
#: the estimate looks so many half hours ahead
BINS_AHEAD: Final = 8
SCORES_KEPT: Final = 250
#: short and long waits err differently: the replay's medians (minutes) that part them
BANDS: Final = (10.0, 30.0)
#: minutes added to both half-widths before errors are measured in them: a range of no width has no scale
SOFT_MIN: Final = 0.75
MINUTE_MS: Final = 60_000
_LOCAL_MIN: Final = 7 * 60
_LONGEST_GAP_MIN: Final = 5.0
_NO_WAIT_MIN: Final = 1.0
_LONGEST_VISIT_MIN: Final = 120.0


@dataclass(slots=True)
class Tally:
    """Counts, whole or faded.

    ``times``: service → [n, Σ minutes, Σ minutes²]; ``speed``: counter → [n, Σ relative time]; ``gap``: [n,
    Σ minutes between an end and the next call]; ``shows``: [first calls, missed, later calls, missed]; ``missed``:
    [n, Σ minutes a call in vain takes]; ``pauses``: counter → [pauses begun in each half hour of the day, then the
    Σ of their minutes]; ``arrivals``: service → numbers a half hour of the day; ``priority``: [numbers, with
    priority]; ``moved``: service → transfers into it; ``breaks``: [ends of a session with people waiting, of them
    not all called, Σ minutes calls went on there]; ``scores``: for each of :data:`BANDS` by how many half-widths
    true waits lay from the replay's median.
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
    scores: list[list[float]] = field(default_factory=lambda: [[] for _ in range(len(BANDS) + 1)])

    @classmethod
    def load(cls, learned: dict[str, Any]) -> Tally:
        """Read what :meth:`dump` wrote. Anything else, a later format too, counts as nothing learned yet."""
        if learned.get("format") != FORMAT:
            return cls()
        tally = cls(days=float(learned["days"]))
        for name in ("times", "speed"):
            getattr(tally, name).update({k: [float(x) for x in v] for k, v in learned[name].items()})
        for name in ("gap", "shows", "missed", "priority", "breaks"):
            setattr(tally, name, [float(x) for x in learned[name]])
        tally.scores = [[float(z) for z in band] for band in learned["scores"]]
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
            "scores": [[round(z, 2) for z in band[-SCORES_KEPT:]] for band in self.scores],
        }

    def after(self, day: Tally) -> Tally:
        """These counts faded by a day, with that day's added."""

        def lists(old: dict[str, list[float]], new: dict[str, list[float]], size: int) -> dict[str, list[float]]:
            nought = [0.0] * size
            return {k: _add(old.get(k, nought), new.get(k, nought)) for k in sorted({*old, *new})}

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
            moved={
                k: self.moved.get(k, 0.0) * FADING + day.moved.get(k, 0.0) for k in sorted({*self.moved, *day.moved})
            },
            breaks=_add(self.breaks, day.breaks),
            scores=[[*old, *new][-SCORES_KEPT:] for old, new in zip(self.scores, day.scores, strict=True)],
        )


def _short(values: Iterable[float]) -> list[float]:
    return [round(v, 3) for v in values]


def _add(old: list[float], new: list[float]) -> list[float]:
    return [a * FADING + b for a, b in zip(old, new, strict=True)]


def count_day(state: State) -> Tally:
    """The day so far, from its tickets."""
    tally = Tally()
    at_counter: dict[str, list[tuple[int, int, int]]] = {}
    scored: list[tuple[int, float, int]] = []
    for ticket in state.tickets.values():
        _count_arrival(tally, ticket)
        for turn, visit in enumerate(ticket.visits):
            at_counter.setdefault(visit.counter, []).append((visit.called_ms, visit.left_ms, ticket.issued_ms))
            _count_visit(tally, ticket, turn, visit)
        # who was called at once says nothing about how well waits are told
        waits = ticket.replayed_min is not None and ticket.replayed_min[2] >= _NO_WAIT_MIN
        if ticket.replayed_min is not None and waits and ticket.first_called_ms is not None:
            wait_min = (ticket.first_called_ms - ticket.issued_ms) / MINUTE_MS
            scored.append(
                (ticket.first_called_ms, score(wait_min, ticket.replayed_min), band_of(ticket.replayed_min[1]))
            )
    for visits in at_counter.values():
        visits.sort()
        for (_, left_ms, _), (called_ms, _, issued_ms) in pairwise(visits):
            gap_min = (called_ms - left_ms) / MINUTE_MS
            if issued_ms <= left_ms and 0 <= gap_min < _LONGEST_GAP_MIN:
                tally.gap[0] += 1
                tally.gap[1] += gap_min
    for counter in state.counters.values():
        for from_ms, until_ms in counter.pauses:
            bins = tally.pauses.setdefault(counter.id, [0.0] * (2 * BINS))
            bins[bin_of(from_ms)] += 1
            bins[BINS + bin_of(from_ms)] += min((until_ms - from_ms) / MINUTE_MS, _LONGEST_VISIT_MIN)
    for _, z, band in sorted(scored):
        tally.scores[band].append(z)
    _count_breaks(tally, state)
    return tally


def _count_arrival(tally: Tally, ticket: Ticket) -> None:
    service = ticket.visits[0].service if ticket.visits else ticket.service
    tally.arrivals.setdefault(service, [0.0] * BINS)[bin_of(ticket.issued_ms)] += 1
    tally.priority[0] += 1
    tally.priority[1] += ticket.priority is not None


def _count_visit(tally: Tally, ticket: Ticket, turn: int, visit: Visit) -> None:
    minutes = minutes_of(visit)
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


def minutes_of(visit: Visit) -> float:
    """How long a visit held its counter; a forgotten one counts as two hours."""
    return min((visit.left_ms - visit.called_ms) / MINUTE_MS, _LONGEST_VISIT_MIN)


def _count_breaks(tally: Tally, state: State) -> None:
    """What happens to those who still wait when a session ends and another follows the same day."""
    if state.date is None:
        return
    today = date.fromisoformat(state.date)
    sessions = spans(state.setup, None, today)
    for (_, end), (begin, _) in pairwise(sessions):
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
        soon = [at for at in called if at is not None and at < begin_ms - 5 * MINUTE_MS]
        tally.breaks[0] += 1
        if len(soon) < len(called):
            tally.breaks[1] += 1
            tally.breaks[2] += (max(soon) - end_ms) / MINUTE_MS if soon else 0.0


def bin_of(at_ms: int) -> int:
    """The half hour of the local day."""
    return (at_ms // MINUTE_MS + _LOCAL_MIN) % (24 * 60) // BIN_MIN


def band_of(median_min: float) -> int:
    """Which of the parted kinds of waits this is."""
    return sum(median_min >= edge for edge in BANDS)


def score(wait_min: float, replayed_min: tuple[float, float, float]) -> float:
    """How far a true wait lay from the replay's median, in half-widths of that side: ±1 are its 10 and 90 % ends."""
    low, median, high = replayed_min
    if wait_min >= median:
        return (wait_min - median) / (high - median + SOFT_MIN)
    return (wait_min - median) / (median - low + SOFT_MIN)
