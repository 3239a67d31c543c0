"""A citizen's visit as a plain state machine: what is on the screen, and what each touch or answer changes.

No Kivy, no clock, no wire: :func:`step` takes the visit, what the kiosk knows of the office and one event, and gives
the next visit with the effects somebody else must carry out. Every event is allowed in every state (a late answer, a
touch on a screen that has just gone): what has no meaning there changes nothing. Home is always one event away, and
what was entered stays when something fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from queue_core.wire.messages import ErrorBody, Lobby, LobbyService, TicketBody

BOOKING_DIGITS: Final = 6
MAX_PAGES: Final = 100


class Screen(StrEnum):
    """What fills the screen."""

    ATTRACT = "attract"
    HOME = "home"
    SERVICES = "services"
    PRIORITY = "priority"
    CHECK_IN = "check_in"
    ASKING = "asking"
    NUMBER = "number"
    TROUBLE = "trouble"


class Overlay(StrEnum):
    """What lies over it."""

    NONE = ""
    STILL_THERE = "still_there"
    HELP = "help"
    LOOK = "look"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the kiosk knows of the office: the last lobby, and whether the hub is heard."""

    lobby: Lobby | None = None
    hub_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request on its way: a service's number, or a booking's when ``booking`` is set."""

    request_id: str
    service: str = ""
    entry: Literal["walk_in", "collect"] = "walk_in"
    priority: str | None = None
    booking: str | None = None
    lang: str = "vi"


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
    priority: str | None = None
    digits: str = ""
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
    def shown(self) -> Visit:
        """The visit without its times: what a screen is drawn from."""
        return replace(self, touched_s=0.0, since_s=0.0)

    @property
    def but_digits(self) -> Visit:
        """What is shown apart from the digits."""
        return replace(self.shown, digits="")


# ------------------------------------------------------------------ what may happen
class Event:
    """Base of all events."""


class Touch(Event):
    """Base of what a finger does; it also shows that somebody is there."""


@dataclass(frozen=True, slots=True)
class Anywhere(Touch):
    """A touch that means nothing else."""


@dataclass(frozen=True, slots=True)
class GoHome(Touch):
    """Trang đầu."""


@dataclass(frozen=True, slots=True)
class GoBack(Touch):
    """Quay lại."""


@dataclass(frozen=True, slots=True)
class TakeNumber(Touch):
    """Lấy số thứ tự."""


@dataclass(frozen=True, slots=True)
class CollectResult(Touch):
    """Nhận kết quả."""


@dataclass(frozen=True, slots=True)
class OpenCheckIn(Touch):
    """Tôi có lịch hẹn."""


@dataclass(frozen=True, slots=True)
class OpenPriority(Touch):
    """Tôi thuộc diện ưu tiên."""


@dataclass(frozen=True, slots=True)
class ChoosePriority(Touch):
    """A class, or none of them."""

    priority: str | None


@dataclass(frozen=True, slots=True)
class ChooseService(Touch):
    """A service, or a group that opens its own list."""

    service: str


@dataclass(frozen=True, slots=True)
class TurnPage(Touch):
    """Another page of the list."""

    page: int


@dataclass(frozen=True, slots=True)
class TypeDigit(Touch):
    """A key of the check-in pad."""

    digit: str


@dataclass(frozen=True, slots=True)
class EraseDigit(Touch):
    """The pad's erasing key."""


@dataclass(frozen=True, slots=True)
class CheckIn(Touch):
    """Nhận số of a booking."""


@dataclass(frozen=True, slots=True)
class TryAgain(Touch):
    """Thử lại."""


@dataclass(frozen=True, slots=True)
class Finished(Touch):
    """Xong, on the number."""


@dataclass(frozen=True, slots=True)
class SetLanguage(Touch):
    """A language of the lobby."""

    lang: str


@dataclass(frozen=True, slots=True)
class OpenLook(Touch):
    """Cỡ chữ / Tương phản."""


