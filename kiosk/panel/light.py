"""The status light: a code of colours **and** rhythms, so that nobody needs to tell red from green. Pure.

==========  ===============  ==========================================  ================
status      lamp (colour)    rhythm                                      across the room
==========  ===============  ==========================================  ================
ready       ready (green)    steady                                      still
working     working (white)  1 s on, 1 s off                             breathes
help        help (red)       two short flashes, then a second of dark    calls
away        working (white)  one short flash every 3 s                   nearly out
==========  ===============  ==========================================  ================

With a single lamp the rhythm alone tells all four. No rhythm flashes more than three times in any second (WCAG 2.3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kiosk import session as s

#: how long the light goes on calling after somebody asked for help: an officer has to find the kiosk among several
HELP_S: Final = 90.0


class Lamp(StrEnum):
    """A lamp of the panel; one that is not wired is played by the next in this order that is."""

    READY = "ready"
    WORKING = "working"
    HELP = "help"


class Status(StrEnum):
    """What the light says."""

    READY = "ready"
    WORKING = "working"
    HELP = "help"
    AWAY = "away"


#: status → its lamp, and the seconds that it is on and off in turn, again and again; empty: steady
CODE: Final[Mapping[Status, tuple[Lamp, tuple[float, ...]]]] = {
    Status.READY: (Lamp.READY, ()),
    Status.WORKING: (Lamp.WORKING, (1.0, 1.0)),
    Status.HELP: (Lamp.HELP, (0.15, 0.25, 0.15, 1.0)),
    Status.AWAY: (Lamp.WORKING, (0.15, 2.85)),
}
_BUSY: Final = frozenset({s.Screen.ASKING, s.Screen.DOSSIER_ASKED})


def status_of(visit: s.Visit, seen: s.Seen, *, helped_s: float) -> Status:
    """What the light says; ``helped_s``: seconds since somebody asked for help here."""
    if visit.overlay is s.Overlay.HELP or helped_s < HELP_S:
        return Status.HELP
    if seen.hub_away or seen.lobby is None:
        return Status.AWAY
    if visit.screen in _BUSY or visit.slip is s.Slip.PRINTING:
        return Status.WORKING
    return Status.READY


def lit(status: Status, since_s: float) -> tuple[bool, float | None]:
    """Whether the lamp is on so many seconds after the status began, and in how many seconds that changes."""
    _, rhythm = CODE[status]
    if not rhythm:
        return True, None
    at_s = since_s % sum(rhythm)
    for step, length_s in enumerate(rhythm):
        if at_s < length_s:
            return step % 2 == 0, length_s - at_s
        at_s -= length_s
    return True, rhythm[0]


def lamp_of(status: Status, wired: Mapping[Lamp, int]) -> Lamp | None:
    """The lamp that shows a status, among those that are wired."""
    wanted, _ = CODE[status]
    order = [wanted, *(lamp for lamp in Lamp if lamp is not wanted)]
    return next((lamp for lamp in order if lamp in wired), None)
