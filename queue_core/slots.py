"""The slots of booked visits: which there are on a day, and how many places each still has.

A slot is ``slot_min`` minutes long, counted from midnight; what opening hours leave of it is what can be booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from queue_core.calendar import spans
from queue_core.clock import local, utc_ms_of
from queue_core.office import Service

if TYPE_CHECKING:
    from queue_core.state import State

#: so many days ahead a visit can be booked
MAX_BOOKING_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Slot:
    """``at_ms``: the first moment of it that can be booked, UTC; ``places``: what is left, 0 when it is full."""

    at_ms: int
    places: int


def slot_of(at: datetime, service: Service) -> tuple[str, int]:
    """Which slot a local time lies in: the date and the slot's place in it."""
    return at.date().isoformat(), (at.hour * 60 + at.minute) // service.slot_min


def slots_on(state: State, service: Service, day: date, now_ms: int) -> list[Slot]:
    """The slots of a date that can still be asked for, the earliest first; of a service without bookings none."""
    today = local(now_ms).date()
    if not takes_bookings(service) or not 0 <= (day - today).days <= MAX_BOOKING_DAYS:
        return []
    taken: dict[tuple[str, int], int] = {}
    for booking in state.bookings.values():
        if booking.service == service.id:
            key = slot_of(local(booking.at_ms), service)
            taken[key] = taken.get(key, 0) + 1
    found: dict[int, Slot] = {}
    for begin, end in spans(state.setup, service, day):
        for place in range(begin // service.slot_min, (end - 1) // service.slot_min + 1):
            at_ms = utc_ms_of(day, max(begin, place * service.slot_min))
            if now_ms < at_ms < now_ms + MAX_BOOKING_DAYS * 86_400_000:
                left = service.slot_places - taken.get((day.isoformat(), place), 0)
                found.setdefault(place, Slot(at_ms, max(0, left)))
    return list(found.values())


def next_day_with_a_place(state: State, service: Service, day: date, now_ms: int) -> date | None:
    """The first date from ``day`` on, within what can be booked, that has a free place."""
    today = local(now_ms).date()
    ahead = (today + timedelta(days=n) for n in range(max(0, (day - today).days), MAX_BOOKING_DAYS + 1))
    return next((d for d in ahead if any(slot.places for slot in slots_on(state, service, d, now_ms))), None)


def takes_bookings(service: Service) -> bool:
    """Whether visits can be booked for it at all."""
    return "booked" in service.entries and service.slot_places > 0