@dataclass(frozen=True, slots=True)
class SetLook(Touch):
    """Large or not, high contrast or not."""

    large: bool
    high_contrast: bool


@dataclass(frozen=True, slots=True)
class AskHelp(Touch):
    """The help button."""


@dataclass(frozen=True, slots=True)
class CloseOverlay(Touch):
    """The overlay's own button."""


@dataclass(frozen=True, slots=True)
class TicketCame(Event):
    """The hub gave a number."""

    request_id: str
    ticket: TicketBody


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """The hub refused, or could not be reached."""

    request_id: str
    error: ErrorBody


@dataclass(frozen=True, slots=True)
class SlipEnded(Event):
    """The printer is done (``error`` empty) or not (an error key)."""

    request_id: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class HelpAnswered(Event):
    """Whether the call for help reached the hub."""

    ok: bool


@dataclass(frozen=True, slots=True)
class SeenChanged(Event):
    """The lobby or the hub's presence changed; the new one is handed to :func:`step`."""


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Time passed."""


# ------------------------------------------------------------------ what shall be done
class Effect:
    """Base of all effects."""


@dataclass(frozen=True, slots=True)
class Ask(Effect):
    """Ask the hub for this number, and print it when it comes."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class Cancel(Effect):
    """The citizen left before the answer."""

    request_id: str


@dataclass(frozen=True, slots=True)
class CallOfficer(Effect):
    """Tell the console that somebody needs help here."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may read. ``lang``: the language that a visit begins in."""

    seen: Seen
    now_s: float
    new_id: Callable[[], str]
    timing: Timing
    lang: str = "vi"


Result = tuple[Visit, tuple[Effect, ...]]


def find_service(lobby: Lobby | None, service_id: str | None) -> LobbyService | None:
    """A service or group of the lobby by its id."""
    for service in lobby.services if lobby else ():
        if service.id == service_id:
            return service
        for child in service.services:
            if child.id == service_id:
                return child
    return None


def collecting(lobby: Lobby | None) -> LobbyService | None:
    """The service at which results are collected, if the office has one."""
    for service in lobby.services if lobby else ():
        for one in (service, *service.services):
            if one.kind == "collect" and not one.services:
                return one
    return None


def step(visit: Visit, event: Event, context: Context) -> Result:
    """The next visit and what must be done. Never raises for any pair of state and event."""
    if isinstance(event, Touch):
        if visit.overlay is Overlay.STILL_THERE and not isinstance(event, GoHome):
            # Any touch says "I am here"; what lay below is not pressed through the question.
            return replace(visit, overlay=Overlay.NONE, touched_s=context.now_s), ()
        visit = replace(visit, touched_s=context.now_s)
        if visit.screen is Screen.ATTRACT:
            return _home(context), ()
    handler = _HANDLERS.get(type(event))
    return handler(visit, event, context) if handler else (visit, ())


def below_overlay(visit: Visit) -> Visit:
    """The visit as the screen below any overlay shows it."""
    return replace(visit, overlay=Overlay.NONE, help_ok=None)


def _home(context: Context) -> Visit:
    return Visit(lang=context.lang, touched_s=context.now_s, since_s=context.now_s)


def _leave(visit: Visit, context: Context) -> Result:
    effects: tuple[Effect, ...] = ()
    if visit.screen is Screen.ASKING and visit.asked:
        effects = (Cancel(visit.asked.request_id),)
    return _home(context), effects


def _to(visit: Visit, screen: Screen, context: Context, **changes: object) -> Visit:
    return replace(visit, screen=screen, overlay=Overlay.NONE, since_s=context.now_s, **changes)  # type: ignore[arg-type]


def _trouble(visit: Visit, context: Context, error: ErrorBody, back_to: Screen) -> Visit:
    return _to(visit, Screen.TROUBLE, context, trouble=error, back_to=back_to)


def _hub_away() -> ErrorBody:
    return ErrorBody(key="hub.away", vi="", en="")


