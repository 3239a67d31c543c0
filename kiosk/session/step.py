"""One event, one step: the table of all handlers, and what is common to all touches."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session import aloud, checking_in, dossiers, keys, numbers, procedures, rating, scanned, technician, walking
from kiosk.session.aloud import Aloud
from kiosk.session.events import Event
from kiosk.session.moves import Context, Handlers, Result, home
from kiosk.session.touches import GoHome, ReadAloud, Scanned, Touch
from kiosk.session.tracking import Tracking
from kiosk.session.visit import Overlay, Screen, Visit

_WAYS: Final = (walking, numbers, checking_in, scanned, procedures, aloud, dossiers, rating, keys, technician)
HANDLERS: Final[Handlers] = {event: handler for way in _WAYS for event, handler in way.HANDLERS.items()}


def step(visit: Visit, event: Event, context: Context) -> Result:
    """The next visit and what must be done. Never raises for any pair of state and event."""
    if isinstance(event, Touch):
        if isinstance(event, Scanned):
            # Who holds up a code is there, and wants what the code is for.
            visit = replace(visit, overlay=Overlay.NONE)
        elif visit.overlay is Overlay.STILL_THERE and not isinstance(event, GoHome):
            # Any touch says "I am here"; what lay below is not pressed through the question.
            return replace(visit, overlay=Overlay.NONE, touched_s=context.now_s), ()
        visit = replace(visit, touched_s=context.now_s)
        if visit.aloud != Aloud():
            # Any touch ends the reading, and the button's own does nothing else.
            was_on, visit = visit.aloud.on, replace(visit, aloud=Aloud())
            if was_on and isinstance(event, ReadAloud):
                return visit, ()
        if visit.screen is Screen.ATTRACT:
            visit = home(context)
            if not isinstance(event, Scanned):
                return visit, ()
    handler = HANDLERS.get(type(event))
    if handler is None:
        return visit, ()
    visit, effects = handler(visit, event, context)
    if visit.screen is Screen.HOME and visit.tracking != Tracking():
        # Whichever way somebody came home: nothing of a dossier came along.
        visit = replace(visit, tracking=Tracking())
    if visit.aloud.on and not visit.readable:
        visit = replace(visit, aloud=Aloud())
    return visit, effects
