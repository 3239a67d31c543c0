"""A code was held to the scanner: what it is for decides the way."""

from __future__ import annotations

from typing import Final

from kiosk.session.checking_in import ask_for_booking
from kiosk.session.events import Scanned
from kiosk.session.moves import Context, Handlers, Result, trouble
from kiosk.session.visit import Screen, Visit
from queue_core.booking_code import read_booking
from queue_core.wire.messages import ErrorBody

#: where somebody waits for an answer or looks at a number, a code means nothing
_BUSY: Final = frozenset({Screen.ASKING, Screen.NUMBER})


def _scanned(visit: Visit, event: Scanned, context: Context) -> Result:
    if visit.screen in _BUSY:
        return visit, ()
    back_to = visit.back_to if visit.screen is Screen.TROUBLE else visit.screen
    booking = read_booking(event.text)
    if booking is None:
        return trouble(visit, context, ErrorBody(key="scan.unknown", vi="", en=""), back_to), ()
    return ask_for_booking(visit, context, booking, back_to)


HANDLERS: Final[Handlers] = {Scanned: _scanned}
