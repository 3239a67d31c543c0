"""People ahead and the estimated wait: an honest range, from a replay of the rule that routes.

:func:`estimate` gives the range of 80 %, widened or narrowed by how past ranges of this office held
(:mod:`queue_core.wait_learning`); :func:`told` makes of it what a slip says, :func:`words` the words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from queue_core.calendar import closing_minute
from queue_core.clock import utc_ms_of
from queue_core.routing import ahead_of
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_core.wait_learning import Knowledge, know, learn
from queue_core.wait_replay import replay
from queue_core.wait_scene import counters_that_matter, scene_for
from queue_core.wait_tally import SOFT_MIN, band_of

__all__ = ["Estimate", "Told", "estimate", "know", "learn", "told", "words"]

#: imagined futures: fewer than 100 cost cover (measured), more cost only time
RUNS: Final = 112
ROUND_MIN: Final = 5
#: the slip's part of the half-widths: rounding outward to 5 minutes gives the rest back
SLIP_PART: Final = 0.7
#: nobody is told a longer wait than a day has
_LONGEST_MIN: Final = 720.0
#: from here on a range is said in half hours, rounded outward again
_HOURS_FROM_MIN: Final = 120


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ticket's wait until its first call: minutes from now, the ends of the 80 % range and its middle.

    The minutes are None when nobody can tell: no counter that takes the ticket serves. ``replayed_min`` holds the
    replay's own 10, 50 and 90 % before calibration; ``passes_closing``: the far end lies after today's closing.
    """

    ahead: int
    low_min: float | None = None
    high_min: float | None = None
    median_min: float | None = None
    passes_closing: bool = False
    replayed_min: tuple[float, float, float] | None = None


class Told(NamedTuple):
    """What a citizen is told: people ahead and whole minutes (None: nobody can tell)."""

    ahead: int
    low_min: int | None
    high_min: int | None
    replayed_min: tuple[float, float, float] | None = None
    passes_closing: bool = False


def estimate(
    state: State, ticket: Ticket, now_ms: int, *, runs: int = RUNS, knowledge: Knowledge | None = None
) -> Estimate:
    """The wait of a ticket that waits, or is about to be issued (not yet in ``state``).

    ``runs`` imagined futures; fewer than 100 cost accuracy of the range. ``knowledge`` is what
    :func:`queue_core.wait_learning.know` says of the same state, for a caller who asks for several tickets.
    """
    ahead = ahead_of(state, ticket, now_ms)
    counters, services = counters_that_matter(state, ticket, now_ms)
    if not counters:
        return Estimate(ahead)
    if knowledge is None:
        knowledge = know(state, now_ms)
    scene = scene_for(state, ticket, now_ms, knowledge, counters, services, runs)
    minutes = np.sort(np.minimum(replay(scene, part=0.92), _LONGEST_MIN))
    low, median, high = (_at(minutes, part) for part in (0.1, 0.5, 0.9))
    return _calibrated(state, ticket, now_ms, ahead, (low, median, high), knowledge.widen[band_of(median)])


def _at(ordered: np.ndarray[tuple[int], np.dtype[np.float64]], part: float) -> float:
    """A quantile of sorted draws."""
    position = part * len(ordered) - 0.5
    index = min(max(math.floor(position), 0), len(ordered) - 1)
    after = min(index + 1, len(ordered) - 1)
    return float(ordered[index] + (position - index) * (ordered[after] - ordered[index]))


def _calibrated(  # noqa: PLR0917
    state: State,
    ticket: Ticket,
    now_ms: int,
    ahead: int,
    replayed_min: tuple[float, float, float],
    widen: tuple[float, float],
) -> Estimate:
    low, median, high = replayed_min
    high_min = median + widen[1] * (high - median + SOFT_MIN)
    return Estimate(
        ahead=ahead,
        low_min=max(0.0, median - widen[0] * (median - low + SOFT_MIN)),
        high_min=high_min,
        median_min=median,
        passes_closing=_passes_closing(state, ticket, now_ms + int(high_min * 60_000)),
        replayed_min=(round(low, 2), round(median, 2), round(high, 2)),
    )


def _passes_closing(state: State, ticket: Ticket, at_ms: int) -> bool:
    if state.date is None:
        return False
    today = date.fromisoformat(state.date)
    minute = closing_minute(state.setup, state.setup.service(ticket.service), today)
    return minute is not None and at_ms > utc_ms_of(today, minute)


def told(found: Estimate) -> Told:
    """What the slip says: 0.7 of the half-widths, then outward to 5 minutes (measured: that keeps more than 80 %)."""
    if found.low_min is None or found.high_min is None or found.median_min is None:
        return Told(found.ahead, None, None)
    low = found.median_min - SLIP_PART * (found.median_min - found.low_min)
    high = found.median_min + SLIP_PART * (found.high_min - found.median_min)
    low_min = ROUND_MIN * math.floor(low / ROUND_MIN)
    high_min = max(ROUND_MIN * math.ceil(high / ROUND_MIN), low_min + ROUND_MIN)
    return Told(found.ahead, low_min, high_min, found.replayed_min, found.passes_closing)


def words(said: Told, lang: str = "vi") -> str:
    """The range in words, vi or en: «khoảng 10–15 phút», «sắp đến lượt»; empty when nobody can tell."""
    if said.low_min is None or said.high_min is None:
        return ""
    english = lang == "en"
    if said.high_min <= ROUND_MIN:
        return "soon your turn" if english else "sắp đến lượt"
    low, high = said.low_min, said.high_min
    if low <= 0:
        text = f"less than {high} minutes" if english else f"dưới {high} phút"
    elif low >= _HOURS_FROM_MIN:
        text = (
            f"about {_hours(low // 30, '.')}–{_hours(-(-high // 30), '.')} hours"
            if english
            else f"khoảng {_hours(low // 30, ',')}–{_hours(-(-high // 30), ',')} giờ"
        )
    else:
        text = f"about {low}–{high} minutes" if english else f"khoảng {low}–{high} phút"
    if said.passes_closing:
        text += ", may pass closing time" if english else ", có thể quá giờ làm việc"
    return text


def _hours(halves: int, comma: str) -> str:
    return f"{halves // 2}{comma + '5' if halves % 2 else ''}"