def _ask(visit: Visit, context: Context, asked: Asked, back_to: Screen) -> Result:
    if context.seen.hub_away:
        return _trouble(replace(visit, asked=asked), context, _hub_away(), back_to), ()
    return _to(visit, Screen.ASKING, context, asked=asked, back_to=back_to, trouble=None), (Ask(asked),)


def _go_home(visit: Visit, event: Event, context: Context) -> Result:
    # The button also gives the next citizen the usual letters and language back.
    del event
    return _leave(visit, context)


def _go_back(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.overlay is not Overlay.NONE:
        return replace(visit, overlay=Overlay.NONE), ()
    match visit.screen:
        case Screen.SERVICES if visit.group is not None:
            return _to(visit, Screen.SERVICES, context, group=None, page=0), ()
        case Screen.SERVICES | Screen.CHECK_IN:
            return _to(visit, Screen.HOME, context, group=None, page=0, priority=None, digits=""), ()
        case Screen.PRIORITY:
            return _to(visit, Screen.SERVICES, context), ()
        case Screen.TROUBLE:
            return _to(visit, visit.back_to, context, trouble=None, asked=None), ()
        case Screen.ASKING if visit.asked:
            left = _to(visit, visit.back_to, context, asked=None)
            return left, (Cancel(visit.asked.request_id),)
        case _:
            return visit, ()


def _take_number(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.screen is not Screen.HOME:
        return visit, ()
    if context.seen.hub_away or context.seen.lobby is None:
        return _trouble(visit, context, _hub_away(), Screen.HOME), ()
    return _to(visit, Screen.SERVICES, context, group=None, page=0), ()


def _collect(visit: Visit, event: Event, context: Context) -> Result:
    del event
    service = collecting(context.seen.lobby)
    if visit.screen is not Screen.HOME or service is None:
        return visit, ()
    return _number_for(visit, context, service, Screen.HOME)


def _number_for(visit: Visit, context: Context, service: LobbyService, back_to: Screen) -> Result:
    if not service.open:
        words = ErrorBody(key="service.closed", vi=service.message.get("vi", ""), en=service.message.get("en", ""))
        return _trouble(replace(visit, asked=None), context, words, back_to), ()
    asked = Asked(
        request_id=context.new_id(),
        service=service.id,
        entry="collect" if service.kind == "collect" else "walk_in",
        priority=visit.priority,
        lang=visit.lang,
    )
    return _ask(visit, context, asked, back_to)


def _open_check_in(visit: Visit, event: Event, context: Context) -> Result:
    del event
    lobby = context.seen.lobby
    if visit.screen is not Screen.HOME or lobby is None or not lobby.bookings:
        return visit, ()
    return _to(visit, Screen.CHECK_IN, context, digits=""), ()


def _open_priority(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.screen is not Screen.SERVICES:
        return visit, ()
    return _to(visit, Screen.PRIORITY, context), ()


def _choose_priority(visit: Visit, event: Event, context: Context) -> Result:
    if visit.screen is not Screen.PRIORITY or not isinstance(event, ChoosePriority):
        return visit, ()
    known = {p.id for p in context.seen.lobby.priorities} if context.seen.lobby else set()
    chosen = event.priority if event.priority in known else None
    return _to(visit, Screen.SERVICES, context, priority=chosen), ()


def _choose_service(visit: Visit, event: Event, context: Context) -> Result:
    if visit.screen is not Screen.SERVICES or not isinstance(event, ChooseService):
        return visit, ()
    service = find_service(context.seen.lobby, event.service)
    if service is None:
        return visit, ()
    if service.services:
        return _to(visit, Screen.SERVICES, context, group=service.id, page=0), ()
    return _number_for(visit, context, service, Screen.SERVICES)


def _turn_page(visit: Visit, event: Event, context: Context) -> Result:
    del context
    if not isinstance(event, TurnPage) or visit.screen not in {Screen.SERVICES, Screen.PRIORITY}:
        return visit, ()
    return replace(visit, page=min(max(0, event.page), MAX_PAGES)), ()


def _type_digit(visit: Visit, event: Event, context: Context) -> Result:
    del context
    if visit.screen is not Screen.CHECK_IN or not isinstance(event, TypeDigit):
        return visit, ()
    if len(event.digit) != 1 or event.digit not in "0123456789" or len(visit.digits) >= BOOKING_DIGITS:
        return visit, ()
    return replace(visit, digits=visit.digits + event.digit), ()


def _erase_digit(visit: Visit, event: Event, context: Context) -> Result:
    del event, context
    return (replace(visit, digits=visit.digits[:-1]) if visit.screen is Screen.CHECK_IN else visit), ()


def _check_in(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.screen is not Screen.CHECK_IN or len(visit.digits) != BOOKING_DIGITS:
        return visit, ()
    asked = Asked(request_id=context.new_id(), booking=visit.digits, lang=visit.lang)
    return _ask(visit, context, asked, Screen.CHECK_IN)


def _try_again(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.screen is not Screen.TROUBLE:
        return visit, ()
    if visit.asked is None:
        return _to(visit, visit.back_to, context, trouble=None), ()
    # A new id: the one that got no answer was cancelled, and a cancelled request never gets a number.
    return _ask(visit, context, replace(visit.asked, request_id=context.new_id()), visit.back_to)


def _finished(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.screen is Screen.NUMBER and visit.slip is not Slip.PRINTING:
        return _home(context), ()
    return visit, ()


def _set_language(visit: Visit, event: Event, context: Context) -> Result:
    lobby = context.seen.lobby
    known = ("vi", "en") if lobby is None else lobby.languages
    if isinstance(event, SetLanguage) and event.lang in known:
        return replace(visit, lang=event.lang), ()
    return visit, ()


def _open_look(visit: Visit, event: Event, context: Context) -> Result:
    del event, context
    return replace(visit, overlay=Overlay.LOOK), ()


def _set_look(visit: Visit, event: Event, context: Context) -> Result:
    del context
    if not isinstance(event, SetLook):
        return visit, ()
    # The pages are others when the letters are: the first one is the one that everybody expects.
    return replace(visit, large=event.large, high_contrast=event.high_contrast, page=0), ()


def _ask_help(visit: Visit, event: Event, context: Context) -> Result:
    del event
    if visit.overlay is Overlay.HELP:
        return visit, ()
    if context.seen.hub_away:
        return replace(visit, overlay=Overlay.HELP, help_ok=False), ()
    return replace(visit, overlay=Overlay.HELP, help_ok=None), (CallOfficer(),)


def _close_overlay(visit: Visit, event: Event, context: Context) -> Result:
    del event, context
    return replace(visit, overlay=Overlay.NONE), ()


def _ticket_came(visit: Visit, event: Event, context: Context) -> Result:
    if not isinstance(event, TicketCame) or visit.screen is not Screen.ASKING or visit.asked is None:
        return visit, ()
    if event.request_id != visit.asked.request_id:
        return visit, ()
    return _to(visit, Screen.NUMBER, context, ticket=event.ticket, slip=Slip.PRINTING, slip_error=""), ()


def _refused(visit: Visit, event: Event, context: Context) -> Result:
    if not isinstance(event, Refused) or visit.screen is not Screen.ASKING or visit.asked is None:
        return visit, ()
    if event.request_id != visit.asked.request_id:
        return visit, ()
    return _trouble(visit, context, event.error, visit.back_to), ()


def _slip_ended(visit: Visit, event: Event, context: Context) -> Result:
    if not isinstance(event, SlipEnded) or visit.screen is not Screen.NUMBER or visit.asked is None:
        return visit, ()
    if event.request_id != visit.asked.request_id:
        return visit, ()
    slip = Slip.FAILED if event.error else Slip.PRINTED
    return replace(visit, slip=slip, slip_error=event.error, since_s=context.now_s), ()


def _help_answered(visit: Visit, event: Event, context: Context) -> Result:
    del context
    if not isinstance(event, HelpAnswered) or visit.overlay is not Overlay.HELP:
        return visit, ()
    return replace(visit, help_ok=event.ok), ()


def _seen_changed(visit: Visit, event: Event, context: Context) -> Result:
    """The office changed under the citizen's finger: go on where that is possible."""
    del event
    lobby, away = context.seen.lobby, context.seen.hub_away
    if visit.screen is Screen.TROUBLE and visit.trouble and visit.trouble.key == "hub.away" and not away:
        # Back by itself, with everything that was entered.
        return _to(visit, visit.back_to, context, trouble=None, asked=None), ()
    if visit.screen in {Screen.SERVICES, Screen.PRIORITY, Screen.CHECK_IN} and away:
        return _trouble(replace(visit, asked=None), context, _hub_away(), visit.screen), ()
    changes: dict[str, object] = {}
    if visit.group is not None:
        group = find_service(lobby, visit.group)
        if group is None or not group.services:
            changes |= {"group": None, "page": 0}
    if visit.priority is not None and visit.priority not in {p.id for p in (lobby.priorities if lobby else ())}:
        changes["priority"] = None
    if lobby is not None and visit.lang not in lobby.languages:
        changes["lang"] = lobby.languages[0] if lobby.languages else "vi"
    return (replace(visit, **changes) if changes else visit), ()  # type: ignore[arg-type]


def _tick(visit: Visit, event: Event, context: Context) -> Result:
    del event
    timing = context.timing
    untouched_s = context.now_s - visit.touched_s
    on_screen_s = context.now_s - visit.since_s
    quiet_s = min(untouched_s, on_screen_s)
    match visit.screen:
        case Screen.ATTRACT:
            return visit, ()
        case Screen.ASKING:
            gone = on_screen_s >= timing.asking_s
            return _leave(visit, context) if gone else (visit, ())
        case Screen.NUMBER:
            limit_s = {Slip.PRINTING: timing.printing_s, Slip.FAILED: timing.photo_s}.get(visit.slip, timing.number_s)
            return (_home(context), ()) if quiet_s >= limit_s else (visit, ())
        case Screen.HOME if visit.shown == Visit(lang=context.lang):
            return (_to(visit, Screen.ATTRACT, context), ()) if untouched_s >= timing.attract_s else (visit, ())
        case _:
            pass
    if visit.overlay is Overlay.STILL_THERE:
        return _leave(visit, context) if untouched_s >= timing.idle_s + timing.ring_s else (visit, ())
    if visit.overlay is Overlay.HELP and visit.screen is Screen.HOME and untouched_s >= timing.help_s:
        return replace(visit, overlay=Overlay.NONE), ()
    if untouched_s >= timing.idle_s:
        return replace(visit, overlay=Overlay.STILL_THERE), ()
    return visit, ()


_HANDLERS: Final[dict[type[Event], Callable[[Visit, Event, Context], Result]]] = {
    GoHome: _go_home,
    GoBack: _go_back,
    TakeNumber: _take_number,
    CollectResult: _collect,
    OpenCheckIn: _open_check_in,
    OpenPriority: _open_priority,
    ChoosePriority: _choose_priority,
    ChooseService: _choose_service,
    TurnPage: _turn_page,
    TypeDigit: _type_digit,
    EraseDigit: _erase_digit,
    CheckIn: _check_in,
    TryAgain: _try_again,
    Finished: _finished,
    SetLanguage: _set_language,
    OpenLook: _open_look,
    SetLook: _set_look,
    AskHelp: _ask_help,
    CloseOverlay: _close_overlay,
    TicketCame: _ticket_came,
    Refused: _refused,
    SlipEnded: _slip_ended,
    HelpAnswered: _help_answered,
    SeenChanged: _seen_changed,
    Tick: _tick,
}
