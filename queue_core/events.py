"""What has happened. Events carry every result of a decision; a fold reads nothing else.

Each event has ``type``, ``v`` (its own version), ``at_ms`` (UTC milliseconds of the trusted clock) and ``by``
(who asked: ``kiosk-1``, ``officer:lan``, ``hub``). Old versions are lifted by :data:`UPCASTERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Event(BaseModel):
    """Base of all facts."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    v: int = 1
    at_ms: int
    by: str = "hub"


#: numbers of the open day that nobody on disk knows: none; some, above those known; all, of series nobody names
Doubt = Literal["none", "some", "all"]


class DayOpened(Event):
    """A business day begins; everything the fold needs of the past stands in it.

    ``day`` is the identity, ``date`` (ISO, Asia/Ho_Chi_Minh) an attribute, None while nobody knows it.
    ``series``: prefix → highest number already given (carried days, witnesses). ``carried``: ticket dumps that
    stay valid because they were given before the true date was known. ``learned``: what the wait estimate knows.
    """

    type: Literal["day_opened"] = "day_opened"
    day: int
    date: str | None
    office: dict[str, Any]
    revision: int
    series: dict[str, int] = {}
    carried: list[dict[str, Any]] = []
    bookings: list[dict[str, Any]] = []
    alerts: list[dict[str, Any]] = []
    learned: dict[str, Any] = {}
    boot_id: str = ""


class DayDated(Event):
    """The open day's date was corrected."""

    type: Literal["day_dated"] = "day_dated"
    date: str
    boot_id: str = ""


class DayClosed(Event):
    """No more numbers in this business day.

    ``expired``: the tickets that expired by this closing, each with what it was before (waiting, parked).
    """

    type: Literal["day_closed"] = "day_closed"
    why: Literal["hours", "new_day", "supervisor"] = "hours"
    expired: dict[str, Literal["waiting", "parked"]] = {}


class DayReopened(Event):
    """The day was closed by mistake and goes on; ``ticket_restored`` events bring back whom the closing ended."""

    type: Literal["day_reopened"] = "day_reopened"


class ClockSet(Event):
    """Time arrived: events of this boot up to here happened ``offset_ms`` later than they say.

    ``source`` hand: a supervisor vouches for the clock, all times of the day were wrong. 0 ms: a doubted clock is
    right again by itself.
    """

    type: Literal["clock_set"] = "clock_set"
    boot_id: str
    offset_ms: int
    source: str


class ClockDoubted(Event):
    """The system clock jumped within one boot and was not believed (an alarm for the supervisor)."""

    type: Literal["clock_doubted"] = "clock_doubted"
    jump_ms: int


class OfficeChanged(Event):
    """The configuration changed; ``office`` is the whole new one, ``paths`` what differs."""

    type: Literal["office_changed"] = "office_changed"
    office: dict[str, Any]
    revision: int
    paths: list[str] = []


class ServiceSwitched(Event):
    """A supervisor opened or closed a service for today (``open`` None: back to its hours)."""

    type: Literal["service_switched"] = "service_switched"
    service: str
    open: bool | None


class SeriesRaised(Event):
    """A witness of an earlier journal knows higher numbers: the series go on above them, the days above ``days``.

    ``letters``: prefix → the unused one that stands in for it today, where no witness knows anything. ``doubt``: what
    is unknown since the journal was damaged or lost, until it is settled (none); empty: as before.
    """

    type: Literal["series_raised"] = "series_raised"
    series: dict[str, int]
    days: int = 0
    letters: dict[str, str] = {}
    doubt: Doubt | Literal[""] = ""


class TicketIssued(Event):
    """A number exists from here on. ``ticket`` is the whole :class:`queue_core.tickets.Ticket`."""

    type: Literal["ticket_issued"] = "ticket_issued"
    ticket: dict[str, Any]


class SlipPrinted(Event):
    """A slip came out; ``copies`` 1 is the first."""

    type: Literal["slip_printed"] = "slip_printed"
    ticket: str
    device: str = ""
    copies: int = 1


class SlipFailed(Event):
    """A slip did not come out whole; ``why`` is an error key."""

    type: Literal["slip_failed"] = "slip_failed"
    ticket: str
    device: str = ""
    why: str


class TicketCalled(Event):
    """A counter called a ticket. ``why`` is a reason key of :mod:`queue_core.routing` with its details.

    ``passed_over``: an ordinary ticket of the counter's services waited meanwhile (moves the streak).
    """

    type: Literal["ticket_called"] = "ticket_called"
    ticket: str
    counter: str
    why: str = "given"
    details: dict[str, Any] = {}
    priority: bool = False
    passed_over: bool = False


class TicketRecalled(Event):
    """The same counter called again."""

    type: Literal["ticket_recalled"] = "ticket_recalled"
    ticket: str
    counter: str


class ServiceStarted(Event):
    """The citizen is at the counter."""

    type: Literal["service_started"] = "service_started"
    ticket: str
    counter: str


class TicketFinished(Event):
    """Served."""

    type: Literal["ticket_finished"] = "ticket_finished"
    ticket: str
    counter: str


class TicketMissed(Event):
    """Nobody came: back to the line, behind ``behind`` other calls of the counters that take it."""

    type: Literal["ticket_missed"] = "ticket_missed"
    ticket: str
    counter: str
    misses: int
    behind: int


