"""A booked visit checks in by its six digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session.bench import PIN_MOST
from kiosk.session.moves import Context, Handlers, Result, ask, to
from kiosk.session.touches import CheckIn, EraseDigit, OpenCheckIn, TypeDigit
from kiosk.session.visit import BOOKING_DIGITS, NUMBER_DIGITS, Asked, Screen, Visit

#: screens with a pad, and so many digits they take
_DIGITS: Final = {Screen.CHECK_IN: BOOKING_DIGITS, Screen.RATE_NUMBER: NUMBER_DIGITS, Screen.TECHNICIAN_PIN: PIN_MOST}


def _open_check_in(visit: Visit, event: OpenCheckIn, context: Context) -> Result:
    del event
    lobby = context.seen.lobby
    if visit.screen is not Screen.HOME or lobby is None or not lobby.bookings:
        return visit, ()
    return to(visit, Screen.CHECK_IN, context, digits=""), ()


def _type_digit(visit: Visit, event: TypeDigit, context: Context) -> Result:
    del context
    most = _DIGITS.get(visit.screen, 0)
    if len(event.digit) != 1 or event.digit not in "0123456789" or len(visit.digits) >= most:
        return visit, ()
    return replace(visit, digits=visit.digits + event.digit), ()


def _erase_digit(visit: Visit, event: EraseDigit, context: Context) -> Result:
    del event, context
    return (replace(visit, digits=visit.digits[:-1]) if visit.screen in _DIGITS else visit), ()


def _check_in(visit: Visit, event: CheckIn, context: Context) -> Result:
    del event
    if visit.screen is not Screen.CHECK_IN or len(visit.digits) != BOOKING_DIGITS:
        return visit, ()
    return ask_for_booking(visit, context, visit.digits, Screen.CHECK_IN)


def ask_for_booking(visit: Visit, context: Context, digits: str, back_to: Screen) -> Result:
    """Ask for the number of a booked visit."""
    asked = Asked(request_id=context.new_id(), booking=digits, lang=visit.lang)
    return ask(visit, context, asked, back_to)


HANDLERS: Final[Handlers] = {
    OpenCheckIn: _open_check_in,
    TypeDigit: _type_digit,
    EraseDigit: _erase_digit,
    CheckIn: _check_in,
}
