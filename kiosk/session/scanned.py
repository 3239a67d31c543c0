"""A code was held to the scanner: what it is for decides the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session import dossiers, rating, technician
from kiosk.session.checking_in import ask_for_booking
from kiosk.session.moves import Context, Handlers, Result, trouble
from kiosk.session.touches import Scanned
from kiosk.session.visit import DOSSIERS, RATING, TECHNICIAN, Screen, Visit
from queue_core.booking_code import read_booking
from queue_core.dossier_code import DossierCode, ForeignCode, IdentityCard, Unreadable, read_code
from queue_core.wire.messages import ErrorBody

#: where somebody waits for an answer or looks at a number, a code means nothing
_BUSY: Final = frozenset({Screen.ASKING, Screen.DOSSIER_ASKED, Screen.NUMBER})

_RECEIPT_EXPECTED: Final = DOSSIERS | {Screen.HOME}


def _scanned(visit: Visit, event: Scanned, context: Context) -> Result:
    if visit.screen in _BUSY:
        return visit, ()
    if visit.screen in TECHNICIAN | {Screen.TECHNICIAN_PIN}:
        return technician.scanned(visit, event.text)
    if visit.screen in RATING:
        return rating.scanned(visit, event, context)
    back_to = visit.back_to if visit.screen is Screen.TROUBLE else visit.screen
    booking = read_booking(event.text)
    if booking is not None:
        return ask_for_booking(visit, context, booking, back_to)
    if context.seen.lobby is not None and context.seen.lobby.dossiers:
        reading = read_code(event.text, context.day)
        match reading:
            case DossierCode():
                return dossiers.look_up(visit, context, reading, back_to)
            case ForeignCode() if back_to in _RECEIPT_EXPECTED:
                # Any barcode looks like another system's code: where no receipt is expected it is none.
                return dossiers.look_up(visit, context, reading, back_to)
            case IdentityCard() | Unreadable():
                return dossiers.refuse(visit, context, reading, back_to)
    return trouble(replace(visit, asked=None), context, ErrorBody(key="scan.unknown", vi="", en=""), back_to), ()


HANDLERS: Final[Handlers] = {Scanned: _scanned}