class TicketTransferred(Event):
    """Sent to a service (and perhaps one counter); ``place`` is its new or kept place."""

    type: Literal["ticket_transferred"] = "ticket_transferred"
    ticket: str
    service: str
    only_counter: str | None = None
    place: int
    kept: bool
    by_counter: str | None = None


class TicketParked(Event):
    """Kept aside; it is not called until unparked."""

    type: Literal["ticket_parked"] = "ticket_parked"
    ticket: str
    counter: str | None = None


class TicketUnparked(Event):
    """Back in the line at its place."""

    type: Literal["ticket_unparked"] = "ticket_unparked"
    ticket: str


class TicketCancelled(Event):
    """No longer valid. ``why``: citizen, officer, no_show, request."""

    type: Literal["ticket_cancelled"] = "ticket_cancelled"
    ticket: str
    why: str


class TicketExpired(Event):
    """Still waiting when the day closed."""

    type: Literal["ticket_expired"] = "ticket_expired"
    ticket: str


class TicketRestored(Event):
    """An undo or a reopening (of it, or of the day): the ticket is as ``ticket`` says.

    ``counter`` holds it again if it is at one.
    """

    type: Literal["ticket_restored"] = "ticket_restored"
    ticket: dict[str, Any]
    why: Literal["undo", "reopened", "day_reopened"]


class PriorityChanged(Event):
    """An officer confirmed, gave or removed a priority."""

    type: Literal["priority_changed"] = "priority_changed"
    ticket: str
    priority: str | None
    confirmed: bool


class CounterOpened(Event):
    """A counter serves (again)."""

    type: Literal["counter_opened"] = "counter_opened"
    counter: str
    officer: str
    officer_name: str = ""


class CounterPaused(Event):
    """Closed for a while."""

    type: Literal["counter_paused"] = "counter_paused"
    counter: str


class CounterClosed(Event):
    """Closed; nobody is on duty there."""

    type: Literal["counter_closed"] = "counter_closed"
    counter: str


class RequestCancelled(Event):
    """A citizen left before the answer: this request shall never give a number."""

    type: Literal["request_cancelled"] = "request_cancelled"
    request_id: str


class BookingMade(Event):
    """A visit was booked."""

    type: Literal["booking_made"] = "booking_made"
    booking: dict[str, Any]


class BookingCancelled(Event):
    """A booked visit will not take place."""

    type: Literal["booking_cancelled"] = "booking_cancelled"
    code: str


class HelpAsked(Event):
    """Somebody pressed the help button of a device."""

    type: Literal["help_asked"] = "help_asked"
    device: str


class HelpAnswered(Event):
    """An officer goes there."""

    type: Literal["help_answered"] = "help_answered"
    device: str


class AlertRaised(Event):
    """A device reports trouble: ``kind`` such as paper_out, cover_open, disk_full."""

    type: Literal["alert_raised"] = "alert_raised"
    device: str
    kind: str


class AlertCleared(Event):
    """The trouble is over."""

    type: Literal["alert_cleared"] = "alert_cleared"
    device: str
    kind: str


class AccountChanged(Event):
    """An account was made, changed or removed (never a password): kept for the audit."""

    type: Literal["account_changed"] = "account_changed"
    account: str
    what: str


class DossierChanged(Event):
    """The dossier book changed: ``what`` was done, the state after it, whether the due date had passed.

    Only the code's keyed hash stands here; the code itself is in the book, with a deletion date.
    """

    type: Literal["dossier_changed"] = "dossier_changed"
    dossier_hash: str
    what: str
    state: int
    late: bool = False


class Rated(Event):
    """Somebody said how they were served. Nothing here leads to the ticket or the dossier without the hub's own key.

    ``subject``: the keyed hash by which a second rating is refused. ``given_ms``: when it was said. The same subject
    again is a change of mind and replaces the first.
    """

    type: Literal["rated"] = "rated"
    subject: str
    value: int
    scale: int
    reasons: tuple[str, ...] = ()
    counter: str | None = None
    service: str | None = None
    officer: str | None = None
    indices: dict[str, int] = {}
    given_ms: int


AnyEvent = Annotated[
    DayOpened | SeriesRaised | DayDated | DayClosed | DayReopened | ClockSet | ClockDoubted | OfficeChanged
    | ServiceSwitched | TicketIssued | SlipPrinted | SlipFailed | TicketCalled | TicketRecalled | ServiceStarted
    | TicketFinished | TicketMissed | TicketTransferred | TicketParked | TicketUnparked | TicketCancelled
    | TicketExpired | TicketRestored | PriorityChanged | CounterOpened | CounterPaused | CounterClosed
    | RequestCancelled | BookingMade | BookingCancelled | HelpAsked | HelpAnswered | AlertRaised | AlertCleared
    | AccountChanged | DossierChanged | Rated,
    Field(discriminator="type"),
]  # fmt: skip
_ADAPTER: Final[TypeAdapter[AnyEvent]] = TypeAdapter(AnyEvent)

#: (type, version) → a function that lifts the plain values of that version to the next one
UPCASTERS: Final[dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {}


def load_event(values: dict[str, Any]) -> AnyEvent:
    """Read an event's plain values of any version. Raises pydantic's ValidationError on what is none."""
    while lift := UPCASTERS.get((str(values.get("type")), int(values.get("v", 1)))):
        values = lift(dict(values))
    return _ADAPTER.validate_python(values)


def dump_event(event: AnyEvent) -> dict[str, Any]:
    """An event as plain JSON values."""
    return event.model_dump(mode="json")
