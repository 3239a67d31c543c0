"""Booked visits as officers and other software see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queue_core.booking_code import booking_text
from queue_core.clock import local
from queue_core.state import State
from queue_core.tickets import Booking

if TYPE_CHECKING:
    from queue_core.clock import Moment


def booking_values(state: State, booking: Booking, now: Moment, lang: str) -> dict[str, Any]:
    """One booking. ``state``: expected, checked_in, or missed (its grace is over; an ordinary number is still given).

    ``qr`` is what the QR says that a kiosk reads.
    """
    service = state.setup.service(booking.service)
    ticket = state.tickets.get(booking.ticket or "")
    until_ms = booking.at_ms + state.setup.policy.booking_grace_min * 60_000
    is_late = now.known and now.utc_ms > until_ms
    return {
        "code": booking.code,
        "qr": booking_text(booking.code),
        "service": booking.service,
        "service_name": service.label(lang) if service else booking.service,
        "at_ms": booking.at_ms,
        "lang": booking.lang,
        "state": "checked_in" if booking.ticket is not None else "missed" if is_late else "expected",
        "ticket": booking.ticket,
        "number": ticket.number if ticket else None,
    }


def bookings_on(state: State, day: str | None, now: Moment, lang: str) -> list[dict[str, Any]]:
    """The bookings of a date (ISO), the earliest first; None: of today, as far as anybody knows which day it is."""
    wanted = day or today(state, now)
    found = [b for b in state.bookings.values() if local(b.at_ms).date().isoformat() == wanted]
    return [booking_values(state, b, now, lang) for b in sorted(found, key=lambda b: (b.at_ms, b.made_ms, b.code))]


def today(state: State, now: Moment) -> str | None:
    """The date the office goes by."""
    return now.date if now.known else state.date
