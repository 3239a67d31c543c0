"""The lanes of a replay, and who is still to join them: by the office's usual day, by transfer, by booking."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from queue_core.tickets import Ticket
from queue_core.wait_draws import Draws, Floats
from queue_core.wait_tally import MINUTE_MS

_BOOKING_COMES: Final = 0.85
_BOOKING_EARLY_MIN: Final = 10.0
#: fewer expected later numbers than this are left out
_TOO_FEW: Final = 0.02


@dataclass(slots=True)
class Lane:
    """A lane being put together: who waits, from when (runs,) the single one may, how many may come (a minute)."""

    service: int
    urgent: bool = False
    urgent_from_min: float = math.inf
    tickets: list[Ticket] = field(default_factory=list)
    front: bool = False
    available: Floats | None = None
    behind: int = 0
    only_counter: str | None = None
    misses: int = 0
    part: float = 0.0
    coming: int = 0
    first: int = 0

    @property
    def size(self) -> int:
        """Columns, the one who never comes with them."""
        return max(len(self.tickets), int(self.available is not None)) + self.coming + 1


def _is_plain(lane: Lane) -> bool:
    """Whether later numbers of its service and priority may stand in it."""
    alike = not lane.behind and lane.only_counter is None and lane.available is None
    return alike and not lane.front and lane.urgent_from_min == math.inf


class Coming:
    """Who is still to come, by the office's usual day: numbers by half hours, shared out to the lanes."""

    def __init__(self, draws: Draws, horizon_min: float) -> None:
        self.draws = draws
        self.flow = draws.knowledge.flow
        self.horizon_min = horizon_min
        #: minutes, and the numbers of all services together expected until then
        self.knots, self.grown = [0.0], [0.0]
        for end, rate in zip(self.flow.ends_min, self.flow.rate, strict=True):
            stop = min(end, horizon_min)
            self.grown.append(self.grown[-1] + rate * max(stop - self.knots[-1], 0.0))
            self.knots.append(max(stop, self.knots[-1]))
            if end >= horizon_min:
                break

    @staticmethod
    def _expect(lane: Lane, part: float, numbers: float) -> None:
        if numbers > _TOO_FEW:
            lane.part = part
            lane.coming = math.ceil(numbers + 2 * math.sqrt(numbers))

    def add_lanes(self, lanes: list[Lane], index: dict[str, int], *, only_urgent: bool) -> None:
        """Let later numbers join the lanes of their kind, which may be new."""
        plain = {(lane.service, lane.urgent): lane for lane in lanes if _is_plain(lane)}
        for name, share in self.flow.shares.items():
            if name not in index:
                continue
            for urgent in (True,) if only_urgent else (True, False):
                part = share * (self.flow.priority if urgent else 1 - self.flow.priority)
                lane = plain.get((index[name], urgent)) or Lane(index[name], urgent)
                self._expect(lane, part, part * self.grown[-1])
                if lane.coming and not lane.tickets:
                    lanes.append(lane)

    def add_moved(self, lanes: list[Lane], index: dict[str, int], calls_per_min: float) -> None:
        """Transfers keep their place: they stand before everybody."""
        for name, chance in self.flow.moved.items():
            if name in index:
                lane = Lane(index[name], front=True)
                rate = chance * calls_per_min
                self._expect(lane, rate, rate * self.horizon_min)
                if lane.coming:
                    lanes.append(lane)

    def add_bookings(self, lanes: list[Lane], index: dict[str, int]) -> None:
        """Booked visits of the next hours: most come, a few minutes early."""
        state, rng, runs = self.draws.state, self.draws.rng, self.draws.runs
        for booking in state.bookings.values():
            at_min = (booking.at_ms - self.draws.now_ms) / MINUTE_MS
            soon = -state.setup.policy.booking_grace_min < at_min < self.horizon_min
            if booking.ticket is None and booking.service in index and soon:
                lane = Lane(index[booking.service], urgent_from_min=at_min)
                comes = np.maximum(at_min - _BOOKING_EARLY_MIN * rng.random(runs), 0.0)
                lane.available = np.where(rng.random(runs) < _BOOKING_COMES, comes, np.inf)
                lanes.append(lane)

    def draw(self, lane: Lane) -> Floats:
        """Arrival minutes (runs, lane.coming), in order; infinite beyond the horizon."""
        units = np.cumsum(self.draws.rng.standard_exponential((self.draws.runs, lane.coming)), axis=1) / lane.part
        if lane.front:
            return np.where(units > self.horizon_min, np.inf, units)
        return np.where(units > self.grown[-1], np.inf, np.interp(units, self.grown, self.knots))
