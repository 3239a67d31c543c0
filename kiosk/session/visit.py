"""What a visit is: the screen, what lies over it, what was chosen and entered so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

from kiosk.session.aloud import Aloud
from kiosk.session.bench import Bench
from kiosk.session.looking import Looking, Shelf
from kiosk.session.opinion import Opinion
from kiosk.session.tracking import Tracking
from kiosk.session.typing import Typed
from queue_core.wire.messages import ErrorBody, Lobby, LobbyService, TicketBody

BOOKING_DIGITS: Final = 6
#: of a printed number, after its letters
NUMBER_DIGITS: Final = 4
MAX_PAGES: Final = 100


class Screen(StrEnum):
    """What fills the screen."""

    ATTRACT = "attract"
    HOME = "home"
    SERVICES = "services"
    PRIORITY = "priority"
    CHECK_IN = "check_in"
    PROCEDURES = "procedures"
    FIELDS = "fields"
    ENTRIES = "entries"
    FIND = "find"
    PROCEDURE = "procedure"
    READING = "reading"
    DOSSIER_CODE = "dossier_code"
    DOSSIER_ASKED = "dossier_asked"
    DOSSIER = "dossier"
    DOSSIER_OPENING = "dossier_opening"
    RATE_HOW = "rate_how"
    RATE_PREFIX = "rate_prefix"
    RATE_NUMBER = "rate_number"
    RATE_FACES = "rate_faces"
    RATE_WHY = "rate_why"
    RATE_THANKS = "rate_thanks"
    TECHNICIAN_PIN = "technician_pin"
    TECHNICIAN = "technician"
    TOUCH_TEST = "touch_test"
    ASKING = "asking"
    NUMBER = "number"
    TROUBLE = "trouble"


#: the screens of the procedures, which work without the hub
LOOKING_UP: Final = frozenset(
    {Screen.PROCEDURES, Screen.FIELDS, Screen.ENTRIES, Screen.FIND, Screen.PROCEDURE, Screen.READING}
)

#: whose words can be read aloud
READABLE: Final = frozenset({Screen.PROCEDURE, Screen.READING})
#: the part of a procedure that is no text: the code that opens it on a phone
PHONE: Final = "phone"
#: the ways with a dossier, which need the hub
DOSSIERS: Final = frozenset({Screen.DOSSIER_CODE, Screen.DOSSIER_ASKED, Screen.DOSSIER, Screen.DOSSIER_OPENING})
#: what belongs to one person: shown as short as can be
BRIEF: Final = frozenset({Screen.DOSSIER, Screen.DOSSIER_OPENING})
#: the screens on which somebody says how they were served; they work without the hub too
RATING: Final = frozenset(
    {
        Screen.RATE_HOW,
        Screen.RATE_PREFIX,
        Screen.RATE_NUMBER,
        Screen.RATE_FACES,
        Screen.RATE_WHY,
        Screen.RATE_THANKS,
    }
)


#: the technician's screens, behind a PIN
TECHNICIAN: Final = frozenset({Screen.TECHNICIAN, Screen.TOUCH_TEST})


class Overlay(StrEnum):
    """What lies over it."""

    NONE = ""
    STILL_THERE = "still_there"
    HELP = "help"
    LOOK = "look"
    WHOLE = "whole"


class Slip(StrEnum):
    """How far the paper is."""

    NONE = ""
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds. ``number_s`` counts from the printed slip, ``photo_s`` from a failed one (it is photographed)."""

    idle_s: float = 30.0
    ring_s: float = 15.0
    attract_s: float = 120.0
    number_s: float = 20.0
    photo_s: float = 60.0
    #: nothing answers so long: the visit is freed (the desk gives up long before)
    asking_s: float = 30.0
    printing_s: float = 90.0
    help_s: float = 12.0
    #: what belongs to one person only stays shorter: the question comes after, and then the ring
    brief_s: float = 10.0
    brief_ring_s: float = 10.0
    #: a technician has a screwdriver in the hand
    technician_s: float = 300.0

    def patience(self, screen: Screen) -> tuple[float, float]:
        """Seconds without a touch until the question whether somebody is there, and from there until home."""
        if screen in TECHNICIAN:
            return self.technician_s, self.ring_s
        return (self.brief_s, self.brief_ring_s) if screen in BRIEF | RATING else (self.idle_s, self.ring_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the kiosk knows: the last lobby, whether the hub is heard, and what its own catalogue offers."""

    lobby: Lobby | None = None
    hub_away: bool = False
    shelf: Shelf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request on its way: a service's number, or a booking's when ``booking`` is set."""

    request_id: str
    service: str = ""
    entry: Literal["walk_in", "collect"] = "walk_in"
    priority: str | None = None
    booking: str | None = None
    dossier: str | None = field(default=None, repr=False)
    lang: str = "vi"


_EMPTY: Final = Typed()
_NOTHING: Final = Looking()
_UNTRACKED: Final = Tracking()
_UNSAID: Final = Opinion()
_SILENT: Final = Aloud()
_EMPTY_BENCH: Final = Bench()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One citizen in front of the screen. ``touched_s`` and ``since_s`` are points of a monotonic clock."""

    screen: Screen = Screen.HOME
    overlay: Overlay = Overlay.NONE
    lang: str = "vi"
    large: bool = False
    high_contrast: bool = False
    group: str | None = None
    page: int = 0
    reading: str | None = None
    priority: str | None = None
    digits: str = field(default="", repr=False)
    typed: Typed = _EMPTY
    opinion: Opinion = _UNSAID
    bench: Bench = _EMPTY_BENCH
    looking: Looking = _NOTHING
    aloud: Aloud = _SILENT
    tracking: Tracking = _UNTRACKED
    #: the screens behind this one, each with its page, for the way back
    trail: tuple[tuple[Screen, int], ...] = ()
    asked: Asked | None = None
    ticket: TicketBody | None = None
    slip: Slip = Slip.NONE
    slip_error: str = ""
    trouble: ErrorBody | None = None
    back_to: Screen = Screen.HOME
    help_ok: bool | None = None
    touched_s: float = 0.0
    since_s: float = 0.0

    @property
    def readable(self) -> bool:
        """Whether there is something here to be read aloud."""
        there = self.screen in READABLE and self.looking.procedure is not None
        code_only = self.screen is Screen.READING and self.looking.section == PHONE
        return there and not code_only and self.overlay is Overlay.NONE

    @property
    def shown(self) -> Visit:
        """The visit without its times: what a screen is drawn from."""
        return replace(self, touched_s=0.0, since_s=0.0)

    @property
    def but_digits(self) -> Visit:
        """What is shown apart from the digits."""
        return replace(self.shown, digits="")


def below_overlay(visit: Visit) -> Visit:
    """The visit as the screen below any overlay shows it."""
    return replace(visit, overlay=Overlay.NONE, help_ok=None, reading=None)


def find_service(lobby: Lobby | None, service_id: str | None) -> LobbyService | None:
    """A service or group of the lobby by its id."""
    for service in lobby.services if lobby else ():
        if service.id == service_id:
            return service
        for child in service.services:
            if child.id == service_id:
                return child
    return None


def guiding(lobby: Lobby | None) -> LobbyService | None:
    """The service at which somebody helps, if the office has one."""
    return _of_kind(lobby, "guide")


def offered_services(lobby: Lobby | None, group: str | None) -> tuple[list[LobbyService], LobbyService | None]:
    """The services to choose from, of the office or of one group, and the one for guidance."""
    services = list(lobby.services) if lobby else []
    guide = next((x for x in services if x.kind == "guide" and not x.services), None)
    chosen = find_service(lobby, group)
    shown = list(chosen.services) if chosen else services
    return [x for x in shown if x.services or x.kind == "collect" or (x.walk_in and x is not guide)], guide


def number_limit_s(visit: Visit, timing: Timing) -> float:
    """How long the number stays without a touch: until the slip is there, then until it is taken or photographed."""
    return {Slip.PRINTING: timing.printing_s, Slip.FAILED: timing.photo_s}.get(visit.slip, timing.number_s)


def collecting(lobby: Lobby | None) -> LobbyService | None:
    """The service at which results are collected, if the office has one."""
    return _of_kind(lobby, "collect")


def _of_kind(lobby: Lobby | None, kind: str) -> LobbyService | None:
    for service in lobby.services if lobby else ():
        for one in (service, *service.services):
            if one.kind == kind and not one.services:
                return one
    return None
